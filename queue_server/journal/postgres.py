"""The journal that several machines share: PostgreSQL, one statement per batch.

The primary key `(hall, seq)` is the fence: a batch names the head that it was decided on, and of two nodes that
continue the same head one commits and the other gets `Conflict`. No leases, no locks of our own, no leader. A batch is
one statement, so that a node which is paused never holds a transaction open for the others to wait behind; it carries
one notification with a position in it (`postgres_news` listens). The proof is the contract suite, the same one as for
the other journals, and `tests/journal/test_postgres.py` for two nodes, lost connections and a killed server.
"""

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from queue_server.domain.events import Entry
from queue_server.domain.hall import HallId
from queue_server.domain.model import ActorId
from queue_server.errors import Conflict, StoreBroken, StoreStopped
from queue_server.journal import codec
from queue_server.journal.base import (
    OUTCOME_KEPT_MS,
    READ_COUNT_MAX,
    AddedHall,
    Head,
    OnMoved,
    Row,
    StoredOutcome,
)
from queue_server.journal.chain import GENESIS, row_hash, verify
from queue_server.journal.migrate import migrate_postgres
from queue_server.journal.postgres_news import CHANNEL, watch
from queue_server.journal.postgres_nodes import GONE_AFTER_S, Node
from queue_server.journal.versions import TODAY, Versions
from queue_server.postgres import CONNECT_WITHIN_S, appending, connect, make_pool, reaching

FORGET_EVERY_MS = 10 * 60 * 1000
"""As on SQLite; here each node does it, and finds what another has left."""

FORGET_COUNT_MAX = 5_000

_HEAD_SQL = "SELECT seq, hash FROM events WHERE hall = $1 ORDER BY seq DESC LIMIT 1"
_SEAL_SQL = "SELECT max(seq) FROM events WHERE hall = $1 AND type = 'DayClosed'"
_READ_SQL = """
SELECT seq, at_ms, type, version, data, actor, hash FROM events WHERE hall = $1 AND seq >= $2 ORDER BY seq LIMIT $3
"""
_FORGET_SQL = """
DELETE FROM outcomes WHERE (hall, actor, key) IN (
    SELECT hall, actor, key FROM outcomes WHERE at_ms < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
)
"""

# The head is looked at in the statement's own snapshot: a node that is behind stores nothing. A node that commits
# between that look and the insert is met by the primary key.
_APPEND_SQL = """
WITH head AS (
    SELECT coalesce((SELECT seq FROM events WHERE hall = $1 ORDER BY seq DESC LIMIT 1), 0) AS seq
), stored AS (
    INSERT INTO events (hall, seq, at_ms, type, version, data, actor, hash)
    SELECT $1, item.*
    FROM unnest($3::bigint[], $4::bigint[], $5::text[], $6::integer[], $7::text[], $8::text[], $9::bytea[]) AS item, head
    WHERE head.seq = $2
    RETURNING seq
), remembered AS (
    INSERT INTO outcomes (hall, actor, key, fingerprint, status, at_ms, body)
    SELECT $1, item.*
    FROM unnest($10::text[], $11::text[], $12::bytea[], $13::integer[], $14::bigint[], $15::bytea[]) AS item, head
    WHERE head.seq = $2
)
SELECT head.seq, pg_notify($16, $1 || ' ' || told.seq)
FROM head LEFT JOIN (SELECT max(seq) AS seq FROM stored) AS told ON told.seq IS NOT NULL
"""
# pg_notify is strict: where no entry was stored there is no position, and nobody is told.


_LIST_SQL = """
INSERT INTO added_halls (hall, name, text, at_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING hall
"""
_RELIST_SQL = "UPDATE added_halls SET name = $2, text = $3, at_ms = $4 WHERE hall = $1 RETURNING hall"


