"""How each test came out, put together from the reports of its setup, its call and its teardown."""

from dataclasses import dataclass, field
from enum import StrEnum

import pytest

from tests.torture.figures import CONTROL, FIGURE, PROMISE, Figure, figure_of


class Result(StrEnum):
    PASSED = "passed"
    SKIPPED = "not checked"
    FAILED = "failed"


@dataclass(slots=True, kw_only=True)
class Outcome:
    """One test, or one row of its table."""

    name: str
    """pytest's own, from the folder of tests on."""
    result: Result = Result.PASSED
    why: str = ""
    """Of a test that was not checked: the reason. Of a failure: its last line."""
    duration_s: float = 0.0
    promises: list[str] = field(default_factory=list)
    """Those that it shows."""
    controls: list[str] = field(default_factory=list)
    """Those for which it shows that their test could fail."""
    figures: list[Figure] = field(default_factory=list)

    def concerns(self, promise: str) -> bool:
        """Whether it says anything about a promise."""
        return promise in {*self.promises, *self.controls, *(figure.promise for figure in self.figures)}

    def figures_of(self, promise: str) -> list[Figure]:
        """In the order in which they were recorded."""
        return [figure for figure in self.figures if figure.promise == promise]


class Outcomes:
    """Of one run, in the order in which tests began."""

    def __init__(self) -> None:
        self._by_name: dict[str, Outcome] = {}

    def all(self) -> list[Outcome]:
        return list(self._by_name.values())

    def add(self, report: pytest.TestReport) -> Outcome:
        """One phase of one test; the test as it stands by now."""
        name = report.nodeid.removeprefix("tests/")
        outcome = self._by_name.setdefault(name, Outcome(name=name))
        outcome.duration_s += report.duration
        if report.failed:
            outcome.result = Result.FAILED
            outcome.why = _last_line(report)
        elif report.skipped and outcome.result is not Result.FAILED:
            outcome.result = Result.SKIPPED
            outcome.why = _reason(report)
        # Each phase brings all that was recorded until its end.
        outcome.promises = [str(value) for name, value in report.user_properties if name == PROMISE]
        outcome.controls = [str(value) for name, value in report.user_properties if name == CONTROL]
        outcome.figures = [figure_of(value) for name, value in report.user_properties if name == FIGURE]
        return outcome

    def add_unreadable(self, report: pytest.CollectReport) -> None:
        """A file whose tests could not even be named."""
        name = report.nodeid.removeprefix("tests/")
        self._by_name[name] = Outcome(name=name, result=Result.FAILED, why="its tests could not be read")


def _reason(report: pytest.TestReport) -> str:
    """Of a skip: pytest gives file, line and text."""
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return getattr(report, "wasxfail", "")


def _last_line(report: pytest.TestReport) -> str:
    """The assertion in one line, as far as there is one."""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = str(crash.message if crash is not None else report.longrepr).strip()
    return text.splitlines()[0] if text else ""
