"""The load generators as the figures use them: processes of their own, asked by line and answered by line."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from benchmarks.children import Child
from benchmarks.load_http import Hammer, Hammered
from benchmarks.load_sockets import OPEN_WITHIN_S, Close, Collect, Collected, Done, Open, Opened, Order, Reset

HAMMERED_WITHIN_S = 180.0
SLACK_S = 20.0
"""On top of an order's own deadline."""

WAVE = 50
"""Come in together where coming in is not what is measured: a crowd at once would be turned away for late hellos."""

T = TypeVar("T")


class HttpLoad(Child):
    """Hammers on request."""

    def __init__(self) -> None:
        super().__init__(["-m", "benchmarks.load_http"])

    def start(self, order: Hammer) -> None:
        """Begins; `finish` waits for the end."""
        self.say(msgspec.json.encode(order))

    def finish(self) -> Hammered:
        """What came of it."""
        return msgspec.json.decode(self.hear(HAMMERED_WITHIN_S), type=Hammered)

    def hammer(self, order: Hammer) -> Hammered:
        """Both."""
        self.start(order)
        return self.finish()


class SocketLoad(Child):
    """A crowd of live sockets."""

    def __init__(self) -> None:
        super().__init__(["-m", "benchmarks.load_sockets"])

    def open(
        self,
        port: int,
        hellos: Sequence[str],
        path: str | None,
        *,
        is_answered: bool = True,
        at_once: int = WAVE,
    ) -> Opened:
        """Lets everyone in, so many at once."""
        order = Open(port=port, hellos=list(hellos), path=path, is_answered=is_answered, at_once=at_once)
        return self._asked(order, Opened, OPEN_WITHIN_S)

    def reset(self) -> None:
        """Arrivals count from here."""
        self._asked(Reset(), Done, 0)

    def collect(self, seq_min: int, within_s: float, sockets: list[int] | None = None) -> Collected:
        """Everyone's arrival."""
        order = Collect(seq_min=seq_min, within_ms=round(within_s * 1000), sockets=sockets)
        return self._asked(order, Collected, within_s)

    def close(self) -> None:
        """Everyone hangs up."""
        self._asked(Close(), Done, 0)

    def _asked(self, order: Order, answer: type[T], within_s: float) -> T:
        self.say(msgspec.json.encode(order))
        return msgspec.json.decode(self.hear(within_s + SLACK_S), type=answer)
