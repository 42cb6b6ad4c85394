"""Folding a settled clock. Where it fell, nothing may go on that began later than now.

Else a visit would have a negative length, paper would wait for hours, and a step could be undone all morning. Places in
line are left alone: who came before stays before, see `State.order_ms`. Proven in `tests/domain/test_clock.py`.
"""

from collections.abc import Mapping

import msgspec
from immutables import Map

from queue_server.domain import events as fact
from queue_server.domain.events import Entry
from queue_server.domain.model import Call, Counter, PrintJob, State, Ticket

replace = msgspec.structs.replace


def settled(state: State, entry: Entry, _event: fact.ClockSettled) -> State:
    """The state with every instant that lies ahead of the entry moved back to it, and no way back at any counter."""
    now_ms = entry.at_ms
    if now_ms >= state.at_ms:
        return state
    return replace(
        state,
        tickets=Map({name: _ticket(ticket, now_ms) for name, ticket in state.tickets.items()}),
        counters=Map({name: _counter(counter, now_ms) for name, counter in state.counters.items()}),
        calls=Map(
            {zone: tuple(_call(call, now_ms) for call in calls) for zone, calls in state.calls.items()}
        ),
        jobs=Map({name: _job(job, now_ms) for name, job in state.jobs.items()}),
    )


def _ticket(ticket: Ticket, now_ms: int) -> Ticket:
    fields = ("issued_at_ms", "called_at_ms", "started_at_ms", "ended_at_ms")
    return replace(ticket, **_moved({name: getattr(ticket, name) for name in fields}, now_ms))


def _counter(counter: Counter, now_ms: int) -> Counter:
    return replace(counter, since_ms=min(counter.since_ms, now_ms), undo=None)


def _call(call: Call, now_ms: int) -> Call:
    fields = ("called_at_ms", "speaking_at_ms", "spoken_at_ms")
    return replace(call, **_moved({name: getattr(call, name) for name in fields}, now_ms))


def _job(job: PrintJob, now_ms: int) -> PrintJob:
    fields = ("requested_at_ms", "shown_at_ms")
    return replace(job, **_moved({name: getattr(job, name) for name in fields}, now_ms))


def _moved(instants: Mapping[str, int | None], now_ms: int) -> dict[str, int | None]:
    return {name: None if at_ms is None else min(at_ms, now_ms) for name, at_ms in instants.items()}
