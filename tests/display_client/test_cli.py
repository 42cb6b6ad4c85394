"""The command line of the hall screen's agent: what it refuses, and with which code it ends."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from display_client.cli import display
from queue_server.cli import main
from tests.display_client.speaking_hub import SpeakingHub
from tests.pace import PATIENCE_S

NOWHERE = "http://127.0.0.1:9"
"""The port for throwing away; nobody listens there."""


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--hub", "hub:8000"], "no hub address"),
        (["--audio", "loud"], "device[:NAME], wav:DIR, none"),
        (["--audio", "wav:/proc/none/wav"], "/proc/none"),
        (["--browser", "no-such-browser"], "no-such-browser"),
        (["--audio", "none"], "nothing to do"),
    ],
    ids=["hub", "audio", "a folder that cannot be", "browser", "neither eyes nor ears"],
)
def test_a_mistake_is_told_in_one_line_and_ends_with_2(options: list[str], told: str) -> None:
    """Nothing was started."""
    given = ["--hub", NOWHERE, "--token", "T", "--browser", "none", *options]
    result = CliRunner().invoke(display, given)

    assert 2 == result.exit_code
    assert told in result.output.splitlines()[-1]


@pytest.mark.parametrize("verb", ["display", "printer"])
def test_both_agents_are_verbs_of_the_one_command(verb: str) -> None:
    """Contract, "Processes"."""
    result = CliRunner().invoke(main, [verb, "--help"])

    assert 0 == result.exit_code
    assert {"--hub", "--token"} <= set(result.output.split())
    assert verb in CliRunner().invoke(main, ["--help"]).output


def test_the_agents_are_imported_only_when_one_is_asked_for() -> None:
    """`antrean serve` needs neither of them, and a screen's machine no library for printers."""
    code = (
        "import sys\nfrom queue_server.cli import main\n"
        "main(['check', '--help'], standalone_mode=False)\n"
        "print([name for name in sys.modules if name.startswith(('display_client', 'ticket_printer'))])\n"
        "main(['display', '--help'], standalone_mode=False)\n"
        "print([name for name in sys.modules if name.startswith(('ticket_printer', 'queue_server.hub'))])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ["[]", "[]"] == [line for line in ran.stdout.splitlines() if line.startswith("[")]


def command(hub_url: str, *options: str) -> list[str]:
    """As it is typed; the token comes from the environment."""
    return [sys.executable, "-m", "queue_server", "display", "--hub", hub_url, "--browser", "none", *options]


@contextmanager
def started(hub_url: str, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The command with a voice into the void."""
    process = subprocess.Popen(
        command(hub_url, *options),
        env={**os.environ, "ANTREAN_TOKEN": "T"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_while_the_hub_is_away_it_ends_with_0(number: signal.Signals, tmp_path: Path) -> None:
    """A hall is switched off in any order."""
    with started(NOWHERE, "--audio", f"wav:{tmp_path}") as process:
        assert process.stderr is not None
        assert "waiting for the hub" in process.stderr.readline()
        process.send_signal(number)

        assert 0 == process.wait(PATIENCE_S)


async def test_a_hub_that_turns_it_away_ends_it_with_1_and_one_line(tmp_path: Path) -> None:
    """The service manager starts it again; whoever reads its log sees why."""
    hub = SpeakingHub()
    hub.closes_with = 4401
    async with hub.running():
        process = await asyncio.create_subprocess_exec(
            *command(hub.address.url, "--hall", "h", "--audio", f"wav:{tmp_path}"),
            env={**os.environ, "ANTREAN_TOKEN": "T"},
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(PATIENCE_S):
            _, said = await process.communicate()

    assert 1 == process.returncode
    assert b"Error: The hub closed the line for good (4401): No valid token or session." == said.strip()
