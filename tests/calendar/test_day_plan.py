"""Local opening hours as instants: Indonesian zones, daylight saving, midnight, the day's start, the year's end."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from queue_server.calendar import day_plan, local_date
from queue_server.domain.hall import AgencyId, HallConfig, HallId, Opening, Period, Rules, Service, ServiceId

CLOSED = ((),) * 7
Hours = tuple[tuple[tuple[str, str], ...], ...]

WEEK: Hours = (
    (("08:00", "15:00"),),
    (("08:00", "15:00"),),
    (("08:00", "15:00"),),
    (("08:00", "15:00"),),
    (("08:00", "11:00"), ("13:00", "15:00")),
    (),
    (),
)
"""An office with the Friday break."""


def test_friday_has_a_break_and_the_next_opening_is_on_monday() -> None:
    """The day's openings come first, then the first one of a later day, so that a closed service says when it opens."""
    # 27 November 2026 is a Friday.
    plan = openings(hall(hours=WEEK), "2026-11-27T09:00")

    assert [
        ("2026-11-27T08:00", "2026-11-27T11:00"),
        ("2026-11-27T13:00", "2026-11-27T15:00"),
        ("2026-11-30T08:00", "2026-11-30T15:00"),
    ] == plan


@pytest.mark.parametrize(
    ("zone", "opens_utc"),
    [("Asia/Jakarta", "01:00"), ("Asia/Makassar", "00:00"), ("Asia/Jayapura", "23:00")],
)
def test_each_indonesian_zone_opens_by_its_own_clock(zone: str, opens_utc: str) -> None:
    """WIB is UTC+7, WITA +8, WIT +9; none has daylight saving. (IANA time zone database)"""
    one = hall(zone=zone, hours=WEEK)

    opening = day_plan(one, at(zone, "2026-11-25T12:00")).openings[0]

    assert opens_utc == datetime.fromtimestamp(opening.opens_at_ms / 1000, UTC).strftime("%H:%M")


@pytest.mark.parametrize(
    ("now", "date"),
    [
        ("2026-11-25T23:59:59", "2026-11-25"),
        ("2026-11-26T00:00", "2026-11-25"),
        ("2026-11-26T02:59:59", "2026-11-25"),
        ("2026-11-26T03:00", "2026-11-26"),
        ("2027-01-01T02:59:59", "2026-12-31"),
        ("2027-01-01T03:00", "2027-01-01"),
        ("2028-02-29T03:00", "2028-02-29"),
        ("2028-03-01T02:00", "2028-02-29"),
    ],
)
def test_the_business_day_changes_at_its_hour_and_not_at_midnight(now: str, date: str) -> None:
    """Rules.day_starts_minute, 03:00 by default: over the year's end and the leap day too."""
    plan = day_plan(hall(), at("Asia/Jakarta", now))

    assert date == plan.date
    assert date == local_date(hall(), at("Asia/Jakarta", now)).isoformat()
    assert plan.ends_at_ms - plan.starts_at_ms == 24 * 3_600_000


def test_the_first_opening_of_a_new_year_is_found_from_the_old_one() -> None:
    """31 December 2026 is a Thursday."""
    plan = openings(hall(hours=WEEK), "2026-12-31T16:00")

    assert [("2026-12-31T08:00", "2026-12-31T15:00"), ("2027-01-01T08:00", "2027-01-01T11:00")] == plan


def test_hours_around_midnight_belong_to_the_day_that_has_not_ended() -> None:
    """Period is bound to a date, the business day is not: Monday's last hour and Tuesday's first are one evening."""
    hours: Hours = ((("22:00", "24:00"),), (("00:00", "02:00"),), (), (), (), (), ())

    # 23 November 2026 is a Monday.
    assert [("2026-11-23T22:00", "2026-11-24T02:00"), ("2026-11-30T22:00", "2026-12-01T02:00")] == openings(
        hall(hours=hours), "2026-11-24T01:00"
    )


def test_a_service_open_round_the_clock_is_cut_at_the_days_start() -> None:
    """Tickets of the old day end with it; the new day opens the service again."""
    hours: Hours = ((("00:00", "24:00"),),) * 7

    assert [("2026-11-25T03:00", "2026-11-26T03:00"), ("2026-11-26T03:00", "2026-11-27T03:00")] == openings(
        hall(hours=hours), "2026-11-25T12:00"
    )


