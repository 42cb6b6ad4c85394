"""Back from a copy (promise R16): the same state, another journal id, no number twice, and nothing deleted.

Whole (ANTREAN_TORTURE set): fifty backups taken under load; quick: five.
"""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from queue_server.backup.archive import BadArchive, noted, write_archive
from queue_server.backup.places import MOVING_NAME, NotHere, refuse_half_restored
from queue_server.backup.restoring import ASIDE_PREFIX, GAP, Done, FolderInUse, restore
from queue_server.backup.taking import FOLDER_PREFIX
from queue_server.domain.commands import CallNext, ConfirmRestore, OpenCounter
from queue_server.domain.events import JournalRestored, TicketIssued
from queue_server.domain.refusals import Refusal
from queue_server.errors import AlreadyRunning, StoreTooNew
from queue_server.identity.model import Role
from queue_server.journal import inspection
from queue_server.journal.base import READ_COUNT_MAX
from queue_server.journal.sqlite import open_sqlite
from queue_server.replaying import replayed
from tests.backup.house import LOKET, OFFICER, House, places, rush, until, working_hall
from tests.domain.halls import HALL
from tests.hub.houses import MORNING_MS, take
from tests.torture.figures import Report
from tests.torture.whole import IS_WHOLE

ROUNDS = 50 if IS_WHOLE else 5

LATER_MS = MORNING_MS + 600_000
"""When the copy is put back: ten minutes after it was taken."""

LOST_ENTRIES = 60
"""Written after the copy and gone with the old disk; in all prefixes together fewer numbers than the gap."""


@pytest.mark.promise("R16")
async def test_a_backup_taken_under_load_comes_back_as_the_state_of_its_moment(
    tmp_path: Path, report: Report, run_seed: int
) -> None:
    """The state at the copy's head is the hub's own; the id is another; one entry more says that it was restored."""
    entries_count = 0
    for nth, seed in enumerate(range(run_seed, run_seed + ROUNDS)):
        report.step(nth, ROUNDS)
        lost, new = tmp_path / f"lost{nth}", tmp_path / f"new{nth}"
        async with working_hall(lost) as house, rush(house, seed):
            await until(house, 40 + nth * 17)
            note = await house.backup(tmp_path / "b.zip")
            await until(house, note.halls[0].seq + LOST_ENTRIES)
        done = await put_back(tmp_path / "b.zip", new)
        with inspection.opened(lost / "antrean.db") as db:
            expected = replayed(db, HALL, at_seq=note.halls[0].seq).asked
        with inspection.opened(new / "antrean.db") as db:
            inspection.verify_all(db)
            found = replayed(db, HALL, at_seq=note.halls[0].seq)
            heads = inspection.heads(db)
        entries_count += note.halls[0].seq

        assert found.asked is not None, seed
        assert expected == found.asked, seed
        assert note.halls[0].seq + 1 == found.state.seq, seed
        assert note.halls[0].journal_id != heads[HALL].journal_id == done.halls[0].journal_id, seed
    report.figure("R16", restores=ROUNDS, equal=ROUNDS, entries=entries_count, seed=run_seed)


@pytest.mark.promise("R16")
async def test_restored_on_the_same_day_no_number_goes_out_twice(tmp_path: Path, report: Report) -> None:
    """What was given after the copy is on paper somewhere: every prefix jumps over it."""
    numbers = await _numbers_before_and_after(tmp_path, GAP)
    report.figure("R16", numbers=numbers.total(), twice=numbers.total() - len(numbers))

    assert [] == [number for number, count in numbers.items() if count > 1]


@pytest.mark.promise("R16", control=True)
async def test_without_the_gap_a_number_would_go_out_twice(tmp_path: Path, report: Report) -> None:
    """The control of the test above."""
    numbers = await _numbers_before_and_after(tmp_path, 0)
    report.figure("R16", numbers=numbers.total(), twice=numbers.total() - len(numbers))

    assert [] != [number for number, count in numbers.items() if count > 1]


