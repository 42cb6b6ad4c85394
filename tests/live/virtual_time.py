"""An event loop whose time goes by only when everybody waits: five seconds of silence cost nothing, and none is noise.

Nothing under test here touches a file or the network, so the next timer is all that can happen once nobody is ready.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any

from tests.views.build import T0


class VirtualLoop(asyncio.SelectorEventLoop):
    """The standard loop on a clock of its own, that begins at 0 s."""

    def __init__(self) -> None:
        self._passed_s = 0.0
        super().__init__(_Skipping(self))

    def time(self) -> float:
        return self._passed_s

    def skip(self, seconds: float) -> None:
        """Lets time pass."""
        self._passed_s += seconds


class _Skipping(selectors.DefaultSelector):
    """Where the standard one would sleep, time is put forward."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "everybody waits, and nothing is due: this would wait for ever"
            self._loop.skip(max(0.0, timeout))
        return ready


class LoopClock:
    """The hub's clock on the loop's time: what is awaited and what is measured agree."""

    def now_ms(self) -> int:
        return T0 + self.monotonic_ms()

    def monotonic_ms(self) -> int:
        return round(asyncio.get_running_loop().time() * 1000)


def played(scenario: Coroutine[Any, Any, None]) -> None:
    """Runs a scenario to its end in virtual time; a task that outlives it fails."""
    with asyncio.Runner(debug=True, loop_factory=VirtualLoop) as runner:
        runner.run(_alone(scenario))


async def _alone(scenario: Coroutine[Any, Any, None]) -> None:
    try:
        await scenario
    except ExceptionGroup as group:
        if len(group.exceptions) == 1:  # the scenario's own, wrapped by the group that ran the hub beside it
            raise group.exceptions[0] from None
        raise
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert set() == left, "a task outlived its scenario"
