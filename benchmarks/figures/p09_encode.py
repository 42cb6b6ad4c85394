"""P9: encoding a view of some 4 kB, beside the standard library; and how often it is built for a hundred who watch.

The second is asked of a real hub: its own count of views built, before and after one call.
"""

import http.client
import json
import re
import time
from collections.abc import Callable, Iterator

import msgspec

from benchmarks.figure import Line, Unmeasurable, Workplace, at_most
from benchmarks.hub_process import LIVE, Desk, Hub, display_hellos, running_hub
from benchmarks.lived_hall import opened_today
from benchmarks.load import SocketLoad
from benchmarks.samples import median
from queue_server.domain.hall import ZoneId
from queue_server.views.display import display_view
from queue_server.views.presence import Presence

ENCODINGS = 1_000
ROUNDS = 9
SCREENS = 100
TOLD_WITHIN_S = 20.0
_BUILT = re.compile(rb"antrean_views_built\{[^}]*\} ([0-9.e+]+)")


def measure(place: Workplace) -> Iterator[Line]:
    """The time of one encoding, and how many of them one change takes."""
    place.say("encoding")
    view = display_view(opened_today().state, Presence(journal_id="j"), ZoneId("a"))
    encode = msgspec.json.Encoder().encode
    plain = msgspec.to_builtins(view)
    ours: list[float] = []
    standard: list[float] = []
    for _ in range(ROUNDS):
        ours.append(_us(lambda: encode(view)))
        standard.append(_us(lambda: json.dumps(plain)))
    yield Line(
        "P9",
        f"encode a view of {len(encode(view)) / 1000:.1f} kB",
        median(ours),
        "µs",
        median(standard),
        note="floor: the standard library's json",
    )
    yield Line(
        "P9",
        f"views built for one call that {SCREENS} screens show",
        _built_for_one_call(place),
        "",
        goal=at_most(1),
    )


def _us(encode: Callable[[], object]) -> float:
    start_ns = time.process_time_ns()
    for _ in range(ENCODINGS):
        encode()
    return (time.process_time_ns() - start_ns) / 1e3 / ENCODINGS


def _built_for_one_call(place: Workplace) -> float:
    place.say("counting")
    with running_hub(place.folder / "hub") as hub, SocketLoad() as crowd:
        desk = Desk(hub)
        desk.take(2)
        desk.call_next()
        crowd.open(hub.port, display_hellos(hub, SCREENS), LIVE)
        hub.settle()
        before = _built(hub)
        crowd.reset()
        answer = desk.call_next()
        crowd.collect(answer.body["ticket"]["seq"], TOLD_WITHIN_S)
        hub.settle()
        return _built(hub) - before


def _built(hub: Hub) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=TOLD_WITHIN_S)
    connection.request("GET", "/metrics")
    found = _BUILT.search(connection.getresponse().read())
    connection.close()
    if found is None:
        raise Unmeasurable("the hub does not tell how many views it built")
    return float(found[1])
