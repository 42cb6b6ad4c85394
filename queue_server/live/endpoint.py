"""The hub's half of the live protocol: hello, whole views, beats, commands and reports, bye.

One connection is one reader and one writer around an outbox. The hub is never awaited by the writer, and the writer
never by the hub. Every wait has a deadline; whatever a client sends ends in an outcome or a documented close code.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

import msgspec
import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from queue_server.domain.hall import ScreenId
from queue_server.domain.model import CallNo
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.halls import Hall
from queue_server.identity.model import CredentialId, Identity
from queue_server.intake import ENTRANCES, Asked, decoded, invalid_at, wish_from
from queue_server.live.beats import Beating
from queue_server.live.outbox import Ended, Outbox
from queue_server.live.presence import Sitter
from queue_server.live.protocol import EXTENSION, WriteFrame
from queue_server.live.seats import Place, place_for
from queue_server.wire import requests as ask
from queue_server.wire.close_codes import CLOSE_RULES, CloseCode
from queue_server.wire.messages import (
    FRAME_BYTES_MAX,
    HELLO_WITHIN_MS,
    PROTOCOL,
    Bye,
    CommandFrame,
    Hello,
    Outcome,
    StatusFrame,
)
from queue_server.wishes import Answer

SEND_WITHIN_MS = 10_000
"""A client that takes no frame for so long is frozen: its place is freed (the goal is 15 s)."""

COMMANDS_UNDER_WAY_MAX = 16
"""Per socket; a person has ten fingers, an agent one thing at a time."""

log = structlog.get_logger(__name__)

_encode = msgspec.json.Encoder().encode
_first = msgspec.json.Decoder(Hello | CommandFrame | StatusFrame)
"""With one type alone, a frame that names none would pass for it."""
_upward = msgspec.json.Decoder(CommandFrame | StatusFrame)
_entrances: dict[str, tuple[msgspec.json.Decoder[ask.Request], msgspec.json.Decoder[ask.Request] | None]] = {
    name: (
        msgspec.json.Decoder(entrance.frame or entrance.request),
        None if entrance.target is None else msgspec.json.Decoder(entrance.target),
    )
    for name, entrance in ENTRANCES.items()
}


class Door(NamedTuple):
    """What the endpoint is handed by whoever opened the socket."""

    hall: Hall
    identify: Callable[[str | None], Identity | None]
    """Who shows this token (None: the cookie's holder, or anyone); None: it opens nothing."""
    is_current: Callable[[Identity], bool]
    """Whether the credential still stands."""
    limited: Callable[[str, Identity], Rejected | None]
    """TOO_MANY where this actor sends this command too often; None: go on."""
    new_id: Callable[[], str]


class Turned(Exception):  # noqa: N818 -- an ending, not an error
    """The client is turned away with a code."""

    def __init__(self, code: CloseCode, why: str) -> None:
        super().__init__(why)
        self.code = code


async def serve(socket: WebSocket, door: Door, outboxes: dict[Outbox, CredentialId | None]) -> None:
    """One accepted socket until it ends.

    `outboxes` holds this connection's while it lives, with the credential behind it, so that a stopping hub can tell
    everyone to come back and a revoked credential ends its sockets.
    """
    outbox = Outbox(_short_way(socket))
    try:
        hello = await _greeting(socket)
        identity = _identity(door, hello)
        if not await door.hall.hub.in_step(hello.seq or 0):
            raise Turned(CloseCode.TRY_AGAIN_LATER, "the store is out of reach")
        place = place_for(hello, identity, door.hall)
        if place is CloseCode.UNKNOWN and await door.hall.hub.look_again():
            place = place_for(hello, identity, door.hall)
        if isinstance(place, CloseCode):
            raise Turned(place, f"view {hello.view}")
        outboxes[outbox] = identity.credential
        try:
            await _Conversation(socket, door, outbox, identity, place).run()
        finally:
            del outboxes[outbox]
    except* (Turned, Ended) as ending:
        first = ending.exceptions[0]
        assert isinstance(first, Turned | Ended), "nothing else is caught here"
        await farewell(socket, first.code)
    except* WebSocketDisconnect:
        pass
    except* TimeoutError:
        log.info("socket_frozen", hall=door.hall.hub.hall)


class _Conversation:
    """What follows a good hello."""

    def __init__(
        self, socket: WebSocket, door: Door, outbox: Outbox, identity: Identity, place: Place
    ) -> None:
        self._socket = socket
        self._door = door
        self._hall = door.hall
        self._outbox = outbox
        self._identity = identity
        self._place = place
        self._post = place.post
        self._sitter = Sitter(on_granted=self._granted, on_displaced=lambda: outbox.end(CloseCode.DISPLACED))
        self._under_way: set[asyncio.Task[None]] = set()
        self._beating = Beating(
            outbox,
            self._hall.fanout.turns,
            is_welcome=lambda: door.is_current(identity),
            beat=lambda is_last: self._hall.fanout.beat(self._post, may_wait=not is_last),
        )

    async def run(self) -> None:
        self._sit_down()
        self._beating.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._write(), name="socket writer")
                tasks.create_task(self._read(tasks), name="socket reader")
        finally:
            self._beating.stop()
            self._hall.fanout.leave(self._post, self._outbox)
            if self._place.seat is not None:
                self._hall.presence.leave(self._place.seat, self._sitter)

    def _sit_down(self) -> None:
        seat = self._place.seat
        if seat is not None:
            self._hall.presence.join(seat, self._sitter)
            if seat.kind == "voice" and not self._hall.presence.is_granted(seat, self._sitter):
                self._post = self._place.silent_post
        if not self._hall.fanout.join(self._post, self._outbox):
            self._outbox.end(CloseCode.UNKNOWN)

    def _granted(self) -> None:
        """The zone's voice is gone and this one is next."""
        self._hall.fanout.leave(self._post, self._outbox)
        self._post = self._place.post
        self._hall.fanout.join(self._post, self._outbox)

    async def _write(self) -> None:
        while True:
            frame = await self._outbox.next()
            async with asyncio.timeout(SEND_WITHIN_MS / 1000):
                await self._socket.send_text(frame)

    async def _read(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            await self._outbox.room()
            text = await _received(self._socket)
            if not self._door.is_current(self._identity):
                raise Ended(CloseCode.UNAUTHENTICATED)
            frame = decoded(_upward, text)
            if isinstance(frame, Rejected):
                raise Turned(CloseCode.BAD_FRAME, frame.detail)
            if isinstance(frame, StatusFrame):
                self._tell_status(frame)
            elif len(self._under_way) >= COMMANDS_UNDER_WAY_MAX:
                self._answer(frame.id, _BUSY)
            else:
                task = tasks.create_task(self._command(frame, text), name="socket command")
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    def _tell_status(self, frame: StatusFrame) -> None:
        if self._place.seat is not None:
            self._hall.presence.tell(self._place.seat, self._sitter, frame.status, frame.detail[:200])

    async def _command(self, frame: CommandFrame, text: str) -> None:
        entrance = ENTRANCES.get(frame.command)
        if entrance is None:
            self._answer(frame.id, invalid_at("$.command", f"There is no command '{frame.command[:40]}'."))
            return
        body_decoder, target_decoder = _entrances[frame.command]
        body = decoded(body_decoder, text)
        target = _target(target_decoder, text)
        if isinstance(body, Rejected):
            self._answer(frame.id, body)
            return
        if isinstance(target, Rejected):
            self._answer(frame.id, target)
            return
        asked = Asked(self._identity, self._hall.hub.state.hall, target, body, self._door.new_id)
        wish = wish_from(frame.command, asked=asked, key=frame.id, age_ms=frame.age_ms)
        if isinstance(wish, Rejected):
            self._answer(frame.id, wish)
        elif (limited := self._door.limited(frame.command, self._identity)) is not None:
            self._answer(frame.id, limited)
        elif isinstance(body, ask.ReportCallRequest) and body.what == "shown":
            self._shown(frame.id, body.call)
        else:
            self._answer(frame.id, await self._hall.hub.submit(wish))

    def _shown(self, frame_id: str, call: int) -> None:
        """Counted in memory; the hub journals the count once it is settled."""
        screen = self._place.screen
        if screen is not None:
            self._hall.presence.shown(CallNo(call), ScreenId(screen))
        self._answer(frame_id, Answer(body=b"{}", seq=self._hall.hub.state.seq))

    def _answer(self, frame_id: str, answer: Answer | Rejected) -> None:
        self._outbox.push(_encode(outcome_of(frame_id, answer)).decode())


def outcome_of(frame_id: str, answer: Answer | Rejected) -> Outcome:
    """The frame that tells a client what became of its command."""
    refusal = answer if isinstance(answer, Rejected) else answer.refusal
    if refusal is None:
        assert isinstance(answer, Answer), "what is not refused was answered"
        return Outcome(id=frame_id, accepted=True, seq=answer.seq, result=msgspec.Raw(answer.body or b"{}"))
    more = dict(refusal.more)
    path, message = more.get("path"), more.get("message")
    officer, since_ms = more.get("officer"), more.get("since_ms")
    retry_ms = (
        1_000 if refusal.code in {Refusal.BUSY, Refusal.OUTCOME_UNKNOWN} else more.get("retry_after_ms")
    )
    return Outcome(
        id=frame_id[:64],
        accepted=False,
        code=refusal.code,
        detail=refusal.detail,
        errors=[{"path": str(path), "message": str(message)}] if path is not None else None,
        retry_after_ms=retry_ms if isinstance(retry_ms, int) else None,
        officer=None if officer is None else str(officer),
        since_at_ms=since_ms if isinstance(since_ms, int) else None,
    )


def _short_way(socket: WebSocket) -> WriteFrame | None:
    """The connection's own way for whole frames, where its protocol class has one."""
    extension = socket.scope.get("extensions", {}).get(EXTENSION)
    return None if extension is None else extension["write"]


async def _greeting(socket: WebSocket) -> Hello:
    try:
        async with asyncio.timeout(HELLO_WITHIN_MS / 1000):
            text = await _received(socket)
    except TimeoutError:
        raise Turned(CloseCode.HELLO_TOO_LATE, "no hello") from None
    hello = decoded(_first, text)
    if not isinstance(hello, Hello):
        raise Turned(CloseCode.BAD_FRAME, hello.detail if isinstance(hello, Rejected) else "no hello first")
    if hello.protocol != PROTOCOL:
        raise Turned(CloseCode.PROTOCOL_UNKNOWN, f"protocol {hello.protocol}")
    return hello


def _identity(door: Door, hello: Hello) -> Identity:
    identity = door.identify(hello.token)
    if identity is None:
        raise Turned(CloseCode.UNAUTHENTICATED, "token or cookie opens nothing")
    return identity


async def _received(socket: WebSocket) -> str:
    """The next text frame; anything else is turned away."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1006))
    text: str | None = message.get("text")
    if text is None:
        raise Turned(CloseCode.BAD_FRAME, "binary frame")
    if len(text) > FRAME_BYTES_MAX or len(text.encode("utf-8", "surrogatepass")) > FRAME_BYTES_MAX:
        raise Turned(CloseCode.TOO_LARGE, "frame too large")
    return text


async def farewell(socket: WebSocket, code: CloseCode) -> None:
    """Says bye with the code's rule and closes; a client that is gone is let go."""
    if socket.application_state is not WebSocketState.CONNECTED:
        return
    rule = CLOSE_RULES[code]
    bye = _encode(Bye(code=code, retry=rule.retry, after_ms=rule.after_ms)).decode()
    try:
        async with asyncio.timeout(SEND_WITHIN_MS / 1000):
            await socket.send_text(bye)
            await socket.close(code)
    except (TimeoutError, WebSocketDisconnect, RuntimeError):
        return  # It left before the farewell, or it is frozen: there is nobody to tell.


def _target(decoder: "msgspec.json.Decoder[ask.Request] | None", text: str) -> str | Rejected:
    """The counter or ticket that a command's frame names; empty where it names none."""
    if decoder is None:
        return ""
    target = decoded(decoder, text)
    if isinstance(target, Rejected):
        return target
    if isinstance(target, ask.CounterTarget):
        return target.counter
    assert isinstance(target, ask.TicketTarget), "a target is a counter or a ticket"
    return target.ticket


_BUSY = Rejected(code=Refusal.BUSY, detail="Too many commands under way on this socket.")
