"""What staff should know: which trouble becomes which warning, who is told, and what gives way on a bad day."""

import msgspec
import pytest

from queue_server.domain.commands import ConfirmRestore, NoteRestore
from queue_server.domain.hall import CounterId, PrinterId, ScreenId, ZoneId
from queue_server.domain.model import Call, PrintState, State, TicketState, VoiceState
from queue_server.views.presence import Device, Presence, Trouble
from queue_server.views.warnings import (
    UNCONFIRMED_AFTER_MS,
    WARNING_COUNT_MAX,
    counter_warnings,
    hall_warnings,
    is_unconfirmed,
)
from queue_server.wire.shapes import DeviceStatusName, Warning  # noqa: A004 -- the shape's own name
from tests.views.build import HALL, READY, T0, Story, changed
from tests.views.test_display import calls_with

EAST, WEST = ZoneId("east"), ZoneId("west")
WELL = Presence(
    screens={screen.id: READY for screen in HALL.screens},
    voices={EAST: READY, WEST: READY},
    printers={printer.id: READY for printer in HALL.printers},
)
C1 = HALL.counters[0]


def well(**changes: object) -> Presence:
    put: Presence = msgspec.structs.replace(WELL, **changes)
    return put


def told(warnings: list[Warning]) -> list[tuple[str, str]]:
    return [(warning.code, warning.subject) for warning in warnings]


def with_calls(*calls: Call, zone: ZoneId = EAST) -> State:
    state = Story().state
    return changed(state, calls=state.calls.set(zone, calls))


def test_a_hall_that_is_well_has_no_warnings() -> None:
    """An empty list is the good news, so nothing harmless may stand in it."""
    assert [] == hall_warnings(Story().state, WELL)
    assert [] == counter_warnings(Story().state, WELL, C1)


DEVICES: list[tuple[DeviceStatusName, str | None, str | None, str | None]] = [
    # status         printer                screen            voice
    ("ready",         None,                 None,             None),
    ("paper_low",     "printer_paper_low",  None,             None),
    ("paper_out",     "printer_paper_out",  None,             None),
    ("failed",        "printer_failed",     "screen_missing", "voice_missing"),
    ("offline",       "printer_offline",    "screen_missing", "voice_missing"),
    ("sound_blocked", None,                 None,             "voice_blocked"),
    ("muted",         None,                 None,             "voice_missing"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "printer", "screen", "voice"), DEVICES)
def test_a_device_that_is_not_well_is_a_warning_of_its_kind(
    status: DeviceStatusName, printer: str | None, screen: str | None, voice: str | None
) -> None:
    """The whole table of what a device may say of itself; its words and its instant go with it."""
    seen = Device(status=status, detail="words", since_ms=T0 + 5)
    state = Story().state
    found = {
        "printer": hall_warnings(state, well(printers={**WELL.printers, PrinterId("p1"): seen})),
        "screen": hall_warnings(state, well(screens={**WELL.screens, ScreenId("s1"): seen})),
        "voice": hall_warnings(state, well(voices={**WELL.voices, EAST: seen})),
    }
    expected = {
        "printer": [(printer, "p1", T0 + 5, "words")] if printer else [],
        "screen": [(screen, "s1", T0 + 5, "words")] if screen else [],
        "voice": [(voice, "east", T0 + 5, "words")] if voice else [],
    }

    assert expected == {
        kind: [(warning.code, warning.subject, warning.since_at_ms, warning.detail) for warning in warnings]
        for kind, warnings in found.items()
    }


def test_a_device_that_never_came_is_missing() -> None:
    """Configured and not there: screens, their zone's voice, printers. Where no screen is, no voice is expected."""
    assert {
        ("printer_offline", "p1"),
        ("printer_offline", "p2"),
        ("screen_missing", "s1"),
        ("screen_missing", "s2"),
        ("screen_missing", "s3"),
        ("voice_missing", "east"),
        ("voice_missing", "west"),
    } == set(told(hall_warnings(Story().state, Presence())))


def test_a_voice_where_no_screen_is_counts_once_it_came() -> None:
    """Somebody put a loudspeaker there; then its silence is news."""
    gone = well(voices={**WELL.voices, ZoneId("bare"): Device(since_ms=T0)})

    assert [("voice_missing", "bare")] == told(hall_warnings(Story().state, gone))


def test_an_officer_is_told_of_his_zone_and_no_other() -> None:
    """A dead screen elsewhere is not his; neither is any printer."""
    blind = well(screens={}, printers={})

    assert [("screen_missing", "s1"), ("screen_missing", "s2")] == told(
        counter_warnings(Story().state, blind, C1)
    )


@pytest.mark.parametrize(
    ("subject", "is_his"), [("c1", True), ("east", True), ("west", False), ("c2", False), ("", False)]
)
def test_an_officer_is_told_of_troubles_that_name_him_or_his_zone(subject: str, is_his: bool) -> None:
    """The hall's own troubles are the manager's, who is told of every one."""
    trouble = Trouble(code="speech_down", subject=subject, since_ms=T0, detail="gone")
    presence = well(troubles=(trouble,))

    assert is_his == bool(counter_warnings(Story().state, presence, C1))
    assert [Warning(code="speech_down", subject=subject, since_at_ms=T0, detail="gone")] == hall_warnings(
        Story().state, presence
    )


@pytest.mark.parametrize("voice", VoiceState)
def test_of_all_that_becomes_of_a_call_only_the_dropped_is_a_warning_at_once(voice: VoiceState) -> None:
    """To the manager and to the officer who called; not to his neighbour. Source: issue, "shown to the officer"."""
    (call,) = calls_with([voice])
    call = msgspec.structs.replace(call, speaking_at_ms=T0)
    state = with_calls(call)
    expected = [("call_dropped", "A001")] if voice is VoiceState.DROPPED else []

    assert expected == told(hall_warnings(state, WELL))
    assert expected == told(counter_warnings(state, WELL, C1))
    assert [] == counter_warnings(state, WELL, HALL.counters[1])


