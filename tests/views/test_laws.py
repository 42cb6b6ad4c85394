"""What holds for every view of every hall: who is in a priority group stays private, every list ends, people ahead
are counted right, and a view is a function of the state alone.

Shown over random histories with every kind of command (`tests/views/histories.py`).
"""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_server.domain import commands as wish
from queue_server.domain.decide_ticket import RETURNING
from queue_server.domain.events import Entry
from queue_server.domain.evolve import folded
from queue_server.domain.hall import Category, CounterId, PrinterId, Rules
from queue_server.domain.model import CounterState, Lane, State, Ticket, TicketId, TicketState, empty_state
from queue_server.views.ticket import ticket_view
from queue_server.wire.shapes import CategoryName
from tests.views.build import BLANK, HALL, PLAN, Story
from tests.views.contents import Contents, as_text, contents
from tests.views.histories import history

SEEDS = st.integers(min_value=0, max_value=2**32)
STEP_COUNT = 120
ROOT = Path(__file__).parents[2]
GROUPS = tuple(category for category in Category if category is not Category.REGULAR)

OWN_TICKET = {"ticket": (), "counter": ("ticket",)}
"""The views that may tell a category, and where: the holder's own page, and the officer who has the ticket in hand."""

LISTS: dict[tuple[str, str], int] = {
    ("counter", "waiting"): 50,
    ("counter", "parked"): 50,
    ("counter", "missed"): 50,
    ("counter", "warnings"): 50,
    ("display", "calls"): 64,
    ("announcer", "calls"): 64,
    ("printer", "jobs"): 64,
    ("kiosk", "tickets"): 8,
    ("manager", "warnings"): 50,
}
"""View and list to the most that it holds; every other list is as long as the configuration makes it."""


@given(seed=SEEDS, group=st.sampled_from(GROUPS))
@settings(max_examples=12, deadline=None)
def test_nobody_else_can_tell_one_priority_group_from_another(seed: int, group: Category) -> None:
    """Whatever group a citizen is in, hall, screens, voices, kiosks, papers, the manager and other phones see the same.

    Source: contract, "only its holder and staff see it"; issue, "nothing of it appears on paper, screen or voice".
    """
    for count, (_, after, _) in enumerate(history(seed, STEP_COUNT)):
        if count % 10 == 0:
            others = regrouped(after, group)

            assert without_own_category(contents(after)) == without_own_category(contents(others))


@given(seed=SEEDS)
@settings(max_examples=12, deadline=None)
def test_no_view_but_the_holders_and_the_officers_names_a_category(seed: int) -> None:
    """Neither the key nor any of its seven words, wherever in a view they might hide."""
    words = {"category", *get_args(CategoryName)}
    for count, (_, after, _) in enumerate(history(seed, STEP_COUNT)):
        if count % 10 == 0:
            found = {audience: words & texts(view) for audience, view in in_public(contents(after)).items()}

            assert {} == {audience: said for audience, said in found.items() if said}


@given(seed=SEEDS)
@settings(max_examples=12, deadline=None)
def test_ahead_is_how_many_would_be_called_before(seed: int) -> None:
    """Counted by calling them one by one, beside the view's sum. Source: contract, "Ticket view"."""
    for count, (_, after, _) in enumerate(history(seed, STEP_COUNT)):
        if count % 5 == 0:
            shown = {ticket: seen_ahead(after, ticket) for ticket in after.tickets}

            assert {ticket.id: naive_ahead(after, ticket) for ticket in after.tickets.values()} == shown


@given(seed=SEEDS)
@settings(max_examples=12, deadline=None)
def test_a_view_after_a_replay_is_the_view_that_was_shown(seed: int) -> None:
    """view(replay) == view(live), through the journal's text. Source: design, "Views are functions of the state"."""
    story = Story()
    for _ in history(seed, STEP_COUNT, story):
        pass
    journal = msgspec.json.encode(story.entries)

    replayed = folded(empty_state(HALL.id), msgspec.json.decode(journal, type=list[Entry]))

    assert contents(story.state) == contents(replayed)


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_a_view_is_the_same_in_every_process(hash_seed: str) -> None:
    """Another node, or the same one started again, orders its maps another way; nobody may see that."""
    story = Story()
    for _ in history(7, 4 * STEP_COUNT, story):
        pass

    here = as_text(contents(story.state))

    assert here == _told_elsewhere(msgspec.json.encode(story.entries), hash_seed)


def test_lists_that_grow_with_the_day_end_at_their_bound() -> None:
    """A storm of tickets, calls and papers: each list is full and not one longer. Source: contract, "Live socket"."""
    views = contents(stormy())
    longest = {
        (name, key): max(len(view[key]) for (kind, _), view in views.items() if kind == name)
        for name, key in LISTS
    }

    assert LISTS == longest


def test_every_other_list_is_as_long_as_the_configuration_makes_it() -> None:
    """No list is forgotten in the table above: the storm lengthens none of the others."""
    calm, storm = contents(Story(WIDE_HALL, PLAN).state), contents(stormy())
    grown = {
        (kind, key)
        for (kind, of), view in storm.items()
        if (kind, of) in calm
        for key, value in view.items()
        if isinstance(value, list) and len(value) > len(calm[kind, of][key])
    }

    assert set(LISTS) == grown


