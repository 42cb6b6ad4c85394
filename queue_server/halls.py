"""The halls of this node: each with its hub, its devices and its fan-out, looked up by id."""

from collections.abc import Mapping
from typing import NamedTuple

from queue_server.domain.hall import HallId
from queue_server.domain.model import TicketId
from queue_server.hub import Hub
from queue_server.live.fanout import Fanout
from queue_server.live.presence import PresenceBook


class Hall(NamedTuple):
    """One hall at work on this node."""

    hub: Hub
    presence: PresenceBook
    fanout: Fanout


class Halls:
    """All of them, in the order of the configuration."""

    def __init__(self, halls: Mapping[HallId, Hall]) -> None:
        self._halls = dict(halls)

    def get(self, hall: str) -> Hall | None:
        """A hall by its id; None: unknown here."""
        return self._halls.get(HallId(hall))

    def all(self) -> tuple[Hall, ...]:
        """Every hall."""
        return tuple(self._halls.values())

    def of_ticket(self, ticket: str) -> Hall | None:
        """The hall in which a ticket was issued today; None: no such ticket today."""
        return next(
            (hall for hall in self._halls.values() if TicketId(ticket) in hall.hub.state.tickets), None
        )
