"""An external program that speaks, and one that does not."""

import asyncio
import sys
from pathlib import Path

import pytest

from queue_server.speech.command import Command
from queue_server.speech.phrases import Segment
from tests.pace import PATIENCE_S

SENTENCE = Segment("id", "Nomor antrean, A, nol nol tujuh.")
COPIES_TEXT = f"{sys.executable} -c 'import sys; open(sys.argv[1], \"w\").write(sys.argv[2] + sys.stdin.read())' {{out}} {{language}}"


async def test_the_text_comes_on_standard_input_and_the_file_where_it_is_told(tmp_path: Path) -> None:
    """`{out}` and `{language}` are filled in, without a shell."""
    command = Command(COPIES_TEXT)
    out = tmp_path / "a file; rm -rf.wav"

    said = await command.is_said(SENTENCE, out)

    assert said, command.reason
    assert out.read_text() == f"id{SENTENCE.text}\n"
    assert command.reason == ""


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("/nonexistent/piper {out}", "cannot be started"),
        ("false {out}", "ended with code 1"),
    ],
)
async def test_a_program_that_fails_is_a_reason_and_rests(line: str, reason: str, tmp_path: Path) -> None:
    """It is not asked again for a while; the synthesiser speaks meanwhile."""
    command = Command(line)

    assert not await command.is_said(SENTENCE, tmp_path / "out.wav")
    assert reason in command.reason
    assert not command.is_usable


async def test_a_program_that_hangs_is_ended_at_the_deadline_with_its_children(tmp_path: Path) -> None:
    """The whole group goes: a script that waits for its child would leave the child behind."""
    command = Command(f"sh -c 'sleep 3600 & echo $! > {tmp_path}/child; wait' {{out}}", deadline_ms=1_500)

    said = await command.is_said(SENTENCE, tmp_path / "out.wav")
    child = Path("/proc") / (tmp_path / "child").read_text().strip()
    async with asyncio.timeout(PATIENCE_S):
        # Nobody tells us when a process that is not our child ends. A zombie has ended.
        while _is_running(child):  # noqa: ASYNC110 -- there is no event to wait for
            await asyncio.sleep(0.01)

    assert not said
    assert command.reason == "the speech command hung for 1500 ms and was ended"


@pytest.mark.parametrize(
    ("line", "reason"), [("piper 'x {out}", "cannot be read"), ("piper", "has no {out}")]
)
async def test_a_command_line_with_a_mistake_is_never_run(line: str, reason: str) -> None:
    """And says why."""
    command = Command(line)

    assert not command.is_usable
    assert reason in command.reason


async def test_a_program_that_rested_is_asked_again(tmp_path: Path) -> None:
    """A fault that passes is forgotten."""
    command = Command(COPIES_TEXT, rest_ms=0)
    command.fail("it was ill")

    assert command.is_usable
    assert await command.is_said(SENTENCE, tmp_path / "out.wav")
    assert command.reason == ""


def _is_running(process: Path) -> bool:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
