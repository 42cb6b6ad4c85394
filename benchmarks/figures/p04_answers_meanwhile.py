"""P4: how long a command waits for its answer while thousands of sockets are being told, p99.

The commands are tickets, and each moves the hall's view, so whoever watches it is told without a break (the hub's own
pace is ten times a second). Beside it the same on a hub that nobody watches; the watched one is held meanwhile.
"""

from collections.abc import Iterator

from benchmarks.figure import Line, Unmeasurable, Workplace, at_most
from benchmarks.hub_process import LIVE, PLAIN_KIOSK, Hub, hello, request_text, running_hub
from benchmarks.load import HttpLoad, SocketLoad
from benchmarks.load_http import Hammer
from benchmarks.samples import median, percentile

SOCKETS = 5_000
QUICK_SOCKETS = 500
GOALS_MS = {1: 5.0, 32: 15.0}
"""Commands at a time to p99."""

LENGTH_MS = 2_000


def measure(place: Workplace) -> Iterator[Line]:
    """One line for one command at a time, one for thirty-two."""
    count = QUICK_SOCKETS if place.is_quick else SOCKETS
    with (
        running_hub(place.folder / "watched") as watched,
        running_hub(place.folder / "alone") as alone,
        SocketLoad() as crowd,
        HttpLoad() as load,
    ):
        requests = {hub: _requests(hub) for hub in (watched, alone)}
        place.say(f"{count:,} sockets come in")
        crowd.open(watched.port, [hello(view="hall")] * count, LIVE)
        watched.settle()
        for at_once, goal_ms in GOALS_MS.items():
            ours: list[float] = []
            floors: list[float] = []
            told: list[float] = []
            for turn in range(place.rounds):
                place.say(f"{at_once} at a time, {turn + 1} of {place.rounds}")
                with watched.held():
                    floors.append(_p99_ms(load, alone, requests[alone], at_once))
                crowd.reset()
                ours.append(_p99_ms(load, watched, requests[watched], at_once))
                told.append(crowd.collect(0, 0.0, []).frame_count / count / (LENGTH_MS / 1000))
                watched.settle()
            yield Line(
                "P4",
                f"a command's answer while {count:,} sockets are told, {at_once} at a time, p99",
                median(ours),
                "ms",
                median(floors),
                at_most(goal_ms),
                f"each told {median(told):.1f} times a second",
            )


def _requests(hub: Hub) -> list[str]:
    kiosk = hub.token("kiosk", PLAIN_KIOSK)
    return [request_text("POST", "/tickets", kiosk, {"service": "ktp-el"})]


def _p99_ms(load: HttpLoad, hub: Hub, requests: list[str], at_once: int) -> float:
    order = Hammer(port=hub.port, connections=at_once, requests=requests, length_ms=LENGTH_MS)
    hammered = load.hammer(order)
    if set(hammered.statuses) != {"201"}:
        raise Unmeasurable(f"answers by status: {hammered.statuses}")
    return percentile(hammered.latencies_ms, 99)
