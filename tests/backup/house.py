"""A hall at work on a real journal and real identities in one folder, with a rush at its kiosks, for copies to be taken."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

import argon2

from queue_server.backup.archive import Note, noted, write_archive
from queue_server.backup.places import Places, places_of
from queue_server.backup.taking import Copier, taken
from queue_server.clock import FakeClock
from queue_server.domain.commands import CallNext, CancelTicket, OpenCounter
from queue_server.domain.hall import CounterId
from queue_server.domain.model import ActorId
from queue_server.identity.model import Role
from queue_server.identity.store import IdentityStore, open_identity
from queue_server.journal.sqlite import SqliteJournal, open_sqlite
from tests.domain.halls import HALL
from tests.hub.houses import MORNING_MS, Bench, running_hub, take

OFFICER = ActorId("ani")
LOKET = CounterId("1")
KIOSK_COUNT = 6


class House(NamedTuple):
    """What a test works with."""

    places: Places
    bench: Bench
    journal: SqliteJournal
    identity: IdentityStore
    copier: Copier

    async def backup(self, file: Path) -> Note:
        """As `antrean backup` does it while the hub runs."""
        folder = await self.copier.copy()
        with taken(folder):
            note = noted(folder, MORNING_MS)
            write_archive(folder, note, file)
        return note


def places(folder: Path) -> Places:
    return places_of("sqlite:antrean.db", folder)


@asynccontextmanager
async def working_hall(folder: Path, *, at_ms: int = MORNING_MS) -> AsyncIterator[House]:
    """A hub on this folder until the block ends."""
    clock = FakeClock(at_ms)
    journal = await open_sqlite(folder / "antrean.db")
    try:
        async with (
            open_identity(folder, clock=clock, hasher=argon2.PasswordHasher(1, 8, 1)) as identity,
            running_hub(journal, clock) as bench,
        ):
            yield House(places(folder), bench, journal, identity, Copier(places(folder), identity.copy))
    finally:
        await journal.close()


@asynccontextmanager
async def rush(house: House, seed: int) -> AsyncIterator[None]:
    """Kiosks, an officer, citizens who give up and tokens made anew, without a pause until the block ends."""
    is_over = asyncio.Event()

    async def kiosk(nth: int) -> None:
        random = Random(seed * KIOSK_COUNT + nth)  # noqa: S311 -- a rush, repeatable by its seed
        for count in itertools.count():
            if is_over.is_set():
                return
            name = f"{seed}-{nth}-{count}"
            await house.bench.wish(take(name, random.choice(("ktp", "sim", "pbb"))), key=name)
            if random.random() < 0.1:
                await house.bench.wish(CancelTicket(ticket=take(name).ticket))

    async def officer() -> None:
        await house.bench.wish(OpenCounter(counter=LOKET), by=OFFICER)
        while not is_over.is_set():
            sees = house.bench.hub.state.counters[LOKET].ticket
            await house.bench.wish(CallNext(counter=LOKET, sees=sees), by=OFFICER)

    async def administrator() -> None:
        for count in itertools.count():
            if is_over.is_set():
                return
            await house.identity.make_token(Role.OFFICER, HALL, None, f"petugas {count}")

    async with asyncio.TaskGroup() as tasks:
        for nth in range(KIOSK_COUNT):
            tasks.create_task(kiosk(nth))
        tasks.create_task(officer())
        tasks.create_task(administrator())
        try:
            yield
        finally:
            is_over.set()


async def until(house: House, seq: int) -> None:
    """Waits until the journal stands at a number."""
    async with asyncio.timeout(20):
        while house.bench.hub.state.seq < seq:  # noqa: ASYNC110 -- the hub tells nobody of a number
            await asyncio.sleep(0.001)
