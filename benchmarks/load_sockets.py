"""Load generator for live sockets, a process of its own: thousands of raw sockets on one epoll, frames read by hand.

Reads one order a line from standard input, answers one line each, and drains its sockets all the while. A frame's
arrival is the instant at which its last byte was read here; the clock is the machine's monotonic one, the same in
every process. Reading a frame costs some 5 µs, less than any server needs to send it.
"""

import os
import select
import socket
import sys
import time
from collections import deque

import msgspec

OPEN_WITHIN_S = 300.0
"""Ten thousand need some 10 s of the hub's processor time; the machine may have others to serve."""
NEWS_COUNT_MAX = 8
"""Arrivals that are remembered per socket since the last reset; a measured change brings one or two."""

_MASKED = b"\0\0\0\0"
"""A client must mask (RFC 6455, 5.3); with zeros the text stays as it is. Nobody is between us and the hub."""
_SEQ = b'"seq":'
_VIEW = b'{"type":"view"'


class Open(msgspec.Struct, frozen=True, kw_only=True, tag="open"):
    """Connect so many at once, again and again, and wait for each one's first view."""

    port: int
    hellos: list[str]
    """One text per socket."""
    path: str | None
    """Of the live socket; None: plain TCP, to which the hello is sent as a line."""
    is_answered: bool
    """Whether a first frame comes; on plain TCP it need not."""
    at_once: int


class Reset(msgspec.Struct, frozen=True, kw_only=True, tag="reset"):
    """Forget all arrivals."""


class Collect(msgspec.Struct, frozen=True, kw_only=True, tag="collect"):
    """Wait until sockets got a view of this seq or a later one since the last reset."""

    seq_min: int
    within_ms: int
    sockets: list[int] | None = None
    """By their place among the hellos; None: all."""


