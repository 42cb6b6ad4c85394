"""What a ticket's holder and the staff see of it: the citizen's own page, and the ticket in an officer's hand."""

from typing import NamedTuple

from queue_server.domain import calling
from queue_server.domain.decision import desk_of, service_of
from queue_server.domain.hall import HallConfig, Service, ServiceId
from queue_server.domain.model import State, Ticket, TicketId, TicketState
from queue_server.domain.standing import Standing
from queue_server.domain.waiting import Pace, pace
from queue_server.views.codes import CATEGORIES, PRINT_STATES, TICKET_STATES
from queue_server.views.heads import zone_name
from queue_server.views.presence import Presence
from queue_server.views.services import as_estimate, estimate
from queue_server.wire.shapes import Estimate, TicketView


def ticket_view(state: State, _presence: Presence, ticket: TicketId) -> TicketView | None:
    """One ticket of today; None: there is no such ticket."""
    found = state.tickets.get(ticket)
    return None if found is None else described(state, found)


def described(state: State, ticket: Ticket) -> TicketView:
    """A ticket with the names that its page needs."""
    service = service_of(state, ticket.service)
    names = Names(service_name(state.hall, service, ticket.service), agency_name(state.hall, service))
    return _written(state, ticket, names, *waits(state, ticket))


class Names(NamedTuple):
    """What a ticket's service and agency are called, by language."""

    service: dict[str, str]
    agency: dict[str, str]


class TicketViews:
    """`ticket_view` for many tickets of one state: what those of a line share is worked out once.

    That it gives the same views is held by `tests/views/test_ticket.py`.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self._standing = Standing(state)
        self._names: dict[ServiceId, Names] = {}
        self._paces: dict[ServiceId, Pace | None] = {}

    def view(self, ticket: TicketId) -> TicketView | None:
        """One ticket of today; None: there is no such ticket."""
        found = self.state.tickets.get(ticket)
        if found is None:
            return None
        names = self._names.get(found.service)
        if names is None:
            service = service_of(self.state, found.service)
            hall = self.state.hall
            names = Names(service_name(hall, service, found.service), agency_name(hall, service))
            self._names[found.service] = names
        return _written(self.state, found, names, *self._waits(found))

    def _waits(self, ticket: Ticket) -> tuple[int | None, Estimate | None]:
        if ticket.state is not TicketState.WAITING:
            return None, None
        if ticket.service not in self._paces:
            self._paces[ticket.service] = pace(self.state, ticket.service)
        ahead, found = self._standing.ahead(ticket), self._paces[ticket.service]
        return ahead, None if found is None else as_estimate(found.wait(ahead))


def waits(state: State, ticket: Ticket) -> tuple[int | None, Estimate | None]:
    """How many are ahead and how long it takes; both None unless the ticket waits, the second also on thin data."""
    if ticket.state is not TicketState.WAITING:
        return None, None
    ahead = calling.ahead(state, ticket)
    return ahead, estimate(state, ticket.service, ahead)


def service_name(hall: HallConfig, service: Service | None, service_id: ServiceId) -> dict[str, str]:
    """By language; the bare id where the service left the configuration after the ticket was done with."""
    return dict.fromkeys(hall.languages, service_id) if service is None else dict(service.name)


def agency_name(hall: HallConfig, service: Service | None) -> dict[str, str]:
    """By language; empty texts where it is no longer known."""
    agency = None if service is None else service.agency
    names = (known.name for known in hall.agencies if known.id == agency)
    return dict(next(names, dict.fromkeys(hall.languages, "")))


def _written(
    state: State, ticket: Ticket, names: Names, ahead: int | None, wait: Estimate | None
) -> TicketView:
    desk = None if ticket.counter is None else desk_of(state, ticket.counter)
    return TicketView(
        id=ticket.id,
        number=ticket.number,
        service=ticket.service,
        category=CATEGORIES[ticket.category],
        state=TICKET_STATES[ticket.state],
        ahead=ahead,
        estimate=wait,
        counter=ticket.counter,
        issued_at_ms=ticket.issued_at_ms,
        called_at_ms=ticket.called_at_ms,
        calls=ticket.calls,
        seq=state.seq,
        hall=state.hall.id,
        language=ticket.language,
        service_name=names.service,
        agency_name=names.agency,
        counter_name=None if desk is None else desk.place.name,
        zone=None if desk is None else desk.place.zone,
        zone_name=None if desk is None else zone_name(state.hall, desk.place.zone),
        started_at_ms=ticket.started_at_ms,
        print=PRINT_STATES[ticket.print],
    )
