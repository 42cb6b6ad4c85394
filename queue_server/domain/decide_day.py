"""Deciding what time and configuration bring: the day, the hours, what grew too old, a changed hall.

A node's clock only proposes. Every command here is harmless when it comes twice, early or from two nodes: it looks at
the state and journals what is due and not yet there.
"""

from itertools import islice

import msgspec

from queue_server.domain import retiring
from queue_server.domain.commands import Configure, RevisePlan, SettleClock, StartDay, Tick
from queue_server.domain.decision import Accepted, Decision
from queue_server.domain.events import (
    AnyEvent,
    CallDropped,
    Carried,
    ClockSettled,
    CounterClosed,
    DayClosed,
    DayOpened,
    EndCause,
    HallConfigured,
    HoursChanged,
    NumberShownInstead,
    PlanRevised,
    PrintAbandoned,
    TicketServed,
    TicketUnserved,
)
from queue_server.domain.hall import ServiceId
from queue_server.domain.model import (
    ActorId,
    Call,
    CounterState,
    Day,
    PrintJob,
    State,
    TicketState,
    VoiceState,
)

IN_HAND_PATIENCE_MS = 2 * 3_600_000
"""The day changes with no ticket in hand; one that nobody touched for two hours at night was forgotten."""

ACTIVE = frozenset({TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.PARKED})
IN_HAND = frozenset({TicketState.CALLED, TicketState.SERVING})


def configure(state: State, command: Configure, _by: ActorId, _now_ms: int) -> Decision:
    """The proposed hall, with what it leaves out but citizens still wait for kept as retired."""
    wanted = retiring.merged(state, command.hall)
    if state.is_configured and wanted == state.hall:
        return Accepted()
    return Accepted((HallConfigured(hall=wanted),))


def start_day(state: State, command: StartDay, _by: ActorId, now_ms: int) -> Decision:
    """Opens the first day, or seals the running one and opens the next, once nobody is at a counter."""
    plan = command.plan
    if not plan.starts_at_ms <= now_ms < plan.ends_at_ms:
        return Accepted()
    if state.day is None:
        return Accepted((DayOpened(plan=plan), *_hours_due(Day(plan=plan), now_ms)))
    if plan.date == state.day.plan.date or _is_anyone_served(state, now_ms):
        return Accepted()
    opening = (DayOpened(plan=plan), *_hours_due(Day(plan=plan), now_ms))
    return Accepted(
        (*_leftovers(state), DayClosed(date=state.day.plan.date, carried=carried(state)), *opening)
    )


def revise_plan(state: State, command: RevisePlan, _by: ActorId, now_ms: int) -> Decision:
    """New opening hours for the running day."""
    if state.day is None or command.plan.date != state.day.plan.date or command.plan == state.day.plan:
        return Accepted()
    revised = msgspec.structs.replace(state.day, plan=command.plan)
    return Accepted((PlanRevised(plan=command.plan), *_hours_due(revised, now_ms)))


def tick(state: State, _command: Tick, _by: ActorId, now_ms: int) -> Decision:
    """Whatever is due by now."""
    return Accepted((
        *(() if state.day is None else _hours_due(state.day, now_ms)),
        *(CallDropped(call=call.call) for call in _pending(state) if _drop_at_ms(state, call) <= now_ms),
        *(event for job in _in_order(state) for event in _job_due(state, job, now_ms)),
        *retiring.retirement_due(state),
    ))  # fmt: skip


def settle_clock(_state: State, _command: SettleClock, _by: ActorId, _now_ms: int) -> Decision:
    """The hub stamps this entry with its clock as it stands, and time goes on from there."""
    return Accepted((ClockSettled(),))


def next_due_ms(state: State) -> int | None:
    """The next instant at which `Tick` would do something; None: nothing is to come."""
    instants = [
        *_next_hours_ms(state),
        *((state.at_ms,) if retiring.retirement_due(state) else ()),
        *(_drop_at_ms(state, call) for call in _pending(state)),
        *(_job_due_ms(state, job) for job in state.jobs.values()),
    ]
    return min(instants, default=None)


