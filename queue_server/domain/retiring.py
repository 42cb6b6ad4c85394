"""A changed hall on a running day: what the file leaves out drains, and is gone when empty.

A removed service takes nobody new. It stays, marked as retired, while anybody waits for it, is at a desk, parked, missed
(he may come back) or may be put back by an undo; and whoever waits is called by the counters that served it before, or
else by others: a line that nobody calls would be a line of forgotten people. A removed counter stays until its officer
leaves. Agencies and zones stay with what needs them. Proven in `tests/domain/test_retiring.py`.
"""

from collections.abc import Iterator

import msgspec

from queue_server.domain.events import AnyEvent, HallConfigured
from queue_server.domain.hall import CounterPlace, HallConfig, Service, ServiceId
from queue_server.domain.model import CounterState, State, TicketState

GONE = frozenset({TicketState.DONE, TicketState.CANCELLED, TicketState.UNSERVED})
"""Nobody in these states needs his service again, but for an undo."""

replace = msgspec.structs.replace


def merged(state: State, wanted: HallConfig) -> HallConfig:
    """The wanted hall and, retired, what is still in use of the present one."""
    services = _kept_services(state, wanted)
    counters = _kept_counters(state, wanted)
    zones = {zone.id for zone in wanted.zones}
    agencies = {agency.id for agency in wanted.agencies}
    needed_zones = {place.zone for place in counters}
    needed_agencies = {service.agency for service in services}
    return replace(
        wanted,
        services=(*wanted.services, *services),
        counters=(*_draining(state, wanted, services, counters), *counters),
        agencies=(
            *wanted.agencies,
            *(a for a in state.hall.agencies if a.id in needed_agencies - agencies),
        ),
        zones=(*wanted.zones, *(z for z in state.hall.zones if z.id in needed_zones - zones)),
    )


def retirement_due(state: State) -> tuple[AnyEvent, ...]:
    """What was retired and is empty by now goes."""
    if not any(_retired(state.hall)):
        return ()
    wanted = merged(state, stripped(state.hall))
    return () if wanted == state.hall else (HallConfigured(hall=wanted),)


def stripped(hall: HallConfig) -> HallConfig:
    """The hall without whatever is retired, and without the agencies and zones that only the retired needed."""
    if not any(_retired(hall)):
        return hall
    services = tuple(service for service in hall.services if not service.is_retired)
    retired = {service.id for service in hall.services if service.is_retired}
    counters = tuple(
        replace(place, services=tuple(service for service in place.services if service not in retired))
        for place in hall.counters
        if not place.is_retired
    )
    agencies = {service.agency for service in services}
    zones = {place.zone for place in counters} | {screen.zone for screen in hall.screens}
    agencies_left = {service.agency for service in hall.services if service.is_retired} - agencies
    zones_left = {place.zone for place in hall.counters if place.is_retired} - zones
    return replace(
        hall,
        services=services,
        counters=counters,
        agencies=tuple(agency for agency in hall.agencies if agency.id not in agencies_left),
        zones=tuple(zone for zone in hall.zones if zone.id not in zones_left),
    )


def _retired(hall: HallConfig) -> Iterator[bool]:
    yield from (service.is_retired for service in hall.services)
    yield from (place.is_retired for place in hall.counters)


def _kept_services(state: State, wanted: HallConfig) -> tuple[Service, ...]:
    known = {service.id for service in wanted.services}
    used = {ticket.service for ticket in state.tickets.values() if ticket.state not in GONE}
    undos = (counter.undo for counter in state.counters.values() if counter.undo is not None)
    used |= {undo.ended.service for undo in undos if undo.ended is not None}
    return tuple(
        replace(service, is_retired=True)
        for service in state.hall.services
        if service.id in used and service.id not in known
    )


def _kept_counters(state: State, wanted: HallConfig) -> tuple[CounterPlace, ...]:
    known = {place.id for place in wanted.counters}
    return tuple(
        replace(place, is_retired=True)
        for place in state.hall.counters
        if place.id not in known and state.counters[place.id].state is not CounterState.CLOSED
    )


def _draining(
    state: State, wanted: HallConfig, retired: tuple[Service, ...], kept: tuple[CounterPlace, ...]
) -> tuple[CounterPlace, ...]:
    """The wanted counters, with the retired services whose lines they empty."""
    served_before = {place.id: place.services for place in state.hall.counters}
    places = wanted.counters
    for service in retired:
        drains = {place.id for place in places if service.id in served_before.get(place.id, ())}
        if not drains and not any(service.id in place.services for place in kept):
            drains = {place.id for place in _substitutes(wanted, service)}
        places = tuple(_also(place, service.id) if place.id in drains else place for place in places)
    return places


def _substitutes(wanted: HallConfig, retired: Service) -> tuple[CounterPlace, ...]:
    """Who calls for a service whose counters went with it: its agency's counters, else all."""
    related = {service.id for service in wanted.services if service.agency == retired.agency}
    return tuple(p for p in wanted.counters if related.intersection(p.services)) or wanted.counters


def _also(place: CounterPlace, service: ServiceId) -> CounterPlace:
    return place if service in place.services else replace(place, services=(*place.services, service))
