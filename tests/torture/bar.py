"""How far a run is: a bar on a terminal, one line a test anywhere else."""

import os
import time

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.torture.outcomes import Outcomes, Result

STEP_EVERY_S = 30.0
"""Where there is no bar, a long test says so often how far it is."""

NAME_CHARACTERS = 60


class RunBar:
    """Plugin of one run. Writes to the terminal as it was before pytest began to capture."""

    def __init__(self) -> None:
        self._file = os.fdopen(os.dup(2), "w", encoding="utf-8")
        self._console = Console(file=self._file)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._all = self._progress.add_task("tests")
        self._one = self._progress.add_task("", visible=False)
        self._outcomes = Outcomes()
        self._count = 0
        self._done_count = 0
        self._told_s = 0.0

    def close(self) -> None:
        """After the run."""
        self._progress.stop()
        self._file.close()

    def step(self, done_count: int, of_count: int) -> None:
        """Of the test that runs."""
        self._progress.update(self._one, completed=done_count, total=of_count, visible=True)
        if not self._console.is_terminal and time.monotonic() - self._told_s >= STEP_EVERY_S:
            self._told_s = time.monotonic()
            self._console.print(f"  {done_count} of {of_count}", highlight=False, soft_wrap=True)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._count = len(session.items)
        self._progress.update(self._all, total=self._count)
        self._progress.start()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._told_s = time.monotonic()
        name = nodeid.rpartition("::")[2][:NAME_CHARACTERS]
        self._progress.reset(self._one, description=name, total=None, visible=True)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        outcome = self._outcomes.add(report)
        if report.when != "teardown":
            return
        self._done_count += 1
        self._progress.update(self._all, completed=self._done_count)
        figures = "; ".join(f"{figure.promise}: {figure}" for figure in outcome.figures[:3])
        line = f"{self._done_count}/{self._count} {outcome.result} {outcome.duration_s:.1f} s {outcome.name} {figures}"
        style = {Result.PASSED: "", Result.SKIPPED: "yellow", Result.FAILED: "bold red"}[outcome.result]
        self._console.print(
            f"{line} {outcome.why}".rstrip(), style=style, highlight=False, markup=False, soft_wrap=True
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Pytest's own dots would stand in the middle of the bar."""
        if report.failed:
            return ("failed" if report.when == "call" else "error"), "", ""
        if report.skipped:
            return "skipped", "", ""
        return ("passed" if report.when == "call" else ""), "", ""

    def pytest_sessionfinish(self) -> None:
        self._progress.stop()
