"""What an officer sees of his counter: the ticket in hand, who is next without who he is, what can be taken back."""

import msgspec
import pytest

from queue_server.domain import commands as wish
from queue_server.domain.hall import Category, CounterId, ScreenId
from queue_server.domain.model import CallNo, TicketId
from queue_server.views.counter import counter_view
from queue_server.views.presence import Presence
from queue_server.wire.shapes import CounterView, WaitingTicket
from tests.views.build import BLANK, HALL, SECOND_MS, T0, Story, changed
from tests.views.morning import PRESENCE, morning

C1 = CounterId("c1")
C2 = CounterId("c2")


def seen(story: Story, counter: str = "c1", presence: Presence = BLANK) -> CounterView:
    view = counter_view(story.state, presence, CounterId(counter))
    assert view is not None, f"{counter} is there"
    return view


@pytest.fixture
def story() -> Story:
    """Loket 1 is open, three wait."""
    told = Story()
    told.open("c1")
    for name in ("one", "two", "three"):
        told.take(name)
    return told


def test_a_counter_that_is_not_there_has_no_view() -> None:
    """None, so that the socket can say UNKNOWN."""
    assert counter_view(morning(), PRESENCE, CounterId("c9")) is None


def test_a_counter_says_who_sits_there_and_since_when() -> None:
    """The name comes from the accounts, the state keeps an opaque id; a name that is not known is empty."""
    heads = {
        counter: (view.state, view.officer and (view.officer.id, view.officer.name), view.pause_reason)
        for counter in ("c1", "c3", "c4")
        if (view := counter_view(morning(), PRESENCE, CounterId(counter))) is not None
    }

    assert {
        "c1": ("open", ("o1", "Siti"), None),
        "c3": ("paused", ("o3", ""), "prayer"),
        "c4": ("closed", None, None),
    } == heads


def test_those_who_wait_are_in_the_order_of_calls_and_without_identity() -> None:
    """Nobody picks whom he serves: id, service and arrival, no number, no category. Source: product, 5."""
    view = counter_view(morning(), PRESENCE, C1)

    assert view is not None
    assert ["second", "third", "first", "late"] == [ticket.id for ticket in view.waiting]
    assert ("id", "service", "arrived_at_ms") == WaitingTicket.__struct_fields__


def test_those_sent_to_one_counter_wait_there_and_are_counted() -> None:
    """`sent` waits for Loket 2 alone; `waiting_count` is the whole line, however short the list."""
    one, two = (counter_view(morning(), PRESENCE, counter) for counter in (C1, C2))

    assert one is not None
    assert two is not None
    assert [False, True] == ["sent" in {ticket.id for ticket in view.waiting} for view in (one, two)]
    assert [(4, 4), (5, 5)] == [(view.waiting_count, len(view.waiting)) for view in (one, two)]


def test_more_than_fifty_wait_and_fifty_are_named() -> None:
    """Source: contract, "the next ones, at most 50"."""
    hall = msgspec.structs.replace(HALL, rules=msgspec.structs.replace(HALL.rules, line_max=999))
    story = Story(hall)
    for count in range(60):
        story.take(f"t{count}")

    assert (50, 60) == (len(seen(story).waiting), seen(story).waiting_count)
    assert [f"t{count}" for count in range(50)] == [ticket.id for ticket in seen(story).waiting]


def test_the_officer_sees_the_ticket_in_hand_whole() -> None:
    """Its category too: he must know who sits before him. Source: contract, "only its holder and staff see it"."""
    story = Story()
    story.open("c1")
    story.take("old", category=Category.ELDERLY)
    empty = seen(story).ticket
    story.next("c1")
    view = seen(story)

    assert empty is None
    assert view.ticket is not None
    assert ("old", "A001", "elderly", "called") == (
        view.ticket.id,
        view.ticket.number,
        view.ticket.category,
        view.ticket.state,
    )


def test_parked_and_missed_tickets_are_kept_apart_newest_first(story: Story) -> None:
    """By when they left the counter; of one instant by number."""
    for ends in (wish.ParkTicket, wish.MarkNoShow, wish.ParkTicket):
        ticket = story.next("c1")
        story.now_ms += SECOND_MS
        story.do(ends(counter=C1, sees=ticket))
    view = seen(story)

    assert (["A003", "A001"], ["A002"]) == (
        [held.number for held in view.parked],
        [held.number for held in view.missed],
    )
    assert [T0 + 6 * SECOND_MS, T0 + 4 * SECOND_MS] == [held.since_at_ms for held in view.parked]


def test_parked_tickets_of_one_instant_stand_by_number(story: Story) -> None:
    """So that the list does not jump about from view to view."""
    for _ in range(3):
        story.do(wish.ParkTicket(counter=C1, sees=story.next("c1")))

    assert ["A001", "A002", "A003"] == [held.number for held in seen(story).parked]