def test_a_day_may_start_at_midnight() -> None:
    """The least value of the rule."""
    one = hall(hours=WEEK, rules=Rules(day_starts_minute=0))

    assert "2026-11-26" == day_plan(one, at("Asia/Jakarta", "2026-11-26T00:00")).date
    assert "2026-11-25" == day_plan(one, at("Asia/Jakarta", "2026-11-25T23:59:59")).date


def test_services_that_open_together_stay_in_the_halls_order() -> None:
    """Openings are sorted by instant and by nothing else."""
    early: Hours = ((("07:00", "09:00"),),) * 7
    one = hall(services=(service("b", WEEK), service("a", WEEK), service("c", early)))

    plan = day_plan(one, at("Asia/Jakarta", "2026-11-25T12:00"))

    assert ["c", "b", "a", "c", "b", "a"] == [opening.service for opening in plan.openings]


def test_what_never_opens_and_what_is_retired_have_no_opening() -> None:
    """A retired service takes no new tickets."""
    retired = service("old", WEEK, is_retired=True)
    one = hall(services=(service("never", CLOSED), retired))

    assert () == day_plan(one, at("Asia/Jakarta", "2026-11-25T12:00")).openings


def test_an_opening_is_promised_up_to_a_week_ahead_whatever_the_weekday() -> None:
    """A service open once a week, asked on the day itself and after it has closed."""
    hours: Hours = ((), (), (("08:00", "09:00"),), (), (), (), ())

    # 25 November 2026 is a Wednesday.
    assert [("2026-11-25T08:00", "2026-11-25T09:00"), ("2026-12-02T08:00", "2026-12-02T09:00")] == openings(
        hall(hours=hours), "2026-11-25T20:00"
    )
    assert [("2026-12-02T08:00", "2026-12-02T09:00")] == openings(hall(hours=hours), "2026-11-26T04:00")


def test_a_hall_that_is_always_open_has_one_opening_for_each_service() -> None:
    """Contract: `--always-open` ignores opening hours; what is retired stays closed."""
    services = (service("a", CLOSED), service("b", WEEK), service("old", WEEK, is_retired=True))
    one = hall(services=services, rules=Rules(is_always_open=True))

    plan = day_plan(one, at("Asia/Jakarta", "2026-11-25T12:00"))

    assert (
        tuple(
            Opening(service=ServiceId(name), opens_at_ms=plan.starts_at_ms, closes_at_ms=plan.ends_at_ms)
            for name in ("a", "b")
        )
        == plan.openings
    )


BERLIN: Hours = ((("01:30", "02:30"), ("02:45", "03:15"), ("08:00", "12:00")),) * 7


def test_where_the_clock_leaps_forward_an_hour_is_missing() -> None:
    """Berlin, 29 March 2026: 02:00 CET becomes 03:00 CEST at 01:00 UTC. What opens in the gap opens at the leap, what
    closes in it closes there, and the business day has 23 hours."""
    one = hall(zone="Europe/Berlin", hours=BERLIN, rules=Rules(day_starts_minute=0))

    plan = day_plan(one, at("Europe/Berlin", "2026-03-29T12:00"))

    # 01:30 CET to the leap, where the second opening follows without a gap and ends at 03:15 CEST.
    assert [("00:30", "01:15"), ("06:00", "10:00")] == utc_times(plan.openings[:2])
    assert 23 * 3_600_000 == plan.ends_at_ms - plan.starts_at_ms


def test_where_the_clock_goes_back_the_first_coming_counts() -> None:
    """Berlin, 25 October 2026: 03:00 CEST becomes 02:00 CET at 01:00 UTC. 02:30 comes at 00:30 and at 01:30 UTC."""
    one = hall(zone="Europe/Berlin", hours=BERLIN, rules=Rules(day_starts_minute=0))

    plan = day_plan(one, at("Europe/Berlin", "2026-10-25T12:00"))

    assert [("23:30", "00:30"), ("00:45", "02:15"), ("07:00", "11:00")] == utc_times(plan.openings[:3])
    assert 25 * 3_600_000 == plan.ends_at_ms - plan.starts_at_ms


