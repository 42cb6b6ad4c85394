"""PostgreSQL under two nodes and under trouble: what the contract suite cannot show of one journal alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from queue_server.errors import Conflict, LinkLost, NotStored, StoreAway, StoreTooNew
from queue_server.journal.base import Journal, Watched
from queue_server.journal.migrate import Migration, migrate_postgres, migrations
from queue_server.journal.postgres import PostgresJournal
from queue_server.journal.store import open_store
from queue_server.postgres import appending, reaching
from tests.hub.houses import running_hub, take
from tests.journal.examples import KIOSK, LAMONGAN, outcome, tickets
from tests.pace import PATIENCE_S

TODAY = (Path(__file__).parent / "vectors" / "schema_postgres.txt").read_text("utf-8")
"""Every column, index and trigger after every migration. A change of it is a new file of SQL."""

CUT_SQL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture
async def pair(postgres_url: str, tmp_path: Path) -> AsyncIterator[tuple[Journal, Journal]]:
    one = await open_store(postgres_url, tmp_path)
    two = await open_store(postgres_url, tmp_path)
    yield one, two
    await one.close()
    await two.close()


async def test_of_two_nodes_on_one_head_one_commits(pair: tuple[Journal, Journal]) -> None:
    """A hundred rounds of both at once: the primary key is the fence, and each number is given once."""
    one, two = pair
    for seq in range(100):
        results = await asyncio.gather(
            *(
                node.append(LAMONGAN, seq, tickets(seq + 1, 1), [outcome(f"{seq}-{id(node)}")])
                for node in pair
            ),
            return_exceptions=True,
        )
        assert {"None", "Conflict"} == {
            type(result).__name__.replace("NoneType", "None") for result in results
        }

    assert tickets(1, 100) == await two.read(LAMONGAN, 0, 200)
    assert 100 == len((await one.open_hall(LAMONGAN)).outcome_keys)


async def test_a_key_stored_on_one_node_is_taken_on_the_other(pair: tuple[Journal, Journal]) -> None:
    """The database keeps names unique, and the entries go with their outcome."""
    one, two = pair
    await one.append(LAMONGAN, 0, tickets(1, 1), [outcome("k")])
    with pytest.raises(Conflict):
        await two.append(LAMONGAN, 1, tickets(2, 1), [outcome("k")])

    assert outcome("k") == await two.outcome(LAMONGAN, KIOSK, "k")
    assert tickets(1, 1) == await two.read(LAMONGAN, 0, 10)


async def test_two_nodes_under_load_give_each_number_once(pair: tuple[Journal, Journal]) -> None:
    """Whole hubs, each with sixteen kiosks, on one hall; every second command is sent to both nodes with one key."""
    async with running_hub(pair[0]) as one, running_hub(pair[1]) as two:
        answers = await asyncio.gather(
            *(
                node.wish(take(f"{name}{n}"), key=f"{n}" if n % 2 else f"{name}{n}")
                for n in range(100)
                for name, node in (("a", one), ("b", two))
            )
        )
        await one.hub.look_again()
        await two.hub.look_again()

        numbers = [ticket.number for ticket in one.hub.state.tickets.values()]
        assert [] == [answer.refusal for answer in answers if answer.refusal is not None]
        assert 150 == len(numbers) == len(set(numbers))
        assert one.hub.state == two.hub.state


async def test_the_other_node_hears_of_a_commit_within_a_moment(pair: tuple[Journal, Journal]) -> None:
    """A notification carries the position; a first look covers what came before anyone listened."""
    one, two = pair
    await one.append(LAMONGAN, 0, tickets(1, 1), [])
    await one.open_hall(LAMONGAN)
    async with _watching(two) as heard:
        await heard.until(1)
        await one.append(LAMONGAN, 1, tickets(2, 3), [])
        await heard.until(4)

    assert ("lamongan", 4) == heard.last


async def test_a_listener_that_is_cut_off_looks_again(
    pair: tuple[Journal, Journal], postgres_url: str
) -> None:
    """Nothing is kept while nobody listens: the next connection begins with a look at every head."""
    one, two = pair
    await one.open_hall(LAMONGAN)
    async with _watching(two) as heard:
        await heard.until(0)
        await _order(postgres_url, CUT_SQL)
        await _appended(one, 0, 2)
        await heard.until(2)

    assert ("lamongan", 2) == heard.last


async def test_a_connection_cut_under_a_batch_is_no_word_on_what_became_of_it(
    pair: tuple[Journal, Journal], postgres_url: str
) -> None:
    """`LinkLost`, then reading tells; the next append finds a new connection."""
    one, _ = pair
    await one.append(LAMONGAN, 0, tickets(1, 1), [])
    db = await asyncpg.connect(postgres_url)
    async with db.transaction():
        # Holds the batch up in the middle, so that it is cut there and not before or after.
        await db.execute("LOCK TABLE events IN EXCLUSIVE MODE")
        appending = asyncio.create_task(one.append(LAMONGAN, 1, tickets(2, 1), []))
        await _until_someone_waits(db)
        await db.execute(CUT_SQL)
        with pytest.raises(LinkLost):
            await appending
    await db.close()
    found = await one.read(LAMONGAN, 0, 10)
    await _appended(one, len(found), 1)

    assert tickets(1, 1) == found
    assert tickets(1, 2) == await one.read(LAMONGAN, 0, 10)


async def test_an_address_where_nobody_answers_is_the_store_away(tmp_path: Path) -> None:
    """Foreseen, retryable, and without the password in its text."""
    with pytest.raises(StoreAway, match="cannot be reached") as caught:
        await open_store("postgresql://antrean:secret@127.0.0.1:1/antrean", tmp_path)

    assert "secret" not in str(caught.value)


async def test_nodes_that_start_at_once_migrate_once(postgres_url: str, tmp_path: Path) -> None:
    """Whoever comes first does it, the others wait; the schema is that of today."""
    journals = await asyncio.gather(*(open_store(postgres_url, tmp_path) for _ in range(4)))
    for journal in journals:
        await journal.close()

    assert await _schema(postgres_url) == TODAY


async def test_a_database_of_a_newer_program_is_left_alone(postgres_url: str) -> None:
    """What it means is not known here."""
    newer = Migration(number=len(migrations("postgres")) + 1, sql="SELECT 1")
    db = await asyncpg.connect(postgres_url)
    await migrate_postgres(db, (*migrations("postgres"), newer))

    with pytest.raises(StoreTooNew):
        await migrate_postgres(db)
    await db.close()


async def test_an_entry_cannot_be_changed_or_taken_out(
    pair: tuple[Journal, Journal], postgres_url: str
) -> None:
    """Append-only, for whoever sits at the database too."""
    await pair[0].append(LAMONGAN, 0, tickets(1, 2), [])
    for sql in ("UPDATE events SET actor = 'x'", "DELETE FROM events WHERE seq = 1"):
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await _order(postgres_url, sql)


class _Heard:
    """What a watch told, and waiting for it."""

    def __init__(self) -> None:
        self.last: tuple[str, int] = ("", -1)
        self._is_news = asyncio.Event()

    def moved(self, hall: str, seq: int) -> None:
        self.last = (hall, seq)
        self._is_news.set()

    async def until(self, seq: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self.last[1] != seq:
                self._is_news.clear()
                await self._is_news.wait()


@asynccontextmanager
async def _watching(journal: Journal) -> AsyncIterator[_Heard]:
    assert isinstance(journal, Watched)
    heard = _Heard()
    watching = asyncio.create_task(journal.watch(heard.moved, lambda _trouble: None))
    try:
        yield heard
    finally:
        watching.cancel()
        await asyncio.wait({watching})


async def _appended(journal: Journal, seq: int, count: int) -> None:
    """Stored for certain, over a pool that may hold connections which were cut."""
    assert isinstance(journal, PostgresJournal)
    for _ in range(10):
        try:
            await journal.append(LAMONGAN, seq, tickets(seq + 1, count), [])
        except (LinkLost, NotStored):
            continue
        return
    raise AssertionError("no connection came back")


async def _until_someone_waits(db: Any) -> None:
    """Until another connection waits for a lock that this one holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not await db.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):  # noqa: ASYNC110 -- the server has no event for it
            await asyncio.sleep(0.01)


async def _order(url: str, sql: str) -> None:
    db = await asyncpg.connect(url)
    try:
        await db.execute(sql)
    finally:
        await db.close()


async def _schema(url: str) -> str:
    db = await asyncpg.connect(url)
    try:
        columns = await db.fetch(
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
            "WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
        )
        indexes = await db.fetch(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname"
        )
        triggers = await db.fetch("SELECT DISTINCT trigger_name FROM information_schema.triggers")
    finally:
        await db.close()
    lines = [" ".join(row) for row in columns]
    return "\n".join([*lines, *(row[0] for row in indexes), *(row[0] for row in triggers)]) + "\n"


def test_a_driver_that_lost_count_is_a_link_that_broke() -> None:
    """A server's last word between two statements: nobody knows of a batch, and nothing was read."""
    lost = asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress")
    with pytest.raises(LinkLost), appending():
        raise lost
    with pytest.raises(StoreAway), reaching():
        raise lost
