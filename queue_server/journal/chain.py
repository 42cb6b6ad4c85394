"""The chain of hashes over a hall's rows: a row changed, lost or moved is noticed at its number.

A row's hash is SHA-256 over eight lines of UTF-8 joined by single line feeds:

    the hash of the row before in lower-case hex (64 zeros before the first row)
    hall
    seq, decimal
    at_ms, decimal
    type
    version, decimal
    actor
    data

No field can contain a line feed (ids and types are checked when written, JSON escapes it), so no two different
rows have the same text. Anyone can recompute it with `sqlite3` and `sha256sum`. What a chain cannot show is a
tail cut off whole: that is an older truth. Laws in `tests/journal/test_chain.py`.
"""

from collections.abc import Iterable
from hashlib import sha256

from queue_server.domain.hall import HallId
from queue_server.errors import StoreBroken
from queue_server.journal.base import Row

GENESIS = bytes(32)
"""What stands for the row before the first."""


def row_hash(prev_hash: bytes, hall: HallId, row: Row) -> bytes:
    """The hash of a row behind another one; the row's own `hash` plays no part.

    Text that was not UTF-8 on disk arrives with surrogates and is hashed as the bytes it was.
    """
    text = f"{prev_hash.hex()}\n{hall}\n{row.seq}\n{row.at_ms}\n{row.type}\n{row.version}\n{row.actor}\n{row.data}"
    return sha256(text.encode(errors="surrogateescape")).digest()


def verify(hall: HallId, rows: Iterable[Row], *, after_seq: int, prev_hash: bytes) -> bytes:
    """Check that rows follow one another without a gap and that each hash fits.

    Args:
        hall: whose rows these are.
        rows: as stored, in order.
        after_seq: number of the row before the first one given; 0: there is none.
        prev_hash: that row's hash; GENESIS where there is none.

    Returns:
        The last row's hash; `prev_hash` where no row was given.

    Raises:
        StoreBroken: with the number of the first row that does not fit.
    """
    seq = after_seq
    for row in rows:
        seq += 1
        if row.seq != seq:
            raise StoreBroken(
                f"hall {hall!r}: entry {seq} is missing, {row.seq} stands in its place", seq=seq
            )
        prev_hash = row_hash(prev_hash, hall, row)
        if prev_hash != row.hash:
            raise StoreBroken(
                f"hall {hall!r}: entry {seq} is not what was written (its hash differs); restore from a backup",
                seq=seq,
            )
    return prev_hash
