"""The hub's own server, as `make_server` builds it, around an application that answers every message with itself.

What RFC 6455 asks of a server is asked of an echo: whatever went through the frame layer comes back.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from queue_server.server import listening_socket, make_server


async def echo(_scope: Any, receive: Any, send: Any) -> None:
    """Accepts and answers; ends with the connection. Pure ASGI, so that nothing between swallows an error."""
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        answer = {key: message[key] for key in ("text", "bytes") if message.get(key) is not None}
        await send({"type": "websocket.send", **answer})


@asynccontextmanager
async def echoing(app: Any = echo, *, is_stock: bool = False) -> AsyncIterator[int]:
    """Runs it; its port."""
    is_ready = asyncio.Event()
    server = make_server(
        app,
        outboxes=(),
        on_ready=is_ready.set,
        on_hangup=lambda: None,
        trusted_proxies=(),
        is_stock=is_stock,
    )
    with listening_socket("127.0.0.1", 0) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await is_ready.wait()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await serving
