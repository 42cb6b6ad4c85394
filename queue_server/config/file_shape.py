"""Which keys `config.toml` may hold, and what each may be: the whole file as rows.

Described for administrators in docs/configuration.md; tests/config/test_documentation.py holds the two together.
Lengths carry their unit in the key, in units that people think in. Defaults repeat those of `domain.hall.Rules`.
"""

from collections.abc import Mapping
from typing import Annotated

from queue_server.config.addresses import Host, StoreAddress, WebAddress
from queue_server.config.hours import Hours, TimeOfDay, TimeZone
from queue_server.config.kinds import (
    IDENT,
    LANGUAGE,
    PREFIX,
    ByName,
    CommandLine,
    ListOf,
    OneOf,
    Shaped,
    Text,
    Whole,
    YesNo,
)
from queue_server.config.rows import Row, Table, Tables
from queue_server.domain.hall import Period

HALLS_MAX = 60
"""One file is edited by hand; who has more halls adds them while the system runs."""
LANGUAGES_MAX = 4
"""Each call is spoken in all of them: four make it about twenty seconds long."""
AGENCIES_MAX = 60
"""The largest halls have some fifty tenants; the kiosk shows them on a few pages."""
SERVICES_MAX = 200
ZONES_MAX = 20
COUNTERS_MAX = 200
COUNTER_SERVICES_MAX = 40
DEVICES_MAX = 100
"""Kiosks, printers and screens, of each."""
SCHEDULES_MAX = 50
REQUIREMENTS_MAX = 12
"""More lines than this do not fit the kiosk's page in large type."""
PROXIES_MAX = 10
COMMAND_CHARS_MAX = 1_000

NAME_CHARS_MAX = 60
"""Two lines on an 80 mm ticket and on a kiosk's button."""
REQUIREMENT_CHARS_MAX = 160
NOTICE_CHARS_MAX = 300
"""Running text of this length takes about 40 s to pass."""
WIFI_CHARS_MAX = 64
FILE_NAME_CHARS_MAX = 250

IDENTITY = Shaped(pattern=IDENT, allowed="1 to 32 small letters a-z, digits and hyphens")
LANGUAGE_CODE = Shaped(pattern=LANGUAGE, allowed='a language code of two or three small letters such as "id"')
NAME = Text(chars_max=NAME_CHARS_MAX)
NAMES = ByName(name=LANGUAGE_CODE, kind=NAME, most=20, example='{ id = "Pajak", en = "Tax" }')
NO_PRINTER = "none"


class StoreRow(Row, frozen=True, kw_only=True):
    url: Annotated[str, StoreAddress()] = "sqlite:antrean.db"


class TlsRow(Row, frozen=True, kw_only=True):
    """Without a key that is set the hub speaks plain http."""

    local: Annotated[bool, YesNo()] = False
    certificate: Annotated[str | None, Text(chars_max=FILE_NAME_CHARS_MAX)] = None
    key: Annotated[str | None, Text(chars_max=FILE_NAME_CHARS_MAX)] = None


class ServerRow(Row, frozen=True, kw_only=True):
    host: Annotated[str, Host()] = "127.0.0.1"
    port: Annotated[int, Whole(least=0, most=65_535)] = 8000
    insecure_lan: Annotated[bool, YesNo()] = False
    trusted_proxies: Annotated[tuple[str, ...], ListOf(kind=Host(), most=PROXIES_MAX)] = ()
    tls: Annotated[TlsRow, Table(TlsRow)] = TlsRow()
    close_halls_after_s: Annotated[int, Whole(least=1, most=86_400)] = 900


class LimitsRow(Row, frozen=True, kw_only=True):
    tickets_per_minute: Annotated[int, Whole(least=1, most=6_000)] = 30
    sockets_per_address: Annotated[int, Whole(least=1, most=100_000)] = 256
    sign_ins_per_minute: Annotated[int, Whole(least=1, most=600)] = 10
    inbox_commands: Annotated[int, Whole(least=16, most=100_000)] = 1_024


class SpeechRow(Row, frozen=True, kw_only=True):
    engine: Annotated[str, OneOf(values=("auto", "system", "wheel", "none"))] = "auto"
    command: Annotated[str | None, CommandLine(chars_max=COMMAND_CHARS_MAX)] = None
    sounds: Annotated[str | None, Text(chars_max=FILE_NAME_CHARS_MAX)] = None


class RulesRow(Row, frozen=True, kw_only=True):
    priority_run: Annotated[int, Whole(least=1, most=100)] = 1
    regular_run: Annotated[int, Whole(least=1, most=100)] = 2
    no_show_within_s: Annotated[int, Whole(least=0, most=600)] = 20
    undo_s: Annotated[int, Whole(least=0, most=60)] = 10
    day_starts: Annotated[int, TimeOfDay()] = 180
    line_max: Annotated[int, Whole(least=1, most=100_000)] = 999
    print_patience_s: Annotated[int, Whole(least=1, most=120)] = 8
    print_abandon_s: Annotated[int, Whole(least=1, most=3_600)] = 90
    announce_within_s: Annotated[int, Whole(least=10, most=3_600)] = 180
    takes_remote_tickets: Annotated[bool, YesNo()] = False
    is_always_open: Annotated[bool, YesNo()] = False


