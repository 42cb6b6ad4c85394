"""What the screens of one zone show."""

from collections.abc import Sequence

from queue_server.domain.hall import ZoneId
from queue_server.domain.model import Call, State, VoiceState
from queue_server.speech.phrases import CHIME_ADDRESS
from queue_server.views.calls import UNSPOKEN, call_view
from queue_server.views.heads import agency_heads, counter_summaries, hall_head, zone_name
from queue_server.views.presence import Presence
from queue_server.views.services import service_summaries
from queue_server.wire.shapes import DisplayState

LAST_CALL_COUNT = 10
"""The contract's: so many calls stay on the screen whatever became of them."""

CALL_COUNT_MAX = 64
"""The contract's bound on the list; more than a zone has counters."""


def display_view(state: State, _presence: Presence, zone: ZoneId) -> DisplayState | None:
    """One zone's screens; None: there is no such zone."""
    name = zone_name(state.hall, zone)
    if name is None:
        return None
    places = [place for place in state.hall.counters if place.zone == zone]
    served = {service for place in places for service in place.services}
    services = service_summaries(state, (known for known in state.hall.services if known.id in served))
    counters = counter_summaries(state, places)
    shown = {service.agency for service in services}
    return DisplayState(
        hall=hall_head(state.hall),
        zone=zone,
        zone_name=name,
        calls=[call_view(state.hall, call) for call in shown_calls(state.calls.get(zone, ()))],
        serving={counter.id: counter.number for counter in counters},
        waiting={service.id: service.waiting for service in services},
        counters=counters,
        services=services,
        agencies=[agency for agency in agency_heads(state.hall) if agency.id in shown],
        notice=dict(state.hall.notice),
        announce_within_ms=state.hall.rules.announce_within_ms,
        chime=CHIME_ADDRESS,
    )


def shown_calls(calls: Sequence[Call]) -> list[Call]:
    """Newest first: the last ten and whatever is not yet spoken; what was undone is gone.

    Args:
        calls: a zone's, oldest first.
    """
    alive = [call for call in reversed(calls) if call.voice is not VoiceState.WITHDRAWN]
    rest = [call for call in alive[LAST_CALL_COUNT:] if call.voice in UNSPOKEN]
    return [*alive[:LAST_CALL_COUNT], *rest][:CALL_COUNT_MAX]
