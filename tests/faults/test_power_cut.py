"""A power cut loses nothing that was answered (promise R1).

A real hub works while `strace` writes down what it does to its database; a client notes when each answer reached it. Then
the power is cut at many moments of that recording (`power_cut`), and each disk that could have been left is opened with
the project's own `open_store` and folded. Quick: 2,000 cuts; whole (ANTREAN_TORTURE set): 10,000. The controls cut the
same history as SQLite would have written it with `synchronous=NORMAL` and `OFF`: the first must lose, the second damage.
"""

import asyncio
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import httpx2
import pytest

from queue_server.domain.events import Entry, TicketIssued
from queue_server.domain.evolve import evolve
from queue_server.domain.hall import HallId
from queue_server.domain.model import empty_state
from queue_server.errors import AntreanError
from queue_server.journal.base import READ_COUNT_MAX
from queue_server.journal.store import open_store
from tests.end_to_end.hubs import API, HALL, RunningHub, json_of, running_hub
from tests.faults.power_cut import CALLS, OPTIONS, Disk, Image, Op, recorded, with_normal, without_syncs
from tests.faults.tools import IS_WHOLE, need_strace, strace
from tests.pace import PATIENCE_S
from tests.torture.figures import Report

PROMISE = "R1 (a power cut loses nothing that was answered)"

CUT_COUNT = 10_000 if IS_WHOLE else 2_000
CONTROL_CUT_COUNT = 1_000 if IS_WHOLE else 100

STORE = "antrean.db"
LOG = "antrean.db-wal"
FILES = (STORE, LOG, "antrean.db-journal")
"""Not the -shm file: it is an index in memory that SQLite makes anew after a cut."""

FIRST_TICKETS = 90
"""One after the other: enough batches for the log to be written back at the next idle moment."""
KIOSKS = 4
TICKETS_EACH = 25
"""At once, into a log that begins anew over its old frames."""


class Answered(NamedTuple):
    """A ticket in somebody's hand."""

    at_s: float
    """When, by the clock on the wall that the recording has too."""
    number: str


class Recording(NamedTuple):
    """Some minutes of a hall, and what they left."""

    ops: list[Op]
    answered: list[Answered]
    entries: list[Entry]
    """The journal after a quiet end."""


class Tally(NamedTuple):
    """What came of the cuts."""

    lost: int
    """Answered tickets that are gone, over all cuts."""
    twice: int
    """Cuts after which a number is there twice."""
    gaps: int
    """Cuts after which what is left is no beginning of what happened."""
    corrupt: int
    """Cuts after which the store cannot be opened or read."""


CLEAN = Tally(0, 0, 0, 0)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    need_strace(PROMISE)
    folder = tmp_path_factory.mktemp("recording")
    data, trace = folder / "data", folder / "trace"
    with running_hub(
        data, "--always-open", env={"ANTREAN_LIMITS": "off"}, under=strace(trace, CALLS, *OPTIONS)
    ) as hub:
        kiosk = hub.token("kiosk", "kiosk-1")
        answered = asyncio.run(_load(hub, kiosk, 1, FIRST_TICKETS))
        _until_written_back(data / STORE)
        answered += asyncio.run(_load(hub, kiosk, KIOSKS, TICKETS_EACH))
    return Recording(recorded(trace, data, FILES), answered, asyncio.run(_read(data)))


@pytest.mark.promise("R1")
@pytest.mark.slow
def test_a_power_cut_loses_nothing_that_was_answered(
    recording: Recording, tmp_path: Path, report: Report, run_seed: int
) -> None:
    """At any moment, whatever the disk had written of what it was not told to keep."""
    cuts = _spread(len(recording.ops), CUT_COUNT)
    tally = _cut(recording, recording.ops, cuts, tmp_path, run_seed, report)

    assert FIRST_TICKETS + KIOSKS * TICKETS_EACH == len(recording.answered)
    assert CLEAN == tally


@pytest.mark.promise("R1", control=True)
def test_with_synchronous_normal_the_same_cuts_would_lose_tickets(
    recording: Recording, tmp_path: Path, report: Report, run_seed: int
) -> None:
    """The control: the log synced only when it is written back. Nothing is damaged, and people stand there for nothing."""
    ops = with_normal(recording.ops, LOG)
    tally = _cut(recording, ops, _spread(len(ops), CONTROL_CUT_COUNT), tmp_path, run_seed, report)

    assert tally.lost > 0
    assert CLEAN == tally._replace(lost=0)


