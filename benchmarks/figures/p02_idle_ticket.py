"""P2: one ticket on an idle hub. The floor is one append and `fdatasync` plus one empty HTTP round trip."""

import time
from collections.abc import Iterator

from benchmarks.figure import Line, Workplace, ratio_at_most
from benchmarks.floors.disk import appender
from benchmarks.floors.server import FloorServer
from benchmarks.hub_process import PLAIN_KIOSK, request_text, running_hub
from benchmarks.load import HttpLoad
from benchmarks.load_http import Hammer
from benchmarks.samples import median

PAUSE_S = 0.004
"""Between two tickets: whoever comes next finds everything idle."""

GOAL = 2.0


def measure(place: Workplace) -> Iterator[Line]:
    """Ours, and the two parts of the floor."""
    rounds = 40 if place.is_quick else 200
    ours: list[float] = []
    syncs: list[float] = []
    trips: list[float] = []
    with (
        running_hub(place.folder / "hub") as hub,
        FloorServer("http_route") as floor,
        HttpLoad() as load,
        appender(place.folder) as disk,
    ):
        kiosk = hub.token("kiosk", PLAIN_KIOSK)
        ticket = [request_text("POST", "/tickets", kiosk, {"service": "ktp-el"})]
        empty = [request_text("GET", "/tickets", kiosk)]
        for turn in range(rounds):
            if turn % 20 == 0:
                place.say(f"{turn} of {rounds}")
            # Three on one connection, the last two counted: the first one pays for connecting.
            for port, requests, into in ((hub.port, ticket, ours), (floor.port, empty, trips)):
                time.sleep(PAUSE_S)
                order = Hammer(port=port, connections=1, requests=requests, request_count=3)
                into.extend(load.hammer(order).latencies_ms[1:])
            time.sleep(PAUSE_S)
            syncs.append(disk.append_us() / 1000)
    sync_ms, trip_ms = median(syncs), median(trips)
    yield Line(
        "P2",
        "a ticket on an idle hub, p50",
        median(ours),
        "ms",
        sync_ms + trip_ms,
        ratio_at_most(GOAL),
        f"floor: fdatasync {sync_ms:.2f} ms + empty round trip {trip_ms:.2f} ms",
    )
