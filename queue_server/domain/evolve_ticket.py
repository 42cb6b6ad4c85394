"""Folding what happens to tickets: issued, left the counter, waits again."""

import msgspec
from immutables import Map

from queue_server.domain import events as fact
from queue_server.domain import lines, numbering
from queue_server.domain.events import Entry
from queue_server.domain.hall import CounterId
from queue_server.domain.model import Counter, Day, State, Ticket, TicketState, Undo
from queue_server.domain.waiting import SAMPLE_COUNT_MAX

replace = msgspec.structs.replace


def issued(state: State, entry: Entry, event: fact.TicketIssued) -> State:
    """A new ticket at the end of its line; its place is the instant and the entry's seq."""
    place = (max(state.order_ms, entry.at_ms), entry.seq)
    ticket = Ticket(
        id=event.ticket,
        number=event.number,
        service=event.service,
        category=event.category,
        language=event.language,
        state=TicketState.WAITING,
        place=place,
        arrived=place,
        issued_at_ms=entry.at_ms,
        kiosk=event.kiosk,
    )
    day = _day(state)
    return replace(
        state,
        tickets=state.tickets.set(ticket.id, ticket),
        numbers=state.numbers.set(ticket.number, ticket.id),
        lines=lines.joined(state.lines, ticket),
        sequences=numbering.advanced(state.sequences, day.plan.date, event.prefix, event.ordinal),
        day=replace(day, issued_count=day.issued_count + 1),
    )


def cancelled(state: State, entry: Entry, event: fact.TicketCancelled) -> State:
    return _gone(state, state.tickets[event.ticket], TicketState.CANCELLED, entry.at_ms)


def unserved(state: State, entry: Entry, event: fact.TicketUnserved) -> State:
    return _gone(state, state.tickets[event.ticket], TicketState.UNSERVED, entry.at_ms)


def served(state: State, entry: Entry, event: fact.TicketServed) -> State:
    """The visit ended; its length is measured from the call."""
    before = state.tickets[event.ticket]
    after = replace(before, state=TicketState.DONE, counter=None, ended_at_ms=entry.at_ms)
    lengths = (*state.measured.get(before.service, ()), _length_ms(after))[-SAMPLE_COUNT_MAX:]
    return replace(
        state,
        tickets=state.tickets.set(after.id, after),
        counters=_released(state, event.counter, before, entry),
        measured=state.measured.set(before.service, lengths),
        served=state.served.set(before.service, state.served.get(before.service, 0) + 1),
    )


def unmeasured(state: State, done: Ticket) -> State:
    """Takes back what a served ticket added to the measurements, when its end is undone."""
    lengths = list(state.measured.get(done.service, ()))
    if _length_ms(done) in lengths:
        lengths.reverse()
        lengths.remove(_length_ms(done))
        lengths.reverse()
    return replace(
        state,
        measured=state.measured.set(done.service, tuple(lengths)),
        served=state.served.set(done.service, state.served.get(done.service, 1) - 1),
    )


def missed(state: State, entry: Entry, event: fact.TicketMissed) -> State:
    before = state.tickets[event.ticket]
    after = replace(before, state=TicketState.NO_SHOW, counter=None, ended_at_ms=entry.at_ms)
    counters = _released(state, event.counter, before, entry)
    return replace(state, tickets=state.tickets.set(after.id, after), counters=counters)


def parked(state: State, entry: Entry, event: fact.TicketParked) -> State:
    before = state.tickets[event.ticket]
    after = replace(
        before, state=TicketState.PARKED, counter=None, started_at_ms=None, ended_at_ms=entry.at_ms
    )
    counters = _freed(state, event.counter)
    return replace(state, tickets=state.tickets.set(after.id, after), counters=counters)


def transferred(state: State, _entry: Entry, event: fact.TicketTransferred) -> State:
    before = state.tickets[event.ticket]
    after = replace(
        before,
        state=TicketState.WAITING,
        service=event.service,
        reserved=event.to_counter,
        place=event.place,
        counter=None,
        started_at_ms=None,
    )
    return replace(
        state,
        tickets=state.tickets.set(after.id, after),
        lines=lines.joined(state.lines, after),
        counters=_freed(state, event.counter),
    )


def returned(state: State, _entry: Entry, event: fact.TicketReturned) -> State:
    before = state.tickets[event.ticket]
    after = replace(
        before,
        state=TicketState.WAITING,
        place=event.place,
        reserved=None,
        started_at_ms=None,
        ended_at_ms=None,
    )
    return replace(state, tickets=state.tickets.set(after.id, after), lines=lines.joined(state.lines, after))


def started(state: State, entry: Entry, event: fact.ServiceStarted) -> State:
    before = state.tickets[event.ticket]
    after = replace(before, state=TicketState.SERVING, started_at_ms=entry.at_ms)
    return replace(
        state, tickets=state.tickets.set(after.id, after), counters=_without_undo(state, event.counter)
    )


def _gone(state: State, before: Ticket, end: TicketState, at_ms: int) -> State:
    after = replace(before, state=end, counter=None, ended_at_ms=at_ms)
    is_in_line = before.state is TicketState.WAITING
    return replace(
        state,
        tickets=state.tickets.set(after.id, after),
        lines=lines.left(state.lines, before) if is_in_line else state.lines,
    )


def _released(state: State, counter: CounterId, before: Ticket, entry: Entry) -> Map[CounterId, Counter]:
    """The counter without its ticket, and with a way back."""
    undo = Undo(until_ms=entry.at_ms + state.hall.rules.undo_ms, ended=before)
    return state.counters.set(counter, replace(state.counters[counter], ticket=None, undo=undo))


def _freed(state: State, counter: CounterId) -> Map[CounterId, Counter]:
    return state.counters.set(counter, replace(state.counters[counter], ticket=None, undo=None))


def _without_undo(state: State, counter: CounterId) -> Map[CounterId, Counter]:
    return state.counters.set(counter, replace(state.counters[counter], undo=None))


def _length_ms(done: Ticket) -> int:
    """From the last call to the end, ms."""
    return (done.ended_at_ms or 0) - (done.called_at_ms or 0)


def _day(state: State) -> Day:
    assert state.day is not None, "tickets are issued on a day"
    return state.day
