"""The hub's laws: one order, group commit, nothing seen that is not stored, the same command twice acts once."""

import asyncio

import pytest

from queue_server.domain.commands import CallNext, OpenCounter
from queue_server.domain.hall import CounterId, Rules
from queue_server.domain.model import ActorId, TicketId
from queue_server.domain.refusals import Refusal
from queue_server.errors import OutcomeUnknown, StoreFull
from queue_server.hub import BATCH_COUNT_MAX, INBOX_COUNT_MAX
from queue_server.journal.memory import MemoryJournal
from queue_server.wishes import Wish
from tests.domain.halls import HOUR_MS, small_hall
from tests.hub.houses import KIOSK, MORNING_MS, FailingJournal, running_hub, take

SITI = ActorId("officer:siti")
LOKET = CounterId("1")

IN_2035_MS = MORNING_MS + 9 * 365 * 24 * HOUR_MS


async def test_wishes_that_wait_together_are_stored_in_one_append() -> None:
    """Design, "Group commit": a storm pays one commit per batch, an idle hall one per command."""
    journal = FailingJournal()
    async with running_hub(journal) as bench:
        before = len(journal.appends)

        await asyncio.gather(*(bench.wish(take(f"t{n}")) for n in range(100)))

        assert [(100, 0)] == journal.appends[before:]


async def test_a_batch_is_bounded_and_the_rest_follows() -> None:
    """`BATCH_COUNT_MAX`: the first to ask does not wait for the last."""
    journal = FailingJournal()
    async with running_hub(journal) as bench:
        before = len(journal.appends)

        await asyncio.gather(*(bench.wish(take(f"t{n}")) for n in range(BATCH_COUNT_MAX + 10)))

        assert [(BATCH_COUNT_MAX, 0), (10, 0)] == journal.appends[before:]


async def test_numbers_follow_the_order_of_arrival() -> None:
    """One serial order per hall: who asked first has the lower number."""
    async with running_hub() as bench:
        await asyncio.gather(*(bench.wish(take(f"t{n}")) for n in range(50)))

        tickets = bench.hub.state.tickets
        assert [f"A{n + 1:03d}" for n in range(50)] == [tickets[TicketId(f"t{n}")].number for n in range(50)]


async def test_views_never_see_what_is_not_stored() -> None:
    """The committed state moves only after the append returned, and is told in the same step."""
    journal = FailingJournal()
    async with running_hub(journal) as bench:
        state = bench.hub.state
        journal.failures.append(StoreFull("no space"))

        answer = await bench.wish(take("t1"))

        assert answer.refusal is not None
        assert Refusal.BUSY == answer.refusal.code
        assert state is bench.hub.state
        assert bench.commits[-1].after is state


async def test_a_full_disk_is_told_and_so_is_its_end() -> None:
    """A refusing store costs commands, not the hub: it goes on by itself."""
    journal = FailingJournal()
    async with running_hub(journal) as bench:
        journal.failures.append(StoreFull("no space"))

        refused = await bench.wish(take("t1"))
        accepted = await bench.wish(take("t2"))

        assert (True, False) == (refused.refusal is not None, accepted.refusal is not None)
        assert ["no space", None] == bench.told


async def test_an_unknown_outcome_is_neither_yes_nor_no_and_ends_the_hub() -> None:
    """Going on could be going on wrong: the service manager starts it again and the key decides."""
    journal = FailingJournal()
    answers = []
    with pytest.RaisesGroup(OutcomeUnknown):
        async with running_hub(journal) as bench:
            journal.failures.append(OutcomeUnknown("input/output error"))
            answers.append(await bench.wish(take("t1"), key="k1"))
            await asyncio.get_running_loop().create_future()  # until the hub's end cancels this

    assert [Refusal.OUTCOME_UNKNOWN] == [answer.refusal.code for answer in answers if answer.refusal]


async def test_the_same_key_gives_the_first_answer_again_in_every_way_it_can_come() -> None:
    """In the same batch, later, and after a restart (contract, "Doing it once")."""
    journal = MemoryJournal()
    async with running_hub(journal) as bench:
        first, twin = await asyncio.gather(bench.wish(take("t1"), key="k"), bench.wish(take("t2"), key="k"))
        later = await bench.wish(take("t3"), key="k")
    async with running_hub(journal) as bench:
        after_restart = await bench.wish(take("t4"), key="k")

        assert {first.body} == {twin.body, later.body, after_restart.body}
        assert [False, True, True, True] == [a.is_replayed for a in (first, twin, later, after_restart)]
        assert {TicketId("t1")} == set(bench.hub.state.tickets.keys())


