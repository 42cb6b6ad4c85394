"""Whose view becomes stale: the law that nobody is forgotten, and who is told at once."""

from typing import get_args

import pytest

from queue_server.domain import commands as wish
from queue_server.domain.events import AnyEvent
from queue_server.domain.hall import CounterId
from queue_server.domain.model import State
from queue_server.views.audience import Audience, Touched, touched
from tests.views.build import Story, changed
from tests.views.contents import Contents, contents
from tests.views.histories import history

SEEDS = range(16)
STEP_COUNT = 200


def forgotten(before: State, after: State, found: Touched, was: Contents, now: Contents) -> set[Audience]:
    """Audiences whose view changed and who would not be told."""
    told = found.urgent | found.ordinary
    changed = {audience for audience in {*was, *now} if was.get(audience) != now.get(audience)}
    in_lines = {
        ("ticket", ticket.id)
        for state in (before, after)
        for ticket in state.tickets.values()
        if ticket.service in found.lines
    }
    return changed - told - in_lines


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_sees_something_else_is_told(seed: int) -> None:
    """The law of `touched`, over random histories with every kind of command."""
    was: Contents = {}
    for count, (before, after, events) in enumerate(history(seed, STEP_COUNT)):
        was = was or contents(before)
        now = contents(after)
        found = touched(before, after, events)
        assert set() == forgotten(before, after, found, was, now), (seed, count, events)
        was = now


def test_the_random_histories_hold_every_event() -> None:
    """Otherwise the law above would say less than it seems to."""
    seen = {type(event) for seed in SEEDS for _, _, events in history(seed, STEP_COUNT) for event in events}

    assert set(get_args(AnyEvent)) == seen


def test_calls_that_came_and_went_in_one_batch_leave_nobody_behind() -> None:
    """Seventy recalls in one batch: the first of them are in neither state, and the zone forgot its oldest calls.

    Whoever's last call that was sees it no more, and is told.
    """
    story = Story()
    story.open("c1")
    story.open("c2", by="o2")
    story.take("one")
    story.take("two")
    story.next("c2", by="o2")
    for what in (wish.CallReport.SPEAKING, wish.CallReport.SPOKEN):  # so that no event tells of its end
        story.do(wish.ReportCall(call=story.calls("east")[-1].call, what=what), by="voice")
    seen = story.next("c1")
    before, entry_count = story.state, len(story.entries)
    for count in range(70):
        story.do(wish.Recall(counter=CounterId("c1"), sees=seen))
        if count == 0:
            call = story.calls("east")[-1].call
            story.do(wish.RecordShown(call=call, shown=1, screens=2), by="hub")
    found = touched(before, story.state, [entry.event for entry in story.entries[entry_count:]])

    assert set() == forgotten(before, story.state, found, contents(before), contents(story.state))
    assert ("counter", "c2") in found.urgent | found.ordinary
    assert 64 == len(story.calls("east"))


def test_before_the_first_day_time_passes_for_nobody() -> None:
    """A hall that was just configured: an officer may sit down, and no hour comes due."""
    story = Story()
    before = changed(story.state, day=None)
    story.state = before
    story.now_ms += 3_600_000
    events = story.do(wish.OpenCounter(counter=CounterId("c1")))
    found = touched(before, story.state, events)

    assert set() == forgotten(before, story.state, found, contents(before), contents(story.state))
    assert ("display", "west") not in found.urgent | found.ordinary
