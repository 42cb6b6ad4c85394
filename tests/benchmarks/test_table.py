"""How the result reads, on the terminal and in a file."""

import pytest
from rich.console import Console

from benchmarks.figure import Line, at_most, ratio_at_least
from benchmarks.table import cells, markdown, terminal_table, with_unit

MISSED = Line("P1", "tickets", 2_400.0, "/s", 10_000.0, ratio_at_least(0.6), "32 at a time")
MET = Line("P7", "decide", 19.96, "µs", goal=at_most(25))


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (10_123.4, "/s", "10,123/s"),
        (183.4, "ms", "183 ms"),
        (19.96, "µs", "20 µs"),
        (2.861, "kB", "2.86 kB"),
        (0.2, "ms", "0.2 ms"),
        (1, "", "1"),
        (0, "ms", "0 ms"),
        (100, "ms", "100 ms"),
    ],
)
def test_a_figure_has_three_digits_and_its_unit(value: float, unit: str, expected: str) -> None:
    """More would claim a precision that a shared machine does not have."""
    assert expected == with_unit(value, unit)


def test_a_line_says_figure_floor_ratio_goal_and_what_became_of_it() -> None:
    """Both kinds: against a floor and missed, without one and met."""
    missed = ("P1", "tickets (32 at a time)", "2,400/s", "10,000/s", "0.24", "≥ 0.6 × floor", "missed")  # noqa: RUF001 -- as printed
    assert missed == cells(MISSED)
    assert ("P7", "decide", "20 µs", "—", "—", "≤ 25 µs", "met") == cells(MET)


def test_the_file_holds_the_machine_and_every_line() -> None:
    """Markdown, so that it can stand in the documentation as it is."""
    text = markdown([MISSED, MET], ["Processor: one", "Disk: two"])

    assert text.startswith("- Processor: one\n- Disk: two\n\n|")
    assert "| P7 | decide | 20 µs | — | — | ≤ 25 µs | met |" in text
    assert 4 == len([line for line in text.splitlines() if line.startswith("|")])


def test_the_terminal_shows_a_miss_in_words() -> None:
    """Not by colour alone: a log has none."""
    console = Console(width=150)
    with console.capture() as captured:
        console.print(terminal_table([MISSED, MET], "What was left out."))
    rows = captured.get().splitlines()

    assert ["missed"] == [row.split("│")[-2].strip() for row in rows if "P1" in row]
    assert ["met"] == [row.split("│")[-2].strip() for row in rows if "P7" in row]
    assert "What was left out." in captured.get()
