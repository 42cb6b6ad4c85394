"""The keeper beside a shelf that breaks in ways nobody foresaw."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest

from queue_server.clock import FakeClock
from queue_server.domain.model import ActorId
from queue_server.identity.keeper import Keeper
from queue_server.identity.model import Role
from queue_server.identity.register import Holder, HolderId, Register, Row
from queue_server.identity.shelf import IdentityTrouble
from tests.pace import PATIENCE_S

A_ROW = Holder(id=HolderId("siti"), actor=ActorId("siti"), role=Role.OFFICER, created_at_ms=0)


class BrokenOnceShelf:
    """Its first `write` fails as no shelf may; it counts how often it was loaded."""

    def __init__(self) -> None:
        self.written: list[Row] = []
        self.loads_count = 0
        self._is_whole = False

    async def load(self) -> Register:
        self.loads_count += 1
        return Register()

    async def write(self, rows: Iterable[Row]) -> None:
        if not self._is_whole:
            self._is_whole = True
            raise RuntimeError("cannot switch to state 15")
        self.written.extend(rows)

    async def copy(self, target: Path) -> None:
        raise RuntimeError(f"nobody has heard of {target.name}")

    async def close(self) -> None:
        """Nothing is held."""


async def test_a_mistake_nobody_foresaw_costs_one_change_and_no_later_one() -> None:
    """Else every later sign-in would wait for ever for a task that has died, and the first one too."""
    shelf = BrokenOnceShelf()
    keeper = Keeper(shelf, Register(), FakeClock())
    running = asyncio.create_task(keeper.run())

    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(IdentityTrouble, match="state 15"):
            await keeper.change(lambda _register: (A_ROW,))
        assert await keeper.change(lambda _register: (A_ROW,)) is None
        keeper.stop()
        await running

    assert [A_ROW] == shelf.written
    assert 1 == shelf.loads_count, "what was written by the first is unknown: it is read before the second"


async def test_a_copy_that_fails_as_nobody_foresaw_stops_no_change_either() -> None:
    """A backup is served by the same task."""
    shelf = BrokenOnceShelf()
    keeper = Keeper(shelf, Register(), FakeClock())
    running = asyncio.create_task(keeper.run())

    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(IdentityTrouble, match="of b"):
            await keeper.copy(Path("b.zip"))
        with pytest.raises(IdentityTrouble, match="state 15"):
            await keeper.change(lambda _register: (A_ROW,))
        keeper.stop()
        await running
