"""Two versions of an event side by side: what a new node writes while an old one still reads, and after.

The program of tomorrow knows one change more than today's: `TicketIssued` says in its second version from where it came.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.clock import FakeClock
from queue_server.domain.commands import CallNext, OpenCounter
from queue_server.domain.hall import CounterId
from queue_server.domain.model import ActorId, TicketId
from queue_server.errors import UnknownEventType
from queue_server.journal import codec
from queue_server.journal.postgres import open_postgres
from queue_server.journal.postgres_nodes import GONE_AFTER_S
from queue_server.journal.versions import TODAY, Data, Step, Versions
from tests.hub.houses import MORNING_MS, Bench, running_hub, take
from tests.journal.examples import EVENTS, LAMONGAN, entries, tickets

SITI = ActorId("officer:siti")
LOKET = CounterId("1")


def _with_origin(data: Data) -> Data:
    return {**data, "origin": data.get("origin", "kiosk")}


def _without_origin(data: Data) -> Data:
    return {name: value for name, value in data.items() if name != "origin"}


TOMORROW = Versions({"TicketIssued": (Step(2, _with_origin, _without_origin),)})


def test_each_level_writes_its_own_version_and_every_later_program_reads_it() -> None:
    """A newer program writes what an older one would have, byte for byte, and reads both."""
    [old] = codec.rows(0, tickets(1, 1))
    [as_old] = codec.rows(0, tickets(1, 1), TOMORROW, 1)
    [new] = codec.rows(0, tickets(1, 1), TOMORROW)

    assert old == as_old
    assert (1, 2) == (old.version, new.version)
    assert tickets(1, 1) == [codec.entry(LAMONGAN, old, TOMORROW)] == [codec.entry(LAMONGAN, new, TOMORROW)]
    assert "kiosk" == json.loads(TOMORROW.brought_up("TicketIssued", 1, old.data))["origin"]


def test_what_a_newer_program_wrote_is_never_guessed_at() -> None:
    """Its text would even decode; what it means is not known."""
    [new] = codec.rows(0, tickets(1, 1), TOMORROW)
    with pytest.raises(UnknownEventType, match="version 2"):
        codec.entry(LAMONGAN, new)

    assert tickets(1, 1) == [codec.entry(LAMONGAN, msgspec.structs.replace(new, version=1))], "the control"


def test_events_that_did_not_change_stay_as_they_are() -> None:
    """At either level, to the byte."""
    others = [event for event in EVENTS if type(event).__name__ != "TicketIssued"]

    assert codec.rows(0, entries(1, *others)) == codec.rows(0, entries(1, *others), TOMORROW)


@given(st.lists(st.integers(2, 6), max_size=5).map(sorted), st.integers(1, 6), st.integers(1, 6))
def test_steps_up_and_down_meet(levels: list[int], level: int, read_level: int) -> None:
    """However many changes came with whichever release: what any level wrote, every later one brings up to its own."""
    everything = _chain(levels)
    written = everything.written("T", level)
    text = everything.brought_down("T", written, _text(len(levels) + 1))

    assert json.loads(_text(written)) == json.loads(text)
    if level <= read_level:
        reader = _chain([one for one in levels if one <= read_level])
        brought = reader.brought_up("T", written, text) if written < reader.latest("T") else text
        assert json.loads(_text(reader.latest("T"))) == json.loads(brought)


def _chain(levels: list[int]) -> Versions:
    """An event whose n-th version has the keys 1 to n."""
    return Versions(
        {
            "T": tuple(
                Step(
                    level,
                    lambda data, n=number: {**data, f"k{n}": n},  # type: ignore[misc]  # the default binds the loop's n
                    lambda data, n=number: {k: v for k, v in data.items() if k != f"k{n}"},  # type: ignore[misc]  # as above
                )
                for number, level in enumerate(levels, 2)
            )
        }
    )


def _text(version: int) -> str:
    return json.dumps({"type": "T", **{f"k{n}": n for n in range(2, version + 1)}})


@asynccontextmanager
async def _node(url: str, clock: FakeClock, versions: Versions, gone_after_s: float) -> AsyncIterator[Bench]:
    """One hub of a program on the shared database."""
    journal = await open_postgres(url, versions, gone_after_s)
    try:
        async with running_hub(journal, clock) as bench:
            yield bench
    finally:
        await journal.close()


async def test_two_versions_run_side_by_side_and_lose_no_command_and_no_call(postgres_url: str) -> None:
    """A rolling upgrade: tickets on both nodes, calls on both, commands asked twice; and what was written is the old
    version until the old node has been gone for a while, then the new one, which reads the whole of it."""
    clock = FakeClock(MORNING_MS)
    async with (
        _node(postgres_url, clock, TODAY, GONE_AFTER_S) as old,
        _node(postgres_url, clock, TOMORROW, GONE_AFTER_S) as new,
    ):
        await old.wish(OpenCounter(counter=LOKET), by=SITI)
        both = (old, new)
        taken = await asyncio.gather(*(both[n % 2].wish(take(f"t{n}"), key=f"k{n}") for n in range(20)))
        again = await asyncio.gather(*(both[1 - n % 2].wish(take(f"x{n}"), key=f"k{n}") for n in range(20)))
        called = await _called(both, 20)
        during = await _versions(postgres_url)
        await old.hub.look_again()
        await new.hub.look_again()
        assert old.hub.state == new.hub.state
    async with _node(postgres_url, clock, TOMORROW, 0) as new:
        await new.wish(take("t-after"))
        after = await _versions(postgres_url)
        numbers = len(new.hub.state.numbers)

    assert [None] * 20 == [answer.refusal for answer in taken]
    assert [(one.body, True) for one in taken] == [(two.body, two.is_replayed) for two in again]
    assert 20 == len(called) == len(set(called))
    assert [1] * 20 == during
    assert [*during, 2] == after
    assert 21 == numbers


async def test_a_new_node_that_does_not_wait_stops_the_old_one(postgres_url: str) -> None:
    """The control: it writes its own version at once; the old node refuses to guess, stops, and says which entry."""
    clock = FakeClock(MORNING_MS)
    told: list[UnknownEventType] = []
    try:
        async with _node(postgres_url, clock, TODAY, GONE_AFTER_S) as old:
            await old.wish(take("t1"))
            async with _node(postgres_url, clock, TOMORROW, 0) as new:
                await new.wish(take("t2"))
            await old.wish(take("t3"))
    except* UnknownEventType as group:
        told += [error for error in group.exceptions if isinstance(error, UnknownEventType)]

    assert told, "the old node went on"
    assert all("'TicketIssued' version 2" in str(error) for error in told)
    assert [1, 2] == await _versions(postgres_url)


async def test_a_node_signs_the_register_as_long_as_it_watches(postgres_url: str) -> None:
    """And the others hear of its level with their next signature."""
    first = await open_postgres(postgres_url, TOMORROW)
    before = await _levels(postgres_url)
    second = await open_postgres(postgres_url)
    moved = asyncio.Event()
    watching = asyncio.create_task(first.watch(lambda _hall, _seq: None, lambda _trouble: moved.set()))
    async with asyncio.timeout(30):
        await moved.wait()
    [row] = codec.rows(0, tickets(1, 1), TOMORROW, first.write_level)
    watching.cancel()
    await asyncio.wait({watching})
    await first.close()
    await second.close()

    assert [2] == before
    assert [1, 2] == await _levels(postgres_url)
    assert 1 == row.version


async def _called(nodes: tuple[Bench, Bench], count: int) -> list[TicketId]:
    """One counter, its officer's presses sent to the two nodes in turn."""
    called: list[TicketId] = []
    sees: TicketId | None = None
    for n in range(count):
        node = nodes[n % 2]
        answer = await node.wish(CallNext(counter=LOKET, sees=sees), by=SITI, key=f"next-{n}")
        assert answer.refusal is None
        await node.hub.look_again()
        sees = node.hub.state.counters[LOKET].ticket
        assert sees is not None
        called.append(sees)
    return called


async def _versions(url: str) -> list[int]:
    """In which version each ticket was written, in order."""
    found = await _asked(url, "SELECT version FROM events WHERE type = 'TicketIssued' ORDER BY seq")
    return [row[0] for row in found]


async def _levels(url: str) -> list[int]:
    return [row[0] for row in await _asked(url, "SELECT level FROM nodes ORDER BY level")]


async def _asked(url: str, sql: str) -> list[asyncpg.Record]:
    db = await asyncpg.connect(url)
    try:
        return list(await db.fetch(sql))
    finally:
        await db.close()
