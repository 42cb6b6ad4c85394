"""The hall manager's board: who waits too long now, who sits where, which device is not well."""

import msgspec
import pytest

from queue_server.domain import commands as wish
from queue_server.domain.hall import Category, CounterId, ScreenId, ZoneId
from queue_server.domain.model import ActorId, CallNo, TicketId, VoiceState
from queue_server.views.manager import manager_view
from queue_server.views.presence import Device, Presence
from queue_server.wire.shapes import ManagerService, ManagerState
from tests.views.build import BLANK, HALL, SECOND_MS, T0, Story, changed
from tests.views.morning import PRESENCE, morning
from tests.views.test_display import calls_with


def seen(story: Story, presence: Presence = BLANK) -> ManagerState:
    return manager_view(story.state, presence)


def services(view: ManagerState) -> dict[str, ManagerService]:
    return {service.id: service for service in view.services}


def test_a_line_tells_how_many_wait_and_since_when_the_first() -> None:
    """Arrival of the one who waits longest, whatever lane or counter he waits in; null: nobody waits."""
    story = Story()
    story.take("one")
    story.take("old", category=Category.ELDERLY)
    story.take("driver", "sim")
    view = services(seen(story))

    assert {
        "ktp": (2, T0 + SECOND_MS),
        "kk": (0, None),
        "sim": (1, T0 + 3 * SECOND_MS),
        "skck": (0, None),
    } == {name: (service.waiting, service.oldest_arrived_at_ms) for name, service in view.items()}


def test_who_was_sent_to_one_counter_counts_in_his_services_line() -> None:
    """By his first arrival: moving on makes nobody's wait shorter."""
    ktp = services(manager_view(morning(), PRESENCE))["ktp"]
    sent = [ticket for ticket in morning().tickets.values() if ticket.reserved is not None]

    assert ["sent"] == [ticket.id for ticket in sent]
    assert (3, sent[0].arrived[0]) == (ktp.waiting, sent[0].issued_at_ms)


def test_the_sum_of_all_lines_is_who_waits_now() -> None:
    """One number for the whole hall."""
    view = manager_view(morning(), PRESENCE)

    assert view.waiting_now == sum(service.waiting for service in view.services) == 6


def test_a_service_tells_how_many_counters_are_open_for_it() -> None:
    """A paused one is not."""
    story = Story()
    story.open("c1", by="o1")
    story.open("c5", by="o2")
    story.do(wish.PauseCounter(counter=CounterId("c5")), by="o2")
    story.open("c2", by="o3")

    assert {"ktp": 2, "kk": 2, "sim": 0, "skck": 0} == {
        name: service.counters_open for name, service in services(seen(story)).items()
    }


def test_a_service_tells_its_promise_and_how_many_were_served() -> None:
    """The service standard beside today's count."""
    view = services(manager_view(morning(), PRESENCE))

    assert (600_000, 8, 0) == (view["ktp"].target_ms, view["ktp"].served, view["kk"].served)
    assert [True, True, True, False] == [service.open for service in view.values()]


def test_a_counter_tells_who_is_there_and_with_whom_since_when() -> None:
    """A pause with its reason; the ticket in hand since its last call."""
    counters = {c.id: c for c in manager_view(morning(), PRESENCE).counters}
    ms = morning().tickets[TicketId("called")].called_at_ms

    assert ("open", "Siti", "A011", ms) == (
        counters["c1"].state,
        counters["c1"].officer and counters["c1"].officer.name,
        counters["c1"].number,
        counters["c1"].in_hand_since_at_ms,
    )
    assert ("paused", "prayer", None, None) == (
        counters["c3"].state,
        counters["c3"].pause_reason,
        counters["c3"].number,
        counters["c3"].in_hand_since_at_ms,
    )
    assert ("closed", None, ["kk"]) == (
        counters["c5"].state,
        counters["c5"].officer,
        counters["c5"].services,
    )


def test_devices_are_told_as_they_are_and_absent_ones_as_offline() -> None:
    """Every configured one has a line, whether or not it ever came."""
    view = manager_view(morning(), PRESENCE)

    assert [("s1", "ready", T0), ("s2", "offline", 0), ("s3", "failed", T0)] == [
        (screen.id, screen.status, screen.since_at_ms) for screen in view.screens
    ]
    assert [("east", "ready"), ("west", "sound_blocked"), ("bare", "offline")] == [
        (voice.zone, voice.status) for voice in view.voices
    ]
    assert [("k1", "ready"), ("k2", "offline")] == [(kiosk.id, kiosk.status) for kiosk in view.kiosks]
    assert [("p1", "paper_low", "a few tickets"), ("p2", "offline", "")] == [
        (printer.id, printer.status, printer.detail) for printer in view.printers
    ]


def test_a_device_that_is_not_configured_has_no_line() -> None:
    """A screen that was taken out of the file is nobody's worry."""
    ghost = Presence(screens={ScreenId("ghost"): Device(status="failed")})

    assert ["s1", "s2", "s3"] == [screen.id for screen in manager_view(morning(), ghost).screens]


def test_a_voice_tells_what_waits_and_what_was_dropped() -> None:
    """Pending is what nobody began; what is being said is not waiting. Source: issue, "dropped, counted"."""
    voices = [
        VoiceState.DROPPED,
        VoiceState.DROPPED,
        VoiceState.SPOKEN,
        VoiceState.SPEAKING,
        VoiceState.PENDING,
    ]
    calls = morning().calls.set(ZoneId("west"), tuple(calls_with(voices)))
    west = manager_view(changed(morning(), calls=calls), PRESENCE).voices[1]

    assert (1, 2) == (west.pending, west.dropped_today)


def test_the_day_tells_its_date_and_how_many_came() -> None:
    """Whoever gave up is counted too: he came."""
    story = Story()
    story.take("one")
    story.take("two")
    story.do(wish.CancelTicket(ticket=story.ticket("one").id))

    assert ("2026-09-21", 2, 1) == (seen(story).date, seen(story).issued_today, seen(story).waiting_now)


def test_before_the_first_day_there_is_no_date_and_nobody_came() -> None:
    """A hub that was just set up has a board all the same."""
    state = msgspec.structs.replace(Story().state, day=None)
    view = manager_view(state, BLANK)

    assert (None, 0, 0) == (view.date, view.issued_today, view.waiting_now)


@pytest.mark.parametrize("is_in_doubt", [True, False])
def test_a_clock_in_doubt_is_told(is_in_doubt: bool) -> None:
    """Only a manager can settle it."""
    view = manager_view(morning(), Presence(is_clock_in_doubt=is_in_doubt))

    assert is_in_doubt == view.clock_in_doubt
    assert is_in_doubt == ("clock_in_doubt" in {warning.code for warning in view.warnings})


def test_names_are_those_of_the_accounts_now() -> None:
    """Renamed in the accounts, renamed on the board; the state holds no name."""
    named = Presence(names={ActorId("o1"): "Siti Aminah"})
    officers = [counter.officer for counter in manager_view(morning(), named).counters]

    assert ["Siti Aminah", "", ""] == [officer.name for officer in officers if officer is not None]


def test_a_call_unheard_for_a_minute_is_a_warning() -> None:
    """Begun and never ended. Source: design, "not confirmed"."""
    story = Story()
    story.open("c1")
    story.take("one")
    story.next("c1")
    story.do(wish.ReportCall(call=CallNo(1), what=wish.CallReport.SPEAKING), by="voice")
    story.wait(60_001)
    story.take("two", "kk")

    assert "call_unconfirmed" in {warning.code for warning in seen(story).warnings}
    assert [HALL.name] == [seen(story).hall.name]
