"""The README's map is the tree, its commands are the Makefile's, its pictures are there."""

import re

from PIL import Image

from tests.documentation.markdown import ROOT, blocks, documents, links, section, text_of

NOT_MAPPED = re.compile(r"__\w+__(\.py)?|data|build|dist|htmlcov|\.coverage.*|.*\.egg-info")
"""What Python needs in every folder, and what a run leaves (.gitignore)."""

TOOLS_OWN = {".git", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"}

PICTURE_BYTES_MAX = 200_000


def test_the_map_is_the_trees_top_two_levels() -> None:
    """Who adds a module says in a few words what it is for; who removes one takes it off the map."""
    mapped = _mapped()

    assert sorted(_tree()) == sorted(mapped)


def test_every_entry_of_the_map_says_what_it_is() -> None:
    """A top-level entry without words would be a list of files."""
    tops = [line for line in _map_lines() if not line.startswith(" ")]

    assert [] == [line for line in tops if len(line.split("  ", 1)) < 2 or not line.split("  ", 1)[1].strip()]


def test_every_target_of_the_makefile_is_described() -> None:
    """`make X` stands in the README or in docs/ for each target that a person may call."""
    makefile = text_of("Makefile")
    targets = set(re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[0].split())
    told = {name for page in documents() for name in re.findall(r"\bmake ([a-z]+)\b", text_of(page))}

    assert set() == targets - told


def test_no_page_tells_of_a_target_that_is_not_there() -> None:
    """`make` followed by anything else in code is a promise that the Makefile does not keep."""
    makefile = text_of("Makefile")
    known = set(re.findall(r"^([a-z.$()A-Z_/]+):", makefile, re.MULTILINE)) | {".venv/.installed"}
    told = {
        name
        for page in documents()
        for code in (*blocks(page), *re.findall(r"`([^`\n]+)`", text_of(page)))
        for name in re.findall(r"^(?:sudo )?make ([\w./]+)", code, re.MULTILINE)
    }

    assert set() == told - known


def test_every_picture_is_shown_and_small() -> None:
    """A page of the product without a picture, or one that takes long to load, is a page that nobody sees."""
    folder = ROOT / "docs" / "pictures"
    shown = {
        target.removeprefix("docs/pictures/") for target in links("README.md") if target.endswith(".png")
    }
    taken = {path.name: path.stat().st_size for path in folder.glob("*.png")}

    assert shown == set(taken)
    assert {} == {name: size for name, size in taken.items() if size > PICTURE_BYTES_MAX}
    for name in taken:
        with Image.open(folder / name) as picture:
            assert "P" == picture.mode, name


def _map_lines() -> list[str]:
    [block] = [found for found in blocks("README.md") if "queue_server/" in found and "  " in found]
    assert block in section("README.md", "The tree")
    return block.splitlines()


def _mapped() -> list[str]:
    """Every path that the map names, folders with a slash."""
    paths: list[str] = []
    top = ""
    for line in _map_lines():
        names = re.split(r" {2,}", line.strip(), maxsplit=1)[0].split(" ")
        if line.startswith("  "):
            paths += [top + name for name in names]
        else:
            [top] = names
            paths.append(top)
    return paths


def _tree() -> list[str]:
    """Every path of the top two levels, without what a run leaves."""
    paths = []
    for entry in ROOT.iterdir():
        if entry.name in TOOLS_OWN or NOT_MAPPED.fullmatch(entry.name):
            continue
        paths.append(f"{entry.name}/" if entry.is_dir() else entry.name)
        if entry.is_dir() and entry.name != ".ci":
            inside = (one for one in entry.iterdir() if not NOT_MAPPED.fullmatch(one.name))
            paths += [
                f"{entry.name}/{one.name}/" if one.is_dir() else f"{entry.name}/{one.name}" for one in inside
            ]
    return paths
