"""The result as people read it: a table on the terminal, the same as Markdown for a file."""

from collections.abc import Iterable, Sequence

from rich.table import Table

from benchmarks.figure import Goal, Line

HEADINGS = ("", "what", "ours", "floor", "ours / floor", "goal", "")
NONE = "—"
TIMES = "\N{MULTIPLICATION SIGN}"
MET = {True: "met", False: "missed", None: ""}
STYLES = {True: "green", False: "red", None: ""}


def cells(line: Line) -> tuple[str, ...]:
    """One line's texts, under HEADINGS; the note follows what was measured."""
    what = f"{line.what} ({line.note})" if line.note else line.what
    return (
        line.figure,
        what,
        with_unit(line.ours, line.unit),
        NONE if line.floor is None else with_unit(line.floor, line.unit),
        NONE if line.ratio is None else f"{line.ratio:.2f}",
        "" if line.goal is None else goal_text(line.goal, line.unit),
        MET[line.is_met],
    )


def goal_text(goal: Goal, unit: str) -> str:
    """At most 1.5 times the floor, or at most 15 ms."""
    bound = f"{goal.value:.2f}".rstrip("0").rstrip(".")
    return (
        f"{goal.bound} {bound} {TIMES} floor"
        if goal.is_ratio
        else f"{goal.bound} {with_unit(goal.value, unit)}"
    )


def with_unit(value: float, unit: str) -> str:
    """Three figures are what a noisy machine can be trusted with: 10,100/s, 183 ms, 2.86 kB, 0.21 ms."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    rounded = f"{value:,.{digits}f}"
    if "." in rounded and rounded.endswith("0"):
        rounded = rounded.rstrip("0").rstrip(".")
    return f"{rounded}{unit}" if unit.startswith("/") or not unit else f"{rounded} {unit}"


def terminal_table(lines: Iterable[Line], caption: str) -> Table:
    """For the terminal; a missed goal is as plain to see as one that was met."""
    table = Table(caption=caption, caption_justify="left", header_style="bold")
    for heading in HEADINGS:
        is_figure = heading in {"ours", "floor", "ours / floor"}
        table.add_column(heading, justify="right" if is_figure else "left", no_wrap=heading != "what")
    for line in lines:
        *texts, met = cells(line)
        style = STYLES[line.is_met]
        table.add_row(*texts, f"[{style}]{met}[/]" if style else met)
    return table


def markdown(lines: Iterable[Line], about: Sequence[str]) -> str:
    """A heading's worth of text: what it ran on, then the table."""
    rows = [HEADINGS, ("---", "---", "---:", "---:", "---:", "---", "---"), *(cells(line) for line in lines)]
    table = "\n".join("| " + " | ".join(text.replace("|", "\\|") for text in row) + " |" for row in rows)
    return "\n".join(f"- {one}" for one in about) + f"\n\n{table}\n"
