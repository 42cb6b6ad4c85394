"""What fault tests say of themselves: which promise they show, with which figures, and how far they are.

Kept as pytest's own user properties, which travel with a test's report from any worker to whoever reads them.
"""

from collections.abc import Callable
from typing import NamedTuple

from tests.torture.promises import PROMISES

Value = int | float | str

PROMISE, CONTROL, FIGURE = "promise", "control", "figure"
"""Names of the properties."""

BAR_NAME = "torture-bar"
"""Of the plugin that is told how far a test is, where there is one."""


class Figure(NamedTuple):
    """One measured line."""

    promise: str
    values: dict[str, Value]
    """By name, in the order in which the test gave them."""

    def __str__(self) -> str:
        return ", ".join(f"{_spaced(name)} {_shown(value)}" for name, value in self.values.items())


class Report:
    """What the fixture `report` gives to a test."""

    def __init__(
        self, properties: list[tuple[str, object]], progress: Callable[[int, int], None] | None = None
    ) -> None:
        """
        Args:
            properties: of the test that runs.
            progress: told of each step; None: nobody looks.
        """
        self._properties = properties
        self._progress = progress

    def figure(self, promise: str, **values: Value) -> None:
        """Records what was measured, before it is judged, so that a failed promise has its figures too.

        Raises:
            KeyError: there is no such promise.
        """
        known(promise)
        self._properties.append((FIGURE, {PROMISE: promise, **values}))

    def step(self, done_count: int, of_count: int) -> None:
        """Says how far a long test is."""
        if self._progress is not None:
            self._progress(done_count, of_count)


def known(promise: str) -> str:
    """The promise's name.

    Raises:
        KeyError: it is not in the table.
    """
    if promise not in PROMISES:
        raise KeyError(f"{promise!r} is no promise: the table is tests/torture/promises.py")
    return promise


def figure_of(value: object) -> Figure:
    """A property's value as it was recorded."""
    assert isinstance(value, dict), "only `Report.figure` writes these"
    values = dict(value)
    return Figure(values.pop(PROMISE), values)


def _spaced(name: str) -> str:
    """`in_step_s` reads `in step s`."""
    return name.replace("_", " ")


def _shown(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) and abs(value) < 1_000_000_000 else str(value)
