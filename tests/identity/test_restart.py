"""What survives a restart, what the file may do, and what happens when the disk fails."""

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest

from queue_server.clock import FakeClock
from queue_server.domain.hall import CounterId
from queue_server.domain.refusals import Refusal
from queue_server.identity.file import FILE_NAME, IdentityFile
from queue_server.identity.keeper import CHANGES_WAITING_MAX
from queue_server.identity.model import Role
from queue_server.identity.shelf import IdentityTrouble
from queue_server.identity.store import IdentityStore, open_identity
from tests.identity.examples import HALL, PASSWORD, Reopen, actor, code_of, granted


async def test_a_restart_keeps_accounts_tokens_links_and_sessions(reopen: Reopen) -> None:
    """An upgrade at noon signs nobody out."""
    async with reopen() as store:
        siti = actor(
            await store.create_account("Siti", PASSWORD, Role.OFFICER, (CounterId("loket-3"),), HALL)
        )
        session = granted(await store.sign_in("Siti", PASSWORD))
        token = granted(await store.make_token(Role.KIOSK, HALL, "kiosk-1"))
        link = granted(await store.make_link(Role.DISPLAY, HALL, "screen-a1"))
        before = (store.accounts(), store.tokens(), store.sessions(), store.identify(None, session))

    async with reopen() as store:
        after = (store.accounts(), store.tokens(), store.sessions(), store.identify(None, session))
        assert before == after
        assert store.identify(token, None) is not None
        assert code_of(await store.redeem_link(link)) is None
        assert store.display_name(siti) == "Siti"
        assert code_of(await store.sign_in("siti", PASSWORD)) is None


async def test_a_restart_does_not_bring_back_what_was_revoked(reopen: Reopen) -> None:
    """Nor a link that was used, nor the rights from before."""
    async with reopen() as store:
        siti = actor(await store.create_account("Siti", PASSWORD, Role.MANAGER))
        session = granted(await store.sign_in("Siti", PASSWORD))
        await store.set_rights(siti, Role.OFFICER, None)
        token = granted(await store.make_token(Role.KIOSK, HALL, "kiosk-1"))
        (head,) = store.tokens()
        await store.revoke(head.id)
        link = granted(await store.make_link(Role.DISPLAY, HALL, "screen-a1"))
        granted(await store.redeem_link(link))

    async with reopen() as store:
        assert store.identify(token, None) is None
        assert store.identify(None, session) is None
        assert code_of(await store.redeem_link(link)) == Refusal.UNAUTHENTICATED
        assert [head.role for head in store.accounts()] == [Role.OFFICER]


async def test_each_start_without_an_admin_has_a_new_set_up_code_and_with_one_has_none(
    reopen: Reopen,
) -> None:
    """A code that was printed into an old log opens nothing."""
    async with reopen() as store:
        first = store.setup_code()
    async with reopen() as store:
        second = store.setup_code()
        assert second is not None
        assert first != second
        granted(await store.complete_setup(second, "Admin", PASSWORD))
    async with reopen() as store:
        assert store.setup_code() is None


async def test_the_file_is_the_hub_s_alone(reopen: Reopen, tmp_path: Path) -> None:
    """Mode 0600, also for a file that was put there with another one."""
    (tmp_path / FILE_NAME).touch(mode=0o644)
    async with reopen() as store:
        await store.make_token(Role.KIOSK, HALL, "kiosk-1")

        assert modes_in(tmp_path) == {0o600}


async def test_a_second_process_is_told_that_the_file_is_in_use(store: IdentityStore, tmp_path: Path) -> None:
    """One connection for one file, as long as it is open, idle too."""
    assert store.setup_code() is not None
    other = sqlite3.connect(tmp_path / FILE_NAME, timeout=0)

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("SELECT * FROM credentials")

    other.close()


async def test_a_second_store_on_the_folder_is_trouble_with_a_reason(
    store: IdentityStore, reopen: Reopen
) -> None:
    """It says what to look for, and the first goes on."""
    with pytest.raises(IdentityTrouble, match="Is a hub running on this folder"):
        async with reopen():
            pass

    assert code_of(await store.make_token(Role.KIOSK, HALL, "kiosk-1")) is None


async def test_a_file_of_a_newer_program_is_left_alone(reopen: Reopen, tmp_path: Path) -> None:
    """Its tables may mean something else."""
    with sqlite3.connect(tmp_path / FILE_NAME) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()

    with pytest.raises(IdentityTrouble, match="newer program"):
        async with reopen():
            pass


async def test_a_folder_that_is_not_there_is_trouble_with_its_name(tmp_path: Path, clock: FakeClock) -> None:
    """The text says where."""
    with pytest.raises(IdentityTrouble, match="nowhere"):
        async with open_identity(tmp_path / "nowhere", clock=clock):
            pass


async def test_a_write_that_fails_grants_nothing_and_the_next_one_works(store: IdentityStore) -> None:
    """A trigger stands in for a disk that is full for a moment: the error comes from SQLite itself."""
    shelf = store._keeper._shelf
    assert isinstance(shelf, IdentityFile)
    connection = shelf._connection
    await connection.executescript(
        "CREATE TEMP TRIGGER full BEFORE INSERT ON main.credentials BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    with pytest.raises(IdentityTrouble, match="disk full"):
        await store.make_token(Role.KIOSK, HALL, "kiosk-1")
    assert not store.tokens()
    await connection.executescript("DROP TRIGGER full")

    token = granted(await store.make_token(Role.KIOSK, HALL, "kiosk-1"))

    assert store.identify(token, None) is not None
    assert len(store.tokens()) == 1


async def test_whoever_gives_up_waiting_leaves_no_transaction_open(store: IdentityStore) -> None:
    """Cancelling the one who asked does not cancel the change; the next one is not disturbed."""
    asking = asyncio.create_task(store.make_token(Role.KIOSK, HALL, "kiosk-1"))
    await asyncio.sleep(0)
    asking.cancel()

    assert code_of(await store.make_token(Role.KIOSK, HALL, "kiosk-2")) is None
    assert {head.device for head in store.tokens()} == {"kiosk-1", "kiosk-2"}


async def test_a_storm_of_changes_gets_busy_beyond_a_bound(store: IdentityStore) -> None:
    """Nothing waits without a bound."""
    storm = [
        store.make_token(Role.KIOSK, HALL, f"kiosk-{number}") for number in range(CHANGES_WAITING_MAX + 3)
    ]

    codes = [code_of(answer) for answer in await asyncio.gather(*storm)]

    assert codes.count(Refusal.BUSY) == 3
    assert codes.count(None) == CHANGES_WAITING_MAX == len(store.tokens())


async def test_a_closed_store_changes_nothing_and_lets_nobody_wait(reopen: Reopen) -> None:
    """A request that is late at shutdown is told BUSY; another start takes it."""
    async with reopen() as store:
        pass

    assert code_of(await store.make_token(Role.KIOSK, HALL, "kiosk-1")) == Refusal.BUSY


def modes_in(folder: Path) -> set[int]:
    """Of every file in the folder."""
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
