"""P5: memory of the hub per idle socket: its resident set before and after thousands came in at once, divided.

What the kernel holds for a socket is not in it. The floor is a server of raw transports on the same loop.
"""

from collections.abc import Iterator

from benchmarks.children import Child
from benchmarks.figure import Line, Workplace, at_most
from benchmarks.floors.server import FloorServer
from benchmarks.hub_process import LIVE, hello, running_hub
from benchmarks.load import SocketLoad
from benchmarks.samples import median

SOCKETS = 5_000
QUICK_SOCKETS = 1_000
GREETING_BYTES = 100
GOAL_KB = 8.0


def measure(place: Workplace) -> Iterator[Line]:
    """A fresh hub and a fresh floor for each round: what a process once took it keeps."""
    count = QUICK_SOCKETS if place.is_quick else SOCKETS
    ours: list[float] = []
    floors: list[float] = []
    for turn in range(place.rounds):
        place.say(f"{count:,} sockets, {turn + 1} of {place.rounds}")
        with FloorServer("raw_tcp", str(GREETING_BYTES)) as floor:
            floors.append(_kb_per_socket(floor, floor.port, ["hello"] * count, None))
        with running_hub(place.folder / f"hub-{turn}") as hub:
            ours.append(_kb_per_socket(hub, hub.port, [hello(view="hall")] * count, LIVE))
    yield Line(
        "P5",
        f"memory per idle socket, {count:,} of them",
        median(ours),
        "kB",
        median(floors),
        at_most(GOAL_KB),
    )


def _kb_per_socket(server: Child, port: int, hellos: list[str], path: str | None) -> float:
    with SocketLoad() as crowd:
        server.settle()
        before = server.memory_bytes()
        crowd.open(port, hellos, path)
        server.settle()
        return (server.memory_bytes() - before) / len(hellos) / 1000
