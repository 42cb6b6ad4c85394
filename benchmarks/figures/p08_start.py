"""P8: the hub's start with a year of history in its journal, beside a start with none.

The real process, from exec to its `ready`, both in turn. What a start with an empty journal takes (interpreter,
imports, database, voice's child) is taken off; the rest is what the year costs.
"""

import asyncio
from collections.abc import Iterator

from benchmarks.example_hall import always_open_hall, plan_now
from benchmarks.figure import Line, Unmeasurable, Workplace, at_most
from benchmarks.history import TICKETS_A_DAY, write_history
from benchmarks.hub_process import running_hub, written_config
from benchmarks.samples import median

DAYS = 365
QUICK_DAYS = 10
GOAL_MS = 1_000.0


def measure(place: Workplace) -> Iterator[Line]:
    """The whole start, and what the year costs of it."""
    days = QUICK_DAYS if place.is_quick else DAYS
    year, empty = place.folder / "year", place.folder / "empty"
    place.say(f"writing {days} days of {TICKETS_A_DAY:,} tickets")
    hall = always_open_hall(written_config(year))
    now_ms, _ = plan_now(hall)
    (year / "data").mkdir(mode=0o700)
    written = asyncio.run(write_history(year / "data" / "antrean.db", hall, now_ms, days))
    ours: list[float] = []
    floors: list[float] = []
    for turn in range(-1, place.rounds):
        place.say(f"starting, {turn + 1} of {place.rounds}")
        with running_hub(empty) as hub:
            without_ms = hub.start_ms
        with running_hub(year) as hub:
            with_ms = hub.start_ms
            issued = hub.call("GET", "/tickets?number=G001", hub.token("officer", name="Petugas"))
            if issued.body["number"] != "G001":
                raise Unmeasurable("today's tickets are not there")
        # The first start of each makes its files and warms the disk's cache.
        if turn >= 0:
            floors.append(without_ms)
            ours.append(with_ms)
    yield Line(
        "P8",
        f"exec to ready with {written.tickets:,} tickets in {days} sealed days, and {TICKETS_A_DAY:,} today",
        median(ours),
        "ms",
        median(floors),
        note=f"floor: an empty hub; {written.entries:,} entries, written in {written.took_s:.0f} s",
    )
    yield Line(
        "P8", "of that, what the history costs", median(ours) - median(floors), "ms", goal=at_most(GOAL_MS)
    )
