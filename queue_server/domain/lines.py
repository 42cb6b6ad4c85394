"""All lines of a hall: one per service and lane, and one per counter and lane for tickets sent to that counter."""

from collections.abc import Iterator

from immutables import Map

from queue_server.domain import line
from queue_server.domain.hall import CounterPlace, ServiceId
from queue_server.domain.line import Line
from queue_server.domain.model import LANES, Lane, State, Ticket, TicketId

Lines = Map[str, Line]


def key(owner: str, lane: Lane) -> str:
    """The name of a line. `owner` is a service's id, or `@` and a counter's id; ids hold neither `@` nor `/`."""
    return f"{owner}/{lane}"


def owner_of(ticket: Ticket) -> str:
    """In whose line a ticket waits."""
    return ticket.service if ticket.reserved is None else f"@{ticket.reserved}"


def joined(lines: Lines, ticket: Ticket) -> Lines:
    """The lines with a ticket standing at its place."""
    name = key(owner_of(ticket), ticket.lane)
    return lines.set(name, line.inserted(lines.get(name, line.EMPTY), ticket.place, ticket.id))


def left(lines: Lines, ticket: Ticket) -> Lines:
    """The lines without a waiting ticket.

    Raises:
        KeyError: it does not stand at its place.
    """
    name = key(owner_of(ticket), ticket.lane)
    return lines.set(name, line.removed(lines[name], ticket.place))


def owners_for(place: CounterPlace) -> tuple[str, ...]:
    """Whose lines a counter calls from: its services' and its own."""
    return (*place.services, f"@{place.id}")


def of_lane(lines: Lines, owners: tuple[str, ...], lane: Lane) -> Iterator[Line]:
    """The lines that are not empty."""
    for owner in owners:
        found = lines.get(f"{owner}/{lane}")
        if found:
            yield found


def waiting_count(state: State, service: ServiceId) -> int:
    """How many wait for a service, those sent to one counter among them."""
    own = sum(line.count(state.lines.get(key(service, lane), line.EMPTY)) for lane in LANES)
    return own + sum(1 for ticket in _reserved(state) if state.tickets[ticket].service == service)


def waiting_tickets(state: State, service: ServiceId) -> Iterator[TicketId]:
    """Everyone who waits for a service, in no promised order across lanes."""
    for lane in LANES:
        for _, ticket in line.entries(state.lines.get(key(service, lane), line.EMPTY)):
            yield TicketId(ticket)
    for ticket_id in _reserved(state):
        if state.tickets[ticket_id].service == service:
            yield ticket_id


def oldest_arrival_ms(state: State, service: ServiceId) -> int | None:
    """When the one who waits longest arrived; None: nobody waits."""
    arrivals = [state.tickets[ticket].issued_at_ms for ticket in waiting_tickets(state, service)]
    return min(arrivals, default=None)


def _reserved(state: State) -> Iterator[TicketId]:
    for name, waiting in state.lines.items():
        if name.startswith("@"):
            for _, ticket in line.entries(waiting):
                yield TicketId(ticket)