async def test_without_a_key_the_same_request_acts_twice() -> None:
    """The control of the test above: it is the key that makes it once."""
    async with running_hub() as bench:
        await bench.wish(take("t1"))
        await bench.wish(take("t2"))

        assert 2 == len(bench.hub.state.tickets)


async def test_a_key_used_for_another_request_is_refused() -> None:
    """`KEY_REUSED`: nothing is changed."""
    async with running_hub() as bench:
        await bench.wish(take("t1"), key="k", fingerprint=b"one")
        answer = await bench.wish(take("t2"), key="k", fingerprint=b"other")

        assert answer.refusal is not None
        assert Refusal.KEY_REUSED == answer.refusal.code
        assert 1 == len(bench.hub.state.tickets)


async def test_keys_belong_to_the_one_who_sends_them() -> None:
    """Two kiosks may count their keys from one."""
    async with running_hub() as bench:
        await bench.wish(take("t1"), by=KIOSK, key="1")
        await bench.wish(take("t2"), by=ActorId("kiosk:k2"), key="1")

        assert 2 == len(bench.hub.state.tickets)


async def test_a_refusal_is_not_remembered() -> None:
    """What was refused is decided afresh (contract, "Doing it once")."""
    async with running_hub() as bench:
        refused = await bench.wish(CallNext(counter=LOKET, sees=None), by=SITI, key="k")
        await bench.wish(OpenCounter(counter=LOKET), by=SITI)
        accepted = await bench.wish(CallNext(counter=LOKET, sees=None), by=SITI, key="k")

        assert refused.refusal is not None
        assert (None, False) == (accepted.refusal, accepted.is_replayed)


async def test_a_next_that_found_nobody_is_remembered() -> None:
    """It was accepted, so the same key must not call somebody who came meanwhile."""
    async with running_hub() as bench:
        await bench.wish(OpenCounter(counter=LOKET), by=SITI)
        await bench.wish(CallNext(counter=LOKET, sees=None), by=SITI, key="k")
        await bench.wish(take("t1"))
        again = await bench.wish(CallNext(counter=LOKET, sees=None), by=SITI, key="k")

        assert again.is_replayed
        assert bench.hub.state.counters[LOKET].ticket is None


@pytest.mark.parametrize(
    ("age_ms", "age_ms_max", "is_expired"),
    [(5_000, 5_000, False), (5_001, 5_000, True), (10**9, None, False)],
)
async def test_a_press_from_too_long_ago_is_refused(
    age_ms: int, age_ms_max: int | None, is_expired: bool
) -> None:
    """`EXPIRED`: the person who pressed meant another moment."""
    async with running_hub() as bench:
        answer = await bench.wish(take("t1"), age_ms=age_ms, age_ms_max=age_ms_max)

        assert is_expired == (answer.refusal is not None)


async def test_time_in_the_inbox_counts_as_age() -> None:
    """A hub that was slow must not call late on an old press."""
    async with running_hub() as bench:
        pending = bench.hub.submit(Wish(command=take("t1"), by=KIOSK, age_ms=4_000, age_ms_max=5_000))
        bench.clock.advance(2_000)
        answer = await pending

        assert answer.refusal is not None
        assert Refusal.EXPIRED == answer.refusal.code


async def test_a_stored_key_comes_before_expired() -> None:
    """Precedence: whoever asks again late learns what became of his command."""
    async with running_hub() as bench:
        await bench.wish(take("t1"), key="k")
        answer = await bench.wish(take("t2"), key="k", age_ms=60_000, age_ms_max=15_000)

        assert answer.is_replayed


async def test_a_full_inbox_is_busy_at_once() -> None:
    """Bounded: `BUSY` now is kinder than an answer in a minute."""
    async with running_hub(hall=small_hall(rules=Rules(line_max=10**6))) as bench:
        answers = [
            bench.hub.submit(Wish(command=take(f"t{n}"), by=KIOSK)) for n in range(INBOX_COUNT_MAX + 3)
        ]
        done = await asyncio.gather(*answers)

        assert 3 == sum(1 for answer in done if answer.refusal is not None)
        assert INBOX_COUNT_MAX == len(bench.hub.state.tickets)


async def test_a_caller_that_goes_away_changes_nothing_for_the_others() -> None:
    """Its wish is carried out or not, the batch as a whole is."""
    async with running_hub() as bench:
        left = bench.hub.submit(Wish(command=take("t1"), by=KIOSK))
        stayed = bench.hub.submit(Wish(command=take("t2"), by=KIOSK))
        left.cancel()
        answer = await stayed

        assert answer.refusal is None
        assert {TicketId("t1"), TicketId("t2")} == set(bench.hub.state.tickets.keys())


