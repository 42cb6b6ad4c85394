"""The fake clock does what a test needs, the system's what the fake promises of it."""

import time

from queue_server.clock import Clock, FakeClock, SystemClock


def test_a_fake_clock_stands_still() -> None:
    """Time is an argument: nothing passes by itself."""
    clock: Clock = FakeClock(now_ms=5)

    assert (5, 0, 5, 0) == (clock.now_ms(), clock.monotonic_ms(), clock.now_ms(), clock.monotonic_ms())


def test_time_passes_on_both_clocks() -> None:
    """An hour on the wall is an hour of waiting."""
    clock = FakeClock(now_ms=1_000)

    clock.advance(250)
    clock.advance(0)

    assert (1_250, 250) == (clock.now_ms(), clock.monotonic_ms())


def test_a_wall_clock_that_jumps_leaves_the_other_alone() -> None:
    """A time server may set it back."""
    clock = FakeClock(now_ms=1_000)

    clock.set(10)
    clock.advance(1)

    assert (11, 1) == (clock.now_ms(), clock.monotonic_ms())


def test_the_systems_clock_counts_milliseconds_since_1970() -> None:
    """In whole numbers, and its second time never falls."""
    clock: Clock = SystemClock()
    before_ms = int(time.time() * 1_000)

    now_ms, first_ms, second_ms = clock.now_ms(), clock.monotonic_ms(), clock.monotonic_ms()

    assert before_ms - 1 <= now_ms <= before_ms + 60_000
    assert first_ms <= second_ms
