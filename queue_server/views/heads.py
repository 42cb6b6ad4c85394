"""The short descriptions that several views begin with: hall, agencies, zones, counters, officers, devices."""

from collections.abc import Iterable

from queue_server.domain.hall import AgencyId, CounterPlace, HallConfig, ZoneId
from queue_server.domain.model import ActorId, State, TicketId
from queue_server.views.codes import COUNTER_STATES
from queue_server.views.presence import Device, Presence
from queue_server.wire.shapes import AgencyHead, CounterSummary, DeviceHead, HallHead, OfficerHead, ZoneHead

ABSENT = Device()
"""What the hub says of a device that it never saw."""


def hall_head(hall: HallConfig) -> HallHead:
    return HallHead(id=hall.id, name=hall.name, timezone=hall.timezone, languages=list(hall.languages))


def agency_heads(hall: HallConfig, wanted: frozenset[AgencyId] | None = None) -> list[AgencyHead]:
    """The agencies in the order of the configuration; `wanted` None: all of them."""
    return [
        AgencyHead(id=agency.id, name=dict(agency.name))
        for agency in hall.agencies
        if wanted is None or agency.id in wanted
    ]


def zone_heads(hall: HallConfig) -> list[ZoneHead]:
    return [ZoneHead(id=zone.id, name=dict(zone.name)) for zone in hall.zones]


def zone_name(hall: HallConfig, wanted: ZoneId) -> dict[str, str] | None:
    """A zone's name by language; None: there is no such zone."""
    return next((dict(zone.name) for zone in hall.zones if zone.id == wanted), None)


def counter_summaries(state: State, places: Iterable[CounterPlace]) -> list[CounterSummary]:
    """What anyone may know of these counters, in their order."""
    summaries = []
    for place in places:
        now = state.counters[place.id]
        summaries.append(
            CounterSummary(
                id=place.id,
                name=place.name,
                zone=place.zone,
                state=COUNTER_STATES[now.state],
                number=number_of(state, now.ticket),
                services=list(place.services),
            )
        )
    return summaries


def number_of(state: State, ticket: TicketId | None) -> str | None:
    """The number of a ticket in hand; None: nobody is."""
    return None if ticket is None else state.tickets[ticket].number


def officer_head(presence: Presence, officer: ActorId | None) -> OfficerHead | None:
    """Who sits at a counter, with an empty name where none is known; None: nobody does."""
    return None if officer is None else OfficerHead(id=officer, name=presence.names.get(officer, ""))


def device_head(device_id: str, device: Device | None) -> DeviceHead:
    """A device as it is; None: it was never seen."""
    seen = device or ABSENT
    return DeviceHead(id=device_id, status=seen.status, detail=seen.detail, since_at_ms=seen.since_ms)
