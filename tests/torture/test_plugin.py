"""The plugin in a run of its own, as `make test` and `make torture` have it, and the files that a whole run takes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.torture.__main__ import ROOT, asking_files

WITHIN_S = 60

TESTS = """
import pytest
import tests.torture.whole as whole

@pytest.mark.promise("R1")
def test_shows(report, run_seed):
    report.step(1, 2)
    report.figure("R1", cuts=2_000, lost=0, seed=run_seed)

@pytest.mark.promise("R1", control=True)
def test_control(report):
    report.figure("R1", lost=3)

@pytest.mark.promise("R2")
def test_is_missing(report):
    pytest.skip("R2 WAS NOT CHECKED: no tool")

@pytest.mark.promise("R3")
def test_fails(report):
    report.figure("R3", lost=1)
    assert whole.IS_WHOLE

def test_names_no_promise():
    pass
"""


def _run(folder: Path, text: str, *options: str, env: dict[str, str] | None = None) -> str:
    """What pytest says of these tests, run outside of this tree with the plugin alone."""
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = promise\n", encoding="utf-8")
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-rs",
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.torture.plugin",
        *options,
    ]
    whole = {
        name: value for name, value in os.environ.items() if name not in {"ANTREAN_TORTURE", "PYTEST_ADDOPTS"}
    }
    run = subprocess.run(
        [*command, "-n", "0", "-c", str(folder / "pytest.ini"), str(folder)],
        cwd=ROOT,
        env={**whole, **(env or {})},
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    return run.stdout + run.stderr


def test_a_run_leaves_a_report_with_every_figure(tmp_path: Path) -> None:
    """Of failed tests too, since a figure is recorded before it is judged."""
    report = tmp_path / "torture.md"
    said = _run(tmp_path, TESTS, f"--report={report}", "--seed=5", "--figures")
    told = report.read_text(encoding="utf-8")

    assert "1 failed, 2 passed, 1 skipped, 1 deselected" in said
    assert "cuts 2,000, lost 0, seed 5" in said
    assert "# Faults: a run in small" in told
    assert "cuts 2,000, lost 0, seed 5 | passed" in told
    assert "| control | lost 3 | passed" in told
    assert "- R2 WAS NOT CHECKED: no tool:" in told
    assert "lost 1 | failed" in told


def test_whole_sizes_are_for_whole_runs(tmp_path: Path) -> None:
    """The one switch."""
    said = _run(tmp_path, TESTS, env={"ANTREAN_TORTURE": "1"})

    assert "4 passed, 1 skipped" in said


def test_a_part_runs_alone(tmp_path: Path) -> None:
    """`make torture ONLY="R1 R2"`."""
    said = _run(tmp_path, TESTS, "--only=R1, R2")

    assert "2 passed, 1 skipped, 2 deselected" in said


@pytest.mark.parametrize("workers", ["0", "2"])
def test_figures_arrive_from_any_worker(tmp_path: Path, workers: str) -> None:
    """`make test` runs in several processes."""
    said = _run(tmp_path, TESTS, "--figures", "-n", workers)

    assert "R1 test_it.py::test_shows: cuts 2,000, lost 0, seed 20,261" in said.replace(
        f"{tmp_path.name}/", ""
    )


@pytest.mark.parametrize(
    ("text", "options", "why"),
    [
        ('import pytest\n@pytest.mark.promise("R99")\ndef test_it(): pass\n', (), "R99"),
        ('def test_it(report):\n    report.figure("R98", lost=0)\n', (), "'R98' is no promise"),
        ("def test_it(): pass\n", ("--only=R97",), "R97"),
    ],
)
def test_a_promise_that_is_not_in_the_table_is_refused(
    tmp_path: Path, text: str, options: tuple[str, ...], why: str
) -> None:
    """By a mark, by a figure, by the command."""
    said = _run(tmp_path, text, *options)

    assert why in said
    assert " passed" not in said


def test_a_whole_run_takes_every_file_that_asks_for_it() -> None:
    """By the switch or by the mark; and none that does neither."""
    files = {str(path.relative_to(ROOT / "tests")) for path in asking_files(ROOT / "tests")}

    assert {"faults/test_power_cut.py", "end_to_end/test_restart.py", "backup/test_restoring.py"} <= files
    assert {"end_to_end/test_whole_way.py", "pages/test_screen_voice.py"} <= files, (
        "held to the letter there alone"
    )
    assert "domain/test_calls.py" not in files
