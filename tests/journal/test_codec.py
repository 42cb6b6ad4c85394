"""Entries to rows and back."""

import msgspec
import pytest

from queue_server.domain.events import Entry
from queue_server.errors import StoreBroken, UnknownEventType
from queue_server.journal import codec
from queue_server.journal.base import Row
from tests.journal.examples import EVENTS, LAMONGAN, entries, tickets


@pytest.mark.parametrize("written", entries(1, *EVENTS), ids=lambda entry: type(entry.event).__name__)
def test_every_type_comes_back(written: Entry) -> None:
    """decode(encode(x)) == x, and the row names its type."""
    [row] = codec.rows(written.seq - 1, [written])

    assert written == codec.entry(LAMONGAN, row)
    assert type(written.event).__name__ == row.type


@pytest.mark.parametrize(
    "change", [{"type": "TicketDreamt"}, {"version": 2}, {"version": 0}, {"version": None}], ids=str
)
def test_what_a_newer_program_wrote_is_named(change: dict[str, object]) -> None:
    """The node makes itself unready and drains (design, "The journal is the truth")."""
    with pytest.raises(UnknownEventType, match="entry 1") as caught:
        codec.entry(LAMONGAN, msgspec.structs.replace(_row(), **change))

    assert 1 == caught.value.seq


@pytest.mark.parametrize("data", ["", "{}", "[]", '{"type":"TicketIssued"}', '{"type":"Other"}'])
def test_text_that_is_no_event_names_its_entry(data: str) -> None:
    """Only a faulty writer can do this: the chain was in order."""
    with pytest.raises(StoreBroken, match="entry 1") as caught:
        codec.entry(LAMONGAN, msgspec.structs.replace(_row(), data=data))

    assert 1 == caught.value.seq


def test_entries_that_do_not_continue_the_head_are_a_mistake_of_ours() -> None:
    """Gaps and repeats are refused before anything is written."""
    with pytest.raises(AssertionError, match="without a gap"):
        codec.rows(4, tickets(6, 1))


def _row() -> Row:
    [row] = codec.rows(0, tickets(1, 1))
    return row
