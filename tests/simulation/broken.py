"""Rules that are wrong on purpose, one mistake each: an auditor that does not see them is no auditor.

Each is a `decide` or an `evolve` with the hall's own behind it. They are handed to the simulation as arguments.
"""

from collections.abc import Callable

import msgspec
from immutables import Map

from queue_server.domain import commands as wish
from queue_server.domain import events as fact
from queue_server.domain.commands import AnyCommand
from queue_server.domain.decide import decide
from queue_server.domain.decision import Accepted, Decision
from queue_server.domain.events import AnyEvent, Entry
from queue_server.domain.evolve import evolve
from queue_server.domain.model import ActorId, CallNo, State, TicketState
from queue_server.domain.numbering import number_text

replace = msgspec.structs.replace


def number_by_counting(state: State, command: AnyCommand, by: ActorId, now_ms: int) -> Decision:
    """The next number is one more than the tickets that still wait: what a hasty programmer writes."""

    def counted(event: AnyEvent) -> AnyEvent:
        if not isinstance(event, fact.TicketIssued):
            return event
        waiting = [ticket for ticket in state.tickets.values() if ticket.state is TicketState.WAITING]
        ordinal = len(waiting) + 1
        return replace(event, number=number_text(event.prefix, ordinal), ordinal=ordinal)

    return _changed(decide(state, command, by, now_ms), counted)


def next_without_sees(state: State, command: AnyCommand, by: ActorId, now_ms: int) -> Decision:
    """Calls the next whoever is in hand, and forgets to end his visit."""
    decision = decide(state, command, by, now_ms)
    if not isinstance(command, wish.CallNext) or not isinstance(decision, Accepted):
        return decision
    return Accepted(tuple(event for event in decision.events if isinstance(event, fact.TicketCalled)))


def newest_first(state: State, command: AnyCommand, by: ActorId, now_ms: int) -> Decision:
    """Calls a friend: the regular ticket that came last."""

    def friendly(event: AnyEvent) -> AnyEvent:
        if not isinstance(event, fact.TicketCalled) or event.why.reason is not None:
            return event
        service = state.tickets[event.ticket].service
        friends = [
            ticket
            for ticket in state.tickets.values()
            if ticket.state is TicketState.WAITING and ticket.service == service and ticket.reserved is None
        ]
        newest = max(friends, key=lambda ticket: ticket.place, default=None)
        return event if newest is None else replace(event, ticket=newest.id)

    return _changed(decide(state, command, by, now_ms), friendly)


def priority_always_first(state: State, command: AnyCommand, by: ActorId, now_ms: int) -> Decision:
    """No ratio: who is regular waits until nobody else does."""
    rules = replace(state.hall.rules, priority_run=1_000)
    return decide(replace(state, hall=replace(state.hall, rules=rules)), command, by, now_ms)


def call_numbers_again(state: State, command: AnyCommand, by: ActorId, now_ms: int) -> Decision:
    """A recall goes out under the number of the call before."""

    def repeated(event: AnyEvent) -> AnyEvent:
        if not isinstance(event, fact.TicketRecalled):
            return event
        return replace(event, call=CallNo(event.call - 1))

    return _changed(decide(state, command, by, now_ms), repeated)


def day_without_sweeping(state: State, command: AnyCommand, by: ActorId, now_ms: int) -> Decision:
    """The day closes over people who still wait."""
    decision = decide(state, command, by, now_ms)
    if not isinstance(decision, Accepted):
        return decision
    kept = tuple(event for event in decision.events if not isinstance(event, fact.TicketUnserved))
    return Accepted(kept)


def undo_forgets_the_line(state: State, entry: Entry) -> State:
    """Takes the call back, but the ticket stands in no line: it waits for ever."""
    after = evolve(state, entry)
    return replace(after, lines=state.lines) if isinstance(entry.event, fact.StepUndone) else after


def transfer_leaves_the_hand_full(state: State, entry: Entry) -> State:
    """The ticket waits elsewhere and is still at the desk."""
    after = evolve(state, entry)
    if not isinstance(entry.event, fact.TicketTransferred):
        return after
    counter = replace(after.counters[entry.event.counter], ticket=entry.event.ticket)
    return replace(after, counters=after.counters.set(counter.id, counter))


def closing_forgets_the_reserved(state: State, entry: Entry) -> State:
    """Whoever was sent to a counter goes on waiting for it after it closed."""
    after = evolve(state, entry)
    if not isinstance(entry.event, fact.CounterClosed):
        return after
    return replace(after, lines=state.lines, tickets=state.tickets)


def sequences_forgotten(state: State, entry: Entry) -> State:
    """The sequences are lost when a counter pauses: a restart that forgot, in small."""
    after = evolve(state, entry)
    return replace(after, sequences=Map()) if isinstance(entry.event, fact.CounterPaused) else after


def start_forgets_the_calls(state: State, entry: Entry) -> State:
    """How often a citizen was called is lost when he sits down."""
    after = evolve(state, entry)
    if not isinstance(entry.event, fact.ServiceStarted):
        return after
    ticket = replace(after.tickets[entry.event.ticket], calls=0)
    return replace(after, tickets=after.tickets.set(ticket.id, ticket))


def _changed(decision: Decision, change: Callable[[AnyEvent], AnyEvent]) -> Decision:
    if not isinstance(decision, Accepted):
        return decision
    return Accepted(tuple(change(event) for event in decision.events))
