"""A line keeps everyone in order of place, whatever comes and goes: against a sorted list."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from queue_server.domain import line
from queue_server.domain.line import CHUNK_COUNT_MAX, EMPTY, Entry, Place

PLACES = st.tuples(st.integers(0, 30), st.integers(0, 30))
"""Few enough that they collide, many enough that chunks split."""


class LineAgainstList(RuleBasedStateMachine):
    """The same steps on a line and on a sorted list."""

    def __init__(self) -> None:
        super().__init__()
        self.line = EMPTY
        self.list: list[Entry] = []
        self.count = 0

    @rule(place=PLACES)
    def insert(self, place: Place) -> None:
        if any(taken == place for taken, _ in self.list):
            return
        self._insert(place)

    @rule(first=st.integers(0, 900), count=st.integers(CHUNK_COUNT_MAX, 3 * CHUNK_COUNT_MAX))
    def insert_a_crowd_from_behind(self, first: int, count: int) -> None:
        """Places in falling order, so that chunks in the middle split."""
        for ordinal in range(first + count, first, -1):
            if all(place != (ordinal, 99) for place, _ in self.list):
                self._insert((ordinal, 99))

    @precondition(lambda self: self.list)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        place, _ = data.draw(st.sampled_from(self.list))
        self.line = line.removed(self.line, place)
        self.list = [entry for entry in self.list if entry[0] != place]

    @rule()
    def remove_all(self) -> None:
        for place, _ in self.list:
            self.line = line.removed(self.line, place)
        self.list = []

    @rule(place=PLACES)
    def remove_nobody(self, place: Place) -> None:
        if all(taken != place for taken, _ in self.list):
            with pytest.raises(KeyError):
                line.removed(self.line, place)

    @rule(place=PLACES)
    def rank(self, place: Place) -> None:
        assert sum(1 for taken, _ in self.list if taken < place) == line.rank(self.line, place)

    @invariant()
    def holds_the_same(self) -> None:
        assert self.list == list(line.entries(self.line))
        assert len(self.list) == line.count(self.line)
        assert (self.list[0] if self.list else None) == line.first(self.line)

    @invariant()
    def chunks_are_small_and_never_empty(self) -> None:
        assert all(0 < len(chunk) <= CHUNK_COUNT_MAX for chunk in self.line)

    def _insert(self, place: Place) -> None:
        self.count += 1
        ticket = f"t{self.count}"
        self.line = line.inserted(self.line, place, ticket)
        self.list = sorted([*self.list, (place, ticket)])


LineAgainstList.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLine = LineAgainstList.TestCase


def test_a_place_is_taken_once() -> None:
    """Two tickets at one place would be one of them lost: our own mistake, caught at once, at either end."""
    crowd = line.inserted(line.inserted(EMPTY, (1, 1), "a"), (2, 1), "b")

    for place in [(1, 1), (2, 1)]:
        for ticket in ["0", "z"]:
            with pytest.raises(AssertionError, match="taken once"):
                line.inserted(crowd, place, ticket)
