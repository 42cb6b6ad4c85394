"""How the code is cut: lengths, names, fences, and what no text of the project may speak of. Source: the house style."""

import ast
import re

import pytest

from tests.architecture.source_tree import (
    ROOT,
    body_line_count,
    functions,
    imports,
    line_count,
    modules,
    path_of,
)

MODULE_LINES_MAX = 400
BODY_LINES_MAX = 60

TOO_LONG = {
    "queue_server.wire.shapes": 434,
    "queue_server.web.routes.routes": 68,
}
"""Modules and functions over the ceiling, and how far. May only shrink, in entries and in numbers."""

VAGUE = {"utils", "util", "common", "helpers", "misc", "manager"}
NAMED_FOR_A_PERSON = {"queue_server.views.manager"}
"""`manager` is a word of the glossary there: the view of the hall manager."""

FENCES = {
    "queue_server.deciding": 1,
    "queue_server.identity.keeper": 1,
    "queue_server.live.endpoint": 1,
    "display_client.agent": 1,
    "ticket_printer.agent": 1,
}
"""Where everything may be caught, and how often: the hub's loop and that of identities, one connection, an agent's main."""

BROAD = {"Exception", "BaseException"}

TEXTS = {
    ".py",
    ".md",
    ".toml",
    ".html",
    ".css",
    ".js",
    ".json",
    ".sql",
    ".txt",
    ".yml",
    ".yaml",
    ".lock",
    ".sh",
    "",
}
"""Endings of files that are read as text; the empty one is Makefile, LICENSE and the like."""

SKIPPED = {".git", ".venv", "vendor", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis",
           "node_modules", "data", "dist", "build", "htmlcov"}  # fmt: skip
"""Not the project's own text: tools, what others wrote, what a run leaves."""

FOREIGN = re.compile(
    r"/(?:work/(?:main|shared)|root/\w+)\b"
    r"|https?://[\w.-]*(?:pypi|pythonhosted|npmjs|artifactory|nexus|proxy)[\w.-]*"
)
"""A path of one machine, or the host of a registry of packages."""


@pytest.mark.parametrize("module", sorted(modules()))
def test_a_module_is_at_most_400_lines_long(module: str) -> None:
    """What is longer is two things."""
    assert line_count(module) <= TOO_LONG.get(module, MODULE_LINES_MAX)


def test_a_functions_body_is_at_most_60_lines_long() -> None:
    """Ten is usual; sixty is the ceiling, without the docstring."""
    lengths = {
        name: body_line_count(function) for module in modules() for name, function in functions(module)
    }

    assert {} == {n: count for n, count in lengths.items() if count > TOO_LONG.get(n, BODY_LINES_MAX)}


def test_the_list_of_what_is_too_long_only_shrinks() -> None:
    """What was cut to size leaves the list, so that it cannot grow again."""
    lengths = {module: line_count(module) for module in modules()}
    bodies = {name: body_line_count(f) for module in modules() for name, f in functions(module)}

    still = {n for n in TOO_LONG if lengths.get(n, 0) > MODULE_LINES_MAX or bodies.get(n, 0) > BODY_LINES_MAX}

    assert set(TOO_LONG) == still


@pytest.mark.parametrize("module", sorted(modules()))
def test_a_modules_name_says_what_is_in_it(module: str) -> None:
    """No drawer for odds and ends."""
    assert module in NAMED_FOR_A_PERSON or module.rpartition(".")[2] not in VAGUE


@pytest.mark.parametrize("module", sorted(modules()))
def test_everything_is_caught_at_the_fences_only(module: str) -> None:
    """A handler for everything that does not raise again hides the mistake that nobody foresaw."""
    broad = [handler for handler in _handlers(module) if _is_broad(handler) and not _raises_again(handler)]

    assert len(broad) <= FENCES.get(module, 0)


@pytest.mark.parametrize("module", sorted(m for m in modules() if not m.endswith("__init__")))
def test_a_module_begins_with_what_it_is(module: str) -> None:
    """A docstring on top of every module that holds anything."""
    tree = modules()[module]

    assert not tree.body or ast.get_docstring(tree) is not None


def test_no_text_speaks_of_this_machine_or_of_a_registry() -> None:
    """The project is at home anywhere: no path of one machine, no host of packages."""
    found = {
        f"{file.relative_to(ROOT)}:{number}"
        for file in ROOT.rglob("*")
        if file.suffix in TEXTS and file.is_file() and not SKIPPED & set(file.relative_to(ROOT).parts)
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if FOREIGN.search(line) and "architecture" not in file.parts
    }

    assert set() == found


def test_the_walk_over_the_tree_sees_the_project() -> None:
    """An empty list of modules would pass every test above."""
    assert {"queue_server.domain.decide", "queue_server.hub", "ticket_printer.agent"} <= set(modules())
    assert all((ROOT / path_of(module)).is_file() for module in modules())
    assert "queue_server.domain.calling.next_ticket" in dict(functions("queue_server.domain.calling"))
    assert "queue_server.hub.Hub.run" in dict(functions("queue_server.hub"))
    assert "asyncio" in set(imports("queue_server.hub"))


def _handlers(module: str) -> list[ast.ExceptHandler]:
    return [node for node in ast.walk(modules()[module]) if isinstance(node, ast.ExceptHandler)]


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(isinstance(node, ast.Name) and node.id in BROAD for node in ast.walk(handler.type))


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None
