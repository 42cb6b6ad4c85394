"""When a connection is owed a beat: nothing was sent to it for BEAT_EVERY_MS.

A timer and no task: a connection that was told something meanwhile costs a look at the clock, one that was told nothing
costs a frame that is written past the outbox's slot wherever its socket is free. Thousands that fell silent at the same
instant are not all written to in one go, for no command would be answered meanwhile: `Turns` spreads them.

The contract's five seconds hold: BEAT_EVERY_MS, the longest wait for a turn, and a busy moment on top. Proven by
`tests/live/test_beats.py`.
"""

import asyncio
from collections.abc import Callable

from queue_server.live.outbox import Outbox
from queue_server.live.protocol import text_frame
from queue_server.wire.close_codes import CloseCode
from queue_server.wire.messages import BEAT_EVERY_MS

BEAT_EVERY_S = BEAT_EVERY_MS / 1000

TURN_S = 0.000_04
"""From one beat to the next where many are due: four times what one costs, so that beats never take more than a quarter
of the loop."""

AT_ONCE_S = 0.001
"""Beats whose turn is nearer than this are written at once: 25 in a row. Timers are no finer."""

TURN_WAIT_MAX_S = 0.5
"""Nobody waits longer for a turn: that is 12,500 sockets; beyond that they are written to faster."""

AGAIN_AFTER_S = 0.25
"""A beat that gave way to a view on its way to many, or to a look at the store, is tried again after this."""

SILENT_MAX_S = BEAT_EVERY_S + 0.7
"""Silent for so long, a connection gets its view or its beat at once, whatever that holds up."""


class Turns:
    """Whose turn it is, where many beats are due."""

    def __init__(self) -> None:
        self._taken_until_s = 0.0

    def wait_s(self, now_s: float) -> float:
        """How long one more beat has to wait; 0: it is to be written now. Its turn is taken either way."""
        self._taken_until_s = min(max(self._taken_until_s, now_s), now_s + TURN_WAIT_MAX_S) + TURN_S
        wait_s = self._taken_until_s - TURN_S - now_s
        return wait_s if wait_s >= AT_ONCE_S else 0.0


class Beating:
    """The beats of one connection, from `start` to `stop`."""

    def __init__(
        self,
        outbox: Outbox,
        turns: Turns,
        *,
        is_welcome: Callable[[], bool],
        beat: Callable[[bool], str | None],
    ) -> None:
        """
        Args:
            is_welcome: whether the credential still stands; asked at least every BEAT_EVERY_MS, told something or not.
            beat: the beat, or None where there is none to be sent now; told whether it may not be put off.
        """
        self._outbox = outbox
        self._turns = turns
        self._is_welcome = is_welcome
        self._beat = beat
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """The connection was let in a moment ago."""
        self._timer = self._loop.call_later(BEAT_EVERY_S, self._look)

    def stop(self) -> None:
        """No more of them."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        """The time for a beat, unless the connection was told something since the timer was set."""
        if not self._is_welcome():
            self._outbox.end(CloseCode.UNAUTHENTICATED)
            return
        now_s = self._loop.time()
        due_s = self._outbox.spoke_s + BEAT_EVERY_S
        if due_s > now_s:
            self._timer = self._loop.call_at(due_s, self._look)
            return
        wait_s = self._turns.wait_s(now_s)
        if wait_s:
            self._timer = self._loop.call_at(now_s + wait_s, self._on_turn)
        else:
            self._on_turn()

    def _on_turn(self) -> None:
        now_s = self._loop.time()
        silent_s = now_s - self._outbox.spoke_s
        try:
            text = self._beat(silent_s >= SILENT_MAX_S) if silent_s >= BEAT_EVERY_S else None
            if text is not None:
                self._outbox.beat(text, text_frame(text.encode()))
        finally:
            again_s = max(self._outbox.spoke_s + BEAT_EVERY_S, now_s + AGAIN_AFTER_S)
            self._timer = self._loop.call_at(again_s, self._look)
