"""The hub's time: the node's clock where the journal believes it, else held and moved on by the steady clock.

Handed a clock, it has none of its own. The rules of belief are `domain.time`; this is the bookkeeping around them.
"""

from queue_server.clock import Clock
from queue_server.domain.model import State
from queue_server.domain.time import ClockDoubt, judged


class Timekeeper:
    """One hall's instants: never before the last entry, never from a clock in doubt."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held_from: tuple[int, int] | None = None
        """Instant and steady reading at which the clock was last believed; None while it is believed."""
        self.doubt: ClockDoubt | None = None

    def now_ms(self, state: State) -> int:
        """The instant to decide at, not before `state.at_ms`."""
        wall_ms = self._clock.now_ms()
        judgement = judged(state, wall_ms)
        self.doubt = judgement.doubt
        if judgement.is_usable:
            self._held_from = None
            return wall_ms
        steady_ms = self._clock.monotonic_ms()
        if self._held_from is None:
            self._held_from = (state.at_ms, steady_ms)
        held_ms, since_ms = self._held_from
        return max(state.at_ms, held_ms + steady_ms - since_ms)

    def wall_ms(self) -> int:
        """The clock as it stands, believed or not: what a manager settles."""
        return self._clock.now_ms()

    def steady_ms(self) -> int:
        """For measuring ages; no instant."""
        return self._clock.monotonic_ms()
