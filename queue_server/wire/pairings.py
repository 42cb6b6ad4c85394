"""How a new device comes in, on the wire: what it asks, what the administrator says, what either is told.

The agents and the hub share these types, so neither can drift from the other.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from queue_server.wire.requests import Id, Request

PAIRINGS_PATH = "/api/v1/pairings"

ASK_AFTER_MS = 2_000
"""How long a device waits between two questions: an administrator who has pressed the button looks up and sees it."""

WantsName = Literal["page", "display", "printer"]
RoleName = Literal["kiosk", "display", "printer", "officer", "manager", "admin"]
Secret = Annotated[str, Meta(min_length=1, max_length=128)]
Code = Annotated[str, Meta(min_length=1, max_length=64)]


class StartPairingRequest(Request, frozen=True, kw_only=True):
    """A device that nobody knows yet."""

    wants: WantsName


class AskPairingRequest(Request, frozen=True, kw_only=True):
    """The device asks how it stands; its secret stands in the body, never in an address."""

    secret: Secret


class FindPairingRequest(Request, frozen=True, kw_only=True):
    """An administrator typed what he read on a display."""

    code: Code


class ApprovePairingRequest(Request, frozen=True, kw_only=True):
    """He says what this device is from now on, and types the code that proves he stood before it."""

    code: Code
    hall: Id
    role: RoleName
    device: Id
    """The device's id in the configuration."""


class PairingStarted(msgspec.Struct, frozen=True, kw_only=True):
    """Told once, to the device alone."""

    code: str
    """For its display: two groups of four."""
    secret: str
    """What it asks with. Whoever has this gets the device's credential; it is shown to nobody."""
    expires_at_ms: int
    ask_after_ms: int


class PairingStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the pairing stands; a device that waits knows nothing but that."""

    state: Literal["waiting", "approved"]
    token: str | None = None
    """Of an approved agent. An approved page has a cookie instead."""
    role: RoleName | None = None
    hall: str | None = None
    device: str | None = None
    go: str | None = None
    """For an approved page: the path of the page that it is for."""
