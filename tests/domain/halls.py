"""A small hall for tables: three services, four counters, two zones, one kiosk with a printer.

KTP (prefix A) and KK (also A) at Loket 1 and 2, SIM (B) at Loket 3, SIM and PBB (C) at Loket 4. The day is Tuesday,
17 March 2026, in Lamongan (UTC+7, no daylight saving), open from 08:00 to 15:00.
"""

from queue_server.domain.hall import (
    Agency,
    AgencyId,
    CounterId,
    CounterPlace,
    DayPlan,
    HallConfig,
    HallId,
    Kiosk,
    KioskId,
    Opening,
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

HALL = HallId("lamongan")
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MIDNIGHT_MS = 1_773_680_400_000
"""2026-03-17 00:00 at UTC+7."""

AGENCIES = {"ktp": "dukcapil", "kk": "dukcapil", "sim": "polri", "pbb": "bapenda"}
PREFIXES = {"ktp": "A", "kk": "A", "sim": "B", "pbb": "C"}
COUNTERS = {"1": ("ktp", "kk"), "2": ("ktp", "kk"), "3": ("sim",), "4": ("sim", "pbb")}
ZONES = {"1": "east", "2": "east", "3": "west", "4": "west"}
DATES = tuple(f"2026-03-{day}" for day in range(10, 32))


def service(name: str, *, prefix: str | None = None) -> Service:
    """A service under its id, with its own prefix or another."""
    agency = AgencyId(AGENCIES.get(name, "dukcapil"))
    return Service(id=ServiceId(name), agency=agency, prefix=prefix or PREFIXES[name], name=names(name))


def counter(name: str, services: tuple[str, ...] | None = None, *, zone: str | None = None) -> CounterPlace:
    """Loket `name`, serving what it serves or something else."""
    return CounterPlace(
        id=CounterId(name),
        name=f"Loket {name}",
        zone=ZoneId(zone or ZONES[name]),
        services=tuple(ServiceId(one) for one in (COUNTERS[name] if services is None else services)),
    )


def small_hall(
    *,
    services: tuple[str, ...] = ("ktp", "kk", "sim", "pbb"),
    counters: tuple[CounterPlace, ...] | None = None,
    rules: Rules | None = None,
) -> HallConfig:
    """The hall above, with other services, counters or rules where they are given."""
    places = tuple(counter(name) for name in COUNTERS) if counters is None else counters
    return HallConfig(
        id=HALL,
        name="MPP Kabupaten Lamongan",
        timezone="Asia/Jakarta",
        languages=("id", "en"),
        agencies=tuple(
            Agency(id=AgencyId(name), name=names(name))
            for name in sorted({AGENCIES[name] for name in services})
        ),
        services=tuple(service(name) for name in services),
        zones=tuple(Zone(id=ZoneId(name), name=names(name)) for name in sorted({p.zone for p in places})),
        counters=places,
        kiosks=(Kiosk(id=KioskId("k1"), name=names("k1"), printer=PrinterId("p1")),),
        printers=(Printer(id=PrinterId("p1")),),
        screens=(Screen(id=ScreenId("s1"), zone=ZoneId("east")),),
        rules=rules or Rules(),
    )


def day_plan(
    date: str = "2026-03-17",
    *,
    hours: tuple[tuple[float, float], ...] = ((8, 15),),
    services: tuple[str, ...] = ("ktp", "kk", "sim", "pbb"),
) -> DayPlan:
    """A day from 03:00 to 03:00, every service open in the same hours of the clock."""
    midnight_ms = MIDNIGHT_MS + (DATES.index(date) - DATES.index("2026-03-17")) * DAY_MS
    openings = tuple(
        Opening(
            service=ServiceId(name),
            opens_at_ms=midnight_ms + int(opens * HOUR_MS),
            closes_at_ms=midnight_ms + int(closes * HOUR_MS),
        )
        for opens, closes in hours
        for name in services
    )
    starts_at_ms = midnight_ms + 3 * HOUR_MS
    return DayPlan(date=date, starts_at_ms=starts_at_ms, ends_at_ms=starts_at_ms + DAY_MS, openings=openings)


def instant(clock: str) -> int:
    """`08:00`, `08:00:05`, `08:00:05.250` of the day; `+1 08:00` of the next one. In ms since 1970 UTC."""
    day, _, of_day = clock.rpartition(" ")
    hours, minutes, *rest = of_day.split(":")
    seconds_ms = round(float(rest[0]) * 1000) if rest else 0
    return MIDNIGHT_MS + int(day or 0) * DAY_MS + int(hours) * HOUR_MS + int(minutes) * 60_000 + seconds_ms


def names(text: str) -> dict[str, str]:
    """The same word in both languages."""
    return {"id": text, "en": text}
