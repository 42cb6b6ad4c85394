"""Lines whose libraries block: each open port owns one thread, in which all of its work is done."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from ticket_printer.devices.base import PortTrouble

T = TypeVar("T")

WORK_WITHIN_S = 25.0
"""More than every deadline of the ports themselves; for the driver that ignores its own."""


class BlockingPort(Protocol):
    """What a library offers, behind one face. Its methods block, bound themselves, and raise OSError."""

    answers: bool

    def write(self, data: bytes) -> None:
        """All of it."""

    def read_byte(self, within_s: float) -> int | None:
        """None when none came in time."""

    def close(self) -> None:
        """Ends the line."""


class ThreadedPort:
    """A blocking port made awaitable."""

    def __init__(self, thread: ThreadPoolExecutor, port: BlockingPort, name: str) -> None:
        self.answers = port.answers
        self._thread = thread
        self._port = port
        self._name = name

    @classmethod
    async def open(cls, name: str, open_port: Callable[[], BlockingPort]) -> "ThreadedPort":
        """Raises: PortTrouble where the line cannot be opened. `name` is how the staff knows it."""
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="printer")
        try:
            return cls(thread, await _in(thread, name, open_port), name)
        except PortTrouble:
            thread.shutdown(wait=False)
            raise

    async def write(self, data: bytes) -> None:
        """All of it."""
        await _in(self._thread, self._name, lambda: self._port.write(data))

    async def read_byte(self, within_s: float) -> int | None:
        """None when none came in time."""
        return await _in(self._thread, self._name, lambda: self._port.read_byte(within_s))

    async def close(self) -> None:
        """Ends the line and the thread; a driver that hangs keeps its thread, not the agent."""
        try:
            await _in(self._thread, self._name, self._port.close)
        except PortTrouble:
            pass  # It is given up either way.
        finally:
            self._thread.shutdown(wait=False)


async def _in(thread: ThreadPoolExecutor, name: str, work: Callable[[], T]) -> T:
    try:
        async with asyncio.timeout(WORK_WITHIN_S):
            return await asyncio.get_running_loop().run_in_executor(thread, work)
    except OSError as error:
        raise PortTrouble(f"The printer at {name} cannot be reached: {error!r}") from error
