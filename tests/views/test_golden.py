"""What clients see, kept as files: names, order and shape of every view, and that the contract's names are in them.

The files are made from `tests/views/morning.py`, which also says how they are made anew.
"""

import json
from typing import Any, get_args

import msgspec
import pytest

from queue_server.wire import messages, shapes
from tests.views.morning import VECTORS, as_text, morning, views

SHAPES: dict[str, type[shapes.Shape]] = {
    "hall": shapes.HallView,
    "display": shapes.DisplayState,
    "announcer": shapes.AnnouncerState,
    "kiosk": shapes.KioskState,
    "printer": shapes.PrinterState,
    "counter": shapes.CounterView,
    "manager": shapes.ManagerState,
    "ticket_waiting": shapes.TicketView,
    "ticket_serving": shapes.TicketView,
}

OF_TICKET = "id number service category state ahead estimate counter issued_at_ms called_at_ms calls seq"
OF_CALL = "call number service counter counter_name times called_at_ms speech"

CONTRACT: dict[str, dict[str, str]] = {
    "hall": {
        "": "seq journal_id hall services counters",
        "hall": "id name timezone languages",
        "services": "id agency prefix name open waiting estimate",
        "counters": "id name zone state number",
    },
    "display": {"": "calls serving waiting", "calls": OF_CALL, "calls.speech.id": "text audio"},
    "announcer": {"calls": OF_CALL},
    "printer": {"": "jobs", "jobs": "attempt"},
    "counter": {
        "": "counter ticket waiting parked missed last_call undo_until_at_ms",
        "ticket": OF_TICKET,
        "last_call": "shown screens spoken_at_ms",
    },
    "ticket_waiting": {"": OF_TICKET, "estimate": "low_ms high_ms"},
    "ticket_serving": {"": OF_TICKET},
}
"""View to place in it to the names that the contract promises there; of a list its first element is looked at."""


@pytest.mark.parametrize("name", SHAPES)
def test_a_view_is_word_for_word_what_its_file_holds(name: str) -> None:
    """A change of what clients see is read in the difference of these files, never found out by a client."""
    assert (VECTORS / f"{name}.json").read_text(encoding="utf-8") == as_text(views(morning())[name])


@pytest.mark.parametrize("name", SHAPES)
def test_a_file_is_of_its_shape_and_has_no_key_beyond_it(name: str) -> None:
    """What the descriptions say of a view is what is sent: read back by its type, nothing is lost."""
    text = (VECTORS / f"{name}.json").read_bytes()

    assert json.loads(text) == msgspec.to_builtins(msgspec.json.decode(text, type=SHAPES[name], strict=True))


def test_every_view_of_the_socket_has_a_file() -> None:
    """A new view gets its golden state with its first line of code."""
    kinds = {name.partition("_")[0] for name in SHAPES}

    assert set(get_args(messages.ViewName)) == kinds
    assert {f"{name}.json" for name in SHAPES} == {file.name for file in VECTORS.iterdir()}


@pytest.mark.parametrize("name", CONTRACT)
def test_the_contracts_names_are_there(name: str) -> None:
    """Additions are no breaking change, a missing name is. Source: contract, "Ticket view", "Hall view", "Live socket"."""
    view = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    missing = {
        (place, key)
        for place, keys in CONTRACT[name].items()
        for key in keys.split()
        if key not in _at(view, place)
    }

    assert set() == missing


@pytest.mark.parametrize("name", SHAPES)
def test_instants_and_lengths_are_whole_milliseconds(name: str) -> None:
    """Names in `_at_ms` hold instants after 2020 or none, names in `_ms` are no instant. Source: contract, "HTTP"."""
    view = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    wrong = {key: value for key, value in _numbers(view) if not _is_right(key, value)}

    assert {} == wrong


def _at(view: Any, place: str) -> Any:
    for key in filter(None, place.split(".")):
        view = view[key]
        view = view[0] if isinstance(view, list) else view
    return view


def _numbers(value: Any, key: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [found for name, inner in value.items() for found in _numbers(inner, name)]
    if isinstance(value, list):
        return [found for inner in value for found in _numbers(inner, key)]
    return [(key, value)] if key.endswith("_ms") else []


def _is_right(key: str, value: Any) -> bool:
    if value is None:
        return True
    is_instant = isinstance(value, int) and (value == 0 or value > 1_577_836_800_000)
    return is_instant if key.endswith("_at_ms") else isinstance(value, int) and value < 86_400_000
