"""`make bench` end to end, with the figures that take least: a pure one, and one that starts a real hub and a crowd."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
WITHIN_S = 180


def test_a_quick_run_measures_and_reports(tmp_path: Path) -> None:
    """Each figure has its lines, what was left out is said, the report holds the machine, nothing stays behind."""
    report = tmp_path / "report.md"

    done = _run("--quick", "--only", "P9,P7", "--report", str(report), "--folder", str(tmp_path))

    assert 0 == done.returncode, done.stdout + done.stderr
    rows = [line.split(" | ") for line in report.read_text().splitlines() if line.startswith("| P")]
    assert ["| P7", "| P9", "| P9"] == [row[0] for row in rows]
    assert "views built for one call that 100 screens show" == rows[2][1]
    assert ["1", "met |"] == [rows[2][2], rows[2][6]]
    assert "Processor: " in report.read_text()
    assert "P10 (PostgreSQL) is left out" in done.stdout
    assert [report] == list(tmp_path.iterdir())


def test_an_unknown_figure_is_refused_with_those_that_are_known() -> None:
    """A misspelt name must not look like a run in which nothing was missed."""
    done = _run("--only", "P99")

    assert 2 == done.returncode
    assert "p99" in done.stderr
    assert "P13" in done.stderr


def _run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN_S,
    )
