"""Turns a checked hall of the file into the domain's `HallConfig`: minutes and seconds become milliseconds.

Only for rows without mistakes.
"""

from collections.abc import Mapping
from typing import TypeVar

from msgspec import structs

from queue_server.config.file_shape import NO_PRINTER, HallRow, KioskRow, RulesRow, ServiceRow
from queue_server.domain.hall import (
    Agency,
    AgencyId,
    CounterId,
    CounterPlace,
    HallConfig,
    HallId,
    Kiosk,
    KioskId,
    Printer,
    PrinterId,
    Rules,
    Screen,
    ScreenId,
    Service,
    ServiceId,
    Zone,
    ZoneId,
)

MS_PER_S = 1_000
MS_PER_MINUTE = 60_000

UNLIMITED_LINE = 10**6
"""`line_max` where limits are lifted: no load test issues as many."""

T = TypeVar("T")


def built_hall(hall: HallRow, *, has_limits: bool) -> HallConfig:
    """The domain's hall.

    Args:
        hall: without mistakes.
        has_limits: False lets lines grow to `UNLIMITED_LINE`.
    """
    rules = _rules(hall.rules)
    return HallConfig(
        id=HallId(hall.id),
        name=hall.name,
        timezone=hall.timezone,
        languages=hall.languages,
        agencies=tuple(Agency(id=AgencyId(row.id), name=_spoken(row.name, hall)) for row in hall.agencies),
        services=tuple(_service(row, hall) for row in hall.services),
        zones=tuple(Zone(id=ZoneId(row.id), name=_spoken(row.name, hall)) for row in hall.zones),
        counters=tuple(
            CounterPlace(
                id=CounterId(row.id),
                name=row.name,
                zone=ZoneId(row.zone),
                services=tuple(ServiceId(service) for service in row.services),
            )
            for row in hall.counters
        ),
        kiosks=tuple(_kiosk(row, hall) for row in hall.kiosks),
        printers=tuple(
            Printer(id=PrinterId(row.id), paper_width_mm=row.paper_width_mm) for row in hall.printers
        ),
        screens=tuple(Screen(id=ScreenId(row.id), zone=ZoneId(row.zone)) for row in hall.screens),
        rules=rules if has_limits else structs.replace(rules, line_max=UNLIMITED_LINE),
        notice=_spoken(hall.notice, hall),
        public_url=hall.public_url,
        wifi=hall.wifi,
    )


def with_always_open(hall: HallConfig) -> HallConfig:
    """The same hall, its services open at any time (`--always-open`)."""
    return structs.replace(hall, rules=structs.replace(hall.rules, is_always_open=True))


def _rules(row: RulesRow) -> Rules:
    return Rules(
        priority_run=row.priority_run,
        regular_run=row.regular_run,
        no_show_within_ms=row.no_show_within_s * MS_PER_S,
        undo_ms=row.undo_s * MS_PER_S,
        day_starts_minute=row.day_starts,
        line_max=row.line_max,
        print_patience_ms=row.print_patience_s * MS_PER_S,
        print_abandon_ms=row.print_abandon_s * MS_PER_S,
        announce_within_ms=row.announce_within_s * MS_PER_S,
        takes_remote_tickets=row.takes_remote_tickets,
        is_always_open=row.is_always_open,
    )


def _service(row: ServiceRow, hall: HallRow) -> Service:
    return Service(
        id=ServiceId(row.id),
        agency=AgencyId(row.agency),
        prefix=row.prefix,
        name=_spoken(row.name, hall),
        requirements=_spoken(row.requirements, hall),
        target_ms=None if row.target_minutes is None else row.target_minutes * MS_PER_MINUTE,
        hours=hall.hours[row.hours].days,
    )


def _kiosk(row: KioskRow, hall: HallRow) -> Kiosk:
    printer = None if row.printer == NO_PRINTER else PrinterId(row.printer)
    return Kiosk(id=KioskId(row.id), name=_spoken(row.name, hall), printer=printer)


def _spoken(texts: Mapping[str, T], hall: HallRow) -> dict[str, T]:
    """The texts in the hall's languages and order. Others may stay in the file for a later day; they are not used."""
    return {language: texts[language] for language in hall.languages if language in texts}
