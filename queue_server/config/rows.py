"""How a table of the file becomes a row: a struct whose fields are the table's keys.

A field is `Annotated[type, kind]`: the type for the checker, the kind for the reader, so that one list of keys feeds
reading, defaults, suggestions and the test that every key is documented. A field without default is a required key.
"""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, TypeVar, get_args, get_origin

import msgspec

from queue_server.config.kinds import ByName, Kind
from queue_server.config.mistakes import At, Notes, shown, suggestion


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the tables in the file."""


R = TypeVar("R", bound=Row)


class Table(msgspec.Struct, frozen=True):
    """The kind of a key that holds one table, or nothing."""

    row: type[Row]

    @property
    def empty(self) -> Row:
        return self.read({}, At(), Notes())

    def read(self, raw: object, at: At, notes: Notes) -> Row:
        return read_row(self.row, raw, at, notes)


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """The kind of a key that holds a list of tables, each with an `id`."""

    row: type[Row]
    most: int
    least: int = 0
    empty: tuple[Row, ...] = ()

    def read(self, raw: object, at: At, notes: Notes) -> tuple[Row, ...]:
        if not isinstance(raw, list):
            notes.add(at, f"must be a list of tables, found {shown(raw)}.")
            return self.empty
        if not self.least <= len(raw) <= self.most:
            notes.add(at, f"has {len(raw)} entries; allowed are {self.least} to {self.most}.")
        return tuple(
            read_row(self.row, entry, entry_at(at, index, entry), notes)
            for index, entry in enumerate(raw[: self.most])
        )


def read_row(row: type[R], raw: object, at: At, notes: Notes) -> R:
    """The row, with defaults and stand-ins where the table says nothing usable."""
    if not isinstance(raw, dict):
        notes.add(at, f"must be a table, found {shown(raw)}.")
    else:
        _note_unknown_keys(row, raw, at, notes)
    table = raw if isinstance(raw, dict) else {}
    values: dict[str, object] = {}
    for field in msgspec.structs.fields(row):
        kind = kinds_by_key(row)[field.name]
        if field.name in table:
            values[field.name] = kind.read(table[field.name], at.key(field.name), notes)
        elif field.required:
            values[field.name] = kind.empty
            # What is no table at all was noted as that.
            if table is raw:
                notes.add(at, f'lacks the key "{field.name}".')
    return row(**values)


def entry_at(at: At, index: int, entry: object) -> At:
    """The place of a table in a list, known by its id where it has one."""
    place = at.item(index)
    return place.entry(entry["id"]) if isinstance(entry, dict) and "id" in entry else place


@cache
def kinds_by_key(row: type[Row]) -> dict[str, Kind[object]]:
    """The keys of a table in the order of the struct."""
    return {field.name: _kind(field.type) for field in msgspec.structs.fields(row)}


def key_paths(row: type[Row], start: str = "") -> Iterator[str]:
    """Every key that a table and the tables in it may hold, as `hall.counters.zone`; NAME stands for a chosen one."""
    for name, kind in kinds_by_key(row).items():
        path = f"{start}.{name}" if start else name
        yield path
        inner, within = (kind.kind, f"{path}.NAME") if isinstance(kind, ByName) else (kind, path)
        if isinstance(inner, Table | Tables):
            yield from key_paths(inner.row, within)


def _kind(annotation: object) -> Kind[object]:
    assert get_origin(annotation) is Annotated, f"a key without a kind: {annotation}"
    kind: Kind[object] = get_args(annotation)[1]
    return kind


def _note_unknown_keys(row: type[Row], raw: dict[str, object], at: At, notes: Notes) -> None:
    known = kinds_by_key(row)
    for name in raw:
        if name not in known:
            hint = "" if notes.is_full else suggestion(name, known)
            notes.add(at.key(name), f"is no key that is known here.{hint}")
