"""Rubbish on the live socket harms nobody (promise S1): a real hub under fuzzed frames, beside honest clients.

The honest ones are a kiosk that takes tickets over its socket and a screen that must see every one of them. All that the
rubbish is answered is read by the rules; every connection must end, a talker's with the code that its last frame asks for.
"""

import asyncio
import contextlib
import itertools
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect

from queue_server.wire.close_codes import CloseCode
from tests.end_to_end.hubs import API, RunningHub, running_hub
from tests.faults.raw_frames import Heard, Op, RawClient, closing
from tests.faults.socket_sessions import LAST_ID, Cast, Session, sessions
from tests.pace import PATIENCE_S
from tests.torture.figures import Report
from tests.torture.whole import IS_WHOLE

FRAME_COUNT = 1_000_000 if IS_WHOLE else 20_000

SENDER_COUNT = 12

WARM_UP_SHARE = 0.2
"""Of the frames: then the hub has loaded and sized all that it ever will."""

MEMORY_MORE_MAX_KB = 24 * 1024
"""From the warm-up to the end; a ticket that a talker really took costs some, a leaked connection 50 kB."""

HONEST_EVERY_S = 0.1

OWN_CODES = frozenset(CloseCode) | {1002, 1007}
"""What the hub may close with by itself; an echo of the client's code besides."""

FRAME_TYPES = frozenset({"view", "beat", "outcome", "bye"})

CONTROL_FRAME_COUNT = 8_000

CONTROL_WITHIN_S = 3.0
"""How long a connection to a broken hub is waited for: it is the missing end that shows."""


class Fault(AssertionError):  # noqa: N818 -- the hub's, found by its judge
    """The hub did what it must not."""


class Tally(NamedTuple):
    """What was sent and heard."""

    counts: Counter[str]
    latest_ms: list[float]
    """How long each honest ticket took from the finger to the screen."""
    memory_kb: int
    handle_more: int
    """Descriptors more than before."""


@pytest.mark.promise("S1")
def test_fuzzed_frames_harm_nobody(tmp_path: Path, run_seed: int, report: Report) -> None:
    """0 crashes, 0 faults, a quiet log, memory flat, every connection ended, honest clients served throughout."""
    with running_hub(tmp_path, "--always-open", env={"ANTREAN_LIMITS": "off"}) as hub:
        tally = asyncio.run(_fuzzed(hub, run_seed, FRAME_COUNT, report))
        mistakes = _mistakes(hub)
    counts = tally.counts
    report.figure(
        "S1",
        seed=run_seed,
        frames=counts["frames"],
        sessions=counts["sessions"],
        answers=counts["answers"],
        honest_tickets=len(tally.latest_ms),
        slowest_honest_ms=max(tally.latest_ms),
        memory_kb=tally.memory_kb,
        handles_more=tally.handle_more,
    )

    assert [] == mistakes
    assert counts["frames"] >= FRAME_COUNT
    assert counts["answers"] > counts["sessions"], "most of it was heard"
    assert tally.latest_ms
    assert 0 >= tally.handle_more
    assert tally.memory_kb <= MEMORY_MORE_MAX_KB


@pytest.mark.promise("S1", control=True)
@pytest.mark.parametrize("variant", ["stock", "deaf", "trusting"])
def test_a_hub_that_is_broken_would_be_found_out(
    variant: str, tmp_path: Path, run_seed: int, report: Report
) -> None:
    """uvicorn's own class, one that passes over wrong frames, and one that takes unmasked ones: the same judge tells."""
    broken = (sys.executable, "-m", "tests.faults.broken_hub", variant)
    found = ""
    with running_hub(tmp_path, "--always-open", env={"ANTREAN_LIMITS": "off"}, under=broken) as hub:
        try:
            asyncio.run(_fuzzed(hub, run_seed, CONTROL_FRAME_COUNT, report, within_s=CONTROL_WITHIN_S))
        except* (Fault, AssertionError, TimeoutError) as faults:
            found = str(faults.exceptions[0])
        found = found or "\n".join(_mistakes(hub))
        hub.kill()

    assert found


