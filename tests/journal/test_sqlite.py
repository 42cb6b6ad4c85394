"""What only the journal on a disk can show: locks, kills, damage, full disks, its settings."""

import asyncio
import resource
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import msgspec
import pytest

from queue_server.errors import (
    AlreadyRunning,
    AntreanError,
    Conflict,
    OutcomeUnknown,
    StoreBroken,
    StoreBusy,
    StoreFull,
    StoreStopped,
    UnknownEventType,
)
from queue_server.journal import codec
from queue_server.journal.base import READ_COUNT_MAX, StoredOutcome
from queue_server.journal.chain import GENESIS, row_hash
from queue_server.journal.sqlite import SqliteJournal, open_sqlite
from queue_server.journal.sqlite_writer import WAL_BYTES_MAX
from tests.journal.appender import BATCH_COUNT
from tests.journal.examples import KIOSK, LAMONGAN, NOON_MS, outcome, tickets
from tests.pace import PATIENCE_S


@asynccontextmanager
async def _open(folder: Path) -> AsyncIterator[SqliteJournal]:
    journal = await open_sqlite(folder / "antrean.db")
    try:
        yield journal
    finally:
        await journal.close()


@asynccontextmanager
async def _child(folder: Path, mode: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process of `appender`, killed with SIGKILL at the end at the latest."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.journal.appender", str(folder), mode, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.communicate()


async def _acknowledged(folder: Path, mode: str, line_count: int) -> int:
    """The last number that a child acknowledged before it was killed, at its `line_count`-th line."""
    async with _child(folder, mode) as child, asyncio.timeout(PATIENCE_S):
        assert child.stdout is not None
        said = b"".join([await child.stdout.readline() for _ in range(line_count)])
        child.kill()
        # What it still said before it died counts too, up to the last whole line.
        said += await child.stdout.read()
        await child.wait()
    return int(said.split(b"\n")[-2])


async def test_a_reopened_journal_is_the_same(tmp_path: Path) -> None:
    """Entries, head, seal, outcomes and journal id."""
    async with _open(tmp_path) as journal:
        await journal.open_hall(LAMONGAN)
        await journal.append(LAMONGAN, 0, tickets(1, 5), [outcome("k")])
        before = await journal.open_hall(LAMONGAN)

    async with _open(tmp_path) as journal:
        assert before == await journal.open_hall(LAMONGAN)
        assert tickets(1, 5) == await journal.read(LAMONGAN, 0, READ_COUNT_MAX)
        assert outcome("k") == await journal.outcome(LAMONGAN, KIOSK, "k")
        with pytest.raises(Conflict):
            await journal.append(LAMONGAN, 5, [], [outcome("k")])


async def test_every_commit_is_synced_and_nothing_checkpoints_by_itself(tmp_path: Path) -> None:
    """`synchronous=FULL` is the promise (dependencies, "aiosqlite, SQLite"); 2 is FULL."""
    async with _open(tmp_path) as journal:
        settings = {
            name: next(iter(await journal._db.execute_fetchall(f"PRAGMA {name}")))[0]
            for name in ("journal_mode", "synchronous", "wal_autocheckpoint", "journal_size_limit")
        }

    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "wal_autocheckpoint": 0,
        "journal_size_limit": WAL_BYTES_MAX,
    }


async def test_folders_and_files_are_the_owners_alone(tmp_path: Path) -> None:
    """0700 and 0600, the log and its index too."""
    folder = tmp_path / "data"
    async with _open(folder) as journal:
        await journal.append(LAMONGAN, 0, tickets(1, 1), [])
        modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}

    assert 0o700 == folder.stat().st_mode & 0o777
    assert modes == dict.fromkeys(("antrean.db", "antrean.db-wal", "antrean.db-shm", "antrean.lock"), 0o600)


async def test_a_second_opener_is_told_that_it_is_already_running(tmp_path: Path) -> None:
    """One process opens the database; after `close` the next one may."""
    async with _open(tmp_path):
        with pytest.raises(AlreadyRunning, match="another process"):
            await open_sqlite(tmp_path / "antrean.db")

    async with _open(tmp_path) as journal:
        assert 0 == (await journal.open_hall(LAMONGAN)).seq


