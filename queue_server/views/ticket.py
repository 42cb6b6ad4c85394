"""What a ticket's holder and the staff see of it: the citizen's own page, and the ticket in an officer's hand."""

from queue_server.domain import calling
from queue_server.domain.decision import desk_of, service_of
from queue_server.domain.hall import HallConfig, Service
from queue_server.domain.model import State, Ticket, TicketId, TicketState
from queue_server.views.codes import CATEGORIES, PRINT_STATES, TICKET_STATES
from queue_server.views.heads import zone_name
from queue_server.views.presence import Presence
from queue_server.views.services import estimate
from queue_server.wire.shapes import Estimate, TicketView


def ticket_view(state: State, _presence: Presence, ticket: TicketId) -> TicketView | None:
    """One ticket of today; None: there is no such ticket."""
    found = state.tickets.get(ticket)
    return None if found is None else described(state, found)


def described(state: State, ticket: Ticket) -> TicketView:
    """A ticket with the names that its page needs."""
    desk = None if ticket.counter is None else desk_of(state, ticket.counter)
    service = service_of(state, ticket.service)
    ahead, wait = waits(state, ticket)
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
        service_name=service_name(state.hall, service, ticket),
        agency_name=agency_name(state.hall, service),
        counter_name=None if desk is None else desk.place.name,
        zone=None if desk is None else desk.place.zone,
        zone_name=None if desk is None else zone_name(state.hall, desk.place.zone),
        started_at_ms=ticket.started_at_ms,
        print=PRINT_STATES[ticket.print],
    )


def waits(state: State, ticket: Ticket) -> tuple[int | None, Estimate | None]:
    """How many are ahead and how long it takes; both None unless the ticket waits, the second also on thin data."""
    if ticket.state is not TicketState.WAITING:
        return None, None
    ahead = calling.ahead(state, ticket)
    return ahead, estimate(state, ticket.service, ahead)


def service_name(hall: HallConfig, service: Service | None, ticket: Ticket) -> dict[str, str]:
    """By language; the bare id where the service left the configuration after the ticket was done with."""
    return dict.fromkeys(hall.languages, ticket.service) if service is None else dict(service.name)


def agency_name(hall: HallConfig, service: Service | None) -> dict[str, str]:
    """By language; empty texts where it is no longer known."""
    agency = None if service is None else service.agency
    names = (known.name for known in hall.agencies if known.id == agency)
    return dict(next(names, dict.fromkeys(hall.languages, "")))