async def _fuzzed(
    hub: RunningHub, seed: int, frame_count: int, report: Report, *, within_s: float = PATIENCE_S
) -> Tally:
    """Plays sessions until so many frames were sent, and looks at the hub before and after."""
    tokens = {
        "kiosk": await asyncio.to_thread(hub.token, "kiosk", "kiosk-2"),
        "display": await asyncio.to_thread(hub.token, "display", "screen-b-1"),
        "printer": await asyncio.to_thread(hub.token, "printer", "printer-2"),
    }
    cast = Cast(f"{API}/live", f"127.0.0.1:{hub.port}", tokens, "ktp-el")
    todo = sessions(cast, seed)
    counts: Counter[str] = Counter()
    latest_ms: list[float] = []
    before_kb: list[int] = []
    honest_token = await asyncio.to_thread(hub.token, "kiosk", "kiosk-1")
    async with _socket(hub) as screen, _socket(hub) as kiosk:
        await _say(screen, type="hello", protocol=1, view="hall")
        await _say(kiosk, type="hello", protocol=1, view="kiosk", token=honest_token)
        await _next(screen, "view")
        handles = _handles(hub)
        is_over = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            honest = tasks.create_task(_honest(screen, kiosk, latest_ms, is_over))

            async def sender(n: int) -> None:
                while counts["frames"] < frame_count:
                    session = next(todo)
                    number = counts["sessions"]
                    counts["sessions"] += 1
                    counts["frames"] += len(session.frames)
                    try:
                        answer_count = await _played(hub.port, f"127.0.1.{n + 1}", session, within_s)
                        counts["answers"] += answer_count
                    except (AssertionError, TimeoutError) as error:
                        raise Fault(
                            f"seed {seed}, session {number}: {error!r}, of {session!r:.2000}"
                        ) from error
                    if counts["frames"] >= frame_count * WARM_UP_SHARE and not before_kb:
                        before_kb.append(_resident_kb(hub))
                    report.step(min(counts["frames"], frame_count), frame_count)

            senders = [tasks.create_task(sender(n)) for n in range(SENDER_COUNT)]
            await asyncio.gather(*senders)
            is_over.set()
            await honest
        await _settled(hub, 2)
        return Tally(counts, latest_ms, _resident_kb(hub) - before_kb[0], _handles(hub) - handles)


async def _played(port: int, address: str, session: Session, within_s: float) -> int:
    """Plays one session to its end; how many frames it was answered.

    Raises:
        Fault: an answer that is none, an end that is not the right one, or an answer where none may be.
        TimeoutError: the connection did not end.
    """
    client = await RawClient.connected(port, address)
    try:
        async with asyncio.timeout(within_s):
            await client.write(session.handshake)
            head = await client.head()
            if not head.startswith(b"HTTP/1.1 101 "):
                _judge(
                    session.is_stranger and head.startswith((b"HTTP/1.1 4", b"HTTP/1.1 503")),
                    f"the answer {head!r}",
                )
                client.say_no_more()
                await client.rest()
                return 1
            return await (_talked(client, session) if session.wanted else _babbled(client, session))
    finally:
        client.cut()


async def _talked(client: RawClient, session: Session) -> int:
    """All but the last frame must be borne, and the last must end it with its code."""
    *borne, last = session.frames
    await client.write(b"".join(borne))
    heard: list[Heard] = []
    while not heard or not _is_last_outcome(heard[-1]):
        one = await client.hear()
        _judge(one is not None and one.op is not Op.CLOSE, f"an open connection expected, found {one}")
        assert one is not None
        heard.append(one)
    await client.write(last)
    rest: list[Heard] = []
    while (one := await client.hear()) is not None:
        rest.append(one)
        if one.op is Op.CLOSE:
            client.say_no_more()  # As a client must: the hub waits some seconds for its half of the farewell.
    _judge_frames(heard + rest)
    _judge(bool(rest) and rest[-1].op is Op.CLOSE, "a close frame expected")
    _judge(rest[-1].code in session.wanted, f"one of {session.wanted} expected, found {rest[-1]}")
    return len(heard) + len(rest)


