"""Entries to rows and back: the only place where an event is text.

One decoder for all types, built once: decoding is most of what a start does. Round trip of every type:
`tests/journal/test_codec.py`.
"""

from collections.abc import Sequence
from typing import get_args

import msgspec

from queue_server.domain.events import AnyEvent, Entry
from queue_server.domain.hall import HallId
from queue_server.domain.model import ActorId
from queue_server.errors import StoreBroken, UnknownEventType
from queue_server.journal.base import Row
from queue_server.journal.versions import TODAY, Versions

TYPES = frozenset(event.__name__ for event in get_args(AnyEvent))

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def rows(
    expected_seq: int, entries: Sequence[Entry], versions: Versions = TODAY, level: int | None = None
) -> list[Row]:
    """The rows of entries that continue a head, in the same order, not chained yet.

    Args:
        level: at which to write; None: the program's own.
    """
    numbers = range(expected_seq + 1, expected_seq + 1 + len(entries))
    assert [entry.seq for entry in entries] == list(numbers), "entries continue the head without a gap"
    return [_row(entry, versions, versions.level if level is None else level) for entry in entries]


def entry(hall: HallId, row: Row, versions: Versions = TODAY) -> Entry:
    """The entry of a row that was verified, whichever version wrote it.

    Raises:
        UnknownEventType: a newer program wrote it.
        StoreBroken: the text is not an event.
    """
    if row.type not in TYPES or row.version not in range(1, versions.latest(row.type) + 1):
        raise UnknownEventType(hall=hall, seq=row.seq, type_name=row.type, version=row.version)
    try:
        is_older = row.version < versions.latest(row.type)
        data = versions.brought_up(row.type, row.version, row.data) if is_older else row.data
        event = _DECODER.decode(data)
    except msgspec.DecodeError as error:
        raise StoreBroken(f"hall {hall!r}: entry {row.seq} does not read: {error}", seq=row.seq) from error
    return Entry(seq=row.seq, at_ms=row.at_ms, actor=ActorId(row.actor), event=event)


def _row(entry: Entry, versions: Versions, level: int) -> Row:
    # Actors are ids of our own making; a line feed in one would blur the hashed text, see `chain`.
    assert "\n" not in entry.actor, "an actor's id is one line"
    type_name = type(entry.event).__name__
    version = versions.written(type_name, level)
    data = _ENCODER.encode(entry.event).decode()
    if version < versions.latest(type_name):
        data = versions.brought_down(type_name, version, data)
    return Row(
        seq=entry.seq,
        at_ms=entry.at_ms,
        type=type_name,
        version=version,
        data=data,
        actor=entry.actor,
        hash=b"",
    )
