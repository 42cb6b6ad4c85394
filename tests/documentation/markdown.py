"""The project's pages of text as data: headings, tables, blocks of code, links."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

SKIPPED = {".git", ".venv", "node_modules", "data", "build", "dist", "htmlcov", "vendor"}
"""Not the project's own: tools, what others wrote, what a run leaves."""

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`]+)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@cache
def documents() -> tuple[Path, ...]:
    """Every page, from the root of the checkout."""
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*.md"))
    return tuple(sorted(path for path in found if not _is_foreign(path)))


@cache
def text_of(page: str | Path) -> str:
    """A page as it stands."""
    return (ROOT / page).read_text(encoding="utf-8")


def prose_of(page: str | Path) -> str:
    """A page without its blocks of code."""
    return _FENCE.sub("", text_of(page))


def blocks(page: str | Path, language: str | None = None) -> list[str]:
    """The blocks of code of a page, in order; of one language where it is named ("" is none)."""
    return [body for kind, body in _FENCE.findall(text_of(page)) if language in {None, kind}]


def section(page: str | Path, heading: str) -> str:
    """What stands under a heading, up to the next one of the same rank or a higher one."""
    text = text_of(page)
    found = re.search(rf"^(#+) {re.escape(heading)}$\n(.*)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"{page} has no heading {heading!r}"
    return re.split(rf"^#{{1,{len(found[1])}}} ", found[2], maxsplit=1, flags=re.MULTILINE)[0]


def rows(page: str | Path, heading: str, first: str) -> list[list[str]]:
    """The rows of the table under a heading whose first column is headed `first`; cells without their spaces."""
    tables = re.findall(r"(?:^\|.*\|$\n?)+", section(page, heading), re.MULTILINE)
    for table in tables:
        head, _rule, *lines = [_cells(line) for line in table.strip().splitlines()]
        if head[0] == first:
            return lines
    raise AssertionError(f"{page} has no table of {first!r} under {heading!r}")


def codes(text: str) -> list[str]:
    """What stands between single back ticks, in order."""
    return _CODE.findall(text)


def anchors(page: str | Path) -> set[str]:
    """What `#…` behind a page's name may be: its headings as the common hosts write them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in _HEADING.findall(prose_of(page))
    }


def links(page: str | Path) -> Iterator[str]:
    """Where a page's links and pictures lead."""
    return (target for target in re.findall(r"\]\(([^)\s]+)\)", prose_of(page)))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _is_foreign(path: Path) -> bool:
    """A hidden folder is a tool's: of pytest, of Hypothesis, of an editor."""
    return any(part in SKIPPED or part.startswith(".") for part in path.parts)