async def _babbled(client: RawClient, session: Session) -> int:
    """Whatever it says, the end of its half must end the connection."""
    for one in session.frames:
        if not await client.write(one):
            break
    await client.write(closing())
    client.say_no_more()
    heard = await client.hear_all()
    _judge_frames(heard)
    return len(heard)


def _judge_frames(heard: list[Heard]) -> None:
    is_closed = False
    for one in heard:
        if one.op is Op.TEXT:
            _judge(not is_closed, "a message after a close frame")
            kind = json.loads(one.payload)["type"]
            _judge(kind in FRAME_TYPES, f"a frame of type {kind!r}")
        elif one.op is Op.CLOSE:
            _judge(not is_closed, "a second close frame")
            is_closed = True  # Pongs may still follow: RFC 6455, 5.5.1, forbids data alone.
            is_echo = one.code is None or 1000 <= one.code <= 4999
            _judge(one.code in OWN_CODES or is_echo, f"the code {one.code}")
        else:
            _judge(one.op is Op.PONG, f"an opcode {one.op}")


def _judge(is_right: bool, what: str) -> None:
    if not is_right:
        raise Fault(what)


def _is_last_outcome(one: Heard) -> bool:
    if one.op is not Op.TEXT or b'"outcome"' not in one.payload:
        return False
    return bool(json.loads(one.payload)["id"] == LAST_ID)


async def _honest(
    screen: ClientConnection, kiosk: ClientConnection, latest_ms: list[float], is_over: asyncio.Event
) -> None:
    """One ticket after the other, each seen by the screen before the next is taken; its numbers never fall."""
    seen = 0
    for n in itertools.count():
        began_s = time.monotonic()
        await _say(kiosk, type="command", id=f"honest-{n}", command="take_ticket", service="ktp-el")
        outcome = await _next(kiosk, "outcome")
        _judge(outcome["accepted"] and outcome["id"] == f"honest-{n}", f"an honest kiosk was told {outcome}")
        while seen < outcome["seq"]:
            view = await _next(screen, "view")
            _judge(view["seq"] >= seen, f"{view['seq']} after {seen}")
            seen = view["seq"]
        latest_ms.append((time.monotonic() - began_s) * 1_000)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(is_over.wait(), HONEST_EVERY_S)
        if is_over.is_set():
            return


def _socket(hub: RunningHub) -> connect:
    return connect(f"ws://127.0.0.1:{hub.port}{API}/live", proxy=None, compression=None)


async def _say(socket: ClientConnection, **frame: Any) -> None:
    await socket.send(json.dumps(frame))


async def _next(socket: ClientConnection, kind: str) -> Any:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            frame = json.loads(await socket.recv())
            if frame["type"] == kind:
                return frame


async def _settled(hub: RunningHub, count: int) -> None:
    """Until the hub counts no more sockets than the honest ones'.

    Raises:
        TimeoutError: some stayed.
    """
    async with (
        httpx2.AsyncClient(base_url=hub.url, timeout=30, trust_env=False) as client,
        asyncio.timeout(PATIENCE_S),
    ):
        while True:
            figures = (await client.get("/metrics")).text
            found = re.search(r"^antrean_sockets (\S+)$", figures, re.MULTILINE)
            assert found is not None, figures
            if int(float(found[1])) == count:
                return
            await asyncio.sleep(0.1)


def _handles(hub: RunningHub) -> int:
    return sum(1 for _ in Path(f"/proc/{hub.process.pid}/fd").iterdir())


def _resident_kb(hub: RunningHub) -> int:
    status = Path(f"/proc/{hub.process.pid}/status").read_text()
    found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None, status
    return int(found[1])


def _mistakes(hub: RunningHub) -> list[str]:
    """Lines of the hub's log that tell of its own failures."""
    return [line for line in hub.said().splitlines() if re.search(r"Traceback|Error\b|\berror\b", line)]
