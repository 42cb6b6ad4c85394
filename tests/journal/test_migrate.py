"""Every older schema becomes today's."""

import sqlite3
from pathlib import Path

import aiosqlite
import pytest

from queue_server.errors import StoreTooNew
from queue_server.journal.migrate import Migration, migrate, migrations
from queue_server.journal.store import open_store

TODAY = (Path(__file__).parent / "vectors" / "schema.sql").read_text("utf-8")
"""What a database looks like after every migration, as one can read it. A change of it is a new file of SQL."""


def _schema(path: Path) -> str:
    db = sqlite3.connect(path)
    try:
        found = db.execute(
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name"
        ).fetchall()
        [version] = db.execute("PRAGMA user_version").fetchone()
    finally:
        db.close()
    return "".join(f"{sql};\n\n" for (sql,) in found) + f"PRAGMA user_version = {version};\n"


async def _migrate(path: Path, steps: tuple[Migration, ...]) -> None:
    async with aiosqlite.connect(path, isolation_level=None) as db:
        await migrate(db, steps)


async def test_a_fresh_database_has_the_schema_of_today(tmp_path: Path) -> None:
    """Through the same door as the hub."""
    journal = await open_store("sqlite:antrean.db", tmp_path)
    await journal.close()

    assert TODAY == _schema(tmp_path / "antrean.db")


@pytest.mark.parametrize("applied", range(len(migrations()) + 1))
async def test_a_database_of_any_age_becomes_that_of_today(applied: int, tmp_path: Path) -> None:
    """Stopped after any migration, and taken up again by a newer program."""
    await _migrate(tmp_path / "old.db", migrations()[:applied])
    await _migrate(tmp_path / "old.db", migrations())

    assert TODAY == _schema(tmp_path / "old.db")


async def test_a_migration_that_fails_leaves_no_trace(tmp_path: Path) -> None:
    """It is one transaction, its number included."""
    await _migrate(tmp_path / "a.db", migrations())
    broken = Migration(number=len(migrations()) + 1, sql="CREATE TABLE half (a); SELECT nonsense;")
    with pytest.raises(sqlite3.OperationalError, match="nonsense"):
        await _migrate(tmp_path / "a.db", (*migrations(), broken))

    assert TODAY == _schema(tmp_path / "a.db")


async def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    """What it means is not known here."""
    await _migrate(tmp_path / "new.db", (*migrations(), Migration(number=len(migrations()) + 1, sql="")))

    with pytest.raises(StoreTooNew, match=f"schema {len(migrations()) + 1}"):
        await _migrate(tmp_path / "new.db", migrations())


def test_migrations_are_numbered_without_gaps() -> None:
    """The number is the first four characters of the file's name."""
    assert list(range(1, len(migrations()) + 1)) == [step.number for step in migrations()]
