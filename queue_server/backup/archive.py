"""The one file that a backup is: a zip, stored, with both databases and a note of what they hold.

Stored and not packed: a journal that was packed needs a program to be looked at, and a disk is cheap. The note keeps
each hall's head, which tells a copy whose tail was cut off from one that was never longer: the chain alone cannot.
Written under another name, checked, flushed, and only then called by its own. Proven by `tests/backup/test_archive.py`.
"""
# ruff: noqa: N818 - "BadArchive" says what happened, as the names in `errors` do.

import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from queue_server import __version__
from queue_server.backup.taking import IDENTITY_NAME, JOURNAL_NAME
from queue_server.domain.hall import HallId
from queue_server.errors import PeerError, StoreBroken
from queue_server.journal import inspection
from queue_server.journal.inspection import HallHead, OnRows

NOTE_NAME = "note.json"

FORMAT: Final = 1
"""Of the file; a program that meets a larger one does not guess."""

NOTE_BYTES_MAX = 1_000_000
"""A hall is noted in some 200 bytes."""

MEMBERS = frozenset({JOURNAL_NAME, IDENTITY_NAME, NOTE_NAME})


class BadArchive(PeerError):
    """The file is no backup of ours, or not whole."""


class HallNote(msgspec.Struct, frozen=True, kw_only=True):
    """Where a hall's journal stood."""

    hall: str
    journal_id: str
    seq: int
    hash: str
    """Of the last entry, 64 hex digits."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself."""

    format: int = FORMAT
    program: str
    """Version that made it."""
    made_at_ms: int
    journal_schema: int
    identity_schema: int | None
    """None: there were no identities."""
    halls: tuple[HallNote, ...]


def noted(folder: Path, made_at_ms: int) -> Note:
    """The note on a copy, whose newest entries are verified.

    Raises:
        StoreBroken: the copy is not whole.
    """
    with inspection.opened(folder / JOURNAL_NAME) as db:
        fault = inspection.page_fault(db)
        if fault is not None:
            raise StoreBroken(f"the database is damaged ({fault}); run `antrean doctor`")
        heads = inspection.heads(db)
        for hall, head in heads.items():
            inspection.verify_tail(db, hall, head)
        journal_schema = inspection.schema_number(db)
    return Note(
        program=__version__,
        made_at_ms=made_at_ms,
        journal_schema=journal_schema,
        identity_schema=_identity_schema(folder / IDENTITY_NAME),
        halls=tuple(_hall_note(hall, head) for hall, head in heads.items()),
    )


def write_archive(folder: Path, note: Note, file: Path) -> None:
    """Makes the backup of a copy; durable and checked when this returns, or not there.

    Raises:
        OSError: it cannot be written.
        BadArchive: what was written does not read as it was.
    """
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
                archive.writestr(NOTE_NAME, msgspec.json.format(msgspec.json.encode(note)))
                for name in (JOURNAL_NAME, IDENTITY_NAME):
                    if (folder / name).exists():
                        archive.write(folder / name, name)
            raw.flush()
            os.fsync(raw.fileno())
        with _archive(part) as written:
            if written.testzip() is not None or read_note(written) != note:
                raise BadArchive(f"{part} does not read as it was written: the disk is not to be trusted.")
        part.replace(file)
        sync_folder(file.parent)
    finally:
        part.unlink(missing_ok=True)


def unpack(file: Path, folder: Path, on_rows: OnRows = lambda _count: None) -> Note:
    """Takes a backup apart into a folder and verifies all of it, from the first entry to the head that the note names.

    Raises:
        BadArchive: it is no backup, or a newer program made it, or it is not whole.
        StoreBroken: a chain in it does not hold, or ends elsewhere than the note says.
    """
    with _archive(file) as archive:
        note = read_note(archive)
        for name in (JOURNAL_NAME, *((IDENTITY_NAME,) if note.identity_schema is not None else ())):
            with archive.open(name) as packed, (folder / name).open("xb") as plain:
                (folder / name).chmod(0o600)
                shutil.copyfileobj(packed, plain, 1 << 20)
                plain.flush()
                os.fsync(plain.fileno())
    with inspection.opened(folder / JOURNAL_NAME) as db:
        inspection.verify_all(db, on_rows)
        found = tuple(_hall_note(hall, head) for hall, head in inspection.heads(db).items())
    if found != note.halls:
        raise StoreBroken(f"{file} does not end where its note says: entries are missing or were put in")
    if note.identity_schema is not None:
        _check_identity(folder / IDENTITY_NAME)
    return note


def read_note(archive: zipfile.ZipFile) -> Note:
    """Raises: BadArchive: there is none, or it cannot be read, or a newer program wrote it."""
    names = archive.namelist()
    if not {JOURNAL_NAME, NOTE_NAME} <= set(names) <= MEMBERS or len(names) != len(set(names)):
        raise BadArchive(f"{archive.filename} is no backup of antrean: it holds {', '.join(names)[:200]!r}.")
    if archive.getinfo(NOTE_NAME).file_size > NOTE_BYTES_MAX:
        raise BadArchive(f"{archive.filename}: its note is too large to be one.")
    try:
        note = msgspec.json.decode(archive.read(NOTE_NAME), type=Note)
    except msgspec.DecodeError as error:
        raise BadArchive(f"{archive.filename}: its note does not read: {error}.") from error
    if note.format > FORMAT:
        raise BadArchive(f"{archive.filename} was made by a newer program ({note.program}): use that one.")
    return note


def sync_folder(folder: Path) -> None:
    """Makes names durable, which a file's own flush does not."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _archive(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise BadArchive(f"{file} is damaged or no backup: {error}.") from error


def _hall_note(hall: HallId, head: HallHead) -> HallNote:
    return HallNote(hall=hall, journal_id=head.journal_id, seq=head.seq, hash=head.hash.hex())


def _identity_schema(path: Path) -> int | None:
    if not path.exists():
        return None
    _check_identity(path)
    with inspection.opened(path) as db:
        return inspection.schema_number(db)


def _check_identity(path: Path) -> None:
    with inspection.opened(path) as db:
        fault = inspection.page_fault(db)
    if fault is not None:
        raise StoreBroken(f"the identities are damaged ({fault})")