async def test_a_file_that_is_no_database_is_named_broken_and_lets_go_of_the_lock(tmp_path: Path) -> None:
    """Nobody needs to clear up before trying again."""
    (tmp_path / "antrean.db").write_text("this is a letter, not a database " * 100)
    for _ in range(2):
        with pytest.raises(StoreBroken):
            await open_sqlite(tmp_path / "antrean.db")


async def test_the_lock_dies_with_its_holder(tmp_path: Path) -> None:
    """Held by another process while it lives, free as soon as it was killed with SIGKILL."""
    async with _child(tmp_path, "idle") as child, asyncio.timeout(PATIENCE_S):
        assert child.stdout is not None
        await child.stdout.readline()
        with pytest.raises(AlreadyRunning, match=f"{child.pid}"):
            await open_sqlite(tmp_path / "antrean.db")
        child.kill()
        await child.wait()

        async with _open(tmp_path) as journal:
            assert 0 == (await journal.open_hall(LAMONGAN)).seq


async def test_a_kill_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """R2: real processes, killed in the middle of their work, one after the other on the same journal."""
    for line_count in (1, 5, 30):
        acknowledged = await _acknowledged(tmp_path, "after", line_count)
        async with _open(tmp_path) as journal:
            head = await journal.open_hall(LAMONGAN)
            found = await journal.read(LAMONGAN, 0, READ_COUNT_MAX)

        assert head.seq >= acknowledged
        assert tickets(1, head.seq) == found
        assert {
            (KIOSK, f"{seq}") for seq in range(BATCH_COUNT, head.seq + 1, BATCH_COUNT)
        } == head.outcome_keys


async def test_a_kill_would_show_an_acknowledgement_that_comes_too_early(tmp_path: Path) -> None:
    """The negative control of the test above: acknowledged before the commit, entries must be seen missing."""
    lost_count = 0
    for _ in range(10):
        acknowledged = await _acknowledged(tmp_path, "before", 2)
        async with _open(tmp_path) as journal:
            lost_count += (await journal.open_hall(LAMONGAN)).seq < acknowledged
        if lost_count:
            break

    assert lost_count > 0


@pytest.mark.parametrize(
    ("damage", "broken_seq"),
    [
        ("UPDATE events SET data = replace(data, 'A005', 'A006') WHERE seq = 5", 5),
        ("UPDATE events SET at_ms = at_ms + 1 WHERE seq = 9", 9),
        ("UPDATE events SET data = CAST(x'7bff7d' AS TEXT) WHERE seq = 7", 7),
        ("DELETE FROM events WHERE seq = 4", 4),
        ("DELETE FROM events WHERE seq = 1", 1),
        ("UPDATE events SET seq = CASE seq WHEN 3 THEN -4 WHEN 4 THEN 3 END WHERE seq IN (3, 4)", 3),
    ],
)
async def test_damage_is_named_by_its_number(tmp_path: Path, damage: str, broken_seq: int) -> None:
    """R5: whatever is done to the rows, reading them says where; nothing else comes of it."""
    async with _open(tmp_path) as journal:
        await journal.append(LAMONGAN, 0, tickets(1, 9), [])
    _tamper(tmp_path, damage)

    async with _open(tmp_path) as journal:
        with pytest.raises(StoreBroken, match=f"entry {broken_seq} ") as caught:
            await journal.read(LAMONGAN, 0, READ_COUNT_MAX)

    assert broken_seq == caught.value.seq


async def test_reading_behind_a_row_that_is_gone_is_refused(tmp_path: Path) -> None:
    """The row before the first one read is what that one is chained to."""
    async with _open(tmp_path) as journal:
        await journal.append(LAMONGAN, 0, tickets(1, 9), [])
    _tamper(tmp_path, "DELETE FROM events WHERE seq = 4")

    async with _open(tmp_path) as journal:
        with pytest.raises(StoreBroken, match="entry 4 "):
            await journal.read(LAMONGAN, 4, 1)
        assert tickets(6, 4) == await journal.read(LAMONGAN, 5, 100)


