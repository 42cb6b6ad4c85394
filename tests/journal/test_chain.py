"""The chain shows what was changed, lost or moved, and where."""

from hashlib import sha256

import msgspec
import pytest

from queue_server.errors import StoreBroken
from queue_server.journal import codec
from queue_server.journal.base import Row
from queue_server.journal.chain import GENESIS, row_hash, verify
from tests.journal.examples import BABAT, EVENTS, LAMONGAN, entries, tickets


def _chained(count: int = 9) -> list[Row]:
    chained: list[Row] = []
    prev_hash = GENESIS
    for row in codec.rows(0, tickets(1, count)):
        prev_hash = row_hash(prev_hash, LAMONGAN, row)
        chained.append(msgspec.structs.replace(row, hash=prev_hash))
    return chained


def _broken_at(rows: list[Row]) -> int | None:
    """The number that the chain finds fault with; None: none."""
    try:
        verify(LAMONGAN, rows, after_seq=0, prev_hash=GENESIS)
    except StoreBroken as error:
        return error.seq
    return None


def test_rows_as_written_pass() -> None:
    """From the beginning, and from any row on with the hash before it."""
    rows = _chained()

    assert rows[-1].hash == verify(LAMONGAN, rows, after_seq=0, prev_hash=GENESIS)
    assert rows[-1].hash == verify(LAMONGAN, rows[4:], after_seq=4, prev_hash=rows[3].hash)
    assert rows[3].hash == verify(LAMONGAN, [], after_seq=4, prev_hash=rows[3].hash)


def test_the_hash_is_the_documented_text() -> None:
    """Eight lines that `sha256sum` can check, see the module's docstring."""
    [row] = codec.rows(0, tickets(1, 1))
    lines = ["00" * 32, "lamongan", "1", str(row.at_ms), "TicketIssued", "1", row.actor, row.data]

    assert sha256("\n".join(lines).encode()).digest() == row_hash(GENESIS, LAMONGAN, row)


@pytest.mark.parametrize("at", [0, 4, 8])
@pytest.mark.parametrize(
    "change",
    [
        {"at_ms": 5},
        {"type": "TicketCalled"},
        {"version": 2},
        {"actor": "officer:1"},
        {"data": "{}"},
        {"data": None},
        {"data": "\udcff"},
        {"hash": bytes(32)},
        {"hash": b""},
    ],
    ids=str,
)
def test_a_changed_field_is_found_at_its_row(at: int, change: dict[str, object]) -> None:
    """Any field, in the first row, one between and the last; also what only a damaged file can hold."""
    rows = _chained()
    rows[at] = msgspec.structs.replace(rows[at], **change)

    assert at + 1 == _broken_at(rows)


def test_any_flipped_bit_of_the_data_is_found() -> None:
    """Every bit of one row's text, as the bytes that it is on disk."""
    rows = _chained(3)
    data = rows[1].data.encode()
    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        rows[1] = msgspec.structs.replace(rows[1], data=flipped.decode(errors="surrogateescape"))

        assert 2 == _broken_at(rows)


@pytest.mark.parametrize("at", [0, 4, 7])
def test_a_missing_row_is_found_where_it_is_missing(at: int) -> None:
    """A cut tail is the one loss that a chain cannot show: it is an older truth."""
    rows = _chained()
    del rows[at]

    assert at + 1 == _broken_at(rows)
    assert None is _broken_at(_chained()[:-1])


def test_swapped_rows_are_found_at_the_first_of_them() -> None:
    """As they stand, and with their numbers exchanged too."""
    rows = _chained()
    rows[3], rows[4] = rows[4], rows[3]
    assert 4 == _broken_at(rows)

    rows[3], rows[4] = msgspec.structs.replace(rows[3], seq=4), msgspec.structs.replace(rows[4], seq=5)
    assert 4 == _broken_at(rows)


def test_a_row_of_another_hall_does_not_fit() -> None:
    """The hall is part of the text."""
    [row] = codec.rows(0, tickets(1, 1))

    assert row_hash(GENESIS, LAMONGAN, row) != row_hash(GENESIS, BABAT, row)


def test_no_field_can_hold_the_line_feed_that_parts_the_fields() -> None:
    """Else two different rows could have one text. Texts with line feeds are escaped by JSON."""
    assert all("\n" not in row.data for row in codec.rows(0, entries(1, *EVENTS)))
