"""A morning at the counters, as tables: next, no-show, recall, park, transfer, return, out of order, undo."""

from queue_server.domain.commands import OrderReason
from queue_server.domain.events import ChoiceRule, TicketCalled, Why
from queue_server.domain.hall import CounterId, Rules, ServiceId
from queue_server.domain.lines import oldest_arrival_ms, waiting_tickets
from queue_server.domain.model import Lane, TicketId
from tests.domain.halls import counter, instant, small_hall
from tests.domain.stories import Story


def test_next_ends_the_ticket_in_hand_and_calls_the_next_by_arrival() -> None:
    """First come, first served across the services of a counter. Source: issue of the hall, "The hub"."""
    Story().tell("""
    time     | who  | does            | answer                 | line after     | in hand
    08:00    | -    | takes kk        | A001                   | A001           |
    08:01    | -    | takes ktp       | A002                   | A001 A002      |
    08:02    | -    | takes sim       | B001                   | A001 A002 B001 |
    08:03    | ani  | opens 1         | 1 open                 | A001 A002 B001 |
    08:03    | citra| opens 3         | 3 open                 | A001 A002 B001 |
    08:04    | ani  | next at 1       | A001 called            | A002 B001      | 1:A001
    08:04    | citra| next at 3       | B001 called            | A002           | 1:A001 3:B001
    08:05    | ani  | start at 1      | A001 started           | A002           | 1:A001 3:B001
    08:09    | ani  | next at 1       | A001 served, A002 called |              | 1:A002 3:B001
    08:10    | citra| finish at 3     | B001 served            |                | 1:A002
    08:11    | citra| next at 3       |                        |                | 1:A002
    """)


def test_next_within_20_s_is_a_no_show_and_served_after_that() -> None:
    """A ticket that was only called: 19.999 s after its last call a no-show, from 20 s on served. Source: contract."""
    Story().tell("""
    time         | who | does        | answer                   | in hand
    08:00        | -   | takes ktp   | A001                     |
    08:00        | -   | takes ktp   | A002                     |
    08:00        | -   | takes ktp   | A003                     |
    08:01        | ani | opens 1     | 1 open                   |
    08:01        | ani | next at 1   | A001 called              | 1:A001
    08:01:19.999 | ani | next at 1   | A001 missed, A002 called | 1:A002
    08:01:30     | ani | recall at 1 | A002 recalled            | 1:A002
    08:01:49.999 | ani | next at 1   | A002 missed, A003 called | 1:A003
    08:02:09.999 | ani | next at 1   | A003 served              |
    """)


def test_a_double_press_reaches_nobody_twice() -> None:
    """What was pressed on an old screen is STALE_VIEW. Source: contract, `sees`."""
    Story().tell("""
    time     | who | does                     | answer      | line after | in hand
    08:00    | -   | takes ktp                | A001        | A001       |
    08:00    | -   | takes ktp                | A002        | A001 A002  |
    08:01    | ani | opens 1                  | 1 open      | A001 A002  |
    08:01:01 | ani | next at 1 seeing nobody  | A001 called | A002       | 1:A001
    08:01:01 | ani | next at 1 seeing nobody  | STALE_VIEW  | A002       | 1:A001
    08:01:02 | ani | finish at 1 seeing A001  | A001 served | A002       |
    08:01:02 | ani | finish at 1 seeing A001  | STALE_VIEW  | A002       |
    08:01:02 | ani | recall at 1 seeing A001  | STALE_VIEW  | A002       |
    """)


def test_priority_and_regular_take_turns_one_to_two() -> None:
    """While both wait: one priority, then up to two regular, again and again; one lane alone goes straight on."""
    Story().tell("""
    time     | who | does                   | answer                   | line after
    08:00:01 | -   | takes ktp              | A001                     | A001
    08:00:02 | -   | takes ktp              | A002                     | A001 A002
    08:00:03 | -   | takes ktp              | A003                     | A001 A002 A003
    08:00:04 | -   | takes ktp elderly      | A004                     | A001 A002 A003 A004!
    08:00:05 | -   | takes kk pregnant      | A005                     | A001 A002 A003 A004! A005!
    08:00:06 | -   | takes kk child         | A006                     | A001 A002 A003 A004! A005! A006!
    08:01    | ani | opens 1                | 1 open                   | A001 A002 A003 A004! A005! A006!
    08:01    | bud | opens 2                | 2 open                   | A001 A002 A003 A004! A005! A006!
    08:02    | ani | next at 1              | A004 called              | A001 A002 A003 A005! A006!
    08:02    | bud | next at 2              | A001 called              | A002 A003 A005! A006!
    08:03    | ani | next at 1              | A004 served, A002 called | A003 A005! A006!
    08:04    | ani | next at 1              | A002 served, A005 called | A003 A006!
    08:05    | ani | next at 1              | A005 served, A003 called | A006!
    08:06    | ani | next at 1              | A003 served, A006 called |
    """)