async def test_no_flipped_byte_of_the_file_gives_another_history(tmp_path: Path) -> None:
    """R5, quick: a byte in every thousandth place; each time the same entries, or trouble that says so."""
    async with _open(tmp_path) as journal:
        await journal.append(LAMONGAN, 0, tickets(1, 200), [])
    whole = (tmp_path / "antrean.db").read_bytes()
    noticed_count = 0
    for place in range(7, len(whole), 1_009):
        flipped = bytearray(whole)
        flipped[place] ^= 0x20
        (tmp_path / "antrean.db").write_bytes(flipped)
        try:
            async with _open(tmp_path) as journal:
                assert tickets(1, 200) == await journal.read(LAMONGAN, 0, READ_COUNT_MAX)
        except AntreanError:
            noticed_count += 1

    assert noticed_count > len(whole) // 1_009 // 2


async def test_an_entry_of_a_newer_program_is_not_read_as_something_else(tmp_path: Path) -> None:
    """It is told apart from damage: its hash is right, its type is not known here."""
    [row] = codec.rows(0, tickets(1, 1))
    newer = msgspec.structs.replace(row, type="TicketDreamt")
    async with _open(tmp_path) as journal:
        await journal.append(LAMONGAN, 0, tickets(1, 1), [])
    new_hash = row_hash(GENESIS, LAMONGAN, newer)
    _tamper(tmp_path, "UPDATE events SET type = 'TicketDreamt', hash = ?", new_hash)

    async with _open(tmp_path) as journal:
        with pytest.raises(UnknownEventType, match="entry 1"):
            await journal.read(LAMONGAN, 0, READ_COUNT_MAX)


async def test_rows_can_neither_be_changed_nor_deleted_through_sql(tmp_path: Path) -> None:
    """Append-only is part of the schema, for whoever opens it with a shell."""
    async with _open(tmp_path) as journal:
        await journal.append(LAMONGAN, 0, tickets(1, 1), [])
    with closing(sqlite3.connect(tmp_path / "antrean.db")) as shell:
        for statement in ("UPDATE events SET at_ms = 0", "DELETE FROM events"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                shell.execute(statement)


async def test_a_full_disk_stores_nothing_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    """R4: the batch is proven rolled back, reading goes on, and the same batch is taken later."""
    big = [msgspec.structs.replace(outcome(f"{n}"), body=bytes(50_000)) for n in range(20)]
    async with _open(tmp_path) as journal:
        await journal.append(LAMONGAN, 0, tickets(1, 3), [])
        before = await journal.open_hall(LAMONGAN)
        await journal._db.execute_fetchall("PRAGMA max_page_count = 1")
        for _ in range(3):
            with pytest.raises(StoreFull):
                await journal.append(LAMONGAN, 3, tickets(4, 300), big)
            assert before == await journal.open_hall(LAMONGAN)
            assert tickets(1, 3) == await journal.read(LAMONGAN, 0, READ_COUNT_MAX)

        await journal._db.execute_fetchall("PRAGMA max_page_count = 1000000")
        await journal.append(LAMONGAN, 3, tickets(4, 300), big)
        assert 303 == (await journal.open_hall(LAMONGAN)).seq


async def test_an_error_of_output_is_neither_yes_nor_no_and_stops_the_journal(tmp_path: Path) -> None:
    """R3: nothing is acknowledged, nothing more is taken, and after opening anew the batch is there whole or not."""
    async with _open(tmp_path) as journal:
        await journal.append(LAMONGAN, 0, tickets(1, 3), [outcome("sure")])
        with _largest_file((tmp_path / "antrean.db-wal").stat().st_size), pytest.raises(OutcomeUnknown):
            await journal.append(LAMONGAN, 3, tickets(4, 200), [outcome("doubt")])
        for call in (
            lambda: journal.append(LAMONGAN, 3, tickets(4, 1), []),
            lambda: journal.read(LAMONGAN, 0, 10),
            lambda: journal.open_hall(LAMONGAN),
        ):
            with pytest.raises(StoreStopped):
                await call()

    async with _open(tmp_path) as journal:
        head = await journal.open_hall(LAMONGAN)
        assert (head.seq, len(head.outcome_keys)) in {(3, 1), (203, 2)}
        assert tickets(1, head.seq) == await journal.read(LAMONGAN, 0, READ_COUNT_MAX)


async def test_a_failed_checkpoint_stops_the_journal_too(tmp_path: Path) -> None:
    """A second one would find the kernel's pages clean and give up the log that alone still holds them."""
    async with _open(tmp_path) as journal:
        for seq in range(100):
            await journal.append(LAMONGAN, seq, tickets(seq + 1, 1), [_big_outcome(f"{seq}", 5_000)])
        await journal.maintain(NOON_MS)
        with _largest_file((tmp_path / "antrean.db").stat().st_size), pytest.raises(StoreStopped):
            await journal.maintain(NOON_MS)
        with pytest.raises(StoreStopped):
            await journal.append(LAMONGAN, 100, tickets(101, 1), [])

    async with _open(tmp_path) as journal:
        assert tickets(1, 100) == await journal.read(LAMONGAN, 0, READ_COUNT_MAX)


async def test_a_program_that_holds_the_database_makes_it_busy_not_broken(tmp_path: Path) -> None:
    """A shell left in a transaction: refused after two seconds, taken once it has let go."""
    async with _open(tmp_path) as journal:
        await journal.append(LAMONGAN, 0, tickets(1, 1), [])
        with closing(sqlite3.connect(tmp_path / "antrean.db", isolation_level=None)) as shell:
            shell.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy):
                await journal.append(LAMONGAN, 1, tickets(2, 1), [])
        await journal.append(LAMONGAN, 1, tickets(2, 1), [])

        assert 2 == (await journal.open_hall(LAMONGAN)).seq


