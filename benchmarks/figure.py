"""One line of the result: ours, the floor, the goal and whether it was met. Pure values; nothing here measures.

A goal binds either the ratio to the floor of the same run or, where people set it, the figure itself.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple


class Bound(StrEnum):
    """Which side of a goal's number is good."""

    AT_MOST = "≤"
    AT_LEAST = "≥"


class Goal(NamedTuple):
    """What performance.md asks for."""

    bound: Bound
    value: float
    is_ratio: bool = False
    """Of ours to the floor; otherwise of ours, in the line's own unit."""


class Line(NamedTuple):
    """One figure. Medians, where nothing else is said."""

    figure: str
    """As in the table of goals: P1, P3b."""
    what: str
    ours: float
    unit: str
    """"/s", "ms", "µs", "kB" …"""
    floor: float | None = None
    """In the same unit; None: the machine has none for this."""
    goal: Goal | None = None
    """None: told for its own sake."""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours to the floor; None where there is no floor."""
        return None if not self.floor else self.ours / self.floor

    @property
    def is_met(self) -> bool | None:
        """Whether the goal was met; None: there is none."""
        if self.goal is None:
            return None
        found = self.ratio if self.goal.is_ratio else self.ours
        assert found is not None, "a ratio is asked for where there is a floor"
        return found <= self.goal.value if self.goal.bound is Bound.AT_MOST else found >= self.goal.value


class Workplace(NamedTuple):
    """What a figure is given to work with."""

    folder: Path
    """Its own, empty, gone after the run, on the disk that is measured."""
    is_quick: bool
    """Smaller crowds, to see that everything works; its figures are no result."""
    say: Callable[[str], None]
    """Tells whoever watches what is being done."""

    @property
    def rounds(self) -> int:
        """Pairs of measurements, ours and the floor's in turn; the median needs five to shrug off two bad ones."""
        return 3 if self.is_quick else 5


Measure = Callable[[Workplace], Iterator[Line]]


class Unmeasurable(Exception):  # noqa: N818 -- what befell the figure, as the run's end tells it
    """The figure could not be measured; the text says why."""


def at_most(value: float) -> Goal:
    """The figure itself, no more than this."""
    return Goal(Bound.AT_MOST, value)


def ratio_at_most(value: float) -> Goal:
    """No more than so many times the floor."""
    return Goal(Bound.AT_MOST, value, is_ratio=True)


def ratio_at_least(value: float) -> Goal:
    """At least this part of the floor."""
    return Goal(Bound.AT_LEAST, value, is_ratio=True)