async def test_a_restart_folds_the_same_state() -> None:
    """The journal is the truth: replay == live."""
    journal = MemoryJournal()
    async with running_hub(journal) as bench:
        await bench.wish(OpenCounter(counter=LOKET), by=SITI)
        await asyncio.gather(*(bench.wish(take(f"t{n}")) for n in range(20)))
        await bench.wish(CallNext(counter=LOKET, sees=None), by=SITI)
        live = bench.hub.state
    async with running_hub(journal) as bench:
        assert live == bench.hub.state


async def test_two_hubs_on_one_journal_keep_one_order() -> None:
    """`Conflict` means that another node was first: read, evolve, decide again. Nothing is lost or given twice."""
    journal = MemoryJournal(is_shared=True)
    async with running_hub(journal) as one, running_hub(journal) as two:
        answers = await asyncio.gather(
            *(bench.wish(take(f"{name}{n}")) for n in range(20) for name, bench in (("a", one), ("b", two)))
        )
        await one.hub.look_again()

        numbers = [ticket.number for ticket in one.hub.state.tickets.values()]
        assert all(answer.refusal is None for answer in answers)
        assert 40 == len(numbers) == len(set(numbers))


async def test_the_day_begins_and_ends_by_the_clock_alone() -> None:
    """A new day begins with an empty line; what was left waiting is closed as unserved, by an event."""
    async with running_hub() as bench:
        await bench.wish(take("t1"))
        for _ in range(18):  # from 09:00 to 03:00
            bench.clock.advance(3_600_000)
            await bench.wish(OpenCounter(counter=LOKET), by=SITI)

        kinds = [type(entry.event).__name__ for entry in bench.commits[-1].entries]
        assert bench.hub.state.day is not None
        assert "2026-03-18" == bench.hub.state.day.plan.date
        assert ["TicketUnserved", "CounterClosed", "DayClosed", "DayOpened"] == kinds[:4]
        assert 0 == len(bench.hub.state.tickets)


async def test_a_clock_that_falls_back_is_held_and_numbers_go_on() -> None:
    """Back two hours: instants never fall, numbers never repeat."""
    async with running_hub() as bench:
        await bench.wish(take("t1"))
        bench.clock.set(MORNING_MS - 2 * 3_600_000)
        await bench.wish(take("t2"))

        tickets = bench.hub.state.tickets
        assert ["A001", "A002"] == [tickets[TicketId(name)].number for name in ("t1", "t2")]
        assert tickets[TicketId("t2")].issued_at_ms >= tickets[TicketId("t1")].issued_at_ms


async def test_a_clock_in_2035_is_held_and_numbers_go_on() -> None:
    """A battery was changed at noon: no day is ended by it, and no number lost or repeated when it is put right."""
    async with running_hub() as bench:
        for name, at_ms in (("t1", MORNING_MS), ("t2", IN_2035_MS), ("t3", MORNING_MS + 60_000)):
            bench.clock.set(at_ms)
            await bench.wish(take(name))

        state = bench.hub.state
        assert ["A001", "A002", "A003"] == [
            state.tickets[TicketId(name)].number for name in ("t1", "t2", "t3")
        ]
        assert state.day is not None
        assert "2026-03-17" == state.day.plan.date
        assert state.at_ms < MORNING_MS + 120_000


async def test_a_clock_that_crosses_midnight_twice_gives_no_number_of_a_date_twice() -> None:
    """The day changes, the clock is set back to yesterday's morning, and a time server puts it right again."""
    given: list[tuple[str, str]] = []

    async def given_to(name: str) -> None:
        await bench.wish(take(name))
        assert bench.hub.state.day is not None
        given.append((bench.hub.state.day.plan.date, bench.hub.state.tickets[TicketId(name)].number))

    async with running_hub() as bench:
        await given_to("t1")
        for _ in range(24):
            bench.clock.advance(HOUR_MS)
            await bench.wish(OpenCounter(counter=LOKET), by=SITI)
        await given_to("t2")
        bench.clock.set(MORNING_MS + HOUR_MS)
        await given_to("t3")
        bench.clock.set(MORNING_MS + 25 * HOUR_MS)
        await given_to("t4")

    dates = ("2026-03-17", *("2026-03-18",) * 3)
    assert list(zip(dates, ("A001", "A001", "A002", "A003"), strict=True)) == given
