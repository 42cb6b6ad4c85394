"""Local hours become instants: one business day of a hall, worked out from its hours and its time zone.

The only place that knows both the clock on the wall and ms since 1970. A local time stands for the first instant at
which the wall clock shows it or has passed it. So where the clock leaps forward over an opening hour, the hall opens at
the leap; where an hour comes twice, its first coming counts; and since later local times never become earlier instants,
openings keep their order and never overlap. Proven by tests/calendar, on zones with and without daylight saving.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from queue_server.domain.hall import DayPlan, HallConfig, Opening, Service

LOOKAHEAD_DAYS = 14
"""A service that stays closed longer says no day: a promise so far ahead is for people to make, not for a schedule."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MS = timedelta(milliseconds=1)
SECOND = timedelta(seconds=1)


def day_plan(hall: HallConfig, now_ms: int) -> DayPlan:
    """The business day in which an instant lies.

    Args:
        hall: its zone, its day's start, its services' hours; what is retired never opens.
        now_ms: between the years 1970 and 9998.

    Returns:
        This day's openings by instant, cut to the day, then for each service its first opening on one of the next
        `LOOKAHEAD_DAYS` days, by instant too. Of a hall that is always open: one opening per service, the whole day.
    """
    day = local_date(hall, now_ms)
    starts_at_ms, ends_at_ms = _span_ms(hall, day)
    services = tuple(service for service in hall.services if not service.is_retired)
    if hall.rules.is_always_open:
        openings = tuple(
            Opening(service=service.id, opens_at_ms=starts_at_ms, closes_at_ms=ends_at_ms)
            for service in services
        )
    else:
        today = (opening for service in services for opening in _openings(hall, service, day))
        later = (opening for service in services for opening in _first_later_opening(hall, service, day))
        openings = (*_by_instant(today), *_by_instant(later))
    return DayPlan(date=day.isoformat(), starts_at_ms=starts_at_ms, ends_at_ms=ends_at_ms, openings=openings)


def local_date(hall: HallConfig, now_ms: int) -> date:
    """The business day's date: before the hour at which the day starts, it is still yesterday's."""
    day = (EPOCH + now_ms * MS).astimezone(ZoneInfo(hall.timezone)).date()
    starts_at_ms, ends_at_ms = _span_ms(hall, day)
    if now_ms < starts_at_ms:
        return day - timedelta(days=1)
    if now_ms >= ends_at_ms:
        # Where clocks go back over midnight the wall shows yesterday again, but the new day has begun.
        return day + timedelta(days=1)
    return day


def _span_ms(hall: HallConfig, day: date) -> tuple[int, int]:
    """Start and exclusive end of a business day."""
    minute = hall.rules.day_starts_minute
    return _instant_ms(hall, day, minute), _instant_ms(hall, day + timedelta(days=1), minute)


def _first_later_opening(hall: HallConfig, service: Service, day: date) -> tuple[Opening, ...]:
    """One opening, or none within the days looked at."""
    for ahead in range(1, LOOKAHEAD_DAYS + 1):
        openings = _openings(hall, service, day + timedelta(days=ahead))
        if openings:
            return openings[:1]
    return ()


def _openings(hall: HallConfig, service: Service, day: date) -> tuple[Opening, ...]:
    """A service's openings on a business day, in order. Touching ones (over midnight) are one."""
    starts_at_ms, ends_at_ms = _span_ms(hall, day)
    spans: list[tuple[int, int]] = []
    for opens_at_ms, closes_at_ms in _local_spans_ms(hall, service, day):
        opens, closes = max(opens_at_ms, starts_at_ms), min(closes_at_ms, ends_at_ms)
        if opens >= closes:
            continue
        if spans and spans[-1][1] == opens:
            opens = spans.pop()[0]
        spans.append((opens, closes))
    assert all(earlier[1] < later[0] for earlier, later in pairwise(spans)), "openings overlap"
    return tuple(
        Opening(service=service.id, opens_at_ms=opens, closes_at_ms=closes) for opens, closes in spans
    )


def _local_spans_ms(hall: HallConfig, service: Service, day: date) -> Iterator[tuple[int, int]]:
    """The hours of the two local dates that a business day can touch, as instants, in order."""
    for on in (day, day + timedelta(days=1)):
        for period in service.hours[on.weekday()]:
            yield _instant_ms(hall, on, period.opens), _instant_ms(hall, on, period.closes)


def _instant_ms(hall: HallConfig, day: date, minute: int) -> int:
    """The first instant at which the wall clock shows this local time or has passed it.

    Args:
        day: local date.
        minute: after midnight, 0 to 1,440.
    """
    zone = ZoneInfo(hall.timezone)
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - a wall time has no zone
    # PEP 495: fold=0 takes the first of two comings; a time that the clock leaps over comes back as another one.
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _wall(instant, zone) != wall:
        before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
        instant = _leap(before, instant, wall, zone)
    return (instant - EPOCH) // MS


def _leap(before: datetime, after: datetime, wall: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the wall clock passes a time it never shows, found by halving: 12 steps for an hour."""
    while after - before > SECOND:
        middle = before + (after - before) // 2 // SECOND * SECOND
        if _wall(middle, zone) < wall:
            before = middle
        else:
            after = middle
    return after


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _by_instant(openings: Iterator[Opening]) -> list[Opening]:
    """Sorted by opening; those that open together stay in the order of the hall's services."""
    return sorted(openings, key=lambda opening: opening.opens_at_ms)
