"""Entries to rows and back: the only place where an event is text.

One decoder for all types, built once: decoding is most of what a start does. Round trip of every type:
`tests/journal/test_codec.py`.
"""

from collections.abc import Sequence
from typing import get_args

import msgspec

from queue_server.domain.events import VERSION, AnyEvent, Entry
from queue_server.domain.hall import HallId
from queue_server.domain.model import ActorId
from queue_server.errors import StoreBroken, UnknownEventType
from queue_server.journal.base import Row

TYPES = frozenset(event.__name__ for event in get_args(AnyEvent))

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def rows(expected_seq: int, entries: Sequence[Entry]) -> list[Row]:
    """The rows of entries that continue a head, in the same order, not chained yet."""
    numbers = range(expected_seq + 1, expected_seq + 1 + len(entries))
    assert [entry.seq for entry in entries] == list(numbers), "entries continue the head without a gap"
    return [_row(entry) for entry in entries]


def entry(hall: HallId, row: Row) -> Entry:
    """The entry of a row that was verified.

    Every type is at version 1 today. The first change of one brings upcasters, from (type, version) to the next
    version's text; they belong here, before decoding, so that rows and their hashes stay as they were written.

    Raises:
        UnknownEventType: a newer program wrote it.
        StoreBroken: the text is not an event.
    """
    if row.type not in TYPES or row.version != VERSION:
        raise UnknownEventType(hall=hall, seq=row.seq, type_name=row.type, version=row.version)
    try:
        event = _DECODER.decode(row.data)
    except msgspec.DecodeError as error:
        raise StoreBroken(f"hall {hall!r}: entry {row.seq} does not read: {error}", seq=row.seq) from error
    return Entry(seq=row.seq, at_ms=row.at_ms, actor=ActorId(row.actor), event=event)


def _row(entry: Entry) -> Row:
    # Actors are ids of our own making; a line feed in one would blur the hashed text, see `chain`.
    assert "\n" not in entry.actor, "an actor's id is one line"
    return Row(
        seq=entry.seq,
        at_ms=entry.at_ms,
        type=type(entry.event).__name__,
        version=VERSION,
        data=_ENCODER.encode(entry.event).decode(),
        actor=entry.actor,
        hash=b"",
    )
