"""Truth comes down: whole views, built and encoded once per post, told to everyone who watches.

Laws: a view is built from the committed state only; a view that differs in nothing but its `seq` is not sent again;
ordinary movement is told at a pace, a call at once; nothing here is awaited by the hub.
"""

import asyncio
from collections.abc import Callable, Mapping, Set
from typing import Any, NamedTuple

import msgspec

from queue_server.domain.hall import CounterId, PrinterId, ZoneId
from queue_server.domain.model import State, TicketId
from queue_server.hub import Commit, Hub
from queue_server.live.beats import Turns
from queue_server.live.outbox import Outbox
from queue_server.live.presence import PresenceBook, Seat
from queue_server.live.protocol import text_frame
from queue_server.views.announcer import announcer_view
from queue_server.views.audience import touched
from queue_server.views.counter import counter_view
from queue_server.views.display import display_view
from queue_server.views.hall import hall_view
from queue_server.views.kiosk import kiosk_view
from queue_server.views.manager import manager_view
from queue_server.views.presence import Presence
from queue_server.views.printer import printer_view
from queue_server.views.ticket import TicketViews
from queue_server.wire.close_codes import CloseCode
from queue_server.wire.messages import Beat, View, ViewName
from queue_server.wire.shapes import Shape

ORDINARY_EVERY_MS = 100
"""Waiting counts move at most ten times a second: no eye follows more, and a storm of tickets is told once."""

PHONES_EVERY_MS = 1_000
"""People ahead, on phones (design, "Whole views")."""

SLICE_COUNT = 100
"""Sockets told without a pause: 1 to 2 ms of writing."""

PHONES_SLICE_COUNT = 50
"""The same where each has a view of its own to be built."""

PAUSE_S = 0.001
"""Long enough for the loop to sleep, which a pause of nothing is not."""

SILENT = "announcer_silent"
"""Where announcers stand whose zone has another voice."""

Post = tuple[str, str]
"""Where watchers stand: a key of VIEWS and the id of what is watched. One post is one view, however many watch it."""


class _Sight(NamedTuple):
    """What views are built from at one moment."""

    state: State
    presence: Presence
    tickets: TicketViews
    """Of that state."""


_Builder = Callable[[_Sight, str], Shape | None]

VIEWS: Mapping[str, tuple[ViewName, _Builder]] = {
    "hall": ("hall", lambda sight, _key: hall_view(sight.state, sight.presence)),
    "ticket": ("ticket", lambda sight, key: sight.tickets.view(TicketId(key))),
    "display": ("display", lambda sight, key: display_view(sight.state, sight.presence, ZoneId(key))),
    "announcer": ("announcer", lambda sight, key: _voice(sight, key, granted=True)),
    SILENT: ("announcer", lambda sight, key: _voice(sight, key, granted=False)),
    "kiosk": ("kiosk", lambda sight, key: kiosk_view(sight.state, sight.presence, key)),
    "printer": ("printer", lambda sight, key: printer_view(sight.state, sight.presence, PrinterId(key))),
    "counter": ("counter", lambda sight, key: counter_view(sight.state, sight.presence, CounterId(key))),
    "manager": ("manager", lambda sight, _key: manager_view(sight.state, sight.presence)),
}
"""Post to what is seen from there."""

_encode = msgspec.json.Encoder().encode


