"""Programs of others: whoever starts one is never left with a part of it."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from queue_server.programs import ended, started
from tests.pace import PATIENCE_S
from tests.programs.groups import is_gone, members_of_group

Starting = Callable[[list[str]], Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
def parent(tmp_path: Path) -> list[str]:
    """A program that ignores being asked to end, has a child, and notes its own number when the child is there."""
    script = tmp_path / "parent"
    script.write_text(
        f"#!/bin/sh\ntrap '' TERM\nsleep 61 &\necho $$ > {tmp_path}/half && mv {tmp_path}/half {tmp_path}/note\nwait\n"
    )
    script.chmod(0o755)
    return [str(script)]


async def test_cancelled_while_it_starts_nothing_of_it_stays(parent: list[str], tmp_path: Path) -> None:
    """The moment in which the program and its child are there and `started` has not returned."""
    group = await cancelled_while_starting(
        lambda command: started(command, start_new_session=True), parent, tmp_path / "note"
    )

    assert await is_gone(group, PATIENCE_S)


async def test_asyncio_alone_would_leave_the_child(parent: list[str], tmp_path: Path) -> None:
    """The control of the one above."""
    group = await cancelled_while_starting(
        lambda command: asyncio.create_subprocess_exec(*command, start_new_session=True),
        parent,
        tmp_path / "note",
    )
    try:
        assert not await is_gone(group, 0.5)
    finally:
        os.killpg(group, signal.SIGKILL)


async def test_ended_it_is_gone_with_what_it_started(parent: list[str], tmp_path: Path) -> None:
    """Also where it does not listen."""
    process = await started(parent, start_new_session=True)
    async with asyncio.timeout(PATIENCE_S):
        while not (tmp_path / "note").exists():  # noqa: ASYNC110 -- another process writes it
            await asyncio.sleep(0.01)
    assert members_of_group(process.pid)

    await ended(process, within_s=0.1)

    assert await is_gone(process.pid, PATIENCE_S)


async def test_a_program_that_is_not_there_is_told() -> None:
    """As asyncio tells it."""
    with pytest.raises(FileNotFoundError):
        await started(["/nonexistent/program"])


async def cancelled_while_starting(start: Starting, command: list[str], note: Path) -> int:
    """Cancels the start when the program has its child; the group's number."""
    starting = asyncio.ensure_future(start(command))
    for _ in range(2):  # by then the program is forked, and it is waited for that its start is told
        await asyncio.sleep(0)
    group = noted(note)
    assert not starting.done()
    starting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await starting
    assert starting.cancelled()
    return group


def noted(note: Path) -> int:
    """What the program wrote; the event loop takes no step meanwhile."""
    until_s = time.monotonic() + PATIENCE_S
    while not note.exists():
        assert time.monotonic() < until_s, "the program never began"
        time.sleep(0.01)
    return int(note.read_text())
