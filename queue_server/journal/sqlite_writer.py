"""What happens on the database's own thread: one piece of work, whole, in one go.

aiosqlite gives a connection a thread and a list of things to do on it. Begin, insert, insert, commit as four of
them cost 0.65 ms, of which most is handing over between threads; as one they cost 0.32 ms (a bare write and sync of
as many bytes: 0.17), and nobody who is cancelled in between can leave a transaction open: a thing begun on that
thread is done to its end. The public way there is sqlite3's `factory`: a connection whose `executemany(WORK, ...)`
carries out whole pieces of work.

Rows go in by `executemany` of one prepared statement: one statement of many VALUES is parsed anew for each size and
took longer (32 entries with 32 outcomes: 1.0 against 0.85 ms; 256: 6.6 against 5.2).
"""

import sqlite3
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple, assert_never

from queue_server.domain.hall import HallId
from queue_server.domain.model import ActorId
from queue_server.errors import (
    AntreanError,
    Conflict,
    NotStored,
    OutcomeUnknown,
    StoreBroken,
    StoreBusy,
    StoreFull,
    StoreStopped,
)
from queue_server.journal.base import Row, StoredOutcome
from queue_server.journal.chain import GENESIS, row_hash

WORK: Final = "-- a piece of work"
"""In place of a statement's text; a comment, so that a plain connection would do nothing with it."""

WAL_BYTES_MAX = 32 * 1024 * 1024
"""The log is written back at the border of the next batch beyond this, busy or not. That batch waits some 30 ms. In a
storm of full batches it is one in five hundred, and so no part of the 99th percentile; half as large a log would be."""

HEAD_SQL: Final = "SELECT seq, hash FROM events WHERE hall = ? ORDER BY seq DESC LIMIT 1"

