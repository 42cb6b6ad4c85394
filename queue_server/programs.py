"""Programs of others that live no longer than we do."""

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Sequence
from typing import Any

BINDER = "setpriv"
"""Of util-linux. Where it is missing a killed agent leaves its program behind until the service manager takes it."""


def bound_to_us(command: Sequence[str]) -> list[str]:
    """The command, so started that the kernel ends it when the agent dies, however it dies.

    Else an agent that was killed would go on talking through its orphan while the next one begins, and an orphaned
    browser would stand before the new one. Source: prctl(2), PR_SET_PDEATHSIG.
    """
    binder = shutil.which(BINDER)
    return [binder, "--pdeathsig", "KILL", *command] if binder is not None else list(command)


async def started(command: Sequence[str], **options: Any) -> asyncio.subprocess.Process:
    """The program, or nothing of it: cancelled while it starts, what has begun is ended with its whole group.

    asyncio itself would kill the leader alone then, and what that one had started by then would stay.

    Args: options: of `asyncio.create_subprocess_exec`.
    Raises: OSError where it cannot be started.
    """
    starting = asyncio.ensure_future(asyncio.create_subprocess_exec(*command, **options))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        with contextlib.suppress(OSError):
            await ended(await starting)
        raise


async def ended(process: asyncio.subprocess.Process, *, within_s: float = 0.0) -> None:
    """Ends the program and, where it leads a group of its own, what it started; also when this is cancelled.

    Args: within_s: how long it may take to end by itself when asked; 0: it is not asked.
    """
    if process.returncode is None and within_s:
        _signal(process, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await process.wait()
    if process.returncode is None:
        _signal(process, signal.SIGKILL)
        await process.wait()


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
