"""The part of pytest's run that fault tests share: the mark `promise`, the fixtures `report` and `run_seed`, the report.

`@pytest.mark.promise("R1")` says what a test shows, `@pytest.mark.promise("R1", control=True)` that it shows how that
test would fail. Loaded for every run by tests/conftest.py; what it adds to `make test` is a list of figures in memory,
shown by `--figures`. `python -m tests.torture` drives the whole run.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

import pytest

from tests.torture.figures import BAR_NAME, CONTROL, PROMISE, Report, known
from tests.torture.machine import in_words
from tests.torture.outcomes import Outcomes
from tests.torture.summary import Run, markdown
from tests.torture.whole import IS_WHOLE

SEED = 20261
"""Of `make test`, which does the same every time."""


class Bar(Protocol):
    """What shows how far a run is."""

    def step(self, done_count: int, of_count: int) -> None:
        """Of the test that runs."""
        ...


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("promises under faults")
    group.addoption("--figures", action="store_true", help="list what fault tests measured")
    group.addoption("--only", default="", metavar="'R1 R3'", help="run the tests of these promises alone")
    group.addoption("--seed", type=int, default=SEED, help="of all that is random in fault tests")
    group.addoption(
        "--report", type=Path, default=None, metavar="FILE", help="write what was shown, in Markdown"
    )


def pytest_configure(config: pytest.Config) -> None:
    try:
        only = frozenset(map(known, config.getoption("--only").replace(",", " ").split()))
    except KeyError as error:
        raise pytest.UsageError(error.args[0]) from None
    config.pluginmanager.register(_Recorder(config, only), "torture-recorder")


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """A mark becomes a property, which reaches the report from any worker."""
    for mark in item.iter_markers("promise"):
        try:
            [promise] = mark.args
            known(promise)
        except (KeyError, ValueError) as error:
            raise pytest.UsageError(f"{item.nodeid}: {error}") from None
        item.user_properties.append((CONTROL if mark.kwargs.get("control") else PROMISE, promise))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of the whole run: the tests that name a promise, and those of files that ask for whole sizes and name none."""
    only = config.getoption("--only").replace(",", " ").split()
    if not only and config.getoption("--report") is None:
        return
    naming = {item.path for item in items if _named(item)}
    wanted = [
        item
        for item in items
        if (_named(item).intersection(only) if only else _named(item) or item.path not in naming)
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    items[:] = wanted


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    """Takes a fault test's figures."""
    bar = cast("Bar | None", request.config.pluginmanager.get_plugin(BAR_NAME))
    return Report(request.node.user_properties, None if bar is None else bar.step)


@pytest.fixture(scope="session")
def run_seed(request: pytest.FixtureRequest) -> int:
    """What a fault test begins its random things with, and records."""
    return int(request.config.getoption("--seed"))


class _Recorder:
    """Notes how tests came out; in the process that the others report to."""

    def __init__(self, config: pytest.Config, only: frozenset[str]) -> None:
        self._config = config
        self._only = only
        self._outcomes = Outcomes()
        self._began = time.strftime("%Y-%m-%d %H:%M")
        self._began_s = time.monotonic()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._outcomes.add(report)
        if report.when == "teardown":
            self._write()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._outcomes.add_unreadable(report)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        self._write()
        if self._config.getoption("--figures"):
            terminalreporter.section("promises under faults")
            for line in self._lines():
                terminalreporter.write_line(line)

    def _lines(self) -> Iterator[str]:
        for outcome in self._outcomes.all():
            for figure in outcome.figures:
                yield f"{figure.promise} {outcome.name}: {figure}"

    def _write(self) -> None:
        """After each test anew, so that a run that is ended leaves what it has shown."""
        path = self._config.getoption("--report")
        if path is None or hasattr(self._config, "workerinput"):
            return
        run = Run(
            began=self._began,
            duration_s=time.monotonic() - self._began_s,
            seed=self._config.getoption("--seed"),
            machine=in_words(),
            is_whole=IS_WHOLE,
            only=self._only,
        )
        path.write_text(markdown(run, self._outcomes.all()), encoding="utf-8")


def _named(item: pytest.Item) -> set[str]:
    """The promises of a test, as a control too."""
    return {mark.args[0] for mark in item.iter_markers("promise")}
