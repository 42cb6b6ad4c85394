"""A small hub on a loopback port: a real WebSocket server that does to its clients what a test tells it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from queue_server.fetching import HubAddress
from tests.pace import PATIENCE_S


class Caller:
    """One client's socket, from the hub's side."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.hello: dict[str, Any] = {}

    async def hear(self) -> dict[str, Any]:
        """The next frame from the client."""
        async with asyncio.timeout(PATIENCE_S):
            frame: dict[str, Any] = msgspec.json.decode(await self.socket.recv())
            return frame

    async def say(self, **frame: Any) -> None:
        """A frame to the client."""
        await self.socket.send(msgspec.json.encode(frame).decode())

    async def show(self, seq: int, state: object, *, journal_id: str = "j1") -> None:
        """A view."""
        await self.say(type="view", view=self.hello["view"], seq=seq, journal_id=journal_id, state=state)


class SmallHub:
    """Accepts clients, reads their hello, and hands them to the test one after the other."""

    def __init__(self) -> None:
        self.port = 0
        self._callers: asyncio.Queue[Caller] = asyncio.Queue()

    @property
    def address(self) -> HubAddress:
        """Where it listens."""
        return HubAddress.parse(f"http://127.0.0.1:{self.port}")

    async def caller(self) -> Caller:
        """The next client that connects, its hello read."""
        async with asyncio.timeout(PATIENCE_S):
            return await self._callers.get()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["SmallHub"]:
        """Listens; on leaving every socket is closed with 1001. May be entered again, on the same port."""
        async with serve(self._answer, "127.0.0.1", self.port, compression=None) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            yield self

    async def _answer(self, socket: ServerConnection) -> None:
        caller = Caller(socket)
        try:
            caller.hello = await caller.hear()
        except ConnectionClosed:
            return
        await self._callers.put(caller)
        await socket.wait_closed()