_EVENT_SQL = (
    "INSERT INTO events (hall, seq, at_ms, type, version, data, actor, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_OUTCOME_SQL = "INSERT INTO outcomes (id, hall, actor, key, fingerprint, status, at_ms, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_FORGET_SQL = "DELETE FROM outcomes WHERE id IN (SELECT id FROM outcomes WHERE at_ms < ? LIMIT ?) RETURNING hall, actor, key"

OutcomeName = tuple[HallId, ActorId, str]
"""Hall, actor and key: what an outcome is looked up by."""


class Batch(NamedTuple):
    """One transaction of an append."""

    hall: HallId
    expected_seq: int
    rows: tuple[Row, ...]
    """In order, continuing `expected_seq`, not chained yet."""
    outcomes: tuple[StoredOutcome, ...]


class Forgetting(NamedTuple):
    """One transaction of housekeeping: the outcomes of all halls from before an instant, at most so many."""

    before_ms: int
    count_max: int


class Writer(sqlite3.Connection):
    """A connection that does whole pieces of work; made by `sqlite3.connect(..., factory=...)`, on one thread."""

    is_stopped = False
    """After an error of input or output nothing that the connection says can be trusted."""

    outcome_ids: dict[OutcomeName, int]
    """Every outcome's row, oldest first; set by whoever opens the connection, kept up to date here. Other threads may
    look a name up or copy the whole: either is one step.

    This is the index of the table and keeps its names unique; 40,000 outcomes of two large days take 10 MB. One in
    the database would put each client's random key into another page: 32 commands in a batch wrote 218 kB and
    took 1.1 to 1.4 ms, without it they write 56 kB and take 0.7 to 0.9."""

    def executemany(self, sql: str, parameters: Iterable[object], /) -> sqlite3.Cursor:
        """Do each `Batch` or `Forgetting` in a transaction of its own. Raises as `Journal.append`."""
        assert sql == WORK, "whole pieces of work only"
        for work in parameters:
            assert isinstance(work, Batch | Forgetting)
            try:
                self._do(work)
            except sqlite3.Error as error:
                raise self._settled(error) from error
            finally:
                self._leave_transaction()
        return self.cursor()

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """One statement, unless an earlier one met an error of input or output.

        Checkpoints come this way too, and must: after a sync of the database that failed, the kernel takes its pages
        for written, and a second checkpoint would succeed and give up the log that still holds them.
        `parameters` is whatever sqlite3 takes; its own type for it is private.

        Raises:
            StoreStopped: it did.
        """
        if self.is_stopped:
            raise StoreStopped("the database failed earlier; look at the disk, start again")
        try:
            return super().execute(sql, parameters)
        except sqlite3.Error as error:
            self.is_stopped = primary_code(error) == sqlite3.SQLITE_IOERR
            raise

    @cached_property
    def _log_path(self) -> Path:
        """The -wal file, which is there as soon as anything was written."""
        return Path(f"{self.execute('PRAGMA database_list').fetchone()[2]}-wal")

    def _do(self, work: Batch | Forgetting) -> None:
        match work:
            case Batch():
                self._bound_log()
                self._append(work)
            case Forgetting():
                for name in self.execute(_FORGET_SQL, work).fetchall():
                    self.outcome_ids.pop(name, None)
            case _:
                assert_never(work)

    def _bound_log(self) -> None:
        # `journal_size_limit` cuts the file back to the bound when its space is used anew, so that its size tells
        # whether what waits in it has passed the bound. A foreign reader can hold a passive checkpoint up, and
        # is not waited for: the next batch tries again.
        if self._log_path.stat().st_size > WAL_BYTES_MAX:
            self.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def _append(self, batch: Batch) -> None:
        fresh_ids = self._fresh_ids(batch)
        self.execute("BEGIN IMMEDIATE")
        seq, head_hash = self.execute(HEAD_SQL, (batch.hall,)).fetchone() or (0, GENESIS)
        if seq != batch.expected_seq:
            raise Conflict(f"hall {batch.hall!r}: the head is {seq}, not {batch.expected_seq}")
        if batch.rows:
            super().executemany(_EVENT_SQL, _event_values(batch, head_hash))
        if batch.outcomes:
            super().executemany(_OUTCOME_SQL, _outcome_values(batch, fresh_ids))
        self.execute("COMMIT")
        self.outcome_ids.update(fresh_ids)

    def _fresh_ids(self, batch: Batch) -> dict[OutcomeName, int]:
        """Rows for a batch's outcomes, in its order."""
        next_id = next(reversed(self.outcome_ids.values()), 0) + 1
        names = ((batch.hall, item.actor, item.key) for item in batch.outcomes)
        fresh_ids = {name: row_id for row_id, name in enumerate(names, next_id)}
        if len(fresh_ids) < len(batch.outcomes) or any(name in self.outcome_ids for name in fresh_ids):
            raise Conflict(f"hall {batch.hall!r}: an outcome's key is taken")
        return fresh_ids

    def _settled(self, error: sqlite3.Error) -> AntreanError:
        """What a failure means for the work, once it is rolled back; where that fails too, nobody knows."""
        is_rolled_back = self._leave_transaction()
        found = trouble(error)
        if is_rolled_back and isinstance(found, NotStored):
            return found
        self.is_stopped = True
        if is_rolled_back and isinstance(found, StoreBroken):
            return found
        return OutcomeUnknown(
            f"the database failed ({error}); whether the batch is on disk shows only when it is opened anew"
        )

    def _leave_transaction(self) -> bool:
        """Roll back what is open; whether nothing is open any more. Must work on a stopped connection."""
        if self.in_transaction:
            try:
                super().execute("ROLLBACK")
            except sqlite3.Error:
                self.is_stopped = True
        return not self.in_transaction


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without the extension; 0 where the error did not come from SQLite itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def trouble(error: sqlite3.Error) -> NotStored | StoreBroken | StoreStopped:
    """What a failure means where nothing was in doubt: before a commit, or in reading.

    A failed commit with SQLITE_FULL is among them once it is rolled back: the frame that makes a transaction valid
    is the last one written and it was not written whole. Any other error of input or output is not: a sync that
    failed may still have reached the disk.
    Source: https://www.sqlite.org/rescode.html, https://www.sqlite.org/fileformat2.html section 4.
    """
    match primary_code(error):
        case sqlite3.SQLITE_FULL:
            return StoreFull(f"no space left for the database ({error}); make room, it goes on by itself")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusy(f"another program holds the database ({error}); close it")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StoreBroken(f"the database is damaged ({error}); restore it from a backup")
        case _:
            return StoreStopped(f"the database cannot be used ({error}); look at the disk, start again")


def _event_values(
    batch: Batch, head_hash: bytes
) -> Iterable[tuple[str, int, int, str, int, str, str, bytes]]:
    for row in batch.rows:
        head_hash = row_hash(head_hash, batch.hall, row)
        yield batch.hall, row.seq, row.at_ms, row.type, row.version, row.data, row.actor, head_hash


def _outcome_values(
    batch: Batch, ids: dict[OutcomeName, int]
) -> Iterable[tuple[int, str, str, str, bytes, int, int, bytes]]:
    return (
        (row_id, batch.hall, item.actor, item.key, item.fingerprint, item.status, item.at_ms, item.body)
        for row_id, item in zip(ids.values(), batch.outcomes, strict=True)
    )
