"""A stage for pages: it shows a fixture as a hub would, and does what a test tells it.

No hub is behind it. Each fixture is a hall of its own for the address of the socket ("counter--busy"), so that many
can be open at once; the state still names the example hall. The stage lives in the server's event loop; the methods
that tests call may be called from any thread.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any, cast

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from queue_server.wire.close_codes import CLOSE_RULES, CloseCode
from queue_server.wire.messages import Beat, Bye, Outcome, View, ViewName
from queue_server.wire.shapes import Shape
from tests.pace import PATIENCE_S
from tests.pages.fixtures.hall import JOURNAL_ID, NOW_MS, SEQ, head

BEAT_EVERY_S = 2.0
Answer = Outcome | Callable[[dict[str, Any]], Outcome | None]
"""What a command gets; a function sees the frame, and None leaves the command without an outcome."""


class Fixture(msgspec.Struct, frozen=True, kw_only=True):
    """One page in one situation."""

    page: str
    title: str = "Antrean"
    hello: dict[str, Any] = {}
    """Keys of the first frame, without type, protocol and seq; empty: the page has no socket."""
    state: Shape | None = None
    more_states: dict[str, Shape] = {}
    """By view, for a page with a second socket: what that one is shown."""
    page_data: dict[str, Any] | None = None
    """`boot.page`."""
    outcomes: dict[str, Answer] = {}
    """By command; another command is refused as WRONG_STATE."""
    sizes: tuple[tuple[int, int], ...] = ((1366, 768),)
    """At which it is to be looked at."""
    address_end: str = ""
    """What stands behind the page's address, for example "#code"."""
    is_first_paint: bool = True
    """Whether the server knew the state when it made the page."""


