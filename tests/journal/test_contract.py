"""What every journal keeps, whatever it is made of. A journal without this suite is not one."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from queue_server.domain.events import Entry
from queue_server.domain.hall import HallId
from queue_server.errors import Conflict
from queue_server.journal.base import OUTCOME_KEPT_MS, READ_COUNT_MAX, Journal
from queue_server.journal.chain import GENESIS
from queue_server.journal.store import open_store
from tests.journal.examples import BABAT, EVENTS, KIOSK, LAMONGAN, NOON_MS, OFFICER, entries, outcome, tickets

STORE_URLS = ("memory:", "sqlite:antrean.db", "postgresql:")
"""Each journal by its address; a new one is added here and nowhere else."""


@pytest.fixture(params=STORE_URLS)
def store_url(request: pytest.FixtureRequest) -> str:
    if request.param == "postgresql:":
        return str(request.getfixturevalue("postgres_url"))
    return str(request.param)


@pytest.fixture
async def journal(store_url: str, tmp_path: Path) -> AsyncIterator[Journal]:
    opened = await open_store(store_url, tmp_path)
    yield opened
    await opened.close()


async def _everything(journal: Journal, hall: HallId = LAMONGAN) -> list[Entry]:
    return await journal.read(hall, 0, READ_COUNT_MAX)


async def test_a_new_hall_stands_at_zero(journal: Journal) -> None:
    """Nothing was written yet: number 0, the chain's beginning, no seal, nothing remembered."""
    head = await journal.open_hall(LAMONGAN)

    assert (0, GENESIS, 0, frozenset()) == (head.seq, head.hash, head.seal_seq, head.outcome_keys)
    assert [] == await _everything(journal)


async def test_a_hall_keeps_its_journal_id_and_no_other_hall_has_it(journal: Journal) -> None:
    """`journal_id` tells a restored database from the one before (contract, live socket 2): 128 random bits."""
    first = await journal.open_hall(LAMONGAN)
    again = await journal.open_hall(LAMONGAN)
    other = await journal.open_hall(BABAT)

    assert first.journal_id == again.journal_id
    assert first.journal_id != other.journal_id
    assert 16 == len(bytes.fromhex(first.journal_id))


async def test_every_type_of_event_comes_back_as_it_was_written(journal: Journal) -> None:
    """decode(encode(x)) == x, for one example of each type with every field set."""
    written = entries(1, *EVENTS)
    await journal.append(LAMONGAN, 0, written, [])

    assert written == await _everything(journal)


async def test_reading_goes_on_behind_a_number_and_stops_at_the_limit(journal: Journal) -> None:
    """Pages of any size, put together, are the journal; behind the head there is nothing."""
    written = tickets(1, 10)
    await journal.append(LAMONGAN, 0, written, [])

    assert written[3:7] == await journal.read(LAMONGAN, 3, 4)
    assert written[9:] == await journal.read(LAMONGAN, 9, 4)
    assert [] == await journal.read(LAMONGAN, 10, 4)
    assert [] == await journal.read(LAMONGAN, 11, 4)


async def test_the_head_moves_with_each_batch(journal: Journal) -> None:
    """Number and hash of the last entry; each batch continues the one before."""
    heads = [await journal.open_hall(LAMONGAN)]
    for seq in range(0, 6, 2):
        await journal.append(LAMONGAN, seq, tickets(seq + 1, 2), [])
        heads.append(await journal.open_hall(LAMONGAN))

    assert [0, 2, 4, 6] == [head.seq for head in heads]
    assert 4 == len({head.hash for head in heads})


async def test_the_seal_is_the_last_closed_day(journal: Journal) -> None:
    """A start folds from the last `DayClosed`, itself included (design, "DayClosed seals a day")."""
    closed = next(event for event in EVENTS if type(event).__name__ == "DayClosed")
    await journal.append(LAMONGAN, 0, [*tickets(1, 2), *entries(3, closed), *tickets(4, 2)], [])
    await journal.append(LAMONGAN, 5, [*entries(6, closed), *tickets(7, 2)], [])
    head = await journal.open_hall(LAMONGAN)

    assert 6 == head.seal_seq
    assert [6, 7, 8] == [entry.seq for entry in await journal.read(LAMONGAN, head.seal_seq - 1, 100)]


@pytest.mark.parametrize("expected_seq", [0, 2, 4, 40])
async def test_a_batch_on_another_head_is_a_conflict_and_leaves_nothing(
    journal: Journal, expected_seq: int
) -> None:
    """The number is the fence (design, "The same law for one node and many"), below the head and above it."""
    await journal.append(LAMONGAN, 0, tickets(1, 3), [outcome("first")])
    before = await journal.open_hall(LAMONGAN)

    with pytest.raises(Conflict):
        await journal.append(LAMONGAN, expected_seq, tickets(expected_seq + 1, 2), [outcome("second")])

    assert before == await journal.open_hall(LAMONGAN)
    assert tickets(1, 3) == await _everything(journal)
    assert None is await journal.outcome(LAMONGAN, KIOSK, "second")


async def test_an_outcome_alone_is_held_to_the_same_head(journal: Journal) -> None:
    """A `next` that found nobody is remembered too, and was decided on a head like any other."""
    await journal.append(LAMONGAN, 0, tickets(1, 1), [])
    await journal.append(LAMONGAN, 1, [], [outcome("nobody waits")])
    with pytest.raises(Conflict):
        await journal.append(LAMONGAN, 0, [], [outcome("too late")])

    head = await journal.open_hall(LAMONGAN)
    assert (1, frozenset({(KIOSK, "nobody waits")})) == (head.seq, head.outcome_keys)


