"""WebSocket frames bit by bit: written as wrong as one likes, read as strictly as the standard asks.

Source: RFC 6455, section 5.2. A client library would refuse to write most of what the tests of the live socket send.
"""

import asyncio
import socket
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
    """A TCP connection on which anything may be written, and all that comes back is read by the rules.

    A bare socket, because a stream forgets what came before the other side cut the connection.
    """

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._loop = asyncio.get_running_loop()
        self._came = bytearray()
        self._heard_count = 0
        self._is_ended = False
        self._news = asyncio.Event()

    @classmethod
    async def connected(cls, port: int, address: str = "127.0.0.1") -> "RawClient":
        """With nothing said yet."""
        end = socket.socket()
        end.setblocking(False)  # noqa: FBT003 -- the standard library's own signature
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        end.bind((address, 0))
        try:
            await asyncio.get_running_loop().sock_connect(end, ("127.0.0.1", port))
        except BaseException:
            end.close()
            raise
        return cls(end)

    @classmethod
    async def upgraded(cls, port: int, path: str, address: str = "127.0.0.1") -> "RawClient":
        """With its handshake answered by 101."""
        client = await cls.connected(port, address)
        await client.write(upgrade(path, f"127.0.0.1:{port}"))
        head = await client.head()
        assert head.startswith(b"HTTP/1.1 101 "), head
        return client

    async def write(self, data: bytes, chop: int | None = None) -> bool:
        """Whatever bytes, in pieces of so many; whether the other side was there to take them all."""
        size = chop or len(data) or 1
        try:
            async with asyncio.timeout(PATIENCE_S):
                for at in range(0, len(data), size):
                    await self._loop.sock_sendall(self._end, data[at : at + size])
                    await asyncio.sleep(
                        0
                    )  # Each piece is read before the next where hub and client share a loop.
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise
            return False
        return True

    def say_no_more(self) -> None:
        """The client's half of the connection ends."""
        try:
            self._end.shutdown(socket.SHUT_WR)
        except OSError:
            return  # The other side has cut it.

    async def head(self) -> bytes:
        """An HTTP answer's head; what came of it where the connection ended before."""
        async with asyncio.timeout(PATIENCE_S):
            while (at := self._came.find(b"\r\n\r\n")) < 0 and await self._more():
                pass
        return self._taken(at + 4 if at >= 0 else len(self._came))

    async def rest(self) -> bytes:
        """All bytes until the connection ends."""
        async with asyncio.timeout(PATIENCE_S):
            while await self._more():
                pass
        self.cut()
        return self._taken(len(self._came))

    async def hear(self) -> Heard | None:
        """The next frame; None: the connection has ended.

        Raises:
            AssertionError: what came is no frame that a server may send (RFC 6455, 5.1 to 5.5), or half of one.
            TimeoutError: nothing came.
        """
        async with asyncio.timeout(PATIENCE_S):
            head = await self._exactly(2)
            if not head:
                self.cut()
                return None
            assert head[0] & 0xF0 == 0x80, (
                f"whole frames without reserved bits are expected, found {head[0]:#x}"
            )
            assert head[1] & 0x80 == 0, "a server does not mask"
            length = head[1]
            if length >= 126:
                length = int.from_bytes(await self._exactly(2 if length == 126 else 8))
            payload = await self._exactly(length)
        assert length == len(payload), "a frame was cut off"
        op = Op(head[0] & 0x0F)
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
        try:
            while (frame := await self.hear()) is not None:
                heard.append(frame)
                self._heard_count += 1
                self._news.set()
        finally:
            self._is_ended = True
            self._news.set()
        return heard

    async def heard_count(self, count: int) -> None:
        """Until `hear_all` has heard so many, or there will be no more."""
        while self._heard_count < count and not self._is_ended:
            self._news.clear()
            await self._news.wait()

    def cut(self) -> None:
        """Without a goodbye."""
        self._end.close()

    async def _exactly(self, count: int) -> bytes:
        """Fewer where the connection ended."""
        while len(self._came) < count and await self._more():
            pass
        return self._taken(min(count, len(self._came)))

    def _taken(self, count: int) -> bytes:
        taken = bytes(self._came[:count])
        del self._came[:count]
        return taken

    async def _more(self) -> bool:
        """Whether more came; False: the connection has ended, by either side's word or the kernel's."""
        try:
            data = await self._loop.sock_recv(self._end, 65_536)
        except ConnectionError:
            return False
        self._came += data
        return bool(data)