def test_each_call_stores_why() -> None:
    """`TicketCalled` explains itself: rule, lane, how many waited, how many who came earlier were passed."""
    story = Story()
    for second, does in enumerate(["takes ktp", "takes kk", "takes ktp disabled", "takes ktp"]):
        story.does(f"08:00:0{second}", "-", does)
    story.does("08:01", "ani", "opens 1")
    for clock, does in [
        ("08:02", "next at 1"),
        ("08:03", "next at 1"),
        ("08:04", "calls A004 at 1"),
        ("08:05", "next at 1"),
    ]:
        story.does(clock, "ani", does)
    told = [entry.event.why for entry in story.ledger.entries if isinstance(entry.event, TicketCalled)]

    assert [
        Why(rule=ChoiceRule.PRIORITY_TURN, lane=Lane.PRIORITY, waiting_count=4, passed_count=2),
        Why(rule=ChoiceRule.ONLY_LANE, lane=Lane.REGULAR, waiting_count=3, passed_count=0),
        Why(
            rule=ChoiceRule.OUT_OF_ORDER,
            lane=Lane.REGULAR,
            waiting_count=2,
            passed_count=1,
            reason=OrderReason.FRAIL,
        ),
        Why(rule=ChoiceRule.ONLY_LANE, lane=Lane.REGULAR, waiting_count=1, passed_count=0),
    ] == told


def test_regular_turn_is_named() -> None:
    """Both lanes wait and the priority lane had its run: REGULAR_TURN."""
    story = Story()
    for does in ["takes ktp", "takes ktp elderly", "takes ktp elderly"]:
        story.does("08:00", "-", does)
    story.does("08:01", "ani", "opens 1")
    story.does("08:02", "ani", "next at 1")
    story.does("08:03", "ani", "next at 1")
    told = [entry.event.why.rule for entry in story.ledger.entries if isinstance(entry.event, TicketCalled)]

    assert [ChoiceRule.PRIORITY_TURN, ChoiceRule.REGULAR_TURN] == told


def test_out_of_order_calls_who_may_be_called_here() -> None:
    """A given ticket of this counter's services, waiting, parked or missed; it moves nobody's turn."""
    Story().tell("""
    time     | who | does            | answer                   | line after | in hand
    08:00    | -   | takes ktp       | A001                     | A001       |
    08:00    | -   | takes ktp       | A002                     | A001 A002  |
    08:00    | -   | takes sim       | B001                     | A001 A002 B001 |
    08:01    | ani | opens 1         | 1 open                   | A001 A002 B001 |
    08:02    | ani | calls A002 at 1 | A002 called              | A001 B001  | 1:A002
    08:03    | ani | park at 1       | A002 parked              | A001 B001  |
    08:04    | ani | calls B001 at 1 | WRONG_STATE              | A001 B001  |
    08:04    | ani | calls Z999 at 1 | UNKNOWN_TICKET           | A001 B001  |
    08:05    | ani | next at 1       | A001 called              | B001       | 1:A001
    08:06    | ani | calls A002 at 1 | A001 served, A002 called | B001       | 1:A002
    """)


def test_parked_and_missed_tickets_come_back_where_they_are_sent() -> None:
    """Return: by default where arrival puts it, else in front or behind; the number stays. Source: contract."""
    Story().tell("""
    time     | who | does               | answer                   | line after
    08:00:01 | -   | takes ktp          | A001                     | A001
    08:00:02 | -   | takes ktp          | A002                     | A001 A002
    08:00:03 | -   | takes ktp          | A003                     | A001 A002 A003
    08:00:04 | -   | takes ktp          | A004                     | A001 A002 A003 A004
    08:01    | ani | opens 1            | 1 open                   | A001 A002 A003 A004
    08:02    | ani | next at 1          | A001 called              | A002 A003 A004
    08:03    | ani | park at 1          | A001 parked              | A002 A003 A004
    08:03    | ani | next at 1          | A002 called              | A003 A004
    08:03:05 | ani | next at 1          | A002 missed, A003 called | A004
    08:04    | ani | returns A001       | A001 returned            | A001 A004
    08:04    | ani | returns A002 front | A002 returned            | A002 A001 A004
    08:05    | ani | park at 1          | A003 parked              | A002 A001 A004
    08:06    | ani | returns A003 back  | A003 returned            | A002 A001 A004 A003
    08:07    | ani | returns A003 back  | WRONG_STATE              | A002 A001 A004 A003
    """)


