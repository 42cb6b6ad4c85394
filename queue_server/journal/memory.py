"""A journal that forgets when the process ends: for trying out, for simulations, for tests of everything above.

It hashes, verifies, encodes and decodes exactly as the durable ones do, so that nothing passes here that
would fail there. Proof: the contract suite.
"""

import secrets
from collections.abc import Sequence

import msgspec

from queue_server.domain.events import DayClosed, Entry
from queue_server.domain.hall import HallId
from queue_server.domain.model import ActorId
from queue_server.errors import Conflict, StoreStopped
from queue_server.journal import codec
from queue_server.journal.base import OUTCOME_KEPT_MS, READ_COUNT_MAX, AddedHall, Head, Row, StoredOutcome
from queue_server.journal.chain import GENESIS, row_hash, verify


class _Hall:
    """What is held for one hall; `rows[i]` has seq i + 1."""

    def __init__(self) -> None:
        self.journal_id = secrets.token_hex(16)
        self.rows: list[Row] = []
        self.seal_seq = 0
        self.outcomes: dict[tuple[ActorId, str], StoredOutcome] = {}


class MemoryJournal:
    """`Journal` over lists."""

    def __init__(self, *, is_shared: bool = False) -> None:
        """Args: is_shared: whether several hubs of one process append, as several nodes would."""
        self.is_shared = is_shared
        self._halls: dict[HallId, _Hall] = {}
        self._added: dict[HallId, AddedHall] = {}
        self._is_open = True

    async def open_hall(self, hall: HallId) -> Head:
        kept = self._hall(hall)
        return Head(
            journal_id=kept.journal_id,
            seq=len(kept.rows),
            hash=kept.rows[-1].hash if kept.rows else GENESIS,
            seal_seq=kept.seal_seq,
            outcome_keys=frozenset(kept.outcomes),
        )

    async def append(
        self, hall: HallId, expected_seq: int, entries: Sequence[Entry], outcomes: Sequence[StoredOutcome]
    ) -> None:
        kept = self._hall(hall)
        if len(kept.rows) != expected_seq:
            raise Conflict(f"hall {hall!r}: the head is {len(kept.rows)}, not {expected_seq}")
        fresh = {(outcome.actor, outcome.key): outcome for outcome in outcomes}
        if len(fresh) != len(outcomes) or any(name in kept.outcomes for name in fresh):
            raise Conflict(f"hall {hall!r}: an outcome's key is taken")
        for row in codec.rows(expected_seq, entries):
            prev_hash = kept.rows[-1].hash if kept.rows else GENESIS
            kept.rows.append(msgspec.structs.replace(row, hash=row_hash(prev_hash, hall, row)))
            if row.type == DayClosed.__name__:
                kept.seal_seq = row.seq
        kept.outcomes |= fresh

    async def read(self, hall: HallId, after_seq: int, limit: int) -> list[Entry]:
        assert 1 <= limit <= READ_COUNT_MAX, limit
        rows = self._hall(hall).rows
        found = rows[after_seq : after_seq + limit]
        prev_hash = rows[after_seq - 1].hash if found and after_seq else GENESIS
        verify(hall, found, after_seq=after_seq, prev_hash=prev_hash)
        return [codec.entry(hall, row) for row in found]

    async def outcome(self, hall: HallId, actor: ActorId, key: str) -> StoredOutcome | None:
        return self._hall(hall).outcomes.get((actor, key))

    async def maintain(self, now_ms: int) -> None:
        for kept in self._halls.values():
            kept.outcomes = {
                name: outcome
                for name, outcome in kept.outcomes.items()
                if outcome.at_ms >= now_ms - OUTCOME_KEPT_MS
            }

    async def hall_names(self) -> dict[HallId, str]:
        return {hall: self._added[hall].name for hall in sorted(self._added)}

    async def added_hall(self, hall: HallId) -> AddedHall | None:
        return self._added.get(hall)

    async def list_hall(self, added: AddedHall, *, is_replacing: bool) -> bool:
        if (added.hall in self._added) is not is_replacing:
            return False
        self._added[added.hall] = added
        return True

    async def unlist_hall(self, hall: HallId) -> bool:
        return self._added.pop(hall, None) is not None

    async def close(self) -> None:
        self._is_open = False

    def _hall(self, hall: HallId) -> _Hall:
        if not self._is_open:
            raise StoreStopped("the journal was closed")
        return self._halls.setdefault(hall, _Hall())
