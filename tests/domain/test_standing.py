"""Where everybody stands, worked out once for all, against `calling.ahead` for each."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_server.domain import lines
from queue_server.domain.calling import ahead, pool
from queue_server.domain.hall import Category, HallConfig, Rules, ServiceId
from queue_server.domain.line import CHUNK_COUNT_MAX
from queue_server.domain.model import (
    Counter,
    CounterState,
    Lane,
    State,
    Ticket,
    TicketId,
    TicketState,
    Turn,
    empty_state,
)
from queue_server.domain.standing import Standing
from tests.domain.halls import counter, small_hall

COUNTERS = {"1": ("ktp", "kk"), "2": ("ktp",), "3": ("kk", "ktp"), "4": ("sim",)}
"""Pools of one and of two, and nobody who serves SKCK."""

CROWDS = st.lists(
    st.tuples(
        st.sampled_from(["ktp", "kk", "sim", "skck"]),
        st.sampled_from([Category.REGULAR, Category.ELDERLY]),
        st.integers(0, 3),
        st.sampled_from([None, None, None, "1", "4", "gone"]),
    ),
    max_size=60,
)
"""Service, category, a place that is mostly by arrival, and the counter that a ticket was sent to."""

HALLS = st.builds(
    small_hall,
    counters=st.sets(st.sampled_from(sorted(COUNTERS))).map(
        lambda chosen: tuple(counter(name, COUNTERS[name]) for name in sorted(chosen))
    ),
    rules=st.builds(Rules, priority_run=st.integers(1, 3), regular_run=st.integers(1, 3)),
)
TURNS = st.builds(Turn, lane=st.sampled_from([None, *Lane]), run_count=st.integers(0, 4))


def crowded(
    hall: HallConfig, crowd: list[tuple[str, Category, int, str | None]], turn: Turn, closed: set[str]
) -> State:
    """A crowd waits, every pool's turn stands alike, and some counters are closed."""
    state = empty_state(hall.id)
    now = {
        place.id: Counter(id=place.id, state=CounterState.CLOSED if place.id in closed else CounterState.OPEN)
        for place in hall.counters
    }
    state = msgspec.structs.replace(
        state,
        hall=hall,
        counters=state.counters.update(now),
        turns=state.turns.update({pool(place): turn for place in hall.counters}),
    )
    for ordinal, (service, category, instant, reserved) in enumerate(crowd):
        ticket = Ticket(
            id=TicketId(f"t{ordinal}"),
            number=f"A{ordinal:03}",
            service=ServiceId(service),
            category=category,
            language="id",
            state=TicketState.WAITING,
            place=(instant, ordinal),
            arrived=(instant, ordinal),
            issued_at_ms=instant,
            reserved=reserved,  # type: ignore[arg-type]  # a counter's id
        )
        state = msgspec.structs.replace(
            state,
            tickets=state.tickets.set(ticket.id, ticket),
            lines=lines.joined(state.lines, ticket),
        )
    return state


@settings(max_examples=150)
@given(hall=HALLS, crowd=CROWDS, turn=TURNS, closed=st.sets(st.sampled_from(sorted(COUNTERS))))
def test_everybody_stands_where_each_alone_is_found(
    hall: HallConfig, crowd: list[tuple[str, Category, int, str | None]], turn: Turn, closed: set[str]
) -> None:
    """Any counters open or closed, in pools or none, tickets sent to one of them or to one that is gone."""
    state = crowded(hall, crowd, turn, closed)
    standing = Standing(state)

    assert {ticket.id: ahead(state, ticket) for ticket in state.tickets.values()} == {
        ticket.id: standing.ahead(ticket) for ticket in state.tickets.values()
    }


def test_a_line_of_many_chunks_is_counted_through() -> None:
    """Two lanes of some hundred each: every place in them, past the borders of chunks."""
    crowd: list[tuple[str, Category, int, str | None]] = [
        ("ktp" if count % 3 else "kk", Category.REGULAR if count % 2 else Category.ELDERLY, count % 7, None)
        for count in range(10 * CHUNK_COUNT_MAX)
    ]
    hall = small_hall(counters=(counter("1", ("ktp", "kk")),))
    state = crowded(hall, crowd, Turn(), set())
    standing = Standing(state)
    found = [standing.ahead(ticket) for ticket in state.tickets.values()]

    assert [ahead(state, ticket) for ticket in state.tickets.values()] == found
    assert list(range(len(crowd))) == sorted(found)
