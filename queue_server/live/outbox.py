"""What one connection is about to be sent: one slot for the newest view, and a short line of outcomes.

A slow client gets the newest view when its socket is free, and never a backlog: offering a view replaces the one that
waits. A view that can be taken at once is written at once, past the slot, where the connection offers that and nothing
else is on its way (`protocol`). Outcomes are kept in order and never pushed out: the reader takes no further frame until there is `room`.
"""

import asyncio
from collections import deque

from queue_server.live.protocol import WriteFrame
from queue_server.wire.close_codes import CloseCode

OUTCOME_COUNT_MAX = 32
"""Outcomes that wait for one socket: twice as many as it may have commands under way."""

ROOM_BELOW_COUNT = OUTCOME_COUNT_MAX // 2
"""Past this the reader waits: whatever is under way by then still finds its place."""


class Ended(Exception):  # noqa: N818 -- an ending, not an error
    """The hub closes this connection; everything that was waiting before it has been taken."""

    def __init__(self, code: CloseCode) -> None:
        super().__init__(code.name)
        self.code = code


class Outbox:
    """Filled by the fan-out and the reader, emptied by one writer."""

    def __init__(self, write_frame: WriteFrame | None = None) -> None:
        """Args: write_frame: the connection's own short way for whole frames; None: it has none."""
        self._write_frame = write_frame
        self._is_idle = False
        """The writer waits: nothing taken from here is still on its way."""
        self._view: str | None = None
        self._outcomes: deque[str] = deque(maxlen=OUTCOME_COUNT_MAX)
        self._is_filled = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._end: CloseCode | None = None
        self._loop = asyncio.get_running_loop()
        self.spoke_s = self._loop.time()
        """When something was last on its way to the client, by the loop's time; at first, when it was let in."""
        self.dropped_count = 0
        """Views that were replaced before they were sent."""

    def offer(self, view: str, frame: bytes = b"") -> None:
        """Puts a view in the slot, in place of one that was not sent yet; or sends it at once.

        Args:
            frame: the same as a whole frame, made once for all who are offered it; empty: only the slot will do.
        """
        if self._end is not None:
            return
        if frame and self._is_written(frame):
            return
        if self._view is not None:
            self.dropped_count += 1
        self._view = view
        self._is_filled.set()

    def beat(self, text: str, frame: bytes) -> None:
        """Sends a beat, unless something else is on its way: that is a sign of life as good."""
        if self._end is None and self._is_free and not self._is_written(frame):
            self._view = text
            self._is_filled.set()

    def push(self, outcome: str) -> None:
        """Adds an outcome behind those that wait."""
        self._outcomes.append(outcome)
        self._is_filled.set()
        if len(self._outcomes) >= ROOM_BELOW_COUNT:
            self._has_room.clear()

    async def room(self) -> None:
        """Waits until a further command may be taken from this client."""
        await self._has_room.wait()

    def end(self, code: CloseCode) -> None:
        """Closes the connection once its outcomes are sent. The first reason given stands."""
        self._end = self._end or code
        self._view = None
        self._is_filled.set()

    async def next(self) -> str:
        """The next frame to send: outcomes first, because somebody's finger waits for them.

        Raises:
            Ended: the connection is to be closed.
        """
        # Whatever was taken before this has been sent.
        self.spoke_s = self._loop.time()
        self._is_idle = True
        try:
            await self._is_filled.wait()
        finally:
            self._is_idle = False
        if self._outcomes:
            frame = self._outcomes.popleft()
            if len(self._outcomes) < ROOM_BELOW_COUNT:
                self._has_room.set()
        elif self._end is not None:
            raise Ended(self._end)
        else:
            assert self._view is not None, "filled means that there is a frame"
            frame, self._view = self._view, None
        if self._view is None and not self._outcomes and self._end is None:
            self._is_filled.clear()
        return frame

    @property
    def _is_free(self) -> bool:
        """Nothing waits here or is on its way."""
        return self._is_idle and not self._is_filled.is_set()

    def _is_written(self, frame: bytes) -> bool:
        """Whether a frame could be written at once."""
        if not self._is_free or self._write_frame is None or not self._write_frame(frame):
            return False
        self.spoke_s = self._loop.time()
        return True
