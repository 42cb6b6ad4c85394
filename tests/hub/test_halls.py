"""A hall is opened when it is asked for and closed when nobody uses it, whatever comes between: `queue_server/halls.py`.

Real hubs on a journal in memory; opening and closing take as many turns of the loop as the test says, so that who asks
meets a hall at every moment of its life. The control is the obvious way to write it, which the same schedule breaks.
"""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from queue_server.calendar import day_plan
from queue_server.clock import FakeClock
from queue_server.config import with_always_open
from queue_server.domain.commands import CancelTicket, CloseCounter, Configure, OpenCounter
from queue_server.domain.events import TicketIssued
from queue_server.domain.hall import CounterId, HallId
from queue_server.domain.model import ActorId, State, TicketId
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.errors import AntreanError, StoreAway
from queue_server.halls import NOT_OPENED, UNKNOWN_HALL, VISIT_EVERY_MS, Directory, Hall, Halls, Openers
from queue_server.hub import Hub
from queue_server.journal.memory import MemoryJournal
from queue_server.live.fanout import Fanout
from queue_server.live.presence import PresenceBook
from queue_server.timekeeper import Timekeeper
from queue_server.wishes import Answer, Wish
from tests.domain.halls import DAY_MS, HALL, MIDNIGHT_MS, small_hall
from tests.hub.houses import MORNING_MS, _answers, take

IDLE_MS = 900_000
OTHER = HallId("other")
SITI = ActorId("officer:siti")
LOKET = CounterId("1")


class Street:
    """The directory and the openers of a test."""

    def __init__(self, clock: FakeClock, *ids: HallId) -> None:
        self.clock = clock
        self.journal = MemoryJournal()
        self.ids = list(ids)
        self.turns = 0
        """Of the loop, that opening and closing take."""
        self.troubles: list[AntreanError] = []
        self.open_count = 0
        self.at_work: dict[HallId, int] = {}
        """Hubs of each hall that run at this moment."""
        self.most_at_work = 0
        self.hubs: list[weakref.ref[Hub]] = []
        self._tasks: dict[int, list[asyncio.Task[None]]] = {}

    def names(self) -> Mapping[HallId, str]:
        return {one: f"MPP {one}" for one in self.ids}

    async def is_known(self, hall: HallId) -> bool:
        await asyncio.sleep(0)
        return hall in self.ids

    async def open(self, hall: HallId) -> Hall:
        self.open_count += 1
        await self._pass()
        if self.troubles:
            raise self.troubles.pop(0)
        hub = Hub(
            hall=hall,
            journal=self.journal,
            timekeeper=Timekeeper(self.clock),
            answers=_answers,
            day_plan=day_plan,
            on_commit=lambda _commit: None,
        )
        self.at_work[hall] = self.at_work.get(hall, 0) + 1
        self.most_at_work = max(self.most_at_work, *self.at_work.values())
        await hub.open()
        self.hubs.append(weakref.ref(hub))
        presence = PresenceBook(
            journal_id=hub.journal_id,
            clock=self.clock,
            name_of=lambda _actor: None,
            on_change=lambda _seat: None,
        )
        made = Hall(hub, presence, Fanout(hub, presence))
        self._tasks[id(hub)] = [asyncio.create_task(hub.run()), asyncio.create_task(made.fanout.run())]
        await hub.submit(
            Wish(
                command=Configure(hall=msgspec.structs.replace(with_always_open(small_hall()), id=hall)),
                by=ActorId("hub"),
            )
        )
        return made

    async def close(self, hall: Hall) -> None:
        await self._pass()
        running, telling = self._tasks.pop(id(hall.hub))
        hall.hub.close()
        await running
        telling.cancel()
        await asyncio.wait({telling})
        self.at_work[hall.hub.hall] -= 1

    async def _pass(self) -> None:
        for _ in range(self.turns):
            await asyncio.sleep(0)