@pytest.mark.promise("R1", control=True)
def test_without_any_sync_the_same_cuts_would_damage_the_store(
    recording: Recording, tmp_path: Path, report: Report, run_seed: int
) -> None:
    """The control: `synchronous=OFF`."""
    ops = without_syncs(recording.ops)
    tally = _cut(recording, ops, _spread(len(ops), CONTROL_CUT_COUNT), tmp_path, run_seed, report)

    assert tally.lost > 0
    assert tally.corrupt > 0


async def _load(hub: RunningHub, token: str, kiosks: int, count: int) -> list[Answered]:
    answered: list[Answered] = []
    headers = {"Authorization": f"Bearer {token}"}

    async def kiosk() -> None:
        for _ in range(count):
            answer = await client.post(f"{API}/tickets", json={"service": "ktp-el"}, headers=headers)
            at_s = time.time()
            answered.append(Answered(at_s, json_of(answer)["number"]))

    async with (
        httpx2.AsyncClient(base_url=hub.url, timeout=PATIENCE_S) as client,
        asyncio.TaskGroup() as tasks,
    ):
        for _ in range(kiosks):
            tasks.create_task(kiosk())
    return answered


def _until_written_back(store: Path) -> None:
    """Until the idle hub has moved its log into the database, which grows by that."""
    until = time.monotonic() + PATIENCE_S
    before = store.stat().st_size
    while store.stat().st_size == before:
        assert time.monotonic() < until, "the log was never written back"
        time.sleep(0.05)


def _spread(op_count: int, cut_count: int) -> list[int]:
    """Moments over the whole recording, the last one after its end, evenly."""
    return [nth * op_count // (cut_count - 1) for nth in range(cut_count)]


def _cut(
    recording: Recording, ops: Sequence[Op], cuts: Sequence[int], folder: Path, seed: int, report: Report
) -> Tally:
    """Cuts the power before each of these things happened, and looks at what is left."""
    random = Random(seed)  # noqa: S311 -- one seed replays a failure
    disk = Disk()
    tally = CLEAN
    done = 0
    with asyncio.Runner() as runner:
        for nth, cut in enumerate(cuts):
            report.step(nth, len(cuts))
            disk.happen(ops[done:cut])
            done = cut
            at_s = ops[cut].at_s if cut < len(ops) else ops[-1].at_s
            held = {one.number for one in recording.answered if one.at_s < at_s}
            found = _looked_at(runner, disk.image(random), held, recording.entries, folder / "cut")
            tally = Tally(*map(sum, zip(tally, found, strict=True)))
    report.figure("R1", cuts=len(cuts), **tally._asdict(), things_that_happened=len(ops), seed=seed)
    return tally


def _looked_at(
    runner: asyncio.Runner, image: Image, held: set[str], truth: list[Entry], folder: Path
) -> Tally:
    folder.mkdir(mode=0o700)
    try:
        for name, content in image.items():
            (folder / name).write_bytes(content)
        entries = runner.run(_read(folder))
    except AntreanError:
        return Tally(lost=len(held), twice=0, gaps=0, corrupt=1)
    finally:
        shutil.rmtree(folder)
    state = empty_state(HallId(HALL))
    for entry in entries:
        state = evolve(state, entry)
    numbers = [entry.event.number for entry in entries if isinstance(entry.event, TicketIssued)]
    return Tally(
        lost=len(held - {ticket.number for ticket in state.tickets.values()}),
        twice=int(len(numbers) != len(set(numbers))),
        gaps=int(entries != truth[: len(entries)]),
        corrupt=0,
    )


async def _read(data: Path) -> list[Entry]:
    """A journal with everything that its opening and reading checks."""
    journal = await open_store(f"sqlite:{STORE}", data)
    try:
        head = await journal.open_hall(HallId(HALL))
        entries: list[Entry] = []
        while more := await journal.read(HallId(HALL), len(entries), READ_COUNT_MAX):
            entries += more
        assert head.seq == len(entries)
    finally:
        await journal.close()
    return entries
