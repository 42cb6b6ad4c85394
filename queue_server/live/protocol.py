"""uvicorn's WebSocket protocol, with one thing more: a frame that is made once is written to many sockets.

uvicorn frames, joins and hands on each message for each socket anew, some 40 µs where the system call takes 8. Its
public hook for a protocol class (`uvicorn.Config(ws=…)`) lets a connection say of itself "I can take a whole frame
now". Everything else is uvicorn's: handshake, parsing, closing, back-pressure. Where the connection cannot take a
frame at once, or where this class is not used, views go the ordinary way through the outbox's slot, so nothing
depends on it (`STOCK` in `server` switches it off). Proven by `tests/live/test_protocol.py`.
"""

import asyncio
from collections.abc import Callable

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

EXTENSION = "antrean.frames"
"""Where the scope of a connection holds its `write_frame`."""

WriteFrame = Callable[[bytes], bool]
"""Writes one whole frame, if it can be taken without waiting; False: it cannot, and nothing was written."""

TLS_BUFFER_BYTES = (1, 0)
"""Over TLS: past how much that waits to be sent a client counts as slow, and from how little on as ready again.

Under the TLS transport lies the socket's own with its 64 KiB, as over plain http. What the upper one holds besides would
be a backlog (512 KiB by default), and a client shall get the newest view, not fifty old ones. Not 0: "at least 0 bytes wait"
holds for ever, and the loop would never say that the client is ready again. Shown in `tests/tls/test_frames.py`."""

_TEXT = 0x81
"""FIN and the opcode of text. Source: RFC 6455, section 5.2."""


def text_frame(payload: bytes) -> bytes:
    """A whole text frame from a server, which does not mask. Source: RFC 6455, section 5.2."""
    length = len(payload)
    if length < 126:
        head = bytes((_TEXT, length))
    elif length < 1 << 16:
        head = bytes((_TEXT, 126)) + length.to_bytes(2, "big")
    else:
        head = bytes((_TEXT, 127)) + length.to_bytes(8, "big")
    return head + payload


class FrameProtocol(WebSocketsSansIOProtocol):
    """One connection that takes ready-made frames."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        if transport.get_extra_info("sslcontext") is not None:
            transport.set_write_buffer_limits(*TLS_BUFFER_BYTES)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.handshake_initiated and not self.close_sent:
            # The application's task was made a moment ago and has not run: it finds this in its scope.
            extensions = self.scope["extensions"]
            assert extensions is not None, "uvicorn announces its own there"
            extensions[EXTENSION] = {"write": self.write_frame}

    def write_frame(self, frame: bytes) -> bool:
        """See `WriteFrame`. A frame never cuts into a message: uvicorn sends each message whole."""
        is_open = self.handshake_complete and not (self.close_sent or self.disconnected)
        if not is_open or not self.writable.is_set() or self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True
