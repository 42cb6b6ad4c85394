"""Clocks that lie: back two hours, over midnight, to 2035. Nothing closes, skips or repeats because of them."""

import pytest

from queue_server.domain.hall import ServiceId
from queue_server.domain.lines import oldest_arrival_ms
from queue_server.domain.model import ActorId
from queue_server.domain.time import ClockDoubt, Judgement, judged
from queue_server.domain.waiting import SAMPLE_COUNT_MIN, wait_range
from tests.domain.halls import DAY_MS, HOUR_MS, instant
from tests.domain.stories import Story

ANI = ActorId("ani")
YES = Judgement(is_usable=True, doubt=None)
HELD = Judgement(is_usable=False, doubt=None)
AHEAD = Judgement(is_usable=False, doubt=ClockDoubt.AHEAD)
BEHIND = Judgement(is_usable=False, doubt=ClockDoubt.BEHIND)

READINGS = {
    "the very instant of the last entry": (0, YES, YES),
    "one ms later": (1, YES, YES),
    "one ms back: a time server at work": (-1, HELD, HELD),
    "a minute back": (-60_000, HELD, HELD),
    "a minute and one ms back": (-60_001, BEHIND, BEHIND),
    "two hours back": (-2 * HOUR_MS, BEHIND, BEHIND),
    "back over midnight": (-12 * HOUR_MS, BEHIND, BEHIND),
    "to 1970": (-1_773_700_000_000, BEHIND, BEHIND),
    "twelve hours ahead": (12 * HOUR_MS, YES, YES),
    "more than twelve hours ahead": (12 * HOUR_MS + 1, YES, AHEAD),
    "thirty days ahead, a long holiday": (30 * DAY_MS, YES, AHEAD),
    "more than thirty days ahead": (30 * DAY_MS + 1, AHEAD, AHEAD),
    "to 2035": (9 * 365 * DAY_MS, AHEAD, AHEAD),
}
"""Name: how far from the last entry; what an empty hall makes of it, what a hall makes of it in which one waits."""


@pytest.mark.parametrize("name", READINGS)
def test_a_reading_is_judged(name: str) -> None:
    """The rule of time, at its edges. Source: design, "Time is a command"."""
    leap_ms, empty, waited = READINGS[name]
    quiet, busy = Story().state, _someone_waits().state

    assert (empty, waited) == (judged(quiet, quiet.at_ms + leap_ms), judged(busy, busy.at_ms + leap_ms))


def test_before_the_first_day_every_clock_is_believed_that_does_not_go_back() -> None:
    """A hall that was never opened has no day to protect, only its entries' order."""
    story = Story()
    story.ledger.rewind(1)
    at_ms = story.state.at_ms

    assert [YES, YES, HELD] == [judged(story.state, at_ms + leap) for leap in (0, 20 * 365 * DAY_MS, -1)]


def test_who_is_left_over_after_closing_makes_no_clock_doubtful() -> None:
    """The hall is switched off in the evening with tickets left: the morning is no leap."""
    story = _someone_waits()
    story.does("15:00", "hub", "tick")

    assert judged(story.state, story.state.at_ms + 20 * HOUR_MS) == YES


def test_time_is_held_at_the_last_entry_when_the_clock_falls() -> None:
    """Two hours back: commands go on at the last instant and nothing is reordered."""
    story = _someone_waits()
    story.tell("""
    time     | who | does      | answer      | line after
    09:00    | -   | takes ktp | A002        | A001 A002
    07:00    | -   | takes ktp | A003        | A001 A002 A003
    07:00    | ani | opens 1   | 1 open      | A001 A002 A003
    07:00    | ani | next at 1 | A001 called | A002 A003
    """)

    assert story.state.at_ms == instant("09:00")


def test_a_settled_fall_keeps_the_order_of_arrival() -> None:
    """A manager sets the clock back two hours: who comes afterwards still stands behind who came before."""
    story = _someone_waits()
    story.tell("""
    time     | who   | does          | answer        | line after
    10:00    | -     | takes ktp     | A002          | A001 A002
    10:00    | ani   | opens 1       | 1 open        | A001 A002
    10:00    | ani   | next at 1     | A001 called   | A002
    08:00:30 | admin | settles       | clock settled | A002
    08:00:40 | -     | takes ktp     | A003          | A002 A003
    08:01    | ani   | park at 1     | A001 parked   | A002 A003
    08:02    | ani   | returns A001 back | A001 returned | A002 A003 A001
    """)

    assert story.state.at_ms == instant("08:02")


