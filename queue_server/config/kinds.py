"""The kinds of values that the configuration file holds: each reads one raw value and says what is wrong with it.

A kind never raises and always returns a value of its type: the value read, what is nearest to it, or `empty`. So
the checks that follow can walk the whole hall even where parts of it are broken. Proven by tests/config/test_kinds.py.
"""

import re
import shlex
import unicodedata
from collections.abc import Mapping
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from queue_server.config.mistakes import At, Notes, shown

IDENT = re.compile(r"[a-z0-9-]{1,32}")
PREFIX = re.compile(r"[A-HJ-NP-Z]{1,2}")
LANGUAGE = re.compile(r"[a-z]{2,3}")
BIDI_CONTROLS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Invisible, and able to make a text on a public screen read otherwise than it was typed."""

REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories with no place in a name: controls (a printer would obey them), surrogates, private and unassigned
characters, line and paragraph separators."""

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class Kind(Protocol[T_co]):
    """What one key may hold."""

    @property
    def empty(self) -> T_co:
        """Stands in for a value that is missing or of a wrong type."""

    def read(self, raw: object, at: At, notes: Notes) -> T_co:
        """The value, or something like it after a note."""


class Text(Struct, frozen=True, kw_only=True):
    """Words that people read: one line, no control characters; spaces around it are dropped."""

    chars_max: int
    empty: str = ""

    def read(self, raw: object, at: At, notes: Notes) -> str:
        if not isinstance(raw, str):
            notes.add(at, f"must be a text in quotes, found {shown(raw)}.")
            return self.empty
        text = raw.strip()
        if not text:
            notes.add(at, "is empty; write a text, or remove the key if it is optional.")
        elif len(text) > self.chars_max:
            notes.add(at, f"has {len(text)} characters; at most {self.chars_max} fit. Shorten it.")
        else:
            self._note_refused_character(text, at, notes)
        return text

    def _note_refused_character(self, text: str, at: At, notes: Notes) -> None:
        for place, character in enumerate(text, start=1):
            if character in BIDI_CONTROLS or unicodedata.category(character) in REFUSED_CATEGORIES:
                found = f"U+{ord(character):04X}"
                notes.add(at, f"holds the control character {found} at place {place}; remove it.")
                return


class CommandLine(Struct, frozen=True, kw_only=True):
    """A program and its arguments, quoted as in a shell, which is told with `{out}` where to write."""

    chars_max: int
    empty: str = ""

    def read(self, raw: object, at: At, notes: Notes) -> str:
        line = Text(chars_max=self.chars_max).read(raw, at, notes)
        try:
            words = shlex.split(line)
        except ValueError as error:
            notes.add(at, f"cannot be taken apart into words ({error}); check its quotes.")
            return self.empty
        if words and not any("{out}" in word for word in words):
            notes.add(at, 'lacks "{out}", in whose place the program is told which file to write.')
        return line


class Shaped(Struct, frozen=True, kw_only=True):
    """A word of a fixed shape, such as an id. A word of another shape is noted and kept, so that what refers to it
    still finds it."""

    pattern: re.Pattern[str]
    allowed: str
    """Ends the sentence "must be ..."."""
    empty: str = ""

    def read(self, raw: object, at: At, notes: Notes) -> str:
        if not isinstance(raw, str):
            notes.add(at, f"must be {self.allowed}, in quotes; found {shown(raw)}.")
            return self.empty
        if not self.pattern.fullmatch(raw):
            notes.add(at, f"must be {self.allowed}; found {shown(raw)}.")
        return raw


class Whole(Struct, frozen=True, kw_only=True):
    """A whole number between two bounds, both allowed."""

    least: int
    most: int

    @property
    def empty(self) -> int:
        return self.least

    def read(self, raw: object, at: At, notes: Notes) -> int:
        if not isinstance(raw, int) or isinstance(raw, bool) or not self.least <= raw <= self.most:
            notes.add(at, f"must be a whole number from {self.least} to {self.most}, found {shown(raw)}.")
            return self.empty
        return raw


class YesNo(Struct, frozen=True, kw_only=True):
    """A switch."""

    empty: bool = False

    def read(self, raw: object, at: At, notes: Notes) -> bool:
        if not isinstance(raw, bool):
            notes.add(at, f"must be true or false, without quotes; found {shown(raw)}.")
            return self.empty
        return raw


class OneOf(Struct, Generic[T], frozen=True, kw_only=True):
    """One of few values."""

    values: tuple[T, ...]

    @property
    def empty(self) -> T:
        return self.values[0]

    def read(self, raw: object, at: At, notes: Notes) -> T:
        for value in self.values:
            if type(raw) is type(value) and raw == value:
                return value
        allowed = ", ".join(shown(value) for value in self.values)
        notes.add(at, f"must be one of {allowed}; found {shown(raw)}.")
        return self.empty


class ListOf(Struct, Generic[T], frozen=True, kw_only=True):
    """A list of values of one kind."""

    kind: Kind[T]
    most: int
    least: int = 0
    empty: tuple[T, ...] = ()

    def read(self, raw: object, at: At, notes: Notes) -> tuple[T, ...]:
        if not isinstance(raw, list):
            notes.add(at, f"must be a list in square brackets, found {shown(raw)}.")
            return self.empty
        if not self.least <= len(raw) <= self.most:
            notes.add(at, f"has {len(raw)} entries; allowed are {self.least} to {self.most}.")
        return tuple(
            self.kind.read(item, at.item(index), notes) for index, item in enumerate(raw[: self.most])
        )


class ByName(Struct, Generic[T], frozen=True, kw_only=True):
    """A table whose keys are chosen by its writer: language codes, names of schedules."""

    name: Shaped
    kind: Kind[T]
    most: int
    example: str

    @property
    def empty(self) -> Mapping[str, T]:
        return {}

    def read(self, raw: object, at: At, notes: Notes) -> Mapping[str, T]:
        if not isinstance(raw, dict):
            notes.add(at, f"must be a table such as {self.example}, found {shown(raw)}.")
            return {}
        if len(raw) > self.most:
            notes.add(at, f"has {len(raw)} entries; allowed are up to {self.most}.")
        values: dict[str, T] = {}
        for name, value in list(raw.items())[: self.most]:
            self.name.read(name, at.key(name), notes)
            values[name] = self.kind.read(value, at.key(name), notes)
        return values
