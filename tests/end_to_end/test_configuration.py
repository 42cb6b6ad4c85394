"""A changed configuration takes effect without losing the line; a broken one changes nothing and says why."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.hubs import ANTREAN, ROOT, json_of, running_hub
from tests.pace import PATIENCE_S


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the example hall that the test may change; its sounds stay where they are."""
    copy = tmp_path / "config.toml"
    text = (ROOT / "config.toml").read_text()
    copy.write_text(text.replace('sounds = "sounds"', f'sounds = "{ROOT / "sounds"}"'))
    return copy


@pytest.mark.parametrize("way", ["apply", "hang-up", "restart"])
def test_a_changed_file_takes_effect_and_the_line_stays(config: Path, tmp_path: Path, way: str) -> None:
    """At the next start, `antrean apply`, or SIGHUP."""
    options = ("--always-open", "--config", str(config))
    with running_hub(tmp_path / "data", *options) as hub:
        kiosk = hub.token("kiosk", "kiosk-1")
        ticket = json_of(hub.call("POST", "/tickets", kiosk, {"service": "ktp-el"}))
        config.write_text(config.read_text().replace('name = "Loket 1"', 'name = "Loket Satu"'))
        if way == "apply":
            done = subprocess.run(
                [*ANTREAN, "apply", "--data", str(hub.data)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            assert 0 == done.returncode, done.stderr
        elif way == "hang-up":
            hub.process.send_signal(signal.SIGHUP)
        if way != "restart":
            _until(lambda: "Loket Satu" in _counter_names(json_of(hub.call("GET", ""))))
            assert "waiting" == json_of(hub.call("GET", f"/tickets/{ticket['id']}"))["state"]
    if way == "restart":
        with running_hub(tmp_path / "data", *options) as hub:
            assert "Loket Satu" in _counter_names(json_of(hub.call("GET", "")))
            assert "waiting" == json_of(hub.call("GET", f"/tickets/{ticket['id']}"))["state"]


def test_a_broken_file_changes_nothing_and_says_why(config: Path, tmp_path: Path) -> None:
    """Every mistake with its key path; the hub goes on with what it had."""
    with running_hub(tmp_path / "data", "--always-open", "--config", str(config)) as hub:
        before = json_of(hub.call("GET", ""))
        config.write_text(config.read_text().replace('zone = "a"', 'zone = "nowhere"', 1))
        done = subprocess.run(
            [*ANTREAN, "apply", "--data", str(hub.data)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

        assert 2 == done.returncode
        assert "nowhere" in done.stderr
        assert before["counters"] == json_of(hub.call("GET", ""))["counters"]


def test_a_service_that_was_removed_drains(config: Path, tmp_path: Path) -> None:
    """Closed to new tickets, gone when empty; whoever waits for it is still called."""
    with running_hub(tmp_path / "data", "--always-open", "--config", str(config)) as hub:
        kiosk, officer = hub.token("kiosk", "kiosk-1"), hub.token("officer", name="Siti")
        ticket = json_of(hub.call("POST", "/tickets", kiosk, {"service": "adm-cetak"}))
        json_of(hub.call("POST", "/counters/adm-1/open", officer, {}))
        config.write_text(_without(config.read_text(), "adm"))
        done = subprocess.run(
            [*ANTREAN, "apply", "--data", str(hub.data)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert 0 == done.returncode, done.stderr
        refused = hub.call("POST", "/tickets", kiosk, {"service": "adm-cetak"})
        called = json_of(hub.call("POST", "/counters/adm-1/next", officer, {"sees": None}))
        json_of(hub.call("POST", "/counters/adm-1/finish", officer, {"sees": ticket["id"]}))
        json_of(hub.call("POST", "/counters/adm-1/close", officer, {}))

        assert "SERVICE_CLOSED" == refused.json()["code"]
        assert ticket["id"] == called["ticket"]["id"]
        _until(lambda: all("adm-cetak" != one["id"] for one in json_of(hub.call("GET", ""))["services"]))


def _counter_names(hall: dict[str, list[dict[str, str]]]) -> list[str]:
    return [counter["name"] for counter in hall["counters"]]


def _without(text: str, agency: str) -> str:
    """The configuration without an agency, its services (blocks of their own) and its first counter (a row each)."""
    services: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.startswith("[["):
            services.append([])
        if not line.strip().startswith((f'{{ id = "{agency}"', f'{{ id = "{agency}-1"')):
            services[-1].append(line)
    return "\n".join("\n".join(block) for block in services if f'agency = "{agency}"' not in block)


def _until(holds: Callable[[], bool]) -> None:
    """Waits for what the hub does on its own after a signal."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, "the hub did not do it in time"
        time.sleep(0.05)
