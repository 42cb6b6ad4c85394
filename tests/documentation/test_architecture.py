"""docs/architecture.md knows every layer and accounts for every package."""

import re
import tomllib

from tests.architecture.test_layers import LAYERS
from tests.documentation.markdown import ROOT, codes, rows

PAGE = "docs/architecture.md"


def test_every_layer_is_described() -> None:
    """A part of the hub that the table of imports knows, under its name without the package's."""
    described = {name for row in rows(PAGE, "Who may import whom", "part") for name in codes(row[0])}
    parts = {part.removeprefix("queue_server.") for part in LAYERS} - {"__main__"}

    assert parts - {"identity.model", "identity.permissions"} == described


def test_every_dependency_is_accounted_for() -> None:
    """Why it is here, what it costs, and the way back; an extra is named with it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {_name(line): "" for line in project["dependencies"]}
    for extra, lines in project["optional-dependencies"].items():
        wanted |= {_name(line): extra for line in lines}
    table = rows(PAGE, "Dependencies", "package")
    described = {codes(row[0])[0]: codes(row[0])[1] if len(codes(row[0])) > 1 else "" for row in table}

    assert wanted == described
    assert [] == [row for row in table if not all(row)]


def test_every_tool_of_a_developer_is_named() -> None:
    """They never reach a hall, so a few words are enough."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    text = (ROOT / PAGE).read_text(encoding="utf-8").partition("For developing alone")[2]

    assert set() == {_name(line) for line in groups["dev"]} - set(codes(text))


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=;~ ]", requirement, maxsplit=1)[0]
