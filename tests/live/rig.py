"""A hall at work with its live sockets, put together as `compose` does it, on a line that is no network.

`Line` is a small, honest transport: it holds so many frames and then makes the hub wait, as a socket's buffer does;
the client takes them one by one, or does not. Everything else is the product: Starlette's WebSocket, the endpoint, the
hub on a journal in memory, presence, fan-out. The hall and its day are those of `tests/views/build.py`.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from starlette.websockets import WebSocket

from queue_server.domain import commands as wish
from queue_server.domain.commands import AnyCommand
from queue_server.domain.hall import CounterId, HallConfig, KioskId, ServiceId
from queue_server.domain.model import ActorId, State, TicketId
from queue_server.domain.refusals import Rejected
from queue_server.halls import Hall
from queue_server.hub import Commit, Hub
from queue_server.identity.model import ANYONE, CredentialId, Identity, Role
from queue_server.journal.base import Journal
from queue_server.journal.memory import MemoryJournal
from queue_server.live.endpoint import Door, serve
from queue_server.live.fanout import Fanout
from queue_server.live.outbox import Outbox
from queue_server.live.presence import PresenceBook, Seat
from queue_server.live.protocol import EXTENSION
from queue_server.timekeeper import Timekeeper
from queue_server.views.answers import answer
from queue_server.wire.messages import PROTOCOL
from queue_server.wishes import Answer, Wish
from tests.live.virtual_time import LoopClock
from tests.views.build import HALL, PLAN

WITHIN_S = 60.0
"""Of virtual time: whoever waits so long has failed."""

ROOM_COUNT = 64
"""Frames that a line holds for a client that reads well."""

Frame = dict[str, Any]


def holder(role: Role, device: str | None = None, **more: Any) -> Identity:
    """Someone of this hall; the credential bears the actor's name."""
    actor = f"{role}:{device or 'siti'}"
    return Identity(
        actor=ActorId(actor), role=role, device=device, hall=HALL.id, credential=CredentialId(actor), **more
    )


HOLDERS: dict[str | None, Identity] = {
    None: ANYONE,
    "s1": holder(Role.DISPLAY, "s1"),
    "s2": holder(Role.DISPLAY, "s2"),
    "s3": holder(Role.DISPLAY, "s3"),
    "k1": holder(Role.KIOSK, "k1"),
    "p1": holder(Role.PRINTER, "p1"),
    "officer": holder(Role.OFFICER),
    "of-c2": holder(Role.OFFICER, counters=(CounterId("c2"),)),
    "manager": holder(Role.MANAGER),
    "foreign": msgspec.structs.replace(holder(Role.MANAGER), hall="elsewhere"),
    "ghost": holder(Role.DISPLAY, "ghost"),
    "ghost-printer": holder(Role.PRINTER, "ghost"),
    "ghost-kiosk": holder(Role.KIOSK, "ghost"),
}
"""By token; any other opens nothing."""


