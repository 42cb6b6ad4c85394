"""Deciding who sits at a counter: open, pause, resume, close."""

from queue_server.domain.commands import CloseCounter, OpenCounter, PauseCounter, ResumeCounter
from queue_server.domain.decision import Accepted, Decision, Desk, desk_of, not_held, rejected
from queue_server.domain.events import (
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    CounterTaken,
)
from queue_server.domain.hall import CounterId
from queue_server.domain.model import ActorId, CounterState, State
from queue_server.domain.refusals import Refusal


def open_counter(state: State, command: OpenCounter, by: ActorId, _now_ms: int) -> Decision:
    """Opens a closed counter, takes one that another holds where `take` says so, resumes one's own."""
    desk = desk_of(state, command.counter)
    if desk is None or desk.place.is_retired:
        return _unknown(command.counter)
    holder = desk.now.officer
    if holder is None:
        return Accepted((CounterOpened(counter=desk.place.id, officer=by),))
    if holder == by:
        is_paused = desk.now.state is CounterState.PAUSED
        return Accepted((CounterResumed(counter=desk.place.id),) if is_paused else ())
    if not command.take:
        return rejected(
            Refusal.COUNTER_TAKEN,
            f"{desk.place.name} is held by somebody else.",
            officer=holder,
            since_ms=desk.now.since_ms,
        )
    return Accepted((CounterTaken(counter=desk.place.id, officer=by, from_officer=holder),))


def pause_counter(state: State, command: PauseCounter, by: ActorId, _now_ms: int) -> Decision:
    """No calls until it resumes; a ticket in hand stays in hand."""
    desk = desk_of(state, command.counter)
    if desk is None:
        return _unknown(command.counter)
    refusal = not_held(desk, by)
    if refusal is not None:
        return refusal
    if desk.now.state is CounterState.PAUSED:
        return Accepted()
    return Accepted((CounterPaused(counter=desk.place.id, reason=command.reason),))


def resume_counter(state: State, command: ResumeCounter, by: ActorId, _now_ms: int) -> Decision:
    """Calls again."""
    desk = desk_of(state, command.counter)
    if desk is None:
        return _unknown(command.counter)
    refusal = not_held(desk, by)
    if refusal is not None:
        return refusal
    return Accepted((CounterResumed(counter=desk.place.id),) if desk.now.state is CounterState.PAUSED else ())


def close_counter(state: State, command: CloseCounter, by: ActorId, _now_ms: int) -> Decision:
    """The officer leaves; not while somebody is at the desk."""
    desk = desk_of(state, command.counter)
    if desk is None:
        return _unknown(command.counter)
    return _closed(desk, by)


def _closed(desk: Desk, by: ActorId) -> Decision:
    refusal = not_held(desk, by)
    if refusal is not None:
        return refusal
    if desk.now.ticket is not None:
        return rejected(Refusal.WRONG_STATE, "Somebody is at the counter: finish, park or transfer first.")
    return Accepted((CounterClosed(counter=desk.place.id),))


def _unknown(counter: CounterId) -> Decision:
    return rejected(Refusal.UNKNOWN_COUNTER, f"There is no counter '{counter}'.")
