"""Live sockets over TLS under load: a large view arrives whole, back-pressure comes and goes, frozen clients are let go.

The loop's TLS transport has a buffer of its own above the socket's, and keeps its own count of it: what holds over plain
sockets (`tests/live/test_protocol.py`, `tests/faults/test_frozen_clients.py`) is shown here again.
"""

import asyncio
import re
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import httpx2
import pytest
import uvloop
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect

from queue_server.live.protocol import EXTENSION, TLS_BUFFER_BYTES, FrameProtocol, WriteFrame, text_frame
from queue_server.server import listening_socket, make_server
from queue_server.tls.serving import HubTls
from tests.end_to_end.hubs import API
from tests.faults.bare_sockets import HELLO, RECEIVE_BUFFER_BYTES, handshake, masked
from tests.pace import PATIENCE_S, allowed
from tests.tls.houses import TlsHub, tls_hub
from tests.tls.papers import client, pair_in

LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "asyncio": asyncio.new_event_loop,
    "uvloop": uvloop.new_event_loop,
}
"""The hub runs on the second where it is installed; each has its own TLS."""

WITHIN_S = PATIENCE_S

READY_WITHIN_S = 2.0
"""A client on the same machine has read everything after some milliseconds."""

LARGE_BYTES = 4_000_000
"""More than the kernel and every buffer between hold."""

FROZEN_COUNT = 5

FREED_WITHIN_S = 15.0
"""Source: promise R9."""


@pytest.mark.parametrize("loop", LOOPS)
def test_a_large_view_arrives_whole_over_wss_and_small_ones_after_it(tmp_path: Path, loop: str) -> None:
    """4 MB as a message and as a ready-made frame, to a client that begins to read late: it is paused and resumed."""

    async def story() -> None:
        large = "x" * LARGE_BYTES
        async with _connection(tmp_path) as (reader, socket_, asked):
            sending = asyncio.create_task(socket_.send_text(large))
            await asyncio.sleep(0)
            assert large == await _received(reader)
            await asyncio.wait_for(sending, WITHIN_S)
            await _written(asked.write, large)
            assert large == await _received(reader)
            await _written(asked.write, "small")
            assert "small" == await _received(reader)
            await asyncio.wait_for(socket_.send_text("and on"), WITHIN_S)
            assert "and on" == await _received(reader)

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        runner.run(story())


@pytest.mark.parametrize("loop", LOOPS)
def test_a_client_that_does_not_read_gets_no_backlog_over_tls(tmp_path: Path, loop: str) -> None:
    """With a full socket one more frame is taken, and then none; with the loop's own bounds it would be hundreds."""
    assert _backlog_count(tmp_path, loop) <= 2
    assert _backlog_count(tmp_path, loop, limits=()) > 100  # the control


@pytest.mark.parametrize("loop", LOOPS)
def test_with_a_bound_of_nothing_the_loop_would_never_say_that_a_client_is_ready(
    tmp_path: Path, loop: str
) -> None:
    """Why the bound is 1: with 0 a client that reads everything stays slow for ever."""

    async def is_ready_again(limits: tuple[int, int], within_s: float) -> bool:
        async with _connection(tmp_path) as (reader, _, asked):
            asked.transport.set_write_buffer_limits(*limits)
            while asked.write(text_frame(b"x" * 60_000)):
                pass
            read = asyncio.create_task(_read_on(reader))
            try:
                async with asyncio.timeout(within_s):
                    await _written(asked.write, "small")
            except TimeoutError:
                return False
            finally:
                read.cancel()
                await asyncio.wait([read])
        return True

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        assert (True, False) == (
            runner.run(is_ready_again(TLS_BUFFER_BYTES, WITHIN_S)),
            runner.run(is_ready_again((0, 0), READY_WITHIN_S)),
        )


