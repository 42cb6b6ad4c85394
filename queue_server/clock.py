"""The time, as an argument: whoever needs it is handed a `Clock`, so that tests and simulations decide what it is."""

import time
from typing import Protocol

NS_PER_MS = 1_000_000


class Clock(Protocol):
    """Two times: one to write down, one to measure with."""

    def now_ms(self) -> int:
        """The wall clock, ms since 1970 UTC. May jump either way."""

    def monotonic_ms(self) -> int:
        """Ms since some fixed moment; never falls, whatever happens to the wall clock."""


class SystemClock:
    """The machine's."""

    def now_ms(self) -> int:
        return time.time_ns() // NS_PER_MS

    def monotonic_ms(self) -> int:
        return time.monotonic_ns() // NS_PER_MS


class FakeClock:
    """Stands still until told otherwise."""

    def __init__(self, now_ms: int = 0) -> None:
        """Args: now_ms: what the wall clock shows; the monotonic time starts at 0."""
        self._now_ms = now_ms
        self._monotonic_ms = 0

    def now_ms(self) -> int:
        return self._now_ms

    def monotonic_ms(self) -> int:
        return self._monotonic_ms

    def advance(self, ms: int) -> None:
        """Lets time pass, on both. Args: ms: 0 or more."""
        assert ms >= 0, "time does not pass backwards; use `set` for a wall clock that jumps"
        self._now_ms += ms
        self._monotonic_ms += ms

    def set(self, now_ms: int) -> None:
        """Turns the wall clock alone, either way, as a time server or a person does."""
        self._now_ms = now_ms
