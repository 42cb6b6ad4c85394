"""P13: an officer's call to each of N screens with its whole view, from the key to the last byte of the frame.

Percentiles are over all screens and calls. The call is durable before it is shown; the request over HTTP is in it.
"""

import time
from collections.abc import Iterator

from benchmarks.figure import Line, Unmeasurable, Workplace, at_most
from benchmarks.hub_process import LIVE, Desk, display_hellos, running_hub
from benchmarks.load import SocketLoad
from benchmarks.samples import percentile

GOALS_MS = {1: (4.0, 8.0), 50: (5.0, 10.0), 200: (7.0, 15.0), 1_000: (15.0, 30.0)}
"""Screens to p50 and p99."""

PAUSE_S = 0.05
"""Between two calls: the one before has been told."""

TOLD_WITHIN_S = 20.0


def measure(place: Workplace) -> Iterator[Line]:
    """Two lines for each number of screens."""
    for screens, (p50_ms, p99_ms) in GOALS_MS.items():
        if place.is_quick and screens > 200:
            continue
        samples = _samples(place, screens)
        what = f"a call to each of {screens:,} screen{'s' if screens > 1 else ''}"
        yield Line("P13", f"{what}, p50", percentile(samples, 50), "ms", goal=at_most(p50_ms))
        yield Line("P13", f"{what}, p99", percentile(samples, 99), "ms", goal=at_most(p99_ms))


def _samples(place: Workplace, screens: int) -> list[float]:
    calls = 20 if place.is_quick else 200 if screens < 50 else 60
    samples: list[float] = []
    with running_hub(place.folder / f"hub-{screens}") as hub, SocketLoad() as crowd:
        desk = Desk(hub)
        desk.take(calls + 10)
        crowd.open(hub.port, display_hellos(hub, screens), LIVE)
        for turn in range(-10, calls):
            if turn % 20 == 0:
                place.say(f"{screens:,} screens, call {turn} of {calls}")
            time.sleep(PAUSE_S)
            crowd.reset()
            answer = desk.call_next()
            arrived_ns = crowd.collect(answer.body["ticket"]["seq"], TOLD_WITHIN_S).arrived_ns
            if not all(arrived_ns):
                raise Unmeasurable(f"{arrived_ns.count(0)} of {screens} screens were not told")
            if turn >= 0:
                samples += [(at_ns - answer.sent_ns) / 1e6 for at_ns in arrived_ns]
    return samples
