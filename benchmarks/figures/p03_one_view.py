"""P3: one changed view to N sockets, until the last one has it; and the hub's processor time per socket.

The change is an officer's call, so that the hub's wall time holds the HTTP request, the decision and the commit as
well. The floor sends the very bytes that the hub sent, in a loop of `send` in C. The hub is held (SIGSTOP) while the
floor runs, so that beats to its thousands of sockets do not disturb it.
"""

from collections.abc import Iterator

from benchmarks.figure import Line, Unmeasurable, Workplace, ratio_at_most
from benchmarks.floors.raw_tcp import view_frame
from benchmarks.floors.send_loop import Sent, send_loop
from benchmarks.hub_process import LIVE, Desk, Hub, display_hellos, running_hub
from benchmarks.load import SocketLoad
from benchmarks.samples import median

SOCKETS = (1_000, 5_000, 10_000)
WITH_GOAL = frozenset({5_000, 10_000})
WALL_GOAL, CPU_GOAL = 1.5, 1.3
TOLD_WITHIN_S = 30.0
WARMING_CALLS = 12
"""The view holds the last ten calls: from here on it keeps its length."""


def measure(place: Workplace) -> Iterator[Line]:
    """Two lines for each number of sockets."""
    for count in SOCKETS[:1] if place.is_quick else SOCKETS:
        yield from _with_sockets(place, count)


def _with_sockets(place: Workplace, count: int) -> Iterator[Line]:
    ours: list[Sent] = []
    floors: list[Sent] = []
    with running_hub(place.folder / f"hub-{count}") as hub, SocketLoad() as crowd:
        desk = Desk(hub)
        desk.take(WARMING_CALLS + place.rounds + 1)
        for _ in range(WARMING_CALLS):
            desk.call_next()
        place.say(f"{count:,} sockets come in")
        opened = crowd.open(hub.port, display_hellos(hub, count), LIVE)
        hub.settle()
        with send_loop(place.folder, view_frame(opened.frame_bytes), count) as floor:
            for turn in range(place.rounds):
                place.say(f"{count:,} sockets, {turn + 1} of {place.rounds}")
                with hub.held():
                    floors.append(floor.tell())
                ours.append(called(hub, desk, crowd, count))
            language = floor.language
    note = f"{opened.frame_bytes / 1000:.0f} kB frames, floor in {language}"
    has_goal = count in WITH_GOAL
    yield Line(
        "P3",
        f"one view to {count:,} sockets, the last one served",
        median(one.wall_ms for one in ours),
        "ms",
        median(one.wall_ms for one in floors),
        ratio_at_most(WALL_GOAL) if has_goal else None,
        note,
    )
    yield Line(
        "P3",
        f"the same to {count:,}, processor time per socket",
        median(one.cpu_us for one in ours),
        "µs",
        median(one.cpu_us for one in floors),
        ratio_at_most(CPU_GOAL) if has_goal else None,
    )


def called(hub: Hub, desk: Desk, crowd: SocketLoad, count: int) -> Sent:
    """One call, from the officer's key until everyone has it."""
    crowd.reset()
    before_ns = hub.cpu_ns()
    answer = desk.call_next()
    arrived_ns = crowd.collect(answer.body["ticket"]["seq"], TOLD_WITHIN_S).arrived_ns
    if not all(arrived_ns):
        raise Unmeasurable(f"{arrived_ns.count(0)} of {count} sockets were not told")
    cpu_us = (hub.cpu_ns() - before_ns) / 1e3 / count
    return Sent((max(arrived_ns) - answer.sent_ns) / 1e6, cpu_us)
