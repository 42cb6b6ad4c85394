"""How long a wait will be, as a range, and only where today's measurements carry it.

The sum: so many visits stand before this one, each as long as the shorter (low) or longer (high) half of today's
visits of the service, shared by the counters that are open for it. Withheld when fewer than `SAMPLE_COUNT_MIN` visits
were measured today or no counter is open: no number is better than an invented one.
"""

from typing import NamedTuple

from queue_server.domain.hall import ServiceId
from queue_server.domain.model import CounterState, State

SAMPLE_COUNT_MIN = 8
"""Below this, quartiles are one citizen's story."""

SAMPLE_COUNT_MAX = 32
"""The newest visits tell how the counters work now; 32 is about one busy hour of one service."""

MINUTE_MS = 60_000


class WaitRange(NamedTuple):
    """Whole minutes, in ms; `low_ms` is not above `high_ms`."""

    low_ms: int
    high_ms: int


class Pace(NamedTuple):
    """How fast a service's line moves, by today's measurements."""

    low_ms: int
    high_ms: int
    """Lengths of one visit: the longest of the shortest quarter, and the shortest of the longest."""
    counter_count: int
    """Counters that are open for it, at least one."""

    def wait(self, ahead_count: int) -> WaitRange:
        """The wait of one who has so many before him."""
        low = self.low_ms * ahead_count // self.counter_count
        high = self.high_ms * (ahead_count + 1) // self.counter_count
        return WaitRange(low // MINUTE_MS * MINUTE_MS, -(-high // MINUTE_MS) * MINUTE_MS)


def wait_range(state: State, service: ServiceId, ahead_count: int) -> WaitRange | None:
    """The wait of one who has `ahead_count` before him; None when the data is too thin."""
    found = pace(state, service)
    return None if found is None else found.wait(ahead_count)


def pace(state: State, service: ServiceId) -> Pace | None:
    """How fast a service's line moves; None when the data is too thin."""
    lengths = state.measured.get(service, ())
    if len(lengths) < SAMPLE_COUNT_MIN:
        return None
    counter_count = _open_counter_count(state, service)
    if counter_count == 0:
        return None
    ordered = sorted(lengths)
    quarter = len(ordered) // 4
    return Pace(ordered[quarter], ordered[-1 - quarter], counter_count)


def _open_counter_count(state: State, service: ServiceId) -> int:
    return sum(
        1
        for place in state.hall.counters
        if service in place.services and state.counters[place.id].state is CounterState.OPEN
    )