def test_a_transfer_keeps_the_number_and_goes_where_it_is_sent() -> None:
    """Front, original place by first arrival, or back of another service's line. Source: contract."""
    Story().tell("""
    time     | who | does                         | answer           | line after
    08:00:01 | -   | takes ktp                    | A001             | A001
    08:00:02 | -   | takes ktp                    | A002             | A001 A002
    08:00:03 | -   | takes sim                    | B001             | A001 A002 B001
    08:00:04 | -   | takes ktp                    | A003             | A001 A002 B001 A003
    08:01    | ani | opens 1                      | 1 open           | A001 A002 B001 A003
    08:01    | ani | next at 1                    | A001 called      | A002 B001 A003
    08:02    | ani | transfer at 1 to sim back    | A001 transferred | A002 B001 A003 A001
    08:02    | ani | next at 1                    | A002 called      | B001 A003 A001
    08:03    | ani | transfer at 1 to sim original| A002 transferred | A002 B001 A003 A001
    08:03    | ani | next at 1                    | A003 called      | A002 B001 A001
    08:04    | ani | transfer at 1 to sim front   | A003 transferred | A003 A002 B001 A001
    08:05    | bud | opens 3                      | 3 open           | A003 A002 B001 A001
    08:05    | bud | next at 3                    | A003 called      | A002 B001 A001
    """)


def test_a_ticket_sent_to_one_counter_waits_for_that_one_only() -> None:
    """Reserved; it waits in the service's line again at the same place when that counter closes."""
    Story().tell("""
    time     | who | does                        | answer           | line after   | in hand
    08:00:01 | -   | takes sim                   | B001             | B001         |
    08:00:02 | -   | takes sim                   | B002             | B001 B002    |
    08:01    | ani | opens 3                     | 3 open           | B001 B002    |
    08:01    | bud | opens 4                     | 4 open           | B001 B002    |
    08:02    | ani | next at 3                   | B001 called      | B002         | 3:B001
    08:03    | ani | transfer at 3 to 2 front    | COUNTER_CLOSED   | B002         | 3:B001
    08:03    | ani | transfer at 3 to 4 original | B001 transferred | B001@4 B002  |
    08:04    | ani | next at 3                   | B002 called      | B001@4       | 3:B002
    08:05    | ani | finish at 3                 | B002 served      | B001@4       |
    08:05    | ani | next at 3                   |                  | B001@4       |
    08:06    | bud | closes 4                    | 4 closed         | B001         |
    08:07    | ani | next at 3                   | B001 called      |              | 3:B001
    """)


def test_a_counter_calls_who_was_sent_to_it_although_it_does_not_serve_his_service() -> None:
    """A transfer to a counter needs no shared service: the officers know why."""
    Story().tell("""
    time  | who | does                       | answer           | line after | in hand
    08:00 | -   | takes sim                  | B001             | B001       |
    08:00 | -   | takes sim                  | B002             | B001 B002  |
    08:01 | ani | opens 3                    | 3 open           | B001 B002  |
    08:01 | bud | opens 1                    | 1 open           | B001 B002  |
    08:02 | ani | next at 3                  | B001 called      | B002       | 3:B001
    08:03 | ani | transfer at 3 to 1 back    | B001 transferred | B002 B001@1 |
    08:03 | ani | next at 3                  | B002 called      | B001@1     | 3:B002
    08:03 | ani | transfer at 3 to ktp and 1 back | B002 transferred | B001@1 B002@1 |
    08:04 | bud | next at 1                  | B001 called      | B002@1     | 1:B001
    08:05 | bud | park at 1                  | B001 parked      | B002@1     |
    08:06 | bud | calls B002 at 1            | B002 called      |            | 1:B002
    """)


