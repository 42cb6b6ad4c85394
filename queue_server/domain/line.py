"""A line of waiting tickets: a persistent ordered sequence, cheap to add to, to take from and to rank in.

Kept as a tuple of chunks, so that a change copies one chunk and the outer tuple instead of the whole line:
flat in practice up to tens of thousands waiting. Laws in `tests/domain/test_line.py`, against a sorted list.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import NewType

Place = tuple[int, int]
"""Instant in ms (0: the front of the line) and an ordinal that makes it unique. Smaller is called first."""

Entry = tuple[Place, str]
"""A place and the ticket's id that stands in it."""

Chunk = tuple[Entry, ...]
Line = NewType("Line", tuple[Chunk, ...])
"""Chunks in order, none empty; entries in order within and across chunks."""

EMPTY = Line(())

CHUNK_COUNT_MAX = 64
"""A chunk splits beyond this: copying 64 references costs less than one dictionary insertion elsewhere."""


def inserted(line: Line, place: Place, ticket: str) -> Line:
    """The line with one more ticket. The place must be free."""
    entry = (place, ticket)
    if not line or line[-1][-1][0] < place:
        return _appended(line, entry)
    index = _chunk_index(line, place)
    chunk = line[index]
    at = bisect_left(chunk, (place, ""))
    assert at == len(chunk) or chunk[at][0] != place, "a place in line is taken once"
    return Line((*line[:index], *_split((*chunk[:at], entry, *chunk[at:])), *line[index + 1 :]))


def removed(line: Line, place: Place) -> Line:
    """The line without the ticket at a place.

    Raises:
        KeyError: nobody stands there.
    """
    index = _chunk_index(line, place)
    if index < len(line):
        chunk = line[index]
        at = bisect_left(chunk, (place, ""))
        if at < len(chunk) and chunk[at][0] == place:
            rest = (*chunk[:at], *chunk[at + 1 :])
            return Line((*line[:index], *((rest,) if rest else ()), *line[index + 1 :]))
    raise KeyError(place)


def first(line: Line) -> Entry | None:
    """The entry called next; None where nobody waits."""
    return line[0][0] if line else None


def rank(line: Line, place: Place) -> int:
    """How many stand before a place, whether or not anybody stands in it."""
    index = _chunk_index(line, place)
    before = sum(len(chunk) for chunk in line[:index])
    return before + (bisect_left(line[index], (place, "")) if index < len(line) else 0)


def count(line: Line) -> int:
    """How many wait."""
    return sum(len(chunk) for chunk in line)


def entries(line: Line) -> Iterator[Entry]:
    """Everyone in order."""
    for chunk in line:
        yield from chunk


def _appended(line: Line, entry: Entry) -> Line:
    if line and len(line[-1]) < CHUNK_COUNT_MAX:
        return Line((*line[:-1], (*line[-1], entry)))
    return Line((*line, (entry,)))


def _chunk_index(line: Line, place: Place) -> int:
    """The first chunk whose last place is not before `place`; len(line) where there is none."""
    return bisect_left(line, place, key=lambda chunk: chunk[-1][0])


def _split(chunk: Chunk) -> tuple[Chunk, ...]:
    if len(chunk) <= CHUNK_COUNT_MAX:
        return (chunk,)
    half = len(chunk) // 2
    return (chunk[:half], chunk[half:])
