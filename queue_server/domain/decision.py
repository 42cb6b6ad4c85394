"""What deciding gives: events, or a refusal. Shared by the decide modules, with the look-ups they all begin with."""

from typing import NamedTuple, TypeAlias

import msgspec

from queue_server.domain.events import AnyEvent
from queue_server.domain.hall import CounterId, CounterPlace, Service, ServiceId
from queue_server.domain.model import ActorId, Counter, CounterState, State, Ticket, TicketId
from queue_server.domain.refusals import Refusal, Rejected


class Accepted(msgspec.Struct, frozen=True):
    """The command holds; `events` may be empty where it changes nothing (a `next` that finds nobody)."""

    events: tuple[AnyEvent, ...] = ()


Decision: TypeAlias = Accepted | Rejected


class Desk(NamedTuple):
    """A counter as configured and as it is now."""

    place: CounterPlace
    now: Counter


def rejected(code: Refusal, detail: str, **more: str | int | None) -> Rejected:
    """A refusal with one plain sentence."""
    return Rejected(code=code, detail=detail, more=more)


def service_of(state: State, service: ServiceId) -> Service | None:
    """The service as configured; None: unknown."""
    return next((known for known in state.hall.services if known.id == service), None)


def desk_of(state: State, counter: CounterId) -> Desk | None:
    """The counter; None: unknown."""
    place = next((known for known in state.hall.counters if known.id == counter), None)
    return None if place is None else Desk(place, state.counters[counter])


def held_desk(
    state: State, counter: CounterId, sees: TicketId | None, by: ActorId
) -> tuple[Desk, Ticket | None] | Rejected:
    """A counter that is this officer's, with the ticket that he really sees in hand.

    The order of refusals is the contract's: unknown things, `STALE_VIEW`, states.
    """
    desk = desk_of(state, counter)
    if desk is None:
        return rejected(Refusal.UNKNOWN_COUNTER, f"There is no counter '{counter}'.")
    if sees != desk.now.ticket:
        return rejected(Refusal.STALE_VIEW, "The counter has moved on since this was pressed.")
    refusal = not_held(desk, by)
    if refusal is not None:
        return refusal
    return desk, None if desk.now.ticket is None else state.tickets[desk.now.ticket]


def not_held(desk: Desk, by: ActorId) -> Rejected | None:
    """Why this officer does not hold this counter; None: he does."""
    if desk.now.state is CounterState.CLOSED:
        return rejected(Refusal.COUNTER_CLOSED, f"{desk.place.name} is closed.")
    if desk.now.officer != by:
        return rejected(Refusal.NOT_YOUR_COUNTER, f"{desk.place.name} is held by somebody else.")
    return None


def in_hand(
    state: State, counter: CounterId, sees: TicketId | None, by: ActorId
) -> tuple[Desk, Ticket] | Rejected:
    """The same where a ticket must be in hand."""
    held = held_desk(state, counter, sees, by)
    if isinstance(held, Rejected):
        return held
    desk, ticket = held
    if ticket is None:
        return rejected(Refusal.NO_TICKET_IN_HAND, f"Nobody is at {desk.place.name}.")
    return desk, ticket