class House:
    """One hall, its doors and who stands before them."""

    def __init__(self, hall: Hall, tasks: asyncio.TaskGroup) -> None:
        self.hall = hall
        self.outboxes: dict[Outbox, CredentialId | None] = {}
        self.revoked: set[CredentialId | None] = set()
        self.limit: Rejected | None = None
        self._tasks = tasks
        self._callers: list[Caller] = []
        self._id_count = 0

    @property
    def door(self) -> Door:
        """As `web.sockets` makes it."""
        return Door(
            hall=self.hall,
            identify=HOLDERS.get,
            is_current=lambda identity: identity.credential not in self.revoked,
            limited=lambda _name, _identity: self.limit,
            new_id=self._new_id,
        )

    @property
    def state(self) -> State:
        """What is committed."""
        return self.hall.hub.state

    async def do(self, command: AnyCommand, by: str = "officer:siti") -> Answer:
        """One accepted command, its commit told."""
        done = await self.hall.hub.submit(Wish(command=command, by=ActorId(by)))
        assert done.refusal is None, done.refusal
        return done

    async def take(self, ticket: str, service: str = "ktp", kiosk: str | None = None) -> None:
        """A ticket under a given id; on paper where there is a kiosk."""
        printer = None if kiosk is None else HALL.printers[0].id
        await self.do(
            wish.TakeTicket(
                ticket=TicketId(ticket),
                service=ServiceId(service),
                language="id",
                kiosk=None if kiosk is None else KioskId(kiosk),
                printer=printer,
            )
        )

    async def open(self, counter: str) -> None:
        """The officer sits down."""
        await self.do(wish.OpenCounter(counter=CounterId(counter)))

    async def call(self, counter: str) -> None:
        """The next one, please."""
        seen = self.state.counters[CounterId(counter)].ticket
        await self.do(wish.CallNext(counter=CounterId(counter), sees=seen))

    def connect(self, room_count: int = ROOM_COUNT, *, has_short_way: bool = False) -> "Caller":
        """A client whose socket was just accepted.

        Args:
            has_short_way: its protocol class takes whole frames (`live.protocol`).
        """
        line = Line(room_count, has_short_way=has_short_way)
        served = self._tasks.create_task(self._served(line), name="socket")
        caller = Caller(line, served)
        self._callers.append(caller)
        return caller

    async def greet(self, view: str, token: str | None = None, **more: Any) -> "Caller":
        """A client that said hello and has not yet read a thing."""
        room_count = more.pop("room_count", ROOM_COUNT)
        caller = self.connect(room_count, has_short_way=more.pop("has_short_way", False))
        caller.say(type="hello", protocol=PROTOCOL, view=view, token=token, **more)
        await settled()
        return caller

    async def watch(self, view: str, token: str | None = None, **more: Any) -> "Caller":
        """A client that has read its first view."""
        caller = await self.greet(view, token, **more)
        first = await caller.hear()
        assert first["type"] == "view", first
        return caller

    async def close(self) -> None:
        """Whoever is still there hangs up."""
        for caller in self._callers:
            caller.hang_up()
        for caller in self._callers:
            await caller.gone()

    async def _served(self, line: "Line") -> None:
        extensions = {EXTENSION: {"write": line.write}} if line.has_short_way else {}
        socket = WebSocket({"type": "websocket", "extensions": extensions}, line.receive, line.send)
        await socket.accept()
        await serve(socket, self.door, self.outboxes)

    def _new_id(self) -> str:
        self._id_count += 1
        return f"new-{self._id_count}"


class Line:
    """The transport between one client and the hub: two bounded pipes of ASGI messages."""

    def __init__(self, room_count: int, *, has_short_way: bool = False) -> None:
        self.has_short_way = has_short_way
        self.short_count = 0
        """Frames that came the short way."""
        self.up: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.down: asyncio.Queue[dict[str, Any]] = asyncio.Queue(room_count)
        self.is_cut = False
        self.up.put_nowait({"type": "websocket.connect"})

    async def receive(self) -> dict[str, Any]:
        """The hub's ear."""
        return await self.up.get()

    async def send(self, message: Any) -> None:
        """The hub's mouth: waits while the line is full."""
        if message["type"] == "websocket.accept":
            return
        if self.is_cut:
            raise OSError("the line is cut")
        await self.down.put(dict(message))

    def write(self, frame: bytes) -> bool:
        """The short way: a whole frame, where there is room for it."""
        if self.is_cut or self.down.full():
            return False
        self.short_count += 1
        self.down.put_nowait({"type": "websocket.send", "text": frame[frame.index(b"{") :].decode()})
        return True


