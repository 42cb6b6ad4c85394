"""P6: two thousand clients come back at once, each to its whole view of some 20 kB, until the last one has it.

From the first connect on; a handshake and a hello are part of it for the hub. The floor answers a raw TCP connection's
first bytes with as many.
"""

from collections.abc import Iterator

from benchmarks.figure import Line, Workplace, ratio_at_most
from benchmarks.floors.server import FloorServer
from benchmarks.hub_process import LIVE, hello, running_hub
from benchmarks.load import SocketLoad
from benchmarks.samples import median

CLIENTS = 2_000
QUICK_CLIENTS = 300
GOAL = 3.0


def measure(place: Workplace) -> Iterator[Line]:
    """One line."""
    count = QUICK_CLIENTS if place.is_quick else CLIENTS
    ours: list[float] = []
    floors: list[float] = []
    with running_hub(place.folder / "hub") as hub, SocketLoad() as crowd:
        # The kiosk's view is the longest; an officer may look at it without standing for the device.
        officer = hub.token("officer", name="Petugas")
        hellos = [hello(view="kiosk", kiosk="kiosk-1", token=officer)] * count
        opened = crowd.open(hub.port, hellos[:1], LIVE)
        crowd.close()
        with FloorServer("raw_tcp", str(opened.frame_bytes)) as floor:
            for turn in range(place.rounds):
                place.say(f"{count:,} clients, {turn + 1} of {place.rounds}")
                floors.append(crowd.open(floor.port, ["hello"] * count, None, at_once=count).wall_ms)
                crowd.close()
                floor.settle()
                ours.append(crowd.open(hub.port, hellos, LIVE, at_once=count).wall_ms)
                crowd.close()
                hub.settle()
    yield Line(
        "P6",
        f"{count:,} clients back at once, each with its {opened.frame_bytes / 1000:.0f} kB view",
        median(ours),
        "ms",
        median(floors),
        ratio_at_most(GOAL),
    )