def test_a_settled_fall_leaves_nothing_that_began_in_the_future() -> None:
    """Calls, paper and visits count from now at the latest, so that no wait is hours long and no length negative."""
    story = Story()
    story.does("10:00", "-", "takes ktp on paper")
    story.does("10:00", "-", "takes ktp")
    story.does("10:00", "ani", "opens 1")
    story.does("10:00", "ani", "next at 1")
    story.does("10:00:01", "ani", "start at 1")
    story.does("10:00:09", "hub", "tick")
    story.does("08:30", "admin", "settles")
    story.tell("""
    time     | who | does        | answer          | line after | in hand
    08:30:05 | ani | finish at 1 | A001 served     | A002       |
    08:32    | hub | tick        | j1 given up     | A002       |
    08:33    | hub | tick        | call 1 dropped  | A002       |
    """)
    late = [t.number for t in story.state.tickets.values() if t.issued_at_ms > instant("08:30")]

    assert late == []
    assert (5_000,) == story.state.measured[ServiceId("ktp")]
    assert oldest_arrival_ms(story.state, ServiceId("ktp")) == instant("08:30")


def test_a_settled_fall_ends_every_way_back() -> None:
    """Ten seconds of undo cannot be measured across a fall."""
    Story().tell("""
    time     | who   | does        | answer        | in hand
    10:00    | -     | takes ktp   | A001          |
    10:00    | ani   | opens 1     | 1 open        |
    10:00    | ani   | next at 1   | A001 called   | 1:A001
    08:00    | admin | settles     | clock settled | 1:A001
    08:00:01 | ani   | undo at 1   | WRONG_STATE   | 1:A001
    """)


def test_a_settled_leap_goes_on_from_there() -> None:
    """The clock was right and the hub had stood still: nothing is lost, no number given twice."""
    Story().tell("""
    time     | who   | does        | answer        | line after
    08:00    | -     | takes ktp   | A001          | A001
    14:00    | admin | settles     | clock settled | A001
    14:01    | -     | takes ktp   | A002          | A001 A002
    """)


def test_a_day_set_back_never_repeats_a_number() -> None:
    """The clock leapt to 2035's like, a manager settled it, the day turned; set back, the first day goes on counting."""
    story = Story()
    story.does("08:00", "-", "takes ktp")
    story.does("08:00", "-", "takes sim")
    story.does("+5 08:00", "admin", "settles")
    story.does("+5 08:00", "hub", "proposes 2026-03-22")
    story.tell("""
    time     | who   | does                | answer | line after
    +5 08:01 | -     | takes ktp           | A001   | A001
    +5 08:02 | -     | takes ktp           | A002   | A001 A002
    08:30    | admin | settles             | clock settled | A001 A002
    08:30    | hub   | proposes 2026-03-17 | A001 unserved, A002 unserved, 2026-03-22 closed, 2026-03-17 opened, kk ktp pbb sim opened |
    08:31    | -     | takes ktp           | A002   | A002
    08:31    | -     | takes sim           | B002   | A002 B002
    """)


def test_a_clock_over_midnight_changes_no_day() -> None:
    """The day is the hall's, from 03:00 to 03:00: at 01:00 yesterday's numbers go on."""
    Story().tell("""
    time     | who | does                | answer | line after
    14:59    | -   | takes ktp           | A001   | A001
    +1 01:00 | hub | proposes 2026-03-18 |        | A001
    +1 01:00 | ani | opens 1             | 1 open | A001
    """)


def test_a_wait_is_a_range_in_whole_minutes_and_withheld_when_thin() -> None:
    """Fewer than eight visits, or no counter open: no estimate. Source: product, "An honest estimate"."""
    story = Story()
    service = ServiceId("ktp")
    story.does("08:00", "ani", "opens 1")
    for visit in range(SAMPLE_COUNT_MIN):
        assert wait_range(story.state, service, 1) is None
        _visit(story, visit)
    story.does("12:00", "ani", "pauses 1")
    paused = wait_range(story.state, service, 1)
    story.does("12:01", "ani", "resumes 1")
    told = wait_range(story.state, service, 2)

    assert paused is None
    assert told is not None
    assert (6 * 60_000, 18 * 60_000) == (told.low_ms, told.high_ms)


def _someone_waits() -> Story:
    story = Story()
    story.does("08:00", "-", "takes ktp")
    return story


def _visit(story: Story, nth: int) -> None:
    """A visit of one to eight minutes."""
    begin_ms = instant("08:00") + nth * 10 * 60_000
    story.does("08:00", "-", "takes ktp")
    story.ledger.submit(story.command("next at 1"), ANI, begin_ms)
    story.ledger.submit(story.command("finish at 1"), ANI, begin_ms + (nth + 1) * 60_000)