def carried(state: State) -> Carried:
    """What a day leaves to the next when it is sealed on this state."""
    return Carried(
        hall=retiring.stripped(state.hall),
        call_count=state.call_count,
        job_count=state.job_count,
        sequences={date: dict(sorted(of_day.items())) for date, of_day in sorted(state.sequences.items())},
        restored=state.restored,
    )


def _is_anyone_served(state: State, now_ms: int) -> bool:
    touched = (
        max(ticket.started_at_ms or 0, ticket.called_at_ms or 0)
        for ticket in state.tickets.values()
        if ticket.state in IN_HAND
    )
    return any(now_ms - at_ms < IN_HAND_PATIENCE_MS for at_ms in touched)


def _leftovers(state: State) -> tuple[AnyEvent, ...]:
    """Closes whatever the day leaves open: calls, paper, tickets by arrival, counters."""
    events: list[AnyEvent] = [CallDropped(call=call.call) for call in _pending(state)]
    events += [PrintAbandoned(job=job.id) for job in _in_order(state)]
    for ticket in sorted(state.tickets.values(), key=lambda ticket: ticket.arrived):
        if ticket.state in IN_HAND:
            assert ticket.counter is not None, "a ticket in hand is at a counter"
            events.append(TicketServed(ticket=ticket.id, counter=ticket.counter, cause=EndCause.DAY_END))
        elif ticket.state in ACTIVE:
            events.append(TicketUnserved(ticket=ticket.id))
    staffed = [p.id for p in state.hall.counters if state.counters[p.id].state is not CounterState.CLOSED]
    return (*events, *(CounterClosed(counter=counter) for counter in staffed))


def _hours_due(day: Day, now_ms: int) -> tuple[AnyEvent, ...]:
    should = _open_at(day, now_ms)
    opened = tuple(sorted(should - day.open_services))
    closed = tuple(sorted(day.open_services - should))
    return (HoursChanged(opened=opened, closed=closed),) if opened or closed else ()


def _next_hours_ms(state: State) -> tuple[int, ...]:
    """When services open or close next; at once where an entry has passed the instant before any tick came."""
    day = state.day
    if day is None:
        return ()
    if _open_at(day, state.at_ms) != day.open_services:
        return (state.at_ms,)
    marks = {mark for opening in day.plan.openings for mark in (opening.opens_at_ms, opening.closes_at_ms)}
    # Where two periods touch nothing changes: such an instant is passed over, or it would be due for ever.
    changes = (
        mark for mark in sorted(marks) if mark > state.at_ms and _open_at(day, mark) != day.open_services
    )
    return tuple(islice(changes, 1))


def _open_at(day: Day, now_ms: int) -> frozenset[ServiceId]:
    return frozenset(
        opening.service
        for opening in day.plan.openings
        if opening.opens_at_ms <= now_ms < opening.closes_at_ms
    )


def _pending(state: State) -> list[Call]:
    """The calls that nobody began to speak, by number: a map's own order may differ after a replay."""
    pending = (call for calls in state.calls.values() for call in calls if call.voice is VoiceState.PENDING)
    return sorted(pending, key=lambda call: call.call)


def _in_order(state: State) -> list[PrintJob]:
    return sorted(state.jobs.values(), key=lambda job: (job.requested_at_ms, job.id))


def _drop_at_ms(state: State, call: Call) -> int:
    return call.called_at_ms + state.hall.rules.announce_within_ms


def _job_due_ms(state: State, job: PrintJob) -> int:
    rules = state.hall.rules
    if job.shown_at_ms is None:
        return job.requested_at_ms + rules.print_patience_ms
    return job.shown_at_ms + rules.print_abandon_ms


def _job_due(state: State, job: PrintJob, now_ms: int) -> tuple[AnyEvent, ...]:
    if _job_due_ms(state, job) > now_ms:
        return ()
    return (NumberShownInstead(job=job.id),) if job.shown_at_ms is None else (PrintAbandoned(job=job.id),)
