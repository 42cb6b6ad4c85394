"""What a ticket's holder sees of it, from waiting to done."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_server.domain import commands as wish
from queue_server.domain.hall import AgencyId, Category, CounterId, ServiceId
from queue_server.domain.model import TicketId, TicketState
from queue_server.views.ticket import TicketViews, agency_name, described, service_name, ticket_view
from queue_server.wire.shapes import TicketView
from tests.views.build import BLANK, HALL, SECOND_MS, T0, Story, changed, names
from tests.views.histories import history
from tests.views.morning import PRESENCE, morning

C1 = CounterId("c1")


def seen(story: Story, ticket: str = "one") -> TicketView:
    view = ticket_view(story.state, BLANK, TicketId(ticket))
    assert view is not None, f"{ticket} is there"
    return view


@pytest.fixture
def story() -> Story:
    """One ticket waits before an open counter."""
    told = Story()
    told.open("c1")
    told.take("one", category=Category.PREGNANT)
    return told


def test_a_ticket_that_is_not_of_today_has_no_view() -> None:
    """None, so that the page can say so."""
    assert ticket_view(morning(), PRESENCE, TicketId("yesterday")) is None


def test_its_holder_sees_number_names_and_category() -> None:
    """Source: contract, "Ticket view"; beside it the names that a page needs without asking again."""
    view = ticket_view(morning(), PRESENCE, TicketId("first"))

    assert view is not None
    assert ("A012", "ktp", "disabled", "waiting") == (view.number, view.service, view.category, view.state)
    assert (names("ktp"), names("dukcapil")) == (view.service_name, view.agency_name)
    assert (2, "lamongan", "id", "on_screen") == (view.ahead, view.hall, view.language, view.print)
    assert view.estimate is not None


def test_counter_and_zone_are_told_from_the_call_to_the_end_of_the_visit(story: Story) -> None:
    """Source: contract, `counter`: null unless called or serving. `calls` and the instants go on."""
    told = [seen(story)]
    story.now_ms += SECOND_MS
    ticket = story.next("c1")
    told.append(seen(story))
    story.now_ms += SECOND_MS
    story.do(wish.Recall(counter=C1, sees=ticket))
    told.append(seen(story))
    story.now_ms += SECOND_MS
    story.do(wish.StartService(counter=C1, sees=ticket))
    told.append(seen(story))
    story.do(wish.FinishService(counter=C1, sees=ticket))
    told.append(seen(story))
    called_ms, again_ms, started_ms = (T0 + count * SECOND_MS for count in (2, 3, 4))
    here = ("c1", "Loket 1", "east")
    nowhere = (None, None, None)

    assert [
        ("waiting", nowhere, 0, None, None),
        ("called", here, 1, called_ms, None),
        ("called", here, 2, again_ms, None),
        ("serving", here, 2, again_ms, started_ms),
        ("done", nowhere, 2, again_ms, started_ms),
    ] == [
        (
            view.state,
            (view.counter, view.counter_name, view.zone),
            view.calls,
            view.called_at_ms,
            view.started_at_ms,
        )
        for view in told
    ]
    assert [None, names("east"), names("east"), names("east"), None] == [view.zone_name for view in told]


@pytest.mark.parametrize("state", TicketState)
def test_only_who_waits_has_somebody_ahead_and_an_estimate(state: TicketState) -> None:
    """Source: contract: `ahead` null unless waiting."""
    ticket = msgspec.structs.replace(morning().tickets[TicketId("first")], state=state)
    view = described(morning(), ticket)

    assert (state is TicketState.WAITING) == (view.ahead is not None) == (view.estimate is not None)


def test_who_is_first_has_nobody_ahead(story: Story) -> None:
    """Nought is an answer, and not the same as null."""
    story.take("two")

    assert [0, 1] == [seen(story, name).ahead for name in ("one", "two")]


def test_an_estimate_is_withheld_when_the_data_is_thin(story: Story) -> None:
    """No number is better than an invented one. Source: product, 6."""
    assert seen(story).estimate is None


def test_a_service_that_left_the_configuration_leaves_its_id() -> None:
    """A ticket that was done with still has its page: the bare id in every language, an agency without words."""
    state = changed(morning(), hall=msgspec.structs.replace(HALL, services=HALL.services[1:]))
    view = described(state, state.tickets[TicketId("served")])

    assert ({"id": "ktp", "en": "ktp"}, {"id": "", "en": ""}) == (view.service_name, view.agency_name)


def test_an_agency_that_is_not_named_has_no_words() -> None:
    """An id that the configuration's checks would have refused: empty texts, no crash of a screen."""
    service = msgspec.structs.replace(HALL.services[0], agency=AgencyId("gone"))

    assert {"id": "", "en": ""} == agency_name(HALL, service)


def test_names_are_given_as_copies() -> None:
    """What a caller does to them does not reach the configuration."""
    service_name(HALL, HALL.services[0], ServiceId("ktp")).clear()
    agency_name(HALL, HALL.services[0]).clear()

    assert ServiceId("ktp") == HALL.services[0].id
    assert (names("ktp"), names("dukcapil")) == (HALL.services[0].name, HALL.agencies[0].name)


@given(seed=st.integers(min_value=0, max_value=2**32))
@settings(max_examples=12, deadline=None)
def test_views_for_all_phones_are_those_for_each(seed: int) -> None:
    """What a line's tickets share is worked out once, and nobody's view is another for it."""
    for count, (_, after, _) in enumerate(history(seed, 120)):
        if count % 10 == 0:
            views = TicketViews(after)
            tickets = [*after.tickets, TicketId("gone")]

            assert [ticket_view(after, BLANK, ticket) for ticket in tickets] == [
                views.view(ticket) for ticket in tickets
            ]
