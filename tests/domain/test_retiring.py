"""A changed file on a running day: what it leaves out drains, nobody waiting is lost, and what is empty goes."""

import msgspec

from queue_server.domain import commands as wish
from queue_server.domain.decide_day import next_due_ms
from queue_server.domain.decision import Accepted, Decision
from queue_server.domain.hall import CounterId, CounterPlace, HallConfig, ServiceId, Zone, ZoneId
from queue_server.domain.model import State
from tests.domain.halls import counter, day_plan, instant, names, service, small_hall
from tests.domain.stories import HUB, Story


def test_the_same_configuration_twice_is_nothing() -> None:
    """The file is proposed at every start; only a change is journaled."""
    story = Story()

    assert Accepted() == _configure(story, small_hall())


def test_a_removed_service_drains() -> None:
    """It takes nobody new, who waits for it is called as before, and when it is empty it goes. Source: design."""
    story = Story()
    story.tell("""
    time  | who | does      | answer      | line after
    08:00 | -   | takes sim | B001        | B001
    08:00 | -   | takes sim | B002        | B001 B002
    08:01 | ani | opens 3   | 3 open      | B001 B002
    08:02 | ani | next at 3 | B001 called | B002
    """)
    _configure(story, _without_sim())
    story.tell("""
    time     | who | does        | answer                   | line after
    08:03    | -   | takes sim   | SERVICE_CLOSED           | B002
    08:04    | ani | transfer at 3 to sim back | SERVICE_CLOSED | B002
    08:04    | ani | next at 3   | B001 served, B002 called |
    08:04:59 | hub | tick        |                          |
    08:04:59 | ani | finish at 3 | B002 served              |
    08:04:59 | hub | tick        |                          |
    08:05:10 | ani | closes 3    | 3 closed                 |
    08:06    | hub | tick        | call 1 dropped, configured |
    08:07    | -   | takes sim   | UNKNOWN_SERVICE          |
    """)

    assert {"ktp", "kk", "pbb"} == {known.id for known in story.state.hall.services}


def test_who_waits_for_a_removed_service_is_called_by_the_counters_that_served_it() -> None:
    """The new file names Loket 4 without the service: it drains it all the same. Nobody waiting is lost."""
    story = Story()
    story.does("08:00", "-", "takes sim")
    _configure(story, _without_sim())
    story.tell("""
    time     | who | does        | answer      | line after
    08:01    | bud | opens 4     | 4 open      | B001
    08:02    | bud | next at 4   | B001 called |
    08:03    | bud | finish at 4 | B001 served |
    08:04    | bud | closes 4    | 4 closed    |
    08:04    | hub | tick        | configured  |
    """)

    assert (ServiceId("pbb"),) == _place(story.state, "4").services


def test_who_waits_for_a_removed_service_is_called_although_its_counters_went_with_it() -> None:
    """Service and counters were removed in one go: the counters of the same agency, else all others, drain it."""
    story = Story()
    story.does("08:00", "-", "takes sim")
    bare = small_hall(services=("ktp", "kk"), counters=(counter("1"), counter("2")))
    _configure(story, bare)
    story.tell("""
    time  | who | does      | answer      | line after
    08:01 | ani | opens 1   | 1 open      | B001
    08:02 | ani | next at 1 | B001 called |
    """)


def test_a_missed_citizen_of_a_removed_service_may_come_back() -> None:
    """As long as a no-show may return, his service is there to return to."""
    story = Story()
    for clock, who, does in [
        ("08:00", "-", "takes sim"),
        ("08:01", "ani", "opens 4"),
        ("08:02", "ani", "next at 4"),
        ("08:03", "ani", "no-show at 4"),
    ]:
        story.does(clock, who, does)
    _configure(story, _without_sim())
    story.does("08:05", "hub", "tick")
    story.tell("""
    time  | who | does         | answer        | line after | in hand
    08:06 | ani | returns B001 | B001 returned | B001       |
    08:07 | ani | next at 4    | B001 called   |            | 4:B001
    """)


def test_a_visit_may_be_taken_back_although_its_service_was_removed() -> None:
    """Within the time of undo the service of the ended visit stays."""
    story = Story()
    for clock, who, does in [
        ("08:00", "-", "takes sim"),
        ("08:01", "ani", "opens 4"),
        ("08:02", "ani", "next at 4"),
        ("08:05", "ani", "finish at 4"),
    ]:
        story.does(clock, who, does)
    _configure(story, _without_sim(), "08:05:01")
    story.tell("""
    time     | who | does        | answer           | in hand
    08:05:01 | hub | tick        | call 1 dropped   |
    08:05:03 | ani | undo at 4   | undone B001 back | 4:B001
    08:05:04 | ani | finish at 4 | B001 served      |
    08:05:05 | hub | tick        |                  |
    08:05:06 | ani | closes 4    | 4 closed         |
    08:05:07 | hub | tick        | configured       |
    """)


