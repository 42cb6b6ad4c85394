"""The file that a backup is: whole or refused, for its owner alone, and never half there."""

import sqlite3
import zipfile
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from random import Random

import msgspec
import pytest

from queue_server import __version__
from queue_server.backup.archive import FORMAT, NOTE_NAME, BadArchive, Note, noted, unpack, write_archive
from queue_server.backup.taking import IDENTITY_NAME, JOURNAL_NAME, copied_without_hub
from queue_server.errors import StoreBroken
from queue_server.journal.chain import GENESIS
from queue_server.journal.migrate import migrations
from queue_server.journal.sqlite import open_sqlite
from tests.backup.house import places, working_hall
from tests.domain.halls import HALL
from tests.hub.houses import MORNING_MS, take

FLIP_COUNT = 100
"""Bytes of a backup that are flipped, one at a time."""


@pytest.fixture
async def folder(tmp_path: Path) -> AsyncIterator[Path]:
    """A copy of a hall with a few citizens."""
    async with working_hall(tmp_path / "data") as house:
        for nth in range(40):
            await house.bench.wish(take(f"t{nth}"), key=f"k{nth}")
    with copied_without_hub(places(tmp_path / "data")) as copy:
        yield copy


def made(folder: Path, file: Path) -> Note:
    note = noted(folder, MORNING_MS)
    write_archive(folder, note, file)
    return note


