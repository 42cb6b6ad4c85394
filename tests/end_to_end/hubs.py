"""A real hub in a process of its own, as an administrator starts it, with tokens made by the real command."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import httpx2

from queue_server import control
from tests.pace import PATIENCE_S

ROOT = Path(__file__).parents[2]
HALL = "lamongan"
API = f"/api/v1/halls/{HALL}"
ANTREAN = (sys.executable, "-m", "queue_server")


class Start(NamedTuple):
    """How long a hub took from exec to its `ready` line, imports included."""

    ready_ms: float
    """By the clock on the wall."""
    queued_ms: float
    """Of that, for how long its main thread could have run and no processor was free: the machine's, not the hub's."""

    @property
    def own_ms(self) -> float:
        """What it takes where nothing else runs."""
        return self.ready_ms - self.queued_ms

    def __str__(self) -> str:
        return f"{self.ready_ms:.0f} ms (of them {self.queued_ms:.0f} without a processor)"


class RunningHub:
    """What a test needs to know of it."""

    def __init__(
        self, process: subprocess.Popen[str], url: str, data: Path, start: "Start", log: IO[str]
    ) -> None:
        self._log = log
        self.process = process
        self.url = url
        self.data = data
        self.start = start
        self.is_killed = False

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def token(self, role: str, device: str | None = None, name: str | None = None) -> str:
        """A credential, asked for through the hub's local socket as `antrean token` does."""
        answer = control.call(self.data, "token", role=role, hall=HALL, id=device, name=name)
        assert answer is not None
        assert answer.accepted, answer.detail
        return str(answer.value)

    def call(
        self, method: str, path: str, token: str | None = None, body: object = None, key: str | None = None
    ) -> httpx2.Response:
        """One HTTP call; the path follows the hall's."""
        headers = {
            **({"Authorization": f"Bearer {token}"} if token else {}),
            **({"Idempotency-Key": key} if key else {}),
        }
        return httpx2.request(
            method, f"{self.url}{API}{path}", json=body, headers=headers, timeout=PATIENCE_S
        )

    def said(self) -> str:
        """What it has written on stderr so far."""
        return _said(self._log)

    def kill(self) -> None:
        """A power cut for the process: no goodbye, nothing finished."""
        self.process.kill()
        self.process.wait()
        self.is_killed = True

    def ended(self, within_s: float) -> int:
        """Waits until it has ended by itself; its exit code."""
        code = self.process.wait(timeout=within_s)
        self.is_killed = True
        return code


@contextmanager
def running_hub(
    data: Path, *options: str, port: int = 0, env: dict[str, str] | None = None, under: Sequence[str] = ()
) -> Iterator[RunningHub]:
    """The hub with the example hall, until the block ends; then, unless it was killed, it must stop with 0.

    Args:
        port: 0 for a free one; a hub that is started again takes the one it had.
        under: a program and its options that runs the hub, in the same process.
    """
    command = [*under, *ANTREAN, "serve", "--data", str(data), "--port", str(port), *options]
    with tempfile.TemporaryFile("w+") as log:
        began_s = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, **(env or {})},
        )
        assert process.stdout is not None
        try:
            line = _ready_line(process)
            start = Start((time.monotonic() - began_s) * 1_000, _queued_ms(process.pid))
            assert line.startswith("ready "), f"the hub said {line!r} and then: {_said(log)}"
            hub = RunningHub(process, line.split()[1], data, start, log)
            yield hub
            if not hub.is_killed:
                process.terminate()
                assert 0 == process.wait(timeout=PATIENCE_S), _said(log)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stdout.close()
            sys.stderr.write(_said(log))


def _ready_line(process: subprocess.Popen[str]) -> str:
    """The first line on stdout; empty where the process ended before it."""
    assert process.stdout is not None
    patience = threading.Timer(PATIENCE_S, process.kill)
    patience.start()
    try:
        return process.stdout.readline()
    finally:
        patience.cancel()


def _queued_ms(pid: int) -> float:
    """Source: Linux, Documentation/scheduler/sched-stats.rst, second field. 0 where the system does not tell."""
    try:
        _, queued_ns, _ = Path(f"/proc/{pid}/schedstat").read_text().split()
    except (OSError, ValueError):
        return 0
    return int(queued_ns) / 1_000_000


def _said(log: IO[str]) -> str:
    """What the hub wrote on stderr."""
    log.seek(0)
    return log.read()


def json_of(response: httpx2.Response) -> Any:
    """The body of an answer that must be a 2xx."""
    assert response.is_success, f"{response.status_code}: {response.text}"
    return response.json()
