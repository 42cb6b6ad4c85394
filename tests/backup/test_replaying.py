"""Folding a journal anew, and telling two states apart by their names."""

from pathlib import Path

import msgspec
from immutables import Map

from queue_server.domain.events import DayClosed, Entry
from queue_server.domain.evolve import evolve
from queue_server.domain.model import State, empty_state
from queue_server.journal import inspection
from queue_server.journal.sqlite import open_sqlite
from queue_server.replaying import differing, digests, replayed
from tests.backup.house import rush, until, working_hall
from tests.domain.halls import DAY_MS, HALL, HOUR_MS
from tests.hub.houses import MORNING_MS, take

EVENING_MS = 8 * HOUR_MS
"""After the morning."""


async def test_both_ways_to_a_state_meet_and_days_are_counted(tmp_path: Path) -> None:
    """From the first entry, and from the last closed day as a start folds it."""
    expected = await _two_days(tmp_path)
    with inspection.opened(tmp_path / "antrean.db") as db:
        found = replayed(db, HALL, at_seq=100)
        beyond = replayed(db, HALL, at_seq=expected.seq + 1)

    assert expected == found.state == found.from_seal
    assert (expected.seq, 1, ()) == (found.entry_count, found.day_count, found.wrong_seals)
    assert found.asked is not None
    assert 100 == found.asked.seq
    assert beyond.asked is None


async def test_a_fold_that_lets_something_through_a_closed_day_is_seen(tmp_path: Path) -> None:
    """Then a start from the seal would give another hall than the one that ran: both ways are told apart."""

    def leaking(state: State, entry: Entry) -> State:
        after = evolve(state, entry)
        is_seal = isinstance(entry.event, DayClosed)
        return msgspec.structs.replace(after, served=state.served) if is_seal else after

    await _two_days(tmp_path)
    with inspection.opened(tmp_path / "antrean.db") as db:
        found = replayed(db, HALL, evolve_by=leaking)

    assert ["served"] == differing(digests(found.state), digests(found.from_seal))


async def test_a_closed_day_that_hands_on_something_else_is_named(tmp_path: Path) -> None:
    """The chain holds, the entry reads, and it is wrong: a number would be given again after the next start."""
    await _two_days(tmp_path)
    journal = await open_sqlite(tmp_path / "antrean.db")
    head = await journal.open_hall(HALL)
    [sealed] = await journal.read(HALL, head.seal_seq - 1, 1)
    assert isinstance(sealed.event, DayClosed)
    wrong = msgspec.structs.replace(sealed, seq=head.seq + 1, event=sealed.event)
    await journal.append(HALL, head.seq, [wrong], ())
    await journal.close()
    with inspection.opened(tmp_path / "antrean.db") as db:
        found = replayed(db, HALL)

    assert (head.seq + 1,) == found.wrong_seals
    assert [] == differing(digests(found.state), digests(found.from_seal))


async def test_a_name_is_the_same_for_the_same_state_however_it_was_filled(tmp_path: Path) -> None:
    """A persistent map's own order depends on how it came about."""
    async with working_hall(tmp_path) as house, rush(house, 4):
        await until(house, 100)
        state = house.bench.hub.state
    backwards = msgspec.structs.replace(
        state, tickets=Map(dict(reversed(list(state.tickets.items())))), counters=Map(state.counters)
    )

    assert state == backwards
    assert digests(state) == digests(backwards)


def test_a_difference_names_the_part_it_lies_in() -> None:
    """Whoever sees one knows where to look; a part that only one side has is a difference."""
    one = empty_state(HALL)
    other = msgspec.structs.replace(one, call_count=1, seq=2)

    assert [] == differing(digests(one), digests(one))
    assert ["call_count", "seq"] == differing(digests(one), digests(other))
    assert ["later"] == differing(digests(one), {**digests(one), "later": "x"})
    assert set(State.__struct_fields__) == set(digests(one))


async def _two_days(folder: Path) -> State:
    """A morning with a rush, its evening, and one ticket of the next day; the state that it led to."""
    async with working_hall(folder) as house, rush(house, 3):
        await until(house, 100)
    async with working_hall(folder, at_ms=MORNING_MS + EVENING_MS):
        pass  # Closing time comes, and no clock leaps over a line that waits.
    async with working_hall(folder, at_ms=MORNING_MS + DAY_MS) as house:
        await house.bench.wish(take("tomorrow"))
        return house.bench.hub.state