def test_a_backup_says_what_it_holds(folder: Path, tmp_path: Path) -> None:
    """Each hall's journal id and head, the instant, the program, the schemas; in a zip that any program opens."""
    note = made(folder, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert {JOURNAL_NAME, IDENTITY_NAME, NOTE_NAME} == set(archive.namelist())
        assert {zipfile.ZIP_STORED} == {item.compress_type for item in archive.infolist()}
        read = msgspec.json.decode(archive.read(NOTE_NAME), type=Note)
    [hall] = note.halls

    assert note == read
    assert (__version__, MORNING_MS, FORMAT) == (note.program, note.made_at_ms, note.format)
    assert (len(migrations()), 2) == (note.journal_schema, note.identity_schema)
    assert (HALL, 32, 64) == (hall.hall, len(hall.journal_id), len(hall.hash))
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600


def test_a_backup_unpacks_to_what_went_in(folder: Path, tmp_path: Path) -> None:
    """Byte for byte."""
    note = made(folder, tmp_path / "b.zip")
    (tmp_path / "out").mkdir()

    assert note == unpack(tmp_path / "b.zip", tmp_path / "out")
    for name in (JOURNAL_NAME, IDENTITY_NAME):
        assert (folder / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


def test_a_newer_backup_takes_the_place_of_an_older_one_only_when_it_is_whole(
    folder: Path, tmp_path: Path
) -> None:
    """A failure leaves the old one and no rest of the new one."""
    made(folder, tmp_path / "b.zip")
    before = (tmp_path / "b.zip").read_bytes()
    note = noted(folder, MORNING_MS)
    (folder / JOURNAL_NAME).unlink()
    with pytest.raises(BadArchive):
        write_archive(folder, note, tmp_path / "b.zip")

    assert before == (tmp_path / "b.zip").read_bytes()
    assert [] == list(tmp_path.glob(".*"))


@pytest.mark.promise("R5")
def test_no_flipped_byte_of_a_backup_is_taken_for_another_history(folder: Path, tmp_path: Path) -> None:
    """A hundred bytes, one at a time: refused, or the same journal."""
    made(folder, tmp_path / "b.zip")
    whole = (tmp_path / "b.zip").read_bytes()
    expected = (folder / JOURNAL_NAME).read_bytes()
    random = Random(1)  # noqa: S311 -- repeatable
    refused_count = 0
    for nth in range(FLIP_COUNT):
        flipped = bytearray(whole)
        flipped[random.randrange(len(whole))] ^= 1 << random.randrange(8)
        (tmp_path / "b.zip").write_bytes(flipped)
        out = tmp_path / f"out{nth}"
        out.mkdir()
        try:
            unpack(tmp_path / "b.zip", out)
        except (BadArchive, StoreBroken):
            refused_count += 1
        else:
            assert expected == (out / JOURNAL_NAME).read_bytes()

    assert refused_count > FLIP_COUNT * 0.9


@pytest.mark.promise("R5")
def test_a_tail_that_was_cut_off_is_told_by_the_note(folder: Path, tmp_path: Path) -> None:
    """R5: to the chain alone a cut tail is an older truth; the head in the note tells it apart."""
    note = noted(folder, MORNING_MS)
    with closing(sqlite3.connect(folder / JOURNAL_NAME)) as db:
        db.execute("DROP TRIGGER events_stay")
        db.execute("DELETE FROM events WHERE seq > ?", (note.halls[0].seq - 3,))
        db.commit()
    assert noted(folder, MORNING_MS).halls != note.halls  # The cut copy is whole in itself.
    write_archive(folder, note, tmp_path / "b.zip")
    (tmp_path / "out").mkdir()

    with pytest.raises(StoreBroken, match="does not end where its note says"):
        unpack(tmp_path / "b.zip", tmp_path / "out")


def test_a_copy_whose_newest_entries_do_not_hold_is_no_backup(folder: Path) -> None:
    """It is found when the backup is made and not when it is needed."""
    with closing(sqlite3.connect(folder / JOURNAL_NAME)) as db:
        db.execute("DROP TRIGGER events_stay_as_written")
        db.execute("UPDATE events SET at_ms = at_ms + 1 WHERE seq = 20")
        db.commit()
    with pytest.raises(StoreBroken, match="entry 20 "):
        noted(folder, MORNING_MS)


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"holiday.jpg": b"x"}, "no backup of antrean"),
        ({NOTE_NAME: b"{}"}, "no backup of antrean"),
        ({NOTE_NAME: b"{}", JOURNAL_NAME: b"", "../../etc/passwd": b"x"}, "no backup of antrean"),
        ({NOTE_NAME: b"{}", JOURNAL_NAME: b""}, "does not read"),
        ({NOTE_NAME: b"\xff", JOURNAL_NAME: b""}, "does not read"),
        ({NOTE_NAME: b" " * 1_000_001, JOURNAL_NAME: b""}, "too large"),
    ],
)
def test_what_is_no_backup_is_refused(tmp_path: Path, members: dict[str, bytes], why: str) -> None:
    """Before anything is unpacked, and nothing but our own three names ever is."""
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    (tmp_path / "out").mkdir()
    with pytest.raises(BadArchive, match=why):
        unpack(tmp_path / "b.zip", tmp_path / "out")

    assert [] == list((tmp_path / "out").iterdir())


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all" * 100])
def test_rubbish_is_refused(tmp_path: Path, content: bytes) -> None:
    """In one line."""
    (tmp_path / "b.zip").write_bytes(content)
    (tmp_path / "out").mkdir()
    with pytest.raises(BadArchive, match="damaged or no backup"):
        unpack(tmp_path / "b.zip", tmp_path / "out")


def test_a_backup_of_a_newer_program_is_not_guessed_at(folder: Path, tmp_path: Path) -> None:
    """It says which program to use."""
    note = msgspec.structs.replace(noted(folder, MORNING_MS), format=FORMAT + 1, program="9.0")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr(NOTE_NAME, msgspec.json.encode(note))
        archive.writestr(JOURNAL_NAME, b"")
    (tmp_path / "out").mkdir()
    with pytest.raises(BadArchive, match=r"newer program \(9\.0\)"):
        unpack(tmp_path / "b.zip", tmp_path / "out")


async def test_a_hall_without_entries_is_a_hall(tmp_path: Path) -> None:
    """A hub that was started once and never used."""
    journal = await open_sqlite(tmp_path / "data" / "antrean.db")
    await journal.open_hall(HALL)
    await journal.close()
    with copied_without_hub(places(tmp_path / "data")) as copy:
        note = made(copy, tmp_path / "b.zip")
    (tmp_path / "out").mkdir()

    assert note == unpack(tmp_path / "b.zip", tmp_path / "out")
    assert (0, GENESIS.hex(), None) == (note.halls[0].seq, note.halls[0].hash, note.identity_schema)