class NaiveHalls:
    """Looks, opens where nothing is there, and closes what was not used for a while: the control."""

    def __init__(self, *, directory: Directory, openers: Openers, clock: FakeClock) -> None:
        self._directory = directory
        self._openers = openers
        self._clock = clock
        self._open: dict[HallId, Hall] = {}
        self._used_ms: dict[HallId, int] = {}

    @asynccontextmanager
    async def using(self, hall: str) -> AsyncIterator[Hall | Rejected]:
        found = self._open.get(HallId(hall))
        if found is None:
            try:
                found = self._open[HallId(hall)] = await self._openers.open(HallId(hall))
            except AntreanError:
                yield NOT_OPENED
                return
        self._used_ms[HallId(hall)] = self._clock.monotonic_ms()
        yield found

    async def tend(self) -> None:
        for hall in tuple(self._open):
            if self._clock.monotonic_ms() - self._used_ms.get(hall, 0) >= IDLE_MS:
                await self._openers.close(self._open.pop(hall))

    async def stop(self) -> None:
        for hall in tuple(self._open):
            await self._openers.close(self._open.pop(hall))


@asynccontextmanager
async def street(*ids: HallId) -> AsyncIterator[tuple[Halls, Street]]:
    """Halls that may be opened, none of them open; all closed when the block ends."""
    clock = FakeClock(MORNING_MS)
    made = Street(clock, *(ids or (HALL,)))
    halls = Halls(directory=made, openers=made, clock=clock, close_after_ms=IDLE_MS)
    try:
        yield halls, made
    finally:
        await halls.stop()
    assert all(count == 0 for count in made.at_work.values()), "a hub was left at work"


async def asked(halls: Halls | NaiveHalls, name: str, hall: str = HALL) -> Answer | Rejected:
    """One command, sent as a request is: the hall held until the answer."""
    async with halls.using(hall) as found:
        if isinstance(found, Rejected):
            return found
        return await found.hub.submit(Wish(command=take(name), by=ActorId("kiosk:k1"), key=name))


async def test_however_many_ask_first_it_is_opened_once() -> None:
    """Forty phones after the link came back: one fold of the journal, one hub, forty numbers."""
    async with street() as (halls, made):
        made.turns = 5
        answers = await asyncio.gather(*(asked(halls, f"t{n}") for n in range(40)))
        state = _state(halls)

    assert 1 == made.open_count
    assert [None] * 40 == [_refusal(answer) for answer in answers]
    assert 40 == len(state.numbers)


async def test_where_it_cannot_be_opened_each_is_told_and_the_next_to_ask_tries_again() -> None:
    """A store that is away for a moment must cost a moment."""
    async with street() as (halls, made):
        made.turns = 3
        made.troubles = [StoreAway("nobody answers")]
        refused = await asyncio.gather(*(asked(halls, f"t{n}") for n in range(5)))
        accepted = await asked(halls, "t9")

    assert [Refusal.BUSY] * 5 == [_refusal(answer) for answer in refused]
    assert (None, 2) == (_refusal(accepted), made.open_count)