def test_parked_tickets_are_shown_where_their_service_is_served(story: Story) -> None:
    """Any counter that could call it back, and no other."""
    story.do(wish.ParkTicket(counter=C1, sees=story.next("c1")))

    assert [1, 1, 0, 0] == [len(seen(story, counter).parked) for counter in ("c1", "c2", "c3", "c5")]


def test_the_last_call_tells_on_how_many_screens_it_was_seen(story: Story) -> None:
    """Counted once per configured screen of the zone; a foreign screen's word does not count."""
    story.next("c1")
    told = Presence(shown={CallNo(1): frozenset(map(ScreenId, ("s1", "s3", "ghost")))})
    before, after = seen(story).last_call, seen(story, presence=told).last_call

    assert before is not None
    assert after is not None
    assert [(0, 2), (1, 2)] == [(call.shown, call.screens) for call in (before, after)]


def test_a_count_that_is_journaled_stands(story: Story) -> None:
    """After a restart nobody remembers which screens it were, only how many."""
    story.next("c1")
    story.do(wish.RecordShown(call=CallNo(1), shown=2, screens=2), by="hub")
    call = seen(story).last_call

    assert call is not None
    assert 2 == call.shown


def test_the_last_call_tells_what_became_of_its_voice(story: Story) -> None:
    """The officer sees "spoken 10:04:07", or that it is not confirmed."""
    story.next("c1")
    told = [seen(story).last_call]
    for what in (wish.CallReport.SPEAKING, wish.CallReport.SPOKEN):
        story.now_ms += SECOND_MS
        story.do(wish.ReportCall(call=CallNo(1), what=what), by="voice")
        told.append(seen(story).last_call)

    assert [
        ("pending", None, None),
        ("speaking", T0 + 4 * SECOND_MS, None),
        ("spoken", T0 + 4 * SECOND_MS, T0 + 5 * SECOND_MS),
    ] == [call and (call.voice, call.speaking_at_ms, call.spoken_at_ms) for call in told]


def test_a_recall_is_the_last_call(story: Story) -> None:
    """Its own number, the second time of this ticket."""
    ticket = story.next("c1")
    story.do(wish.Recall(counter=C1, sees=ticket))
    call = seen(story).last_call

    assert call is not None
    assert (2, "A001", 2) == (call.call, call.number, call.times)


def test_without_a_call_or_after_its_undo_there_is_no_last_call(story: Story) -> None:
    """None, not the call before it: that one is no longer this counter's business."""
    fresh = seen(story).last_call
    story.next("c1")
    story.do(wish.UndoStep(counter=C1, sees=TicketId("one")))

    assert (None, None) == (fresh, seen(story).last_call)


def test_a_call_that_its_zone_forgot_is_no_last_call(story: Story) -> None:
    """Sixty-four calls ago: nobody knows any more what became of it."""
    story.next("c1")
    story.open("c2", by="o2")
    other = story.next("c2", by="o2")
    for _ in range(64):
        story.do(wish.Recall(counter=C2, sees=other), by="o2")

    assert seen(story).last_call is None


def test_a_step_can_be_taken_back_until_its_instant(story: Story) -> None:
    """Source: contract, `undo_until_at_ms`: within 10 s; null where there is nothing to take back."""
    fresh = seen(story).undo_until_at_ms
    story.next("c1")

    assert (None, story.now_ms + 10_000) == (fresh, seen(story).undo_until_at_ms)


def test_a_step_that_ended_a_visit_can_be_taken_back_while_the_visit_is_over(story: Story) -> None:
    """Finished, then called for another reason at another counter: nothing to take back, as `decide` would say."""
    ticket = story.next("c1")
    story.do(wish.MarkNoShow(counter=C1, sees=ticket))
    over = seen(story).undo_until_at_ms
    story.do(wish.ReturnTicket(ticket=TicketId("one")))

    assert over is not None
    assert seen(story).undo_until_at_ms is None
    assert story.tries(wish.UndoStep(counter=C1, sees=None)) is None


def test_a_ticket_can_be_sent_to_whatever_is_not_retired() -> None:
    """Services in the order of the file, open or not; what drains takes nobody any more."""
    story = Story()
    story.take("driver", "sim")
    story.do(
        wish.Configure(hall=msgspec.structs.replace(HALL, services=(*HALL.services[:2], HALL.services[3])))
    )
    view = seen(story)

    assert ["ktp", "kk", "skck"] == [service.id for service in view.all_services]
    assert [True, True, False] == [service.open for service in view.all_services]
    assert ["c1", "c2", "c3", "c4", "c5"] == [counter.id for counter in view.all_counters]


def test_a_counter_sees_its_own_services_lines() -> None:
    """Those that it serves, with how many wait."""
    view = counter_view(morning(), PRESENCE, C1)

    assert view is not None
    assert [("ktp", 3), ("kk", 2)] == [(service.id, service.waiting) for service in view.services]


def test_it_tells_the_seq_that_it_is_of() -> None:
    """For HTTP, where no frame carries it."""
    view = counter_view(changed(morning(), seq=4_711), PRESENCE, C1)

    assert view is not None
    assert 4_711 == view.seq
