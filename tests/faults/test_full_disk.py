"""A full disk stops writing, not showing (promise R4): a real hub on a small disk that is filled and emptied.

While it is full every command is refused with BUSY and `/readyz` says so; pages and screens stay, and the local verbs
are refused without harm. With space again the hub goes on within five seconds, and every answered ticket is there once.
The control is a store that needs no disk: filling it refuses nobody, so the refusals come from the disk and from nothing else.
"""

import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.sync.client import connect

from queue_server import control
from tests.end_to_end.hubs import HALL, RunningHub, json_of, running_hub
from tests.faults.tools import asked, filled, issued, small_disk
from tests.pace import PATIENCE_S, allowed
from tests.torture.figures import Report

PROMISE = "R4 (a full disk stops writing, not showing)"

DISK_BYTES = 24 * 1024 * 1024
"""Room for a database, its log and the sounds of a hall."""

ON_AGAIN_WITHIN_S = 5
TICKETS_BEFORE = 10
TICKETS_MAX = 400
"""The log may have room from before within its own length; no more than so many tickets fit there."""

UNLIMITED = {"ANTREAN_LIMITS": "off"}


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    with small_disk(folder, DISK_BYTES, PROMISE):
        yield folder


@pytest.fixture
def filler(data: Path) -> Path:
    return data / "filler"


@pytest.mark.promise("R4")
def test_on_a_full_disk_writing_stops_screens_stay_and_it_goes_on_when_there_is_room(
    data: Path, filler: Path, report: Report
) -> None:
    """Refused with BUSY, told by `/readyz`, shown all the while; nobody who was answered is missing."""
    with running_hub(data, "--always-open", env=UNLIMITED) as hub:
        kiosk = hub.token("kiosk", "kiosk-1")
        held = {key: json_of(_answer(hub, kiosk, key))["number"] for key in _keys(TICKETS_BEFORE)}
        with connect(f"{hub.url.replace('http', 'ws')}/api/v1/halls/{HALL}/live") as screen:
            screen.send('{"type":"hello","protocol":1,"view":"hall","token":null}')
            filled(filler)
            refused_key = _filled_up(hub, kiosk, held)

            assert 503 == _ready(hub)
            assert len(held) == _waiting(json_of(hub.call("GET", "")))
            assert 200 == httpx2.get(f"{hub.url}/healthz", timeout=PATIENCE_S).status_code
            assert screen.ping().wait(allowed(ON_AGAIN_WITHIN_S))

            filler.unlink()
            on_again_s = _until_ready(hub)
            held[refused_key] = json_of(_answer(hub, kiosk, refused_key))["number"]
        journal = issued(hub)

    lost_count = len(set(held.values()) - set(journal))
    report.figure("R4", answered=len(held), lost=lost_count, on_again_s=on_again_s)
    assert sorted(held.values()) == sorted(journal)
    assert len(journal) == len(set(journal))


@pytest.mark.promise("R4")
@pytest.mark.parametrize("mode", ["--always-open", "--demo"])
def test_a_token_asked_for_on_a_full_disk_is_refused_and_ends_nothing(
    data: Path, filler: Path, mode: str
) -> None:
    """BUSY from the local socket; the hub lives, makes one when there is room, and ends with 0, on a full disk too."""
    with running_hub(data, mode, env=UNLIMITED) as hub:
        if mode == "--demo":
            # Every page of a demonstration is given a token, which the end takes back.
            assert 200 == httpx2.get(f"{hub.url}/halls/{HALL}/kiosk/kiosk-1", timeout=PATIENCE_S).status_code
        filled(filler)
        refused = _token(hub)
        assert 200 == httpx2.get(f"{hub.url}/healthz", timeout=PATIENCE_S).status_code

        filler.unlink()
        made = _token(hub)
        filled(filler)

    assert (False, "BUSY") == (refused.accepted, refused.code)
    assert made.accepted


@pytest.mark.promise("R4", control=True)
def test_a_store_that_needs_no_disk_is_not_refused_by_a_full_one(data: Path, filler: Path) -> None:
    """The control of the first test: the refusals there come from the disk."""
    with running_hub(data, "--always-open", env={**UNLIMITED, "ANTREAN_STORE_URL": "memory:"}) as hub:
        kiosk = hub.token("kiosk", "kiosk-1")
        filled(filler)
        statuses = {_answer(hub, kiosk, key).status_code for key in _keys(TICKETS_BEFORE)}
        is_ready = _ready(hub)

    assert {201} == statuses
    assert 200 == is_ready


def _keys(count: int) -> Iterator[str]:
    return (f"citizen-{n}" for n in range(count))


def _answer(hub: RunningHub, token: str, key: str) -> httpx2.Response:
    answer = asked(hub, token, key)
    assert answer is not None, "the hub gave no answer"
    return answer


def _filled_up(hub: RunningHub, token: str, held: dict[str, str]) -> str:
    """Takes tickets until one is refused; the key of that one."""
    for n in itertools.islice(itertools.count(TICKETS_BEFORE), TICKETS_MAX):
        answer = _answer(hub, token, f"citizen-{n}")
        if answer.status_code != 201:
            assert (503, "BUSY") == (answer.status_code, answer.json()["code"])
            return f"citizen-{n}"
        held[f"citizen-{n}"] = answer.json()["number"]
    raise AssertionError("the disk was never full")


def _ready(hub: RunningHub) -> int:
    return httpx2.get(f"{hub.url}/readyz", timeout=PATIENCE_S).status_code


def _until_ready(hub: RunningHub) -> float:
    """How long the hub needs to notice by itself that there is room."""
    began_s = time.monotonic()
    while _ready(hub) != 200:
        assert time.monotonic() - began_s <= allowed(ON_AGAIN_WITHIN_S), "it did not go on by itself"
        time.sleep(0.05)
    return time.monotonic() - began_s


def _token(hub: RunningHub) -> control.Answer:
    """As `antrean token` asks for one."""
    answer = control.call(hub.data, "token", role="officer", hall=HALL, id=None, name="Siti")
    assert answer is not None, "the hub has ended"
    return answer


def _waiting(hall: Any) -> int:
    return sum(service["waiting"] for service in hall["services"])
