"""docs/asvs.md has every item of level 1 once, and each that it claims rests on tests that are there."""

import pytest

from tests.documentation.markdown import codes, rows, text_of
from tests.documentation.named_tests import is_there

PAGE = "docs/asvs.md"

LEVEL_1 = [
    "1.2.1",
    "1.2.2",
    "1.2.3",
    "1.2.4",
    "1.2.5",
    "1.3.1",
    "1.3.2",
    "1.5.1",
    "2.1.1",
    "2.2.1",
    "2.2.2",
    "2.3.1",
    "3.2.1",
    "3.2.2",
    "3.3.1",
    "3.4.1",
    "3.4.2",
    "3.5.1",
    "3.5.2",
    "3.5.3",
    "4.1.1",
    "4.4.1",
    "5.2.1",
    "5.2.2",
    "5.3.1",
    "5.3.2",
    "6.1.1",
    "6.2.1",
    "6.2.2",
    "6.2.3",
    "6.2.4",
    "6.2.5",
    "6.2.6",
    "6.2.7",
    "6.2.8",
    "6.3.1",
    "6.3.2",
    "6.4.1",
    "6.4.2",
    "7.2.1",
    "7.2.2",
    "7.2.3",
    "7.2.4",
    "7.4.1",
    "7.4.2",
    "8.1.1",
    "8.2.1",
    "8.2.2",
    "8.3.1",
    "9.1.1",
    "9.1.2",
    "9.1.3",
    "9.2.1",
    "10.4.1",
    "10.4.2",
    "10.4.3",
    "10.4.4",
    "10.4.5",
    "11.3.1",
    "11.3.2",
    "11.4.1",
    "12.1.1",
    "12.2.1",
    "12.2.2",
    "13.4.1",
    "14.2.1",
    "14.3.1",
    "15.1.1",
    "15.2.1",
    "15.3.1",
]
"""Source: OWASP Application Security Verification Standard 5.0.0 (May 2025), the seventy items of level 1."""

CLAIMED = ("Met", "Met where the hall does its part")
NOT_CLAIMED = ("Not met", "Not shown", "Does not apply")


def table(heading: str) -> list[list[str]]:
    """The rows under a heading."""
    return rows(PAGE, heading, "item")


def test_every_item_of_level_1_has_exactly_one_row() -> None:
    """Nothing is passed over, and nothing is claimed and denied."""
    found = [row[0] for heading in (*CLAIMED, *NOT_CLAIMED) for row in table(heading)]

    assert 70 == len(LEVEL_1)
    assert sorted(LEVEL_1) == sorted(found)


@pytest.mark.parametrize("heading", CLAIMED)
def test_every_claim_rests_on_tests_that_are_there(heading: str) -> None:
    """A claim whose test was renamed or removed is no longer one."""
    claims = {row[0]: codes(row[-1]) for row in table(heading)}

    assert {} == {item: named for item, named in claims.items() if not named}
    missing = {item: [name for name in named if not is_there(name)] for item, named in claims.items()}
    assert {} == {item: names for item, names in missing.items() if names}


@pytest.mark.parametrize("heading", NOT_CLAIMED)
def test_what_is_not_claimed_says_why(heading: str) -> None:
    """In words of its own, and a test that is named all the same is there."""
    for item, _asks, why in table(heading):
        assert len(why) >= 20, item
        assert [] == [name for name in codes(why) if "::" in name and not is_there(name)], item


def test_the_counts_in_its_first_lines_are_those_of_the_tables() -> None:
    """Who reads no further is told the truth."""
    for heading in (*CLAIMED, *NOT_CLAIMED):
        assert f"| {heading} | {len(table(heading))} |" in text_of(PAGE)


def test_a_test_that_is_not_there_is_found_out() -> None:
    """The control of the tests above."""
    assert is_there("documentation/test_asvs.py::test_a_test_that_is_not_there_is_found_out")
    assert not is_there("documentation/test_asvs.py::test_that_nobody_wrote")
    assert not is_there("documentation/nowhere.py::test_that_nobody_wrote")
    assert not is_there("documentation/test_asvs.py::table")
