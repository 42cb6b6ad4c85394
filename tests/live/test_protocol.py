"""The short way for views: whole frames, made once, written where the connection can take them and nowhere else."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect

from queue_server.live.outbox import Outbox
from queue_server.live.protocol import EXTENSION, FrameProtocol, WriteFrame, text_frame
from tests.pace import PATIENCE_S


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
async def test_a_client_reads_a_frame_of_any_length(length: int) -> None:
    """RFC 6455, section 5.2: the three ways to write a length, at their borders."""
    text = "é" * (length // 2) + "x" * (length % 2)
    async with _connection() as (client, write, _):
        assert write(text_frame(text.encode()))
        assert text == await _received(client)


async def test_ready_made_frames_and_messages_keep_their_order() -> None:
    """Both go out by the same transport; neither cuts into the other."""
    async with _connection() as (client, write, socket_):
        for n in range(20):
            assert write(text_frame(f"frame {n}".encode()))
            await socket_.send_text(f"message {n}")
        received = [await _received(client) for _ in range(40)]

    assert [f"{kind} {n}" for n in range(20) for kind in ("frame", "message")] == received


async def test_a_client_that_does_not_read_is_not_written_to() -> None:
    """Back-pressure is the transport's: past its high-water mark the short way is closed, and nothing is kept."""
    frame = text_frame(b"x" * 60_000)
    async with _connection(is_reading=False) as (_, write, _):
        accepted_count = 0
        while accepted_count < 1_000 and write(frame):
            accepted_count += 1
            await asyncio.sleep(0)

        assert 0 < accepted_count < 1_000
        assert not write(frame)


async def test_a_closed_connection_takes_nothing() -> None:
    """After the farewell no frame may follow."""
    async with _connection() as (_, write, socket_):
        await socket_.close(1001)

        assert not write(text_frame(b"late"))


async def test_a_view_goes_at_once_where_the_writer_waits() -> None:
    """Past the slot, as bytes made once."""
    written: list[bytes] = []
    outbox = Outbox(_taking(written))
    waiting = asyncio.create_task(outbox.next())
    await asyncio.sleep(0)
    outbox.offer("view 1", b"frame 1")
    outbox.push("outcome")

    assert ("outcome", [b"frame 1"]) == (await waiting, written)


async def test_nothing_overtakes_what_is_on_its_way() -> None:
    """While the writer sends, or has something to send, a view goes into the slot: `seq` never falls."""
    written: list[bytes] = []
    outbox = Outbox(_taking(written))
    outbox.offer("view 1", b"frame 1")
    first = await outbox.next()
    outbox.offer("view 2", b"frame 2")
    waiting = asyncio.create_task(outbox.next())
    await asyncio.sleep(0)

    assert ("view 1", "view 2", []) == (first, await waiting, written)


async def test_what_the_connection_cannot_take_waits_in_the_slot() -> None:
    """The newest alone, as ever."""
    outbox = Outbox(lambda _frame: False)
    waiting = asyncio.create_task(outbox.next())
    await asyncio.sleep(0)
    outbox.offer("view 1", b"frame 1")
    outbox.offer("view 2", b"frame 2")

    assert ("view 2", 1) == (await waiting, outbox.dropped_count)


def _taking(written: list[bytes]) -> WriteFrame:
    """A connection that takes every frame."""

    def write(frame: bytes) -> bool:
        written.append(frame)
        return True

    return write


@asynccontextmanager
async def _connection(
    *, is_reading: bool = True
) -> AsyncIterator[tuple[ClientConnection, WriteFrame, WebSocket]]:
    """One client at a server with our protocol: the client, its `write_frame`, and the server's end of it."""
    opened: asyncio.Future[WebSocket] = asyncio.get_running_loop().create_future()
    is_over = asyncio.Event()

    async def take(websocket: WebSocket) -> None:
        await websocket.accept()
        opened.set_result(websocket)
        await is_over.wait()

    app = Starlette(routes=[WebSocketRoute("/", take)])
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        ws=FrameProtocol,
        ws_per_message_deflate=False,
        log_config=None,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        async with asyncio.timeout(PATIENCE_S):
            async with connect(f"ws://127.0.0.1:{listener.getsockname()[1]}/", max_size=None) as client:
                if not is_reading:
                    client.transport.pause_reading()
                websocket = await opened
                yield client, websocket.scope["extensions"][EXTENSION]["write"], websocket
                client.transport.abort()
    finally:
        is_over.set()
        server.should_exit = True
        await serving
        listener.close()


async def _received(client: ClientConnection) -> str:
    async with asyncio.timeout(PATIENCE_S):
        return str(await client.recv())