async def test_the_log_stays_within_its_bound_under_load(tmp_path: Path) -> None:
    """R15: with nobody ever idle the log is written back at a batch's border."""
    log = tmp_path / "antrean.db-wal"
    sizes = []
    async with _open(tmp_path) as journal:
        for seq in range(30):
            await journal.append(LAMONGAN, seq, tickets(seq + 1, 1), [_big_outcome(f"{seq}", 4_000_000)])
            sizes.append(log.stat().st_size)

    assert WAL_BYTES_MAX < max(sizes) < WAL_BYTES_MAX + 5_000_000
    assert min(sizes[10:]) <= WAL_BYTES_MAX


async def test_an_idle_moment_writes_the_log_back(tmp_path: Path) -> None:
    """At the second call without an append in between, and only when enough waits; then nothing is left in it."""
    async with _open(tmp_path) as journal:
        for seq in range(64):
            await journal.append(LAMONGAN, seq, tickets(seq + 1, 1), [])
        await journal.maintain(NOON_MS)
        assert not _is_tidy(tmp_path)
        await journal.maintain(NOON_MS)
        assert _is_tidy(tmp_path)


async def test_work_under_way_is_finished_before_the_journal_closes(tmp_path: Path) -> None:
    """Closing waits for its turn on the database's thread."""
    journal = await open_sqlite(tmp_path / "antrean.db")
    appending = asyncio.create_task(journal.append(LAMONGAN, 0, tickets(1, 500), []))
    await asyncio.sleep(0)
    await journal.close()
    await appending

    async with _open(tmp_path) as again:
        assert 500 == (await again.open_hall(LAMONGAN)).seq


def _big_outcome(key: str, body_bytes: int) -> StoredOutcome:
    return msgspec.structs.replace(outcome(key), body=bytes(body_bytes))


def _is_tidy(folder: Path) -> bool:
    """Whether the database's own file, without its log, holds as many entries as the two together."""
    bare = folder / "bare.db"
    bare.write_bytes((folder / "antrean.db").read_bytes())
    try:
        with closing(sqlite3.connect(bare)) as db:
            [count] = db.execute("SELECT count(*) FROM events").fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(count == 64)


def _tamper(folder: Path, damage: str, *values: bytes) -> None:
    """What a hand or a disk could do: the triggers that stand in the way are lifted first."""
    with closing(sqlite3.connect(folder / "antrean.db", isolation_level=None)) as db:
        triggers = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        db.execute(damage, values)
        db.execute("UPDATE events SET seq = -seq WHERE seq < 0")
        for _, sql in triggers:
            db.execute(sql)


@contextmanager
def _largest_file(size_bytes: int) -> Iterator[None]:
    """No file of this process grows beyond a size: SQLite meets an error of output that is not a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
