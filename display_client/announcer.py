"""What a zone's voice says next. Pure: views, answers, the player's reports and instants of the hub's time come in,
actions come out. Its twin is the hall screen's announcer.js; tests/vectors/announcer.json shows the laws to both:

- Oldest first, one at a time, and each call at most once: it sounds only after the hub accepted "speaking".
- Chime and every language; while another call waits, chime and the first language only.
- What is older than the hub's limit is left alone; the hub drops and counts it.
- Without the zone's grant or without sound nothing is begun; what sounds already ends.
- A call that was taken back falls silent.
- "spoken" is said only of what sounded to its end.
"""

from enum import Enum
from typing import Literal

import msgspec

from queue_server.wire.shapes import AnnouncerState, CallView

ASK_AGAIN_AFTER_MS = 1_000
"""After a refusal that says "not now": a busy hub is not asked faster than a beat of the heart."""

PASSING = frozenset({"BUSY", "EXPIRED", "TOO_MANY"})
"""Refusals that say "not now"; after any other the call is left alone for good."""

Result = Literal["played", "failed", "stopped", "blocked"]
"""What became of a sound; `played`: to its end."""


class Report(msgspec.Struct, frozen=True):
    """Tell the hub; the outcome of "speaking" comes back through `answered`."""

    call: int
    what: Literal["speaking", "spoken"]


class Play(msgspec.Struct, frozen=True):
    """Let it sound; what became of it comes back through `played`."""

    call: int
    audio: tuple[str, ...]
    """Addresses of sound files, the chime first, to be played one after the other."""


class Stop(msgspec.Struct, frozen=True):
    """Fall silent in the middle of it."""

    call: int


Action = Report | Play | Stop


class _Stage(Enum):
    ASKING = "asking"
    SOUNDING = "sounding"


class Announcer:
    """The voice of one zone. Every input returns what is to be done, in order."""

    wake_at_ms: int | None
    """When to say `woken` although nothing else happened; None: never."""

    def __init__(self) -> None:
        self.wake_at_ms = None
        self._view: AnnouncerState | None = None
        self._has_sound = False
        self._current: tuple[int, _Stage] | None = None
        self._left: frozenset[int] = frozenset()
        """Calls of the view that are not begun (again)."""

    def viewed(self, now_ms: int, view: AnnouncerState) -> list[Action]:
        """The newest state of the announcer's view."""
        self._view = view
        listed = {call.call for call in view.calls if call.voice != "withdrawn"}
        self._left &= listed
        if self._current is None or self._current[1] is _Stage.ASKING or self._current[0] in listed:
            return self._next(now_ms)
        stopped = Stop(self._current[0])
        self._current = None
        return [stopped, *self._next(now_ms)]

    def allowed(self, now_ms: int, *, has_sound: bool) -> list[Action]:
        """Whether sound may be made at all; before the first word on it, it may not."""
        self._has_sound = has_sound
        return self._next(now_ms)

    def answered(self, now_ms: int, call: int, *, accepted: bool, code: str | None) -> list[Action]:
        """The hub's outcome for "speaking"; `code` None where it was accepted."""
        if self._current != (call, _Stage.ASKING):
            return []
        if accepted:
            self._current = (call, _Stage.SOUNDING)
            self._left |= {call}
            return [Play(call, self._sentences(now_ms, call))]
        self._current = None
        if code not in PASSING:
            self._left |= {call}
            return self._next(now_ms)
        self.wake_at_ms = now_ms + ASK_AGAIN_AFTER_MS
        return []

    def played(self, now_ms: int, call: int, result: Result) -> list[Action]:
        """The player is done with a call."""
        if self._current != (call, _Stage.SOUNDING):
            return []
        self._current = None
        reports: list[Action] = [Report(call, "spoken")] if result == "played" else []
        return [*reports, *self._next(now_ms)]

    def woken(self, now_ms: int) -> list[Action]:
        """The instant that was asked for has come; harmless at any other."""
        return self._next(now_ms)

    def _next(self, now_ms: int) -> list[Action]:
        if self.wake_at_ms is not None and now_ms < self.wake_at_ms:
            return []
        self.wake_at_ms = None
        if self._current is not None or not self._has_sound or self._view is None or not self._view.granted:
            return []
        pending = self._pending(now_ms, self._view)
        if not pending:
            return []
        first = min(call.call for call in pending)
        self._current = (first, _Stage.ASKING)
        return [Report(first, "speaking")]

    def _pending(self, now_ms: int, view: AnnouncerState) -> list[CallView]:
        """Calls that may still be begun."""
        return [
            call
            for call in view.calls
            if call.voice == "pending"
            and call.call not in self._left
            and now_ms - call.called_at_ms <= view.announce_within_ms
        ]

    def _sentences(self, now_ms: int, number: int) -> tuple[str, ...]:
        assert self._view is not None, "only a call of a view is asked for"
        speech = next((call.speech for call in self._view.calls if call.call == number), {})
        spoken = [language for language in self._view.languages if language in speech]
        kept = spoken[:1] if self._pending(now_ms, self._view) else spoken
        return (self._view.chime, *(address for language in kept for address in speech[language].audio))
