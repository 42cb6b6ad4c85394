"""An error of the disk is never called success (promise R3).

`strace` makes the n-th sync or write of a real hub's log fail, once or for good, while a kiosk takes tickets. After
that the hub has stopped by itself, or goes on where nothing is in doubt; started again on a sound disk it has every
ticket that was answered, and the key of each command settles what nobody knew. Quick: a few n; whole (ANTREAN_TORTURE
set): every n of 25 syncs and 50 writes. The control is a kiosk without keys, whose second attempt is a second ticket.
"""

import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.end_to_end.hubs import RunningHub, running_hub
from tests.faults.tools import IS_WHOLE, asked, issued, need_strace, strace
from tests.pace import allowed
from tests.torture.figures import Report

PROMISE = "R3 (an error of the disk is never called success)"

ENDED_WITHIN_S = 5
"""The promise is 1 s on a quiet machine; the tracer and the other tests slow this one."""

TICKET_COUNT = 40
"""So many are asked for, or until the hub has ended."""

SYNCS = "fsync,fdatasync"
WRITES = "pwrite64"
CALLS = f"{SYNCS},{WRITES}"

FIRST_SYNC = 8
FIRST_WRITE = 60
"""A start makes five syncs of the log and some fifty writes; these fall among tickets."""


class Fault(NamedTuple):
    """What goes wrong, and when."""

    calls: str
    error: str
    when: str
    """The n-th on one thread; `n+`: from then on."""

    def __str__(self) -> str:
        return f"{self.calls} {self.error} {self.when}"


EVERY_SYNC = range(FIRST_SYNC, FIRST_SYNC + 25)
EVERY_WRITE = range(FIRST_WRITE, FIRST_WRITE + 50)

UNKNOWN = (
    [Fault(SYNCS, "EIO", f"{n}{ever}") for n in EVERY_SYNC for ever in ("", "+")]
    + [Fault(WRITES, "EIO", f"{n}{ever}") for n in EVERY_WRITE for ever in ("", "+")]
    if IS_WHOLE
    else [
        Fault(SYNCS, "EIO", "8"),
        Fault(SYNCS, "EIO", "21+"),
        Fault(WRITES, "EIO", "60"),
        Fault(WRITES, "EIO", "75+"),
    ]
)
"""After these nobody knows, so the hub stops."""

FULL = (
    [Fault(WRITES, "ENOSPC", str(n)) for n in EVERY_WRITE]
    if IS_WHOLE
    else [Fault(WRITES, "ENOSPC", n) for n in ("60", "61", "75")]
)
"""After these it is proven that nothing was stored, so the hub goes on."""


class Kiosk:
    """Takes one ticket after the other and notes what it was told."""

    def __init__(self, token: str, *, has_keys: bool = True) -> None:
        self._token = token
        self._has_keys = has_keys
        self._asked_count = 0
        self.held: dict[str, str] = {}
        """The number that was answered, by the citizen's key."""
        self.unknown: list[str] = []
        """Citizens who were told neither yes nor no."""

    def serve(self, hub: RunningHub, citizen: str) -> None:
        """One attempt."""
        self._asked_count += 1
        key = citizen if self._has_keys else f"attempt-{self._asked_count}"
        answer = asked(hub, self._token, key)
        if answer is not None and answer.status_code == 201:
            self.held[citizen] = answer.json()["number"]
        else:
            self.unknown.append(citizen)


