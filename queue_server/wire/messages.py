"""The frames of the live socket, version 1. Text frames of JSON, each an object with a `type`.

Up: `hello` first, then `command`, `status`. Down: `view`, `beat`, `outcome`, `bye`. The laws of the conversation
stand in `session.py` (the client's half) and `live/endpoint.py` (the hub's); the browser's half is `live.js`.
"""

from typing import Any, Literal

import msgspec

from queue_server.wire.shapes import DeviceStatusName

PROTOCOL = 1

FRAME_BYTES_MAX = 64 * 1024
"""Most bytes in one frame from a client; a whole command is a few hundred."""

HELLO_WITHIN_MS = 5_000
"""A client that says nothing for so long after connecting is turned away."""

BEAT_EVERY_MS = 4_000
"""The hub speaks at least this often (the contract allows 5 s; the difference covers a busy moment)."""

LATE_AFTER_MS = 8_000
"""Without a frame for so long, a client says *late*: two beats missed."""

LATE_CLOSED_AFTER_MS = 2_000
"""With its socket closed for so long, likewise."""

LOST_AFTER_MS = 60_000
"""Then *lost*: numbers hidden."""

ViewName = Literal["hall", "ticket", "display", "announcer", "kiosk", "printer", "counter", "manager"]


class Hello(msgspec.Struct, frozen=True, kw_only=True, tag="hello", tag_field="type"):
    """The client's first frame."""

    protocol: int
    view: ViewName
    token: str | None = None
    """None: the cookie says who it is, or the view needs nobody."""
    seq: int | None = None
    """The last one seen; the hub catches up to it before its first view."""
    ticket: str | None = None
    zone: str | None = None
    counter: str | None = None
    kiosk: str | None = None
    """For staff and for `--demo`; a device's token names its own kiosk, printer or screen."""
    printer: str | None = None
    screen: str | None = None


class CommandFrame(msgspec.Struct, frozen=True, kw_only=True, tag="command", tag_field="type"):
    """A wish. Further keys belong to the command and are read by intake from the same frame."""

    id: str
    command: str
    age_ms: int = 0


class StatusFrame(msgspec.Struct, frozen=True, kw_only=True, tag="status", tag_field="type"):
    """A device says how it is; never journaled, gone with the socket."""

    status: DeviceStatusName
    detail: str = ""


Upward = Hello | CommandFrame | StatusFrame


class View(msgspec.Struct, frozen=True, kw_only=True, tag="view", tag_field="type"):
    """The whole of what the viewer may see, newest only."""

    view: ViewName
    seq: int
    journal_id: str
    state: msgspec.Raw


class Beat(msgspec.Struct, frozen=True, kw_only=True, tag="beat", tag_field="type"):
    seq: int
    now_ms: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True, tag="outcome", tag_field="type", omit_defaults=True):
    """What became of a command: `seq` and `result` where accepted, `code` and `detail` where refused."""

    id: str
    accepted: bool
    seq: int | None = None
    result: Any = None
    code: str | None = None
    detail: str | None = None
    errors: list[dict[str, str]] | None = None
    retry_after_ms: int | None = None
    officer: str | None = None
    """COUNTER_TAKEN: by whom ..."""
    since_at_ms: int | None = None
    """... and since when."""


class Bye(msgspec.Struct, frozen=True, kw_only=True, tag="bye", tag_field="type"):
    """The hub's last frame: whether and when to come back."""

    code: int
    retry: bool
    after_ms: int = 0


Downward = View | Beat | Outcome | Bye
