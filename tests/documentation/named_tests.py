"""Whether a test that a page names is there."""

import ast
from functools import cache
from pathlib import Path

from tests.documentation.markdown import ROOT


def is_there(name: str) -> bool:
    """Args: name: `folder/file.py::test_name`, as pages write it."""
    file, _, function = name.partition("::")
    return function.startswith("test_") and function in _functions(ROOT / "tests" / file)


@cache
def _functions(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