async def test_one_who_goes_away_while_it_opens_takes_nothing_from_those_beside_him() -> None:
    """The first to ask is a phone that loses its line; the opening that it began is everybody's."""
    async with street() as (halls, made):
        made.turns = 5
        first = asyncio.create_task(asked(halls, "t1"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        second = asyncio.create_task(asked(halls, "t2"))
        await asyncio.sleep(0)
        first.cancel()

        assert _refusal(await second) is None
        assert 1 == made.open_count


async def test_a_hall_that_is_not_on_the_list_is_unknown_and_nothing_is_opened() -> None:
    """Guessed addresses cost a look at the list."""
    async with street() as (halls, made):
        assert UNKNOWN_HALL == await asked(halls, "t1", "nowhere")
        assert 0 == made.open_count


@pytest.mark.parametrize(("is_held", "is_open"), [(True, True), (False, False)], ids=["held", "left"])
async def test_it_closes_when_nobody_has_used_it_for_a_while(is_held: bool, is_open: bool) -> None:
    """A socket holds its hall for as long as it lives, however quiet it is."""
    async with street() as (halls, made):
        holding = halls.using(HALL)
        assert isinstance(await holding.__aenter__(), Hall)
        if not is_held:
            await holding.__aexit__(None, None, None)
        made.clock.advance(IDLE_MS - 1)
        await halls.tend()
        early = halls.get(HALL) is not None
        made.clock.advance(1)
        await halls.tend()
        late = halls.get(HALL) is not None
        if is_held:
            await holding.__aexit__(None, None, None)

        assert (True, is_open) == (early, late)


async def test_it_stays_open_while_citizens_wait_or_an_officer_is_at_a_counter() -> None:
    """Nobody is forgotten for being quiet, and no clock has to be doubted in the morning."""
    async with street() as (halls, made):
        async with halls.using(HALL) as hall:
            assert isinstance(hall, Hall)
            await hall.hub.submit(Wish(command=OpenCounter(counter=LOKET), by=SITI))
        seen = []
        for _ in range(2):
            made.clock.advance(IDLE_MS)
            await halls.tend()
            seen.append(halls.get(HALL) is not None)
            if len(seen) == 1:
                async with halls.using(HALL) as hall:
                    assert isinstance(hall, Hall)
                    await hall.hub.submit(Wish(command=CloseCounter(counter=LOKET), by=SITI))
        await asked(halls, "t1")
        made.clock.advance(IDLE_MS)
        await halls.tend()
        seen.append(halls.get(HALL) is not None)

    assert [True, False, True] == seen


async def test_what_a_hall_held_is_given_back_when_it_closes() -> None:
    """Fifty halls opened and closed: no hub, no state, no task stays behind."""
    ids = [HallId(f"hall-{n}") for n in range(50)]
    async with street(*ids) as (halls, made):
        tasks_before = len(asyncio.all_tasks())
        for one in ids:
            await _only_opened(halls, one)
        gc.collect()
        alive_open = sum(ref() is not None for ref in made.hubs)
        made.clock.advance(IDLE_MS)
        await halls.tend()
        gc.collect()
        alive_closed = sum(ref() is not None for ref in made.hubs)

        assert (50, 0) == (alive_open, alive_closed)
        assert tasks_before == len(asyncio.all_tasks())


async def test_a_hall_that_nobody_asks_for_still_changes_its_days() -> None:
    """A month in which nobody comes must not end with a clock in doubt; without the visits it does."""
    async with street(HALL, OTHER) as (halls, made):
        async with halls.using(OTHER) as hall:
            assert isinstance(hall, Hall)
        made.clock.advance(IDLE_MS)
        await halls.tend()
        made.ids.remove(HALL)
        for _ in range(80):
            made.clock.advance(VISIT_EVERY_MS)
            await halls.tend()
        async with halls.using(OTHER) as hall:
            assert isinstance(hall, Hall)
            visited = hall.hub.clock_doubt, hall.hub.state.at_ms > MIDNIGHT_MS + 38 * DAY_MS
        made.clock.advance(IDLE_MS)
        await halls.tend()
        made.clock.advance(40 * DAY_MS)
        async with halls.using(OTHER) as hall:
            assert isinstance(hall, Hall)
            slept = hall.hub.clock_doubt

    assert (None, True) == visited
    assert slept is not None, "the control: forty days without a visit"


async def test_a_hall_taken_off_the_list_ends_and_is_unknown() -> None:
    """Whoever holds it is told to go and not to come back; put on the list again, it goes on where it was."""
    async with street() as (halls, made):
        await asked(halls, "t1")
        made.ids.remove(HALL)
        await halls.tend()
        unknown = await asked(halls, "t2")
        made.ids.append(HALL)
        again = await asked(halls, "t3")
        state = _state(halls)

    assert UNKNOWN_HALL == unknown
    assert _refusal(again) is None
    assert {"t1", "t3"} == set(state.tickets.keys())


async def test_a_hub_that_stops_opens_nothing_more() -> None:
    """Who asks then is sent to another node, or back in a second."""
    async with street() as (halls, made):
        made.turns = 3
        late = asyncio.create_task(asked(halls, "t1"))
        await asyncio.sleep(0)
        await halls.stop()

        assert Refusal.BUSY == _refusal(await late) or made.open_count == 1
        assert Refusal.BUSY == _refusal(await asked(halls, "t2"))


Step = tuple[str, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(("ask", "tend", "fail", "wait", "leave")), st.integers(0, 6)),
    min_size=4,
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@example(turns=0, steps=[("ask", 0), ("wait", 6), ("tend", 0), ("ask", 0)])
@given(turns=st.integers(0, 6), steps=STEPS)
def test_no_command_is_lost_whenever_it_comes(turns: int, steps: list[Step]) -> None:
    """Asking, closing, failing and going away in any order and at any moment of each other: one hub at a time, each
    accepted command in the journal exactly once, and nobody refused but by an opening that failed."""
    assert "" == asyncio.run(_played(turns, steps, is_naive=False))


def test_the_obvious_way_loses_commands() -> None:
    """The control, on the schedules that hypothesis found first: two hubs of one hall, and a door shut in a face."""
    two_hubs = asyncio.run(_played(3, [("ask", 0), ("ask", 0)], is_naive=True))
    shut = asyncio.run(
        _played(
            3, [("ask", 0), ("wait", 6), ("wait", 6), ("wait", 6), ("tend", 0), ("ask", 1)], is_naive=True
        )
    )

    assert "two hubs of one hall" in two_hubs
    assert "two hubs of one hall" in shut or "refused" in shut


async def _played(turns: int, steps: list[Step], *, is_naive: bool) -> str:
    """Plays a schedule; what went wrong, empty where nothing did."""
    clock = FakeClock(MORNING_MS)
    made = Street(clock, HALL)
    made.turns = turns
    halls: Halls | NaiveHalls = (
        NaiveHalls(directory=made, openers=made, clock=clock)
        if is_naive
        else Halls(directory=made, openers=made, clock=clock, close_after_ms=IDLE_MS)
    )
    asks: dict[str, asyncio.Task[Answer | Rejected]] = {}
    tending: list[asyncio.Task[None]] = []
    failed_count = 0
    for number, (step, pause) in enumerate(steps):
        if step == "ask":
            asks[f"t{number}"] = asyncio.create_task(_asked_empty(halls, f"t{number}"))
        elif step == "tend":
            clock.advance(IDLE_MS)
            tending.append(asyncio.create_task(halls.tend()))
        elif step == "fail":
            made.troubles.append(StoreAway("nobody answers"))
            failed_count += 1
        elif step == "leave" and asks:
            list(asks.values())[-1].cancel()
        for _ in range(pause * (10 if step == "wait" else 1)):
            await asyncio.sleep(0)
    await asyncio.gather(*asks.values(), *tending, return_exceptions=True)
    await halls.stop()
    answers = {name: task for name, task in asks.items() if not task.cancelled()}
    accepted = {name for name, task in answers.items() if _refusal(task.result()) is None}
    refused_count = len(answers) - len(accepted)
    kept = await _kept(made)
    faults = {
        "two hubs of one hall": made.most_at_work > 1,
        "a hub left at work": any(made.at_work.values()),
        "an accepted command is lost": not accepted <= kept,
        "refused without a failure": refused_count and not failed_count,
    }
    return ", ".join(name for name, is_true in faults.items() if is_true)


async def _asked_empty(halls: Halls | NaiveHalls, name: str) -> Answer | Rejected:
    """A command that leaves nobody in line, so that the hall may close: a ticket, taken back."""
    async with halls.using(HALL) as found:
        if isinstance(found, Rejected):
            return found
        taken = await found.hub.submit(Wish(command=take(name), by=ActorId("kiosk:k1"), key=name))
        given_up = await found.hub.submit(Wish(command=_cancel(name), by=ActorId("anyone")))
        return given_up if taken.refusal is None else taken


async def _only_opened(halls: Halls, hall_id: HallId) -> None:
    async with halls.using(hall_id) as hall:
        assert isinstance(hall, Hall)


def _cancel(name: str) -> "CancelTicket":
    return CancelTicket(ticket=TicketId(name))


async def _kept(made: Street) -> set[str]:
    """Every ticket that the journal knows."""
    entries = await made.journal.read(HALL, 0, 20_000)
    return {entry.event.ticket for entry in entries if isinstance(entry.event, TicketIssued)}


def _state(halls: Halls) -> State:
    hall = halls.get(HALL)
    assert hall is not None
    return hall.hub.state


def _refusal(answer: Answer | Rejected) -> Refusal | None:
    refusal = answer if isinstance(answer, Rejected) else answer.refusal
    return None if refusal is None else refusal.code
