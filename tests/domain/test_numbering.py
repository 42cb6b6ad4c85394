"""Numbers: `A001` … `A999`, then `A1000`; one sequence per prefix and date; never a number twice."""

from hypothesis import given
from hypothesis import strategies as st
from immutables import Map

from queue_server.domain.numbering import REMEMBERED_DAYS, advanced, next_ordinal, number_text, remembered

EMPTY: Map[str, Map[str, int]] = Map()


def test_numbers_have_at_least_three_digits_and_are_never_cut() -> None:
    """A001, A999, then A1000. Source: issue, "The hub"."""
    texts = [
        number_text(prefix, ordinal) for prefix, ordinal in [("A", 1), ("A", 999), ("A", 1000), ("KT", 12)]
    ]

    assert ["A001", "A999", "A1000", "KT012"] == texts


def test_a_sequence_begins_at_one_each_day() -> None:
    """And goes on where it stood when a day comes twice."""
    monday = advanced(EMPTY, "2026-03-16", "A", 7)

    assert [8, 1, 1] == [
        next_ordinal(monday, date, prefix)
        for date, prefix in [("2026-03-16", "A"), ("2026-03-16", "B"), ("2026-03-17", "A")]
    ]


def test_a_sequence_never_falls() -> None:
    """An older ordinal that comes late changes nothing."""
    assert next_ordinal(advanced(advanced(EMPTY, "d", "A", 7), "d", "A", 3), "d", "A") == 8


def test_forty_days_are_remembered() -> None:
    """More than the thirty that a clock may leap undoubted; the oldest go."""
    sequences = EMPTY
    dates = [f"2026-{month:02d}-{day:02d}" for month in (1, 2) for day in range(1, 29)]
    for date in dates:
        sequences = remembered(advanced(sequences, date, "A", 1))

    assert dates[-REMEMBERED_DAYS:] == sorted(sequences)


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["17", "18"])), max_size=60))
def test_no_number_is_given_twice_on_a_date(takes: list[tuple[str, str]]) -> None:
    """Whatever the order of prefixes and days."""
    sequences, given_numbers = EMPTY, []
    for prefix, date in takes:
        ordinal = next_ordinal(sequences, date, prefix)
        sequences = advanced(sequences, date, prefix, ordinal)
        given_numbers.append((date, number_text(prefix, ordinal)))

    assert len(set(given_numbers)) == len(given_numbers)
