"""The register on PostgreSQL, where several nodes share one: a token made on one opens doors on all.

Each change names the version of the register that it was decided on, and takes effect only where that is still the
newest. A node hears of the others' changes by notification, and by a look once a second where one was lost, so that a
revoked credential's sockets close within two seconds on every node.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from typing import Any

import msgspec

from queue_server.errors import AntreanError, NotStored
from queue_server.identity.register import Credential, Gone, Holder, Pairing, PairingGone, Register, Row, Seen
from queue_server.identity.shelf import IdentityTrouble, RegisterMoved
from queue_server.postgres import appending, connect, reaching

CHANNEL = "antrean_identity"

LOOK_EVERY_S = 1.0
"""How long a lost notification may go unnoticed."""

AGAIN_AFTER_S = 0.5
"""Before the next attempt where the server is away."""

_SCHEMA_LOCK = 0x616E_7473
"""Of PostgreSQL's advisory locks, the one for these tables: "ants"."""

_PUT_HOLDER = """
INSERT INTO holders VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (id) DO UPDATE SET
    role = excluded.role, name = excluded.name, password = excluded.password,
    counters = excluded.counters, is_disabled = excluded.is_disabled
"""
_PUT_CREDENTIAL = "INSERT INTO credentials VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
_PUT_PAIRING = """
INSERT INTO pairings VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (id) DO UPDATE SET holder = excluded.holder
"""
_PUT_SIGHTING = "UPDATE credentials SET seen_at_ms = greatest(seen_at_ms, $2) WHERE hash = $1"
_TAKE_VERSION = "UPDATE register_version SET version = version + 1 WHERE version = $1 RETURNING version"


class PostgresShelf:
    """A `Shelf` that other nodes write too."""

    def __init__(self, url: str, db: Any) -> None:
        self._url = url
        self._db = db
        self._version = 0
        """Of what was loaded or written last."""

    @classmethod
    async def open(cls, url: str) -> "PostgresShelf":
        """Connects, with the schema of today.

        Raises:
            IdentityTrouble: nobody answers, or these tables are a newer program's.
        """
        with _translated():
            db = await connect(url)
            with reaching():
                await _prepare(db)
        return cls(url, db)

    async def load(self) -> Register:
        with _translated(), self._given_up_in_trouble():
            db = await self._connected()
            with reaching():
                async with db.transaction(isolation="repeatable_read", readonly=True):
                    version = await db.fetchval("SELECT version FROM register_version")
                    holders = await db.fetch("SELECT * FROM holders")
                    credentials = await db.fetch("SELECT * FROM credentials")
                    pairings = await db.fetch("SELECT * FROM pairings")
        self._version = version
        return Register().after(
            (
                *map(_holder, holders),
                *(msgspec.convert(dict(row), Credential) for row in credentials),
                *(msgspec.convert(dict(row), Pairing) for row in pairings),
            )
        )

    async def write(self, rows: Iterable[Row]) -> None:
        with _translated(), self._given_up_in_trouble():
            db = await self._connected()
            with appending():
                async with db.transaction():
                    version = await db.fetchval(_TAKE_VERSION, self._version)
                    if version is None:
                        raise RegisterMoved("another node changed the register")
                    for row in rows:
                        await db.execute(*_statement(row))
                    await db.execute("SELECT pg_notify($1, $2)", CHANNEL, str(version))
        self._version = version

    async def close(self) -> None:
        self._db.terminate()

    async def watch(self, on_moved: Callable[[], None]) -> None:
        """See `SharedShelf`."""
        while True:
            # The watch over the journal tells of a store that is away.
            with suppress(NotStored):
                await self._listen(on_moved)
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _listen(self, on_moved: Callable[[], None]) -> None:
        db = await connect(self._url)
        is_heard = asyncio.Event()
        try:
            with reaching():
                await db.add_listener(CHANNEL, lambda *_heard: is_heard.set())
                while True:
                    if self._version != await db.fetchval("SELECT version FROM register_version"):
                        on_moved()
                    is_heard.clear()
                    await _moment(is_heard)
        finally:
            db.terminate()

    @contextmanager
    def _given_up_in_trouble(self) -> Iterator[None]:
        """A connection of which nobody knows how it stands is not used again. To lose to another node is no trouble."""
        try:
            yield
        except RegisterMoved:
            raise
        except BaseException:
            self._db.terminate()
            raise

    async def _connected(self) -> Any:
        if self._db.is_closed():
            self._db = await connect(self._url)
        return self._db


async def _moment(is_heard: asyncio.Event) -> None:
    """A look's pause, cut short by a notification."""
    try:
        async with asyncio.timeout(LOOK_EVERY_S):
            await is_heard.wait()
    except TimeoutError:
        return


async def _prepare(db: Any) -> None:
    await db.execute("SELECT pg_advisory_lock($1)", _SCHEMA_LOCK)
    try:
        await db.execute("CREATE TABLE IF NOT EXISTS identity_schema_version (number integer NOT NULL)")
        applied = await db.fetchval("SELECT max(number) FROM identity_schema_version") or 0
        folder = resources.files("queue_server.identity").joinpath("sql", "postgres")
        steps = sorted(folder.iterdir(), key=lambda file: file.name)
        if applied > len(steps):
            raise IdentityTrouble(f"identities were written by a newer program (schema {applied})")
        for number, step in enumerate(steps[applied:], start=applied + 1):
            async with db.transaction():
                await db.execute(step.read_text("utf-8"))
                await db.execute("INSERT INTO identity_schema_version VALUES ($1)", number)
    finally:
        await db.execute("SELECT pg_advisory_unlock($1)", _SCHEMA_LOCK)


@contextmanager
def _translated() -> Iterator[None]:
    """The store's troubles as those of a shelf."""
    try:
        yield
    except (IdentityTrouble, RegisterMoved):
        raise
    except AntreanError as trouble:
        raise IdentityTrouble(f"Identities cannot be used: {trouble}.") from trouble


def _statement(row: Row) -> tuple[Any, ...]:
    match row:
        case Holder():
            counters = None if row.counters is None else msgspec.json.encode(row.counters).decode("utf-8")
            values = msgspec.structs.asdict(msgspec.structs.replace(row, counters=None))
            return _PUT_HOLDER, *({**values, "counters": counters}.values())
        case Credential():
            return _PUT_CREDENTIAL, *msgspec.structs.astuple(row)
        case Gone():
            return "DELETE FROM credentials WHERE hash = $1", row.hash
        case Pairing():
            return _PUT_PAIRING, *msgspec.structs.astuple(row)
        case PairingGone():
            return "DELETE FROM pairings WHERE id = $1", row.id
        case Seen():
            return _PUT_SIGHTING, row.hash, row.at_ms


def _holder(row: Any) -> Holder:
    counters = None if row["counters"] is None else msgspec.json.decode(row["counters"])
    return msgspec.convert({**dict(row), "counters": counters}, Holder)
