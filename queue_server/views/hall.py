"""What anyone may know of the hall."""

from queue_server.domain.model import State
from queue_server.views.heads import agency_heads, counter_summaries, hall_head, zone_heads
from queue_server.views.presence import Presence
from queue_server.views.services import service_summaries
from queue_server.wire.shapes import HallView


def hall_view(state: State, presence: Presence) -> HallView:
    """Every service and counter, no ticket's holder; what is retired stays while it is in use."""
    return HallView(
        seq=state.seq,
        journal_id=presence.journal_id,
        hall=hall_head(state.hall),
        agencies=agency_heads(state.hall),
        zones=zone_heads(state.hall),
        services=service_summaries(state, state.hall.services),
        counters=counter_summaries(state, state.hall.counters),
    )
