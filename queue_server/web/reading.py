"""What HTTP only reads: halls, the hall view, tickets, the journal."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from queue_server.domain.decision import rejected
from queue_server.domain.events import AnyEvent
from queue_server.domain.model import TicketId
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.errors import NotStored
from queue_server.halls import Hall
from queue_server.intake import invalid_at
from queue_server.journal.base import Journal
from queue_server.views.hall import hall_view
from queue_server.views.ticket import ticket_view
from queue_server.web.auth import identify_request, require
from queue_server.web.commands import JSON
from queue_server.web.limits import Limit, address_key
from queue_server.web.problems import problem_response, too_many
from queue_server.web.services import Services
from queue_server.web.within import hall_of

EVENTS_LIMIT_MAX = 1_000
"""Entries of one page of the journal; about 300 kB."""

OUT_OF_STEP = rejected(Refusal.BUSY, "The hub cannot read its store at the moment.")

_encode = msgspec.json.Encoder().encode


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """One journal entry as managers and integrators read it."""

    seq: int
    at_ms: int
    type: str
    actor: str
    data: AnyEvent


class EventsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some entries in order, and where the journal ends."""

    events: list[EventView]
    last_seq: int


class HallItem(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str


class Reading:
    """The handlers, around the services that they read from."""

    def __init__(self, services: Services, journal: Journal) -> None:
        self._services = services
        self._journal = journal

    async def halls(self, _request: Request) -> Response:
        """`[{id, name}]`."""
        items = [HallItem(id=hall, name=name) for hall, name in self._services.halls.names().items()]
        return _json(items)

    async def hall(self, request: Request) -> Response:
        """The hall view."""
        hall = await self._hall_of(request)
        if isinstance(hall, Rejected):
            return problem_response(hall)
        return _json(hall_view(hall.hub.state, hall.presence.snapshot()))

    async def ticket(self, request: Request) -> Response:
        """The ticket view, for whoever knows the id."""
        hall = await self._hall_of(request)
        if isinstance(hall, Rejected):
            return problem_response(hall)
        limited = self._limited(request)
        if limited is not None:
            return problem_response(limited)
        return await _ticket(hall, TicketId(request.path_params["ticket"]))

    async def ticket_by_number(self, request: Request) -> Response:
        """Today's ticket with a number, for officers."""
        number = request.query_params.get("number")
        if number is None or not 1 <= len(number) <= 16:
            return problem_response(invalid_at("number", "A ticket's number is expected, such as A007."))
        hall = await self._hall_for(request, "find_ticket")
        if isinstance(hall, Rejected):
            return problem_response(hall)
        found = hall.hub.state.numbers.get(number.strip().upper())
        if found is None:
            return problem_response(rejected(Refusal.UNKNOWN_TICKET, "No ticket has this number today."))
        return await _ticket(hall, found)

    async def events(self, request: Request) -> Response:
        """The journal in order, for managers."""
        after = _whole(request, "after", 0, 2**53)
        limit = _whole(request, "limit", 100, EVENTS_LIMIT_MAX)
        if isinstance(after, Rejected):
            return problem_response(after)
        if isinstance(limit, Rejected):
            return problem_response(limit)
        hall = await self._hall_for(request, "read_events")
        if isinstance(hall, Rejected):
            return problem_response(hall)
        last_seq = hall.hub.state.seq
        # What is on disk but not yet told is left for the next page: nobody sees more than the views show.
        try:
            entries = (
                await self._journal.read(hall.hub.hall, after, max(1, limit))
                if after < last_seq and limit
                else []
            )
        except NotStored:
            return problem_response(OUT_OF_STEP)
        views = [
            EventView(
                seq=entry.seq,
                at_ms=entry.at_ms,
                type=type(entry.event).__name__,
                actor=entry.actor,
                data=entry.event,
            )
            for entry in entries
            if entry.seq <= last_seq
        ]
        return _json(EventsPage(events=views, last_seq=last_seq))

    async def _hall_for(self, request: Request, operation: str) -> Hall | Rejected:
        """The hall, in step with the store, for whoever may do this there. Who comes before what is unknown.

        Raises: AuthRefused where he may not.
        """
        identity = identify_request(request, self._services.identity)
        hall = hall_of(request)
        require(identity, operation, None if isinstance(hall, Rejected) else hall.hub.hall)
        return await self._hall_of(request)

    async def _hall_of(self, request: Request) -> Hall | Rejected:
        """The hall, in step with the store."""
        hall = hall_of(request)
        if isinstance(hall, Rejected):
            return hall
        return hall if await hall.hub.in_step() else OUT_OF_STEP

    def _limited(self, request: Request) -> Rejected | None:
        if self._services.config.limits.is_off:
            return None
        address = address_key(None if request.client is None else request.client.host)
        wait_ms = self._services.limiter.take(
            [(Limit.READ_TICKET, address)], self._services.clock.monotonic_ms()
        )
        return None if wait_ms is None else too_many(wait_ms)


async def _ticket(hall: Hall, ticket: TicketId) -> Response:
    if ticket not in hall.hub.state.tickets:
        await hall.hub.look_again()
    view = ticket_view(hall.hub.state, hall.presence.snapshot(), ticket)
    if view is None:
        return problem_response(rejected(Refusal.UNKNOWN_TICKET, "There is no such ticket today."))
    return _json(view)


def _whole(request: Request, name: str, default: int, most: int) -> int | Rejected:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdecimal() or len(text) > 16 or int(text) > most:
        return invalid_at(name, f"A whole number from 0 to {most} is expected.")
    return int(text)


def _json(value: object) -> Response:
    return Response(_encode(value), media_type=JSON, headers={"Cache-Control": "no-store"})
