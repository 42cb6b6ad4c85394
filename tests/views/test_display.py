"""What the screens of one zone show: which calls stay, and for how long."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.domain import commands as wish
from queue_server.domain.hall import CounterId, ServiceId, ZoneId
from queue_server.domain.model import Call, CallNo, TicketId, VoiceState
from queue_server.views.display import CALL_COUNT_MAX, LAST_CALL_COUNT, display_view, shown_calls
from queue_server.wire.shapes import DisplayState
from tests.views.build import BLANK, HALL, T0, Story
from tests.views.morning import PRESENCE, morning

VOICES = tuple(VoiceState)
UNSPOKEN = {VoiceState.PENDING, VoiceState.SPEAKING}


def calls_with(voices: list[VoiceState]) -> list[Call]:
    """One call per voice, oldest first, numbered from 1."""
    return [
        Call(
            call=CallNo(number),
            ticket=TicketId(f"t{number}"),
            number=f"A{number:03d}",
            service=ServiceId("ktp"),
            counter=CounterId("c1"),
            counter_name="Loket 1",
            zone=ZoneId("east"),
            times=1,
            called_at_ms=T0 + number,
            voice=voice,
        )
        for number, voice in enumerate(voices, 1)
    ]


def shown(zone: str) -> DisplayState:
    view = display_view(morning(), PRESENCE, ZoneId(zone))
    assert view is not None, f"{zone} is there"
    return view


def test_a_zone_that_is_not_there_has_no_screen() -> None:
    """None, so that the socket can say UNKNOWN."""
    assert display_view(morning(), PRESENCE, ZoneId("north")) is None


def test_a_screen_shows_its_own_zone_alone() -> None:
    """Counters, services, agencies and calls of another zone would send citizens the wrong way."""
    east, west = shown("east"), shown("west")

    assert {"c1": "A011", "c2": "A009", "c5": None} == east.serving
    assert {"c3": None, "c4": None} == west.serving
    assert ({"ktp": 3, "kk": 2}, {"sim": 1, "skck": 0}) == (east.waiting, west.waiting)
    assert (["dukcapil"], ["police"]) == ([a.id for a in east.agencies], [a.id for a in west.agencies])
    assert ["c1", "c2", "c5"] == [counter.id for counter in east.counters]
    assert (10, []) == (len(east.calls), west.calls)


def test_a_zone_without_counters_has_an_empty_screen_with_its_text() -> None:
    """A waiting room of its own: nothing is called there, the running text still runs."""
    bare = shown("bare")

    assert ({}, {}, [], [], []) == (bare.serving, bare.waiting, bare.calls, bare.services, bare.agencies)
    assert HALL.notice == bare.notice


def test_calls_stand_newest_first_and_tell_where_to_go() -> None:
    """Source: contract, "`display` state"."""
    newest = shown("east").calls[0]

    assert ("A011", "c1", "Loket 1", 1) == (newest.number, newest.counter, newest.counter_name, newest.times)
    assert sorted((call.call for call in shown("east").calls), reverse=True) == [
        call.call for call in shown("east").calls
    ]


def test_a_recall_is_a_call_of_its_own() -> None:
    """The same number twice, told apart by `times`, so that the screen calls it again."""
    story = Story()
    story.open("c1")
    story.take("one")
    seen = story.next("c1")
    story.do(wish.Recall(counter=CounterId("c1"), sees=seen))
    view = display_view(story.state, BLANK, ZoneId("east"))

    assert view is not None
    assert [(2, "A001", 2), (1, "A001", 1)] == [(call.call, call.number, call.times) for call in view.calls]


def test_a_call_that_was_undone_is_gone() -> None:
    """The officer took it back: nobody is sent to the counter any more."""
    voices = [VoiceState.SPOKEN, VoiceState.WITHDRAWN, VoiceState.PENDING]

    assert [3, 1] == [call.call for call in shown_calls(calls_with(voices))]


@pytest.mark.parametrize(
    ("voice", "expected"),
    [
        (VoiceState.SPOKEN, list(range(20, 10, -1))),
        (VoiceState.DROPPED, list(range(20, 10, -1))),
        (VoiceState.PENDING, list(range(20, 0, -1))),
        (VoiceState.SPEAKING, list(range(20, 0, -1))),
        (VoiceState.WITHDRAWN, []),
    ],
)
def test_ten_stay_whatever_became_of_them_and_more_while_unspoken(
    voice: VoiceState, expected: list[int]
) -> None:
    """Twenty calls of one kind each. Source: contract, "the last ten and whatever is not yet spoken"."""
    assert expected == [call.call for call in shown_calls(calls_with([voice] * 20))]


@given(st.lists(st.sampled_from(VOICES), max_size=150))
def test_the_list_is_the_naive_one_and_bounded(voices: list[VoiceState]) -> None:
    """A second, slower way to say the same; at most 64 whatever the state holds."""
    newest_first = [call for call in reversed(calls_with(voices)) if call.voice != "withdrawn"]
    naive = [
        call for place, call in enumerate(newest_first) if place < LAST_CALL_COUNT or call.voice in UNSPOKEN
    ]

    assert naive[:64] == shown_calls(calls_with(voices))
    assert CALL_COUNT_MAX == 64


def test_a_backlog_ends_at_64_with_the_newest_kept() -> None:
    """Source: contract, "at most 64"."""
    calls = shown_calls(calls_with([VoiceState.PENDING] * 80))

    assert list(range(80, 16, -1)) == [call.call for call in calls]


def test_a_service_that_is_retired_and_waited_for_is_still_shown() -> None:
    """Whoever waits for it looks for it on the screen."""
    story = Story()
    story.take("driver", "sim")
    retired = msgspec.structs.replace(HALL.services[2], is_retired=True)
    hall = msgspec.structs.replace(story.state.hall, services=(*HALL.services[:2], retired, HALL.services[3]))
    view = display_view(msgspec.structs.replace(story.state, hall=hall), BLANK, ZoneId("west"))

    assert view is not None
    assert {"sim": 1, "skck": 0} == view.waiting