def test_taking_a_counter_from_another_asks_first() -> None:
    """COUNTER_TAKEN says by whom and since when; with `take` the ticket in hand stays at the desk. Source: contract."""
    story = Story()
    story.tell("""
    time  | who | does           | answer           | in hand
    08:00 | -   | takes ktp      | A001             |
    08:01 | ani | opens 1        | 1 open           |
    08:02 | ani | next at 1      | A001 called      | 1:A001
    08:03 | bud | opens 1        | COUNTER_TAKEN    | 1:A001
    08:03 | bud | finish at 1    | NOT_YOUR_COUNTER | 1:A001
    08:04 | bud | opens 1 taking | 1 taken          | 1:A001
    08:05 | ani | finish at 1    | NOT_YOUR_COUNTER | 1:A001
    08:05 | bud | finish at 1    | A001 served      |
    """)
    refusal = story.does("08:06", "ani", "opens 1")

    assert getattr(refusal, "more", None) == {"officer": "bud", "since_ms": instant("08:04")}


def test_a_break_is_a_break_and_ends_with_resume_or_open() -> None:
    """A paused counter calls nobody but may end the visit under way; twice is once."""
    Story().tell("""
    time  | who | does         | answer         | in hand
    08:00 | -   | takes ktp    | A001           |
    08:00 | -   | takes ktp    | A002           |
    08:01 | ani | opens 1      | 1 open         |
    08:02 | ani | next at 1    | A001 called    | 1:A001
    08:03 | ani | pauses 1     | 1 paused       | 1:A001
    08:03 | ani | pauses 1     |                | 1:A001
    08:04 | ani | next at 1    | COUNTER_PAUSED | 1:A001
    08:05 | ani | finish at 1  | A001 served    |
    08:06 | ani | resumes 1    | 1 resumed      |
    08:06 | ani | resumes 1    |                |
    08:07 | ani | opens 1      |                |
    08:08 | ani | pauses 1     | 1 paused       |
    08:09 | ani | opens 1      | 1 resumed      |
    08:10 | ani | next at 1    | A002 called    | 1:A002
    08:11 | ani | closes 1     | WRONG_STATE    | 1:A002
    """)


def test_a_ticket_sent_to_one_counter_counts_in_its_services_line() -> None:
    """`LINE_FULL` and the screens count everyone who waits for a service."""
    rules = Rules(line_max=2)
    Story(small_hall(rules=rules, counters=(counter("3"), counter("4")))).tell("""
    time  | who | does                     | answer           | line after
    08:00 | -   | takes sim                | B001             | B001
    08:01 | ani | opens 3                  | 3 open           | B001
    08:01 | bud | opens 4                  | 4 open           | B001
    08:02 | ani | next at 3                | B001 called      |
    08:03 | ani | transfer at 3 to 4 back  | B001 transferred | B001@4
    08:04 | -   | takes sim                | B002             | B001@4 B002
    08:05 | -   | takes sim                | LINE_FULL        | B001@4 B002
    """)


def test_a_returned_ticket_begins_anew() -> None:
    """Its service clock and its end are gone; how often it was called and when it came are not."""
    story = Story()
    story.does("08:00", "-", "takes ktp")
    story.does("08:01", "ani", "opens 1")
    for clock, does in [
        ("08:02", "next at 1"),
        ("08:03", "start at 1"),
        ("08:04", "park at 1"),
        ("08:05", "returns A001"),
    ]:
        story.does(clock, "ani", does)
    ticket = story.state.tickets[TicketId("t1")]

    assert (ticket.started_at_ms, ticket.ended_at_ms, ticket.calls) == (None, None, 1)
    assert ticket.issued_at_ms == instant("08:00")
    assert story.state.counters[CounterId("1")].ticket is None


def test_who_waits_for_one_counter_is_counted_among_those_who_wait_for_the_service() -> None:
    """The longest wait of a service is told with those who were sent to one counter."""
    story = Story()
    story.does("08:00", "-", "takes sim")
    for clock, who, does in [
        ("08:01", "ani", "opens 3"),
        ("08:01", "bud", "opens 4"),
        ("08:02", "ani", "next at 3"),
        ("08:03", "ani", "transfer at 3 to 4 back"),
        ("08:04", "-", "takes sim"),
    ]:
        story.does(clock, who, does)
    waiting = set(waiting_tickets(story.state, ServiceId("sim")))

    assert {"t1", "t2"} == waiting
    assert oldest_arrival_ms(story.state, ServiceId("sim")) == instant("08:00")
    assert set(waiting_tickets(story.state, ServiceId("pbb"))) == set()
