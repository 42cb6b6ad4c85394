"""What some fault tests need of the machine: `strace`, which stands between the hub and the kernel, and a small disk.

Where one is missing the test is skipped by the name of the promise that was not checked, never passed over in silence.
"""

import functools
import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest

from tests.end_to_end.hubs import API, RunningHub, json_of
from tests.pace import PATIENCE_S
from tests.torture import whole

IS_WHOLE = whole.IS_WHOLE


def missing_strace() -> str | None:
    """What is missing for standing between the hub and the kernel; None: nothing."""
    if shutil.which("strace") is None:
        return "strace is not installed (apt-get install strace)"
    return _trace_trouble()


def need_strace(promise: str) -> None:
    """Skips the test where it cannot be done here."""
    missing = missing_strace()
    if missing is not None:
        pytest.skip(f"{promise} WAS NOT CHECKED: {missing}")


def strace(output: Path, calls: str, *options: str) -> tuple[str, ...]:
    """A command line for `running_hub(under=...)`.

    With -D the tracer is the one that is forked off, so that the process that was started is the hub itself.

    Args:
        output: file for the recording.
        calls: names of system calls, with commas.
    """
    return ("strace", "-D", "-f", "-qq", "-o", str(output), "-e", f"trace={calls}", *options)


@contextmanager
def small_disk(folder: Path, size_bytes: int, promise: str) -> Iterator[None]:
    """A folder with a disk of its own in memory, while the block lasts; skips the test where none can be made."""
    folder.mkdir(mode=0o700)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes},mode=0700", "tmpfs", str(folder)]
    try:
        made = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    except FileNotFoundError:
        pytest.skip(f"{promise} WAS NOT CHECKED: there is no mount")
    if made.returncode != 0:
        pytest.skip(f"{promise} WAS NOT CHECKED: a small disk needs root ({made.stderr.strip()})")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], timeout=PATIENCE_S, check=True)


def filled(path: Path) -> None:
    """Takes every byte that is left on a file's disk."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        for size in (65_536, 4_096, 1):
            with suppress(OSError):
                while os.write(file, bytes(size)) == size:
                    pass
    finally:
        os.close(file)


def asked(hub: RunningHub, token: str, key: str) -> httpx2.Response | None:
    """One ticket asked for; None: no answer came, and whether there is a ticket is not known."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    body = {"service": "ktp-el"}
    try:
        return httpx2.post(f"{hub.url}{API}/tickets", json=body, headers=headers, timeout=PATIENCE_S)
    except httpx2.TransportError:
        return None


def issued(hub: RunningHub) -> list[str]:
    """Every number in the journal, in order, told to a manager."""
    manager = hub.token("manager", name="Kepala")
    numbers: list[str] = []
    after = 0
    for _ in itertools.repeat(None, 1_000):
        page = json_of(hub.call("GET", f"/events?after={after}&limit=1000", manager))["events"]
        if not page:
            break
        numbers += [event["data"]["number"] for event in page if event["type"] == "TicketIssued"]
        after = page[-1]["seq"]
    return numbers


@functools.cache
def _trace_trouble() -> str | None:
    command = ["strace", "-D", "-f", "-o", os.devnull, "true"]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    return None if tried.returncode == 0 else f"strace may not trace here ({tried.stderr.strip()})"
