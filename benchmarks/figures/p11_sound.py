"""P11: from an officer's call until the page holds its first sound: speech cached, zone idle.

A screen's live socket waits for the call's view and then fetches the chime and the first sentence, as the page does.
What the browser takes to begin a sound that it holds is not in it.
"""

import http.client
import time
from collections.abc import Iterator
from typing import Any

import msgspec
from websockets.sync.client import ClientConnection, connect

from benchmarks.figure import Line, Unmeasurable, Workplace, at_most
from benchmarks.hub_process import LIVE, Desk, display_hellos, running_hub
from benchmarks.samples import percentile

GOAL_MS = 300.0
WITHIN_S = 20.0
RENDERED_WITHIN_S = 180.0
"""Two hundred sentences of 12 to 50 ms, on a machine that may do other things."""

PAUSE_S = 0.05


def measure(place: Workplace) -> Iterator[Line]:
    """One line."""
    calls = 10 if place.is_quick else 100
    samples: list[float] = []
    with running_hub(place.folder / "hub", has_voice=True) as hub:
        desk = Desk(hub)
        desk.take(calls)
        sounds = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=WITHIN_S)
        place.say("the voice renders ahead")
        _until_rendered(sounds)
        with connect(f"ws://127.0.0.1:{hub.port}{LIVE}", max_size=None, compression=None) as screen:
            screen.send(display_hellos(hub, 1)[0])
            for turn in range(calls):
                place.say(f"call {turn + 1} of {calls}")
                time.sleep(PAUSE_S)
                answer = desk.call_next()
                view = _view_with(screen, answer.body["ticket"]["number"])
                spoken = next(iter(view["calls"][0]["speech"].values()))
                for address in (view["chime"], spoken["audio"][0]):
                    _fetched(sounds, address)
                samples.append((time.monotonic_ns() - answer.sent_ns) / 1e6)
        sounds.close()
    yield Line(
        "P11", "a call to its chime and first sentence at the page, p50", percentile(samples, 50), "ms"
    )
    yield Line("P11", "the same, p99", percentile(samples, 99), "ms", goal=at_most(GOAL_MS))


def _view_with(screen: ClientConnection, number: str) -> Any:
    """The first view whose newest call is this ticket's."""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        frame = msgspec.json.decode(screen.recv(WITHIN_S))
        if (
            frame["type"] == "view"
            and frame["state"]["calls"]
            and frame["state"]["calls"][0]["number"] == number
        ):
            return frame["state"]
    raise Unmeasurable(f"the screen was not told of {number}")


def _until_rendered(sounds: http.client.HTTPConnection) -> None:
    """Waits until nothing is left to render; a hub without a voice cannot be measured."""
    deadline = time.monotonic() + RENDERED_WITHIN_S
    while time.monotonic() < deadline:
        sounds.request("GET", "/metrics")
        if b"antrean_speech_backlog 0.0" in sounds.getresponse().read():
            return
        time.sleep(0.1)
    raise Unmeasurable("the voice did not finish rendering")


def _fetched(sounds: http.client.HTTPConnection, address: str) -> None:
    sounds.request("GET", address)
    response = sounds.getresponse()
    body = response.read()
    if response.status != 200 or len(body) < 1_000:
        raise Unmeasurable(f"{address}: {response.status}; is there an engine (espeak-ng) on this machine?")
