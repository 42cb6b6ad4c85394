"""What must hold between the parts of a hall: every reference leads somewhere, nothing exists twice, nobody is left out.

Walks rows that may be broken; each check is one rule and is listed in `CHECKS`. Proven by tests/config/test_mistakes.py.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from queue_server.config.file_shape import NO_PRINTER, HallRow
from queue_server.config.mistakes import At, Notes, shown, suggestion


class Identified(Protocol):
    """An entry of one of the hall's lists."""

    @property
    def id(self) -> str: ...


class Named(Identified, Protocol):
    """One whose name is shown in every language."""

    @property
    def name(self) -> Mapping[str, str]: ...


Check = Callable[[HallRow, At, Notes], None]


def check_hall(hall: HallRow, at: At, notes: Notes) -> None:
    """Notes every mistake that only shows when two parts are seen together."""
    for check in CHECKS:
        check(hall, at, notes)


def check_hall_ids(halls: Sequence[Identified], notes: Notes) -> None:
    """Notes every hall that has the id of one before it."""
    first: dict[str, int] = {}
    for index, hall in enumerate(halls):
        if hall.id in first:
            text = f"{shown(hall.id)} is already the id of hall[{first[hall.id]}]; every hall has its own."
            notes.add(_entry(At(), "hall", index, hall.id).key("id"), text)
        elif hall.id:
            first[hall.id] = index


def _languages_are_listed_once(hall: HallRow, at: At, notes: Notes) -> None:
    _note_repeated(hall.languages, at.key("languages"), "language", notes)


def _ids_are_unique(hall: HallRow, at: At, notes: Notes) -> None:
    lists: dict[str, Sequence[Identified]] = {
        "agencies": hall.agencies,
        "zones": hall.zones,
        "printers": hall.printers,
        "kiosks": hall.kiosks,
        "screens": hall.screens,
        "services": hall.services,
        "counters": hall.counters,
    }
    for key, rows in lists.items():
        first: dict[str, int] = {}
        for index, row in enumerate(rows):
            if row.id in first:
                text = f"{shown(row.id)} is already the id of {key}[{first[row.id]}]; every id of a list is used once."
                notes.add(_entry(at, key, index, row.id).key("id"), text)
            elif row.id:
                first[row.id] = index


def _counter_names_are_unique(hall: HallRow, at: At, notes: Notes) -> None:
    first: dict[str, str] = {}
    for index, counter in enumerate(hall.counters):
        name = counter.name.casefold()
        if name in first:
            text = f"{shown(counter.name)} is already the name of {shown(first[name])}; a called citizen must find one desk."
            notes.add(_entry(at, "counters", index, counter.id).key("name"), text)
        elif name:
            first[name] = counter.id


def _texts_are_in_every_language(hall: HallRow, at: At, notes: Notes) -> None:
    lists: dict[str, Sequence[Named]] = {
        "agencies": hall.agencies,
        "zones": hall.zones,
        "kiosks": hall.kiosks,
        "services": hall.services,
    }
    for key, rows in lists.items():
        for index, row in enumerate(rows):
            _note_lacking_languages(row.name, hall, _entry(at, key, index, row.id).key("name"), notes)
    for index, service in enumerate(hall.services):
        if service.requirements:
            place = _entry(at, "services", index, service.id).key("requirements")
            _note_lacking_languages(service.requirements, hall, place, notes)
    if hall.notice:
        _note_lacking_languages(hall.notice, hall, at.key("notice"), notes)


def _services_have_an_agency_and_hours(hall: HallRow, at: At, notes: Notes) -> None:
    agencies = _ids(hall.agencies)
    for index, service in enumerate(hall.services):
        place = _entry(at, "services", index, service.id)
        _note_unknown(service.agency, agencies, place.key("agency"), "agency", notes)
        _note_unknown(service.hours, hall.hours, place.key("hours"), "schedule under [hall.hours]", notes)


def _schedules_open_at_some_time(hall: HallRow, at: At, notes: Notes) -> None:
    for name, week in hall.hours.items():
        if not any(week.days):
            notes.add(
                at.key("hours").key(name),
                'is closed on every day; give it a day such as mon = ["08:00-15:00"].',
            )


def _prefixes_belong_to_one_agency(hall: HallRow, at: At, notes: Notes) -> None:
    owner: dict[str, tuple[str, str]] = {}
    for index, service in enumerate(hall.services):
        if not service.prefix:
            continue
        agency, first = owner.setdefault(service.prefix, (service.agency, service.id))
        if agency != service.agency:
            text = (
                f"{shown(service.prefix)} is already used by {shown(first)} of {shown(agency)}; "
                "only services of one agency may share a prefix. Choose another."
            )
            notes.add(_entry(at, "services", index, service.id).key("prefix"), text)


