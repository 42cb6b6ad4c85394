"""`identity.db`: the register on disk, through one connection that nobody else uses.

It is not in the journal's file, for two reasons. Personal data (names, passwords) lives apart from the journal, so
that the journal can be copied, audited and kept for years without it. And a file has exactly one connection with one
task behind it: two writers on one file would wait for each other, and some SQLite versions can corrupt a write-ahead
log that two connections write and checkpoint at once (fixed in 3.51.3). For the same reason the file is locked as
long as it is open. Writes are rare, so it uses a rollback journal and not a write-ahead log: while nothing is being
written there is one file, with nothing beside it to protect or to copy.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import Any

import aiosqlite
import msgspec

from queue_server.identity.register import Credential, Gone, Holder, Register, Row
from queue_server.identity.shelf import IdentityTrouble

FILE_NAME = "identity.db"

_FILE_MODE = 0o600
"""Names and password hashes are the hub's own business."""

_OTHER_PROCESS_WAIT_S = 2.0
"""A command-line verb holds the file for some milliseconds; whoever holds it longer is a running hub."""

_SETTINGS = (
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA journal_mode = TRUNCATE",
    "PRAGMA synchronous = FULL",  # A revoked token must not come back after a power cut.
    "PRAGMA secure_delete = ON",  # What was personal and is deleted leaves no bytes behind.
    "PRAGMA foreign_keys = ON",
)

_PUT_HOLDER = """
INSERT INTO holders VALUES (
    :id, :actor, :role, :hall, :device, :name, :sign_in_name, :password, :counters, :is_disabled, :created_at_ms
) ON CONFLICT (id) DO UPDATE SET
    role = excluded.role, name = excluded.name, password = excluded.password,
    counters = excluded.counters, is_disabled = excluded.is_disabled
"""

_PUT_CREDENTIAL = """
INSERT INTO credentials (hash, id, kind, holder, created_at_ms, expires_at_ms)
VALUES (:hash, :id, :kind, :holder, :created_at_ms, :expires_at_ms)
"""


class IdentityFile:
    """A `Shelf` on this machine."""

    def __init__(self, path: Path, connection: aiosqlite.Connection) -> None:
        self._path = path
        self._connection = connection

    @classmethod
    async def open(cls, folder: Path) -> "IdentityFile":
        """Opens or makes the file, brings its schema up to date and locks it.

        Raises:
            IdentityTrouble: another process has it open, or the folder cannot be written.
        """
        path = folder / FILE_NAME
        try:
            # Only a new file is touched: closing any other handle on the file would drop the locks that this process
            # already holds on it (fcntl(2), "record locks").
            if not path.exists():
                path.touch(mode=_FILE_MODE)
            path.chmod(_FILE_MODE)
            connection = await aiosqlite.connect(path, isolation_level=None, timeout=_OTHER_PROCESS_WAIT_S)
        except FileNotFoundError as trouble:
            raise IdentityTrouble(
                f"No hub has run on {path.parent} yet: start it once, or name its folder with --data."
            ) from trouble
        except (OSError, sqlite3.Error) as trouble:
            raise IdentityTrouble(f"Cannot open {path}: {trouble}.") from trouble
        file = cls(path, connection)
        try:
            await file._prepare()
        except sqlite3.Error as trouble:
            await connection.close()
            raise IdentityTrouble(
                f"Cannot use {path}: {trouble}. Is a hub running on this folder?"
            ) from trouble
        except BaseException:
            # Cancelled: a connection that is left open keeps its thread, and its thread the process.
            await connection.close()
            raise
        return file

    async def load(self) -> Register:
        """The whole register.

        Raises:
            IdentityTrouble: the file cannot be read.
        """
        try:
            holders = await self._rows("SELECT * FROM holders")
            credentials = await self._rows("SELECT * FROM credentials")
        except sqlite3.Error as trouble:
            raise IdentityTrouble(f"Cannot read {self._path}: {trouble}.") from trouble
        return Register().after(
            (*map(_holder, holders), *(msgspec.convert(row, Credential) for row in credentials))
        )

    async def write(self, rows: Iterable[Row]) -> None:
        """All rows in one transaction, durable on return.

        Raises:
            IdentityTrouble: whether they were written is unknown; load again before the next write.
        """
        try:
            await self._in_transaction([_statement(row) for row in rows])
        except sqlite3.Error as trouble:
            raise IdentityTrouble(f"Cannot write {self._path}: {trouble}.") from trouble

    async def copy(self, target: Path) -> None:
        """The whole file in one go, through the one connection that may: some hundred kilobytes, some milliseconds.

        Raises:
            IdentityTrouble: it cannot be copied.
        """
        try:
            with closing(_empty(target)) as copy:
                await self._connection.backup(copy)
        except (OSError, sqlite3.Error) as trouble:
            raise IdentityTrouble(f"Cannot copy {self._path}: {trouble}.") from trouble

    async def close(self) -> None:
        await self._connection.close()

    async def _prepare(self) -> None:
        for setting in _SETTINGS:
            await self._connection.execute_fetchall(setting)
        ((version,),) = await self._connection.execute_fetchall("PRAGMA user_version")
        steps = sorted(
            resources.files("queue_server.identity").joinpath("sql", "sqlite").iterdir(),
            key=lambda file: file.name,
        )
        if version > len(steps):
            raise sqlite3.DatabaseError(f"it was written by a newer program (schema {version})")
        for number, step in enumerate(steps[version:], start=version + 1):
            script = f"BEGIN EXCLUSIVE; {step.read_text('utf-8')} PRAGMA user_version = {number}; COMMIT;"
            await self._connection.executescript(script)
        # The exclusive lock is taken with the first write and then kept: a second process finds out here.
        await self._in_transaction([(f"PRAGMA user_version = {len(steps)}", {})])

    async def _in_transaction(self, statements: Sequence[tuple[str, dict[str, Any]]]) -> None:
        try:
            await self._connection.execute("BEGIN EXCLUSIVE")
            for sql, values in statements:
                await self._connection.execute(sql, values)
            await self._connection.execute("COMMIT")
        except sqlite3.Error:
            if self._connection.in_transaction:
                await self._connection.execute("ROLLBACK")
            raise

    async def _rows(self, sql: str) -> list[dict[str, Any]]:
        async with self._connection.execute(sql) as cursor:
            keys = [column[0] for column in cursor.description]
            return [dict(zip(keys, row, strict=True)) async for row in cursor]


def _empty(path: Path) -> sqlite3.Connection:
    """A new file for its owner alone, open for the thread of another connection."""
    path.touch(mode=_FILE_MODE, exist_ok=False)
    return sqlite3.connect(path, check_same_thread=False)


def _statement(row: Row) -> tuple[str, dict[str, Any]]:
    match row:
        case Holder():
            values = msgspec.structs.asdict(row)
            counters = None if row.counters is None else msgspec.json.encode(row.counters).decode("utf-8")
            return _PUT_HOLDER, {**values, "counters": counters}
        case Credential():
            return _PUT_CREDENTIAL, msgspec.structs.asdict(row)
        case Gone():
            return "DELETE FROM credentials WHERE hash = :hash", {"hash": row.hash}


def _holder(row: dict[str, Any]) -> Holder:
    counters = None if row["counters"] is None else msgspec.json.decode(row["counters"])
    return msgspec.convert({**row, "counters": counters, "is_disabled": bool(row["is_disabled"])}, Holder)
