"""How long to wait before trying again: one policy for every client, pure, with the jitter as an argument.

Full jitter: anything between nothing and a ceiling that doubles, so that a hall full of devices does not come back
in step after a restart. Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
"""

import msgspec

DOUBLINGS_MAX = 16
"""The ceiling stops doubling here; every cap in use is reached long before."""


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The ceilings between which a wait is drawn."""

    base_ms: int
    """Ceiling of the first wait."""
    cap_ms: int
    """Ceiling of every later one."""


HALL_DEVICES = RetryPolicy(base_ms=250, cap_ms=2_000)
"""Screens, printers, kiosks and counters: few, near, and missed at once when they are gone."""

PHONES = RetryPolicy(base_ms=250, cap_ms=15_000)
"""Many, and on somebody's battery."""

AT_ONCE = RetryPolicy(base_ms=0, cap_ms=0)
"""No wait at all, for tests."""


def delay_ms(policy: RetryPolicy, *, attempt: int, jitter: float) -> int:
    """The wait before the attempt after `attempt` failed ones in a row (0: the first retry); jitter from 0 to 1."""
    ceiling_ms = min(policy.cap_ms, policy.base_ms * 2 ** min(attempt, DOUBLINGS_MAX))
    return int(ceiling_ms * jitter)
