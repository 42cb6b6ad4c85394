"""Where the two databases of a hall on one machine lie, and the names of what a backup or a restore makes beside them."""
# ruff: noqa: N818 - "NotHere" says what happened, as the names in `errors` do.

from pathlib import Path
from typing import NamedTuple

from queue_server.errors import PeerError
from queue_server.identity.file import FILE_NAME

SHARED_STORE = (
    "A shared store is backed up with PostgreSQL's own tools (pg_dump, pg_restore), not with this verb."
)

MOVING_NAME = "restore.unfinished"
"""Stands while files change their places. Where it is left, a restore was cut short and no hub may start."""


class NotHere(PeerError):
    """The store is of a kind, or at a place, that these verbs have nothing to do with. The text says it in one line."""


class Places(NamedTuple):
    """The files of one hub."""

    data: Path
    journal: Path
    identity: Path

    @property
    def moving(self) -> Path:
        return self.data / MOVING_NAME


def places_of(store_url: str, data: Path) -> Places:
    """The files that a store's address and the data folder mean.

    Raises:
        NotHere: the store is shared, or in memory.
    """
    scheme, _, path = store_url.partition(":")
    if scheme in {"postgresql", "postgres"}:
        raise NotHere(SHARED_STORE)
    if scheme != "sqlite" or not path:
        raise NotHere("This store keeps nothing on disk: there is nothing to copy.")
    return Places(data=data, journal=data / path, identity=data / FILE_NAME)


def refuse_half_restored(data: Path) -> None:
    """Raises: NotHere: a restore was cut short here, and what lies here is neither the old hall nor the new one."""
    if (data / MOVING_NAME).exists():
        raise NotHere(
            f"A restore into {data} was cut short. Run the same `antrean restore` again, with --replace; what was there "
            "before lies in a folder before-restore-… beside it."
        )
