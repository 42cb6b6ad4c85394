"""Who may watch what: from a hello to a post, or to the code that turns it away."""

from typing import NamedTuple

from queue_server.domain.hall import CounterId
from queue_server.domain.model import TicketId
from queue_server.domain.refusals import Refusal
from queue_server.halls import Hall
from queue_server.identity.model import Identity, Role, may_sit_at
from queue_server.identity.permissions import refusal_for
from queue_server.live.fanout import SILENT, Post
from queue_server.live.presence import Seat
from queue_server.wire.close_codes import CloseCode
from queue_server.wire.messages import Hello


class Place(NamedTuple):
    """Where a connection sits."""

    post: Post
    silent_post: Post
    """For an announcer whose zone has another voice; else the same."""
    seat: Seat | None = None
    """The device that it stands for; None: a person, or nobody in particular."""
    screen: str | None = None
    """The screen whose "shown" it reports; None: it reports none."""


def place_for(hello: Hello, identity: Identity, hall: Hall) -> Place | CloseCode:
    """The place that this hello asks for, if there is one and this identity may have it."""
    config = hall.hub.state.hall
    code = refusal_for(identity, f"view_{hello.view}", config.id)
    if code is not None:
        return CloseCode.UNAUTHENTICATED if code is Refusal.UNAUTHENTICATED else CloseCode.FORBIDDEN
    place = _WAYS[hello.view](hello, identity, hall)
    return CloseCode.UNKNOWN if place is None else place


def _at(kind: str, key: str = "", seat: Seat | None = None, screen: str | None = None) -> Place:
    return Place((kind, key), (kind, key), seat, screen)


def _hall(_hello: Hello, _identity: Identity, _hall: Hall) -> Place:
    return _at("hall")


def _manager(_hello: Hello, _identity: Identity, _hall: Hall) -> Place:
    return _at("manager")


def _ticket(hello: Hello, _identity: Identity, hall: Hall) -> Place | None:
    if hello.ticket is None or TicketId(hello.ticket) not in hall.hub.state.tickets:
        return None
    return _at("ticket", hello.ticket)


def _counter(hello: Hello, identity: Identity, hall: Hall) -> Place | CloseCode | None:
    if all(place.id != hello.counter for place in hall.hub.state.hall.counters):
        return None
    assert hello.counter is not None, "it is one of the hall's"
    if not may_sit_at(identity, CounterId(hello.counter)):
        return CloseCode.FORBIDDEN
    return _at("counter", hello.counter)


def _display(hello: Hello, identity: Identity, hall: Hall) -> Place | None:
    screen_id = identity.device if identity.role is Role.DISPLAY else hello.screen
    screen = next((known for known in hall.hub.state.hall.screens if known.id == screen_id), None)
    zone = screen.zone if screen is not None and hello.zone is None else hello.zone
    if all(known.id != zone for known in hall.hub.state.hall.zones):
        return None
    assert zone is not None, "it is one of the hall's"
    is_own_zone = screen is not None and screen.zone == zone
    if screen is None or not is_own_zone:
        return _at("display", zone)
    return _at("display", zone, Seat("screen", screen.id), screen.id)


def _announcer(hello: Hello, identity: Identity, hall: Hall) -> Place | None:
    screen = next((known for known in hall.hub.state.hall.screens if known.id == identity.device), None)
    zone = hello.zone or (None if screen is None else screen.zone)
    if all(known.id != zone for known in hall.hub.state.hall.zones):
        return None
    assert zone is not None, "it is one of the hall's"
    return Place(("announcer", zone), (SILENT, zone), Seat("voice", zone))


def _kiosk(hello: Hello, identity: Identity, hall: Hall) -> Place | None:
    kiosk = identity.device if identity.role is Role.KIOSK else hello.kiosk
    if all(known.id != kiosk for known in hall.hub.state.hall.kiosks):
        return None
    assert kiosk is not None, "it is one of the hall's"
    return _at("kiosk", kiosk, Seat("kiosk", kiosk) if identity.role is Role.KIOSK else None)


def _printer(_hello: Hello, identity: Identity, hall: Hall) -> Place | None:
    printer = identity.device
    if all(known.id != printer for known in hall.hub.state.hall.printers):
        return None
    assert printer is not None, "it is one of the hall's"
    return _at("printer", printer, Seat("printer", printer))


_WAYS = {
    "hall": _hall,
    "ticket": _ticket,
    "display": _display,
    "announcer": _announcer,
    "kiosk": _kiosk,
    "printer": _printer,
    "counter": _counter,
    "manager": _manager,
}
