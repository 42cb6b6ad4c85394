"""Copying a hall's two databases into a fresh folder, by the hub that runs on them or, where none does, by hand.

The hub writes into its own data folder and nowhere else: its service may be shut out of the rest of the disk, and
nobody on the local socket can make it write to a place of his choice. Whoever asked takes the copy away.
Proven by `tests/backup/test_copying.py`.
"""

import asyncio
import secrets
import shutil
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from queue_server.backup.places import NotHere, Places
from queue_server.journal.inspection import copy_database
from queue_server.journal.lock import FileLock

JOURNAL_NAME = "journal.db"
IDENTITY_NAME = "identity.db"

FOLDER_PREFIX = "copy-"

LEFT_AFTER_S = 3_600
"""A copy that nobody took away for so long was forgotten by a program that died; the next one removes it."""


class Copier:
    """Makes copies for a running hub, one at a time."""

    def __init__(self, places: Places, copy_identity: Callable[[Path], Awaitable[None]]) -> None:
        """Args: copy_identity: copies the identities through whoever owns their file."""
        self._places = places
        self._copy_identity = copy_identity
        self._lock = asyncio.Lock()

    async def copy(self) -> Path:
        """A folder with both databases.

        Raises:
            AntreanError, OSError: it could not be made; nothing is left of it.
        """
        async with self._lock:
            folder = fresh_folder(self._places.data)
            given_up = threading.Event()
            try:
                await asyncio.to_thread(
                    copy_database,
                    self._places.journal,
                    folder / JOURNAL_NAME,
                    may_recover=False,
                    is_wanted=lambda: not given_up.is_set(),
                )
                await self._copy_identity(folder / IDENTITY_NAME)
            except BaseException:
                given_up.set()  # Cancelled: the thread goes on until it looks.
                shutil.rmtree(folder, ignore_errors=True)
                raise
            return folder


@contextmanager
def copied_without_hub(places: Places) -> Iterator[Path]:
    """The same where no hub runs; the folder is gone after the block.

    Raises:
        AlreadyRunning: one does.
        NotHere: there is no database.
        AntreanError, OSError: it could not be copied.
    """
    if not places.journal.exists():
        raise NotHere(f"There is no journal at {places.journal}.")
    lock = FileLock(places.journal.parent)
    try:
        folder = fresh_folder(places.data)
        try:
            copy_database(places.journal, folder / JOURNAL_NAME, may_recover=True)
            if places.identity.exists():
                copy_database(places.identity, folder / IDENTITY_NAME, may_recover=True)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    finally:
        lock.release()
    with taken(folder):
        yield folder


@contextmanager
def taken(folder: Path) -> Iterator[None]:
    """A copy that is removed when the block ends."""
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fresh_folder(data: Path) -> Path:
    """A new folder for its owner alone; what earlier ones forgot is removed."""
    for old in data.glob(f"{FOLDER_PREFIX}*"):
        if time.time() - old.stat().st_mtime > LEFT_AFTER_S:
            shutil.rmtree(old, ignore_errors=True)
    folder = data / f"{FOLDER_PREFIX}{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    return folder
