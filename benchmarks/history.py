"""A year of a hall's journal, made straight through the journal's own door: sealed days, then this morning.

One day is lived by the real rules; it is written once for each day of the year, with its instants moved, and sealed
as the rules seal it. Today is lived from the last seal on. What the last two days' commands were answered stands beside
it, as after two busy days.
"""

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from benchmarks.lived_hall import OFFICER, LivedHall
from queue_server.calendar import day_plan
from queue_server.domain import commands as wish
from queue_server.domain.events import DayClosed, DayOpened, Entry
from queue_server.domain.evolve import folded
from queue_server.domain.hall import DayPlan, HallConfig
from queue_server.domain.model import State, empty_state
from queue_server.journal.base import StoredOutcome
from queue_server.journal.sqlite import SqliteJournal, open_sqlite

DAY_MS = 86_400_000
TICKETS_A_DAY = 1_500
STEP_MS = 20_000
"""From one ticket to the next: 1,500 of them fill eight hours."""

ANSWERED_DAYS = 2
"""Days whose answers are still remembered (48 h)."""

ANSWER_BYTES = 550

replace = msgspec.structs.replace


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What was made."""

    tickets: int
    days: int
    entries: int
    took_s: float


async def write_history(database: Path, hall: HallConfig, now_ms: int, days: int) -> Written:
    """Fills a fresh database with so many sealed days and with today until now."""
    started = time.monotonic()
    today = day_plan(hall, now_ms)
    journal = await open_sqlite(database)
    try:
        await journal.open_hall(hall.id)
        sample = _sample_day(hall, now_ms)
        state = empty_state(hall.id)
        for ago in range(days, 0, -1):
            plan = day_plan(hall, now_ms - ago * DAY_MS)
            entries = _moved(sample, state, plan)
            await _stored(journal, hall, state.seq, entries, is_answered=ago <= ANSWERED_DAYS)
            state = _sealed(state, entries)
        lived = _lived(hall, today, state, min(STEP_MS, (now_ms - today.starts_at_ms) // (TICKETS_A_DAY + 1)))
        await _stored(journal, hall, state.seq, lived.entries, is_answered=True)
    finally:
        await journal.close()
    return Written(
        tickets=days * TICKETS_A_DAY, days=days, entries=lived.state.seq, took_s=time.monotonic() - started
    )


def _sample_day(hall: HallConfig, now_ms: int) -> list[Entry]:
    """From the configuration to the seal of a day, by the real rules."""
    plan, following = (day_plan(hall, now_ms + days * DAY_MS) for days in (-1, 0))
    lived = _lived(hall, plan, empty_state(hall.id), STEP_MS)
    # Two hours into the next day whoever is still in hand counts as forgotten.
    lived.now_ms = following.starts_at_ms + 3 * 3_600_000
    lived.do(wish.StartDay(plan=following))
    sealed = next(n for n, entry in enumerate(lived.entries) if isinstance(entry.event, DayClosed))
    return lived.entries[: sealed + 1]


def _lived(hall: HallConfig, plan: DayPlan, state: State, step_ms: int) -> LivedHall:
    lived = LivedHall(state, plan.starts_at_ms, step_ms)
    lived.open(hall, plan)
    for _ in range(TICKETS_A_DAY):
        lived.visit()
    return lived


def _moved(sample: Sequence[Entry], state: State, plan: DayPlan) -> list[Entry]:
    """The sample day as another one; the configuration is written once, with the first."""
    [opened] = (entry.event for entry in sample if isinstance(entry.event, DayOpened))
    by_ms = plan.starts_at_ms - opened.plan.starts_at_ms
    first = 0 if state.seq == 0 else next(n for n, e in enumerate(sample) if isinstance(e.event, DayOpened))
    return [
        replace(entry, seq=state.seq + n, at_ms=entry.at_ms + by_ms, event=_of_day(entry, plan, state))
        for n, entry in enumerate(sample[first:], 1)
    ]


def _of_day(entry: Entry, plan: DayPlan, before: State) -> DayOpened | DayClosed | object:
    match entry.event:
        case DayOpened():
            return DayOpened(plan=plan)
        case DayClosed(carried=carried):
            [numbers] = carried.sequences.values()
            known = {date: dict(of_day) for date, of_day in before.sequences.items()}
            counted = replace(
                carried,
                call_count=before.call_count + carried.call_count,
                sequences={**known, plan.date: numbers},
            )
            return DayClosed(date=plan.date, carried=counted)
        case event:
            return event


def _sealed(state: State, entries: Sequence[Entry]) -> State:
    """What goes on after a day: all that a fold needs is its seal."""
    return folded(state, entries[-1:])


async def _stored(
    journal: SqliteJournal, hall: HallConfig, seq: int, entries: Sequence[Entry], *, is_answered: bool
) -> None:
    """One day in one batch."""
    outcomes = [
        StoredOutcome(
            actor=OFFICER,
            key=f"k-{entry.seq}",
            fingerprint=bytes(16),
            status=200,
            body=b"x" * ANSWER_BYTES,
            at_ms=entry.at_ms,
        )
        for entry in entries
        if is_answered
    ]
    await journal.append(hall.id, seq, entries, outcomes)