class Fanout:
    """Who watches one hall, and what is due to them."""

    def __init__(self, hub: Hub, presence: PresenceBook) -> None:
        self._hub = hub
        self._presence = presence
        self._tickets = TicketViews(hub.state)
        self._watchers: dict[Post, set[Outbox]] = {}
        self._told: dict[Post, _Told] = {}
        """What each watched post was told last."""
        self._urgent: dict[Post, None] = {}
        self._ordinary: dict[Post, None] = {}
        self._moved_services: set[str] = set()
        self._moving_phones: set[Post] = set()
        """Phones of lines that moved, which the round under way has not come to yet."""
        self._telling: dict[Post, _Told] = {}
        """Posts at which some watchers have this view and others do not have it yet."""
        self.turns = Turns()
        """Of beats."""
        self._is_due = asyncio.Event()
        self._is_calm = asyncio.Event()
        self.built_count = 0
        self.told_count = 0

    @property
    def watcher_count(self) -> int:
        """Connections that watch."""
        return sum(len(outboxes) for outboxes in self._watchers.values())

    def join(self, post: Post, outbox: Outbox) -> bool:
        """Watches a post's view from now on and is offered it at once. False: there is no such thing."""
        known = self._told.get(post)
        if (
            known is None
            or known.seq != self._hub.state.seq
            or post in self._urgent
            or post in self._ordinary
        ):
            shape = self._built(post)
            if shape is None:
                return False
            # The others are told by the fan-out when it gets there; only the newcomer needs this seq's frame.
            known = self._framed(post, shape)
            if post not in self._watchers:
                self._told[post] = known
        self._watchers.setdefault(post, set()).add(outbox)
        outbox.offer(known.text, known.frame)
        return True

    def leave(self, post: Post, outbox: Outbox) -> None:
        """Watches no longer; what nobody watches costs nothing."""
        watchers = self._watchers.get(post)
        if watchers is None:
            return
        watchers.discard(outbox)
        if not watchers:
            del self._watchers[post]
            self._told.pop(post, None)

    def end_all(self, code: CloseCode) -> None:
        """Closes every connection that watches, with a reason."""
        for watchers in self._watchers.values():
            for outbox in watchers:
                outbox.end(code)

    def committed(self, commit: Commit) -> None:
        """Marks what a commit made stale."""
        stale = touched(commit.before, commit.after, [entry.event for entry in commit.entries])
        self._mark(self._urgent, stale.urgent)
        self._mark(self._ordinary, stale.ordinary)
        self._moved_services.update(stale.lines)
        if self._urgent or self._ordinary or self._moved_services:
            self._is_due.set()

    def presence_changed(self, seat: Seat) -> None:
        """Marks what a device's coming, going or word made stale: the staff's views and the kiosks."""
        urgent = seat.kind in {"printer", "shown"}
        for post in self._watchers:
            if post[0] in {"manager", "counter"} or (post[0] == "kiosk" and seat.kind != "shown"):
                (self._urgent if urgent else self._ordinary)[post] = None
        if self._urgent or self._ordinary:
            self._is_due.set()

    def beat(self, post: Post, *, may_wait: bool = False) -> str | None:
        """A beat for a watcher that was sent everything; None where a view was due, which is offered in its place.

        A beat must not overtake a view that is due, nor come from a node that does not know the head; and a view that
        turns out unchanged must not cost the beat.

        Args:
            may_wait: None also where a view is due to so many that telling them all would hold up commands. The fan-out
                is at it; ask again in a moment.
        """
        if not self._hub.is_in_step:
            return None
        if may_wait and self._is_due_to_many(post):
            return None
        if self._is_stale(post) and self._tell(post):
            return None
        return _encode(Beat(seq=self._hub.state.seq, now_ms=self._hub.now_ms())).decode()

    async def run(self) -> None:
        """Builds and tells until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._run_urgent(), name="fan-out of calls")
            tasks.create_task(self._run_ordinary(), name="fan-out of movement")
            tasks.create_task(self._run_phones(), name="fan-out of lines")

    async def _run_urgent(self) -> None:
        while True:
            await self._is_due.wait()
            self._is_due.clear()
            self._is_calm.set()
            while self._urgent:
                await self._tell_all(next(iter(self._urgent)))

    async def _run_ordinary(self) -> None:
        while True:
            await self._is_calm.wait()
            self._is_calm.clear()
            # What is marked meanwhile waits for the next round: a storm must not be told without a pause.
            for post in tuple(self._ordinary):
                if post in self._ordinary:
                    await self._tell_all(post)
            await asyncio.sleep(ORDINARY_EVERY_MS / 1000)
            if self._ordinary:
                self._is_calm.set()

    async def _run_phones(self) -> None:
        while True:
            await asyncio.sleep(PHONES_EVERY_MS / 1000)
            if not self._moved_services:
                continue
            moved, self._moved_services = self._moved_services, set()
            phones = self._phones_of(moved)
            self._moving_phones.update(phones)
            for count, post in enumerate(phones, 1):
                if post in self._moving_phones:
                    self._tell(post)
                if count % PHONES_SLICE_COUNT == 0:
                    await self._breath()

    def _phones_of(self, services: Set[str]) -> list[Post]:
        """Who watches a ticket of these services."""
        tickets = self._hub.state.tickets
        found = [(post, tickets.get(TicketId(post[1]))) for post in self._watchers if post[0] == "ticket"]
        return [post for post, ticket in found if ticket is not None and ticket.service in services]

    def _is_due_to_many(self, post: Post) -> bool:
        if post in self._telling:
            return True
        return len(self._watchers.get(post, ())) > SLICE_COUNT and self._is_stale(post)

    def _is_stale(self, post: Post) -> bool:
        """Whether a view may have changed since it was told."""
        if post in self._urgent or post in self._ordinary or post in self._moving_phones:
            return True
        ticket = self._hub.state.tickets.get(TicketId(post[1])) if post[0] == "ticket" else None
        return ticket is not None and ticket.service in self._moved_services

    async def _tell_all(self, post: Post) -> None:
        """Builds one view and offers it to all who watch, with pauses in which commands are decided and stored."""
        told = self._news(post)
        watchers = self._watchers.get(post)
        if told is None or watchers is None:
            await asyncio.sleep(0)
            return
        self._telling[post] = told
        try:
            await self._tell_in_slices(post, told, watchers)
        finally:
            if self._telling.get(post) is told:
                del self._telling[post]
        await asyncio.sleep(0)

    async def _tell_in_slices(self, post: Post, told: "_Told", watchers: set[Outbox]) -> None:
        for count, outbox in enumerate(tuple(watchers), 1):
            if outbox in watchers:
                outbox.offer(told.text, told.frame)
            if count % SLICE_COUNT == 0:
                await self._breath()
                if self._told.get(post) is not told:
                    return  # A newer view is on its way to everyone, or nobody watches any more.

    async def _breath(self) -> None:
        """A real pause where a command is under way: the journal's thread needs the interpreter to go on."""
        await asyncio.sleep(PAUSE_S if self._hub.is_busy else 0)

    def _tell(self, post: Post) -> bool:
        """The same in one go, for a post that few watch; False: nothing but its seq has changed."""
        told = self._news(post)
        if told is not None:
            for outbox in self._watchers[post]:
                outbox.offer(told.text, told.frame)
        return told is not None

    def _news(self, post: Post) -> "_Told | None":
        """The view of a post as it is to be told now; None: nothing but its seq has changed, or nobody may watch it."""
        self._urgent.pop(post, None)
        self._ordinary.pop(post, None)
        self._moving_phones.discard(post)
        watchers = self._watchers.get(post)
        if not watchers:
            return None
        shape = self._built(post)
        if shape is None:
            for outbox in watchers:
                outbox.end(CloseCode.UNKNOWN)
            return None
        if _is_same(self._told[post].shape, shape):
            return None
        told = self._told[post] = self._framed(post, shape)
        self.told_count += len(watchers)
        return told

    def _built(self, post: Post) -> Shape | None:
        self.built_count += 1
        state = self._hub.state
        if self._tickets.state is not state:
            self._tickets = TicketViews(state)
        _, build = VIEWS[post[0]]
        return build(_Sight(state, self._presence.snapshot(), self._tickets), post[1])

    def _framed(self, post: Post, shape: Shape) -> "_Told":
        view, _ = VIEWS[post[0]]
        seq = self._hub.state.seq
        frame = View(view=view, seq=seq, journal_id=self._hub.journal_id, state=msgspec.Raw(_encode(shape)))
        payload = _encode(frame)
        return _Told(shape, seq, payload.decode(), text_frame(payload))

    def _mark(self, stale: dict[Post, None], posts: frozenset[Post]) -> None:
        for post in posts:
            if post in self._watchers:
                stale[post] = None
            if post[0] == "announcer" and (SILENT, post[1]) in self._watchers:
                stale[SILENT, post[1]] = None


class _Told(NamedTuple):
    shape: Shape
    seq: int
    """Of the state that it was built from."""
    text: str
    frame: bytes
    """The same as a whole frame, made once for all."""


def _is_same(told: Any, shape: Any) -> bool:
    """Whether two views of one post differ in nothing but their `seq`."""
    return bool(told == (msgspec.structs.replace(shape, seq=told.seq) if hasattr(shape, "seq") else shape))


def _voice(sight: _Sight, zone: str, *, granted: bool) -> Shape | None:
    return announcer_view(sight.state, sight.presence, ZoneId(zone), granted=granted)