async def test_an_outcome_comes_back_byte_for_byte(journal: Journal) -> None:
    """The same key with the same request gives the first answer again, body and all (contract, "Doing it once")."""
    written = outcome("0190-aa")
    await journal.append(LAMONGAN, 0, tickets(1, 1), [written, outcome("0190-bb")])

    assert written == await journal.outcome(LAMONGAN, KIOSK, "0190-aa")
    assert None is await journal.outcome(LAMONGAN, KIOSK, "0190-cc")
    assert {(KIOSK, "0190-aa"), (KIOSK, "0190-bb")} == (await journal.open_hall(LAMONGAN)).outcome_keys


async def test_a_key_belongs_to_the_hall_and_to_the_one_who_sends_it(journal: Journal) -> None:
    """Another actor, or another hall, may use the same key (contract, "Doing it once")."""
    await journal.append(LAMONGAN, 0, [], [outcome("k"), outcome("k", actor=OFFICER)])
    await journal.append(BABAT, 0, [], [outcome("k")])

    assert {(KIOSK, "k"), (OFFICER, "k")} == (await journal.open_hall(LAMONGAN)).outcome_keys
    assert {(KIOSK, "k")} == (await journal.open_hall(BABAT)).outcome_keys


async def test_a_key_that_is_taken_is_a_conflict_and_takes_its_entries_with_it(journal: Journal) -> None:
    """Entries and outcomes are one transaction: neither is ever there without the other."""
    await journal.append(LAMONGAN, 0, tickets(1, 1), [outcome("k")])

    with pytest.raises(Conflict):
        await journal.append(LAMONGAN, 1, tickets(2, 1), [outcome("new"), outcome("k")])
    with pytest.raises(Conflict):
        await journal.append(LAMONGAN, 1, tickets(2, 1), [outcome("twice"), outcome("twice")])

    head = await journal.open_hall(LAMONGAN)
    assert (1, frozenset({(KIOSK, "k")})) == (head.seq, head.outcome_keys)


async def test_two_halls_do_not_mix(journal: Journal) -> None:
    """Each hall counts, chains and reads for itself."""
    for seq in range(5):
        await journal.append(LAMONGAN, seq, tickets(seq + 1, 1), [outcome(f"{seq}")])
        await journal.append(BABAT, seq * 2, tickets(seq * 2 + 1, 2), [])

    assert tickets(1, 5) == await _everything(journal)
    assert tickets(1, 10) == await _everything(journal, BABAT)
    assert None is await journal.outcome(BABAT, KIOSK, "0")


async def test_of_many_who_append_at_once_one_wins_each_number(journal: Journal) -> None:
    """Thirty writers on one head: one commit, twenty-nine conflicts, nothing torn."""
    attempts = (journal.append(LAMONGAN, 0, tickets(1, 3), [outcome(f"{n}")]) for n in range(30))
    results = await asyncio.gather(*attempts, return_exceptions=True)

    head = await journal.open_hall(LAMONGAN)
    assert 1 == results.count(None)
    assert 29 == sum(isinstance(result, Conflict) for result in results)
    assert (3, 1) == (head.seq, len(head.outcome_keys))


@pytest.mark.parametrize("turns", range(6))
async def test_a_caller_cancelled_at_any_turn_never_tears_a_batch(journal: Journal, turns: int) -> None:
    """Whole or not at all, and the journal goes on from there (dependencies, "aiosqlite")."""
    appending = asyncio.create_task(journal.append(LAMONGAN, 0, tickets(1, 200), [outcome("k")]))
    for _ in range(turns):
        await asyncio.sleep(0)
    appending.cancel()
    await asyncio.wait([appending])

    head = await journal.open_hall(LAMONGAN)
    assert (head.seq, len(head.outcome_keys)) in {(0, 0), (200, 1)}
    await journal.append(LAMONGAN, head.seq, tickets(head.seq + 1, 1), [outcome("next")])
    assert tickets(1, head.seq + 1) == await _everything(journal)


async def test_outcomes_are_forgotten_after_48_hours_and_not_before(journal: Journal) -> None:
    """Keys live 48 h (contract, "Doing it once")."""
    old = outcome("old", at_ms=NOON_MS)
    young = outcome("young", at_ms=NOON_MS + 1)
    await journal.append(LAMONGAN, 0, tickets(1, 1), [old, young])
    await journal.maintain(NOON_MS + 1 + OUTCOME_KEPT_MS)

    assert {(KIOSK, "young")} == (await journal.open_hall(LAMONGAN)).outcome_keys
    assert tickets(1, 1) == await _everything(journal)


async def test_housekeeping_changes_nothing_else(journal: Journal) -> None:
    """Called between batches and in idle moments, as often as one likes."""
    for seq in range(70):
        await journal.append(LAMONGAN, seq, tickets(seq + 1, 1), [outcome(f"{seq}")])
        await journal.maintain(NOON_MS)
    before = await journal.open_hall(LAMONGAN)
    for _ in range(3):
        await journal.maintain(NOON_MS)

    assert before == await journal.open_hall(LAMONGAN)
    assert tickets(1, 70) == await _everything(journal)


async def test_closing_twice_is_harmless(journal: Journal) -> None:
    """The fixture closes once more."""
    await journal.append(LAMONGAN, 0, tickets(1, 1), [])

    await journal.close()
    await journal.close()
