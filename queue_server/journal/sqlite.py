"""The journal on one machine: SQLite in WAL with synchronous=FULL, behind aiosqlite.

One process has the database open (a lock says so), one connection writes and reads it, and that connection lives
on one thread of its own, where each batch is one indivisible piece of work (`sqlite_writer`). So a caller that is
cancelled loses only the answer; the next append tells it the head that it missed (`Conflict`).

`synchronous=FULL` is the promise that an append survives a power cut. Automatic checkpoints are off, they are the
p99: `maintain` writes the log back while nobody writes, and a batch does it when the log grows beyond its bound.
`PRAGMA quick_check` is no part of a start: over a year of history it takes seconds, see `docs/performance.md`.
The proof is the contract suite, and `tests/journal/test_sqlite.py` for locks, kills, damage and full disks.
"""

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import aiosqlite

from queue_server.domain.events import Entry
from queue_server.domain.hall import HallId
from queue_server.domain.model import ActorId
from queue_server.errors import StoreBroken, StoreStopped
from queue_server.journal import codec
from queue_server.journal.base import OUTCOME_KEPT_MS, READ_COUNT_MAX, AddedHall, Head, Row, StoredOutcome
from queue_server.journal.chain import GENESIS, verify
from queue_server.journal.lock import FileLock
from queue_server.journal.migrate import migrate, migrations
from queue_server.journal.sqlite_writer import (
    HEAD_SQL,
    WAL_BYTES_MAX,
    WORK,
    Batch,
    Forgetting,
    Writer,
    trouble,
)

BUSY_TIMEOUT_MS = 2_000
"""How long a foreign program (a shell, a copy tool) may hold the database before an append is refused."""

FORGET_EVERY_MS = 10 * 60 * 1000
"""Looking for old outcomes reads their whole table: 8 ms where it holds 20,000."""

FORGET_COUNT_MAX = 5_000
"""Outcomes forgotten at once, some 20 ms of writing; 30,000 an hour is ten times what a large hall makes."""

TIDY_APPEND_COUNT = 64
"""An idle moment is used for writing the log back once so many batches wait in it: about 1 MiB, at 12 kB for a
batch of one command and the odd larger one. Fewer are left, or an idle hall's card would be written twice for each ticket."""

_SETTINGS = f"""
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 0;
PRAGMA journal_size_limit = {WAL_BYTES_MAX};
PRAGMA busy_timeout = {BUSY_TIMEOUT_MS};
PRAGMA trusted_schema = OFF;
"""

# Left alone, SQLite walks the primary key backwards for this, over all entries since the seal.
_SEAL_SQL = (
    "SELECT seq FROM events INDEXED BY seals WHERE hall = ? AND type = 'DayClosed' ORDER BY seq DESC LIMIT 1"
)
_OUTCOME_SQL = "SELECT fingerprint, status, body, at_ms FROM outcomes WHERE id = ?"
_READ_SQL = """
SELECT seq, at_ms, type, version, data, actor, hash FROM events WHERE hall = ? AND seq >= ? ORDER BY seq LIMIT ?
"""

_LIST_SQL = "INSERT INTO added_halls (name, text, at_ms, hall) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING hall"
_RELIST_SQL = "UPDATE added_halls SET name = ?, text = ?, at_ms = ? WHERE hall = ? RETURNING hall"