def _agencies_have_a_service(hall: HallRow, at: At, notes: Notes) -> None:
    used = {service.agency for service in hall.services}
    for index, agency in enumerate(hall.agencies):
        if agency.id and agency.id not in used:
            text = "has no service; the kiosk would show an empty page. Give it one or remove it."
            notes.add(_entry(at, "agencies", index, agency.id), text)


def _services_have_a_counter(hall: HallRow, at: At, notes: Notes) -> None:
    served = {service for counter in hall.counters for service in counter.services}
    for index, service in enumerate(hall.services):
        if service.id and service.id not in served:
            text = "is served at no counter; nobody would ever be called. Add it to a counter or remove it."
            notes.add(_entry(at, "services", index, service.id), text)


def _counters_have_a_zone_and_services(hall: HallRow, at: At, notes: Notes) -> None:
    zones, services = _ids(hall.zones), _ids(hall.services)
    for index, counter in enumerate(hall.counters):
        place = _entry(at, "counters", index, counter.id)
        _note_unknown(counter.zone, zones, place.key("zone"), "zone", notes)
        _note_repeated(counter.services, place.key("services"), "service", notes)
        for number, service in enumerate(counter.services):
            _note_unknown(service, services, place.key("services").item(number), "service", notes)


def _zones_with_counters_have_a_screen(hall: HallRow, at: At, notes: Notes) -> None:
    # A zone without counters (an entrance) needs none. Elsewhere a deaf citizen would never learn of his call.
    seen = {screen.zone for screen in hall.screens}
    busy = {counter.zone for counter in hall.counters}
    for index, zone in enumerate(hall.zones):
        if zone.id and zone.id in busy and zone.id not in seen:
            text = "has counters and no screen; calls would be shown nowhere. Add a screen for it."
            notes.add(_entry(at, "zones", index, zone.id), text)


def _screens_have_a_zone(hall: HallRow, at: At, notes: Notes) -> None:
    for index, screen in enumerate(hall.screens):
        place = _entry(at, "screens", index, screen.id).key("zone")
        _note_unknown(screen.zone, _ids(hall.zones), place, "zone", notes)


def _kiosks_name_a_printer(hall: HallRow, at: At, notes: Notes) -> None:
    # Two kiosks side by side may share one: its jobs come out in order and each paper bears its number.
    printers = _ids(hall.printers)
    for index, kiosk in enumerate(hall.kiosks):
        if kiosk.printer != NO_PRINTER:
            place = _entry(at, "kiosks", index, kiosk.id).key("printer")
            _note_unknown(kiosk.printer, printers, place, 'printer (write "none" for a kiosk without)', notes)
    for index, printer in enumerate(hall.printers):
        if printer.id == NO_PRINTER:
            notes.add(
                _entry(at, "printers", index, printer.id).key("id"),
                '"none" says that a kiosk has no printer.',
            )


CHECKS: tuple[Check, ...] = (
    _languages_are_listed_once,
    _ids_are_unique,
    _counter_names_are_unique,
    _texts_are_in_every_language,
    _schedules_open_at_some_time,
    _services_have_an_agency_and_hours,
    _prefixes_belong_to_one_agency,
    _agencies_have_a_service,
    _services_have_a_counter,
    _counters_have_a_zone_and_services,
    _zones_with_counters_have_a_screen,
    _screens_have_a_zone,
    _kiosks_name_a_printer,
)


def _entry(at: At, key: str, index: int, identity: str) -> At:
    place = at.key(key).item(index)
    return place.entry(identity) if identity else place


def _ids(rows: Iterable[Identified]) -> Collection[str]:
    return [row.id for row in rows]


def _note_unknown(reference: str, known: Collection[str], at: At, what: str, notes: Notes) -> None:
    # An empty reference is a missing or mistyped key, noted where it was read.
    if reference and reference not in known and not notes.is_full:
        notes.add(at, f"{shown(reference)} is no {what} of this hall.{suggestion(reference, known)}")


def _note_repeated(words: Sequence[str], at: At, what: str, notes: Notes) -> None:
    for index, word in enumerate(words):
        if word and word in words[:index]:
            notes.add(at.item(index), f"names the {what} {shown(word)} again; once is enough.")


def _note_lacking_languages(texts: Mapping[str, object], hall: HallRow, at: At, notes: Notes) -> None:
    for language in dict.fromkeys(hall.languages):
        if language and language not in texts:
            notes.add(
                at, f'lacks the language "{language}"; the hall\'s languages are {", ".join(hall.languages)}.'
            )
