"""The printer's command line: what an administrator and a service manager meet."""

import signal
import subprocess
import sys
from pathlib import Path

COMMAND = (sys.executable, "-m", "queue_server", "printer", "--hub", "http://127.0.0.1:9", "--token", "t")
"""Port 9 discards, and nothing listens there: the hub of somebody who has not started it yet."""


def test_told_to_stop_while_it_waits_for_the_hub_it_exits_with_0(tmp_path: Path) -> None:
    """An agent is often started before its hub, and stopped by the same service manager."""
    agent = subprocess.Popen(
        [*COMMAND, "--device", f"virtual:{tmp_path}", "--data", str(tmp_path)],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert agent.stderr is not None
    try:
        said = agent.stderr.readline()
        agent.send_signal(signal.SIGTERM)
        code = agent.wait(timeout=20)
    finally:
        agent.kill()
        agent.stderr.close()

    assert said.startswith("waiting for the hub")
    assert 0 == code


def test_a_device_that_is_none_is_a_usage_error_that_names_the_forms(tmp_path: Path) -> None:
    """Exit code 2, and what would have been understood."""
    answer = subprocess.run(
        [*COMMAND, "--device", "telepathy:1", "--data", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert 2 == answer.returncode
    assert "network:HOST:PORT" in answer.stderr