def test_frozen_clients_are_let_go_over_tls_and_a_reader_stays(tmp_path: Path) -> None:
    """As over plain http: within 15 s at a hall that changes ten times a second. Whoever reads is the control."""
    with tls_hub(tmp_path) as running, ExitStack() as stack:
        reader = stack.enter_context(_silent(running, 0))
        for index in range(1, FROZEN_COUNT + 1):
            stack.enter_context(_silent(running, index))
        token = running.hub.token("kiosk", "kiosk-1")
        browser = stack.enter_context(running.client())
        assert FROZEN_COUNT + 1 == _open_count(browser)
        began_s = time.monotonic()
        while _open_count(browser) > 1 and time.monotonic() < began_s + 2 * allowed(FREED_WITHIN_S):
            answer = browser.post(
                f"{API}/tickets", json={"service": "ktp-el"}, headers={"Authorization": f"Bearer {token}"}
            )
            assert 201 == answer.status_code, answer.text
            assert reader.recv(1_000_000), "whoever reads is served"
            time.sleep(0.1)  # as often as the hall's view is told
        freed_s = time.monotonic() - began_s

        assert 1 == _open_count(browser), "the frozen are gone and the reader is not"
        assert freed_s <= allowed(FREED_WITHIN_S)


def _backlog_count(place: Path, loop: str, limits: tuple[int, ...] | None = None) -> int:
    """How many frames of 1 KB are taken once the socket is full. Args: limits: None: as the hub sets them."""

    async def story() -> int:
        async with _connection(place) as (_, _, asked):
            if limits is not None:
                asked.transport.set_write_buffer_limits(*limits)
            assert asked.write(text_frame(b"x" * LARGE_BYTES))
            count = 0
            while count < 1_000 and asked.write(text_frame(b"x" * 1_000)):
                count += 1
            asked.transport.abort()
            return count

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        return runner.run(story())


async def _written(write: WriteFrame, text: str) -> None:
    """Tries until it is taken; the transport tells nobody but uvicorn when it may."""
    async with asyncio.timeout(WITHIN_S):
        while not write(text_frame(text.encode())):  # noqa: ASYNC110 -- as said
            await asyncio.sleep(0.001)


async def _read_on(reader: ClientConnection) -> None:
    async for _ in reader:
        pass


class _Asked:
    """The hub's end of a connection: the short way for frames, and the transport under it."""

    def __init__(self, socket_: WebSocket) -> None:
        self.write: WriteFrame = socket_.scope["extensions"][EXTENSION]["write"]
        protocol = self.write.__self__
        assert isinstance(protocol, FrameProtocol)
        self.transport = protocol.transport


@asynccontextmanager
async def _connection(place: Path) -> AsyncIterator[tuple[ClientConnection, WebSocket, _Asked]]:
    """A client, and the hub's side of its socket, served as the hub serves."""
    arrived: asyncio.Future[WebSocket] = asyncio.get_running_loop().create_future()
    is_over = asyncio.Event()

    async def answer(socket_: WebSocket) -> None:
        await socket_.accept()
        arrived.set_result(socket_)
        await is_over.wait()

    pair, root = pair_in(place)
    is_ready = asyncio.Event()
    server = make_server(
        Starlette(routes=[WebSocketRoute("/", answer)]),
        outboxes={},
        on_ready=is_ready.set,
        on_hangup=lambda: None,
        trusted_proxies=(),
        tls=HubTls(pair).context,
    )
    with listening_socket("127.0.0.1", 0) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            async with asyncio.timeout(WITHIN_S):
                await is_ready.wait()
            address = f"wss://127.0.0.1:{listener.getsockname()[1]}/"
            async with connect(
                address, ssl=client(root), compression=None, proxy=None, max_size=None
            ) as reader:
                socket_ = await asyncio.wait_for(arrived, WITHIN_S)
                yield reader, socket_, _Asked(socket_)
        finally:
            is_over.set()
            server.should_exit = True
            await serving


async def _received(reader: ClientConnection) -> str:
    async with asyncio.timeout(WITHIN_S):
        text = await reader.recv()
    assert isinstance(text, str)
    return text


def _silent(running: TlsHub, index: int) -> ssl.SSLSocket:
    """A live socket that has said hello and reads nothing of its own accord."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
    one.settimeout(WITHIN_S)
    one.connect(("127.0.0.1", running.hub.port))
    end = client(running.root).wrap_socket(one, server_hostname="127.0.0.1")
    end.sendall(handshake(running.hub.port))
    assert end.recv(4_096).startswith(b"HTTP/1.1 101"), f"client {index} is taken"
    end.sendall(masked(HELLO))
    assert end.recv(65_536), "its first view"
    return end


def _open_count(browser: httpx2.Client) -> int:
    """Live sockets open, by the hub's own count."""
    found = re.search(r"^antrean_sockets (\S+)$", browser.get("/metrics").text, re.MULTILINE)
    assert found is not None
    return int(float(found[1]))
