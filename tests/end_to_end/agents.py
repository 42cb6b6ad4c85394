"""The agents in processes of their own, as they are started in a hall, and the people who make work for them."""

import asyncio
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from websockets.sync.client import connect

from tests.end_to_end.hubs import ANTREAN, HALL, ROOT, RunningHub, json_of
from tests.pace import PATIENCE_S
from tests.ticket_printer.devices.fake_printer import FakePrinter

T = TypeVar("T")


def until(answer: Callable[[], T]) -> T:
    """The first answer that is not empty."""
    ends_s = time.monotonic() + PATIENCE_S
    while not (found := answer()):
        assert time.monotonic() < ends_s, "it did not come about in time"
        time.sleep(0.05)
    return found


def files_in(folder: Path) -> list[Path]:
    """Sounds and pictures, in order; those that are not yet whole have another ending."""
    return sorted(file for file in folder.glob("*") if file.suffix in {".wav", ".png"})


class Agent:
    """A process of ours, and what it has written so far."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    def said(self, event: str) -> int:
        """How often."""
        return self._log.read_text().count(f"event={event}")

    def until_said(self, event: str, times: int = 1) -> None:
        """At least so often."""
        until(lambda: self.said(event) >= times)

    def stop(self) -> None:
        """SIGTERM; it ends with 0."""
        self.process.terminate()
        assert 0 == self.process.wait(PATIENCE_S), self._log.read_text()

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait()


@contextmanager
def agent(
    hub: RunningHub, verb: str, token: str, *options: str, env: dict[str, str] | None = None
) -> Iterator[Agent]:
    """The command, until the block ends; then, unless it has ended already, it must stop with 0."""
    log = hub.data / f"{verb}-{time.monotonic_ns()}.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*ANTREAN, verb, "--hub", hub.url, *options],
            cwd=ROOT,
            stderr=said,
            env={**os.environ, **(env or {}), "ANTREAN_TOKEN": token},
        )
    running = Agent(process, log)
    try:
        yield running
        if process.poll() is None:
            running.stop()
    finally:
        if process.poll() is None:
            running.kill()
        print(log.read_text())


@contextmanager
def network_printer() -> Iterator[FakePrinter]:
    """A network printer on a thread of its own: Playwright's loop leaves no room for another on this one."""
    printer, is_ready, loop = FakePrinter(), threading.Event(), asyncio.new_event_loop()

    async def run() -> None:
        async with printer.running():
            is_ready.set()
            await unplugged.wait()

    unplugged = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), name="printer")
    thread.start()
    assert is_ready.wait(PATIENCE_S)
    try:
        yield printer
    finally:
        loop.call_soon_threadsafe(unplugged.set)
        thread.join(PATIENCE_S)
        loop.close()


def display(
    hub: RunningHub,
    *,
    audio: str,
    browser: str = "none",
    screen: str = "screen-a-1",
    env: dict[str, str] | None = None,
) -> AbstractContextManager[Agent]:
    """`antrean display` for a screen of zone a."""
    options = ("--audio", audio, "--browser", browser, "--data", str(hub.data / screen))
    return agent(hub, "display", hub.token("display", screen), *options, env=env)


class People:
    """A citizen at the first kiosk and an officer at the first counter."""

    def __init__(self, hub: RunningHub) -> None:
        self._hub = hub
        self._kiosk = hub.token("kiosk", "kiosk-1")
        self._officer = hub.token("officer", name="Siti")
        self._manager = hub.token("manager", name="Ani")
        self._in_hand: str | None = None
        json_of(hub.call("POST", "/counters/loket-1/open", self._officer, {}))

    def take(self) -> dict[str, Any]:
        """A ticket."""
        ticket: dict[str, Any] = json_of(
            self._hub.call("POST", "/tickets", self._kiosk, {"service": "ktp-el"})
        )
        return ticket

    def call_next(self) -> dict[str, Any]:
        """A ticket is taken and, whoever else waits having been served, called."""
        self.take()
        return self._press("next")

    def recall(self) -> dict[str, Any]:
        """The one who was called last is called again."""
        return self._press("recall")

    def told_of_voices(self) -> list[str]:
        """Types of the journal's entries about voices, in order."""
        answer = json_of(self._hub.call("GET", "/events?after=0&limit=500", self._manager))
        kinds = ("CallSpeaking", "CallSpoken", "CallDropped")
        return [event["type"] for event in answer["events"] if event["type"] in kinds]

    def board(self) -> dict[str, Any]:
        """What the manager sees."""
        return view(self._hub, {"view": "manager", "token": self._manager})

    def desk(self) -> dict[str, Any]:
        """What the officer sees."""
        return view(self._hub, {"view": "counter", "counter": "loket-1", "token": self._officer})

    def kiosk(self) -> dict[str, Any]:
        """What the kiosk shows."""
        return view(self._hub, {"view": "kiosk", "kiosk": "kiosk-1", "token": self._kiosk})

    def screen(self) -> dict[str, Any]:
        """What the zone's screens are shown."""
        return view(self._hub, {"view": "display", "zone": "a", "token": self._officer})

    def _press(self, key: str) -> dict[str, Any]:
        path = f"/counters/loket-1/{key}"
        answer = json_of(self._hub.call("POST", path, self._officer, {"sees": self._in_hand}))
        ticket: dict[str, Any] = answer["ticket"]
        self._in_hand = ticket["id"]
        return ticket


def view(hub: RunningHub, hello: dict[str, Any]) -> dict[str, Any]:
    """The first view that answers a hello."""
    with connect(f"{hub.url.replace('http', 'ws')}/api/v1/halls/{HALL}/live") as socket:
        socket.send(msgspec.json.encode({"type": "hello", "protocol": 1, **hello}).decode())
        frame = msgspec.json.decode(socket.recv(timeout=PATIENCE_S))
    state: dict[str, Any] = frame["state"]
    return state
