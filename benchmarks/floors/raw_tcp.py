"""Floor of P5 and P6: raw transports that hold a connection, or answer its first bytes with a view's worth of text.

Run as a process with the number of bytes to answer with; prints `ready PORT`. What it sends is framed as a live view,
so that the load generator reads it as it reads the hub's.
"""

import asyncio
import signal
import sys

import uvloop

from queue_server.server import BACKLOG_COUNT, listening_socket


class Greeter(asyncio.Protocol):
    """Answers whoever says anything."""

    __slots__ = ("_transport",)
    frame = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]  # uvloop's is none by class

    def data_received(self, _data: bytes) -> None:
        self._transport.write(self.frame)


def view_frame(length: int) -> bytes:
    """A text frame (RFC 6455, 5.2) whose payload of so many bytes begins as a view does."""
    head = b'{"type":"view","view":"hall","seq":1,"state":"'
    payload = head + b"x" * (length - len(head) - 2) + b'"}'
    if length < 126:
        return b"\x81" + length.to_bytes() + payload
    if length < 1 << 16:
        return b"\x81\x7e" + length.to_bytes(2) + payload
    return b"\x81\x7f" + length.to_bytes(8) + payload


async def main() -> None:
    """Serves until SIGTERM."""
    Greeter.frame = view_frame(int(sys.argv[1]))
    listener = listening_socket("127.0.0.1", 0)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    # Without a backlog of its own the loop would listen anew with 100, and who comes then waits a second.
    server = await loop.create_server(Greeter, sock=listener, backlog=BACKLOG_COUNT)
    print("ready", listener.getsockname()[1], flush=True)
    await ended.wait()
    server.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
