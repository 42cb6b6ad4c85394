"""What the voice of one zone has to say, and who is that voice."""

import pytest

from queue_server.domain.hall import ZoneId
from queue_server.domain.model import VoiceState
from queue_server.speech.phrases import CHIME_ADDRESS
from queue_server.views.announcer import announcer_view
from tests.views.build import BLANK, Story, changed
from tests.views.morning import PRESENCE, morning
from tests.views.test_display import calls_with

EAST = ZoneId("east")


def test_a_zone_that_is_not_there_has_no_voice() -> None:
    """None, so that the socket can say UNKNOWN."""
    assert announcer_view(morning(), PRESENCE, ZoneId("north"), granted=True) is None


def test_what_is_not_yet_spoken_is_said_oldest_first() -> None:
    """What was spoken, dropped or undone is not said again. Source: issue, "Voice": in order, each at most once."""
    view = announcer_view(morning(), PRESENCE, EAST, granted=True)

    assert view is not None
    assert [(8, "pending"), (10, "speaking"), (11, "pending"), (12, "pending"), (13, "pending")] == [
        (call.call, call.voice) for call in view.calls
    ]


@pytest.mark.parametrize("granted", [True, False])
def test_the_silent_ones_see_the_same_and_that_they_are_silent(granted: bool) -> None:
    """One voice speaks in a zone; the others stand by with everything that they would need."""
    view = announcer_view(morning(), PRESENCE, EAST, granted=granted)

    assert view is not None
    assert (granted, "east", ["id", "en"]) == (view.granted, view.zone, view.languages)
    assert (CHIME_ADDRESS, 180_000) == (view.chime, view.announce_within_ms)


@pytest.mark.parametrize("voice", VoiceState)
def test_only_what_waits_or_is_being_said_is_to_be_said(voice: VoiceState) -> None:
    """The closed set of what becomes of a call, one by one."""
    state = changed(Story().state, calls=morning().calls.set(EAST, tuple(calls_with([voice]))))
    view = announcer_view(state, BLANK, EAST, granted=True)

    assert view is not None
    assert (voice in {"pending", "speaking"}) == (len(view.calls) == 1)


def test_a_backlog_ends_at_its_bound_with_the_oldest_first() -> None:
    """Source: contract, at most 64; the oldest are those that are dropped soonest."""
    calls = tuple(calls_with([VoiceState.PENDING] * 80))
    view = announcer_view(
        changed(morning(), calls=morning().calls.set(EAST, calls)), BLANK, EAST, granted=True
    )

    assert view is not None
    assert list(range(1, 65)) == [call.call for call in view.calls]
