"""The listening socket and uvicorn around it: what it must be told so that nobody can hold it up.

Traps that this closes: a client that stops reading is freed by TCP_USER_TIMEOUT; compression is off (memory, bombs);
frames are bounded; the backlog takes everyone who comes back after a restart; stopping has a deadline.
"""

import asyncio
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Literal

import uvicorn

from queue_server.live.outbox import Outbox
from queue_server.live.protocol import FrameProtocol
from queue_server.wire.close_codes import CloseCode
from queue_server.wire.messages import FRAME_BYTES_MAX

STOCK: Literal["websockets-sansio"] = "websockets-sansio"
"""uvicorn's own protocol, which ours is a subclass of."""

BACKLOG_COUNT = 4_096
"""Connections that wait to be accepted; the kernel lowers it to its own bound."""

UNACKNOWLEDGED_MS_MAX = 8_000
"""A peer that acknowledges nothing for so long is gone."""

SEND_BUFFER_BYTES = 256 * 1024
"""What the kernel holds for one slow client: a dozen whole views."""

FAREWELL_WITHIN_MS = 1_000
"""For telling every socket to come back."""

STOP_WITHIN_S = 3
"""For requests under way when the hub is told to stop."""


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound, listening TCP socket. Raises OSError where the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS_MAX)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG_COUNT)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)  # noqa: FBT003 -- the standard library's own signature
    return listener


class Server(uvicorn.Server):
    """uvicorn, telling live sockets to come back before it closes them."""

    def __init__(
        self,
        config: uvicorn.Config,
        outboxes: Collection[Outbox],
        on_ready: Callable[[], None],
        on_hangup: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._outboxes = outboxes
        self._on_ready = on_ready
        self._on_hangup = on_hangup

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT end `serve`, SIGHUP reads the configuration anew.

        uvicorn's own version raises the signal again after an orderly stop, so that the process would never exit with
        0. Signals reach the main thread only; elsewhere (in tests) `should_exit` does.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        ways: dict[signal.Signals, Callable[[], None]] = {
            signal.SIGTERM: self._stop,
            signal.SIGINT: self._stop,
            signal.SIGHUP: self._on_hangup,
        }
        for one, way in ways.items():
            loop.add_signal_handler(one, way)
        try:
            yield
        finally:
            for one in ways:
                loop.remove_signal_handler(one)

    def _stop(self) -> None:
        """A second signal does not wait for anybody."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for outbox in list(self._outboxes):
            outbox.end(CloseCode.GOING_AWAY)
        try:
            async with asyncio.timeout(FAREWELL_WITHIN_MS / 1000):
                while self._outboxes:  # noqa: ASYNC110 -- each socket removes its own when it has said bye
                    await asyncio.sleep(0.01)
        except TimeoutError:
            pass  # Whoever is still there does not read; uvicorn cuts the rest.
        await super().shutdown(sockets)


def make_server(
    app: object,
    *,
    outboxes: Collection[Outbox],
    on_ready: Callable[[], None],
    on_hangup: Callable[[], None],
    trusted_proxies: tuple[str, ...],
    tls: ssl.SSLContext | None = None,
    is_stock: bool = False,
) -> Server:
    """The configured server; `serve(sockets=[…])` runs it until SIGTERM or SIGINT.

    Args:
        tls: speaks https with it; None: plain http.
        is_stock: without our own short way for views (`live.protocol`): slower, and nothing else changes.
    """
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]  # any ASGI application
        http="httptools",
        ws=STOCK if is_stock else FrameProtocol,
        ws_max_size=FRAME_BYTES_MAX,
        ws_per_message_deflate=False,
        ws_ping_interval=None,  # the hub's own beat and TCP_USER_TIMEOUT do it, at no cost per socket
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        backlog=BACKLOG_COUNT,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        timeout_keep_alive=75,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        # Handed over whole: the context that uvicorn would make itself offers older ciphers.
        ssl_context_factory=None if tls is None else lambda _config, _default: tls,
    )
    return Server(config, outboxes, on_ready, on_hangup)