@pytest.mark.promise("R3")
@pytest.mark.parametrize("fault", UNKNOWN, ids=str)
def test_after_an_error_of_input_or_output_the_hub_stops_and_nothing_answered_is_missing(
    fault: Fault, tmp_path: Path, report: Report
) -> None:
    """Not zero at its end; then every held number is there once, and every doubt is settled by its key."""
    need_strace(PROMISE)
    kiosk, ended_ms = _until_it_ends(fault, tmp_path, has_keys=True)

    with running_hub(tmp_path / "data", "--always-open", env={"ANTREAN_LIMITS": "off"}) as hub:
        held_before = dict(kiosk.held)
        kept = issued(hub)
        for citizen in [*kiosk.held, *kiosk.unknown]:
            kiosk.serve(hub, citizen)
        journal = issued(hub)
    report.figure(
        "R3",
        fault=str(fault),
        answered=len(held_before),
        lost=len(set(held_before.values()) - set(kept)),
        in_doubt=len(kiosk.unknown),
        ended_ms=ended_ms,
    )
    assert set(held_before.values()) <= set(kept)
    assert held_before == {citizen: kiosk.held[citizen] for citizen in held_before}
    assert sorted(kiosk.held.values()) == sorted(journal)


@pytest.mark.promise("R3", control=True)
def test_without_keys_a_doubt_would_become_a_second_ticket(tmp_path: Path, report: Report) -> None:
    """The control: the sync failed, the ticket is on the disk all the same, and its citizen asks again."""
    need_strace(PROMISE)
    kiosk, _ = _until_it_ends(Fault(SYNCS, "EIO", "21+"), tmp_path, has_keys=False)

    with running_hub(tmp_path / "data", "--always-open", env={"ANTREAN_LIMITS": "off"}) as hub:
        for citizen in kiosk.unknown:
            kiosk.serve(hub, citizen)
        journal = issued(hub)
    report.figure("R3", citizens=len(kiosk.held), tickets=len(journal))
    assert len(journal) > len(kiosk.held)


@pytest.mark.promise("R3")
@pytest.mark.parametrize("fault", FULL, ids=str)
def test_where_nothing_was_stored_for_want_of_space_the_hub_says_so_and_goes_on(
    fault: Fault, tmp_path: Path, report: Report
) -> None:
    """BUSY, and the next attempt succeeds; each number once."""
    need_strace(PROMISE)
    with _faulty_hub(fault, tmp_path) as hub:
        token = hub.token("kiosk", "kiosk-1")
        answers = [asked(hub, token, f"citizen-{n}") for n in range(TICKET_COUNT)]
        again = [asked(hub, token, f"citizen-{n}") for n in range(TICKET_COUNT)]
        journal = issued(hub)

    refused = [answer for answer in answers if answer is not None and answer.status_code != 201]
    report.figure("R3", fault=str(fault), answered=len(journal), refused=len(refused))
    assert [(503, "BUSY")] == [(answer.status_code, answer.json()["code"]) for answer in refused]
    numbers = [answer.json()["number"] for answer in again if answer is not None]
    assert TICKET_COUNT == len(set(numbers))
    assert sorted(numbers) == sorted(journal)


def _until_it_ends(fault: Fault, folder: Path, *, has_keys: bool) -> tuple[Kiosk, int]:
    """A kiosk that works until its hub has ended, which it must; and how long that took from the first doubt, ms."""
    with _faulty_hub(fault, folder) as hub:
        kiosk = Kiosk(hub.token("kiosk", "kiosk-1"), has_keys=has_keys)
        for n in range(TICKET_COUNT):
            kiosk.serve(hub, f"citizen-{n}")
            if kiosk.unknown:
                break
        began_s = time.monotonic()
        assert 0 != hub.ended(allowed(ENDED_WITHIN_S))
    ended_ms = (time.monotonic() - began_s) * 1_000
    assert kiosk.held
    return kiosk, round(ended_ms)


def _faulty_hub(fault: Fault, folder: Path) -> AbstractContextManager[RunningHub]:
    """The fault is the log's alone: identities and speech keep a sound disk."""
    log = folder / "data" / "antrean.db-wal"
    inject = ("-P", str(log), "-e", f"inject={fault.calls}:error={fault.error}:when={fault.when}")
    return running_hub(
        folder / "data",
        "--always-open",
        env={"ANTREAN_LIMITS": "off"},
        under=strace(folder / "trace", CALLS, *inject),
    )
