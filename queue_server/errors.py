"""The one tree of errors: the type says who is at fault and whether trying again can help.

Foreseen refusals are values (`domain.refusals.Rejected`); what is raised here is trouble. The text says what
happened, where, what was found and allowed, and what to do. A class in this file is raised by more than one
module or caught by another one than raises it. Law in `tests/journal/test_errors.py`.
"""
# ruff: noqa: N818 - "Conflict" and "OutcomeUnknown" are words of the design; "Error" behind them adds nothing.

from enum import StrEnum
from typing import ClassVar


class Fault(StrEnum):
    """Whose doing it is."""

    OURS = "ours"
    """A mistake in this program, or a program too old for its data."""
    PEER = "peer"
    """Whoever handed us something: a client, a device, the writer of a setting."""
    WORLD = "world"
    """Disk, network, another process."""


class AntreanError(Exception):
    """Base of every error of ours."""

    fault: ClassVar[Fault]
    may_retry: ClassVar[bool] = False
    """Whether the same attempt may succeed later without anybody's help."""


class OurError(AntreanError):
    fault = Fault.OURS


class PeerError(AntreanError):
    fault = Fault.PEER


class WorldError(AntreanError):
    fault = Fault.WORLD


class BadStoreUrl(PeerError):
    """The store's address in the settings names no journal that we have."""


class UnknownEventType(OurError):
    """The journal holds an event that this program is too old to read: be unready and drain."""

    def __init__(self, *, hall: str, seq: int, type_name: str, version: int) -> None:
        super().__init__(
            f"hall {hall!r}, entry {seq}: event {type_name!r} version {version} is unknown to this program; "
            "it was written by a newer one. Start that version instead."
        )
        self.seq = seq


class StoreTooNew(OurError):
    """The database's schema is ahead of this program's migrations."""


class Conflict(WorldError):
    """Another node was first, or the caller's head is old: nothing was stored. Read on, decide again."""

    may_retry = True


class NotStored(WorldError):
    """The batch is proven rolled back; the same batch may be tried again."""

    may_retry = True


class StoreFull(NotStored):
    """No space left: writing stops, showing goes on."""


class StoreBusy(NotStored):
    """Another program holds the database for longer than we wait."""


class StoreAway(NotStored):
    """The shared database cannot be reached, or is shutting down; this node goes on when it is back."""


class OutcomeUnknown(WorldError):
    """The commit may or may not have happened: neither yes nor no. Recover from disk; the command's id decides."""


class LinkLost(OutcomeUnknown):
    """The same, but the store itself goes on and only the link to it broke: read the journal, then decide on."""


class StoreStopped(WorldError):
    """An earlier failure made this connection untrustworthy. Nothing of this call was stored; open anew."""


class StoreBroken(WorldError):
    """What is stored is not what was written.

    `seq` names the first entry that does not fit; None where the database as a whole cannot be read.
    """

    def __init__(self, text: str, *, seq: int | None = None) -> None:
        super().__init__(text)
        self.seq = seq


class AlreadyRunning(WorldError):
    """Another process has this data directory open."""
