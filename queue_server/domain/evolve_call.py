"""Folding what happens at counters: who sits there, calls, their voices, and the step taken back."""

import msgspec

from queue_server.domain import calling, line, lines
from queue_server.domain import events as fact
from queue_server.domain.events import Entry
from queue_server.domain.evolve_ticket import unmeasured
from queue_server.domain.hall import CounterId, ZoneId
from queue_server.domain.model import (
    LANES,
    Call,
    CallNo,
    Counter,
    CounterState,
    State,
    Ticket,
    TicketId,
    TicketState,
    Undo,
    VoiceState,
)

replace = msgspec.structs.replace

KEPT_COUNT_MAX = 64
"""Calls kept per zone: the contract's bound on a display's list, and more than a zone has counters."""


def counter_opened(state: State, entry: Entry, event: fact.CounterOpened | fact.CounterTaken) -> State:
    return _with_counter(
        state,
        event.counter,
        state=CounterState.OPEN,
        officer=event.officer,
        since_ms=entry.at_ms,
        pause_reason=None,
        undo=None,
    )


def counter_paused(state: State, entry: Entry, event: fact.CounterPaused) -> State:
    return _with_counter(
        state, event.counter, state=CounterState.PAUSED, since_ms=entry.at_ms, pause_reason=event.reason
    )


def counter_resumed(state: State, entry: Entry, event: fact.CounterResumed) -> State:
    return _with_counter(
        state, event.counter, state=CounterState.OPEN, since_ms=entry.at_ms, pause_reason=None
    )


def counter_closed(state: State, entry: Entry, event: fact.CounterClosed) -> State:
    """Whoever was sent to this counter waits in the service's line again, at the same place."""
    after = state
    for lane in LANES:
        for _, ticket_id in line.entries(state.lines.get(lines.key(f"@{event.counter}", lane), line.EMPTY)):
            before = after.tickets[TicketId(ticket_id)]
            freed = replace(before, reserved=None)
            after = replace(
                after,
                tickets=after.tickets.set(freed.id, freed),
                lines=lines.joined(lines.left(after.lines, before), freed),
            )
    return _with_counter(
        after,
        event.counter,
        state=CounterState.CLOSED,
        officer=None,
        since_ms=entry.at_ms,
        pause_reason=None,
        undo=None,
    )


def called(state: State, entry: Entry, event: fact.TicketCalled) -> State:
    """A ticket leaves its line (or its parking place) and is in hand."""
    before = state.tickets[event.ticket]
    after = replace(
        before,
        state=TicketState.CALLED,
        counter=event.counter,
        reserved=None,
        called_at_ms=entry.at_ms,
        calls=before.calls + 1,
        started_at_ms=None,
        ended_at_ms=None,
    )
    counter = state.counters[event.counter]
    ended = counter.undo.ended if event.follows_end and counter.undo is not None else None
    turn_before = None if event.pool is None else state.turns.get(event.pool, calling.NO_TURN)
    undo = Undo(
        until_ms=entry.at_ms + state.hall.rules.undo_ms,
        ended=ended,
        called=before,
        pool=event.pool or "",
        turn=turn_before,
    )
    turns = state.turns
    if event.pool is not None and turn_before is not None:
        turns = turns.set(event.pool, calling.turned(turn_before, state.hall.rules, before.lane))
    moved = replace(
        state,
        tickets=state.tickets.set(after.id, after),
        lines=lines.left(state.lines, before) if before.state is TicketState.WAITING else state.lines,
        turns=turns,
        counters=state.counters.set(
            event.counter, replace(counter, ticket=after.id, last_call=event.call, undo=undo)
        ),
    )
    return _announced(moved, entry, event, after)


def recalled(state: State, entry: Entry, event: fact.TicketRecalled) -> State:
    before = state.tickets[event.ticket]
    after = replace(before, called_at_ms=entry.at_ms, calls=before.calls + 1)
    moved = replace(state, tickets=state.tickets.set(after.id, after))
    moved = _with_counter(moved, event.counter, last_call=event.call, undo=None)
    return _announced(moved, entry, event, after)


