"""Frozen screens harm nobody (promise R9): a crowd that is stopped, beside one that reads, at a hub that works.

The frozen crowd is a process under SIGSTOP: its kernel still answers, its programs take nothing, as a screen whose
graphics hang. The reading crowd is the control: it stays for as long as the frozen one is given. A second control
shows at a bare socket that the kernel's deadline is what frees a place, and that without it nothing would.
"""

import asyncio
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from queue_server.server import SEND_BUFFER_BYTES, UNACKNOWLEDGED_MS_MAX, listening_socket
from tests.end_to_end.hubs import API, ROOT, RunningHub, running_hub
from tests.pace import allowed
from tests.torture.figures import Report

FROZEN_COUNT = 50
READING_COUNT = 10

FREED_WITHIN_S = 15.0
"""Source: promise R9. From the stop of the crowd, at a hall that changes several times a second."""

STOPS_WITHIN_S = 5.0

MEMORY_MORE_MAX_KB = 10 * 1024

SLOWER_MAX_RATIO = 2.0
"""Median answer beside the frozen crowd to the one before; more is not the noise of a busy machine."""

SLOWER_MAX_MS = 10.0
"""Below this much more nobody calls it slower, whatever the ratio."""

STEADY_S = 3.0
"""How long answers are measured before anybody is frozen."""

TICKET_EVERY_S = 0.1
"""As often as the hall's view is told."""


@contextmanager
def crowd(hub: RunningHub, count: int) -> Iterator[subprocess.Popen[str]]:
    """A process with so many live sockets; stopped or not, it is ended with the block."""
    process = subprocess.Popen(
        (sys.executable, "-m", "tests.faults.bare_sockets", str(hub.port), str(count)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert "ready\n" == process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.promise("R9")
def test_fifty_frozen_screens_are_let_go_and_nobody_else_notices(tmp_path: Path, report: Report) -> None:
    """Freed in 15 s, answers as before, 10 MB more at most, and SIGTERM with new frozen ones ends with 0 in 5 s."""
    with (
        running_hub(tmp_path, "--always-open", env={"ANTREAN_LIMITS": "off"}) as hub,
        crowd(hub, READING_COUNT),
    ):
        with crowd(hub, FROZEN_COUNT) as frozen:
            token = hub.token("kiosk", "kiosk-1")
            before, after, freed_s, memory_kb = asyncio.run(_beside(hub, token, frozen))
            stayed_count = asyncio.run(_open_count(hub))
        report.figure(
            "R9",
            frozen=FROZEN_COUNT,
            freed_s=freed_s,
            answers_before_ms=before,
            answers_beside_ms=after,
            memory_kb=memory_kb,
        )

        assert freed_s <= allowed(FREED_WITHIN_S)
        assert after <= max(before * SLOWER_MAX_RATIO, before + SLOWER_MAX_MS)
        assert memory_kb <= MEMORY_MORE_MAX_KB
        assert READING_COUNT == stayed_count, "whoever reads stays"
        with crowd(hub, FROZEN_COUNT) as again:
            again.send_signal(signal.SIGSTOP)
            began_s = time.monotonic()
            hub.process.terminate()
            code = hub.process.wait(timeout=60)
            stopped_s = time.monotonic() - began_s

    report.figure("R9", stopped_s=stopped_s)
    assert 0 == code
    assert stopped_s <= allowed(STOPS_WITHIN_S)


@pytest.mark.promise("R9", control=True)
def test_without_the_kernels_deadline_a_frozen_peer_would_stay() -> None:
    """Two listeners, one peer at each that never reads: ours lets its peer go, one without the setting keeps it."""
    plain = socket.create_server(("127.0.0.1", 0))
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    with listening_socket("127.0.0.1", 0) as ours, plain:
        ours.setblocking(True)  # noqa: FBT003 -- the standard library's own signature
        with _frozen_peer(ours) as kept_short, _frozen_peer(plain) as kept_long:
            kept_short.settimeout(FREED_WITHIN_S)
            ours_ended = _is_ended(kept_short)
            kept_long.settimeout(0.1)
            plain_ended = _is_ended(kept_long)

    assert (True, False) == (ours_ended, plain_ended), f"the deadline is {UNACKNOWLEDGED_MS_MAX} ms"


async def _beside(
    hub: RunningHub, token: str, frozen: subprocess.Popen[str]
) -> tuple[float, float, float, int]:
    """Median answer before and beside the frozen crowd, ms; when it was gone, s; the most memory it cost, kB."""
    async with httpx2.AsyncClient(base_url=hub.url, timeout=30, trust_env=False) as client:
        before: list[float] = []
        beside: list[float] = []
        until_s = time.monotonic() + STEADY_S
        while time.monotonic() < until_s:
            before.append(await _ticket_ms(client, token))
        assert FROZEN_COUNT + READING_COUNT == await _sockets(client)
        rest_kb = _resident_kb(hub)
        memory_kb = 0
        frozen.send_signal(signal.SIGSTOP)
        began_s = time.monotonic()
        while (
            time.monotonic() < began_s + 2 * allowed(FREED_WITHIN_S)
            and await _sockets(client) > READING_COUNT
        ):
            beside.append(await _ticket_ms(client, token))
            memory_kb = max(memory_kb, _resident_kb(hub) - rest_kb)
        return (
            statistics.median(before),
            statistics.median(beside),
            time.monotonic() - began_s,
            memory_kb,
        )


async def _ticket_ms(client: httpx2.AsyncClient, token: str) -> float:
    """One ticket, how long its answer took, and a pause after it."""
    began_s = time.monotonic()
    answer = await client.post(
        f"{API}/tickets", json={"service": "ktp-el"}, headers={"Authorization": f"Bearer {token}"}
    )
    took_ms = (time.monotonic() - began_s) * 1_000
    assert 201 == answer.status_code, answer.text
    await asyncio.sleep(TICKET_EVERY_S)
    return took_ms


async def _open_count(hub: RunningHub) -> int:
    async with httpx2.AsyncClient(base_url=hub.url, timeout=30, trust_env=False) as client:
        return await _sockets(client)


async def _sockets(client: httpx2.AsyncClient) -> int:
    """Live sockets open, by the hub's own count."""
    figures = (await client.get("/metrics")).text
    found = re.search(r"^antrean_sockets (\S+)$", figures, re.MULTILINE)
    assert found is not None, figures
    return int(float(found[1]))


def _resident_kb(hub: RunningHub) -> int:
    status = Path(f"/proc/{hub.process.pid}/status").read_text()
    found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None, status
    return int(found[1])


@contextmanager
def _frozen_peer(listener: socket.socket) -> Iterator[socket.socket]:
    """The server's end of a connection whose other end never reads, filled until the kernel takes no more."""
    with socket.create_connection(listener.getsockname()) as _silent:
        end, _ = listener.accept()
        with end:
            end.setblocking(False)  # noqa: FBT003 -- the standard library's own signature
            try:
                while True:
                    end.send(os.urandom(65_536))
            except BlockingIOError:
                pass
            yield end


def _is_ended(end: socket.socket) -> bool:
    """Whether the kernel gives the peer up within the socket's timeout: reading wakes with an error then."""
    try:
        end.recv(1)
    except (BlockingIOError, TimeoutError) as error:
        return getattr(error, "errno", None) is not None and not isinstance(error, BlockingIOError)
    except OSError:
        return True
    return True
