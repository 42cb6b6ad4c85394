"""Whoever follows a link of a page arrives."""

from pathlib import Path

import pytest

from tests.documentation.markdown import ROOT, anchors, documents, links

OUTSIDE = ("http://", "https://", "mailto:")


@pytest.mark.parametrize("page", documents(), ids=str)
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page: Path) -> None:
    """Relative ones: a page is read in a checkout, on a machine without the internet."""
    assert [] == [target for target in links(page) if not _arrives(page, target)]


def test_the_walk_over_the_pages_sees_them() -> None:
    """An empty list would pass the test above."""
    assert {Path("README.md"), Path("docs/running.md"), Path("sounds/README.md")} <= set(documents())
    assert "docs/running.md" in set(links("README.md"))
    assert not _arrives(Path("README.md"), "docs/nowhere.md")
    assert not _arrives(Path("README.md"), "docs/running.md#nowhere")


def _arrives(page: Path, target: str) -> bool:
    if target.startswith(OUTSIDE):
        return True
    name, _, anchor = target.partition("#")
    file = (ROOT / page).parent / name if name else ROOT / page
    if not file.exists():
        return False
    return not anchor or (file.suffix == ".md" and anchor in anchors(file.relative_to(ROOT)))
