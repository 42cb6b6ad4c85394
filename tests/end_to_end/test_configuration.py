"""A changed configuration takes effect without losing the line; a broken one changes nothing and says why."""

import signal
import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.agents import People, until
from tests.end_to_end.hubs import ANTREAN, ROOT, json_of, running_hub
from tests.pace import PATIENCE_S

BROKEN = "configuration_refused"
"""The manager's warning."""


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
            done = _applied(hub.data)
            assert 0 == done.returncode, done.stderr
        elif way == "hang-up":
            hub.process.send_signal(signal.SIGHUP)
        if way != "restart":
            until(lambda: "Loket Satu" in _counter_names(json_of(hub.call("GET", ""))))
            assert "waiting" == json_of(hub.call("GET", f"/tickets/{ticket['id']}"))["state"]
    if way == "restart":
        with running_hub(tmp_path / "data", *options) as hub:
            assert "Loket Satu" in _counter_names(json_of(hub.call("GET", "")))
            assert "waiting" == json_of(hub.call("GET", f"/tickets/{ticket['id']}"))["state"]


def test_a_changed_file_is_in_the_journal(config: Path, tmp_path: Path) -> None:
    """What was decided by the old one and what by the new one can be told apart afterwards."""
    with running_hub(tmp_path / "data", "--always-open", "--config", str(config)) as hub:
        manager = hub.token("manager", name="Kepala")
        config.write_text(config.read_text().replace('name = "Loket 1"', 'name = "Loket Satu"'))
        assert 0 == _applied(hub.data).returncode
        events = json_of(hub.call("GET", "/events?after=0&limit=500", manager))["events"]

    names = [
        event["data"]["hall"]["counters"][0]["name"] for event in events if event["type"] == "HallConfigured"
    ]
    assert ["Loket 1", "Loket Satu"] == names


@pytest.mark.parametrize("way", ["apply", "hang-up"])
def test_a_broken_file_changes_nothing_and_says_why(config: Path, tmp_path: Path, way: str) -> None:
    """Every mistake with its key path, to whoever asked or in the log; the manager sees it; the hub goes on."""
    with running_hub(tmp_path / "data", "--always-open", "--config", str(config)) as hub:
        people = People(hub)
        before = json_of(hub.call("GET", ""))
        config.write_text(_broken(config.read_text()))
        if way == "apply":
            done = _applied(hub.data)
            assert 2 == done.returncode
            assert [] == _missing(done.stderr)
        else:
            hub.process.send_signal(signal.SIGHUP)
        warnings = until(lambda: [one for one in people.board()["warnings"] if one["code"] == BROKEN])

        assert [] == _missing(warnings[0]["detail"])
        assert before["counters"] == json_of(hub.call("GET", ""))["counters"]
        assert before["services"] == json_of(hub.call("GET", ""))["services"]


def test_with_a_broken_file_no_hub_starts(config: Path, tmp_path: Path) -> None:
    """Told at once and whole, and nothing is made."""
    config.write_text(_broken(config.read_text()))
    command = [*ANTREAN, "serve", "--data", str(tmp_path / "data"), "--port", "0", "--config", str(config)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_S)

    assert (2, "") == (done.returncode, done.stdout)
    assert [] == _missing(done.stderr)
    assert not (tmp_path / "data").exists()


def test_a_service_that_was_removed_drains(config: Path, tmp_path: Path) -> None:
    """Closed to new tickets, gone when empty; whoever waits for it is still called."""
    with running_hub(tmp_path / "data", "--always-open", "--config", str(config)) as hub:
        kiosk, officer = hub.token("kiosk", "kiosk-1"), hub.token("officer", name="Siti")
        ticket = json_of(hub.call("POST", "/tickets", kiosk, {"service": "adm-cetak"}))
        json_of(hub.call("POST", "/counters/adm-1/open", officer, {}))
        config.write_text(_without(config.read_text(), "adm"))
        done = _applied(hub.data)
        assert 0 == done.returncode, done.stderr
        refused = hub.call("POST", "/tickets", kiosk, {"service": "adm-cetak"})
        called = json_of(hub.call("POST", "/counters/adm-1/next", officer, {"sees": None}))
        json_of(hub.call("POST", "/counters/adm-1/finish", officer, {"sees": ticket["id"]}))
        json_of(hub.call("POST", "/counters/adm-1/close", officer, {}))

        assert "SERVICE_CLOSED" == refused.json()["code"]
        assert ticket["id"] == called["ticket"]["id"]
        until(lambda: all("adm-cetak" != one["id"] for one in json_of(hub.call("GET", ""))["services"]))


def _applied(data: Path) -> "subprocess.CompletedProcess[str]":
    """`antrean apply`, as an administrator types it."""
    command = [*ANTREAN, "apply", "--data", str(data)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_S)


def _broken(text: str) -> str:
    """Two mistakes."""
    return text.replace('zone = "a"', 'zone = "nowhere"', 1).replace('prefix = "A"', 'prefix = "O"', 1)


def _missing(told: str) -> list[str]:
    """What should have been told of the two mistakes, and was not."""
    return [words for words in ("nowhere", ".zone", ".prefix") if words not in told]


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