def undone(state: State, _entry: Entry, event: fact.StepUndone) -> State:
    """Puts back both tickets as they were, and takes the call off the screens and out of the voice's mouth."""
    counter = state.counters[event.counter]
    undo = counter.undo
    assert undo is not None, "only a step that can be undone is undone"
    after = state
    if undo.called is not None:
        after = _uncalled(after, undo, _as_it_was(state, undo.called), event.counter)
    if undo.ended is not None:
        now = state.tickets[undo.ended.id]
        after = unmeasured(after, now) if now.state is TicketState.DONE else after
        after = replace(after, tickets=after.tickets.set(undo.ended.id, _as_it_was(state, undo.ended)))
    in_hand = None if undo.ended is None else undo.ended.id
    return _with_counter(after, event.counter, ticket=in_hand, undo=None)


def shown(state: State, _entry: Entry, event: fact.CallShown) -> State:
    return _with_call(state, event.call, shown=event.shown)


def speaking(state: State, entry: Entry, event: fact.CallSpeaking) -> State:
    return _with_call(state, event.call, voice=VoiceState.SPEAKING, speaking_at_ms=entry.at_ms)


def spoken(state: State, entry: Entry, event: fact.CallSpoken) -> State:
    return _with_call(state, event.call, voice=VoiceState.SPOKEN, spoken_at_ms=entry.at_ms)


def dropped(state: State, _entry: Entry, event: fact.CallDropped) -> State:
    assert state.day is not None, "calls belong to a day"
    day = replace(state.day, dropped_count=state.day.dropped_count + 1)
    return _with_call(replace(state, day=day), event.call, voice=VoiceState.DROPPED)


def _as_it_was(state: State, before: Ticket) -> Ticket:
    """A ticket as a step found it, but for what went on elsewhere: its paper, and a counter closed since."""
    place = None if before.reserved is None else state.counters.get(before.reserved)
    is_staffed = place is not None and place.state is not CounterState.CLOSED
    return replace(
        before,
        print=state.tickets[before.id].print,
        reserved=before.reserved if is_staffed else None,
    )


def _uncalled(state: State, undo: Undo, before: Ticket, counter: CounterId) -> State:
    is_in_line = before.state is TicketState.WAITING
    last_call = state.counters[counter].last_call
    after = replace(
        state,
        tickets=state.tickets.set(before.id, before),
        lines=lines.joined(state.lines, before) if is_in_line else state.lines,
        turns=state.turns if undo.turn is None else state.turns.set(undo.pool, undo.turn),
    )
    return after if last_call is None else _with_call(after, last_call, voice=VoiceState.WITHDRAWN)


def _announced(
    state: State, entry: Entry, event: fact.TicketCalled | fact.TicketRecalled, ticket: Ticket
) -> State:
    name = next(place.name for place in state.hall.counters if place.id == event.counter)
    call = Call(
        call=event.call,
        ticket=ticket.id,
        number=ticket.number,
        service=ticket.service,
        counter=event.counter,
        counter_name=name,
        zone=event.zone,
        times=ticket.calls,
        called_at_ms=entry.at_ms,
    )
    kept = (*state.calls.get(event.zone, ()), call)[-KEPT_COUNT_MAX:]
    return replace(state, calls=state.calls.set(event.zone, kept), call_count=event.call)


def _with_call(state: State, number: CallNo, /, **changes: object) -> State:
    """The state with one call changed; unchanged where the call has left the list."""
    for zone, calls in state.calls.items():
        for index, call in enumerate(calls):
            if call.call == number:
                changed = (*calls[:index], replace(call, **changes), *calls[index + 1 :])
                return replace(state, calls=state.calls.set(ZoneId(zone), changed))
    return state


def _with_counter(state: State, counter: CounterId, /, **changes: object) -> State:
    now: Counter = replace(state.counters[counter], **changes)
    return replace(state, counters=state.counters.set(counter, now))