class Caller:
    """One client at its end of the line."""

    def __init__(self, line: Line, served: asyncio.Task[None]) -> None:
        self._line = line
        self._served = served
        self._is_gone = False
        self.code: int | None = None
        """The close code, once it was read."""

    def say(self, **frame: Any) -> None:
        """One frame."""
        self.say_text(json.dumps(frame))

    def say_text(self, text: str) -> None:
        """Whatever text."""
        self._line.up.put_nowait({"type": "websocket.receive", "text": text})

    def say_bytes(self, data: bytes) -> None:
        """A binary frame."""
        self._line.up.put_nowait({"type": "websocket.receive", "bytes": data})

    def command(self, name: str, command_id: str = "c1", **more: Any) -> None:
        """A wish."""
        self.say(type="command", id=command_id, command=name, **more)

    async def hear(self) -> Frame:
        """The next frame; of a close `{"type": "close"}`, after which nothing comes."""
        async with asyncio.timeout(WITHIN_S):
            message = await self._line.down.get()
        if message["type"] == "websocket.close":
            self.code = message["code"]
            return {"type": "close", "code": self.code}
        frame: Frame = json.loads(message["text"])
        return frame

    async def hear_next(self, kind: str) -> Frame:
        """The next frame of a kind, others passed over."""
        async with asyncio.timeout(WITHIN_S):
            while (frame := await self.hear())["type"] != kind:
                assert frame["type"] != "close", f"closed with {self.code} before any {kind}"
        return frame

    async def bye(self) -> tuple[Frame, int]:
        """The farewell and the close code behind it."""
        bye = await self.hear_next("bye")
        await self.hear()
        assert self.code is not None, "a bye is followed by a close"
        return bye, self.code

    def waiting_frames(self) -> list[Frame]:
        """All that lies on the line, taken at once."""
        frames = []
        while not self._line.down.empty():
            message = self._line.down.get_nowait()
            frames.append(json.loads(message.get("text") or '{"type": "close"}'))
        return frames

    def cut(self) -> None:
        """The line is gone, and nobody has noticed yet."""
        self._line.is_cut = True

    def hang_up(self) -> None:
        """The client is gone, as the server tells the application."""
        if not self._is_gone:
            self._is_gone = True
            self._line.up.put_nowait({"type": "websocket.disconnect", "code": 1006})

    async def gone(self) -> None:
        """Until the hub has let go of it; what it still says is not heard."""
        while not await self.is_let_go(0.01):
            self.waiting_frames()

    async def is_let_go(self, seconds: float = WITHIN_S) -> bool:
        """Whether the hub lets go of it within a time; a mistake of the hub's comes out here."""
        done, _ = await asyncio.wait([self._served], timeout=seconds)
        for task in done:
            task.result()
        return bool(done)

    @property
    def short_count(self) -> int:
        """How many frames came to it the short way."""
        return self._line.short_count

    @property
    def is_served(self) -> bool:
        """Whether the hub still serves it."""
        return not self._served.done()


async def outcome(caller: Caller, name: str, **more: Any) -> Frame:
    """What becomes of one command."""
    caller.command(name, **more)
    return await caller.hear_next("outcome")


async def settled() -> None:
    """Until everything that can go on without time passing has gone on."""
    for _ in range(30):
        await asyncio.sleep(0)


@asynccontextmanager
async def open_house(config: HallConfig = HALL, journal: Journal | None = None) -> AsyncIterator[House]:
    """The hall with its hub and fan-out at work; everybody has left when the block ends."""
    clock = LoopClock()
    fanouts: list[Fanout] = []

    def answers(state: State, command: AnyCommand) -> tuple[int, bytes]:
        status, shape = answer(state, presence.snapshot(), command)
        return status, msgspec.json.encode(shape)

    def on_commit(commit: Commit) -> None:
        for fanout in fanouts:
            fanout.committed(commit)

    def on_change(seat: Seat) -> None:
        for fanout in fanouts:
            fanout.presence_changed(seat)

    hub = Hub(
        hall=config.id,
        journal=journal or MemoryJournal(),
        timekeeper=Timekeeper(clock),
        answers=answers,
        day_plan=lambda _hall, _now_ms: PLAN,
        on_commit=on_commit,
    )
    await hub.open()
    presence = PresenceBook(
        journal_id=hub.journal_id,
        clock=clock,
        name_of={ActorId("officer:siti"): "Siti"}.get,
        on_change=on_change,
    )
    fanouts.append(Fanout(hub, presence))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(hub.run(), name="hub")
        telling = tasks.create_task(fanouts[0].run(), name="fan-out")
        house = House(Hall(hub, presence, fanouts[0]), tasks)
        await house.do(wish.Configure(hall=config), by="hub")
        yield house
        await house.close()
        hub.close()
        await running
        telling.cancel()
