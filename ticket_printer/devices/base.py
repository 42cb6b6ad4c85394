"""What a printer is to the agent, and what a line to one is to a printer."""

from enum import StrEnum
from typing import Protocol

import msgspec

from queue_server.wire.shapes import DeviceStatusName


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket, ready to be printed."""

    data: bytes
    """ESC/POS, from waking to cutting."""
    number: str
    """For the name of a file; no driver prints it."""
    width_dots: int
    paper_width_mm: int


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """How the printer is."""

    status: DeviceStatusName
    detail: str = ""
    """Plain words for the staff; empty when ready."""

    @property
    def can_print(self) -> bool:
        """Whether starting a job makes sense."""
        return self.status in ("ready", "paper_low")


READY = Health(status="ready")


class Ending(StrEnum):
    """What became of one attempt at printing."""

    PRINTED = "printed"
    FAILED = "failed"
    PAPER_OUT = "paper_out"


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """An ending with words."""

    ending: Ending
    detail: str = ""


class Device(Protocol):
    """A printer. Neither method raises for anything that a printer or its line does."""

    async def health(self) -> Health:
        """How it is now; takes at most a few seconds."""

    async def print(self, paper: Paper) -> Attempt:
        """Prints once, or does not; takes at most half a minute."""


class PortTrouble(Exception):  # noqa: N818 -- trouble is the project's word
    """The line to the printer failed. Blame: the world; trying again later may help. The text is for the staff."""


class Port(Protocol):
    """An open line to a printer. Every method raises PortTrouble where the line fails."""

    answers: bool
    """Whether the line can speak upwards at all; where it cannot, nothing is ever asked."""

    async def write(self, data: bytes) -> None:
        """All of `data`, within the port's own deadline."""

    async def read_byte(self, within_s: float) -> int | None:
        """The next byte from the printer; None when none came in time."""

    async def close(self) -> None:
        """Ends the line; never raises."""