class Close(msgspec.Struct, frozen=True, kw_only=True, tag="close"):
    """Hang up."""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    wall_ms: float
    """From the first connect to the last first view."""
    frame_bytes: int
    """Of the last first view."""


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    arrived_ns: list[int]
    """Per socket asked for, in order; 0: nothing came in time."""
    frame_count: int
    """Views since the last reset, everybody's."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    pass


Order = Open | Reset | Collect | Close


class _Client:
    """One socket from its connect to its close."""

    def __init__(self, hello: bytes, handshake: bytes | None) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)  # noqa: FBT003 -- the standard library's own signature
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.hello = hello
        self.handshake = handshake
        self.is_talking = False
        """Whether its hello is sent: what follows are frames."""
        self.rest = b""
        self.news: deque[tuple[int, int]] = deque(maxlen=NEWS_COUNT_MAX)
        """Seq and instant, ns."""


class Crowd:
    """All sockets of this process."""

    def __init__(self) -> None:
        self._poll = select.epoll()
        self._clients: list[_Client] = []
        self._by_fd: dict[int, _Client] = {}
        self._frame_bytes = 0
        self.frame_count = 0

    def open(self, order: Open) -> Opened:
        """Connects everyone and waits for everyone's first view."""
        started_ns = time.monotonic_ns()
        for first in range(0, len(order.hellos), order.at_once):
            wave = self._connected_to(order, order.hellos[first : first + order.at_once])
            while not all(c.is_talking and (c.news or not order.is_answered) for c in wave):
                self.turn(1.0)
                assert time.monotonic_ns() < started_ns + OPEN_WITHIN_S * 1e9, "not everyone was let in"
        last_ns = max((c.news[-1][1] for c in self._clients if c.news), default=time.monotonic_ns())
        return Opened(wall_ms=(last_ns - started_ns) / 1e6, frame_bytes=self._frame_bytes)

    def reset(self) -> Done:
        """Forgets arrivals."""
        self.frame_count = 0
        for client in self._clients:
            client.news.clear()
        return Done()

    def collect(self, order: Collect) -> Collected:
        """Waits for a change at those asked for."""
        asked = self._clients if order.sockets is None else [self._clients[place] for place in order.sockets]
        deadline_ns = time.monotonic_ns() + order.within_ms * 1_000_000
        waiting = asked
        while waiting := [client for client in waiting if not _arrived_ns(client, order.seq_min)]:
            left_ns = deadline_ns - time.monotonic_ns()
            if left_ns <= 0:
                break
            self.turn(min(1.0, left_ns / 1e9))
        arrived_ns = [_arrived_ns(client, order.seq_min) for client in asked]
        return Collected(arrived_ns=arrived_ns, frame_count=self.frame_count)

    def close(self) -> Done:
        """Hangs up."""
        for client in self._clients:
            client.socket.close()
        self._clients.clear()
        self._by_fd.clear()
        return Done()

    def turn(self, within_s: float) -> bool:
        """Reads whatever came, waiting at most so long. Returns whether an order waits on standard input."""
        is_ordered = False
        for fd, event in self._poll.poll(within_s, 1024):
            if fd == 0:
                is_ordered = True
            elif not self._by_fd[fd].is_talking and event & select.EPOLLOUT:
                self._connected(self._by_fd[fd])
            else:
                self._received(self._by_fd[fd])
        return is_ordered

    def hear_orders(self) -> None:
        """Lets standard input wake `turn`."""
        self._poll.register(0, select.EPOLLIN)

    def _connected_to(self, order: Open, hellos: list[str]) -> list[_Client]:
        """Begins to connect; `turn` goes on with it."""
        handshake = None if order.path is None else _handshake(order.path, order.port)
        wave = []
        for text in hellos:
            hello = text.encode() + b"\n" if handshake is None else _frame(text.encode())
            client = _Client(hello, handshake)
            client.socket.connect_ex(("127.0.0.1", order.port))
            wave.append(client)
            self._by_fd[client.socket.fileno()] = client
            self._poll.register(client.socket, select.EPOLLOUT)
        self._clients += wave
        return wave

    def _connected(self, client: _Client) -> None:
        refused = client.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        assert not refused, os.strerror(refused)
        client.is_talking = client.handshake is None
        client.socket.sendall(client.handshake or client.hello)
        self._poll.modify(client.socket, select.EPOLLIN)

    def _received(self, client: _Client) -> None:
        data = client.socket.recv(1 << 18)
        assert data, "the server hung up"
        if client.rest:
            data = client.rest + data
        if not client.is_talking:
            head, mark, data = data.partition(b"\r\n\r\n")
            if not mark:
                client.rest = head
                return
            assert head.startswith(b"HTTP/1.1 101"), head[:80]
            client.is_talking = True
            client.socket.sendall(client.hello)
        at = 0
        while (found := _payload(data, at)) is not None:
            first, at = found
            self._noted(client, data, first, at)
        client.rest = data[at:]

    def _noted(self, client: _Client, data: bytes, first: int, end: int) -> None:
        if not data.startswith(_VIEW, first):
            assert not data.startswith(b'{"type":"bye"', first), data[first:end]
            return
        at = data.index(_SEQ, first) + len(_SEQ)
        client.news.append((int(data[at : data.index(b",", at)]), time.monotonic_ns()))
        self.frame_count += 1
        self._frame_bytes = end - first


def main() -> None:
    """Until standard input ends."""
    crowd = Crowd()
    crowd.hear_orders()
    decoder = msgspec.json.Decoder(Order)
    heard = b""
    while True:
        while not crowd.turn(5.0):
            pass
        part = os.read(0, 1 << 20)
        if not part:
            return
        heard += part
        while b"\n" in heard:
            line, _, heard = heard.partition(b"\n")
            sys.stdout.buffer.write(msgspec.json.encode(_done(crowd, decoder.decode(line))) + b"\n")
            sys.stdout.buffer.flush()


def _done(crowd: Crowd, order: Order) -> Opened | Collected | Done:
    match order:
        case Open():
            return crowd.open(order)
        case Reset():
            return crowd.reset()
        case Collect():
            return crowd.collect(order)
        case Close():
            return crowd.close()


def _arrived_ns(client: _Client, seq_min: int) -> int:
    return next((at_ns for seq, at_ns in client.news if seq >= seq_min), 0)


def _payload(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the text of the frame at this place begins and ends; None: it is not here whole (RFC 6455, 5.2)."""
    have = len(data) - at
    if have < 2:
        return None
    length, head = data[at + 1] & 0x7F, 2
    if length == 126:
        length, head = int.from_bytes(data[at + 2 : at + 4]), 4
    elif length == 127:
        length, head = int.from_bytes(data[at + 2 : at + 10]), 10
    return (at + head, at + head + length) if have >= head + length else None


def _frame(text: bytes) -> bytes:
    length = bytes((0x80 | len(text),)) if len(text) < 126 else b"\xfe" + len(text).to_bytes(2)
    return b"\x81" + length + _MASKED + text


def _handshake(path: str, port: int) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


if __name__ == "__main__":
    main()
