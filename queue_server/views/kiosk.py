"""What one kiosk shows: what can be had, and what became of the paper of the tickets taken there."""

from heapq import nlargest
from operator import attrgetter

from queue_server.domain.hall import Kiosk, Service
from queue_server.domain.model import State
from queue_server.views.codes import PRINT_STATES
from queue_server.views.heads import agency_heads, device_head, hall_head
from queue_server.views.presence import Presence
from queue_server.views.services import (
    UNKNOWN_HOURS,
    Hours,
    estimate,
    hours_of_day,
    is_open,
    waiting_counts,
)
from queue_server.wire.shapes import DeviceHead, KioskService, KioskState, KioskTicket

TICKET_COUNT_MAX = 8
"""A kiosk serves one citizen at a time, and paper is late by a few tickets at most."""


def kiosk_view(state: State, presence: Presence, kiosk: str) -> KioskState | None:
    """One kiosk; None: there is no such kiosk."""
    place = next((known for known in state.hall.kiosks if known.id == kiosk), None)
    if place is None:
        return None
    services = [service for service in state.hall.services if not service.is_retired]
    return KioskState(
        hall=hall_head(state.hall),
        kiosk=place.id,
        kiosk_name=dict(place.name),
        agencies=agency_heads(state.hall, frozenset(service.agency for service in services)),
        services=_services(state, services),
        printer=_printer(presence, place),
        tickets=_tickets(state, place),
        public_url=state.hall.public_url,
        wifi=state.hall.wifi,
        clock_in_doubt=presence.is_clock_in_doubt,
    )


def _services(state: State, services: list[Service]) -> list[KioskService]:
    counts = waiting_counts(state)
    hours = hours_of_day(state)
    return [
        _service(state, service, counts.get(service.id, 0), hours.get(service.id, UNKNOWN_HOURS))
        for service in services
    ]


def _service(state: State, service: Service, waiting: int, hours: Hours) -> KioskService:
    opens_at_ms, closes_at_ms = hours
    return KioskService(
        id=service.id,
        agency=service.agency,
        prefix=service.prefix,
        name=dict(service.name),
        requirements={language: list(items) for language, items in service.requirements.items()},
        target_ms=service.target_ms,
        open=is_open(state, service.id),
        waiting=waiting,
        is_full=waiting >= state.hall.rules.line_max,
        estimate=estimate(state, service.id, waiting),
        opens_at_ms=opens_at_ms,
        closes_at_ms=closes_at_ms,
    )


def _printer(presence: Presence, kiosk: Kiosk) -> DeviceHead | None:
    return None if kiosk.printer is None else device_head(kiosk.printer, presence.printers.get(kiosk.printer))


def _tickets(state: State, kiosk: Kiosk) -> list[KioskTicket]:
    taken = (ticket for ticket in state.tickets.values() if ticket.kiosk == kiosk.id)
    newest = nlargest(TICKET_COUNT_MAX, taken, key=attrgetter("arrived"))
    return [
        KioskTicket(id=ticket.id, number=ticket.number, print=PRINT_STATES[ticket.print]) for ticket in newest
    ]