class WeekRow(Row, frozen=True, kw_only=True):
    """A weekly schedule; a day that is not named is closed."""

    mon: Annotated[tuple[Period, ...], Hours()] = ()
    tue: Annotated[tuple[Period, ...], Hours()] = ()
    wed: Annotated[tuple[Period, ...], Hours()] = ()
    thu: Annotated[tuple[Period, ...], Hours()] = ()
    fri: Annotated[tuple[Period, ...], Hours()] = ()
    sat: Annotated[tuple[Period, ...], Hours()] = ()
    sun: Annotated[tuple[Period, ...], Hours()] = ()

    @property
    def days(self) -> tuple[tuple[Period, ...], ...]:
        """Monday first."""
        return (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)


class PlaceRow(Row, frozen=True, kw_only=True):
    """An agency or a zone."""

    id: Annotated[str, IDENTITY]
    name: Annotated[Mapping[str, str], NAMES]


class PrinterRow(Row, frozen=True, kw_only=True):
    id: Annotated[str, IDENTITY]
    paper_width_mm: Annotated[int, OneOf(values=(80, 58))] = 80


class KioskRow(Row, frozen=True, kw_only=True):
    id: Annotated[str, IDENTITY]
    name: Annotated[Mapping[str, str], NAMES]
    printer: Annotated[str, IDENTITY]


class ScreenRow(Row, frozen=True, kw_only=True):
    id: Annotated[str, IDENTITY]
    zone: Annotated[str, IDENTITY]


class ServiceRow(Row, frozen=True, kw_only=True):
    id: Annotated[str, IDENTITY]
    agency: Annotated[str, IDENTITY]
    prefix: Annotated[str, Shaped(pattern=PREFIX, allowed="one or two capital letters A-Z without I and O")]
    name: Annotated[Mapping[str, str], NAMES]
    hours: Annotated[str, IDENTITY]
    target_minutes: Annotated[int | None, Whole(least=1, most=480)] = None
    requirements: Annotated[
        Mapping[str, tuple[str, ...]],
        ByName(
            name=LANGUAGE_CODE,
            kind=ListOf(kind=Text(chars_max=REQUIREMENT_CHARS_MAX), most=REQUIREMENTS_MAX),
            most=20,
            example='{ id = ["KTP-el asli"], en = ["Your ID card"] }',
        ),
    ] = {}


class CounterRow(Row, frozen=True, kw_only=True):
    id: Annotated[str, IDENTITY]
    name: Annotated[str, NAME]
    zone: Annotated[str, IDENTITY]
    services: Annotated[tuple[str, ...], ListOf(kind=IDENTITY, least=1, most=COUNTER_SERVICES_MAX)]


class HallRow(Row, frozen=True, kw_only=True):
    id: Annotated[str, IDENTITY]
    name: Annotated[str, NAME]
    timezone: Annotated[str, TimeZone()]
    languages: Annotated[tuple[str, ...], ListOf(kind=LANGUAGE_CODE, least=1, most=LANGUAGES_MAX)]
    public_url: Annotated[str | None, WebAddress()] = None
    wifi: Annotated[str | None, Text(chars_max=WIFI_CHARS_MAX)] = None
    notice: Annotated[
        Mapping[str, str],
        ByName(
            name=LANGUAGE_CODE,
            kind=Text(chars_max=NOTICE_CHARS_MAX),
            most=20,
            example='{ id = "Selamat datang." }',
        ),
    ] = {}
    rules: Annotated[RulesRow, Table(RulesRow)] = RulesRow()
    hours: Annotated[
        Mapping[str, WeekRow],
        ByName(name=IDENTITY, kind=Table(WeekRow), most=SCHEDULES_MAX, example="[hall.hours.office]"),
    ]
    agencies: Annotated[tuple[PlaceRow, ...], Tables(row=PlaceRow, least=1, most=AGENCIES_MAX)]
    zones: Annotated[tuple[PlaceRow, ...], Tables(row=PlaceRow, least=1, most=ZONES_MAX)]
    printers: Annotated[tuple[PrinterRow, ...], Tables(row=PrinterRow, most=DEVICES_MAX)] = ()
    kiosks: Annotated[tuple[KioskRow, ...], Tables(row=KioskRow, most=DEVICES_MAX)] = ()
    screens: Annotated[tuple[ScreenRow, ...], Tables(row=ScreenRow, most=DEVICES_MAX)] = ()
    services: Annotated[tuple[ServiceRow, ...], Tables(row=ServiceRow, least=1, most=SERVICES_MAX)]
    counters: Annotated[tuple[CounterRow, ...], Tables(row=CounterRow, least=1, most=COUNTERS_MAX)]


class FileRow(Row, frozen=True, kw_only=True):
    store: Annotated[StoreRow, Table(StoreRow)] = StoreRow()
    server: Annotated[ServerRow, Table(ServerRow)] = ServerRow()
    limits: Annotated[LimitsRow, Table(LimitsRow)] = LimitsRow()
    speech: Annotated[SpeechRow, Table(SpeechRow)] = SpeechRow()
    hall: Annotated[tuple[HallRow, ...], Tables(row=HallRow, least=1, most=HALLS_MAX)]


class HallFileRow(Row, frozen=True, kw_only=True):
    """The file of a hall that is added while the system runs: the hall and nothing else."""

    hall: Annotated[tuple[HallRow, ...], Tables(row=HallRow, least=1, most=1)]
