"""Numbers on tickets: a prefix and an ordinal, each given once per hall and business day."""

from immutables import Map

REMEMBERED_DAYS = 40
"""Sequences of so many days are kept: more than the 30 days that a clock may leap without being doubted."""


def number_text(prefix: str, ordinal: int) -> str:
    """`A001` … `A999`, then `A1000`: at least three digits, never cut."""
    return f"{prefix}{ordinal:03d}"


def next_ordinal(sequences: Map[str, Map[str, int]], date: str, prefix: str) -> int:
    """The first ordinal of a prefix that was not given on a date."""
    return sequences.get(date, Map()).get(prefix, 0) + 1


def advanced(
    sequences: Map[str, Map[str, int]], date: str, prefix: str, ordinal: int
) -> Map[str, Map[str, int]]:
    """The sequences after an ordinal was given. A sequence never falls, whatever day comes twice."""
    of_day = sequences.get(date, Map())
    return sequences.set(date, of_day.set(prefix, max(ordinal, of_day.get(prefix, 0))))


def remembered(sequences: Map[str, Map[str, int]]) -> Map[str, Map[str, int]]:
    """Without the dates that are too old to come again."""
    dates = sorted(sequences)
    for date in dates[:-REMEMBERED_DAYS]:
        sequences = sequences.delete(date)
    return sequences
