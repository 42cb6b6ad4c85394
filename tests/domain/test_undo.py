"""Undo at the counter: what it puts back, how long, and when somebody has built on the step. Source: contract, `undo`."""

from queue_server.domain.hall import Rules, ServiceId
from queue_server.domain.model import Lane, Turn
from queue_server.domain.waiting import SAMPLE_COUNT_MAX
from tests.domain.halls import small_hall
from tests.domain.stories import Story


def test_undo_takes_back_a_next_whole() -> None:
    """Both tickets are as they were: the missed one in hand, the called one at its place. Source: contract."""
    Story().tell("""
    time     | who | does                   | answer                   | line after     | in hand
    08:00    | -   | takes ktp              | A001                     | A001           |
    08:00    | -   | takes ktp              | A002                     | A001 A002      |
    08:00    | -   | takes ktp              | A003                     | A001 A002 A003 |
    08:01    | ani | opens 1                | 1 open                   | A001 A002 A003 |
    08:01    | ani | next at 1              | A001 called              | A002 A003      | 1:A001
    08:02    | ani | next at 1              | A001 served, A002 called | A003           | 1:A002
    08:02:10 | ani | undo at 1              | undone A002 waits A001 back | A002 A003   | 1:A001
    08:02:11 | ani | undo at 1              | WRONG_STATE              | A002 A003      | 1:A001
    08:03    | ani | no-show at 1           | A001 missed              | A002 A003      |
    08:03:01 | ani | undo at 1              | undone A001 back         | A002 A003      | 1:A001
    08:04    | ani | finish at 1            | A001 served              | A002 A003      |
    08:04:10.001 | ani | undo at 1          | WRONG_STATE              | A002 A003      |
    08:05    | ani | next at 1              | A002 called              | A003           | 1:A002
    08:05:05 | ani | undo at 1              | undone A002 waits        | A002 A003      |
    08:06    | ani | calls A003 at 1        | A003 called              | A002           | 1:A003
    08:06:05 | ani | undo at 1              | undone A003 waits        | A002 A003      |
    """)


def test_undo_is_refused_once_somebody_built_on_the_step() -> None:
    """Recall, start, park, transfer, another officer's hands or a return in between: nothing left to undo."""
    Story().tell("""
    time     | who | does               | answer        | in hand
    08:00    | -   | takes ktp          | A001          |
    08:00    | -   | takes ktp          | A002          |
    08:01    | ani | opens 1            | 1 open        |
    08:01    | bud | opens 2            | 2 open        |
    08:01    | ani | next at 1          | A001 called   | 1:A001
    08:01:01 | ani | recall at 1        | A001 recalled | 1:A001
    08:01:02 | ani | undo at 1          | WRONG_STATE   | 1:A001
    08:01:03 | ani | no-show at 1       | A001 missed   |
    08:01:04 | bud | calls A001 at 2    | A001 called   | 2:A001
    08:01:05 | ani | undo at 1          | WRONG_STATE   | 2:A001
    08:01:06 | bud | start at 2         | A001 started  | 2:A001
    08:01:07 | bud | undo at 2          | WRONG_STATE   | 2:A001
    08:01:08 | bud | finish at 2        | A001 served   |
    08:01:09 | ani | undo at 1          | WRONG_STATE   |
    """)


def test_undo_is_refused_when_the_missed_ticket_was_called_and_missed_elsewhere() -> None:
    """It looks untouched, missed as before, but another officer has called it since: his work stands."""
    Story().tell("""
    time     | who | does            | answer        | line after | in hand
    08:00    | -   | takes ktp       | A001          | A001       |
    08:01    | ani | opens 1         | 1 open        | A001       |
    08:01    | bud | opens 2         | 2 open        | A001       |
    08:01    | ani | next at 1       | A001 called   |            | 1:A001
    08:01:01 | ani | no-show at 1    | A001 missed   |            |
    08:01:02 | bud | calls A001 at 2 | A001 called   |            | 2:A001
    08:01:03 | bud | no-show at 2    | A001 missed   |            |
    08:01:04 | ani | undo at 1       | WRONG_STATE   |            |
    08:01:05 | bud | undo at 2       | undone A001 back |         | 2:A001
    """)


def test_undo_of_an_undone_call_elsewhere_leaves_the_way_back_open() -> None:
    """Another officer called the missed ticket and took that back: it is untouched again."""
    Story().tell("""
    time     | who | does            | answer            | in hand
    08:00    | -   | takes ktp       | A001              |
    08:01    | ani | opens 1         | 1 open            |
    08:01    | bud | opens 2         | 2 open            |
    08:01    | ani | next at 1       | A001 called       | 1:A001
    08:01:01 | ani | no-show at 1    | A001 missed       |
    08:01:02 | bud | calls A001 at 2 | A001 called       | 2:A001
    08:01:03 | bud | undo at 2       | undone A001 waits |
    08:01:04 | ani | undo at 1       | undone A001 back  | 1:A001
    """)


def test_undo_gives_the_turn_back() -> None:
    """A call that was taken back never moved the ratio."""
    story = Story()
    for does in ["takes ktp", "takes ktp elderly", "takes ktp elderly"]:
        story.does("08:00", "-", does)
    story.does("08:01", "ani", "opens 1")
    story.does("08:02", "ani", "next at 1")
    moved = story.state.turns["kk+ktp"]
    story.does("08:02:01", "ani", "undo at 1")

    assert Turn(lane=Lane.PRIORITY, run_count=1) == moved
    assert Turn() == story.state.turns["kk+ktp"]


