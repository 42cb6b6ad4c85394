"""The client's half of the live conversation, without socket, clock or chance.

Instants (ms, from a clock that never jumps) and frames come in, actions go out; `jitter` is a number from 0 to 1.
The laws, kept by `live.js` too and shown to both by `tests/vectors/session.json`:

1. *Live* is only what this connection's own view has confirmed. 8 s without a frame, or 2 s after the socket closed,
   it is *late*; 60 s after the last confirming frame it is *lost*, and so it is when no view ever came for 60 s.
2. A silent socket (8 s without a frame, or 8 s without the first view) is dropped and made anew; a connect attempt
   is dropped after 3 s. Each failure in a row doubles the ceiling of the wait; a delivered view resets it.
3. A view is delivered unless one with a higher seq of the same journal came before. Another journal starts over.
4. A command keeps its id until its outcome comes. It is sent after the connection's first view, and again after
   the first view of every later connection, with the age it has by then. OUTCOME_UNKNOWN is no outcome: ask again.
5. The last status report is sent again after the first view of every connection.
6. A bye, or else the close code's rule, says whether and how soon to come back. Never means never.

Whoever drives a session reports nothing more of a socket that it was told to drop.
"""

from enum import StrEnum
from typing import Any, assert_never

import msgspec

from queue_server.wire.close_codes import CLOSE_RULES
from queue_server.wire.messages import (
    LATE_AFTER_MS,
    LATE_CLOSED_AFTER_MS,
    LOST_AFTER_MS,
    Beat,
    Bye,
    Downward,
    Hello,
    Outcome,
    StatusFrame,
    View,
)
from queue_server.wire.retry import RetryPolicy, delay_ms

CONNECT_WITHIN_MS = 3_000
"""A hub on the hall's network answers in milliseconds; a longer wait is a lost packet's back-off."""

COME_BACK_AFTER_MS_MAX = 60_000
"""No bye keeps a device away longer: by then its numbers are hidden and someone has been asked for help."""

ASK_AGAIN_AFTER_MS = 1_000
"""After OUTCOME_UNKNOWN, where the hub names no time of its own."""

UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What a frame may do to the parser: not JSON or not ours, half a letter, nested deeper than it goes."""

PENDING_COUNT_MAX = 64
"""Commands without an outcome; a device has one or two, a page a handful."""


class Phase(StrEnum):
    """What the client may say of what it shows."""

    CONNECTING = "connecting"
    LIVE = "live"
    LATE = "late"
    LOST = "lost"
    STOPPED = "stopped"


class Connect(msgspec.Struct, frozen=True):
    """Open a socket; then `opened`, or `closed` without a code."""


class Send(msgspec.Struct, frozen=True):
    """Send this text frame."""

    text: str


class Drop(msgspec.Struct, frozen=True):
    """Give the socket up, open or not."""


class Deliver(msgspec.Struct, frozen=True):
    """Show this view."""

    view: View


class Settle(msgspec.Struct, frozen=True):
    """Tell whoever waits for this command."""

    outcome: Outcome


Action = Connect | Send | Drop | Deliver | Settle


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """Why the session stopped for good."""

    code: int
    meaning: str


class _Stage(StrEnum):
    """Of the socket."""

    WAITING = "waiting"
    OPENING = "opening"
    OPEN = "open"
    """Hello is sent; the first view is due."""
    CONFIRMED = "confirmed"
    """The first view came."""
    ENDED = "ended"


class _Pending(msgspec.Struct, kw_only=True):
    """A command without an outcome."""

    frame: dict[str, Any]
    pressed_at_ms: int
    again_at_ms: int | None = None
    """When to ask again; None: the frame is on its way or waits for a connection."""


class _AnyFrame(msgspec.Struct, frozen=True):
    """Whatever has a type: a hub of a later version may say more than this client knows."""

    type: str


_RULES = {int(code): rule for code, rule in CLOSE_RULES.items()}
_decode = msgspec.json.Decoder(Downward).decode
_decode_any = msgspec.json.Decoder(_AnyFrame).decode


class Session:
    """One viewer's conversation over any number of sockets."""

    phase: Phase
    wake_at_ms: int | None
    """When `woken` is due at the latest; None: never."""
    ending: Ending | None

    def __init__(self, *, hello: Hello, policy: RetryPolicy) -> None:
        self.phase = Phase.CONNECTING
        self.wake_at_ms = None
        self.ending = None
        self._hello = hello
        self._policy = policy
        self._stage = _Stage.WAITING
        self._stage_until_ms = 0
        self._failures_count = 0
        self._journal_id: str | None = None
        self._view_seq = -1
        self._seen_seq: int | None = None
        self._confirmed_at_ms = 0
        self._doubted_at_ms: int | None = None
        self._status: StatusFrame | None = None
        self._pending: dict[str, _Pending] = {}

    def start(self, now_ms: int) -> list[Action]:
        """The first input."""
        self._confirmed_at_ms = now_ms
        return self._settled(now_ms, self._connect(now_ms))

    def opened(self, now_ms: int) -> list[Action]:
        """The socket that `Connect` asked for is open."""
        self._enter(_Stage.OPEN, now_ms + LATE_AFTER_MS)
        hello = msgspec.structs.replace(self._hello, seq=self._seen_seq)
        return self._settled(now_ms, [_send(hello)])

    def received(self, now_ms: int, text: str | bytes, *, jitter: float) -> list[Action]:
        """A frame came. What cannot be read is passed over; what has an unknown type is a sign of life."""
        if self._stage not in (_Stage.OPEN, _Stage.CONFIRMED):
            return []
        try:
            frame = _decode(text)
        except UNREADABLE:
            if _is_alive(text):
                self._hear(now_ms)
            return self._settled(now_ms, [])
        return self._settled(now_ms, self._answer(now_ms, frame, jitter))

    def closed(self, now_ms: int, code: int | None, *, jitter: float) -> list[Action]:
        """The socket closed or could not be opened; `code` None where no close frame came."""
        rule = _RULES.get(code) if code is not None else None
        if code is not None and rule is not None and not rule.retry:
            self._end(code, rule.meaning)
        else:
            self._wait(now_ms, after_ms=rule.after_ms if rule else 0, jitter=jitter)
        return self._settled(now_ms, [])

    def woken(self, now_ms: int, *, jitter: float) -> list[Action]:
        """Time went by; harmless when nothing is due."""
        actions: list[Action] = []
        if self._stage is not _Stage.ENDED and now_ms >= self._stage_until_ms:
            if self._stage is _Stage.WAITING:
                actions = self._connect(now_ms)
            else:
                self._wait(now_ms, after_ms=0, jitter=jitter)
                actions = [Drop()]
        if self._stage is _Stage.CONFIRMED:
            actions += [
                _ask(pending, now_ms)
                for pending in self._pending.values()
                if pending.again_at_ms is not None and now_ms >= pending.again_at_ms
            ]
        return self._settled(now_ms, actions)

    def command(self, now_ms: int, *, id: str, command: str, args: dict[str, Any]) -> list[Action]:  # noqa: A002 -- the frame's own key
        """A wish pressed now, under an id never used before."""
        if len(self._pending) >= PENDING_COUNT_MAX:
            full = Outcome(
                id=id, accepted=False, code="BUSY", detail="Too many commands wait for their outcome."
            )
            return [Settle(full)]
        frame = {**args, "type": "command", "id": id, "command": command}
        pending = self._pending[id] = _Pending(frame=frame, pressed_at_ms=now_ms)
        return self._settled(now_ms, [_ask(pending, now_ms)] if self._stage is _Stage.CONFIRMED else [])

    def forget(self, command_id: str) -> None:
        """Nobody waits for this command's outcome any more; it is not sent again."""
        self._pending.pop(command_id, None)

    def report(self, now_ms: int, status: StatusFrame) -> list[Action]:
        """How the device is, from now on."""
        self._status = status
        return self._settled(now_ms, [_send(status)] if self._stage is _Stage.CONFIRMED else [])

    def _answer(self, now_ms: int, frame: Downward, jitter: float) -> list[Action]:
        match frame:
            case View():
                return self._take_view(now_ms, frame)
            case Beat():
                self._hear(now_ms)
                self._see(frame.seq)
                return []
            case Outcome():
                self._hear(now_ms)
                return self._take_outcome(now_ms, frame)
            case Bye():
                self._take_bye(now_ms, frame, jitter)
                return [Drop()]
            case _:
                assert_never(frame)

    def _take_view(self, now_ms: int, view: View) -> list[Action]:
        if view.journal_id == self._journal_id and view.seq < self._view_seq:
            self._hear(now_ms)
            return []
        if view.journal_id != self._journal_id:
            self._seen_seq = None
        self._journal_id, self._view_seq = view.journal_id, view.seq
        self._see(view.seq)
        is_first = self._stage is _Stage.OPEN
        self._stage = _Stage.CONFIRMED
        self._failures_count = 0
        self._doubted_at_ms = None
        self._hear(now_ms)
        return [Deliver(view), *(self._say_again(now_ms) if is_first else [])]

    def _say_again(self, now_ms: int) -> list[Action]:
        """What the hub must hear on every connection: how the device is, and what is still without outcome."""
        reports: list[Action] = [_send(self._status)] if self._status else []
        return [*reports, *(_ask(pending, now_ms) for pending in self._pending.values())]

    def _take_outcome(self, now_ms: int, outcome: Outcome) -> list[Action]:
        pending = self._pending.get(outcome.id)
        if pending is None:
            return []
        if outcome.code == "OUTCOME_UNKNOWN":
            pending.again_at_ms = now_ms + (outcome.retry_after_ms or ASK_AGAIN_AFTER_MS)
            return []
        del self._pending[outcome.id]
        if outcome.seq is not None:
            self._see(outcome.seq)
        return [Settle(outcome)]

    def _take_bye(self, now_ms: int, bye: Bye, jitter: float) -> None:
        if bye.retry:
            self._wait(now_ms, after_ms=min(bye.after_ms, COME_BACK_AFTER_MS_MAX), jitter=jitter)
        else:
            rule = _RULES.get(bye.code)
            self._end(bye.code, rule.meaning if rule else "The hub gives no known reason.")

    def _hear(self, now_ms: int) -> None:
        """A sign of life; it confirms what is shown once this connection has shown it."""
        if self._stage is _Stage.CONFIRMED:
            self._confirmed_at_ms = now_ms
            self._stage_until_ms = now_ms + LATE_AFTER_MS

    def _see(self, seq: int) -> None:
        """The next hello names the highest seq that a view, a beat or an outcome told."""
        self._seen_seq = max(seq, self._seen_seq or 0)

    def _connect(self, now_ms: int) -> list[Action]:
        self._enter(_Stage.OPENING, now_ms + CONNECT_WITHIN_MS)
        return [Connect()]

    def _wait(self, now_ms: int, *, after_ms: int, jitter: float) -> None:
        if self._stage is _Stage.CONFIRMED:
            self._doubted_at_ms = now_ms
        pause_ms = after_ms + delay_ms(self._policy, attempt=self._failures_count, jitter=jitter)
        self._failures_count += 1
        self._enter(_Stage.WAITING, now_ms + pause_ms)

    def _enter(self, stage: _Stage, until_ms: int) -> None:
        self._stage, self._stage_until_ms = stage, until_ms

    def _end(self, code: int, meaning: str) -> None:
        self._stage = _Stage.ENDED
        self.ending = Ending(code=code, meaning=meaning)

    def _settled(self, now_ms: int, actions: list[Action]) -> list[Action]:
        """Every input ends here: the phase and the next alarm follow from the rest."""
        self.phase = self._phase_at(now_ms)
        self.wake_at_ms = self._next_alarm_ms()
        return actions

    def _phase_at(self, now_ms: int) -> Phase:
        if self._stage is _Stage.ENDED:
            return Phase.STOPPED
        if now_ms >= self._confirmed_at_ms + LOST_AFTER_MS:
            return Phase.LOST
        if self._journal_id is None:
            return Phase.CONNECTING
        return Phase.LATE if now_ms >= self._late_at_ms() else Phase.LIVE

    def _late_at_ms(self) -> int:
        silent_at_ms = self._confirmed_at_ms + LATE_AFTER_MS
        if self._doubted_at_ms is None:
            return silent_at_ms
        return min(silent_at_ms, self._doubted_at_ms + LATE_CLOSED_AFTER_MS)

    def _next_alarm_ms(self) -> int | None:
        if self._stage is _Stage.ENDED:
            return None
        alarms_ms = [self._stage_until_ms]
        if self.phase is Phase.LIVE:
            alarms_ms.append(self._late_at_ms())
        if self.phase is not Phase.LOST:
            alarms_ms.append(self._confirmed_at_ms + LOST_AFTER_MS)
        if self._stage is _Stage.CONFIRMED:
            alarms_ms += [
                pending.again_at_ms for pending in self._pending.values() if pending.again_at_ms is not None
            ]
        return min(alarms_ms)


def _ask(pending: _Pending, now_ms: int) -> Send:
    pending.again_at_ms = None
    return _send({**pending.frame, "age_ms": now_ms - pending.pressed_at_ms})


def _send(frame: Hello | StatusFrame | dict[str, Any]) -> Send:
    return Send(msgspec.json.encode(frame).decode())


def _is_alive(text: str | bytes) -> bool:
    try:
        _decode_any(text)
    except UNREADABLE:
        return False
    return True
