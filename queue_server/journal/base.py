"""What a journal is: the values that cross its border, and the six things it can do.

A journal keeps each hall's entries in order and the outcomes of accepted commands beside them. It decides
nothing and folds nothing: the hub does. Every journal passes the same suite, `tests/journal/test_contract.py`.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import msgspec

from queue_server.domain.events import Entry
from queue_server.domain.hall import HallId
from queue_server.domain.model import ActorId

READ_COUNT_MAX = 20_000
"""Most entries of one `read`: two busy days of a large hall, 30 MB of Python values at most."""

OUTCOME_KEPT_MS = 48 * 60 * 60 * 1000
"""How long a command's outcome is remembered (contract, "Doing it once")."""


OnMoved = Callable[[HallId, int], None]
"""Told that a hall's head stands at a number; a hint, which may be old and may come twice."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as it is stored: `data` is the very text that was hashed."""

    seq: int
    at_ms: int
    type: str
    version: int
    data: str
    """The event as JSON, its type among the keys."""
    actor: str
    hash: bytes
    """32 bytes over the row before and this one, see `chain.row_hash`. Empty until the row is chained."""


class StoredOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What an accepted command was answered, so that the same command again gets the same answer."""

    actor: ActorId
    key: str
    """The client's idempotency key."""
    fingerprint: bytes
    """Digest of the request: another request under the same key is refused."""
    status: int
    """HTTP status of the answer."""
    body: bytes
    at_ms: int


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Where a hall's journal stands."""

    journal_id: str
    """32 hex digits, drawn with the hall's first use; tells a restored database from the one before."""
    seq: int
    """Of the last entry; 0 before the first."""
    hash: bytes
    """Of the last entry; `chain.GENESIS` before the first."""
    seal_seq: int
    """Of the last `DayClosed`; 0 where no day was closed. A start folds from this entry on, itself included."""
    outcome_keys: frozenset[tuple[ActorId, str]]
    """Actor and key of every outcome that is remembered."""


class Journal(Protocol):
    """One store of any number of halls. A call that is cancelled is carried out whole or not at all."""

    is_shared: bool
    """Whether other processes append too. What is not shared has one writer, which always knows the head."""

    async def open_hall(self, hall: HallId) -> Head:
        """The hall's head. A hall never seen before comes into being, with a journal id of its own."""

    async def append(
        self, hall: HallId, expected_seq: int, entries: Sequence[Entry], outcomes: Sequence[StoredOutcome]
    ) -> None:
        """Store everything in one transaction, durable when this returns.

        Args:
            hall: an id of the configuration.
            expected_seq: the head on which the entries were decided; they continue it without a gap.
            entries: in order, may be empty.
            outcomes: each (actor, key) new to the hall, may be empty.

        Raises:
            Conflict: the head is another one, or an outcome's key is taken. Nothing was stored. An append of nothing
                at all makes sure of the head.
            NotStored: (StoreFull, StoreBusy, StoreAway) nothing was stored, the same may be tried again.
            LinkLost: it may or may not be stored, and reading on tells.
            OutcomeUnknown: it may or may not be stored; the journal takes nothing more.
            StoreStopped: nothing was stored; an earlier call raised OutcomeUnknown.
            StoreBroken: the database is damaged; nothing was stored.
        """

    async def read(self, hall: HallId, after_seq: int, limit: int) -> list[Entry]:
        """The entries behind `after_seq` in order, verified against the chain; empty at the head.

        Args:
            hall: an id of the configuration.
            after_seq: 0 for the beginning; `head.seal_seq - 1` for a start from the seal.
            limit: most entries, 1 to READ_COUNT_MAX.

        Raises:
            StoreBroken: names the first entry that is missing, out of order, changed or unreadable.
            UnknownEventType: an entry was written by a newer program.
            StoreStopped: the disk cannot be read.
        """

    async def outcome(self, hall: HallId, actor: ActorId, key: str) -> StoredOutcome | None:
        """What is remembered under a key; None: nothing."""

    async def maintain(self, now_ms: int) -> None:
        """Keep house: forget old outcomes, tidy up while nobody writes. Call it about once a second.

        Args:
            now_ms: the instant by which outcomes count as old. A clock that cannot be trusted is not to be
                handed in: what it calls old is forgotten for good.

        Raises:
            NotStored, OutcomeUnknown, StoreStopped: as `append`.
        """

    async def close(self) -> None:
        """Finish what was begun and let go. Nothing may be called afterwards; closing twice is harmless."""


class AddedHall(msgspec.Struct, frozen=True, kw_only=True):
    """A hall that was added while the system ran, as its administrator wrote it."""

    hall: HallId
    name: str
    text: str
    """The TOML text of its one `[[hall]]`, checked before it came here."""
    at_ms: int
    """When it was added, or last replaced."""


@runtime_checkable
class HallList(Protocol):
    """The list of added halls, which every store keeps beside its journals; nothing here touches a journal."""

    async def hall_names(self) -> dict[HallId, str]:
        """Every added hall with its name, in the order of their ids. Raises: NotStored, StoreStopped."""

    async def added_hall(self, hall: HallId) -> AddedHall | None:
        """One of them; None: it is not in the list. Raises: as above."""

    async def list_hall(self, added: AddedHall, *, is_replacing: bool) -> bool:
        """Puts a hall on the list, durable when this returns, or its newer text in the place of the older.

        Returns:
            False: nothing was stored; another hall has the id, or with `is_replacing` none has.

        Raises:
            NotStored, OutcomeUnknown, StoreStopped: as `Journal.append`; asking again is harmless.
        """

    async def unlist_hall(self, hall: HallId) -> bool:
        """Takes a hall off the list; its journal stays. False: it was not on it. Raises: as above."""


@runtime_checkable
class Watched(Protocol):
    """A journal that tells of other processes' appends; every shared one."""

    async def watch(self, on_moved: OnMoved, on_store: Callable[[str | None], None]) -> None:
        """Until cancelled. A hint may be lost for a second, but never for longer while the store is reachable.

        Args:
            on_store: told in words when the store cannot be reached, and None when it can again.
        """
