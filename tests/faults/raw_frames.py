"""WebSocket frames bit by bit: written as wrong as one likes, read as strictly as the standard asks.

Source: RFC 6455, section 5.2. A client library would refuse to write most of what the tests of the live socket send.
"""

import asyncio
import struct
from enum import IntEnum
from typing import NamedTuple

from tests.pace import PATIENCE_S


class Op(IntEnum):
    """The opcodes that there are; 3 to 7 and 11 to 15 are reserved."""

    CONT = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class Heard(NamedTuple):
    """One frame from the hub, or its closing: then the code, and None where it gave none."""

    op: Op
    payload: bytes
    code: int | None = None


def raw(
    op: int,
    payload: bytes = b"",
    *,
    is_last: bool = True,
    reserved: int = 0,
    mask: bytes | None = b"\x37\xfa\x21\x3d",
    length: int | None = None,
    length_bytes: int | None = None,
) -> bytes:
    """One frame of a client.

    Args:
        reserved: three bits.
        mask: None: not masked, as no client may be.
        length: as told, where it is not the payload's.
        length_bytes: 0, 2 or 8 after the second byte; None: the shortest that will do.
    """
    told = len(payload) if length is None else length
    if length_bytes is None:
        length_bytes = 0 if told < 126 else 2 if told < 1 << 16 else 8
    short = {0: told & 0x7F, 2: 126, 8: 127}[length_bytes]
    head = bytes(
        ((0x80 if is_last else 0) | (reserved & 7) << 4 | (op & 15), (0 if mask is None else 0x80) | short)
    )
    more = {0: b"", 2: struct.pack("!H", told & 0xFFFF), 8: struct.pack("!Q", told & (1 << 64) - 1)}[
        length_bytes
    ]
    if mask is None:
        return head + more + payload
    return head + more + mask + masked_with(mask, payload)


def masked_with(mask: bytes, payload: bytes) -> bytes:
    """Source: RFC 6455, section 5.3."""
    if not payload:
        return b""
    key = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(len(payload))


def closing(code: int | None = 1000, reason: bytes = b"") -> bytes:
    """A close frame; None: without a code."""
    return raw(Op.CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


def upgrade(path: str, host: str, more: str = "") -> bytes:
    """The handshake of a client; its key is fixed, since nobody checks the answer's."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
    ).encode()


class RawClient:
    """A TCP connection on which anything may be written, and all that comes back is read by the rules."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connected(cls, port: int, address: str = "127.0.0.1") -> "RawClient":
        """With nothing said yet."""
        return cls(*await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0), limit=1 << 22))

    @classmethod
    async def upgraded(cls, port: int, path: str, address: str = "127.0.0.1") -> "RawClient":
        """With its handshake answered by 101."""
        client = await cls.connected(port, address)
        client.write(upgrade(path, f"127.0.0.1:{port}"))
        head = await client.head()
        assert head.startswith(b"HTTP/1.1 101 "), head
        return client

    def write(self, data: bytes) -> None:
        """Whatever bytes."""
        self._writer.write(data)

    async def write_slowly(self, data: bytes, chop: int) -> None:
        """In pieces that the kernel sends one by one."""
        for at in range(0, len(data), chop):
            self._writer.write(data[at : at + chop])
            await self._writer.drain()
            await asyncio.sleep(0)

    async def sent(self) -> bool:
        """Whether the kernel took all that was written; False: the other side is gone."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._writer.drain()
        except ConnectionError:
            return False
        return True

    def say_no_more(self) -> None:
        """The client's half of the connection ends."""
        if self._writer.can_write_eof():
            try:
                self._writer.write_eof()
            except OSError:
                return  # The other side has cut it.

    async def head(self) -> bytes:
        """An HTTP answer's head; what came of it where the connection ended before."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                return await self._reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError as error:
                return error.partial
            except ConnectionError:
                return b""

    async def rest(self) -> bytes:
        """All bytes until the connection ends."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                return await self._reader.read()
            except ConnectionError:
                return b""
            finally:
                self.cut()

    async def hear(self) -> Heard | None:
        """The next frame; None: the connection has ended, cleanly between two frames or cut by the kernel.

        Raises:
            AssertionError: what came is no frame that a server may send (RFC 6455, 5.1 to 5.5).
            TimeoutError: nothing came.
        """
        async with asyncio.timeout(PATIENCE_S):
            try:
                first = await self._reader.read(1)
                if not first:
                    self.cut()
                    return None
                [second] = await self._reader.readexactly(1)
                length = second & 0x7F
                if length >= 126:
                    length = int.from_bytes(await self._reader.readexactly(2 if length == 126 else 8))
                payload = await self._reader.readexactly(length)
            except ConnectionError:
                self.cut()
                return None
        assert first[0] & 0xF0 == 0x80, (
            f"whole frames without reserved bits are expected, found {first[0]:#x}"
        )
        assert second & 0x80 == 0, "a server does not mask"
        op = Op(first[0] & 0x0F)
        if op is Op.CLOSE:
            assert length == 0 or 2 <= length <= 125, payload
            payload[2:].decode()
            return Heard(op, payload[2:], int.from_bytes(payload[:2]) if length else None)
        if op is Op.TEXT:
            payload.decode()
        return Heard(op, payload)

    async def hear_all(self) -> list[Heard]:
        """Every frame until the connection ends."""
        heard = []
        while (frame := await self.hear()) is not None:
            heard.append(frame)
        return heard

    def cut(self) -> None:
        """Without a goodbye."""
        self._writer.transport.abort()
