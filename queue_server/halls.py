"""The halls of this node: each opened when it is first asked for, and closed when nobody has used it for a while.

Who wants a hall holds it with `using` for as long as he needs it: a request until its answer, a socket while it lives.
Laws, each with its test in `tests/hub/test_halls.py`:
- a hall is opened once, however many ask first; where it cannot be opened, each is told, and the next to ask tries again;
- a hall that somebody holds is never closed; who asks while it closes waits, and it opens again: nobody is refused
  because a door was just closing;
- a hall that is closed leaves nothing behind: no task, no state.

What opening and closing are is somebody else's business (`opening`), and so is which halls there are (`directory`).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Protocol

import structlog

from queue_server.clock import Clock, SystemClock
from queue_server.domain.decide_day import ACTIVE
from queue_server.domain.decision import rejected
from queue_server.domain.hall import HallId
from queue_server.domain.model import CounterState, State, TicketId
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.errors import AntreanError
from queue_server.hub import Hub
from queue_server.live.fanout import Fanout
from queue_server.live.presence import PresenceBook
from queue_server.wire.close_codes import CloseCode

VISIT_EVERY_MS = 12 * 3_600_000
"""A hall that nobody asks for is opened so often for a moment, so that its days change and end on their dates. A hall that
slept for a month would have to doubt the clock (`domain.time`)."""

TURNED_OUT_WITHIN_S = 5.0
"""How long whoever still holds a hall that is no longer served may take to let go of it."""

TICKET_MARK = "."
"""Between a ticket's random id and its hall: in no hall's id, and never made by `secrets.token_urlsafe`."""

UNKNOWN_HALL = rejected(Refusal.UNKNOWN_HALL, "There is no such hall here.")
NOT_OPENED = rejected(Refusal.BUSY, "This hall cannot be opened at the moment. Try again in a second.")
STOPPING = rejected(Refusal.BUSY, "This hub is stopping. Come back in a second.")

log = structlog.get_logger(__name__)


class Hall(NamedTuple):
    """One hall at work on this node."""

    hub: Hub
    presence: PresenceBook
    fanout: Fanout


class Directory(Protocol):
    """Which halls there are."""

    def names(self) -> Mapping[HallId, str]:
        """Every hall with its name, as this node last saw the list."""

    async def is_known(self, hall: HallId) -> bool:
        """Whether there is such a hall, after a look at the store where this node has not heard of it."""


class Openers(Protocol):
    """How a hall is put together, and taken apart."""

    async def open(self, hall: HallId) -> Hall:
        """Raises: AntreanError: it could not be opened, and nothing is left of the attempt."""

    async def close(self, hall: Hall) -> None:
        """What waits is answered first."""


Spawn = Callable[[Coroutine[Any, Any, Any]], "asyncio.Task[Any]"]
"""Starts a task that somebody waits for in the end."""


class _Place:
    """One hall of the directory, open or not."""

    def __init__(self, hall: HallId, used_ms: int) -> None:
        self.id = hall
        self.hall: Hall | None = None
        self.moving: asyncio.Task[Rejected | None] | None = None
        """What opens or closes it at the moment. Opening gives why it could not."""
        self.is_kept = False
        """Never closed while this node runs."""
        self.is_turned_out = False
        """Taken off the list: it ends, and whoever still asks is told that there is no such hall."""
        self.use_count = 0
        self.used_ms = used_ms
        """When it was let go of last, by the steady clock."""


class Halls:
    """All of them. `get` and `all` know those that are open now; `using` opens."""

    def __init__(
        self,
        halls: Mapping[HallId, Hall] | None = None,
        *,
        directory: Directory | None = None,
        openers: Openers | None = None,
        spawn: Spawn = asyncio.create_task,
        clock: Clock | None = None,
        close_after_ms: int = 900_000,
    ) -> None:
        """
        Args:
            halls: open from the beginning and never closed.
            directory, openers: None: there are no other halls than those.
        """
        self._directory = directory or _Known(halls or {})
        self._openers = openers
        self._spawn = spawn
        self._clock = clock or SystemClock()
        self._close_after_ms = close_after_ms
        self._began_ms = self._clock.monotonic_ms()
        self._is_stopping = False
        self._places: dict[HallId, _Place] = {}
        for name, hall in (halls or {}).items():
            place = self._places[name] = _Place(name, self._began_ms)
            place.hall, place.is_kept = hall, True

    # Those that are open.

    @property
    def home(self) -> Hall:
        """The hall whose name and languages stand on pages that belong to none."""
        return next(place.hall for place in self._places.values() if place.is_kept and place.hall is not None)

    def get(self, hall: str) -> Hall | None:
        """A hall that is open now; None: it is not, or there is none."""
        place = self._places.get(HallId(hall))
        return None if place is None else place.hall

    def all(self) -> tuple[Hall, ...]:
        """Every hall that is open now."""
        return tuple(place.hall for place in self._places.values() if place.hall is not None)

    def names(self) -> Mapping[HallId, str]:
        """Every hall of the system, open or not, by its id; an open one under the name that it has now."""
        named = {hall.hub.hall: hall.hub.state.hall.name for hall in self.all()}
        return {hall: named.get(hall) or name for hall, name in self._directory.names().items()}

    def ticket_ids(self, hall: HallId, new_id: Callable[[], str]) -> Callable[[], str]:
        """Fresh ids of a hall's tickets, by which `/t/…` finds the hall again; those of the node's own need no mark."""
        place = self._places.get(hall)
        if place is None or place.is_kept:
            return new_id
        return lambda: f"{new_id()}{TICKET_MARK}{hall}"

    # Asking for one.

    @asynccontextmanager
    async def using(self, hall: str) -> AsyncIterator[Hall | Rejected]:
        """The hall, open until the block ends; UNKNOWN_HALL, or BUSY where it cannot be opened now."""
        place = await self._place(HallId(hall))
        if place is None:
            yield UNKNOWN_HALL
            return
        # Counted before anything is waited for: from here on nobody begins to close it.
        place.use_count += 1
        try:
            yield UNKNOWN_HALL if place.is_turned_out else place.hall or await self._opened(place)
        finally:
            place.use_count -= 1
            place.used_ms = self._clock.monotonic_ms()

    @asynccontextmanager
    async def using_of_ticket(self, ticket: str) -> AsyncIterator[Hall | Rejected]:
        """The hall that issued a ticket: the one that its id names, else whichever open one knows it today."""
        _, mark, named = ticket.rpartition(TICKET_MARK)
        hall = named if mark else next((hall.hub.hall for hall in self.all() if _knows(hall, ticket)), "")
        async with self.using(hall) as found:
            yield found

    async def keep(self, hall: HallId) -> Hall:
        """Opens a hall that stays open. Raises: AntreanError: it could not be opened."""
        assert self._openers is not None, "without openers every hall is open already"
        place = self._places.setdefault(hall, _Place(hall, self._began_ms))
        place.hall = await self._openers.open(hall)
        place.is_kept = True
        return place.hall

    async def _place(self, hall: HallId) -> _Place | None:
        place = self._places.get(hall)
        if place is None and await self._directory.is_known(hall):
            place = self._places.setdefault(hall, _Place(hall, self._clock.monotonic_ms()))
        return place

    async def _opened(self, place: _Place) -> Hall | Rejected:
        """Waits for whatever is under way, opens where nothing is; the attempt that failed is everybody's who waited."""
        while place.hall is None:
            if self._is_stopping:
                return STOPPING
            if place.is_turned_out:
                return UNKNOWN_HALL
            if place.moving is None:
                place.moving = self._spawn(self._open(place))
            # Whoever asked may go away; those who wait beside him still get their hall.
            refusal = await asyncio.shield(place.moving)
            if refusal is not None:
                return refusal
        return place.hall

    async def _open(self, place: _Place) -> Rejected | None:
        assert self._openers is not None, "without openers every hall is open already"
        try:
            place.hall = await self._openers.open(place.id)
        except AntreanError as trouble:
            log.warning("hall_not_opened", hall=place.id, trouble=str(trouble))
            return NOT_OPENED
        finally:
            place.moving = None
        log.info("hall_opened", hall=place.id)
        return None

    # Closing.

    async def tend(self) -> None:
        """What is due: halls that are no longer served end, those that nobody uses close, and one is visited."""
        names = self._directory.names()
        for place in tuple(self._places.values()):
            if place.id not in names and not place.is_kept:
                await self.turn_out(place.id)
            elif self._is_left(place):
                await self._close(place)
        await self._visit(names)

    async def turn_out(self, hall: HallId) -> None:
        """Ends a hall's sockets and closes it, whoever uses it; it is opened again only where it is on the list."""
        place = self._places.get(hall)
        if place is None or place.is_turned_out:
            return
        # It keeps its place until it is closed, so that there are never two hubs of one hall here.
        place.is_turned_out = True
        if place.hall is not None:
            place.hall.fanout.end_all(CloseCode.UNKNOWN)
        try:
            async with asyncio.timeout(TURNED_OUT_WITHIN_S):
                while place.use_count:  # noqa: ASYNC110 -- each lets go by itself
                    await asyncio.sleep(0.01)
        except TimeoutError:
            log.warning("hall_closed_in_use", hall=hall, count=place.use_count)
        await self._close(place)
        del self._places[hall]

    async def stop(self) -> None:
        """Opens nothing more and closes all; what waits in a hall is answered."""
        self._is_stopping = True
        moving = [place.moving for place in self._places.values() if place.moving is not None]
        if moving:
            await asyncio.wait(moving)
        await asyncio.gather(*(self._close(place) for place in self._places.values()))

    def _is_left(self, place: _Place) -> bool:
        """Whether nobody uses a hall, nor has for a while."""
        if place.hall is None or place.moving is not None or place.is_kept or place.use_count:
            return False
        now_ms = self._clock.monotonic_ms()
        if now_ms - place.used_ms < self._close_after_ms:
            return False
        if is_at_work(place.hall.hub.state):
            # Its day goes on without a soul at a screen; and after a night with citizens in line a hall that was closed
            # would have to doubt the clock. Looked at again after the same while.
            place.used_ms = now_ms
            return False
        return True

    async def _close(self, place: _Place) -> None:
        while place.moving is not None:
            await asyncio.wait({place.moving})
        if place.hall is not None and self._openers is not None:
            # Out of reach in this very step: who asks in the next one must wait, not get what is about to close.
            hall, place.hall = place.hall, None
            place.moving = self._spawn(self._closed(place, self._openers, hall))
            # Whoever tends the halls may be stopped; a hall that closes is closed whole.
            await asyncio.shield(place.moving)

    async def _closed(self, place: _Place, openers: Openers, hall: Hall) -> None:
        try:
            await openers.close(hall)
        finally:
            place.moving = None
        log.info("hall_closed", hall=place.id)

    async def _visit(self, names: Iterable[HallId]) -> None:
        """Opens the first hall that nobody has asked for in a long while, and closes it again."""
        now_ms = self._clock.monotonic_ms()
        for hall in names:
            place = self._places.get(hall)
            is_open = place is not None and (place.hall is not None or place.moving is not None)
            used_ms = self._began_ms if place is None else place.used_ms
            if is_open or now_ms - used_ms < VISIT_EVERY_MS:
                continue
            async with self.using(hall):
                pass
            place = self._places.get(hall)
            if place is not None and not place.use_count and place.hall is not None and not place.is_kept:
                await self._close(place)
            return


def is_at_work(state: State) -> bool:
    """Whether a ticket of today is not yet done, or an officer is at a counter."""
    return any(ticket.state in ACTIVE for ticket in state.tickets.values()) or any(
        counter.state is not CounterState.CLOSED for counter in state.counters.values()
    )


class _Known:
    """The directory where halls never come or go."""

    def __init__(self, halls: Mapping[HallId, Hall]) -> None:
        self._halls = halls

    def names(self) -> Mapping[HallId, str]:
        return {hall: one.hub.state.hall.name for hall, one in self._halls.items()}

    async def is_known(self, hall: HallId) -> bool:
        return hall in self._halls


def _knows(hall: Hall, ticket: str) -> bool:
    return TicketId(ticket) in hall.hub.state.tickets
