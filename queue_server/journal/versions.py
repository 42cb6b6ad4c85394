"""How events change from one version of the program to the next, and who may write what while both run. Pure.

A *level* counts the releases that changed any event. A program reads every level up to its own, by bringing older text up
one step at a time, and writes any of them, by bringing its own text down: so a new node can write what the old nodes
beside it still read, until the last of them is gone. What it reads of a level beyond its own it refuses, see `codec`.

Rows and their hashes stay as they were written; steps work on text that was verified already. Proven by
`tests/journal/test_versions.py`.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

Data = dict[str, Any]
"""An event as JSON says it, its type among the keys."""


class Step(NamedTuple):
    """One change of one type of event, from a version to the next."""

    level: int
    """The level that brought it; 2 or above."""
    up: Callable[[Data], Data]
    """The older text as the newer version would have written it."""
    down: Callable[[Data], Data]
    """The newer text as the older version reads it; what the older one has no word for is left out."""


class Versions(NamedTuple):
    """Every change that a program knows. Today's is `TODAY`; others are for tests."""

    steps: Mapping[str, tuple[Step, ...]] = {}
    """By type, in order: the first leads from version 1 to version 2."""

    @property
    def level(self) -> int:
        """The newest that this program reads and writes."""
        return max((step.level for steps in self.steps.values() for step in steps), default=1)

    def latest(self, type_name: str) -> int:
        """The version of a type that this program thinks in."""
        return 1 + len(self.steps.get(type_name, ()))

    def written(self, type_name: str, level: int) -> int:
        """The version in which a type is written at a level."""
        return 1 + sum(step.level <= level for step in self.steps.get(type_name, ()))

    def brought_up(self, type_name: str, version: int, text: str) -> str:
        """The text of an older version in the latest one. Raises: msgspec.DecodeError: it is no JSON object."""
        data = msgspec.json.decode(text, type=Data)
        for step in self.steps[type_name][version - 1 :]:
            data = step.up(data)
        return msgspec.json.encode(data).decode()

    def brought_down(self, type_name: str, version: int, text: str) -> str:
        """The text of the latest version in an older one."""
        data = msgspec.json.decode(text, type=Data)
        for step in reversed(self.steps[type_name][version - 1 :]):
            data = step.down(data)
        return msgspec.json.encode(data).decode()


TODAY = Versions()
"""No event has changed yet. The first that does gets its step here, and level 2."""
