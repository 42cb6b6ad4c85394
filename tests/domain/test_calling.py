"""The policy against a naive second model that calls one by one, for any ratio, turn and crowd."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_server.domain import lines
from queue_server.domain.calling import (
    ahead,
    next_lane,
    next_ticket,
    others_before,
    pool,
    turned,
    waiting_in_order,
)
from queue_server.domain.hall import Category, CounterPlace, Rules, ServiceId
from queue_server.domain.model import Counter, Lane, State, Ticket, TicketId, TicketState, Turn, empty_state
from tests.domain.halls import HALL, counter, small_hall
from tests.domain.stories import Story

PRIORITY, REGULAR = Lane.PRIORITY, Lane.REGULAR
OTHER = {PRIORITY: REGULAR, REGULAR: PRIORITY}

RULES = st.builds(Rules, priority_run=st.integers(1, 4), regular_run=st.integers(1, 5))
TURNS = st.builds(Turn, lane=st.sampled_from([None, PRIORITY, REGULAR]), run_count=st.integers(0, 6))
CROWDS = st.lists(
    st.tuples(
        st.sampled_from(["ktp", "kk"]),
        st.sampled_from([Category.REGULAR, Category.ELDERLY]),
        st.integers(0, 3),
    ),
    max_size=14,
)
"""Service, category and a place that is mostly by arrival."""


def one_by_one(turn: Turn, rules: Rules, counts: dict[Lane, int]) -> list[Lane]:
    """The lanes in the order of calls, counted with a pencil: a run in this lane, then a run in the other."""
    counts, order = dict(counts), list[Lane]()
    run_max = {PRIORITY: rules.priority_run, REGULAR: rules.regular_run}
    lane, run = turn.lane, turn.run_count
    while any(counts.values()):
        if lane is None:
            wanted = PRIORITY
        elif run < run_max[lane]:
            wanted = lane
        else:
            wanted = OTHER[lane]
        if counts[wanted] == 0:
            wanted = OTHER[wanted]
        counts[wanted] -= 1
        order.append(wanted)
        run = run + 1 if wanted is lane else 1
        lane = wanted
    return order


@given(turn=TURNS, rules=RULES, own=st.integers(1, 12), others=st.integers(0, 12), lane=st.sampled_from(Lane))
def test_others_before_is_what_calling_one_by_one_gives(
    turn: Turn, rules: Rules, own: int, others: int, lane: Lane
) -> None:
    """The sum without a loop against the loop, for the last of a lane."""
    order = one_by_one(turn, rules, {lane: own, OTHER[lane]: others})
    nth = [index for index, called in enumerate(order) if called is lane][own - 1]

    assert order[:nth].count(OTHER[lane]) == others_before(turn, rules, lane, own, others)


@given(turn=TURNS, rules=RULES, priority=st.integers(0, 9), regular=st.integers(0, 9))
def test_the_next_lane_is_the_one_by_one_lane(turn: Turn, rules: Rules, priority: int, regular: int) -> None:
    """`next_lane` and `turned`, step by step, give the same order of lanes."""
    counts = {PRIORITY: priority, REGULAR: regular}
    order, expected = [], one_by_one(turn, rules, counts)
    while waiting := frozenset(lane for lane, count in counts.items() if count):
        lane = next_lane(turn, rules, waiting)
        order.append(lane)
        counts[lane] -= 1
        turn = turned(turn, rules, lane)

    assert expected == order


@given(
    rules=RULES,
    priority=st.lists(st.booleans(), min_size=1, max_size=60),
    turn=TURNS,
    lane=st.sampled_from(Lane),
)
def test_nobody_starves(rules: Rules, priority: list[bool], turn: Turn, lane: Lane) -> None:
    """Whoever is first in his lane is passed by at most one whole run of the other, however many come there.

    Proven where it must hold: the other lane never runs dry, the own one has somebody now and then.
    """
    own_waits = 0
    passed = 0
    other_run = rules.regular_run if lane is PRIORITY else rules.priority_run
    for comes in priority:
        own_waits += comes
        waiting = frozenset({OTHER[lane]} | ({lane} if own_waits else set()))
        called = next_lane(turn, rules, waiting)
        turn = turned(turn, rules, called)
        if called is lane:
            own_waits, passed = own_waits - 1, 0
        elif own_waits:
            passed += 1

        assert passed <= other_run


@given(crowd=CROWDS, turn=TURNS, rules=RULES)
def test_waiting_in_order_is_the_order_of_calls(
    crowd: list[tuple[str, Category, int]], turn: Turn, rules: Rules
) -> None:
    """What the officer's page shows as next is whom he would call, one by one; a short list is its beginning."""
    state, place = _hall_with(crowd, turn, rules)
    called = _called_one_by_one(state, place)

    assert called == waiting_in_order(state, place, 50)
    assert called[:3] == waiting_in_order(state, place, 3)


@given(crowd=CROWDS, turn=TURNS, rules=RULES)
def test_ahead_is_how_many_are_called_before(
    crowd: list[tuple[str, Category, int]], turn: Turn, rules: Rules
) -> None:
    """For everyone who waits, by today's policy, if nobody else came. Source: contract, ticket view."""
    state, place = _hall_with(crowd, turn, rules)
    called = _called_one_by_one(state, place)

    assert list(range(len(called))) == [ahead(state, state.tickets[ticket]) for ticket in called]


