"""docs/reliability.md names tests that are there."""

from tests.documentation.markdown import codes, rows
from tests.documentation.named_tests import is_there

PAGE = "docs/reliability.md"


def test_every_test_that_a_promise_rests_on_is_there() -> None:
    """A promise whose test was renamed or removed is no longer shown by it."""
    named = [code for row in rows(PAGE, "Shown today", "promise") for code in codes(row[1])]

    assert len(named) >= 40
    assert [] == [name for name in named if not is_there(name)]


def test_every_promise_rests_on_a_test() -> None:
    """No row without one."""
    assert [] == [row[0] for row in rows(PAGE, "Shown today", "promise") if not codes(row[1])]
