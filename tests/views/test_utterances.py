"""What will have to be spoken soon is rendered ahead: whatever is called later was named here before."""

import msgspec
import pytest

from queue_server.domain import commands as wish
from queue_server.domain.hall import CounterId
from queue_server.domain.model import TicketState
from queue_server.speech.phrases import Segment, announcement
from queue_server.views.utterances import AWAITED, of_entries, of_state
from tests.views.build import HALL, Story, changed
from tests.views.histories import history
from tests.views.morning import morning


def words(segments: "list[Segment]") -> list[str]:
    return [segment.text for segment in segments if segment.language == "en"]


def test_a_start_prepares_open_counters_first_then_everyone_who_may_be_called() -> None:
    """In the order in which they are likely to be needed."""
    story = Story()
    story.open("c3", by="o3")
    story.take("one")
    story.take("two", "kk")

    assert [
        "Please go to counter three.",
        "Please go to counter one.",
        "Please go to counter two.",
        "Please go to counter four.",
        "Please go to counter five.",
        "Ticket, A, zero zero one.",
        "Ticket, B, zero zero one.",
    ] == words(list(of_state(story.state)))


@pytest.mark.parametrize("state", TicketState)
def test_a_start_prepares_whoever_may_still_be_called(state: TicketState) -> None:
    """Waiting, called (a recall), parked. Who is done needs no voice any more."""
    story = Story()
    ticket = msgspec.structs.replace(story.take("one"), state=state)
    tickets = story.state.tickets.set(ticket.id, ticket)

    assert (state in AWAITED) == (
        "Ticket, A, zero zero one." in words(list(of_state(changed(story.state, tickets=tickets))))
    )
    assert {TicketState.WAITING, TicketState.CALLED, TicketState.PARKED} == AWAITED


def test_every_language_of_the_hall_is_prepared() -> None:
    """Number and counter alike; two languages, two sentences each."""
    segments = list(of_state(morning()))

    assert len([s for s in segments if s.language == "id"]) == len(
        [s for s in segments if s.language == "en"]
    )


def test_a_ticket_names_its_number_and_an_opened_counter_its_name() -> None:
    """Nothing else in a commit makes a sentence likely that was not likely before."""
    story = Story()
    story.open("c1")
    story.do(wish.OpenCounter(counter=CounterId("c1"), take=True), by="o2")
    story.take("one", kiosk="k1", printer="p1")
    story.next("c1", by="o2")

    assert [
        "Please go to counter one.",
        "Please go to counter one.",
        "Ticket, A, zero zero one.",
    ] == words(list(of_entries(story.state, story.entries)))


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_called_was_prepared(seed: int) -> None:
    """Over a random day: a call never waits for a voice. Source: issue, "Rendered ahead"."""
    story = Story()
    prepared: set[Segment] = set(of_state(story.state))
    heard_count = told_count = 0
    for _, after, _ in history(seed, 150, story):
        prepared.update(of_entries(after, story.entries[heard_count:]))
        heard_count = len(story.entries)
        for calls in after.calls.values():
            for call in calls:
                told_count += 1
                assert prepared.issuperset(announcement(HALL.languages, call.number, call.counter_name))

    assert told_count > 100
