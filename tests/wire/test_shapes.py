"""The states that travel down: frozen, read back as they were sent, and named as the contract says."""

import json
from collections.abc import Iterator
from typing import Any, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings

from queue_server.wire import shapes
from queue_server.wire.shapes import Shape
from tests.wire.anything import JSON, anything_of

KINDS = [
    kind
    for kind in vars(shapes).values()
    if isinstance(kind, type) and issubclass(kind, Shape) and kind is not Shape
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_state_is_read_as_it_was_sent(kind: type[Shape]) -> None:
    """decode(encode(x)) == x, for every shape and every value that its fields may have."""

    @settings(max_examples=25, deadline=None)
    @given(anything_of(kind))
    def law(state: Shape) -> None:
        assert state == msgspec.json.decode(msgspec.json.encode(state), type=kind)

    law()


@pytest.mark.parametrize("kind", KINDS)
def test_an_agent_of_an_older_version_reads_what_it_knows(kind: type[Shape]) -> None:
    """Additions are no breaking change: a key that is not known is passed over."""

    @settings(max_examples=10, deadline=None)
    @given(anything_of(kind), JSON)
    def law(state: Shape, value: Any) -> None:
        more = json.loads(msgspec.json.encode(state)) | {"zz_of_a_later_version": value}

        assert state == msgspec.json.decode(json.dumps(more), type=kind)

    law()


@pytest.mark.parametrize("kind", KINDS)
def test_a_shape_is_frozen_and_has_no_silent_default(kind: type[Shape]) -> None:
    """Whoever builds one says every field, so that no view forgets one; null is sent as null."""
    config = kind.__struct_config__

    assert (True, False) == (config.frozen, config.omit_defaults)
    assert [] == [field.name for field in msgspec.structs.fields(kind) if not field.required]


@pytest.mark.parametrize("kind", KINDS)
def test_times_are_whole_milliseconds_and_say_so(kind: type[Shape]) -> None:
    """Instants end in `_at_ms`, lengths of time in `_ms`; both are integers or null. Source: contract, "HTTP"."""
    allowed = {int, int | None}
    hints = {name: hint for name, hint in get_type_hints(kind).items() if name.endswith("_ms")}

    assert {} == {name: hint for name, hint in hints.items() if hint not in allowed}
    assert [] == [
        name for name in kind.__struct_fields__ if name.endswith(("_at", "_time", "_seconds", "_s"))
    ]


def test_only_a_ticket_carries_a_category() -> None:
    """The holder's own view, and through it the officer's; the type alone keeps it out of every other."""
    carrying = {kind.__name__ for kind in KINDS if "category" in kind.__struct_fields__}
    holding = {kind.__name__ for kind in KINDS for _, inner in _inner(kind) if inner is shapes.TicketView}

    assert {"TicketView"} == carrying
    assert {"CounterView", "TicketAnswer"} == holding


def test_those_who_wait_have_no_number() -> None:
    """An officer cannot pick whom he serves. Source: product, "identity is hidden until called"."""
    assert ("id", "service", "arrived_at_ms") == shapes.WaitingTicket.__struct_fields__


def _inner(kind: type[Shape]) -> Iterator[tuple[str, Any]]:
    """The shapes that a shape's fields hold, also in lists, mappings and where null is allowed."""
    for name, hint in get_type_hints(kind).items():
        for one in (hint, *_arguments(hint)):
            yield name, one


def _arguments(hint: Any) -> Iterator[Any]:
    for one in getattr(hint, "__args__", ()):
        yield one
        yield from _arguments(one)
