"""`make bench`: measures every figure beside its floor and prints the table, with what was missed said plainly.

A missed goal is a result and exits 0; a figure that could not be measured exits 1. Everything runs on loopback, in a
temporary folder, in child processes that end with the run.
"""

import platform
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from benchmarks import machine
from benchmarks.figure import Line, Unmeasurable, Workplace
from benchmarks.figures import FIGURES, LEFT_OUT
from benchmarks.floors.disk import appender
from benchmarks.samples import median
from benchmarks.table import markdown, terminal_table

SYNCS = 200
QUICK = (
    "A quick run: smaller crowds and fewer rounds. Its figures show that everything works and are no result."
)


@click.command(help=__doc__)
@click.option("--only", help="Figures to measure, by number: P1,P7.", metavar="LIST")
@click.option("--quick", is_flag=True, help="Small crowds, a minute or two: to see that it works.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write the result as Markdown.", metavar="FILE"
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Where to make the temporary folder: the disk that is measured.",
    metavar="DIR",
)
def main(only: str | None, quick: bool, report: Path | None, folder: Path | None) -> None:  # noqa: FBT001 -- click's way
    """Parses the command line and measures."""
    if platform.system() != "Linux":
        raise click.ClickException("the benchmarks read Linux' /proc; on another system they cannot measure.")
    # Told to end, it unwinds as from any other end: no child stays behind, and no folder of a gigabyte.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    wanted = _wanted(only)
    console = Console(width=None if sys.stdout.isatty() else 150)
    started = time.monotonic()
    others = machine.Others()
    with tempfile.TemporaryDirectory(prefix="antrean-bench-", dir=folder) as made:
        about = machine.described(Path(made), _sync_us(Path(made)))
        for one in about:
            console.print(one, highlight=False)
        lines, troubles = _measured(console, wanted, Path(made), is_quick=quick)
    about.append(f"Meanwhile other programs took {others.part():.0%} of the processors")
    console.print(about[-1], highlight=False)
    minutes = (time.monotonic() - started) / 60
    caption = f"{datetime.now(UTC):%Y-%m-%d}, {minutes:.0f} min. {LEFT_OUT}" + (f"\n{QUICK}" if quick else "")
    console.print(terminal_table(lines, caption))
    for trouble in troubles:
        console.print(f"[red]not measured[/]: {trouble}", highlight=False)
    if report is not None:
        report.write_text(markdown(lines, [*about, *caption.splitlines(), *troubles]), encoding="utf-8")
    sys.exit(1 if troubles else 0)


def _measured(
    console: Console, wanted: list[str], folder: Path, *, is_quick: bool
) -> tuple[list[Line], list[str]]:
    """All lines, and what could not be measured and why."""
    lines: list[Line] = []
    troubles: list[str] = []
    for name in wanted:
        with console.status(name) as status:
            own = folder / name
            own.mkdir()
            place = Workplace(own, is_quick, lambda text, name=name: status.update(f"{name}: {text}"))  # type: ignore[misc]  # a default binds the loop's name
            try:
                lines += FIGURES[name](place)
            except Unmeasurable as trouble:
                troubles.append(f"{name}: {trouble}")
        console.print(f"{name} done", highlight=False)
    return lines, troubles


def _wanted(only: str | None) -> list[str]:
    """The figures asked for, in the table's order."""
    if only is None:
        return list(FIGURES)
    asked = {name.strip().lower() for name in only.split(",")}
    unknown = asked - {name.lower() for name in FIGURES}
    if unknown:
        raise click.BadParameter(
            f"{', '.join(sorted(unknown))}: known are {', '.join(FIGURES)}", param_hint="--only"
        )
    return [name for name in FIGURES if name.lower() in asked]


def _sync_us(folder: Path) -> float:
    with appender(folder) as disk:
        return median(disk.append_us() for _ in range(SYNCS))


if __name__ == "__main__":
    main()
