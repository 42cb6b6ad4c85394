"""A hall's state worked out anew from its journal, and a short name by which two states can be compared.

Two ways lead from a journal to a state: from the first entry, or from the last seal, which is how a hub starts. They
must meet, and where a hub runs its state must be the same. Pure but for the reading; proven in `tests/backup`.
"""

import sqlite3
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec
from immutables import Map

from queue_server.domain.decide_day import carried
from queue_server.domain.events import DayClosed, Entry
from queue_server.domain.evolve import evolve
from queue_server.domain.hall import HallId
from queue_server.domain.model import State, empty_state
from queue_server.journal import codec
from queue_server.journal.inspection import OnRows, verified

Evolve = Callable[[State, Entry], State]

Digests = Mapping[str, str]
"""By the name of a part of the state, so that a difference says where it lies."""


class Replayed(NamedTuple):
    """What a journal leads to."""

    state: State
    """From the first entry."""
    from_seal: State
    """From the last closed day, as a start folds it."""
    entry_count: int
    day_count: int
    """Days that were closed."""
    asked: State | None
    """As it stood at the number that was asked for; None: the journal does not reach it."""
    wrong_seals: tuple[int, ...]
    """Numbers of closed days that hand on something else than the day was: a start from there would go wrong."""


def replayed(
    db: sqlite3.Connection,
    hall: HallId,
    *,
    at_seq: int = 0,
    on_rows: OnRows = lambda _count: None,
    evolve_by: Evolve = evolve,
) -> Replayed:
    """Folds a hall's whole journal, verified.

    Args:
        at_seq: number of the entry after which `asked` is kept.
        evolve_by: another fold, by which a test shows that a difference is seen.

    Raises:
        StoreBroken, UnknownEventType: as `Journal.read`.
    """
    state = from_seal = empty_state(hall)
    asked = state if at_seq == 0 else None
    entry_count = day_count = 0
    wrong_seals: list[int] = []
    for row in verified(db, hall, on_rows):
        entry = codec.entry(hall, row)
        if isinstance(entry.event, DayClosed):
            day_count += 1
            from_seal = empty_state(hall)
            if entry.event.carried != carried(state):
                wrong_seals.append(entry.seq)
        state, from_seal = evolve_by(state, entry), evolve_by(from_seal, entry)
        entry_count += 1
        if entry.seq == at_seq:
            asked = state
    return Replayed(state, from_seal, entry_count, day_count, asked, tuple(wrong_seals))


def digests(state: State) -> Digests:
    """A short name for each part of a state; equal exactly where the parts are."""
    return {
        name: blake2b(_canonical(getattr(state, name)), digest_size=8).hexdigest()
        for name in State.__struct_fields__
    }


def differing(one: Digests, other: Digests) -> list[str]:
    """Names of the parts that two states do not share, in order."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def _canonical(part: Any) -> bytes:
    """The same bytes for the same value, in whatever order its maps and sets were filled."""
    return msgspec.json.encode(part, enc_hook=_plain, order="deterministic")


def _plain(value: Any) -> Any:
    assert isinstance(value, Map), type(value)
    return dict(value)
