"""Whatever the file holds, reading it ends in a configuration or in a list of mistakes."""

import copy
import tempfile
import tomllib
from contextlib import suppress
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import given

from queue_server.config import ConfigError, config_from, load, report
from queue_server.config.file_shape import FileRow
from queue_server.config.rows import key_paths
from tests.config.cases import SMALL

KEYS = sorted({part for path in key_paths(FileRow) for part in path.split(".")})
FOLDER = Path(__file__).parent

leaves = (
    st.text(max_size=70)
    | st.sampled_from(["a", "ktp", "08:00-12:00", "id", "A", "Asia/Jakarta", "none", "{out}"])
    | st.integers()
    | st.booleans()
    | st.floats()
    | st.dates()
    | st.datetimes()
    | st.times()
)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=10), inner, max_size=6)
    ),
    max_leaves=25,
)
"""Values as TOML can hold them, under keys that the configuration knows and others."""

tables = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=10), trees, max_size=6)


@given(tree=tables)
def test_any_tree_of_values_is_read_or_refused(tree: dict[str, object]) -> None:
    """Rubbish in never crashes."""
    assert is_read_or_refused(tree)


@given(data=st.data())
def test_a_good_tree_with_one_wrong_branch_is_read_or_refused(data: st.DataObject) -> None:
    """Deeper than random trees reach: any one value of a good hall is replaced by any other."""
    tree: dict[str, object] = copy.deepcopy(tomllib.loads(SMALL))
    place = data.draw(st.sampled_from(places(tree)))

    assert is_read_or_refused(replaced(tree, place, data.draw(trees)))


@given(raw=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """The file itself may be anything."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config.toml"
        file.write_bytes(raw)
        with suppress(ConfigError):
            load(file, env={})


@given(store=st.text(), limits=st.text())
def test_any_environment_is_read_or_refused(store: str, limits: str) -> None:
    """Variables come from outside too."""
    env = {"ANTREAN_STORE_URL": store, "ANTREAN_LIMITS": limits}

    assert is_read_or_refused(tomllib.loads(SMALL), env=env)


def test_a_name_of_the_file_cannot_break_the_report_into_lines() -> None:
    """A schedule's name that is a line break is repeated where services ask for another. (Found by the test above.)"""
    tree = tomllib.loads(SMALL)
    tree["hall"][0]["hours"] = {"\x85": ""}

    assert is_read_or_refused(tree)


def test_the_replacing_of_branches_reaches_the_leaves() -> None:
    """Else the second test above would show little."""
    assert ("hall", 0, "counters", 0, "services", 1) in places(tomllib.loads(SMALL))


Step = str | int


def is_read_or_refused(tree: dict[str, object], env: dict[str, str] | None = None) -> bool:
    """True, or an exception that is not a ConfigError; a refusal can be printed, one line per mistake."""
    try:
        config = config_from(tree, folder=FOLDER, env=env or {})
    except ConfigError as error:
        return len(error.mistakes) + 1 == len(report(error).splitlines())
    return len(config.halls) == 1


def places(node: object, start: tuple[Step, ...] = ()) -> list[tuple[Step, ...]]:
    """The way to each value below this one."""
    steps: list[tuple[Step, object]] = []
    if isinstance(node, dict):
        steps = list(node.items())
    elif isinstance(node, list):
        steps = list(enumerate(node))
    return [place for step, inner in steps for place in ((*start, step), *places(inner, (*start, step)))]


def replaced(node: object, place: tuple[Step, ...], new: object) -> dict[str, object]:
    """The tree with another value at one place."""
    inner: object = node
    for step in place[:-1]:
        inner = inner[step]  # type: ignore[index] # the way was taken from this very tree
    inner[place[-1]] = new  # type: ignore[index] # likewise
    assert isinstance(node, dict)
    return node
