"""A damaged journal is noticed (promise R5): flipped bytes and cut rows never give a silently different state.

Each round damages a copy of one hall's database, lets `inspection.verify_all` and the fold look at it, and calls it
*noticed* where they raise, *harmless* where the state is the same, and *silent* where it is another. Quick: 100 flipped
bytes and 40 cuts; whole (ANTREAN_TORTURE set): 1,000 and 400. The control folds the same damage without the chain.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec
import pytest

from queue_server.domain.evolve import evolve
from queue_server.domain.model import State, empty_state
from queue_server.errors import AntreanError, StoreBroken
from queue_server.journal import codec, inspection
from queue_server.journal.base import Row
from queue_server.journal.inspection import HallHead
from queue_server.replaying import replayed
from tests.backup.house import rush, until, working_hall
from tests.domain.halls import HALL
from tests.torture.figures import Report
from tests.torture.whole import IS_WHOLE

FLIP_COUNT = 1_000 if IS_WHOLE else 100
CUT_COUNT = 400 if IS_WHOLE else 40

ENTRY_COUNT = 400
"""A quiet hour; small, so that a flipped byte meets an entry and not a free page."""

TRIGGERS = ("events_stay", "events_stay_as_written")


class Fate(StrEnum):
    NOTICED = "noticed"
    HARMLESS = "harmless"
    SILENT = "silent"


class Hall(NamedTuple):
    """What is damaged, and what it must not become."""

    path: Path
    state: State
    head: HallHead


Fold = Callable[[sqlite3.Connection], State]


@pytest.fixture
async def hall(tmp_path: Path) -> Hall:
    async with working_hall(tmp_path / "data") as house:
        async with rush(house, 5):
            await until(house, ENTRY_COUNT)
        folder = await house.copier.copy()
    with inspection.opened(folder / "journal.db") as db:
        return Hall(folder / "journal.db", replayed(db, HALL).state, inspection.heads(db)[HALL])


@pytest.mark.promise("R5")
def test_no_flipped_byte_gives_silently_another_state(
    hall: Hall, tmp_path: Path, report: Report, run_seed: int
) -> None:
    """Anywhere in the file: pages, rows, indexes, the schema's own text."""
    fates = [_fate(path, hall, _with_chain) for path in _flipped(hall, tmp_path, FLIP_COUNT, run_seed)]
    report.figure("R5", flipped_bytes=FLIP_COUNT, **_counted(fates), seed=run_seed)

    assert 0 == fates.count(Fate.SILENT)
    assert fates.count(Fate.NOTICED) > FLIP_COUNT // 2


@pytest.mark.promise("R5")
def test_no_cut_row_gives_silently_another_state(
    hall: Hall, tmp_path: Path, report: Report, run_seed: int
) -> None:
    """In the middle by the chain alone; at the end, where a cut tail is an older truth, by the head that was noted."""
    fates = [_fate(path, hall, _with_chain) for path in _cut(hall, tmp_path, CUT_COUNT, run_seed)]
    report.figure("R5", cuts_of_rows=CUT_COUNT, **_counted(fates), seed=run_seed)

    assert CUT_COUNT == fates.count(Fate.NOTICED)


@pytest.mark.promise("R5", control=True)
def test_without_the_chain_some_damage_would_be_silent(
    hall: Hall, tmp_path: Path, report: Report, run_seed: int
) -> None:
    """The control of the tests above: the same damage, looked at by SQLite and the decoder alone."""
    flips = [_fate(path, hall, _without_chain) for path in _flipped(hall, tmp_path, FLIP_COUNT, run_seed)]
    cuts = [_fate(path, hall, _without_chain) for path in _cut(hall, tmp_path, CUT_COUNT, run_seed)]
    report.figure("R5", flipped_bytes=FLIP_COUNT, **_counted(flips), seed=run_seed)
    report.figure("R5", cuts_of_rows=CUT_COUNT, **_counted(cuts), seed=run_seed)

    assert flips.count(Fate.SILENT) > 0
    assert cuts.count(Fate.SILENT) > 0


def _counted(fates: list[Fate]) -> dict[str, int]:
    return {str(fate): fates.count(fate) for fate in Fate}


def _fate(path: Path, hall: Hall, fold: Fold) -> Fate:
    try:
        with inspection.opened(path) as db:
            state = fold(db)
            if fold is _with_chain and inspection.heads(db).get(HALL) != hall.head:
                raise StoreBroken("the head is not the one that the last backup noted")
    except (AntreanError, msgspec.MsgspecError, KeyError, AssertionError, TypeError, ValueError):
        return Fate.NOTICED
    return Fate.HARMLESS if state == hall.state else Fate.SILENT


def _with_chain(db: sqlite3.Connection) -> State:
    inspection.verify_all(db)
    return replayed(db, HALL).state


def _without_chain(db: sqlite3.Connection) -> State:
    if inspection.page_fault(db) is not None:
        raise StoreBroken("structure")
    state = empty_state(HALL)
    for values in db.execute(
        "SELECT seq, at_ms, type, version, data, actor, hash FROM events WHERE hall = ? ORDER BY seq", (HALL,)
    ):
        row = Row(**dict(zip(Row.__struct_fields__, values, strict=True)))
        state = evolve(state, codec.entry(HALL, row))
    return state


def _flipped(hall: Hall, folder: Path, count: int, seed: int) -> Iterator[Path]:
    """The file with one bit of one byte turned, each time another."""
    whole = hall.path.read_bytes()
    random = Random(seed)  # noqa: S311 -- the same damage with and without the chain
    for _ in range(count):
        flipped = bytearray(whole)
        flipped[random.randrange(len(whole))] ^= 1 << random.randrange(8)
        (folder / "damaged.db").write_bytes(flipped)
        yield folder / "damaged.db"


def _cut(hall: Hall, folder: Path, count: int, seed: int) -> Iterator[Path]:
    """One to five rows taken out at a place, the last rows among them, past the triggers that forbid it."""
    random = Random(seed + 1)  # noqa: S311 -- as above
    path = folder / "cut.db"
    for nth in range(count):
        path.write_bytes(hall.path.read_bytes())
        length = random.randint(1, 5)
        first = hall.head.seq + 1 - length if nth % 4 == 0 else random.randint(1, hall.head.seq)
        with closing(sqlite3.connect(path)) as db:
            for trigger in TRIGGERS:
                with suppress(sqlite3.OperationalError):
                    db.execute(f"DROP TRIGGER {trigger}")
            db.execute("DELETE FROM events WHERE seq BETWEEN ? AND ?", (first, first + length - 1))
            db.commit()
        yield path
