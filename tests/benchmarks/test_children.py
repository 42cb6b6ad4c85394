"""Children of a benchmark end with it, whatever became of them."""

import os

import pytest

from benchmarks.children import Child
from benchmarks.figure import Unmeasurable


@pytest.mark.parametrize("first", ["echo no; exec sleep 60", "exec sleep 60", "exit 3"])
def test_a_child_that_does_not_come_up_is_ended(first: str) -> None:
    """Whether it says something else, nothing, or dies: the figure is not measured and no process stays behind."""
    child = Child(["sh", "-c", first])

    with pytest.raises(Unmeasurable):
        child.await_ready(0.5)

    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)


def test_what_a_child_complained_of_is_told() -> None:
    """Without its last words nobody knows why a figure is missing."""
    with Child(["sh", "-c", "echo 'no room left' >&2; exit 3"]) as child, pytest.raises(Unmeasurable) as told:
        child.await_ready(5)

    assert "ended with 3: no room left" in str(told.value)
