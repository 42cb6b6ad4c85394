"""The hall manager's board: lines, counters, devices, and what is not well."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from queue_server.domain import line
from queue_server.domain.hall import Service, ServiceId, Zone
from queue_server.domain.model import Call, CounterState, State, TicketId, VoiceState
from queue_server.views.codes import COUNTER_STATES
from queue_server.views.heads import (
    ABSENT,
    agency_heads,
    device_head,
    hall_head,
    number_of,
    officer_head,
    zone_heads,
)
from queue_server.views.presence import Presence
from queue_server.views.services import is_open
from queue_server.views.warnings import hall_warnings
from queue_server.wire.shapes import ManagerCounter, ManagerService, ManagerState, ScreenHead, VoiceHead


class Crowd(NamedTuple):
    """Those who wait for one service."""

    waiting_count: int
    oldest_arrived_at_ms: int | None
    """None: nobody waits."""


NOBODY = Crowd(0, None)

OPEN = CounterState.OPEN


def manager_view(state: State, presence: Presence) -> ManagerState:
    """The whole hall, without any citizen's category."""
    day = state.day
    crowds = _crowds(state)
    counters_open = _open_counters(state)
    return ManagerState(
        hall=hall_head(state.hall),
        date=None if day is None else day.plan.date,
        agencies=agency_heads(state.hall),
        zones=zone_heads(state.hall),
        services=[
            _service(state, service, crowds.get(service.id, NOBODY), counters_open[service.id])
            for service in state.hall.services
        ],
        counters=_counters(state, presence),
        screens=_screens(state, presence),
        voices=[_voice(presence, zone, state.calls.get(zone.id, ())) for zone in state.hall.zones],
        kiosks=[device_head(known.id, presence.kiosks.get(known.id)) for known in state.hall.kiosks],
        printers=[device_head(known.id, presence.printers.get(known.id)) for known in state.hall.printers],
        warnings=hall_warnings(state, presence),
        issued_today=0 if day is None else day.issued_count,
        waiting_now=sum(crowd.waiting_count for crowd in crowds.values()),
        clock_in_doubt=presence.is_clock_in_doubt,
    )


def _crowds(state: State) -> dict[ServiceId, Crowd]:
    """Services for which somebody waits, in one pass over every line."""
    arrivals: dict[ServiceId, list[int]] = {}
    for waiting in state.lines.values():
        for _, ticket_id in line.entries(waiting):
            ticket = state.tickets[TicketId(ticket_id)]
            arrivals.setdefault(ticket.service, []).append(ticket.arrived[0])
    return {service: Crowd(len(instants), min(instants)) for service, instants in arrivals.items()}


def _open_counters(state: State) -> Counter[ServiceId]:
    """How many open counters serve each service."""
    places = (place for place in state.hall.counters if state.counters[place.id].state is OPEN)
    return Counter(service for place in places for service in place.services)


def _service(state: State, service: Service, crowd: Crowd, counters_open: int) -> ManagerService:
    return ManagerService(
        id=service.id,
        agency=service.agency,
        prefix=service.prefix,
        name=dict(service.name),
        open=is_open(state, service.id),
        waiting=crowd.waiting_count,
        oldest_arrived_at_ms=crowd.oldest_arrived_at_ms,
        counters_open=counters_open,
        target_ms=service.target_ms,
        served=state.served.get(service.id, 0),
    )


def _counters(state: State, presence: Presence) -> list[ManagerCounter]:
    counters = []
    for place in state.hall.counters:
        now = state.counters[place.id]
        counters.append(
            ManagerCounter(
                id=place.id,
                name=place.name,
                zone=place.zone,
                state=COUNTER_STATES[now.state],
                officer=officer_head(presence, now.officer),
                since_at_ms=now.since_ms,
                pause_reason=now.pause_reason,
                number=number_of(state, now.ticket),
                in_hand_since_at_ms=None if now.ticket is None else state.tickets[now.ticket].called_at_ms,
                services=list(place.services),
            )
        )
    return counters


def _screens(state: State, presence: Presence) -> list[ScreenHead]:
    screens = []
    for screen in state.hall.screens:
        seen = presence.screens.get(screen.id, ABSENT)
        screens.append(
            ScreenHead(
                id=screen.id,
                zone=screen.zone,
                status=seen.status,
                detail=seen.detail,
                since_at_ms=seen.since_ms,
            )
        )
    return screens


def _voice(presence: Presence, zone: Zone, calls: Sequence[Call]) -> VoiceHead:
    """A zone's voice; `dropped_today` counts among the zone's kept calls, the newest 64."""
    seen = presence.voices.get(zone.id, ABSENT)
    return VoiceHead(
        zone=zone.id,
        status=seen.status,
        detail=seen.detail,
        since_at_ms=seen.since_ms,
        pending=sum(call.voice is VoiceState.PENDING for call in calls),
        dropped_today=sum(call.voice is VoiceState.DROPPED for call in calls),
    )
