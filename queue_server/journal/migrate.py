"""Bring a database to today's schema: numbered files, each in a transaction of its own, in order.

The number of the last one applied is SQLite's `user_version`, on PostgreSQL the one row of `schema_version`. Files are
never changed once released; a change of the schema is a new file, in each dialect.
Law: `tests/journal/test_migrate.py` (every older schema becomes today's).
"""

from importlib.resources import files
from typing import Any, Literal

import aiosqlite
import msgspec

from queue_server.errors import StoreTooNew

MIGRATION_LOCK = 0x616E_7472
"""Of PostgreSQL's advisory locks, ours: "antr"."""


class Migration(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a dialect's folder in `sql`."""

    number: int
    """1 for the first, without gaps."""
    sql: str


def migrations(dialect: Literal["sqlite", "postgres"] = "sqlite") -> tuple[Migration, ...]:
    """All of a dialect, in order."""
    folder = files("queue_server.journal") / "sql" / dialect
    found = sorted(
        (item for item in folder.iterdir() if item.name.endswith(".sql")), key=lambda item: item.name
    )
    return tuple(Migration(number=int(item.name[:4]), sql=item.read_text("utf-8")) for item in found)


async def migrate(db: aiosqlite.Connection, steps: tuple[Migration, ...]) -> None:
    """Apply what is missing.

    Raises:
        StoreTooNew: the database has seen a migration that is not among these.
    """
    applied = await _applied_count(db)
    for step in _missing(steps, applied):
        # The version is part of the transaction: a migration cut short leaves no trace.
        await db.executescript(f"BEGIN IMMEDIATE;\n{step.sql}\nPRAGMA user_version = {step.number};\nCOMMIT;")


async def migrate_postgres(db: Any, steps: tuple[Migration, ...] | None = None) -> None:
    """The same for a connection to PostgreSQL: of several nodes that start at once one does it, the others wait.

    Raises:
        StoreTooNew: as above.
    """
    # A lock of the session, not of a transaction: creating the table of versions twice at once fails otherwise.
    await db.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
    try:
        await db.execute("CREATE TABLE IF NOT EXISTS schema_version (number integer NOT NULL)")
        applied = await db.fetchval("SELECT max(number) FROM schema_version") or 0
        for step in _missing(migrations("postgres") if steps is None else steps, applied):
            async with db.transaction():
                await db.execute(step.sql)
                await db.execute("INSERT INTO schema_version VALUES ($1)", step.number)
    finally:
        await db.execute("SELECT pg_advisory_unlock($1)", MIGRATION_LOCK)


def _missing(steps: tuple[Migration, ...], applied: int) -> tuple[Migration, ...]:
    """The steps that a database has not seen."""
    if applied > len(steps):
        raise StoreTooNew(
            f"the database has schema {applied}, this program knows {len(steps)}; start the newer version of the program"
        )
    numbers = [step.number for step in steps]
    assert numbers == list(range(1, len(steps) + 1)), "migrations are numbered without gaps"
    return steps[applied:]


async def _applied_count(db: aiosqlite.Connection) -> int:
    [(version,)] = await db.execute_fetchall("PRAGMA user_version")
    return int(version)