def test_a_day_that_starts_in_the_gap_starts_at_the_leap() -> None:
    """02:30 does not come on that night; one millisecond before the leap it is still Saturday's day."""
    one = hall(zone="Europe/Berlin", rules=Rules(day_starts_minute=150))
    leap_ms = at("UTC", "2026-03-29T01:00")

    assert ["2026-03-28", "2026-03-29"] == [day_plan(one, leap_ms - 1).date, day_plan(one, leap_ms).date]


def test_a_day_that_starts_twice_starts_once() -> None:
    """02:30 comes twice; in the hour between its comings the new day has begun and goes on."""
    one = hall(zone="Europe/Berlin", rules=Rules(day_starts_minute=150))
    first_ms = at("UTC", "2026-10-25T00:30")

    dates = [day_plan(one, first_ms + shift).date for shift in (-1, 0, 45 * 60_000, 61 * 60_000)]

    assert ["2026-10-24", "2026-10-25", "2026-10-25", "2026-10-25"] == dates


def test_clocks_that_go_back_over_midnight_do_not_bring_yesterday_back() -> None:
    """St. John's, 7 November 2010: 00:01 became 23:01 of the day before. (IANA time zone database, northamerica)"""
    one = hall(zone="America/St_Johns", rules=Rules(day_starts_minute=0))
    midnight_ms = at("UTC", "2010-11-07T02:30")

    dates = [day_plan(one, midnight_ms + minutes * 60_000).date for minutes in (-1, 0, 2, 61)]

    assert ["2010-11-06", "2010-11-07", "2010-11-07", "2010-11-07"] == dates


def test_a_date_that_was_left_out_has_a_day_without_openings() -> None:
    """Samoa crossed the date line: 30 December 2011, a Friday, was no day there. (IANA time zone database, australasia)"""
    one = hall(zone="Pacific/Apia", hours=WEEK)
    leap_ms = at("UTC", "2011-12-30T10:00")

    plan = day_plan(one, leap_ms)

    assert ("2011-12-30", leap_ms, leap_ms + 3 * 3_600_000) == (plan.date, plan.starts_at_ms, plan.ends_at_ms)
    assert [("2012-01-02T08:00", "2012-01-02T15:00")] == local_times(plan.openings, "Pacific/Apia")


zones = st.sampled_from(sorted(available_timezones()))
instants = st.integers(min_value=0, max_value=4_102_444_800_000)  # 1970 to 2100
minutes = st.integers(min_value=0, max_value=1_439)
weeks = st.lists(
    st.lists(st.integers(min_value=0, max_value=1_440), max_size=6, unique=True).map(
        lambda marks: tuple(
            Period(opens=opens, closes=closes)
            for opens, closes in zip(sorted(marks)[::2], sorted(marks)[1::2], strict=False)
        )
    ),
    min_size=7,
    max_size=7,
).map(tuple)


@given(zone=zones, now_ms=instants, starts=minutes, week=weeks)
@example(zone="Africa/Monrovia", now_ms=63_593_070_000, starts=0, week=((),) * 7)
def test_every_instant_lies_in_its_day_and_openings_lie_in_order(
    zone: str, now_ms: int, starts: int, week: tuple[tuple[Period, ...], ...]
) -> None:
    """In every zone at any time: the day holds the instant, days follow without gap, openings of a day are inside it,
    not empty and do not overlap; a later opening comes after the day. (Monrovia's offset held seconds until 1972.)"""
    one = hall(zone=zone, services=(periods("a", week),), rules=Rules(day_starts_minute=starts))

    plan = day_plan(one, now_ms)
    following = day_plan(one, plan.ends_at_ms)

    assert plan.starts_at_ms <= now_ms < plan.ends_at_ms == following.starts_at_ms
    assert plan.date < following.date
    today = [opening for opening in plan.openings if opening.opens_at_ms < plan.ends_at_ms]
    later = plan.openings[len(today) :]
    assert all(opening.opens_at_ms < opening.closes_at_ms for opening in plan.openings)
    assert all(plan.starts_at_ms <= opening.opens_at_ms for opening in today)
    assert all(opening.closes_at_ms <= plan.ends_at_ms for opening in today)
    assert all(first.closes_at_ms < second.opens_at_ms for first, second in pairwise(today))
    assert len(later) == (1 if any(week) else 0) or zone in LEAVES_OUT_DATES


