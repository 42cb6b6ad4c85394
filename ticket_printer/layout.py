"""A ticket as lines, top to bottom: what stands where, before there is a single byte. Pure.

The category is not among what comes in, so it cannot come out.
"""

import textwrap
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from queue_server.wire.shapes import Estimate, PaperTicket
from ticket_printer.text import clean
from ticket_printer.words import Words, words_of

MINUTE_MS = 60_000

COLUMN_DOTS = 12
"""Width of a character of the printer's font A, 12 by 24 dots."""

SMALL_COLUMN_DOTS = 9
"""Of font B, 9 by 17 dots. Source of both: Epson ESC/POS command reference, ESC M."""

PAPER_DOTS: Mapping[int, int] = {58: 384, 72: 512, 80: 576}
"""Printable dots by paper width in mm, at 8 dots/mm. Some 80 mm printers print 64 mm only: those are set to 72."""

URL_CHARACTERS_MAX = 300
"""A longer address makes modules too small for a cheap phone's camera on narrow paper."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything that goes down the paper."""


class Text(Line, frozen=True, kw_only=True):
    """Words, centred; wrapped by whoever knows their width."""

    text: str
    width: int = 1
    height: int = 1
    """Magnifications, 1 to 8; the width gives way where the words would take more than two lines."""
    is_bold: bool = False
    is_small: bool = False


class Row(Line, frozen=True, kw_only=True):
    """A name at the left, its value in bold at the right; both printable ASCII."""

    label: str
    value: str


class Banner(Line, frozen=True, kw_only=True):
    """White on black across the whole paper."""

    text: str


class Number(Line, frozen=True, kw_only=True):
    """The ticket's number, as large as the paper is wide."""

    text: str


class QrCode(Line, frozen=True, kw_only=True):
    """An address for phones."""

    url: str


class Rule(Line, frozen=True, kw_only=True):
    """A thin line across."""


class Gap(Line, frozen=True, kw_only=True):
    """White."""

    dots: int


AnyLine = Text | Row | Banner | Number | QrCode | Rule | Gap


def lines_of(paper: PaperTicket, *, is_copy: bool) -> tuple[AnyLine, ...]:
    """What stands on the paper, top to bottom."""
    words = words_of(paper.language, paper.service_name)
    return (
        *_copy_mark(words, is_copy=is_copy),
        *_heading(paper),
        Rule(),
        *_claim(paper, words),
        Rule(),
        *_facts(paper, words),
        Gap(dots=8),
        Text(text=words.advice.format(number=clean(paper.number))),
        *_phone(paper, words),
    )


def _copy_mark(words: Words, *, is_copy: bool) -> tuple[AnyLine, ...]:
    if not is_copy:
        return ()
    return (Banner(text=words.copy), Gap(dots=6), Text(text=words.copy_note, is_small=True), Gap(dots=10))


def _heading(paper: PaperTicket) -> tuple[AnyLine, ...]:
    return (
        Text(text=clean(paper.hall_name), is_bold=True),
        Text(text=_name(paper.agency_name, paper.language)),
        Gap(dots=8),
    )


def _claim(paper: PaperTicket, words: Words) -> tuple[AnyLine, ...]:
    return (
        Gap(dots=14),
        Text(text=words.number),
        Gap(dots=10),
        Number(text=clean(paper.number)),
        Gap(dots=24),
        Text(text=_name(paper.service_name, paper.language), width=2, height=2, is_bold=True),
        Gap(dots=10),
    )


def _facts(paper: PaperTicket, words: Words) -> tuple[AnyLine, ...]:
    date, time = _date_and_time(paper, words)
    facts: list[AnyLine] = [Gap(dots=8), Row(label=date, value=time)]
    if paper.ahead is not None:
        facts.append(Row(label=words.ahead, value=_people(paper.ahead, words)))
    if paper.estimate is not None:
        facts.append(Row(label=words.wait, value=_waiting_time(paper.estimate, words)))
    return tuple(facts)


def _phone(paper: PaperTicket, words: Words) -> tuple[AnyLine, ...]:
    url = _plain_url(paper.url)
    if url is None:
        return ()
    hints: list[AnyLine] = [
        Gap(dots=8),
        QrCode(url=url),
        Text(text=words.scan, is_small=True),
        Text(text=url.split("://", 1)[1], is_small=True),
    ]
    if paper.wifi is not None:
        hints.append(Text(text=words.wifi.format(name=clean(paper.wifi)), is_small=True, is_bold=True))
    return tuple(hints)


def _name(names: Mapping[str, str], language: str) -> str:
    """In the paper's language, else in the first there is: names come in the order of the hall's languages."""
    return clean(names.get(language) or next(iter(names.values()), ""))


def _people(ahead: int, words: Words) -> str:
    if ahead == 0:
        return words.ahead_none
    return words.people_one if ahead == 1 else words.people_many.format(count=ahead)


def _waiting_time(estimate: Estimate, words: Words) -> str:
    """In whole minutes, rounded outwards so that the range stays true."""
    low, high = max(0, estimate.low_ms // MINUTE_MS), max(1, -(-estimate.high_ms // MINUTE_MS))
    if low == 0:
        return words.wait_up_to.format(high=high)
    return (words.wait_about if low == high else words.wait_between).format(low=low, high=high)


def _date_and_time(paper: PaperTicket, words: Words) -> tuple[str, str]:
    """The instant of issue on the hall's wall clock, with the zone's abbreviation (WIB, WITA, WIT)."""
    try:
        zone: ZoneInfo | None = ZoneInfo(paper.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = None  # The paper comes all the same, and says honestly which clock it shows.
    try:
        moment = datetime.fromtimestamp(paper.issued_at_ms / 1_000, zone or UTC)
    except (ValueError, OverflowError, OSError):
        return "", ""
    date = words.date.format(
        weekday=words.weekdays[moment.weekday()],
        day=moment.day,
        month=words.months[moment.month - 1],
        year=moment.year,
    )
    return date, words.time.format(hour=moment.hour, minute=moment.minute, zone=clean(moment.tzname() or ""))


def _plain_url(url: str | None) -> str | None:
    """The address if it is one: printable ASCII, http or https, short enough. A broken one is left out."""
    if url is None or len(url) > URL_CHARACTERS_MAX or not url.startswith(("http://", "https://")):
        return None
    return url if all("!" <= character <= "~" for character in url) else None


def wrapped(text: str, columns: int) -> list[str]:
    """`text` in as few lines as possible of at most `columns` characters, of nearly equal length.

    Words are broken only where one is longer than a line. Returns: empty for an empty text.
    """
    lines = textwrap.wrap(text, columns, break_on_hyphens=False)
    for narrower in range(columns - 1, 0, -1):
        attempt = textwrap.wrap(text, narrower, break_on_hyphens=False, break_long_words=False)
        if len(attempt) != len(lines) or max(map(len, attempt), default=0) > narrower:
            break
        lines = attempt
    return lines
