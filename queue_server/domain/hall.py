"""The hall as its configuration describes it: values that decisions read, journaled as `HallConfigured`.

The file `config.toml` is only a proposal; once journaled, these values are the truth, and a replay never looks
at the file again. Everything is frozen. Mappings from a language code to text are read-only by type.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NewType

import msgspec

HallId = NewType("HallId", str)
AgencyId = NewType("AgencyId", str)
ServiceId = NewType("ServiceId", str)
CounterId = NewType("CounterId", str)
ZoneId = NewType("ZoneId", str)
KioskId = NewType("KioskId", str)
PrinterId = NewType("PrinterId", str)
ScreenId = NewType("ScreenId", str)

Names = Mapping[str, str]
"""Language code ("id", "en") to text. Every language of the hall is present."""


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the configuration's values: frozen, by keyword, unknown keys refused."""


class Category(StrEnum):
    """Who a citizen is in line: regular, or one of the six groups of UU 25/2009 article 29."""

    REGULAR = "regular"
    DISABLED = "disabled"
    ELDERLY = "elderly"
    PREGNANT = "pregnant"
    CHILD = "child"
    NATURAL_DISASTER = "natural_disaster"
    SOCIAL_DISASTER = "social_disaster"


class Agency(Value, frozen=True, kw_only=True):
    """A tenant of the hall (instansi)."""

    id: AgencyId
    name: Names


class Period(Value, frozen=True, kw_only=True):
    """A span of the local day, in minutes after midnight; `closes` is exclusive and after `opens`."""

    opens: int
    closes: int


class Service(Value, frozen=True, kw_only=True):
    """What a citizen comes for (layanan)."""

    id: ServiceId
    agency: AgencyId
    prefix: str
    """One or two letters without I and O; services that share one share its sequence of numbers."""
    name: Names
    requirements: Mapping[str, tuple[str, ...]] = {}
    """What to bring, by language."""
    target_ms: int | None = None
    """The service standard's promise: length of one visit at the counter. None: no promise was published."""
    hours: tuple[tuple[Period, ...], ...] = ((), (), (), (), (), (), ())
    """Seven days, Monday first; an empty day is closed."""
    is_retired: bool = False
    """Left the configuration while citizens still wait: takes no new tickets, is gone when empty."""


class Zone(Value, frozen=True, kw_only=True):
    """The part of the hall that one set of screens and one loudspeaker reach."""

    id: ZoneId
    name: Names


class CounterPlace(Value, frozen=True, kw_only=True):
    """A desk (loket) as configured; what happens at it is `model.Counter`."""

    id: CounterId
    name: str
    """As the sign over the desk says it, for example "Loket 3"."""
    zone: ZoneId
    services: tuple[ServiceId, ...]
    is_retired: bool = False


class Kiosk(Value, frozen=True, kw_only=True):
    """A place where tickets are taken; None as printer means that it shows numbers only."""

    id: KioskId
    name: Names
    printer: PrinterId | None = None


class Printer(Value, frozen=True, kw_only=True):
    """A ticket printer."""

    id: PrinterId
    paper_width_mm: int = 80


class Screen(Value, frozen=True, kw_only=True):
    """A hall screen; the screens of a zone are what "shown on 3 of 4" counts against."""

    id: ScreenId
    zone: ZoneId


class Rules(Value, frozen=True, kw_only=True):
    """The numbers that decisions turn on. Lengths in ms."""

    priority_run: int = 1
    """While both lanes wait: so many priority calls in a row ..."""
    regular_run: int = 2
    """... then up to so many regular ones, again and again."""
    no_show_within_ms: int = 20_000
    """`next` on a ticket that was only called: within this time of its last call a no-show, later served."""
    undo_ms: int = 10_000
    day_starts_minute: int = 180
    """Minutes after local midnight at which the business day changes (03:00: nobody is in the hall)."""
    line_max: int = 999
    """Most tickets waiting for one service; `LINE_FULL` beyond."""
    print_patience_ms: int = 8_000
    """A ticket not printed after this long is shown on the kiosk instead."""
    print_abandon_ms: int = 90_000
    """A job dies this long after its number was shown instead."""
    announce_within_ms: int = 180_000
    """A call not spoken within this time is dropped, counted and shown to the officer."""
    takes_remote_tickets: bool = False
    is_always_open: bool = False


class HallConfig(Value, frozen=True, kw_only=True):
    """Everything about one hall that decisions and views read."""

    id: HallId
    name: str
    timezone: str
    """IANA name, for example Asia/Jakarta."""
    languages: tuple[str, ...]
    """In the order in which they are shown and spoken; at least one."""
    agencies: tuple[Agency, ...] = ()
    services: tuple[Service, ...] = ()
    zones: tuple[Zone, ...] = ()
    counters: tuple[CounterPlace, ...] = ()
    kiosks: tuple[Kiosk, ...] = ()
    printers: tuple[Printer, ...] = ()
    screens: tuple[Screen, ...] = ()
    rules: Rules = Rules()
    notice: Mapping[str, str] = {}
    """The running text of the hall's screens, by language."""
    public_url: str | None = None
    """An address that citizens' phones can reach; None: tickets carry no QR code."""
    wifi: str | None = None
    """The hall's wireless network, as a citizen types it; None: there is none."""


class Opening(Value, frozen=True, kw_only=True):
    """One service open from one instant to another, ms since 1970 UTC; the end is exclusive."""

    service: ServiceId
    opens_at_ms: int
    closes_at_ms: int


class DayPlan(Value, frozen=True, kw_only=True):
    """One business day as instants, worked out from the configuration and the time zone outside the domain."""

    date: str
    """ISO date of the business day in the hall's zone."""
    starts_at_ms: int
    ends_at_ms: int
    openings: tuple[Opening, ...] = ()
    """By instant; after this day's openings, each service's first one on a later day."""
