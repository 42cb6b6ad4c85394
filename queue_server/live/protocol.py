"""uvicorn's WebSocket protocol, with one thing more: a frame that is made once is written to many sockets.

uvicorn frames, joins and hands on each message for each socket anew, some 40 µs where the system call takes 8. Its
public hook for a protocol class (`uvicorn.Config(ws=…)`) lets a connection say of itself "I can take a whole frame
now". Everything else is uvicorn's: handshake, parsing, closing, back-pressure. Where the connection cannot take a
frame at once, or where this class is not used, views go the ordinary way through the outbox's slot, so nothing
depends on it (`STOCK` in `server` switches it off). Proven by `tests/live/test_protocol.py`.

It also mends what a client's rubbish did to uvicorn's class: handshakes that were never answered, frames that came before
the answer, and text that is no UTF-8. Proven by `tests/live/test_rubbish.py`, whose control is uvicorn's own class.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode
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
    """One connection that takes ready-made frames, and that no client's mistake gets out of step."""

    _is_held = False
    """Nothing is read: the handshake is not answered yet."""
    _is_failed = False
    """The client broke the rules and was told so; nothing more may be said to it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        if transport.get_extra_info("sslcontext") is not None:
            transport.set_write_buffer_limits(*TLS_BUFFER_BYTES)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_complete:
            # The HTTP parser lets through what the WebSocket parser then refuses (a long line, many headers, a body).
            # It answers nothing itself, and such a connection would stay for ever.
            self.handshake_complete = self.close_sent = True
            self.transport.write(
                self.conn.reject(HTTPStatus.BAD_REQUEST, "No WebSocket handshake.\n").serialize()
            )
            self.transport.close()

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.handshake_initiated and not self.close_sent:
            # The application's task was made a moment ago and has not run: it finds this in its scope.
            extensions = self.scope["extensions"]
            assert extensions is not None, "uvicorn announces its own there"
            extensions[EXTENSION] = {"write": self.write_frame}
            # A client may not speak before it has its 101 (RFC 6455, 4.1). One that does is heard after it: to a frame
            # that comes before, the parser would answer before the 101, or fail for want of an open connection.
            self._is_held = True
            self.transport.pause_reading()

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                # uvicorn would log each with its traceback, and fail itself where the client's farewell came with it.
                self.frames = []
                self.conn.fail(CloseCode.INVALID_DATA, "not UTF-8")
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        self._is_failed = True
        super().handle_parser_exception()

    async def send(self, message: ASGISendEvent) -> None:
        await self.writable.wait()
        if self._is_failed:
            # uvicorn takes it for the application's mistake that it says something after this farewell.
            raise ClientDisconnected
        await super().send(message)
        if self._is_held and self.handshake_complete:
            self._is_held = False
            if not self.transport.is_closing():
                self.transport.resume_reading()

    def write_frame(self, frame: bytes) -> bool:
        """See `WriteFrame`. A frame never cuts into a message: uvicorn sends each message whole."""
        is_open = self.handshake_complete and not (self.close_sent or self.disconnected)
        if not is_open or not self.writable.is_set() or self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True
