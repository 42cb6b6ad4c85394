"""Hearing of other nodes' commits: LISTEN as a hint, and a slow look behind it.

A notification carries only `hall seq`: it may be lost (nothing is kept while nobody listens), so each new connection
begins with a look at every hall's head, and one look a second covers what was missed. Whoever is told reads the
journal; nothing here is taken for truth.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from queue_server.domain.hall import HallId
from queue_server.errors import NotStored
from queue_server.journal.base import OnMoved
from queue_server.journal.postgres_nodes import SIGN_EVERY_S
from queue_server.postgres import connect, reaching

CHANNEL = "antrean_moved"

LOOK_EVERY_S = 1.0
"""How long a lost notification may go unnoticed."""

AGAIN_AFTER_S = 0.5
"""Before the next attempt where the server is away. One connection per node: nothing to spread."""

_HEADS_SQL = "SELECT hall, (SELECT max(seq) FROM events WHERE events.hall = halls.hall) FROM halls"


Sign = Callable[[Any], Awaitable[None]]
"""Signs the register of nodes over a connection."""


async def watch(url: str, on_moved: OnMoved, on_store: Callable[[str | None], None], sign: Sign) -> None:
    """Until cancelled; whatever happens to the connection, the next one begins with a look."""
    while True:
        try:
            await _listen(url, on_moved, on_store, sign)
        except NotStored as trouble:
            on_store(str(trouble))
        await asyncio.sleep(AGAIN_AFTER_S)


async def _listen(url: str, on_moved: OnMoved, on_store: Callable[[str | None], None], sign: Sign) -> None:
    db = await connect(url)
    is_lost = asyncio.Event()
    loop = asyncio.get_running_loop()
    signed_s = loop.time() - SIGN_EVERY_S

    def heard(_db: Any, _pid: int, _channel: str, payload: str) -> None:
        hall, _, seq = payload.rpartition(" ")
        if seq.isdigit():
            on_moved(HallId(hall), int(seq))

    try:
        with reaching():
            db.add_termination_listener(lambda _db: is_lost.set())
            await db.add_listener(CHANNEL, heard)
            while not is_lost.is_set():
                if loop.time() - signed_s >= SIGN_EVERY_S:
                    await sign(db)
                    signed_s = loop.time()
                heads = await db.fetch(_HEADS_SQL)
                on_store(None)
                for hall, seq in heads:
                    on_moved(HallId(hall), seq or 0)
                await _moment(is_lost)
    finally:
        try:
            await db.close(timeout=1)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            db.terminate()


async def _moment(is_lost: asyncio.Event) -> None:
    """A look's pause, cut short where the connection breaks."""
    try:
        async with asyncio.timeout(LOOK_EVERY_S):
            await is_lost.wait()
    except TimeoutError:
        return
