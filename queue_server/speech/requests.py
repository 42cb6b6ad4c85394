"""What the hub and its speech worker say to each other: one JSON object a line, one answer to each request.

The worker speaks first (`Ready`), then answers each `Speak` or `Join` with `Done` or `Failed` of the same id.
"""

from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

LINE_BYTES_MAX = 16_384
"""A request is a sentence and a few paths; sixteen clips with long paths fit."""


class EngineChoice(StrEnum):
    """Where the synthesiser comes from: the worker's `--engine`."""

    AUTO = "auto"
    """The system's, else the wheel's."""
    SYSTEM = "system"
    WHEEL = "wheel"
    NONE = "none"
    """No synthesiser is wanted: recorded clips or an external command only."""


class Speak(Struct, frozen=True, kw_only=True, tag="speak"):
    """Say a sentence with the synthesiser, level it, write it."""

    id: int
    language: str
    text: str
    out: str
    """Path of the WAV file to write. The file appears before the answer does."""


class Join(Struct, frozen=True, kw_only=True, tag="join"):
    """Lay recorded sounds end to end, level the whole, write it."""

    id: int
    clips: tuple[str, ...]
    """Paths of WAV files in speaking order."""
    out: str


class Ready(Struct, frozen=True, kw_only=True, tag="ready"):
    """The worker takes requests."""

    engine: str | None
    """The synthesiser's name for the status line; None when there is none, and only `Join` will succeed."""
    reason: str
    """Why there is no engine, in plain words; empty when there is one, or none was wanted."""


class Done(Struct, frozen=True, kw_only=True, tag="done"):
    """The file is written."""

    id: int
    length_ms: int


class Failed(Struct, frozen=True, kw_only=True, tag="failed"):
    """The file could not be had; the worker itself is well. `id` 0, which no request has: it was no request."""

    id: int
    reason: str


Request: TypeAlias = Speak | Join
Answer: TypeAlias = Ready | Done | Failed