def test_a_removed_counter_stays_until_its_officer_leaves() -> None:
    """It goes on calling, nobody new sits down there, and its zone and agency stay with it."""
    story = Story()
    story.tell("""
    time  | who | does      | answer      | in hand
    08:00 | -   | takes sim | B001        |
    08:01 | ani | opens 3   | 3 open      |
    08:02 | ani | next at 3 | B001 called | 3:B001
    """)
    east_only = small_hall(services=("ktp", "kk"), counters=(counter("1"), counter("2")))
    _configure(story, east_only)

    assert {"east", "west"} == {zone.id for zone in story.state.hall.zones}
    assert {"dukcapil", "polri"} == {agency.id for agency in story.state.hall.agencies}
    story.tell("""
    time     | who | does           | answer          | in hand
    08:03    | bud | opens 3 taking | UNKNOWN_COUNTER | 3:B001
    08:04    | ani | recall at 3    | B001 recalled   | 3:B001
    08:05    | ani | finish at 3    | B001 served     |
    08:05:01 | hub | tick           | call 1 dropped  |
    08:06    | ani | closes 3       | 3 closed        |
    08:06    | hub | tick           | configured      |
    08:07    | ani | opens 3        | UNKNOWN_COUNTER |
    """)

    assert {"1", "2"} == set(story.state.counters)


def test_what_is_retired_and_empty_is_due_at_once() -> None:
    """`next_due_ms` asks for the tick that lets it go."""
    story = Story()
    story.does("08:00", "-", "takes sim")
    _configure(story, _without_sim())
    before = next_due_ms(story.state)
    story.does("08:03", "-", "cancels B001")
    after = next_due_ms(story.state)

    assert instant("15:00") == before
    assert instant("08:03") == after


def test_what_was_retired_goes_with_the_day_at_the_latest() -> None:
    """The seal carries the hall as the file wished it."""
    story = Story()
    story.does("08:00", "-", "takes sim")
    wanted = _without_sim()
    _configure(story, wanted)
    story.does("+1 03:00", "hub", "proposes 2026-03-18")

    assert wanted == story.state.hall


def test_a_counter_keeps_officer_and_ticket_over_a_change_of_the_hall() -> None:
    """A reload in the middle of the morning is not noticed at the desk."""
    story = Story()
    for who, does in [("-", "takes ktp"), ("ani", "opens 1"), ("ani", "next at 1")]:
        story.does("08:01", who, does)
    before = story.state.counters[CounterId("1")]
    moved = counter("1", ("ktp",), zone="west")
    _configure(story, small_hall(counters=(moved, counter("3"), counter("4"))))

    assert before == story.state.counters[CounterId("1")]
    assert {"1", "3", "4"} == set(story.state.counters)


def test_a_zone_that_still_stands_in_the_file_is_not_doubled() -> None:
    """What is kept for the retired joins what the file names, once."""
    story = Story()
    story.does("08:01", "ani", "opens 3")
    extra = Zone(id=ZoneId("west"), name=names("West wing"))
    hall = small_hall(services=("ktp", "kk", "sim"), counters=(counter("1"), counter("2")))
    _configure(story, msgspec.structs.replace(hall, zones=(*hall.zones, extra)))

    assert [("east", "east"), ("west", "West wing")] == [(z.id, z.name["en"]) for z in story.state.hall.zones]


def test_shared_prefixes_share_their_sequence() -> None:
    """KTP and KK are both A; a new service with prefix A goes on behind them. Source: issue, "The hall"."""
    story = Story()
    story.does("08:00", "-", "takes ktp")
    story.does("08:00", "-", "takes kk")
    hall = small_hall()
    akta = service("akta", prefix="A")
    places = (*hall.counters[1:], counter("1", ("ktp", "kk", "akta")))
    _configure(story, msgspec.structs.replace(hall, services=(*hall.services, akta), counters=places))
    wider = day_plan(services=("ktp", "kk", "sim", "pbb", "akta"))
    story.ledger.submit(wish.RevisePlan(plan=wider), HUB, instant("08:02"))
    story.tell("""
    time  | who | does       | answer | line after
    08:03 | -   | takes akta | A003   | A001 A002 A003
    08:04 | -   | takes ktp  | A004   | A001 A002 A003 A004
    """)


def _without_sim() -> HallConfig:
    """The hall after its file lost the service, Loket 3 with it; Loket 4 keeps the other one."""
    return small_hall(
        services=("ktp", "kk", "pbb"), counters=(counter("1"), counter("2"), counter("4", ("pbb",)))
    )


def _configure(story: Story, hall: HallConfig, clock: str = "08:02:30") -> Decision:
    return story.ledger.submit(wish.Configure(hall=hall), HUB, instant(clock))


def _place(state: State, name: str) -> CounterPlace:
    return next(place for place in state.hall.counters if place.id == name)
