"""`make torture`: the whole sizes of all fault tests, in parts where asked, with a bar, a seed and a report.

Which files it runs is read from the tests themselves: whatever names a promise by the mark `promise`, and whatever asks
whether the run is whole, whether by itself or for what it may take (`tests.pace.allowed`).
"""

import os
import re
import secrets
import sys
from pathlib import Path

import click
import pytest

from tests.torture.figures import BAR_NAME
from tests.torture.promises import PROMISES

ROOT = Path(__file__).parents[2]

ASKS = re.compile(r"\bANTREAN_TORTURE\b|\bIS_WHOLE\b|\bmark\.promise\(|\ballowed\([A-Z0-9]")
"""What a file says that belongs here."""

TEST_SECONDS_MAX = 3_600
SEED_BITS = 31


def asking_files(folder: Path) -> list[Path]:
    """Every file of tests that has a whole size or names a promise, in the order of their names."""
    found = (path for path in folder.rglob("test_*.py") if path.parent != Path(__file__).parent)
    return sorted(path for path in found if ASKS.search(path.read_text(encoding="utf-8")))


@click.command()
@click.option("--only", default="", help="Names of promises, as R1 R3. All where none is given.")
@click.option("--seed", default="", help="Of a run that shall be played again. Drawn where none is given.")
@click.option(
    "--report", default="", help="Where to write what was shown. torture.md where nothing is given."
)
@click.option("--small", is_flag=True, help="The sizes of make test, to try a part out.")
def main(only: str, seed: str, report: str, small: bool) -> None:
    """Runs what is asked for and ends with pytest's exit code."""
    unknown = set(only.replace(",", " ").split()) - set(PROMISES)
    if unknown:
        raise click.UsageError(f"no promise: {' '.join(sorted(unknown))}; there are {' '.join(PROMISES)}")
    os.environ.pop("ANTREAN_TORTURE", None)
    if not small:
        os.environ["ANTREAN_TORTURE"] = "1"
    # Only now: it draws pytest's plugins in, some of which look at the environment.
    from tests.torture.bar import RunBar  # noqa: PLC0415 -- as said

    number = int(seed) if seed else secrets.randbits(SEED_BITS)
    path = Path(report or "torture.md").resolve()
    click.echo(f"seed {number}; report {path.name}; again with: make torture SEED={number}", err=True)
    bar = RunBar()
    try:
        code = pytest.main(_arguments(only, number, path), plugins=[_Named(bar, BAR_NAME)])
    finally:
        bar.close()
    sys.exit(code)


def _arguments(only: str, seed: int, path: Path) -> list[str]:
    return [
        "-q",
        "--no-header",
        "--figures",
        f"--only={only}",
        f"--seed={seed}",
        f"--report={path}",
        f"--timeout={TEST_SECONDS_MAX}",
        "--override-ini=faulthandler_timeout=0",
        *(str(file.relative_to(ROOT)) for file in asking_files(ROOT / "tests")),
    ]


class _Named:
    """Registers a plugin under a name by which others find it."""

    def __init__(self, plugin: object, name: str) -> None:
        self._plugin = plugin
        self._name = name

    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(self._plugin, self._name)


if __name__ == "__main__":
    main()