async def open_postgres(
    url: str, versions: Versions = TODAY, gone_after_s: float = GONE_AFTER_S
) -> "PostgresJournal":
    """Connect, with the schema of today: whoever starts first brings it there.

    Args:
        versions: of events; another program's, for tests.
        gone_after_s: when a node that was not seen no longer holds the others back.

    Raises:
        StoreAway: nobody answers at this address.
        StoreTooNew: a newer program wrote it.
        StoreStopped: this user may not make or use the tables.
    """
    first = await connect(url)
    try:
        with reaching():
            await migrate_postgres(first)
            node = Node(versions, gone_after_s)
            await node.sign(first)
    finally:
        await first.close(timeout=1)
    return PostgresJournal(url, await make_pool(url), node)


class PostgresJournal:
    """`Journal` over a database that other nodes write too; made by `open_postgres`."""

    is_shared = True

    def __init__(self, url: str, pool: Any, node: Node) -> None:
        self._url = url
        self._node = node
        self._pool: Any = pool
        self._heads: dict[HallId, tuple[int, bytes]] = {}
        """Where this node last saw each hall; only a guess, the statement checks it."""
        self._forgotten_at_ms = 0

    @property
    def write_level(self) -> int:
        """At which events are written, see `versions`."""
        return self._node.write_level

    async def open_hall(self, hall: HallId) -> Head:
        async with self._connection() as db:
            with reaching():
                await db.execute(
                    "INSERT INTO halls (hall, journal_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                    hall,
                    secrets.token_hex(16),
                )
                journal_id = await db.fetchval("SELECT journal_id FROM halls WHERE hall = $1", hall)
                head = await db.fetchrow(_HEAD_SQL, hall)
                seal_seq = await db.fetchval(_SEAL_SQL, hall)
                named = await db.fetch("SELECT actor, key FROM outcomes WHERE hall = $1", hall)
        seq, head_hash = (0, GENESIS) if head is None else head
        self._heads[hall] = seq, head_hash
        return Head(
            journal_id=journal_id,
            seq=seq,
            hash=head_hash,
            seal_seq=seal_seq or 0,
            outcome_keys=frozenset((ActorId(actor), key) for actor, key in named),
        )

    async def append(
        self, hall: HallId, expected_seq: int, entries: Sequence[Entry], outcomes: Sequence[StoredOutcome]
    ) -> None:
        head_hash = await self._hash_of(hall, expected_seq)
        rows = codec.rows(expected_seq, entries, self._node.versions, self._node.write_level)
        values, last_hash = _event_columns(hall, rows, head_hash)
        self._heads.pop(hall, None)
        async with self._connection() as db:
            with appending():
                found_seq, _ = await db.fetchrow(
                    _APPEND_SQL, hall, expected_seq, *values, *_outcome_columns(outcomes), CHANNEL
                )
        if found_seq != expected_seq:
            raise Conflict(f"hall {hall!r}: the head is {found_seq}, not {expected_seq}")
        self._heads[hall] = expected_seq + len(entries), last_hash

    async def read(self, hall: HallId, after_seq: int, limit: int) -> list[Entry]:
        assert 1 <= limit <= READ_COUNT_MAX, limit
        async with self._connection() as db:
            with reaching():
                # One row more, in front: its hash is what the first row's is chained to.
                found = await db.fetch(_READ_SQL, hall, max(after_seq, 1), limit + bool(after_seq))
        rows = [_row(values) for values in found]
        prev_hash = GENESIS
        if after_seq and rows:
            anchor, *rows = rows
            if anchor.seq != after_seq:
                raise StoreBroken(f"hall {hall!r}: entry {after_seq} is missing", seq=after_seq)
            prev_hash = anchor.hash
        last_hash = verify(hall, rows, after_seq=after_seq, prev_hash=prev_hash)
        if rows:
            self._heads[hall] = rows[-1].seq, last_hash
        return [codec.entry(hall, row, self._node.versions) for row in rows]

    async def outcome(self, hall: HallId, actor: ActorId, key: str) -> StoredOutcome | None:
        async with self._connection() as db:
            with reaching():
                found = await db.fetchrow(
                    "SELECT fingerprint, status, body, at_ms FROM outcomes WHERE hall = $1 AND actor = $2 AND key = $3",
                    hall,
                    actor,
                    key,
                )
        if found is None:
            return None
        fingerprint, status, body, at_ms = found
        return StoredOutcome(
            actor=actor, key=key, fingerprint=fingerprint, status=status, body=body, at_ms=at_ms
        )

    async def maintain(self, now_ms: int) -> None:
        if abs(now_ms - self._forgotten_at_ms) < FORGET_EVERY_MS:
            return
        async with self._connection() as db:
            with reaching():
                await db.execute(_FORGET_SQL, now_ms - OUTCOME_KEPT_MS, FORGET_COUNT_MAX)
        self._forgotten_at_ms = now_ms

    async def hall_names(self) -> dict[HallId, str]:
        async with self._connection() as db:
            with reaching():
                # The order of bytes, whatever the database's collation is.
                found = await db.fetch('SELECT hall, name FROM added_halls ORDER BY hall COLLATE "C"')
        return {HallId(hall): name for hall, name in found}

    async def added_hall(self, hall: HallId) -> AddedHall | None:
        async with self._connection() as db:
            with reaching():
                found = await db.fetchrow("SELECT name, text, at_ms FROM added_halls WHERE hall = $1", hall)
        if found is None:
            return None
        name, text, at_ms = found
        return AddedHall(hall=hall, name=name, text=text, at_ms=at_ms)

    async def list_hall(self, added: AddedHall, *, is_replacing: bool) -> bool:
        async with self._connection() as db:
            with appending():
                found = await db.fetchval(
                    _RELIST_SQL if is_replacing else _LIST_SQL,
                    added.hall,
                    added.name,
                    added.text,
                    added.at_ms,
                )
        return found is not None

    async def unlist_hall(self, hall: HallId) -> bool:
        async with self._connection() as db:
            with appending():
                found = await db.fetchval("DELETE FROM added_halls WHERE hall = $1 RETURNING hall", hall)
        return found is not None

    async def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.terminate()  # Nothing is under way any more, and a server that is gone is not waited for.

    async def watch(self, on_moved: OnMoved, on_store: Callable[[str | None], None]) -> None:
        """Tells where halls stand as other nodes move them, until cancelled. Hints, see `Watched`."""
        await watch(self._url, on_moved, on_store, self._node.sign)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        """One of the pool's; that there is none to be had is told apart from what its statement meets."""
        pool = self._pool
        if pool is None:
            raise StoreStopped("the journal was closed")
        with reaching():
            db = await pool.acquire(timeout=CONNECT_WITHIN_S)
        try:
            yield db
        finally:
            await pool.release(db)

    async def _hash_of(self, hall: HallId, seq: int) -> bytes:
        """The hash that the next entry is chained to. Conflict where the head is another one."""
        known = self._heads.get(hall)
        if known is None or known[0] != seq:
            async with self._connection() as db:
                with reaching():
                    found = await db.fetchrow(_HEAD_SQL, hall)
            known = (0, GENESIS) if found is None else (found[0], found[1])
        if known[0] != seq:
            raise Conflict(f"hall {hall!r}: the head is {known[0]}, not {seq}")
        return known[1]


def _event_columns(
    hall: HallId, rows: Sequence[Row], head_hash: bytes
) -> tuple[tuple[list[Any], ...], bytes]:
    """The chained rows, column by column as `unnest` takes them, and the last one's hash."""
    hashes: list[bytes] = []
    for row in rows:
        head_hash = row_hash(head_hash, hall, row)
        hashes.append(head_hash)
    columns = (
        [row.seq for row in rows],
        [row.at_ms for row in rows],
        [row.type for row in rows],
        [row.version for row in rows],
        [row.data for row in rows],
        [row.actor for row in rows],
        hashes,
    )
    return columns, head_hash


def _outcome_columns(outcomes: Sequence[StoredOutcome]) -> tuple[list[Any], ...]:
    return (
        [item.actor for item in outcomes],
        [item.key for item in outcomes],
        [item.fingerprint for item in outcomes],
        [item.status for item in outcomes],
        [item.at_ms for item in outcomes],
        [item.body for item in outcomes],
    )


def _row(values: Any) -> Row:
    seq, at_ms, type_name, version, data, actor, row_hash_ = values
    return Row(seq=seq, at_ms=at_ms, type=type_name, version=version, data=data, actor=actor, hash=row_hash_)
