"""What time and configuration bring: hours, the new day, what was retired, and when a tick is due."""

from queue_server.domain import commands as wish
from queue_server.domain.decide_day import next_due_ms
from queue_server.domain.decision import Accepted
from queue_server.domain.events import DayClosed
from tests.domain.halls import day_plan, instant
from tests.domain.stories import HUB, Story, answer


def test_services_open_and_close_by_the_hour() -> None:
    """Before its hours and after them a service takes nobody; who waits at closing time still waits."""
    Story(opens=False).tell("""
    time         | who | does      | answer                | line after
    07:59:59.999 | hub | tick      |                       |
    07:59:59.999 | -   | takes ktp | SERVICE_CLOSED        |
    08:00        | hub | tick      | kk ktp pbb sim opened |
    08:00        | hub | tick      |                       |
    08:00        | -   | takes ktp | A001                  | A001
    14:59:59.999 | -   | takes ktp | A002                  | A001 A002
    15:00        | hub | tick      | kk ktp pbb sim closed | A001 A002
    15:00        | -   | takes ktp | SERVICE_CLOSED        | A001 A002
    15:01        | ani | opens 1   | 1 open                | A001 A002
    15:01        | ani | next at 1 | A001 called           | A002
    """)


def test_a_new_day_begins_with_an_empty_line() -> None:
    """Who waits or is parked is unserved, counters close, numbers begin at 001; yesterday stays in the journal."""
    story = Story()
    story.tell("""
    time     | who | does               | answer      | line after | in hand
    08:00    | -   | takes ktp          | A001        | A001       |
    08:00    | -   | takes ktp          | A002        | A001 A002  |
    08:00    | -   | takes sim          | B001        | A001 A002 B001 |
    08:01    | ani | opens 1            | 1 open      | A001 A002 B001 |
    08:02    | ani | next at 1          | A001 called | A002 B001  | 1:A001
    08:03    | ani | park at 1          | A001 parked | A002 B001  |
    08:04    | -   | cancels B001       | B001 cancelled | A002    |
    +1 03:00 | hub | proposes 2026-03-18 | call 1 dropped, A001 unserved, A002 unserved, 1 closed, 2026-03-17 closed, 2026-03-18 opened | |
    +1 03:00 | hub | proposes 2026-03-18 |            |            |
    """)

    assert dict(story.state.tickets) == {}
    assert dict(story.state.numbers) == {}


def test_the_next_days_numbers_begin_at_one() -> None:
    """Sequences are kept by date, so that a day come twice goes on where it stood."""
    story = Story()
    story.does("08:00", "-", "takes ktp")
    story.does("+1 03:00", "hub", "proposes 2026-03-18")
    story.ledger.submit(wish.Tick(), HUB, instant("+1 08:00"))
    story.tell("""
    time     | who | does      | answer | line after
    +1 08:01 | -   | takes kk  | A001   | A001
    +1 08:02 | -   | takes ktp | A002   | A001 A002
    """)

    assert {"2026-03-17": 1, "2026-03-18": 2} == {d: of["A"] for d, of in story.state.sequences.items()}


def test_the_day_waits_for_a_ticket_in_hand_and_forgets_it_after_two_hours() -> None:
    """No day changes under a citizen's visit; one that nobody touched for two hours was forgotten."""
    story = Story()
    story.does("08:00", "-", "takes ktp")
    story.does("08:01", "ani", "opens 1")
    story.does("+1 02:00", "ani", "next at 1")
    story.tell("""
    time         | who | does                | answer | in hand
    +1 03:00     | hub | proposes 2026-03-18 |        | 1:A001
    +1 03:30     | ani | start at 1          | A001 started | 1:A001
    +1 05:29:59  | hub | proposes 2026-03-18 |        | 1:A001
    +1 05:30     | hub | proposes 2026-03-18 | call 1 dropped, A001 served, 1 closed, 2026-03-17 closed, 2026-03-18 opened |
    """)


def test_a_day_is_only_opened_while_it_lasts() -> None:
    """A proposal of a day that is over or not begun changes nothing."""
    story = Story()
    early = story.does("+1 02:59:59", "hub", "proposes 2026-03-18")
    late = story.does("+1 02:59:59", "hub", "proposes 2026-03-16")

    assert Accepted() == early == late


def test_a_day_that_opens_late_opens_its_services_at_once() -> None:
    """A hub started at ten finds the services open."""
    story = Story()
    decision = story.does("+1 10:00", "hub", "proposes 2026-03-18")

    assert "2026-03-17 closed, 2026-03-18 opened, kk ktp pbb sim opened" == answer(decision, {})


