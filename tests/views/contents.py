"""Every view that a state has, as plain values: what the laws over all views look at.

Run as a program it prints those of the journal on its standard input, so that another process can be asked for them.
"""

import sys
from typing import Any

import msgspec

from queue_server.domain.events import Entry
from queue_server.domain.evolve import folded
from queue_server.domain.model import State, empty_state
from queue_server.views.announcer import announcer_view
from queue_server.views.audience import HALL, MANAGER, Audience
from queue_server.views.counter import counter_view
from queue_server.views.display import display_view
from queue_server.views.hall import hall_view
from queue_server.views.kiosk import kiosk_view
from queue_server.views.manager import manager_view
from queue_server.views.printer import printer_view
from queue_server.views.ticket import ticket_view
from tests.views.build import BLANK
from tests.views.build import HALL as SMALL_HALL

Contents = dict[Audience, Any]


def contents(state: State) -> Contents:
    """Every view there is, as plain values without `seq`: a change of `seq` alone is no change."""
    hall = state.hall
    views: Contents = {HALL: hall_view(state, BLANK), MANAGER: manager_view(state, BLANK)}
    views |= {("display", zone.id): display_view(state, BLANK, zone.id) for zone in hall.zones}
    views |= {
        ("announcer", zone.id): announcer_view(state, BLANK, zone.id, granted=True) for zone in hall.zones
    }
    views |= {("kiosk", kiosk.id): kiosk_view(state, BLANK, kiosk.id) for kiosk in hall.kiosks}
    views |= {("printer", known.id): printer_view(state, BLANK, known.id) for known in hall.printers}
    views |= {("counter", place.id): counter_view(state, BLANK, place.id) for place in hall.counters}
    views |= {("ticket", ticket): ticket_view(state, BLANK, ticket) for ticket in state.tickets}
    return {audience: without_seq(msgspec.to_builtins(view)) for audience, view in views.items()}


def without_seq(view: dict[str, Any]) -> dict[str, Any]:
    ticket = view.get("ticket")
    inner = {"ticket": without_seq(ticket)} if isinstance(ticket, dict) else {}
    return {key: value for key, value in {**view, **inner}.items() if key != "seq"}


def as_text(views: Contents) -> str:
    """One line of JSON per view, in the order of what they are of."""
    return "".join(
        f"{view}/{of} {msgspec.json.encode(views[view, of]).decode()}\n" for view, of in sorted(views)
    )


if __name__ == "__main__":
    journal = msgspec.json.decode(sys.stdin.buffer.read(), type=list[Entry])
    sys.stdout.write(as_text(contents(folded(empty_state(SMALL_HALL.id), journal))))
