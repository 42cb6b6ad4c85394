"""P3b: N phones whose views all differ, one movement of their line; and a call to one of them in between.

Movement is told at a pace of once a second by design, so the time from the key to the phones would measure the pace.
Measured is the hub's own busy time (its processor time, for it does nothing else) until the last phone has it; the
floor is the processor time of a loop of `send` of as many bytes. A call is told at once: it is measured from the key
to the called phone, at every phase of that pace.
"""

import random
import time
from collections.abc import Iterator

from benchmarks.figure import Line, Unmeasurable, Workplace, at_most, ratio_at_most
from benchmarks.floors.raw_tcp import view_frame
from benchmarks.floors.send_loop import Sent, send_loop
from benchmarks.hub_process import (
    LIVE,
    PLAIN_KIOSK,
    SERVICE,
    Desk,
    Hub,
    hello,
    request_text,
    running_hub,
)
from benchmarks.load import HttpLoad, SocketLoad
from benchmarks.load_http import Hammer
from benchmarks.samples import median, percentile

PHONES = 5_000
QUICK_PHONES = 500
GOAL, GOAL_CALL_MS = 3.0, 10.0
TOLD_WITHIN_S = 30.0
PHASE_MS = (50, 450)
"""From one measured call to the next, at random (from one seed): the pace of the phones never falls in with it."""


def measure(place: Workplace) -> Iterator[Line]:
    """Movement and call."""
    count = QUICK_PHONES if place.is_quick else PHONES
    calls = 10 if place.is_quick else 60
    ours: list[float] = []
    floors: list[Sent] = []
    with running_hub(place.folder / "hub") as hub, SocketLoad() as crowd:
        place.say(f"{count:,} tickets")
        tickets = _tickets(hub, count)
        desk = Desk(hub)
        place.say(f"{count:,} phones come in")
        opened = crowd.open(hub.port, [hello(view="ticket", ticket=ticket) for ticket in tickets], LIVE)
        hub.settle()
        waiting = {ticket: number for number, ticket in enumerate(tickets)}
        with send_loop(place.folder, view_frame(opened.frame_bytes), count) as floor:
            for turn in range(place.rounds):
                place.say(f"movement, {turn + 1} of {place.rounds}")
                with hub.held():
                    floors.append(floor.tell())
                ours.append(_movement_ms(hub, desk, crowd, waiting))
            language = floor.language
        yield Line(
            "P3b",
            f"one movement of a line to {count:,} phones, the hub's busy time",
            median(ours),
            "ms",
            median(one.cpu_us * count / 1000 for one in floors),
            ratio_at_most(GOAL),
            f"{opened.frame_bytes} B frames, floor in {language}",
        )
        place.say(f"{calls} calls")
        called = _calls_ms(desk, crowd, waiting, calls)
    yield Line("P3b", "a call to one of them, p50", percentile(called, 50), "ms")
    yield Line("P3b", "a call to one of them, p99", percentile(called, 99), "ms", goal=at_most(GOAL_CALL_MS))


def _tickets(hub: Hub, count: int) -> list[str]:
    """The ids of so many tickets that wait in one line."""
    kiosk = hub.token("kiosk", PLAIN_KIOSK)
    request = request_text("POST", "/tickets", kiosk, {"service": SERVICE})
    with HttpLoad() as load:
        order = Hammer(port=hub.port, connections=32, requests=[request], request_count=count, is_told=True)
        places = load.hammer(order).locations
    if len(places) != count:
        raise Unmeasurable(f"{len(places)} of {count} tickets were issued")
    return [place.rpartition("/")[2] for place in places]


def _movement_ms(hub: Hub, desk: Desk, crowd: SocketLoad, waiting: dict[str, int]) -> float:
    """The next one is called; everyone behind moves up by one."""
    crowd.reset()
    before_ns = hub.cpu_ns()
    ticket = desk.call_next().body["ticket"]
    del waiting[ticket["id"]]
    arrived_ns = crowd.collect(ticket["seq"], TOLD_WITHIN_S, list(waiting.values())).arrived_ns
    if not all(arrived_ns):
        raise Unmeasurable(f"{arrived_ns.count(0)} phones were not told")
    return (hub.cpu_ns() - before_ns) / 1e6


def _calls_ms(desk: Desk, crowd: SocketLoad, waiting: dict[str, int], calls: int) -> list[float]:
    """From the key to the called phone."""
    chance = random.Random(1)
    samples: list[float] = []
    for _ in range(calls):
        time.sleep(chance.uniform(*PHASE_MS) / 1000)
        crowd.reset()
        answer = desk.call_next()
        ticket = answer.body["ticket"]
        number = waiting.pop(ticket["id"])
        [arrived_ns] = crowd.collect(ticket["seq"], TOLD_WITHIN_S, [number]).arrived_ns
        if not arrived_ns:
            raise Unmeasurable("the called phone was not told")
        samples.append((arrived_ns - answer.sent_ns) / 1e6)
    return samples
