"""docs/reliability.md names tests that are there."""

import ast

from tests.documentation.markdown import ROOT, codes, rows

PAGE = "docs/reliability.md"


def test_every_test_that_a_promise_rests_on_is_there() -> None:
    """A promise whose test was renamed or removed is no longer shown by it."""
    named = [code for row in rows(PAGE, "Shown today", "promise") for code in codes(row[1])]

    assert len(named) >= 40
    assert [] == [name for name in named if not _is_there(name)]


def test_every_promise_rests_on_a_test() -> None:
    """No row without one."""
    assert [] == [row[0] for row in rows(PAGE, "Shown today", "promise") if not codes(row[1])]


def _is_there(name: str) -> bool:
    file, _, function = name.partition("::")
    path = ROOT / "tests" / file
    if not path.is_file():
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function
        for node in ast.walk(tree)
    )
