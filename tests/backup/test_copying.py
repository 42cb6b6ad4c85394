"""Copies of a hall at work: one moment, whole, and nobody waits for them."""

import asyncio
import itertools
import os
import sqlite3
import time
from collections.abc import Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from queue_server.backup.places import NotHere, places_of
from queue_server.backup.taking import (
    FOLDER_PREFIX,
    IDENTITY_NAME,
    JOURNAL_NAME,
    LEFT_AFTER_S,
    copied_without_hub,
    fresh_folder,
)
from queue_server.errors import AlreadyRunning, StoreBroken
from queue_server.identity.model import Role
from queue_server.identity.shelf import IdentityTrouble
from queue_server.journal import inspection
from queue_server.journal.inspection import PAGES_AT_ONCE, GivenUp, copy_database
from queue_server.replaying import digests, replayed
from tests.backup.house import House, places, rush, until, working_hall
from tests.domain.halls import HALL
from tests.hub.houses import take

HELD_BYTES = 24 * 1024 * 1024
"""Of something to copy, so that a copy takes longer than a command does."""

ANSWERED_COUNT_MIN = 5
"""Commands answered, one after the other, while a copy is made; on a quiet machine some hundred."""


async def test_a_copy_under_load_is_one_moment_of_the_journal(tmp_path: Path) -> None:
    """Its chain holds to its head, and its fold is the state that the hub had at that number."""
    async with working_hall(tmp_path / "data") as house:
        states = {}
        house.bench.hub._on_commit = lambda commit: states.update({commit.after.seq: commit.after})
        async with rush(house, 1):
            await until(house, 200)
            folder = await house.copier.copy()
            await until(house, house.bench.hub.state.seq + 50)
        with inspection.opened(folder / JOURNAL_NAME) as db:
            inspection.verify_all(db)
            found = replayed(db, HALL).state

        assert 200 <= found.seq < house.bench.hub.state.seq
        assert states[found.seq] == found
        assert digests(found) == digests(states[found.seq])


async def test_identities_are_copied_between_two_changes(tmp_path: Path) -> None:
    """Through the one connection that may; each token of the copy has its holder."""
    async with working_hall(tmp_path / "data") as house:
        async with rush(house, 2):
            await until(house, 100)
            folder = await house.copier.copy()
        with inspection.opened(folder / IDENTITY_NAME) as db:
            assert inspection.page_fault(db) is None
            strays = db.execute(
                "SELECT count(*) FROM credentials WHERE holder NOT IN (SELECT id FROM holders)"
            )
            assert [(0,)] == strays.fetchall()
            [(count,)] = db.execute("SELECT count(*) FROM credentials")

        assert count > 0
        assert (folder / IDENTITY_NAME).stat().st_mode & 0o777 == 0o600
        assert (folder / JOURNAL_NAME).stat().st_mode & 0o777 == 0o600


async def test_no_command_waits_for_a_copy(tmp_path: Path) -> None:
    """The journal is copied beside its writer, which takes one command after the other meanwhile."""
    async with working_hall(tmp_path / "data") as house:
        await house.bench.wish(take("first"))
        _fill(house.places.journal)

        assert await _answered_during(house, house.copier.copy()) >= ANSWERED_COUNT_MIN


async def test_commands_would_wait_for_a_copy_through_the_writers_connection(tmp_path: Path) -> None:
    """The control of the test above: SQLite's backup keeps a connection's thread until its last page."""
    async with working_hall(tmp_path / "data") as house:
        await house.bench.wish(take("first"))
        _fill(house.places.journal)
        with closing(sqlite3.connect(tmp_path / "copy.db", check_same_thread=False)) as copy:
            writer = house.journal._db

            assert (
                await _answered_during(house, writer.backup(copy, pages=PAGES_AT_ONCE)) < ANSWERED_COUNT_MIN
            )


async def test_without_a_hub_the_folder_is_copied_under_its_lock(tmp_path: Path) -> None:
    """What a killed hub left in its log is in the copy; where a hub runs it is not touched from outside."""
    async with working_hall(tmp_path / "data") as house:
        await house.bench.wish(take("one"))
        with pytest.raises(AlreadyRunning), copied_without_hub(house.places):
            pass
        expected = house.bench.hub.state
    with copied_without_hub(places(tmp_path / "data")) as folder:
        with inspection.opened(folder / JOURNAL_NAME) as db:
            assert expected == replayed(db, HALL).state
        assert (folder / IDENTITY_NAME).exists()

    assert not folder.exists()


