"""P7: deciding one command and folding its events, in a day of many tickets. Pure: no disk, no network.

The commands are a visit's: take, call next (which ends the visit before), start. A fifth of the day's tickets still
waits. Flat means that a day four times as long costs no more. Processor time, since nothing is waited for.
"""

import time
from collections.abc import Iterator

from benchmarks.figure import Line, Workplace, at_most
from benchmarks.lived_hall import LivedHall, opened_today
from benchmarks.samples import median

DAYS = (5_000, 20_000)
"""Tickets that the day holds."""

VISITS = 300
"""Measured at once, three commands each."""

ROUNDS = 9
GOAL_US = 25.0
STILL_WAITING = 5
"""One in so many tickets is taken and not called."""


def measure(place: Workplace) -> Iterator[Line]:
    """One line for each length of day."""
    for tickets in DAYS[:1] if place.is_quick else DAYS:
        place.say(f"a day of {tickets:,} tickets")
        lived = opened_today()
        for n in range(tickets):
            if n % STILL_WAITING:
                lived.visit()
            else:
                lived.take()
        yield Line(
            "P7",
            f"decide and evolve one command, {tickets:,} tickets in the day",
            median([_us_per_command(lived) for _ in range(ROUNDS)]),
            "µs",
            goal=at_most(GOAL_US),
        )


def _us_per_command(lived: LivedHall) -> float:
    start_ns = time.process_time_ns()
    commands = sum(lived.visit() for _ in range(VISITS))
    return (time.process_time_ns() - start_ns) / 1e3 / commands
