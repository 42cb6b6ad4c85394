"""Live sockets without a client library: so little work per socket that what is measured is the hub.

Run as a program it is the crowd that is frozen: `python -m tests.faults.bare_sockets PORT COUNT` opens that many, says
`ready` when each has its first view, and then reads for ever, until it is stopped from outside.
"""

import asyncio
import json
import selectors
import socket
import sys
from typing import Any

from tests.end_to_end.hubs import API
from tests.pace import PATIENCE_S

HELLO = {"type": "hello", "protocol": 1, "view": "hall"}

RECEIVE_BUFFER_BYTES = 16 * 1024
"""What the kernel holds for a frozen client: a cheap stick's, not a server's, so that it is full within seconds."""

SOCKETS_PER_ADDRESS = 100
"""Loopback has sixteen million addresses; the hub lets each of them hold only so many."""

_MASK = bytes(4)
"""A mask of zeros leaves the payload as it is. Source: RFC 6455, 5.3."""


def handshake(port: int) -> bytes:
    """The upgrade of one live socket; its key is fixed, since nobody checks the answer's."""
    return (
        f"GET {API}/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def masked(frame: dict[str, Any]) -> bytes:
    """A short text frame as a client sends it."""
    payload = json.dumps(frame).encode()
    assert len(payload) < 126, "longer ones have another head"
    return bytes((0x81, 0x80 | len(payload))) + _MASK + payload


def address_of(index: int) -> str:
    """Where the client with this index comes from."""
    return f"127.0.0.{2 + index // SOCKETS_PER_ADDRESS}"


class BareClient:
    """One socket that looks at the hall."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def opened(cls, port: int, index: int) -> "BareClient":
        """Upgraded, and its hello said."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address_of(index), 0))
        writer.write(handshake(port))
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head
        writer.write(masked(HELLO))
        return cls(reader, writer)

    async def view(self, seq: int = 0) -> Any:
        """The next whole view that is not older than `seq`."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                frame = json.loads(await self._payload())
                if frame["type"] == "view" and frame["seq"] >= seq:
                    return frame

    async def _payload(self) -> bytes:
        kind, length = await self._reader.readexactly(2)
        assert kind == 0x81, f"a text frame is expected, found {kind:#x}"
        if length == 126:
            length = int.from_bytes(await self._reader.readexactly(2))
        elif length == 127:
            length = int.from_bytes(await self._reader.readexactly(8))
        return await self._reader.readexactly(length)

    def close(self) -> None:
        """Without a goodbye."""
        self._writer.close()


def _crowd(port: int, count: int) -> None:
    """Opens them one by one and reads for ever; a socket that the hub closed is let go."""
    waiting = selectors.DefaultSelector()
    for index in range(count):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        one.bind((address_of(index), 0))
        one.connect(("127.0.0.1", port))
        one.sendall(handshake(port))
        assert one.recv(4_096).startswith(b"HTTP/1.1 101"), "the hub takes everyone"
        one.sendall(masked(HELLO))
        assert one.recv(65_536), "its first view"
        waiting.register(one, selectors.EVENT_READ)
    print("ready", flush=True)
    while waiting.get_map():
        for key, _ in waiting.select():
            assert isinstance(key.fileobj, socket.socket), "only sockets wait here"
            if not key.fileobj.recv(65_536):
                waiting.unregister(key.fileobj)
                key.fileobj.close()


if __name__ == "__main__":
    _crowd(int(sys.argv[1]), int(sys.argv[2]))
