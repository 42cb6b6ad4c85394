"""What the voice of one zone has to say."""

from queue_server.domain.hall import ZoneId
from queue_server.domain.model import State
from queue_server.speech.phrases import CHIME_ADDRESS
from queue_server.views.calls import UNSPOKEN, call_view
from queue_server.views.display import CALL_COUNT_MAX
from queue_server.views.heads import zone_name
from queue_server.views.presence import Presence
from queue_server.wire.shapes import AnnouncerState


def announcer_view(
    state: State, _presence: Presence, zone: ZoneId, *, granted: bool
) -> AnnouncerState | None:
    """The calls that are not yet spoken, oldest first; None: there is no such zone.

    Args:
        granted: whether the one who looks is the zone's voice.
    """
    if zone_name(state.hall, zone) is None:
        return None
    unspoken = [call for call in state.calls.get(zone, ()) if call.voice in UNSPOKEN]
    return AnnouncerState(
        zone=zone,
        granted=granted,
        languages=list(state.hall.languages),
        chime=CHIME_ADDRESS,
        calls=[call_view(state.hall, call) for call in unspoken[:CALL_COUNT_MAX]],
        announce_within_ms=state.hall.rules.announce_within_ms,
    )
