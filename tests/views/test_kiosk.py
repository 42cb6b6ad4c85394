"""What one kiosk shows: what can be had, and what became of the paper of the tickets taken there."""

import msgspec
import pytest

from queue_server.domain import commands as wish
from queue_server.domain.hall import PrinterId
from queue_server.domain.model import TicketId
from queue_server.views.kiosk import TICKET_COUNT_MAX, kiosk_view
from queue_server.views.presence import Device, Presence
from queue_server.wire.shapes import KioskState
from tests.views.build import BLANK, HALL, HOUR_MS, READY, T0, Story
from tests.views.morning import PRESENCE, morning

MORE = wish.TakeTicket(ticket=TicketId("more"), service=HALL.services[0].id, language="id")


def seen(story: Story, kiosk: str = "k1", presence: Presence = BLANK) -> KioskState:
    view = kiosk_view(story.state, presence, kiosk)
    assert view is not None, f"{kiosk} is there"
    return view


def test_a_kiosk_that_is_not_there_has_no_view() -> None:
    """None, so that the socket can say UNKNOWN."""
    assert kiosk_view(morning(), PRESENCE, "k9") is None


def test_a_service_says_what_to_bring_and_when_it_opens() -> None:
    """A closed service says when it opens, an open one when it closes. Source: issue, "Kiosk"."""
    hours = {
        service.id: (service.open, service.opens_at_ms, service.closes_at_ms)
        for service in seen(Story()).services
    }
    first = seen(Story()).services[0]

    assert (True, None, T0 + 7 * HOUR_MS) == hours["ktp"]
    assert (False, T0 + HOUR_MS, None) == hours["skck"]
    assert {"id": ["KTP"], "en": ["identity card"]} == first.requirements
    assert ("A", 600_000) == (first.prefix, first.target_ms)


def test_before_the_first_day_every_service_is_closed_and_says_nothing_of_hours() -> None:
    """No day, no promise."""
    story = Story()
    state = msgspec.structs.replace(story.state, day=None)
    view = kiosk_view(state, BLANK, "k1")

    assert view is not None
    assert {(False, None, None)} == {(s.open, s.opens_at_ms, s.closes_at_ms) for s in view.services}


@pytest.mark.parametrize(("waiting_count", "is_full"), [(0, False), (5, False), (6, True)])
def test_a_full_line_is_told_before_anybody_asks(waiting_count: int, is_full: bool) -> None:
    """`LINE_FULL` after a tap would be unkind: the page shows it in time. The hall's rule says six."""
    story = Story()
    for count in range(waiting_count):
        story.take(f"t{count}")
    service = seen(story).services[0]

    assert (waiting_count, is_full) == (service.waiting, service.is_full)
    assert is_full is (story.tries(MORE) is None)


def test_what_is_retired_cannot_be_had() -> None:
    """Who waits for it is served, but nobody new is invited; an agency left without services goes too."""
    story = Story()
    story.take("driver", "sim")
    story.do(wish.Configure(hall=msgspec.structs.replace(HALL, services=HALL.services[:2])))

    assert ["ktp", "kk"] == [service.id for service in seen(story).services]
    assert ["dukcapil"] == [agency.id for agency in seen(story).agencies]


def test_a_kiosk_shows_its_own_tickets_newest_first() -> None:
    """Eight at most; those of the other kiosk are another citizen's."""
    story = Story(msgspec.structs.replace(HALL, rules=msgspec.structs.replace(HALL.rules, line_max=99)))
    for count in range(TICKET_COUNT_MAX + 2):
        story.take(f"t{count}", kiosk="k1", printer="p1")
    story.take("other", kiosk="k2")

    assert [f"t{count}" for count in range(9, 1, -1)] == [ticket.id for ticket in seen(story).tickets]
    assert [("other", None)] == [(ticket.id, ticket.print) for ticket in seen(story, "k2").tickets]


def test_a_kiosk_knows_what_became_of_its_paper() -> None:
    """A printed ticket and one to be read from the screen instead."""
    view = kiosk_view(morning(), PRESENCE, "k1")

    assert view is not None
    assert [("A012", "on_screen"), ("A009", "printed")] == [
        (ticket.number, ticket.print) for ticket in view.tickets
    ]


def test_a_kiosk_knows_how_its_printer_is() -> None:
    """An empty printer says what to do; one that never came is offline; a kiosk without one shows numbers only."""
    out = Presence(printers={PrinterId("p1"): Device(status="paper_out", detail="no paper", since_ms=T0)})
    told = [
        seen(Story(), kiosk, presence).printer
        for kiosk, presence in (("k1", out), ("k1", BLANK), ("k2", out))
    ]

    assert [("paper_out", "no paper", T0), ("offline", "", 0), None] == [
        head and (head.status, head.detail, head.since_at_ms) for head in told
    ]


@pytest.mark.parametrize("is_in_doubt", [True, False])
def test_a_clock_in_doubt_is_told(is_in_doubt: bool) -> None:
    """The page then shows no times that nobody can vouch for."""
    presence = Presence(is_clock_in_doubt=is_in_doubt, printers={PrinterId("p1"): READY})

    assert is_in_doubt == seen(Story(), presence=presence).clock_in_doubt


def test_addresses_for_phones_are_those_of_the_hall() -> None:
    """The QR code's beginning and the Wi-Fi beside it; null where there is none."""
    bare = Story(msgspec.structs.replace(HALL, public_url=None, wifi=None))

    assert [("http://antrean.local", "MPP"), (None, None)] == [
        (view.public_url, view.wifi) for view in (seen(Story()), seen(bare))
    ]
