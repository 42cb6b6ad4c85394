"""Where the register lies when nobody looks at it: what a shelf is, and what can go wrong with one."""
# ruff: noqa: N818 - "RegisterMoved" says what happened, as the names in `errors` do.

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol, runtime_checkable

from queue_server.errors import WorldError
from queue_server.identity.register import Register, Row


class IdentityTrouble(WorldError):
    """Identities cannot be opened, read or written. The machine's or the network's fault; nothing was granted."""


class RegisterMoved(WorldError):
    """Another node changed the register first: nothing was written. Load again, decide again."""

    may_retry = True


class Shelf(Protocol):
    """The register's rows, durable. Only the task that opened it may call it, and is never cancelled in `write`."""

    async def load(self) -> Register:
        """The whole register.

        Raises:
            IdentityTrouble: it cannot be read.
        """

    async def write(self, rows: Iterable[Row]) -> None:
        """All rows in one transaction, on top of what was loaded or written last; durable on return.

        Raises:
            RegisterMoved: there is something newer.
            IdentityTrouble: whether they were written is unknown; load again before the next write.
        """

    async def close(self) -> None:
        """Let go of it."""


@runtime_checkable
class CopiedShelf(Protocol):
    """A shelf that is a file of this machine."""

    async def copy(self, target: Path) -> None:
        """The register as one new file that has all that was written; not while a `write` is under way.

        Raises:
            IdentityTrouble: it cannot be copied.
        """


@runtime_checkable
class SharedShelf(Protocol):
    """A shelf that other nodes write too."""

    async def watch(self, on_moved: Callable[[], None]) -> None:
        """Tells, until cancelled, within a second or so, that another node may have changed the register."""