async def open_sqlite(path: Path) -> "SqliteJournal":
    """Open or create a database, with the schema of today.

    Folders that are missing are made for the owner alone (0700), files too (0600): the journal holds no names,
    but who may read it may see who served whom.

    Raises:
        AlreadyRunning: another process has it open.
        StoreBroken: the file is damaged or no database.
        StoreTooNew: a newer program wrote it.
        StoreStopped, StoreFull, StoreBusy: it cannot be opened now.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(path.parent)
    try:
        # SQLite gives its -wal and -shm files the database's own permissions.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        db, writer = await _connected(path)
    except BaseException:
        lock.release()
        raise
    return SqliteJournal(db, writer, lock)


class SqliteJournal:
    """`Journal` over one database file; made by `open_sqlite`."""

    is_shared = False

    def __init__(self, db: aiosqlite.Connection, writer: Writer, lock: FileLock) -> None:
        self._db = db
        self._writer = writer
        self._lock: FileLock | None = lock
        self._append_count = 0
        self._seen_append_count = 0
        self._tidied_append_count = 0
        self._forgotten_at_ms = 0

    async def open_hall(self, hall: HallId) -> Head:
        with _translated():
            await self._db.execute_fetchall(
                "INSERT INTO halls (hall, journal_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (hall, secrets.token_hex(16)),
            )
            [(journal_id,)] = await self._db.execute_fetchall(
                "SELECT journal_id FROM halls WHERE hall = ?", (hall,)
            )
            heads = await self._db.execute_fetchall(HEAD_SQL, (hall,))
            seals = await self._db.execute_fetchall(_SEAL_SQL, (hall,))
        seq, head_hash = next(iter(heads), (0, GENESIS))
        return Head(
            journal_id=journal_id,
            seq=seq,
            hash=head_hash,
            seal_seq=next((seq for (seq,) in seals), 0),
            outcome_keys=frozenset(
                (actor, key) for of_hall, actor, key in tuple(self._writer.outcome_ids) if of_hall == hall
            ),
        )

    async def append(
        self, hall: HallId, expected_seq: int, entries: Sequence[Entry], outcomes: Sequence[StoredOutcome]
    ) -> None:
        rows = tuple(codec.rows(expected_seq, entries))
        self._append_count += 1
        await self._db.executemany(WORK, (Batch(hall, expected_seq, rows, tuple(outcomes)),))

    async def read(self, hall: HallId, after_seq: int, limit: int) -> list[Entry]:
        assert 1 <= limit <= READ_COUNT_MAX, limit
        with _translated():
            # One row more, in front: its hash is what the first row's is chained to.
            found = await self._db.execute_fetchall(
                _READ_SQL, (hall, max(after_seq, 1), limit + bool(after_seq))
            )
        rows = [_row(values) for values in found]
        prev_hash = GENESIS
        if after_seq and rows:
            anchor, *rows = rows
            if anchor.seq != after_seq:
                raise StoreBroken(f"hall {hall!r}: entry {after_seq} is missing", seq=after_seq)
            prev_hash = anchor.hash
        verify(hall, rows, after_seq=after_seq, prev_hash=prev_hash)
        return [codec.entry(hall, row) for row in rows]

    async def outcome(self, hall: HallId, actor: ActorId, key: str) -> StoredOutcome | None:
        row_id = self._writer.outcome_ids.get((hall, actor, key))
        if row_id is None:
            return None
        with _translated():
            found = await self._db.execute_fetchall(_OUTCOME_SQL, (row_id,))
        for fingerprint, status, body, at_ms in found:
            return StoredOutcome(
                actor=actor, key=key, fingerprint=fingerprint, status=status, body=body, at_ms=at_ms
            )
        return None

    async def maintain(self, now_ms: int) -> None:
        is_idle = self._append_count == self._seen_append_count
        self._seen_append_count = self._append_count
        with _translated():
            if abs(now_ms - self._forgotten_at_ms) >= FORGET_EVERY_MS:
                await self._db.executemany(WORK, (Forgetting(now_ms - OUTCOME_KEPT_MS, FORGET_COUNT_MAX),))
                self._forgotten_at_ms = now_ms
            if is_idle and self._append_count - self._tidied_append_count >= TIDY_APPEND_COUNT:
                await self._db.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")
                self._tidied_append_count = self._append_count

    async def hall_names(self) -> dict[HallId, str]:
        with _translated():
            found = await self._db.execute_fetchall("SELECT hall, name FROM added_halls ORDER BY hall")
        return {HallId(hall): name for hall, name in found}

    async def added_hall(self, hall: HallId) -> AddedHall | None:
        with _translated():
            found = await self._db.execute_fetchall(
                "SELECT name, text, at_ms FROM added_halls WHERE hall = ?", (hall,)
            )
        return next(
            (AddedHall(hall=hall, name=name, text=text, at_ms=at_ms) for name, text, at_ms in found), None
        )

    async def list_hall(self, added: AddedHall, *, is_replacing: bool) -> bool:
        values = (added.name, added.text, added.at_ms, added.hall)
        with _translated():
            return bool(await self._db.execute_fetchall(_RELIST_SQL if is_replacing else _LIST_SQL, values))

    async def unlist_hall(self, hall: HallId) -> bool:
        with _translated():
            return bool(
                await self._db.execute_fetchall(
                    "DELETE FROM added_halls WHERE hall = ? RETURNING hall", (hall,)
                )
            )

    async def close(self) -> None:
        lock, self._lock = self._lock, None
        if lock is None:
            return
        try:
            # What cannot be written back now stays in the log, from which the next start reads it.
            with contextlib.suppress(sqlite3.Error, StoreStopped):
                await self._db.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            await self._db.close()
            lock.release()


async def _connected(path: Path) -> tuple[aiosqlite.Connection, Writer]:
    """A connection with our settings and today's schema, and what is underneath it."""
    made: list[Writer] = []

    def factory(*args: Any, **kwargs: Any) -> Writer:
        made.append(Writer(*args, **kwargs))
        return made[0]

    with _translated():
        db = await aiosqlite.connect(path, factory=factory, isolation_level=None)
        try:
            await db.executescript(_SETTINGS)
            db.text_factory = _text
            await migrate(db, migrations())
            named = await db.execute_fetchall("SELECT id, hall, actor, key FROM outcomes ORDER BY id")
        except BaseException:
            await db.close()
            raise
    [writer] = made
    # Twenty thousand names of two busy days: 20 ms, or some tenths of a second where the disk's cache is cold.
    writer.outcome_ids = {(hall, actor, key): row_id for row_id, hall, actor, key in named}
    return db, writer


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """SQLite's errors as ours, where no commit of a batch is at stake."""
    try:
        yield
    except sqlite3.Error as error:
        raise trouble(error) from error


def _text(stored: bytes) -> str:
    """Damaged text must not raise here but fail the chain, which knows the entry's number."""
    return stored.decode(errors="surrogateescape")


def _row(values: sqlite3.Row) -> Row:
    seq, at_ms, type_name, version, data, actor, row_hash = values
    return Row(seq=seq, at_ms=at_ms, type=type_name, version=version, data=data, actor=actor, hash=row_hash)
