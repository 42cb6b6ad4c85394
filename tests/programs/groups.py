"""Which processes are still there."""

import asyncio
import contextlib
from pathlib import Path


def members_of_group(group: int) -> list[int]:
    """Processes of a group that run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = stat.read_text().rpartition(")")[2].split()
            if int(words[2]) == group and words[0] != "Z":
                found.append(int(stat.parent.name))
    return found


async def is_gone(group: int, within_s: float) -> bool:
    """Whether nobody of it runs any more; the kernel takes a moment for those that it was told to kill."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            while members_of_group(group):  # noqa: ASYNC110 -- the kernel tells nobody
                await asyncio.sleep(0.01)
            return True
    return False
