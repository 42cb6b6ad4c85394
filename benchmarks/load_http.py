"""Load generator for HTTP, a process of its own: keep-alive connections on raw sockets, one request each at a time.

Reads one `Hammer` a line, does it, writes one `Hammered`. No library between the socket and the clock: on two cores
the generator takes its time from the very hub that it measures, and this costs some 10 µs a request.
"""

import re
import select
import socket
import sys
import time
from itertools import count

import msgspec

ANSWER_WITHIN_S = 30.0
_LOCATION = re.compile(rb"(?i)\r\nlocation: *([^\r]+)")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class Hammer(msgspec.Struct, frozen=True, kw_only=True):
    """What to send."""

    port: int
    connections: int
    requests: list[str]
    """Whole requests, sent in turn; `{key}` becomes a fresh idempotency key."""
    request_count: int | None = None
    """How many altogether; None: until the time is up."""
    length_ms: int | None = None
    is_told: bool = False
    """Whether the answers' `Location`s are wanted."""


class Hammered(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    wall_ms: float
    latencies_ms: list[float]
    """One per answer, in the order in which they came."""
    statuses: dict[str, int]
    """Answers by HTTP status."""
    locations: list[str]
    """Where asked for."""


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_ns = 0
        self.rest = b""
        self.answer = b""
        """The last one, whole."""

    def send(self, request: bytes) -> None:
        self.sent_ns = time.monotonic_ns()
        self.socket.sendall(request)


def main() -> None:
    """Until standard input ends."""
    for run, line in enumerate(sys.stdin.buffer):
        hammered = hammer(msgspec.json.decode(line, type=Hammer), f"{time.time_ns():x}-{run}")
        sys.stdout.buffer.write(msgspec.json.encode(hammered) + b"\n")
        sys.stdout.buffer.flush()


def hammer(asked: Hammer, run: str) -> Hammered:
    """Sends and counts. `run` makes the keys of this run unlike all others'."""
    parts = [request.encode().split(b"{key}") for request in asked.requests]
    numbers = count()

    def following() -> bytes:
        number = next(numbers)
        return f"{run}-{number}".encode().join(parts[number % len(parts)])

    connections = {
        one.socket.fileno(): one for one in (_Connection(asked.port) for _ in range(asked.connections))
    }
    poll = select.epoll()
    latencies_ms: list[float] = []
    statuses: dict[str, int] = {}
    locations: list[str] = []
    left = asked.request_count if asked.request_count is not None else sys.maxsize
    started_ns = time.monotonic_ns()
    ends_ns = started_ns + (asked.length_ms * 1_000_000 if asked.length_ms else 2**62)
    under_way = 0
    for fd, one in connections.items():
        poll.register(fd, select.EPOLLIN)
        if left > 0:
            one.send(following())
            left -= 1
            under_way += 1
    while under_way:
        events = poll.poll(ANSWER_WITHIN_S)
        assert events, "the server gives no answer"
        for fd, _ in events:
            one = connections[fd]
            status = _answered(one)
            if status is None:
                continue
            now_ns = time.monotonic_ns()
            latencies_ms.append((now_ns - one.sent_ns) / 1e6)
            statuses[status] = statuses.get(status, 0) + 1
            if asked.is_told and (found := _LOCATION.search(one.answer)):
                locations.append(found[1].decode())
            if left > 0 and now_ns < ends_ns:
                left -= 1
                one.send(following())
            else:
                under_way -= 1
    wall_ms = (time.monotonic_ns() - started_ns) / 1e6
    for one in connections.values():
        one.socket.close()
    poll.close()
    return Hammered(wall_ms=wall_ms, latencies_ms=latencies_ms, statuses=statuses, locations=locations)


def _answered(one: _Connection) -> str | None:
    """The status of an answer that is here whole; None: more is to come."""
    part = one.socket.recv(1 << 16)
    assert part, "the server hung up"
    data = one.rest + part
    end = data.find(b"\r\n\r\n")
    if end < 0:
        one.rest = data
        return None
    length = _LENGTH.search(data, 0, end + 2)
    if len(data) < end + 4 + (int(length[1]) if length else 0):
        one.rest = data
        return None
    one.rest, one.answer = b"", data
    return data[9:12].decode()


if __name__ == "__main__":
    main()