@pytest.mark.promise("R16")
async def test_calls_wait_for_a_manager_and_tickets_do_not(tmp_path: Path) -> None:
    """In a hub that was started on the restored folder; its clients see another journal id and load anew."""
    async with working_hall(tmp_path / "lost") as house:
        await house.bench.wish(take("one"))
        await house.backup(tmp_path / "b.zip")
        old_id = house.bench.hub.journal_id
    await put_back(tmp_path / "b.zip", tmp_path / "new")
    async with working_hall(tmp_path / "new", at_ms=LATER_MS) as house:
        call = CallNext(counter=LOKET, sees=None)
        await house.bench.wish(OpenCounter(counter=LOKET), by=OFFICER)
        waits = await house.bench.wish(call, by=OFFICER)
        taken = await house.bench.wish(take("two"))
        await house.bench.wish(ConfirmRestore(), by=OFFICER)
        called = await house.bench.wish(call, by=OFFICER)

        assert old_id != house.bench.hub.journal_id
        assert waits.refusal is not None
        assert waits.refusal.code is Refusal.WRONG_STATE
        assert taken.refusal is None
        assert called.refusal is None


async def test_who_might_sign_in_then_may_sign_in_again(tmp_path: Path) -> None:
    """Identities come back with the journal."""
    async with working_hall(tmp_path / "lost") as house:
        token = await _token(house)
        await house.backup(tmp_path / "b.zip")
    await put_back(tmp_path / "b.zip", tmp_path / "new")
    async with working_hall(tmp_path / "new", at_ms=LATER_MS) as house:
        identity = house.identity.identify(token, None)

        assert identity is not None
        assert identity.device == "k1"


async def test_a_hall_that_is_there_is_replaced_only_when_told_and_then_moved_aside(tmp_path: Path) -> None:
    """Nothing is deleted: the old files are where they can be looked at, and open."""
    async with working_hall(tmp_path / "data") as house:
        await house.bench.wish(take("one"))
        await house.backup(tmp_path / "b.zip")
        await house.bench.wish(take("two"))
        expected = house.bench.hub.state
    before = _names(tmp_path / "data")
    with pytest.raises(FolderInUse, match="--replace"):
        await put_back(tmp_path / "b.zip", tmp_path / "data")
    assert before == _names(tmp_path / "data")

    done = await put_back(tmp_path / "b.zip", tmp_path / "data", is_replacing=True)

    assert done.aside is not None
    assert done.aside.name.startswith(ASIDE_PREFIX)
    with inspection.opened(done.aside / "antrean.db") as db:
        assert expected == replayed(db, HALL).state
    assert (done.aside / "identity.db").exists()
    async with working_hall(tmp_path / "data", at_ms=LATER_MS) as house:
        assert "two" not in house.bench.hub.state.tickets
        assert "one" in house.bench.hub.state.tickets


async def test_the_log_of_the_old_journal_is_moved_with_it(tmp_path: Path) -> None:
    """A log left beside another database would be read into it."""
    async with working_hall(tmp_path / "lost") as house:
        await house.bench.wish(take("one"))
        await house.backup(tmp_path / "b.zip")
    data = tmp_path / "data"
    data.mkdir()
    for name in ("antrean.db", "antrean.db-wal", "antrean.db-shm", "identity.db", "identity.db-journal"):
        (data / name).write_text(name)

    done = await put_back(tmp_path / "b.zip", data, is_replacing=True)

    assert done.aside is not None
    assert 5 == len(list(done.aside.iterdir()))
    assert {"antrean.db", "antrean.lock", "identity.db", done.aside.name} == _names(data)


async def test_nothing_is_restored_under_a_running_hub(tmp_path: Path) -> None:
    """The lock says so, before anything is read."""
    async with working_hall(tmp_path / "data") as house:
        await house.backup(tmp_path / "b.zip")
        with pytest.raises(AlreadyRunning):
            await put_back(tmp_path / "b.zip", tmp_path / "data", is_replacing=True)


