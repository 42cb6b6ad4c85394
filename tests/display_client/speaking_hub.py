"""The hub's half of speaking, small: it shows calls, grants each once, serves the sounds, and hears what became of it."""

import asyncio
import io
import wave
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import msgspec
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from queue_server.fetching import HubAddress
from queue_server.wire.shapes import CallView, VoiceStateName
from tests.display_client.calls import CHIME, announcer_state, call_view
from tests.pace import PATIENCE_S

RATE_HZ = 8_000
"""Lengths are whole milliseconds with it."""
CHIME_MS = 60
SENTENCE_MS = 100

SHOWN_COUNT_MAX = 30


def tone(length_ms: int, *, rate_hz: int = RATE_HZ, width: int = 2) -> bytes:
    """A WAV file that is not silent."""
    file = io.BytesIO()
    with wave.open(file, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(width)
        target.setframerate(rate_hz)
        target.writeframes(b"\x00\x40\x00\xc0" * (rate_hz * length_ms * width // 4_000))
    return file.getvalue()


class SpeakingHub:
    """Keeps to the rules of the real one: "speaking" is granted once per call; what was spoken leaves the view."""

    def __init__(self, calls_count: int = 0) -> None:
        self.port = 0
        self.calls: dict[int, VoiceStateName] = dict.fromkeys(range(1, calls_count + 1), "pending")
        self.called_at_ms = 1_800_000_000_000
        self.granted = True
        self.reports: list[tuple[int, str]] = []
        """Call and what, in the order heard and accepted."""
        self.statuses: list[tuple[str, str]] = []
        self.hellos: list[dict[str, Any]] = []
        self.refusals: list[str] = []
        """Codes with which the next reports of "speaking" are refused."""
        self.lacks: set[str] = set()
        """Addresses of sounds that it does not have."""
        self.fetched: Counter[str] = Counter()
        self.remembers_speaking = True
        """Without it a call stays pending until it is spoken: a hub that would let two voices say it."""
        self.closes_with = 0
        """A close code with which everybody is turned away after his hello; 0: nobody."""
        self._outcomes: dict[str, dict[str, Any]] = {}
        self._sockets: set[ServerConnection] = set()
        self._changed = asyncio.Event()
        self._seq = 0

    @property
    def address(self) -> HubAddress:
        """Where it listens."""
        return HubAddress.parse(f"http://127.0.0.1:{self.port}")

    @asynccontextmanager
    async def running(self) -> AsyncIterator["SpeakingHub"]:
        """May be entered again, on the same port, with all that it knew."""
        async with serve(
            self._answer, "127.0.0.1", self.port, compression=None, process_request=self._sound
        ) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            yield self

    async def call(self, *calls: int) -> None:
        """Citizens are called."""
        self.calls.update(dict.fromkeys(calls, "pending"))
        await self.show()

    async def take_back(self, call: int) -> None:
        """A call is undone."""
        del self.calls[call]
        await self.show()

    async def grant(self) -> None:
        """The other voice of the zone is gone."""
        self.granted = True
        await self.show()

    async def show(self) -> None:
        """The newest view, to all."""
        for socket in list(self._sockets):
            await self._show(socket)

    async def until(self, *reports: tuple[int, str], reports_count: int = 0) -> None:
        """Until these were reported, and so many in all."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.reports) < reports_count or not set(reports) <= set(self.reports):
                await self._change()

    async def until_nothing_is_pending(self) -> None:
        """Until every call was begun, and those that may still end have."""
        async with asyncio.timeout(PATIENCE_S):
            while "pending" in self.calls.values():
                await self._change()

    async def until_status(self, status: str) -> str:
        """Until the voice's last word on itself is this. Returns its detail."""
        async with asyncio.timeout(PATIENCE_S):
            while not self.statuses or self.statuses[-1][0] != status:
                await self._change()
        return self.statuses[-1][1]

    async def until_said_hello(self) -> None:
        """Until a voice is on the line."""
        async with asyncio.timeout(PATIENCE_S):
            while not self._sockets:
                await self._change()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def _sound(self, _socket: ServerConnection, request: Request) -> Response | None:
        """A plain GET instead of a handshake."""
        if not request.path.startswith("/audio/"):
            return None
        self.fetched[request.path] += 1
        is_here = request.path not in self.lacks
        body = tone(CHIME_MS if request.path == CHIME else SENTENCE_MS) if is_here else b""
        status = HTTPStatus.OK if is_here else HTTPStatus.NOT_FOUND
        headers = Headers([("Content-Length", str(len(body))), ("Connection", "close")])
        return Response(status.value, status.phrase, headers, body)

    async def _answer(self, socket: ServerConnection) -> None:
        try:
            self.hellos.append(msgspec.json.decode(await socket.recv()))
            if self.closes_with:
                await socket.close(self.closes_with)
            self._sockets.add(socket)
            self._changed.set()
            await self._show(socket)
            async for text in socket:
                await self._hear(socket, msgspec.json.decode(text))
        except ConnectionClosed:
            return
        finally:
            self._sockets.discard(socket)

    async def _show(self, socket: ServerConnection) -> None:
        state = announcer_state(self._shown(), granted=self.granted)
        self._seq += 1
        frame = {"type": "view", "view": "announcer", "seq": self._seq, "journal_id": "j", "state": state}
        await socket.send(msgspec.json.encode(frame).decode())

    def _shown(self) -> list[CallView]:
        """The last that were begun, for the real hub forgets the older ones, and the next ones."""
        begun = [call for call, voice in self.calls.items() if voice == "speaking"][-3:]
        pending = [call for call, voice in self.calls.items() if voice == "pending"][:SHOWN_COUNT_MAX]
        return [call_view(call, self.calls[call], self.called_at_ms) for call in sorted((*begun, *pending))]

    async def _hear(self, socket: ServerConnection, frame: dict[str, Any]) -> None:
        if frame["type"] == "status":
            self.statuses.append((frame["status"], frame["detail"]))
            self._changed.set()
            return
        outcome = self._outcomes.get(frame["id"])
        if outcome is None:
            outcome = self._decide(frame["call"], frame["what"])
            if outcome["accepted"]:
                self._outcomes[frame["id"]] = outcome
        self._changed.set()
        await socket.send(msgspec.json.encode({"type": "outcome", "id": frame["id"], **outcome}).decode())
        await self._show(socket)

    def _decide(self, call: int, what: str) -> dict[str, Any]:
        if what == "speaking" and self.refusals:
            return {"accepted": False, "code": self.refusals.pop(0)}
        needed = "pending" if what == "speaking" or not self.remembers_speaking else "speaking"
        if self.calls.get(call) != needed:
            return {"accepted": False, "code": "WRONG_STATE" if call in self.calls else "UNKNOWN_CALL"}
        self.reports.append((call, what))
        if what == "spoken":
            self.calls[call] = "spoken"
        elif self.remembers_speaking:
            self.calls[call] = "speaking"
        return {"accepted": True, "seq": self._seq}