LEAVES_OUT_DATES = {"Pacific/Apia", "Pacific/Fakaofo", "Pacific/Kwajalein", "Kwajalein", "Pacific/Enderbury", "Pacific/Kanton", "Pacific/Kiritimati"}  # fmt: skip
"""Zones in which a date was left out, so that even a weekly opening can be missed."""


@given(zone=zones, now_ms=instants, starts=minutes, week=weeks)
def test_the_wall_clock_agrees_within_a_day(
    zone: str, now_ms: int, starts: int, week: tuple[tuple[Period, ...], ...]
) -> None:
    """A second model, which looks at the clock once a quarter of an hour: on a day without change of clocks a service
    is open exactly when its hours say so."""
    one = hall(zone=zone, services=(periods("a", week),), rules=Rules(day_starts_minute=starts))
    plan = day_plan(one, now_ms)
    offsets = {wall(zone, plan.starts_at_ms).utcoffset(), wall(zone, plan.ends_at_ms).utcoffset()}

    for instant_ms in range(plan.starts_at_ms, plan.ends_at_ms, 15 * 60_000) if len(offsets) == 1 else ():
        local = wall(zone, instant_ms)
        minute = local.hour * 60 + local.minute
        by_hours = any(period.opens <= minute < period.closes for period in week[local.weekday()])
        by_plan = any(opening.opens_at_ms <= instant_ms < opening.closes_at_ms for opening in plan.openings)
        assert by_hours == by_plan, local


def hall(
    *,
    zone: str = "Asia/Jakarta",
    hours: Hours = CLOSED,
    services: tuple[Service, ...] | None = None,
    rules: Rules | None = None,
) -> HallConfig:
    """A hall with one service, or those given."""
    return HallConfig(
        id=HallId("hall"),
        name="Hall",
        timezone=zone,
        languages=("id",),
        services=(service("a", hours),) if services is None else services,
        rules=rules or Rules(),
    )


def service(name: str, hours: Hours, *, is_retired: bool = False) -> Service:
    """A service with hours written as in the file."""
    week = tuple(
        tuple(Period(opens=minute(opens), closes=minute(closes)) for opens, closes in day) for day in hours
    )
    return periods(name, week, is_retired=is_retired)


def periods(name: str, week: tuple[tuple[Period, ...], ...], *, is_retired: bool = False) -> Service:
    """A service with seven days of periods."""
    return Service(
        id=ServiceId(name), agency=AgencyId("x"), prefix="A", name={}, hours=week, is_retired=is_retired
    )


def minute(text: str) -> int:
    """Minutes after midnight."""
    return int(text[:2]) * 60 + int(text[3:])


def at(zone: str, text: str) -> int:
    """A local time as an instant."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def wall(zone: str, instant_ms: int) -> datetime:
    """What the clock on the wall shows."""
    return datetime.fromtimestamp(instant_ms / 1000, ZoneInfo(zone))


def openings(one: HallConfig, now: str) -> list[tuple[str, str]]:
    """The plan at a local time, in local times."""
    return local_times(day_plan(one, at(one.timezone, now)).openings, one.timezone)


def local_times(of: tuple[Opening, ...], zone: str) -> list[tuple[str, str]]:
    """From, to, as the wall clock shows."""
    return [tuple_of(opening, zone, "%Y-%m-%dT%H:%M") for opening in of]


def utc_times(of: tuple[Opening, ...]) -> list[tuple[str, str]]:
    """From, to, without dates."""
    return [tuple_of(opening, "UTC", "%H:%M") for opening in of]


def tuple_of(opening: Opening, zone: str, pattern: str) -> tuple[str, str]:
    """Both ends of an opening."""
    opens, closes = wall(zone, opening.opens_at_ms), wall(zone, opening.closes_at_ms)
    return opens.strftime(pattern), closes.strftime(pattern)
