"""A journal's database read by someone who does not write it: copied while the hub goes on, or checked from end to end.

It opens no hall and changes nothing. A copy is made through a read-only connection of its own, inside one read
transaction, so that it is one moment of the journal however long it takes: on the writer's connection SQLite's backup
would keep that connection's thread, and every command would wait for the last page. A reader never checkpoints, which
is what old versions of SQLite cannot bear from a second connection. Its price is that the log is not written back
meanwhile. Proven by `tests/backup/test_copying.py` and `tests/faults/test_damage.py`.
"""
# ruff: noqa: N818 - "GivenUp" says what happened, as the names in `errors` do.

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from queue_server.domain.hall import HallId
from queue_server.errors import StoreBroken, WorldError
from queue_server.journal.base import Row
from queue_server.journal.chain import GENESIS, verify
from queue_server.journal.sqlite_writer import trouble

PAGES_AT_ONCE = 256
"""One MiB between two looks at anything else; the interpreter's lock is free meanwhile."""

ROWS_AT_ONCE = 2_000
"""Rows verified in one go, some 20 ms: a progress bar moves smoothly."""

OTHERS_WAIT_S = 2.0
"""How long another program may hold the file."""

TAIL_ROW_COUNT = 1_000
"""How far back from the head `tail` looks: enough to meet a page that was copied half."""

_ROWS_SQL = """
SELECT seq, at_ms, type, version, data, actor, hash FROM events WHERE hall = ? AND seq > ? ORDER BY seq
"""

OnRows = Callable[[int], None]
"""Told how many more rows were verified."""


class HallHead(NamedTuple):
    """Where one hall's journal stands."""

    journal_id: str
    seq: int
    hash: bytes


class GivenUp(WorldError):
    """Nobody waits for this copy any more."""


def copy_database(
    source: Path, target: Path, *, may_recover: bool, is_wanted: Callable[[], bool] = lambda: True
) -> None:
    """One moment of a database as a single new file, for its owner alone.

    Args:
        may_recover: no hub runs and the caller holds its lock: what a killed one left half done may be put right.
        is_wanted: asked after each step, so that a hub that stops need not wait for the last page.

    Raises:
        GivenUp: it was not wanted any more.
        StoreBroken, NotStored, StoreStopped: as `open_sqlite`; the target may be left half written.
    """

    def stepped(_status: int, _remaining: int, _total: int) -> None:
        if not is_wanted():
            raise GivenUp("the copy was given up")

    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    mode = "rw" if may_recover else "ro"
    with (
        _translated(),
        closing(sqlite3.connect(_uri(source, f"mode={mode}"), uri=True, timeout=OTHERS_WAIT_S)) as reader,
        closing(sqlite3.connect(target)) as copy,
    ):
        # The first read takes the snapshot; without it each step would see a newer head and begin anew.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        reader.backup(copy, pages=PAGES_AT_ONCE, progress=stepped)
        reader.execute("ROLLBACK")
        # A file alone: no log beside it that a careless hand would leave behind.
        copy.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A database that nobody writes, for looking only.

    Raises:
        StoreBroken, NotStored, StoreStopped: when opened, or inside the block, as `open_sqlite`.
    """
    with (
        _translated(),
        closing(sqlite3.connect(_uri(path, "mode=ro&immutable=1"), uri=True)) as db,
    ):
        # Damaged text must not raise here but fail the chain, which knows the entry's number.
        db.text_factory = lambda stored: stored.decode(errors="surrogateescape")
        yield db


def schema_number(db: sqlite3.Connection) -> int:
    """The migration that was applied last."""
    ((number,),) = db.execute("PRAGMA user_version")
    return int(number)


def page_fault(db: sqlite3.Connection) -> str | None:
    """What SQLite finds wrong with the file's own structure; None: nothing."""
    ((found,),) = db.execute("PRAGMA quick_check(1)")
    return None if found == "ok" else str(found)


def heads(db: sqlite3.Connection) -> Mapping[HallId, HallHead]:
    """Every hall that the journal knows, by id; what is told is not verified."""
    return {
        HallId(hall): HallHead(
            journal_id,
            *(
                db.execute(
                    "SELECT seq, hash FROM events WHERE hall = ? ORDER BY seq DESC LIMIT 1", (hall,)
                ).fetchone()
                or (0, GENESIS)
            ),
        )
        for hall, journal_id in db.execute("SELECT hall, journal_id FROM halls ORDER BY hall").fetchall()
    }


def verified(db: sqlite3.Connection, hall: HallId, on_rows: OnRows = lambda _count: None) -> Iterator[Row]:
    """A hall's rows from the first to the last, each verified before it is given.

    Raises:
        StoreBroken: names the first row that does not fit.
    """
    return _chained(db, hall, 0, GENESIS, on_rows)


def verify_all(db: sqlite3.Connection, on_rows: OnRows = lambda _count: None) -> None:
    """The file's structure and every hall's whole chain.

    Raises:
        StoreBroken: the first thing that is wrong.
    """
    fault = page_fault(db)
    if fault is not None:
        raise StoreBroken(f"the database is damaged ({fault}); restore it from a backup")
    known = heads(db)
    stray = [hall for (hall,) in db.execute("SELECT DISTINCT hall FROM events") if hall not in known]
    if stray:
        raise StoreBroken(f"entries of {stray[0]!r} belong to no hall; restore from a backup")
    for hall, head in known.items():
        seq = 0
        for row in verified(db, hall, on_rows):
            seq = row.seq
        if seq != head.seq:
            raise StoreBroken(f"hall {hall!r}: entry {seq + 1} is missing", seq=seq + 1)


def verify_tail(db: sqlite3.Connection, hall: HallId, head: HallHead) -> None:
    """The newest rows up to a head. Raises: StoreBroken."""
    after_seq = max(0, head.seq - TAIL_ROW_COUNT)
    anchor = db.execute("SELECT hash FROM events WHERE hall = ? AND seq = ?", (hall, after_seq)).fetchone()
    if after_seq and anchor is None:
        raise StoreBroken(f"hall {hall!r}: entry {after_seq} is missing", seq=after_seq)
    for _ in _chained(db, hall, after_seq, anchor[0] if after_seq else GENESIS, lambda _count: None):
        pass


def _chained(
    db: sqlite3.Connection, hall: HallId, after_seq: int, prev_hash: bytes, on_rows: OnRows
) -> Iterator[Row]:
    found = db.execute(_ROWS_SQL, (hall, after_seq))
    while page := [_row(values) for values in found.fetchmany(ROWS_AT_ONCE)]:
        prev_hash = verify(hall, page, after_seq=after_seq, prev_hash=prev_hash)
        after_seq = page[-1].seq
        on_rows(len(page))
        yield from page


def _row(values: tuple[int, int, str, int, str, str, bytes]) -> Row:
    seq, at_ms, type_name, version, data, actor, row_hash = values
    return Row(seq=seq, at_ms=at_ms, type=type_name, version=version, data=data, actor=actor, hash=row_hash)


def _uri(path: Path, query: str) -> str:
    return f"{path.absolute().as_uri()}?{query}"


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise trouble(error) from error