@given(crowd=CROWDS, turn=TURNS, rules=RULES)
def test_each_choice_is_the_first_of_its_lane_and_explained(
    crowd: list[tuple[str, Category, int]], turn: Turn, rules: Rules
) -> None:
    """`waiting_count` and `passed_count` are counted by hand."""
    state, place = _hall_with(crowd, turn, rules)
    chosen = next_ticket(state, place)
    if chosen is None:
        assert crowd == []
        return
    ticket, why = state.tickets[chosen[0]], chosen[1]
    waiting = list(state.tickets.values())

    assert min(one.place for one in waiting if one.lane is ticket.lane) == ticket.place
    assert len(waiting) == why.waiting_count
    assert sum(1 for one in waiting if one.place < ticket.place) == why.passed_count
    assert ticket.lane is why.lane


@settings(max_examples=40)
@given(crowd=CROWDS, turn=TURNS, rules=RULES, sent=st.sets(st.integers(0, 13)))
def test_ahead_of_a_reserved_ticket_counts_its_counters_calls(
    crowd: list[tuple[str, Category, int]], turn: Turn, rules: Rules, sent: set[int]
) -> None:
    """Sent to Loket 1: who is called there before, its own line and its services' lines together."""
    state, place = _hall_with(crowd, turn, rules, sent)
    called = _called_one_by_one(state, place)
    reserved = [index for index, ticket in enumerate(called) if state.tickets[ticket].reserved]

    assert reserved == [ahead(state, state.tickets[called[index]]) for index in reserved]


def test_counters_that_serve_the_same_are_one_pool() -> None:
    """In whatever order the file names their services."""
    assert pool(counter("1", ("ktp", "kk"))) == pool(counter("2", ("kk", "ktp")))


def test_ahead_is_counted_where_the_ticket_is_called_soonest() -> None:
    """KTP alone is served at Loket 2: who waits for KTP is nearer there than among everyone at Loket 1."""
    hall = small_hall(counters=(counter("1"), counter("2", ("ktp",)), counter("3"), counter("4")))
    story = Story(hall)
    for does in ["takes kk", "takes kk", "takes ktp", "takes ktp"]:
        story.does("08:00", "-", does)
    nobody_sits = ahead(story.state, story.ticket("A004"))
    story.does("08:01", "ani", "opens 1")
    only_one_sits = ahead(story.state, story.ticket("A004"))
    story.does("08:02", "bud", "opens 2")
    both_sit = ahead(story.state, story.ticket("A004"))

    assert [1, 3, 1] == [nobody_sits, only_one_sits, both_sit]


def test_ahead_where_no_counter_serves_is_the_own_line() -> None:
    """A hall may be configured so by mistake; the number is honest about the line all the same."""
    story = Story(small_hall(counters=(counter("1"),)))
    story.ledger.rewind(len(story.ledger.entries))
    for does in ["takes sim", "takes sim", "takes sim elderly"]:
        story.does("08:00", "-", does)

    assert [0, 1, 0] == [ahead(story.state, story.ticket(number)) for number in ["B001", "B002", "B003"]]


def _hall_with(
    crowd: list[tuple[str, Category, int]], turn: Turn, rules: Rules, sent: set[int] | None = None
) -> tuple[State, CounterPlace]:
    """Everyone of a crowd waits for Loket 1; those in `sent` for it alone."""
    hall = small_hall(rules=rules)
    place = hall.counters[0]
    state = msgspec.structs.replace(empty_state(HALL), hall=hall)
    counters = {one.id: Counter(id=one.id) for one in hall.counters}
    state = msgspec.structs.replace(state, counters=state.counters.update(counters))
    for index, (service, category, front) in enumerate(crowd):
        stands = (0 if front == 0 else index + 1, index)
        ticket = Ticket(
            id=TicketId(f"t{index}"),
            number=f"A{index:03d}",
            service=ServiceId(service),
            category=category,
            language="id",
            state=TicketState.WAITING,
            place=stands,
            arrived=stands,
            issued_at_ms=index,
            reserved=place.id if sent and index in sent else None,
        )
        tickets = state.tickets.set(ticket.id, ticket)
        state = msgspec.structs.replace(state, tickets=tickets, lines=lines.joined(state.lines, ticket))
    return msgspec.structs.replace(state, turns=state.turns.set(pool(place), turn)), place


def _called_one_by_one(state: State, place: CounterPlace) -> list[TicketId]:
    """The naive model: look at everyone, take the first of the lane whose turn it is, again and again."""
    rest = sorted(state.tickets.values(), key=lambda ticket: ticket.place)
    counts = {lane: sum(1 for ticket in rest if ticket.lane is lane) for lane in Lane}
    order: list[TicketId] = []
    for lane in one_by_one(state.turns[pool(place)], state.hall.rules, counts):
        chosen = next(ticket for ticket in rest if ticket.lane is lane)
        rest.remove(chosen)
        order.append(chosen.id)
    return order
