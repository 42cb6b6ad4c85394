"""PURE: from the outcomes of a run to its report in Markdown. What was not shown is said first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.torture.outcomes import Outcome, Result
from tests.torture.promises import PROMISES, Promise

WHY_CHARACTERS_MAX = 300
"""Of a reason in a table; pytest's own output has all of it."""

FIGURES_COUNT_MAX = 3
"""Of one test in a table: the first ones; a test of many rounds records their sum first or alone."""


class Verdict(StrEnum):
    SHOWN = "shown"
    WITHOUT_CONTROL = "shown, without a control"
    FAILED = "FAILED"
    NOT_HERE = "NOT CHECKED on this machine"
    NOT_SHOWN = "NOT SHOWN: no test"
    NOT_ASKED = "not asked for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a report says of the run as a whole."""

    began: str
    """Date and time, as text."""
    duration_s: float
    seed: int
    machine: str
    """In words."""
    is_whole: bool
    only: frozenset[str]
    """The promises that were asked for; empty: all."""


def verdict(promise: str, outcomes: Sequence[Outcome], only: frozenset[str] = frozenset()) -> Verdict:
    """What may be said of a promise after these outcomes. One part that was not checked leaves it unchecked."""
    about = [outcome for outcome in outcomes if outcome.concerns(promise)]
    if any(outcome.result is Result.FAILED for outcome in about):
        return Verdict.FAILED
    if only and promise not in only:
        return Verdict.NOT_ASKED
    if not any(promise not in outcome.controls for outcome in about):
        return Verdict.NOT_SHOWN
    if any(outcome.result is Result.SKIPPED for outcome in about):
        return Verdict.NOT_HERE
    if not any(promise in outcome.controls for outcome in about):
        return Verdict.WITHOUT_CONTROL
    return Verdict.SHOWN


def markdown(run: Run, outcomes: Sequence[Outcome], promises: dict[str, Promise] = PROMISES) -> str:
    """The whole report."""
    return (
        "\n\n".join(
            (
                "# Faults: " + ("a whole run" if run.is_whole else "a run in small"),
                _head(run, outcomes),
                _overview(run, outcomes, promises),
                *_not_checked(outcomes),
                *(
                    _promise(name, promise, outcomes)
                    for name, promise in promises.items()
                    if _is_told(name, outcomes)
                ),
                *_others(outcomes),
            )
        )
        + "\n"
    )


def _head(run: Run, outcomes: Sequence[Outcome]) -> str:
    parts = f"only {' '.join(sorted(run.only))}; " if run.only else ""
    counts = ", ".join(f"{sum(one.result is result for one in outcomes)} {result}" for result in Result)
    return f"{run.began}, {_minutes(run.duration_s)}; {parts}seed {run.seed}; {counts}.\n\n{run.machine}."


def _overview(run: Run, outcomes: Sequence[Outcome], promises: dict[str, Promise]) -> str:
    return _table(
        ("", "promise", "a whole run shows", "this run"),
        (
            (name, promise.says, promise.whole, verdict(name, outcomes, run.only))
            for name, promise in promises.items()
        ),
    )


def _not_checked(outcomes: Sequence[Outcome]) -> list[str]:
    """One section with every reason, each once; none where everything was checked."""
    reasons: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.result is Result.SKIPPED:
            reasons.setdefault(outcome.why, []).append(f"`{outcome.name}`")
    if not reasons:
        return []
    lines = (f"- {why}: {', '.join(names)}" for why, names in reasons.items())
    return ["## What was not checked on this machine\n\n" + "\n".join(lines)]


def _is_told(promise: str, outcomes: Sequence[Outcome]) -> bool:
    return any(outcome.concerns(promise) for outcome in outcomes)


def _promise(name: str, promise: Promise, outcomes: Sequence[Outcome]) -> str:
    about = [outcome for outcome in outcomes if outcome.concerns(name)]
    seeds = sorted(
        {str(f.values["seed"]) for one in about for f in one.figures_of(name) if "seed" in f.values}
    )
    took = _minutes(sum(outcome.duration_s for outcome in about))
    told = f"{took}{', seed ' + ', '.join(seeds) if seeds else ''}"
    rows = (_row(outcome, name) for outcome in about)
    return f"## {name}: {promise.says}\n\n{told}\n\n" + _table(("test", "", "figures", "result", "s"), rows)


def _row(outcome: Outcome, promise: str) -> tuple[str, ...]:
    figures = [str(figure) for figure in outcome.figures_of(promise)]
    shown = figures[:FIGURES_COUNT_MAX] + (["…"] if len(figures) > FIGURES_COUNT_MAX else [])
    return (
        f"`{outcome.name}`",
        "control" if promise in outcome.controls else "",
        "; ".join(shown),
        f"{outcome.result}: {outcome.why[:WHY_CHARACTERS_MAX]}" if outcome.why else outcome.result,
        f"{outcome.duration_s:.1f}",
    )


def _others(outcomes: Sequence[Outcome]) -> list[str]:
    """Tests that ask for whole sizes and name no promise."""
    others = [outcome for outcome in outcomes if not any(map(outcome.concerns, PROMISES))]
    if not others:
        return []
    rows = (
        (f"`{one.name}`", f"{one.result} {one.why[:WHY_CHARACTERS_MAX]}", f"{one.duration_s:.1f}")
        for one in others
    )
    return ["## Tests that name no promise\n\n" + _table(("test", "result", "s"), rows)]


def _minutes(duration_s: float) -> str:
    minutes, seconds = divmod(round(duration_s), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head)]
    lines.append(["---"] * len(lines[0]))
    lines += [[_cell(cell) for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")
