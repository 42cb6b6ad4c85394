"""The file, its description and the reader know the same keys."""

import re
import tomllib
from pathlib import Path

import msgspec

from queue_server.config.file_shape import FileRow, LimitsRow, RulesRow, ServerRow
from queue_server.config.rows import key_paths
from queue_server.domain.hall import Rules

ROOT = Path(__file__).parents[2]
DESCRIPTION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "config.toml").read_text(encoding="utf-8")


def test_every_key_is_described() -> None:
    """Each has a row of its own in a table of docs/configuration.md, under its full path."""
    described = re.findall(r"^\| `([a-z]+\.[A-Za-z_.]+)` \|", DESCRIPTION, flags=re.MULTILINE)

    assert set(key_paths(FileRow)) - tables() == set(described)
    assert len(set(described)) == len(described)


def test_every_table_and_list_has_a_heading() -> None:
    """So that it is found by the words of the file."""
    headings = re.findall(r"^#+ `\[+([A-Za-z.]+)\]+`", DESCRIPTION, flags=re.MULTILINE)

    assert {path for path in tables() if path != "hall.hours"} | {"hall.hours.NAME"} == set(headings)


def test_the_defaults_described_are_those_that_hold() -> None:
    """An administrator who leaves a line out gets what the description says."""
    rows: dict[str, dict[str, object]] = {
        table: msgspec.json.decode(msgspec.json.encode(row))
        for table, row in {"server": ServerRow(), "limits": LimitsRow(), "hall.rules": RulesRow()}.items()
    }
    described = re.findall(r"^\| `([a-z_.]+)` \|[^|]*\| `([^|`]+)` \|", DESCRIPTION, flags=re.MULTILINE)
    for path, default in described:
        table, _, key = path.rpartition(".")
        if table in rows and key != "day_starts":
            assert rows[table][key] == tomllib.loads(f"x = {default}")["x"], path

    assert len([path for path, _ in described if path.rpartition(".")[0] in rows]) >= 16


def test_the_files_rules_are_the_domains_rules() -> None:
    """A rule that decisions turn on can be set, under the same word with the file's unit."""
    words = {
        path.removeprefix("hall.rules.") for path in key_paths(FileRow) if path.startswith("hall.rules.")
    }

    assert {re.sub("_ms$", "_s", re.sub("_minute$", "", name)) for name in Rules.__struct_fields__} == words


def test_the_example_shows_every_key() -> None:
    """Set or in a comment, so that an administrator needs nothing else at first."""
    words = {path.rpartition(".")[2] for path in key_paths(FileRow)} - {"sun"}

    assert set() == {word for word in words if not re.search(rf"\b{word}\b", EXAMPLE)}


def tables() -> set[str]:
    """The paths that lead to further keys and hold nothing themselves."""
    paths = set(key_paths(FileRow))
    return {path for path in paths if any(other.startswith(f"{path}.") for other in paths)}
