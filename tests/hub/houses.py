"""A hub on a journal and a clock of the test's own, with the small hall of `tests.domain.halls`."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from queue_server.clock import FakeClock
from queue_server.domain.commands import AnyCommand, Configure, TakeTicket
from queue_server.domain.events import Entry
from queue_server.domain.hall import DayPlan, HallConfig, HallId, ServiceId
from queue_server.domain.model import ActorId, State, TicketId
from queue_server.errors import AntreanError
from queue_server.hub import Commit, Hub
from queue_server.journal.base import Head, Journal, StoredOutcome
from queue_server.journal.memory import MemoryJournal
from queue_server.timekeeper import Timekeeper
from queue_server.wishes import Answer, Wish
from tests.domain.halls import DAY_MS, HALL, HOUR_MS, MIDNIGHT_MS, day_plan, small_hall

MORNING_MS = MIDNIGHT_MS + 9 * HOUR_MS
KIOSK = ActorId("kiosk:k1")


class Bench:
    """One hub under test."""

    def __init__(self, hub: Hub, clock: FakeClock, commits: list[Commit], told: list[str | None]) -> None:
        self.hub = hub
        self.clock = clock
        self.commits = commits
        self.told = told

    async def wish(
        self, command: AnyCommand, by: ActorId = KIOSK, key: str | None = None, **more: object
    ) -> Answer:
        """Submits one wish and waits for its answer."""
        return await self.hub.submit(Wish(command=command, by=by, key=key, **more))  # type: ignore[arg-type]  # fields of Wish


def take(name: str, service: str = "ktp") -> TakeTicket:
    """A ticket taken under a given id."""
    return TakeTicket(ticket=TicketId(name), service=ServiceId(service), language="id")


@asynccontextmanager
async def running_hub(
    journal: Journal | None = None, clock: FakeClock | None = None, hall: HallConfig | None = None
) -> AsyncIterator[Bench]:
    """A configured hub whose day has begun; stops when the block ends."""
    clock = clock or FakeClock(MORNING_MS)
    commits: list[Commit] = []
    told: list[str | None] = []
    hub = Hub(
        hall=HALL,
        journal=journal or MemoryJournal(),
        timekeeper=Timekeeper(clock),
        answers=_answers,
        day_plan=_day_plan,
        on_commit=commits.append,
        on_store=told.append,
    )
    await hub.open()
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(hub.run())
        await hub.submit(Wish(command=Configure(hall=hall or small_hall()), by=ActorId("hub")))
        yield Bench(hub, clock, commits, told)
        hub.close()
        await running


def _answers(state: State, command: AnyCommand) -> tuple[int, bytes]:
    """A body that tells at which seq it was made, so that a replayed one is told apart from a new one."""
    return 200, f'{{"seq": {state.seq}, "command": "{type(command).__name__}"}}'.encode()


def _day_plan(_hall: HallConfig, now_ms: int) -> DayPlan:
    """The day of the small hall that an instant falls into."""
    days = (now_ms - MIDNIGHT_MS - 3 * HOUR_MS) // DAY_MS
    return day_plan(f"2026-03-{17 + days}")


class FailingJournal:
    """A memory journal whose next appends raise what the test says."""

    def __init__(self) -> None:
        self.is_shared = False
        self.inner = MemoryJournal()
        self.failures: list[AntreanError] = []
        self.appends: list[tuple[int, int]] = []
        """Entries and outcomes of each append that was tried."""

    async def open_hall(self, hall: HallId) -> Head:
        return await self.inner.open_hall(hall)

    async def append(
        self, hall: HallId, expected_seq: int, entries: Sequence[Entry], outcomes: Sequence[StoredOutcome]
    ) -> None:
        self.appends.append((len(entries), len(outcomes)))
        if self.failures:
            raise self.failures.pop(0)
        await self.inner.append(hall, expected_seq, entries, outcomes)

    async def read(self, hall: HallId, after_seq: int, limit: int) -> list[Entry]:
        return await self.inner.read(hall, after_seq, limit)

    async def outcome(self, hall: HallId, actor: ActorId, key: str) -> StoredOutcome | None:
        return await self.inner.outcome(hall, actor, key)

    async def maintain(self, now_ms: int) -> None:
        await self.inner.maintain(now_ms)

    async def close(self) -> None:
        await self.inner.close()
