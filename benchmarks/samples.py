"""What is made of many measurements: a median, a percentile. Pure; tests/benchmarks holds them to their definitions."""

import math
from collections.abc import Sequence
from statistics import median

__all__ = ["median", "percentile"]


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that at least so many percent of all do not exceed ("nearest rank").

    Args:
        samples: one or more, in any order.
        percent: above 0, at most 100.
    """
    assert samples, "a percentile of nothing is no figure"
    assert 0 < percent <= 100, percent
    return sorted(samples)[math.ceil(len(samples) * percent / 100) - 1]
