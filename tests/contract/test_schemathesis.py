"""Schemathesis over the hub's own OpenAPI document: every operation, every check, no failure.

It makes requests that fit the document and requests that do not, walks from call to call, and holds each answer
against the document and against HTTP's own rules. Quick here; for longer, set ANTREAN_SCHEMATHESIS_EXAMPLES (requests
per operation and phase; 200 take about a quarter of an hour) and another ANTREAN_SCHEMATHESIS_SEED.
"""

import http.server
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from queue_server.web.describe import openapi
from queue_server.web.operations import OPERATIONS
from tests.end_to_end.hubs import HALL, RunningHub, running_hub

EXAMPLES = int(os.environ.get("ANTREAN_SCHEMATHESIS_EXAMPLES", "3"))
SEED = os.environ.get("ANTREAN_SCHEMATHESIS_SEED", "1")

WITHIN_S = 60 + 60 * EXAMPLES
"""A run that takes longer is ended."""

CONFIG = f"""
[parameters]
# Made-up halls and counters are unknown, which `test_bad_input.py` shows; here the requests are to get further.
"path.hall" = "{HALL}"
"path.counter" = "loket-1"

[generation]
# Headers and parameters that nobody knows are ignored, as HTTP asks for, and not refused.
allow-extra-parameters = false

[checks.positive_data_acceptance]
# 422 is looked at more closely by a check of our own, in schemathesis_hooks.py.
expected-statuses = ["2xx", "401", "403", "404", "409", "422", "429"]
"""

WHO: dict[str | None, tuple[str, ...]] = {
    "admin": ("examples", "coverage", "fuzzing", "stateful"),
    "officer": ("fuzzing", "stateful"),
    "kiosk": ("fuzzing",),
    None: ("fuzzing",),
}
"""Coverage walks every boundary of every parameter, a thousand requests: once, by the one who may do everything."""


def explored(
    url: str, folder: Path, phases: tuple[str, ...], token: str | None, *more: str
) -> subprocess.CompletedProcess[str]:
    """One run over the document that this address serves; 0 where no check failed."""
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG)
    document = folder / "openapi.json"
    document.write_bytes(httpx2.get(f"{url}/api/v1/openapi.json").content)
    as_whom = () if token is None else ("--header", f"Authorization: Bearer {token}")
    return subprocess.run(
        [
            *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config)),
            *("run", str(document), "--url", url, "--checks", "all", "--phases", ",".join(phases)),
            *("--max-examples", str(EXAMPLES), "--seed", SEED, "--continue-on-failure", "--no-color"),
            *as_whom,
            *more,
        ],
        cwd=folder,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.contract.schemathesis_hooks",
            "PYTHONPATH": os.fspath(Path(__file__).parents[2]),
        },
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """One for all runs: they may find what another has left behind."""
    with running_hub(
        tmp_path_factory.mktemp("hub"), "--always-open", env={"ANTREAN_LIMITS": "off"}
    ) as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("who", WHO)
def test_no_request_is_answered_otherwise_than_described(
    hub: RunningHub, tmp_path: Path, who: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """By an administrator, an officer, a kiosk, and someone without a credential."""
    tokens = {
        "admin": lambda: hub.token("admin", name="Kepala"),
        "officer": lambda: hub.token("officer", name="Siti"),
        "kiosk": lambda: hub.token("kiosk", "kiosk-1"),
    }
    token = None if who is None else tokens[who]()

    run = explored(hub.url, tmp_path, WHO[who], token)

    assert 0 == run.returncode, run.stdout + run.stderr
    [tested] = re.findall(r"Tested: (\d+)", run.stdout)
    [generated] = re.findall(r"\d+ generated, .*", run.stdout)
    with capsys.disabled():
        print(f"\nschemathesis as {who or 'nobody'}: {tested} operations, {generated}")
    assert len(OPERATIONS) == int(tested)
    assert {"alive"} == {httpx2.get(f"{hub.url}/healthz").json()["status"]}


class _Broken(http.server.BaseHTTPRequestHandler):
    """Serves the hub's document and answers every call with a list of halls that have no name."""

    def do_GET(self) -> None:
        body = openapi() if self.path.endswith("openapi.json") else b'[{"id": "lamongan"}]'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the standard library's name
        """Says nothing."""


@contextmanager
def _broken_hub() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Broken) as server:
        thread = threading.Thread(target=server.serve_forever, name="broken hub")
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_a_broken_route_is_found(tmp_path: Path) -> None:
    """The control: an answer that lacks what the document promises makes the same run fail."""
    with _broken_hub() as url:
        run = explored(url, tmp_path, ("fuzzing",), None, "--include-path", "/api/v1/halls")

    assert 1 == run.returncode, run.stdout + run.stderr
    assert "Response violates schema" in run.stdout
    assert "name" in run.stdout
