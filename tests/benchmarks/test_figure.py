"""Whether a goal was met: a miss is told as a miss."""

import pytest

from benchmarks.figure import Goal, Line, at_most, ratio_at_least, ratio_at_most


@pytest.mark.parametrize(
    ("goal", "ours", "floor", "expected"),
    [
        (at_most(15), 15.0, None, True),
        (at_most(15), 15.1, None, False),
        (at_most(15), 15.1, 1_000.0, False),
        (ratio_at_most(1.5), 15.0, 10.0, True),
        (ratio_at_most(1.5), 15.1, 10.0, False),
        (ratio_at_least(0.6), 600.0, 1_000.0, True),
        (ratio_at_least(0.6), 599.0, 1_000.0, False),
        (None, 599.0, 1_000.0, None),
    ],
)
def test_a_goal_binds_the_figure_or_its_ratio_to_the_floor(
    goal: Goal | None, ours: float, floor: float | None, expected: bool | None
) -> None:
    """On the border it is met; without a goal there is nothing to meet."""
    assert expected is Line("P1", "what", ours, "ms", floor, goal).is_met


def test_without_a_floor_there_is_no_ratio() -> None:
    """Neither where the machine has none nor where it took no time at all."""
    assert None is Line("P7", "what", 20.0, "µs").ratio
    assert None is Line("P7", "what", 20.0, "µs", 0.0).ratio
