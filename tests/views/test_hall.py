"""What anyone may know of the hall."""

import msgspec

from queue_server.domain import commands as wish
from queue_server.views.hall import hall_view
from tests.views.build import BLANK, HALL, Story
from tests.views.morning import PRESENCE, morning


def test_everything_of_the_configuration_is_told_in_its_order() -> None:
    """Agencies, zones, services and counters stand as the file names them; nothing is sorted anew."""
    view = hall_view(morning(), PRESENCE)

    assert ["dukcapil", "police", "idle"] == [agency.id for agency in view.agencies]
    assert ["east", "west", "bare"] == [zone.id for zone in view.zones]
    assert ["ktp", "kk", "sim", "skck"] == [service.id for service in view.services]
    assert ["c1", "c2", "c3", "c4", "c5"] == [counter.id for counter in view.counters]


def test_a_counter_shows_its_state_and_the_number_in_hand() -> None:
    """Source: contract, "Hall view": closed, open, paused; the ticket in hand or null."""
    counters = {
        counter.id: (counter.state, counter.number) for counter in hall_view(morning(), PRESENCE).counters
    }

    assert {
        "c1": ("open", "A011"),
        "c2": ("open", "A009"),
        "c3": ("paused", None),
        "c4": ("closed", None),
        "c5": ("closed", None),
    } == counters


def test_it_carries_the_seq_of_the_state_and_the_journal_that_it_is_of() -> None:
    """So that a client can tell a newer view from an older one, and another journal from this one."""
    view = hall_view(morning(), PRESENCE)

    assert (morning().seq, "journal-1") == (view.seq, view.journal_id)


def test_no_ticket_is_named_but_by_the_number_in_hand() -> None:
    """Whoever knows a ticket's id may cancel it: the view for everybody holds none."""
    text = msgspec.json.encode(hall_view(morning(), PRESENCE)).decode()

    assert {} == {ticket: text for ticket in morning().tickets if f'"{ticket}"' in text}


def test_what_is_retired_stays_while_it_is_in_use() -> None:
    """Who waits for a removed service still finds it, and it is gone with the last of them."""
    story = Story()
    story.take("driver", "sim")
    smaller = msgspec.structs.replace(HALL, services=HALL.services[:2], counters=HALL.counters[:2])
    story.do(wish.Configure(hall=smaller), by="hub")
    drained = [service.id for service in hall_view(story.state, BLANK).services]
    story.open("c1")
    story.do(wish.CancelTicket(ticket=story.ticket("driver").id))

    assert ["ktp", "kk", "sim"] == drained
    assert ["ktp", "kk"] == [service.id for service in hall_view(story.state, BLANK).services]
