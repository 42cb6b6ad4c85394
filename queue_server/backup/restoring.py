"""Putting a hall back from a backup, into a folder on which no hub runs.

All of it is verified before the first file of the hall is touched. Each hall gets a new journal id, so that no screen
trusts a number of the journal that was lost, and an entry `JournalRestored`, which `domain.restoring` explains. What lay
there before is moved aside and never deleted. While files change their places a mark stands in the folder, so that a
restore cut short by a power cut is finished by hand and no hub opens an empty hall.
Proven by `tests/backup/test_restoring.py`.
"""
# ruff: noqa: N818 - "FolderInUse" says what happened, as the names in `errors` do.

import secrets
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from queue_server.backup.archive import HallNote, Note, sync_folder, unpack
from queue_server.backup.places import Places
from queue_server.backup.taking import IDENTITY_NAME, JOURNAL_NAME, fresh_folder
from queue_server.domain import numbering
from queue_server.domain.commands import NoteRestore
from queue_server.domain.decide import decide
from queue_server.domain.decision import Accepted
from queue_server.domain.events import Entry
from queue_server.domain.evolve import evolve, folded
from queue_server.domain.hall import HallId
from queue_server.domain.model import ActorId, State, empty_state
from queue_server.errors import PeerError
from queue_server.journal.base import READ_COUNT_MAX, Journal
from queue_server.journal.inspection import OnRows
from queue_server.journal.lock import FileLock
from queue_server.journal.sqlite import open_sqlite

GAP: Final = 100
"""Numbers passed over in each prefix: more than one service gives in the hour between two backups, and a ticket still
reads well. Where the copy is older than that, the administrator says a larger one."""

RESTORE_ACTOR = ActorId("restore")

ASIDE_PREFIX = "before-restore-"


class FolderInUse(PeerError):
    """There is a hall here already, and nobody said that it may be replaced."""


class HallBack(NamedTuple):
    """One hall after its restore."""

    noted: HallNote
    journal_id: str
    date: str | None
    """Business day of the copy; None: it never had one."""
    first_numbers: tuple[str, ...]
    """The next number of each prefix on that day, in order."""


class Done(NamedTuple):
    """What a restore did."""

    note: Note
    halls: tuple[HallBack, ...]
    aside: Path | None
    """Where the files that lay there before are now; None: there were none."""


async def restore(
    file: Path,
    places: Places,
    *,
    is_replacing: bool,
    gap: int = GAP,
    now_ms: int,
    on_rows: OnRows = lambda _count: None,
) -> Done:
    """Puts the hall of a backup into a data folder.

    Args:
        is_replacing: whether a hall that is there already is moved aside.
        gap: numbers passed over in each prefix, 0 for none.
        now_ms: this machine's clock, which whoever restores has looked at.

    Raises:
        AlreadyRunning: a hub runs here.
        FolderInUse: there is a hall, and it is not to be replaced.
        BadArchive, StoreBroken: the backup is not whole; nothing was changed.
        StoreTooNew: a newer program made it; nothing was changed.
        AntreanError, OSError: the disk; run it again.
    """
    for folder in (places.data, places.journal.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(places.journal.parent)
    try:
        old = [path for path in _files(places) if path.exists()]
        if old and not is_replacing:
            raise FolderInUse(
                f"There is a hall in {places.data} already ({old[0].name}). With --replace it is moved aside, not deleted."
            )
        staged = fresh_folder(places.journal.parent)
        try:
            note = unpack(file, staged, on_rows)
            halls = await _renewed(staged / JOURNAL_NAME, note, gap, now_ms)
            aside = _moved(staged, places, old)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        return Done(note, halls, aside)
    finally:
        lock.release()


async def _renewed(path: Path, note: Note, gap: int, now_ms: int) -> tuple[HallBack, ...]:
    """The staged journal, under new ids and with the entry that says where it comes from."""
    with closing(sqlite3.connect(path)) as db:
        for hall in note.halls:
            db.execute("UPDATE halls SET journal_id = ? WHERE hall = ?", (secrets.token_hex(16), hall.hall))
        db.commit()
    journal = await open_sqlite(path)
    try:
        return tuple([await _noted(journal, hall, gap, now_ms) for hall in note.halls])
    finally:
        await journal.close()


async def _noted(journal: Journal, noted: HallNote, gap: int, now_ms: int) -> HallBack:
    hall = HallId(noted.hall)
    head = await journal.open_hall(hall)
    state = empty_state(hall)
    after_seq = max(0, head.seal_seq - 1)
    while after_seq < head.seq:
        state = folded(state, await journal.read(hall, after_seq, READ_COUNT_MAX))
        after_seq = state.seq
    at_ms = max(state.at_ms, now_ms)
    decision = decide(state, NoteRestore(gap=gap), RESTORE_ACTOR, at_ms)
    assert isinstance(decision, Accepted), "a restore is noted whatever the state"
    entries = [
        Entry(seq=state.seq + nth, at_ms=at_ms, actor=RESTORE_ACTOR, event=event)
        for nth, event in enumerate(decision.events, 1)
    ]
    await journal.append(hall, state.seq, entries, ())
    for entry in entries:
        state = evolve(state, entry)
    date = None if state.day is None else state.day.plan.date
    return HallBack(noted, head.journal_id, date, _first_numbers(state))


def _first_numbers(state: State) -> tuple[str, ...]:
    if state.day is None:
        return ()
    given = state.sequences.get(state.day.plan.date)
    if given is None:
        return ()
    return tuple(numbering.number_text(prefix, ordinal + 1) for prefix, ordinal in sorted(given.items()))


def _moved(staged: Path, places: Places, old: list[Path]) -> Path | None:
    """Files change their places; the journal comes last, so that there is none before all is there."""
    places.moving.touch(mode=0o600)
    sync_folder(places.data)
    aside = _fresh_aside(places.data) if old else None
    if aside is not None:
        for path in old:
            shutil.move(path, aside / path.name)
        sync_folder(aside)
    if (staged / IDENTITY_NAME).exists():
        shutil.move(staged / IDENTITY_NAME, places.identity)
    shutil.move(staged / JOURNAL_NAME, places.journal)
    sync_folder(places.journal.parent)
    sync_folder(places.data)
    places.moving.unlink()
    sync_folder(places.data)
    return aside


def _fresh_aside(data: Path) -> Path:
    stamp = time.strftime("%Y-%m-%d-%H%M%S")
    for nth in range(1, 1_000):
        aside = data / f"{ASIDE_PREFIX}{stamp}{'' if nth == 1 else f'-{nth}'}"
        if not aside.exists():
            aside.mkdir(mode=0o700)
            return aside
    raise FolderInUse(f"{data} is full of folders {ASIDE_PREFIX}…; take some away.")


def _files(places: Places) -> tuple[Path, ...]:
    """Both databases with whatever SQLite keeps beside them: a log left beside another database would damage it."""
    journal, identity = places.journal, places.identity
    return (
        journal,
        *(journal.with_name(f"{journal.name}{ending}") for ending in ("-wal", "-shm", "-journal")),
        identity,
        *(identity.with_name(f"{identity.name}{ending}") for ending in ("-journal", "-wal", "-shm")),
    )
