"""The domain's closed sets as the words of the wire: none is missing on either side."""

from collections.abc import Mapping
from typing import Any, get_args

import pytest

from queue_server.domain import commands as wish
from queue_server.domain.hall import Category
from queue_server.domain.model import CounterState, PrintState, TicketState, VoiceState
from queue_server.views.codes import CATEGORIES, COUNTER_STATES, PRINT_STATES, TICKET_STATES, VOICE_STATES
from queue_server.wire import requests, shapes

TABLES: dict[str, tuple[Mapping[Any, Any], Any, Any]] = {
    "ticket": (TICKET_STATES, TicketState, shapes.TicketStateName),
    "category": (CATEGORIES, Category, shapes.CategoryName),
    "counter": (COUNTER_STATES, CounterState, shapes.CounterStateName),
    "voice": (VOICE_STATES, VoiceState, shapes.VoiceStateName),
    "print": (PRINT_STATES, PrintState, shapes.PrintStateName),
}

ASKED = {
    "order": (wish.OrderReason, requests.OrderReasonName),
    "pause": (wish.PauseReason, requests.PauseReasonName),
    "finish": (wish.FinishResult, requests.FinishResultName),
    "place": (wish.TransferPlace, requests.PlaceName),
    "category": (Category, shapes.CategoryName),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_member_has_its_word_and_every_word_its_member(name: str) -> None:
    """A state that views cannot name would be a screen that stops; None (no paper) stays none."""
    table, members, words = TABLES[name]

    assert set(members) == set(table) - {None}
    assert set(get_args(words)) == set(table.values()) - {None}


@pytest.mark.parametrize("name", TABLES)
def test_a_word_of_the_wire_is_the_members_own(name: str) -> None:
    """Journal and wire say the same thing in the same word."""
    table, _, _ = TABLES[name]

    assert {member: None if member is None else member.value for member in table} == dict(table)


@pytest.mark.parametrize("name", ASKED)
def test_what_may_be_asked_for_is_what_can_be_decided(name: str) -> None:
    """The same for words that come in."""
    members, words = ASKED[name]

    assert {member.value for member in members} == set(get_args(words))
