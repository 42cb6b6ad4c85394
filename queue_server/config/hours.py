"""Kinds of values that say when: a time of day, opening hours, a time zone."""

import re
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Struct

from queue_server.config.kinds import ListOf
from queue_server.config.mistakes import At, Notes, shown, suggestion
from queue_server.domain.hall import Period

MINUTES_PER_DAY = 24 * 60

PERIODS_PER_DAY_MAX = 6
"""Morning, afternoon and evening with a break in each."""

PERIOD = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})")  # noqa: RUF001 - a dash as people type it
TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")


class TimeOfDay(Struct, frozen=True, kw_only=True):
    """A moment of the day as minutes after midnight."""

    empty: int = 0

    def read(self, raw: object, at: At, notes: Notes) -> int:
        match = TIME.fullmatch(raw) if isinstance(raw, str) else None
        minute = _minute(match.group(1), match.group(2)) if match else None
        if minute is None or minute >= MINUTES_PER_DAY:
            notes.add(at, f'must be a time such as "03:00", from "00:00" to "23:59"; found {shown(raw)}.')
            return self.empty
        return minute


class Span(Struct, frozen=True, kw_only=True):
    """Opening hours such as "08:00-12:00". None: could not be read."""

    empty: Period | None = None

    def read(self, raw: object, at: At, notes: Notes) -> Period | None:
        match = PERIOD.fullmatch(raw.strip()) if isinstance(raw, str) else None
        opens = _minute(match.group(1), match.group(2)) if match else None
        closes = _minute(match.group(3), match.group(4)) if match else None
        if opens is None or closes is None:
            notes.add(at, f'must be hours such as "08:00-12:00", up to "24:00"; found {shown(raw)}.')
            return None
        if opens >= closes:
            notes.add(
                at,
                f'closes before it opens: {shown(raw)}. Over midnight, end at "24:00" and begin the next day at "00:00".',
            )
            return None
        return Period(opens=opens, closes=closes)


class Hours(Struct, frozen=True, kw_only=True):
    """The hours of one day, in any order; an empty list is a closed day."""

    empty: tuple[Period, ...] = ()

    def read(self, raw: object, at: At, notes: Notes) -> tuple[Period, ...]:
        spans = ListOf(kind=Span(), most=PERIODS_PER_DAY_MAX).read(raw, at, notes)
        periods = sorted((span for span in spans if span is not None), key=lambda period: period.opens)
        for earlier, later in pairwise(periods):
            if later.opens < earlier.closes:
                notes.add(
                    at,
                    f"has hours that overlap: {_hours(earlier)} and {_hours(later)}. Join or shorten them.",
                )
        return tuple(periods)


class TimeZone(Struct, frozen=True, kw_only=True):
    """The IANA name of a time zone."""

    empty: str = "UTC"

    def read(self, raw: object, at: At, notes: Notes) -> str:
        if not isinstance(raw, str):
            notes.add(at, f'must be a time zone such as "Asia/Jakarta", found {shown(raw)}.')
            return self.empty
        try:
            ZoneInfo(raw)
        except (OSError, ValueError, LookupError):
            # LookupError: no such zone. ValueError: a path out of the database. OSError: a folder of it ("Asia").
            hint = suggestion(raw, available_timezones()).replace(" Known:", " Some that are known:")
            notes.add(at, f"{shown(raw)} is no time zone.{hint}")
            return self.empty
        return raw


def _minute(hours: str, minutes: str) -> int | None:
    """Minutes after midnight, up to 24:00; None: no time of day."""
    minute = int(hours) * 60 + int(minutes)
    return minute if int(minutes) < 60 and minute <= MINUTES_PER_DAY else None


def _hours(period: Period) -> str:
    opens, closes = divmod(period.opens, 60), divmod(period.closes, 60)
    return f"{opens[0]:02}:{opens[1]:02}-{closes[0]:02}:{closes[1]:02}"
