"""What may be said of a promise after a run, and how the report says it."""

import pytest

from tests.torture.figures import Figure
from tests.torture.outcomes import Outcome, Result
from tests.torture.promises import PROMISES, Promise
from tests.torture.summary import Run, Verdict, markdown, verdict

RUN = Run(
    began="2026-11-25 04:00", duration_s=125, seed=7, machine="A machine", is_whole=True, only=frozenset()
)

SHOWS = Outcome(
    name="faults/test_it.py::test_it",
    promises=["R1"],
    figures=[Figure("R1", {"cuts": 10_000, "lost": 0, "on_again_s": 1.5, "seed": 7})],
    duration_s=65,
)
CONTROL = Outcome(
    name="faults/test_it.py::test_control", controls=["R1"], figures=[Figure("R1", {"lost": 9})]
)
FAILS = Outcome(
    name="faults/test_it.py::test_bad", promises=["R1"], result=Result.FAILED, why="assert 0 == 1"
)
MISSING = Outcome(
    name="faults/test_it.py::test_traced", promises=["R1"], result=Result.SKIPPED, why="strace | gone"
)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([SHOWS, CONTROL], Verdict.SHOWN),
        ([SHOWS], Verdict.WITHOUT_CONTROL),
        ([CONTROL], Verdict.NOT_SHOWN),
        ([], Verdict.NOT_SHOWN),
        ([SHOWS, CONTROL, MISSING], Verdict.NOT_HERE),
        ([SHOWS, CONTROL, MISSING, FAILS], Verdict.FAILED),
    ],
)
def test_the_worst_that_happened_is_what_is_said(outcomes: list[Outcome], expected: Verdict) -> None:
    """A promise counts as shown when all its tests passed, a control among them, and none was left out."""
    assert expected == verdict("R1", outcomes)


def test_what_was_not_asked_for_is_not_called_missing() -> None:
    """Of a run in parts; a failure is told all the same."""
    assert Verdict.NOT_ASKED == verdict("R2", [SHOWS], frozenset({"R1"}))
    assert Verdict.FAILED == verdict("R1", [FAILS], frozenset({"R2"}))


def test_a_report_gives_each_promise_its_figures_control_time_and_seed() -> None:
    """And, before all of that, what was not shown."""
    told = markdown(
        RUN, [SHOWS, CONTROL, MISSING], {"R1": Promise("it holds", "often"), "R2": Promise("so", "too")}
    )

    assert (
        "# Faults: a whole run\n\n2026-11-25 04:00, 2 min 5 s; seed 7; 2 passed, 1 not checked, 0 failed."
        in told
    )
    assert "| R1 | it holds | often | NOT CHECKED on this machine |" in told
    assert "| R2 | so | too | NOT SHOWN: no test |" in told
    assert "- strace | gone: `faults/test_it.py::test_traced`" in told
    assert "## R1: it holds\n\n1 min 5 s, seed 7" in told
    assert "|  | cuts 10,000, lost 0, on again s 1.50, seed 7 | passed | 65.0 |" in told
    assert "| control | lost 9 | passed | 0.0 |" in told
    assert told.index("NOT SHOWN") < told.index("What was not checked") < told.index("## R1")


def test_a_bar_in_a_text_does_not_break_the_table() -> None:
    """Every row of every table has as many cells as its head."""
    told = markdown(RUN, [SHOWS, MISSING])
    [row] = [line for line in told.splitlines() if line.startswith("| `faults/test_it.py::test_traced`")]

    assert "strace \\| gone" in row


def test_a_test_without_a_promise_is_listed_too() -> None:
    """It asked for the whole size; that it failed must not be lost."""
    told = markdown(RUN, [Outcome(name="faults/test_new.py::test_new", result=Result.FAILED, why="boom")])

    assert "## Tests that name no promise" in told
    assert "| `faults/test_new.py::test_new` | failed boom | 0.0 |" in told


def test_every_promise_has_words_and_a_figure() -> None:
    """The table is what reports and readers go by."""
    assert [] == [name for name, promise in PROMISES.items() if not (promise.says and promise.whole)]