@pytest.mark.parametrize(
    ("silent_ms", "expected"), [(UNCONFIRMED_AFTER_MS, False), (UNCONFIRMED_AFTER_MS + 1, True)]
)
def test_a_voice_that_fell_silent_is_not_confirmed_after_a_minute(silent_ms: int, expected: bool) -> None:
    """Begun, and nobody reported its end: the officer recalls, or looks up. Counted from when it began."""
    (call,) = calls_with([VoiceState.SPEAKING])
    call = msgspec.structs.replace(call, speaking_at_ms=T0)
    state = changed(with_calls(call), at_ms=T0 + silent_ms)

    assert expected == is_unconfirmed(call, T0 + silent_ms)
    assert ([("call_unconfirmed", "A001")] if expected else []) == told(counter_warnings(state, WELL, C1))


def test_only_what_is_being_said_can_fall_silent() -> None:
    """An hour later, each of the others is what it is."""
    calls = [msgspec.structs.replace(call, speaking_at_ms=T0) for call in calls_with(list(VoiceState))]

    assert [VoiceState.SPEAKING] == [call.voice for call in calls if is_unconfirmed(call, T0 + 3_600_000)]


@pytest.mark.parametrize("state", TicketState)
def test_who_waits_without_paper_is_looked_for(state: TicketState) -> None:
    """Given up and still waiting: somebody stands there with nothing in hand. Once called he was found."""
    story = Story()
    ticket = msgspec.structs.replace(story.take("one"), print=PrintState.ABANDONED, state=state)
    found = hall_warnings(changed(story.state, tickets=story.state.tickets.set(ticket.id, ticket)), WELL)

    assert ([("print_abandoned", "A001")] if state is TicketState.WAITING else []) == told(found)


@pytest.mark.parametrize("outcome", [None, *PrintState])
def test_only_paper_that_was_given_up_is_looked_for(outcome: PrintState | None) -> None:
    """What prints, printed or was read from the screen is well."""
    story = Story()
    ticket = msgspec.structs.replace(story.take("one"), print=outcome)
    found = hall_warnings(changed(story.state, tickets=story.state.tickets.set(ticket.id, ticket)), WELL)

    assert (outcome is PrintState.ABANDONED) == bool(found)


def test_a_clock_in_doubt_is_told_once() -> None:
    """By the timekeeper's own words where it gave some."""
    words = Trouble(code="clock_in_doubt", subject="lamongan", since_ms=T0, detail="Two hours behind.")
    told_by_flag = hall_warnings(Story().state, well(is_clock_in_doubt=True))
    told_in_words = hall_warnings(Story().state, well(is_clock_in_doubt=True, troubles=(words,)))

    assert [("clock_in_doubt", "lamongan")] == told(told_by_flag) == told(told_in_words)
    assert ["", "Two hours behind."] == [one[0].detail for one in (told_by_flag, told_in_words)]


def test_the_newest_stands_first_and_of_one_instant_they_stand_by_what_they_say() -> None:
    """Nothing in the order depends on how a map happens to be laid out."""
    calls = [
        msgspec.structs.replace(call, called_at_ms=T0 + 7)
        for call in calls_with([VoiceState.DROPPED, VoiceState.DROPPED])
    ]
    trouble = Trouble(code="store_trouble", subject="", since_ms=T0 + 9)
    early = Trouble(code="speech_down", subject="", since_ms=T0 + 1)
    state = with_calls(*reversed(calls))

    assert [
        ("store_trouble", ""),
        ("call_dropped", "A001"),
        ("call_dropped", "A002"),
        ("speech_down", ""),
    ] == told(hall_warnings(state, well(troubles=(early, trouble))))


def test_a_bad_afternoon_of_the_loudspeaker_never_hides_a_dead_printer() -> None:
    """Lasting troubles are kept before passing ones where the list is full; then all stand by age."""
    state = with_calls(*calls_with([VoiceState.DROPPED] * 60))
    dead = well(printers={PrinterId("p1"): Device(status="failed", since_ms=1), PrinterId("p2"): READY})
    found = hall_warnings(state, dead)

    assert WARNING_COUNT_MAX == len(found) == 50
    assert ("printer_failed", "p1") == told(found)[-1]
    assert [f"A{number:03d}" for number in range(60, 11, -1)] == [warning.subject for warning in found[:-1]]
    assert 50 == len(counter_warnings(state, WELL, C1))


def test_a_dropped_call_names_the_counter_that_called() -> None:
    """So that the manager knows whom to ask."""
    (warning,) = hall_warnings(with_calls(*calls_with([VoiceState.DROPPED])), WELL)

    assert ("Loket 1", T0 + 1) == (warning.detail, warning.since_at_ms)
    assert CounterId("c1") == C1.id


def test_a_restore_is_told_to_everyone_until_a_manager_has_confirmed_it() -> None:
    """Every officer must know why he cannot call; with the word on it the warning goes."""
    story = Story()
    story.do(NoteRestore(gap=100))
    restored_at_ms = story.state.at_ms
    waiting = hall_warnings(story.state, WELL)
    at_a_counter = counter_warnings(story.state, WELL, C1)
    story.do(ConfirmRestore())

    assert [("restore_unconfirmed", "lamongan")] == told(waiting) == told(at_a_counter)
    assert [restored_at_ms] == [warning.since_at_ms for warning in waiting]
    assert [] == hall_warnings(story.state, WELL) == counter_warnings(story.state, WELL, C1)
