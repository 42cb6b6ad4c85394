"""What the benchmarks make of many measurements."""

import pytest

from benchmarks.samples import median, percentile


@pytest.mark.parametrize(
    ("percent", "expected"), [(1, 10), (20, 10), (21, 20), (50, 30), (80, 40), (81, 50), (99, 50), (100, 50)]
)
def test_a_percentile_is_the_smallest_sample_that_so_many_do_not_exceed(
    percent: float, expected: float
) -> None:
    """Nearest rank, whatever the order of the samples: it is always one that was measured."""
    assert expected == percentile([40, 10, 50, 20, 30], percent)


def test_one_bad_round_of_five_does_not_move_the_median() -> None:
    """Why there are five: a machine that is disturbed once or twice still gives the same figure."""
    assert 3 == median([2, 3, 4, 3, 9_000])