def test_undo_gives_the_measurements_back() -> None:
    """A visit whose end was taken back is not counted as served and its length is forgotten."""
    story = Story()
    service = ServiceId("ktp")
    for does in ["takes ktp", "takes ktp"]:
        story.does("08:00", "-", does)
    story.does("08:01", "ani", "opens 1")
    for clock, does in [("08:02", "next at 1"), ("08:05", "next at 1"), ("08:09", "finish at 1")]:
        story.does(clock, "ani", does)

    assert (180_000, 240_000) == story.state.measured[service]
    story.does("08:09:05", "ani", "undo at 1")

    assert (180_000,) == story.state.measured[service]
    assert story.state.served[service] == 1
    story.does("08:10", "ani", "finish at 1")

    assert (180_000, 300_000) == story.state.measured[service]
    assert story.state.served[service] == 2


def test_undo_after_a_rush_forgets_no_other_visit() -> None:
    """The newest 32 lengths are kept: what left the list already is not taken out of somebody else's."""
    story = Story()
    for does in ["takes ktp"] * 34:
        story.does("08:00", "-", does)
    for who, does in [("ani", "opens 1"), ("bud", "opens 2"), ("ani", "next at 1")]:
        story.does("08:01", who, does)
    story.does("08:05", "ani", "finish at 1")
    for _ in range(SAMPLE_COUNT_MAX):
        story.does("08:05", "bud", "next at 2")
        story.does("08:05", "bud", "finish at 2")
    story.does("08:05:10", "ani", "undo at 1")

    assert (0,) * SAMPLE_COUNT_MAX == story.state.measured[ServiceId("ktp")]
    assert story.state.served[ServiceId("ktp")] == SAMPLE_COUNT_MAX


def test_undo_sends_a_reserved_ticket_back_to_its_own_line() -> None:
    """It was sent to Loket 4 and waits for Loket 4 again."""
    Story().tell("""
    time     | who | does                      | answer            | line after | in hand
    08:00    | -   | takes sim                 | B001              | B001       |
    08:01    | ani | opens 3                   | 3 open            | B001       |
    08:01    | bud | opens 4                   | 4 open            | B001       |
    08:02    | ani | next at 3                 | B001 called       |            | 3:B001
    08:03    | ani | transfer at 3 to 4 front  | B001 transferred  | B001@4     |
    08:04    | bud | next at 4                 | B001 called       |            | 4:B001
    08:04:05 | bud | undo at 4                 | undone B001 waits | B001@4     |
    """)


def test_undo_never_sends_anybody_to_a_counter_that_closed_meanwhile() -> None:
    """Called out of order by another counter; his own closed; undone, he waits for the service, not for a shut desk."""
    Story().tell("""
    time     | who | does                      | answer            | line after | in hand
    08:00    | -   | takes sim                 | B001              | B001       |
    08:01    | ani | opens 3                   | 3 open            | B001       |
    08:01    | bud | opens 4                   | 4 open            | B001       |
    08:02    | ani | next at 3                 | B001 called       |            | 3:B001
    08:03    | ani | transfer at 3 to 4 front  | B001 transferred  | B001@4     |
    08:04    | ani | calls B001 at 3           | B001 called       |            | 3:B001
    08:04:01 | bud | closes 4                  | 4 closed          |            | 3:B001
    08:04:02 | ani | undo at 3                 | undone B001 waits | B001       |
    08:05    | ani | next at 3                 | B001 called       |            | 3:B001
    """)


def test_undo_keeps_what_became_of_the_paper() -> None:
    """The paper came out between the call and its undo: the kiosk must not wait for it again."""
    story = Story()
    story.does("08:00", "-", "takes ktp on paper")
    story.does("08:00:01", "ani", "opens 1")
    story.does("08:00:02", "ani", "next at 1")
    story.does("08:00:03", "p1", "prints j1 printed")
    story.does("08:00:04", "ani", "undo at 1")

    assert story.ticket("A001").print == "printed"


def test_undo_of_an_end_keeps_what_became_of_the_paper() -> None:
    """The same for the ticket that left the counter."""
    story = Story()
    story.does("08:00", "-", "takes ktp on paper")
    story.does("08:00:01", "ani", "opens 1")
    story.does("08:00:02", "ani", "next at 1")
    story.does("08:00:03", "ani", "finish at 1")
    story.does("08:00:04", "p1", "prints j1 printed")
    story.does("08:00:05", "ani", "undo at 1")

    assert story.ticket("A001").print == "printed"


def test_the_window_for_undo_is_a_rule_of_the_hall() -> None:
    """`undo_ms` and `no_show_within_ms` come from the configuration."""
    rules = Rules(undo_ms=60_000, no_show_within_ms=5_000)
    Story(small_hall(rules=rules)).tell("""
    time     | who | does      | answer                       | in hand
    08:00    | -   | takes ktp | A001                         |
    08:00    | -   | takes ktp | A002                         |
    08:01    | ani | opens 1   | 1 open                       |
    08:02    | ani | next at 1 | A001 called                  | 1:A001
    08:02:05 | ani | next at 1 | A001 served, A002 called     | 1:A002
    08:03:05 | ani | undo at 1 | undone A002 waits A001 back  | 1:A001
    """)
