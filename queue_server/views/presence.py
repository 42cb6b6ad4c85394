"""What the hub knows of its devices and officers beside the journal: gone with the process, never decided on.

A frozen value, so that views stay pure functions of `(state, presence)`. `live/presence.py` keeps it up to date.
"""

from collections.abc import Mapping

import msgspec

from queue_server.domain.hall import KioskId, PrinterId, ScreenId, ZoneId
from queue_server.domain.model import ActorId, CallNo
from queue_server.wire.shapes import DeviceStatusName, WarningCode


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """How one device is, by its own word or by its absence."""

    status: DeviceStatusName = "offline"
    detail: str = ""
    since_ms: int = 0
    """When it came to this status; 0: it was never seen."""


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Something that staff should know and no device says: the store, speech, the clock, a refused configuration."""

    code: WarningCode
    subject: str
    since_ms: int
    detail: str = ""


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it for one hall."""

    journal_id: str = ""
    names: Mapping[ActorId, str] = {}
    """Officers' display names; an actor without one is shown as unknown."""
    screens: Mapping[ScreenId, Device] = {}
    voices: Mapping[ZoneId, Device] = {}
    """The granted announcer of a zone; a zone without an entry has none."""
    kiosks: Mapping[KioskId, Device] = {}
    printers: Mapping[PrinterId, Device] = {}
    shown: Mapping[CallNo, frozenset[ScreenId]] = {}
    """Which screens reported a recent call as shown; bounded by live/presence.py."""
    troubles: tuple[Trouble, ...] = ()
    is_clock_in_doubt: bool = False
