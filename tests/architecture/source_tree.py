"""The project's modules as syntax trees, read once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("queue_server", "display_client", "ticket_printer")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the three packages by its dotted name; a package goes under its own."""
    found = {}
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            found[_name(file)] = ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
    return found


def path_of(module: str) -> Path:
    """The file of a module, from the root of the checkout."""
    plain = Path(*module.split("."))
    return plain / "__init__.py" if (ROOT / plain).is_dir() else plain.with_suffix(".py")


def line_count(module: str) -> int:
    """How long a module is."""
    return len((ROOT / path_of(module)).read_text(encoding="utf-8").splitlines())


def own_imports(module: str) -> set[str]:
    """The modules of ours that a module names, also inside functions and for types alone."""
    return {_nearest(name) for name in imports(module) if name.partition(".")[0] in PACKAGES}


def imports(module: str) -> Iterator[str]:
    """Every dotted name that a module imports; a relative import begins with a dot."""
    for node in ast.walk(modules()[module]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module}.{alias.name}" for alias in node.names)


def functions(module: str) -> Iterator[tuple[str, Function]]:
    """Every function and method with its qualified name."""
    yield from _functions(modules()[module], module)


def body_line_count(function: Function) -> int:
    """Lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body and body[-1].end_lineno else 0


def _functions(node: ast.AST, name: str) -> Iterator[tuple[str, Function]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name}.{child.name}", child
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _functions(child, f"{name}.{child.name}")
        else:
            yield from _functions(child, name)


def _nearest(name: str) -> str:
    """The module that an imported name lies in; one that does not exist yet stays as it is written."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        candidate = ".".join(parts[:end])
        if candidate in modules():
            return candidate
    return name


def _name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
