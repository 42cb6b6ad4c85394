"""P1: durable tickets per second over HTTP, 32 at a time, with screens watching.

A ticket is answered when it is on disk. The floor is the same kind of route answering from memory. Every request has
its own idempotency key, as our own clients send it; tickets go round all services of the hall.
"""

from collections.abc import Iterator

from benchmarks.figure import Line, Unmeasurable, Workplace, at_most, ratio_at_least
from benchmarks.floors.server import FloorServer
from benchmarks.hub_process import LIVE, PLAIN_KIOSK, display_hellos, request_text, running_hub, services
from benchmarks.load import HttpLoad, SocketLoad
from benchmarks.load_http import Hammer, Hammered
from benchmarks.samples import median, percentile

AT_ONCE = 32
SCREENS = (100, 1_000)
ZONES = ("a", "b", "c")
GOAL, GOAL_P99_MS = 0.60, 15.0


def measure(place: Workplace) -> Iterator[Line]:
    """Two lines for each number of screens; the goals are for a hundred."""
    with FloorServer("http_route") as floor, HttpLoad() as load:
        for screens in SCREENS[:1] if place.is_quick else SCREENS:
            yield from _with_screens(place, floor, load, screens)


def _with_screens(place: Workplace, floor: FloorServer, load: HttpLoad, screens: int) -> Iterator[Line]:
    ours: list[Hammered] = []
    floors: list[Hammered] = []
    count = 1_000 if place.is_quick else 6_000
    with running_hub(place.folder / f"hub-{screens}") as hub, SocketLoad() as crowd:
        kiosk = hub.token("kiosk", PLAIN_KIOSK)
        requests = [request_text("POST", "/tickets", kiosk, {"service": name}) for name in services(hub)]
        crowd.open(hub.port, display_hellos(hub, screens, ZONES), LIVE)
        load.hammer(_hammer(hub.port, requests, 500))
        load.hammer(_hammer(floor.port, requests, 500))
        for turn in range(place.rounds):
            place.say(f"{screens} screens, {count:,} tickets, {turn + 1} of {place.rounds}")
            floors.append(load.hammer(_hammer(floor.port, requests, count)))
            ours.append(load.hammer(_hammer(hub.port, requests, count)))
    for one in (*ours, *floors):
        if set(one.statuses) != {"201"}:
            raise Unmeasurable(f"answers by status: {one.statuses}")
    is_goal = screens == SCREENS[0]
    yield Line(
        "P1",
        f"durable tickets, {AT_ONCE} at a time, {screens:,} screens",
        median(_per_second(one) for one in ours),
        "/s",
        median(_per_second(one) for one in floors),
        ratio_at_least(GOAL) if is_goal else None,
    )
    yield Line(
        "P1",
        "the same, p99 of an answer",
        median(percentile(one.latencies_ms, 99) for one in ours),
        "ms",
        median(percentile(one.latencies_ms, 99) for one in floors),
        at_most(GOAL_P99_MS) if is_goal else None,
    )


def _hammer(port: int, requests: list[str], count: int) -> Hammer:
    return Hammer(port=port, connections=AT_ONCE, requests=requests, request_count=count)


def _per_second(one: Hammered) -> float:
    return len(one.latencies_ms) / one.wall_ms * 1000