class Stage:
    """One fixture, played to any number of pages."""

    def __init__(self, *, key: str, fixture: Fixture, origin: str, loop: asyncio.AbstractEventLoop) -> None:
        self.key = key
        self.fixture = fixture
        self.outcomes: dict[str, Answer] = dict(fixture.outcomes)
        self.hellos: list[dict[str, Any]] = []
        self.commands: list[dict[str, Any]] = []
        self.statuses: list[dict[str, Any]] = []
        self._origin = origin
        self._loop = loop
        self._state = fixture.state
        self._more_states = dict(fixture.more_states)
        self._seq = SEQ
        self._journal_id = JOURNAL_ID
        self._started_s = time.monotonic()
        self._sockets: dict[WebSocket, str] = {}
        self._heard = threading.Condition()
        self._is_silent = False
        self._is_refusing = False

    def address(self, lang: str = "id") -> str:
        """Of the page."""
        return f"{self._origin}/{self.key.replace('--', '/')}?lang={lang}{self.fixture.address_end}"

    def boot(self) -> dict[str, Any]:
        """What the shell writes into the page."""
        fixture = self.fixture
        state = self._state if fixture.is_first_paint else None
        return {
            "hall": msgspec.structs.replace(head(), id=self.key),
            "hello": fixture.hello or None,
            "view": state,
            "seq": self._seq if state else None,
            "journal_id": self._journal_id if state else None,
            "now_ms": self.now_ms(),
            "page": fixture.page_data,
        }

    def now_ms(self) -> int:
        """The stage's clock: NOW_MS when it was set up, and on from there."""
        return NOW_MS + int((time.monotonic() - self._started_s) * 1000)

    def show(self, state: Shape) -> None:
        """The next view."""
        self._do(self._show(state))

    def show_more(self, view: str, state: Shape) -> None:
        """The next view of the page's second socket."""
        self._more_states[view] = state
        self._do(self._show(self._state))

    def restore_older(self, state: Shape) -> None:
        """A database that was restored: another journal, a lower seq."""
        self._journal_id, self._seq = "restored", 5
        self.show(state)

    def go_silent(self) -> None:
        """Sockets stay open, nothing is said and nobody answered."""
        self._is_silent = True

    def refuse(self) -> None:
        """No socket is accepted; those that are open are closed without a word."""
        self._is_refusing = True
        self._do(self._close_all(1001, None))

    def welcome(self) -> None:
        """All is well again."""
        self._is_silent = self._is_refusing = False

    def close(self, code: int, *, bye: Bye | None = None) -> None:
        """Closes every socket, after a bye where there is one."""
        self._do(self._close_all(code, bye))

    def dismiss(self, code: CloseCode) -> None:
        """Closes every socket as the hub would, with the code's own rule."""
        rule = CLOSE_RULES[code]
        self.close(int(code), bye=Bye(code=int(code), retry=rule.retry, after_ms=rule.after_ms))

    def wait_for_command(self, name: str, count: int = 1) -> dict[str, Any]:
        """The latest command of that name, once there are so many."""

        def found() -> bool:
            return len(self._named(name)) >= count

        with self._heard:
            assert self._heard.wait_for(found, PATIENCE_S), f"no {name} among {self.commands}"
        return self._named(name)[-1]

    def wait_for_hello(self, count: int = 1) -> dict[str, Any]:
        """The latest hello, once there are so many."""
        with self._heard:
            assert self._heard.wait_for(lambda: len(self.hellos) >= count, PATIENCE_S), "no hello"
        return self.hellos[-1]

    def wait_for_status(self, status: str) -> dict[str, Any]:
        """The latest status report, once it is this one."""
        with self._heard:
            assert self._heard.wait_for(lambda: self._last_status() == status, PATIENCE_S), self.statuses
        return self.statuses[-1]

    async def serve(self, socket: WebSocket) -> None:
        """One connection."""
        if self._is_refusing:
            await socket.close()
            return
        await socket.accept()
        hello = msgspec.json.decode(await socket.receive_text())
        with self._heard:  # no await inside: the tests' thread waits on it
            self.hellos.append(hello)
            self._heard.notify_all()
        self._sockets[socket] = hello.get("view", "")
        beats = asyncio.create_task(self._beat(socket))
        try:
            await self._send_view(socket)
            while True:
                await self._answer(socket, msgspec.json.decode(await socket.receive_text()))
        except WebSocketDisconnect:
            pass
        finally:
            beats.cancel()
            self._sockets.pop(socket, None)

    async def _answer(self, socket: WebSocket, frame: dict[str, Any]) -> None:
        with self._heard:
            (self.commands if frame["type"] == "command" else self.statuses).append(frame)
            self._heard.notify_all()
        if frame["type"] != "command" or self._is_silent:
            return
        answer = self.outcomes.get(frame["command"]) or Outcome(
            id="", accepted=False, code="WRONG_STATE", detail="The fixture has no outcome for this command."
        )
        outcome = answer if isinstance(answer, Outcome) else answer(frame)
        if outcome is not None:
            await self._send(socket, msgspec.structs.replace(outcome, id=frame["id"]))

    async def _show(self, state: Shape | None) -> None:
        self._state = state
        self._seq += 1
        for socket in list(self._sockets):
            await self._send_view(socket)

    async def _send_view(self, socket: WebSocket) -> None:
        asked = self._sockets.get(socket, "")
        has_own = asked in self._more_states
        await self._send(
            socket,
            View(
                view=cast(ViewName, asked) if has_own else self.fixture.hello["view"],
                seq=self._seq,
                journal_id=self._journal_id,
                state=msgspec.Raw(msgspec.json.encode(self._more_states[asked] if has_own else self._state)),
            ),
        )

    async def _beat(self, socket: WebSocket) -> None:
        while True:
            await self._send(socket, Beat(seq=self._seq, now_ms=self.now_ms()))
            await asyncio.sleep(BEAT_EVERY_S)

    async def _close_all(self, code: int, bye: Bye | None) -> None:
        for socket in list(self._sockets):
            if bye is not None:
                await self._send(socket, bye)
            if socket.client_state is WebSocketState.CONNECTED:
                with contextlib.suppress(WebSocketDisconnect):
                    await socket.close(code)
            self._sockets.pop(socket, None)

    async def _send(self, socket: WebSocket, frame: View | Beat | Outcome | Bye) -> None:
        if self._is_silent or socket.client_state is not WebSocketState.CONNECTED:
            return
        with contextlib.suppress(WebSocketDisconnect):  # the page may be gone, and the stage not yet told
            await socket.send_text(msgspec.json.encode(frame).decode())

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    def _named(self, name: str) -> list[dict[str, Any]]:
        return [frame for frame in self.commands if frame["command"] == name]

    def _last_status(self) -> str | None:
        return self.statuses[-1]["status"] if self.statuses else None
