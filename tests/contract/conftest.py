"""A house for each test: nothing that one test did is seen by another."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.house import House, running_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The example hall at nine in the morning, everything open, no limits."""
    async with running_house(tmp_path) as running:
        yield running