WIDE_HALL = msgspec.structs.replace(HALL, rules=Rules(line_max=999))
"""With room for a storm; everything else as the small hall has it."""


@cache
def stormy() -> State:
    """Seventy wait without the paper that never came, sixty are parked, sixty missed; no voice speaks in either zone."""
    story = Story(WIDE_HALL, PLAN)
    story.take("unheard", "sim")
    story.open("c3", by="o3")
    seen = story.next("c3", by="o3")
    for _ in range(70):
        story.do(wish.Recall(counter=CounterId("c3"), sees=seen), "o3")
    for count in range(190):
        story.take(f"t{count}", "ktp", kiosk="k1", printer="p1")
    story.open("c1")
    for count in range(121):
        seen = story.next("c1")
        ends = wish.ParkTicket if count % 2 else wish.MarkNoShow
        story.do(ends(counter=CounterId("c1"), sees=seen))
    story.wait(10_000)
    story.wait(90_000)
    aside = [known.id for known in story.state.tickets.values() if known.state in RETURNING]
    for ticket in aside[:70]:
        story.do(wish.ReprintTicket(ticket=ticket, printer=PrinterId("p1")))
    return story.state


def regrouped(state: State, group: Category) -> State:
    """The same hall with every priority ticket in one other group."""
    tickets = state.tickets
    for ticket in state.tickets.values():
        if ticket.lane is Lane.PRIORITY:
            tickets = tickets.set(ticket.id, msgspec.structs.replace(ticket, category=group))
    return msgspec.structs.replace(state, tickets=tickets)


def without_own_category(views: Contents) -> Contents:
    """Every view, without the category where its holder or officer may see it."""
    return {audience: _hidden(view, OWN_TICKET.get(audience[0])) for audience, view in views.items()}


def in_public(views: Contents) -> Contents:
    """What is seen by more than the holder and his officer."""
    return {
        audience: view for audience, view in without_own_category(views).items() if audience[0] != "ticket"
    }


def texts(value: Any) -> set[str]:
    """Every key and every text in a view."""
    if isinstance(value, dict):
        return {*value, *(word for inner in value.values() for word in texts(inner))}
    if isinstance(value, list):
        return {word for inner in value for word in texts(inner)}
    return {value} if isinstance(value, str) else set()


def seen_ahead(state: State, ticket: TicketId) -> int | None:
    view = ticket_view(state, BLANK, ticket)
    assert view is not None, "asked for tickets of today"
    return view.ahead


def naive_ahead(state: State, ticket: Ticket) -> int | None:
    """Calls one after the other, at each set of counters that could call this ticket; the fewest before it count."""
    if ticket.state is not TicketState.WAITING:
        return None
    if ticket.reserved is not None:
        places = [place for place in state.hall.counters if place.id == ticket.reserved]
    else:
        serving = [place for place in state.hall.counters if ticket.service in place.services]
        places = [p for p in serving if state.counters[p.id].state is not CounterState.CLOSED] or serving
    waiting = [known for known in state.tickets.values() if known.state is TicketState.WAITING]
    return min(
        _called_before(
            state,
            ticket,
            [
                other
                for other in waiting
                if (other.reserved is None and other.service in place.services)
                or (ticket.reserved is not None and other.reserved == place.id)
            ],
            "+".join(sorted(place.services)),
        )
        for place in places
    )


def _called_before(state: State, ticket: Ticket, waiting: list[Ticket], pool: str) -> int:
    rules, turn = state.hall.rules, state.turns.get(pool)
    last, run = (None, 0) if turn is None else (turn.lane, turn.run_count)
    order = sorted(waiting, key=lambda known: known.place)
    lanes = {lane: [known for known in order if known.lane is lane] for lane in Lane}
    for count in range(len(order)):
        here = [lane for lane in Lane if lanes[lane]]
        longest = rules.priority_run if last is Lane.PRIORITY else rules.regular_run
        lane = here[0]
        if len(here) == 2 and last is not None:
            other = Lane.REGULAR if last is Lane.PRIORITY else Lane.PRIORITY
            lane = last if run < longest else other
        if lanes[lane].pop(0) is ticket:
            return count
        last, run = lane, run + 1 if lane is last else 1
    raise AssertionError("who waits is called")


def _hidden(view: dict[str, Any], where: tuple[str, ...] | None) -> dict[str, Any]:
    if where is None:
        return view
    if where:
        inner = view[where[0]]
        return view if inner is None else {**view, where[0]: _hidden(inner, where[1:])}
    return {key: value for key, value in view.items() if key != "category"}


def _told_elsewhere(journal: bytes, hash_seed: str) -> str:
    """The views of a journal as another process makes them."""
    finished = subprocess.run(
        [sys.executable, "-m", "tests.views.contents"],
        input=journal,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )
    return finished.stdout.decode()
