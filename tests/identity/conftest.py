"""An identity store with a cheap password hasher, on a folder of the test's own."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from queue_server.clock import FakeClock
from queue_server.identity.store import IdentityStore, open_identity
from tests.identity.examples import START_MS, CountingHasher, Reopen


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START_MS)


@pytest.fixture
def hasher() -> CountingHasher:
    return CountingHasher()


@pytest.fixture
def reopen(tmp_path: Path, clock: FakeClock, hasher: CountingHasher) -> Reopen:
    """Opens the store of the same folder, as a restart does."""
    return partial(open_identity, tmp_path, clock=clock, hasher=hasher)


@pytest.fixture
async def store(reopen: Reopen) -> AsyncIterator[IdentityStore]:
    async with reopen() as opened:
        yield opened