def test_the_seal_names_what_outlives_the_day() -> None:
    """A start needs no entry before `DayClosed`: hall, call and job numbers, sequences."""
    story = Story()
    for clock, who, does in [
        ("08:00", "-", "takes ktp on paper"),
        ("08:00", "-", "takes sim"),
        ("08:01", "ani", "opens 1"),
        ("08:02", "ani", "next at 1"),
        ("08:03", "ani", "recall at 1"),
        ("08:04", "ani", "finish at 1"),
        ("+1 03:00", "hub", "proposes 2026-03-18"),
    ]:
        story.does(clock, who, does)
    seal = next(entry.event for entry in story.ledger.entries if isinstance(entry.event, DayClosed))

    assert (seal.carried.call_count, seal.carried.job_count) == (2, 1)
    assert {"2026-03-17": {"A": 1, "B": 1}} == seal.carried.sequences
    assert story.state == story.ledger.replayed_from_seal()


def test_nothing_is_dropped_in_silence_when_the_day_closes() -> None:
    """A call that nobody spoke and paper that never came are told before the seal. Source: issue, "Voice", "Paper"."""
    story = Story()
    story.does("+1 02:59:50", "-", "takes ktp on paper")
    story.does("+1 02:59:50", "ani", "opens 1")
    story.does("+1 02:59:50", "ani", "next at 1")
    story.does("+1 02:59:55", "ani", "finish at 1")
    decision = story.does("+1 03:00", "hub", "proposes 2026-03-18")

    assert "call 1 dropped, j1 given up, 1 closed, 2026-03-17 closed, 2026-03-18 opened" == answer(
        decision, {}
    )


def test_a_tick_twice_is_a_tick_once() -> None:
    """Whatever is due at an instant is done by the first tick; a second one finds nothing."""
    story = _busy_story()
    for clock in ["08:00", "08:00:08", "08:03", "08:01:40", "15:00"]:
        story.does(clock, "hub", "tick")
        again = story.does(clock, "hub", "tick")

        assert Accepted() == again


def test_the_next_tick_is_never_skipped() -> None:
    """Ticking only when `next_due_ms` says so finds every opening, closing, drop and lost paper at its instant."""
    story = _busy_story()
    told = []
    while (due_ms := next_due_ms(story.state)) is not None and due_ms < instant("+1 03:00"):
        decision = story.ledger.submit(wish.Tick(), HUB, due_ms)
        told.append((due_ms, answer(decision, {})))

    assert [
        (instant("08:00:08"), "j1 shown instead"),
        (instant("08:01:38"), "j1 given up"),
        (instant("08:03:05"), "call 1 dropped"),
        (instant("15:00"), "kk ktp pbb sim closed"),
    ] == told


def test_an_opening_is_due_although_another_entry_passed_its_instant() -> None:
    """A press at 08:00:00.5 before the tick must not hide the opening at 08:00."""
    story = Story(opens=False)
    story.does("08:00:00.500", "ani", "opens 1")
    due_ms = next_due_ms(story.state)

    assert due_ms is not None
    assert due_ms <= instant("08:00:00.500")


def test_an_hour_at_which_nothing_changes_is_not_due() -> None:
    """Two periods that touch: a tick between them finds nothing to do and must not be asked for again and again."""
    story = Story(opens=False)
    hours = ((8, 12), (12, 15))
    story.ledger.submit(wish.RevisePlan(plan=day_plan(hours=hours)), HUB, instant("07:00"))
    story.does("08:00", "hub", "tick")

    assert instant("15:00") == next_due_ms(story.state)


def test_nothing_is_due_before_the_first_day() -> None:
    """A hall that was never opened asks for no tick."""
    story = Story()
    story.ledger.rewind(1)

    assert next_due_ms(story.state) is None
    assert Accepted() == story.does("08:00", "hub", "tick")


def test_new_hours_take_effect_at_once() -> None:
    """`RevisePlan` for the running day; for another day or unchanged it is nothing."""
    story = Story()
    sooner = day_plan(hours=((8, 10),))
    decisions = [
        story.ledger.submit(wish.RevisePlan(plan=plan), HUB, instant("11:00"))
        for plan in (day_plan(), day_plan("2026-03-18"), sooner, sooner)
    ]

    assert ["", "", "hours revised, kk ktp pbb sim closed", ""] == [answer(d, {}) for d in decisions]


def _busy_story() -> Story:
    """A call that nobody speaks and paper that does not come, at 08:00."""
    story = Story()
    story.does("08:00", "-", "takes ktp on paper")
    story.does("08:00:05", "ani", "opens 1")
    story.does("08:00:05", "ani", "next at 1")
    return story