async def test_a_backup_that_is_not_whole_changes_nothing(tmp_path: Path) -> None:
    """All of it is verified before the first file of the hall is touched."""
    async with working_hall(tmp_path / "data") as house:
        await house.bench.wish(take("one"))
        await house.backup(tmp_path / "b.zip")
    whole = bytearray((tmp_path / "b.zip").read_bytes())
    whole[len(whole) // 2] ^= 1
    (tmp_path / "b.zip").write_bytes(whole)
    before = {path: path.read_bytes() for path in (tmp_path / "data").iterdir()}
    with pytest.raises(BadArchive):
        await put_back(tmp_path / "b.zip", tmp_path / "data", is_replacing=True)

    assert before.keys() == set((tmp_path / "data").iterdir())
    assert {path: content for path, content in before.items() if path.name != "antrean.lock"} == {
        path: path.read_bytes() for path in before if path.name != "antrean.lock"
    }


async def test_a_backup_of_a_newer_schema_changes_nothing(tmp_path: Path) -> None:
    """An older program must not open what it does not know."""
    async with working_hall(tmp_path / "lost") as house:
        await house.bench.wish(take("one"))
        folder = await house.copier.copy()
        with closing(sqlite3.connect(folder / "journal.db")) as db:
            db.execute("PRAGMA user_version = 99")
        write_archive(folder, noted(folder, MORNING_MS), tmp_path / "b.zip")
    with pytest.raises(StoreTooNew):
        await put_back(tmp_path / "b.zip", tmp_path / "new")

    assert {"antrean.lock"} == _names(tmp_path / "new")


async def test_a_restore_that_was_cut_short_keeps_hubs_away_until_it_is_done(tmp_path: Path) -> None:
    """A hub that opened an empty folder would begin at number one."""
    async with working_hall(tmp_path / "lost") as house:
        await house.bench.wish(take("one"))
        await house.backup(tmp_path / "b.zip")
    data = tmp_path / "data"
    data.mkdir()
    (data / MOVING_NAME).touch()
    with pytest.raises(NotHere, match="cut short"):
        refuse_half_restored(data)

    await put_back(tmp_path / "b.zip", data)
    refuse_half_restored(data)

    assert {"antrean.db", "antrean.lock", "identity.db"} == _names(data)


async def test_the_entry_says_how_many_numbers_were_passed_over(tmp_path: Path) -> None:
    """And the restore says where each prefix goes on, for the eyes of whoever holds the last paper."""
    async with working_hall(tmp_path / "lost") as house:
        await house.bench.wish(take("one"))
        await house.bench.wish(take("two", "sim"))
        await house.backup(tmp_path / "b.zip")
    done = await put_back(tmp_path / "b.zip", tmp_path / "new", gap=250)
    journal = await open_sqlite(tmp_path / "new" / "antrean.db")
    entries = await journal.read(HALL, done.halls[0].noted.seq, READ_COUNT_MAX)
    await journal.close()

    assert [JournalRestored(gap=250)] == [entry.event for entry in entries]
    assert [LATER_MS] == [entry.at_ms for entry in entries]
    assert ("A252", "B252") == done.halls[0].first_numbers
    assert [] == list((tmp_path / "new").glob(f"{FOLDER_PREFIX}*"))


async def put_back(file: Path, data: Path, *, is_replacing: bool = False, gap: int = GAP) -> Done:
    return await restore(file, places(data), is_replacing=is_replacing, gap=gap, now_ms=LATER_MS)


async def _numbers_before_and_after(folder: Path, gap: int) -> Counter[str]:
    """How often each number was given on one day, by the hall that was lost and by the one that came back."""
    async with working_hall(folder / "lost") as house, rush(house, 1):
        await until(house, 50)
        note = await house.backup(folder / "b.zip")
        await until(house, note.halls[0].seq + LOST_ENTRIES)
    await put_back(folder / "b.zip", folder / "new", gap=gap)
    async with working_hall(folder / "new", at_ms=LATER_MS) as house, rush(house, 2):
        await until(house, note.halls[0].seq + 3 * LOST_ENTRIES)
    numbers: Counter[str] = Counter()
    numbers.update(await _issued(folder / "lost", 0))
    numbers.update(await _issued(folder / "new", note.halls[0].seq))
    return numbers


async def _issued(folder: Path, after_seq: int) -> list[str]:
    journal = await open_sqlite(folder / "antrean.db")
    try:
        entries = await journal.read(HALL, after_seq, READ_COUNT_MAX)
    finally:
        await journal.close()
    return [entry.event.number for entry in entries if isinstance(entry.event, TicketIssued)]


async def _token(house: House) -> str:
    token = await house.identity.make_token(Role.KIOSK, HALL, "k1")
    assert isinstance(token, str)
    return token


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