def test_where_there_is_no_hall_there_is_nothing_to_copy(tmp_path: Path) -> None:
    """And a store that is no file here is not for these verbs."""
    with pytest.raises(NotHere, match="no journal"), copied_without_hub(places(tmp_path)):
        pass
    with pytest.raises(NotHere, match="PostgreSQL's own tools"):
        places_of("postgresql://hub@db/antrean", tmp_path)
    with pytest.raises(NotHere, match="nothing on disk"):
        places_of("memory:", tmp_path)


def test_copies_that_nobody_took_away_are_removed_by_the_next(tmp_path: Path) -> None:
    """A program that died in between must not fill the disk; a copy under way is let alone."""
    old, young = tmp_path / f"{FOLDER_PREFIX}old", tmp_path / f"{FOLDER_PREFIX}young"
    old.mkdir()
    young.mkdir()
    long_ago = time.time() - LEFT_AFTER_S - 1
    _set_modified(old, long_ago)

    folder = fresh_folder(tmp_path)

    assert {young, folder} == set(tmp_path.iterdir())
    assert folder.stat().st_mode & 0o777 == 0o700


async def test_a_copy_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """Here the journal is no database."""
    async with working_hall(tmp_path / "data") as house:
        broken = tmp_path / "data" / "broken.db"
        broken.write_bytes(b"no database at all" * 1_000)
        house.copier._places = house.places._replace(journal=broken)
        with pytest.raises(StoreBroken):
            await house.copier.copy()

        assert [] == list((tmp_path / "data").glob(f"{FOLDER_PREFIX}*"))


async def test_identities_of_a_hub_that_stops_are_not_copied(tmp_path: Path) -> None:
    """It says so instead of waiting for ever."""
    async with working_hall(tmp_path / "data") as house:
        await house.identity.make_token(Role.KIOSK, HALL, "k1")
    with pytest.raises(IdentityTrouble, match="about to stop"):
        await house.identity.copy(tmp_path / "late.db")


async def test_a_copy_that_nobody_waits_for_any_more_ends_with_its_next_step(tmp_path: Path) -> None:
    """A hub that is told to stop does not wait for the last page of a year."""
    _fill(tmp_path / "one.db")
    steps = itertools.count()
    with pytest.raises(GivenUp):
        copy_database(
            tmp_path / "one.db", tmp_path / "two.db", may_recover=True, is_wanted=lambda: next(steps) < 1
        )
    assert 2 == next(steps)

    async with working_hall(tmp_path / "data") as house:
        await house.bench.wish(take("one"))
        _fill(house.places.journal)
        copying = asyncio.create_task(house.copier.copy())
        await asyncio.sleep(0)
        copying.cancel()
        await asyncio.wait({copying})

        assert copying.cancelled()
        assert [] == list((tmp_path / "data").glob(f"{FOLDER_PREFIX}*"))


def test_a_copy_never_writes_over_a_file(tmp_path: Path) -> None:
    """The target is made, and a name that is taken is somebody else's."""
    _fill(tmp_path / "one.db", held_bytes=10)
    (tmp_path / "two.db").write_text("mine")
    with pytest.raises(FileExistsError):
        copy_database(tmp_path / "one.db", tmp_path / "two.db", may_recover=True)

    assert (tmp_path / "two.db").read_text() == "mine"


async def _answered_during(house: House, copying: Coroutine[Any, Any, object]) -> int:
    """How many commands were answered before a copy was made."""
    task = asyncio.create_task(copying)
    await asyncio.sleep(0)  # It begins first.
    answered_count = 0
    while not task.done():
        await house.bench.wish(take(f"t{answered_count}"))
        answered_count += not task.done()
    await task
    return answered_count


def _fill(path: Path, held_bytes: int = HELD_BYTES) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE held (bytes BLOB)")
        for _ in range(max(1, held_bytes // 1_000_000)):
            db.execute("INSERT INTO held VALUES (randomblob(?))", (min(held_bytes, 1_000_000),))
        db.commit()


def _set_modified(folder: Path, at_s: float) -> None:
    os.utime(folder, (at_s, at_s))
