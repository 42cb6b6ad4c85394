"""One morning of the small hall, told once and looked at by every view: the golden states are made from it.

After a change that is meant, `python -m tests.views.morning` writes `tests/vectors/views/` anew; the difference is then
read like any other change of what clients see.
"""

from functools import cache
from pathlib import Path

import msgspec

from queue_server.domain import commands as wish
from queue_server.domain.hall import Category, CounterId, PrinterId, ScreenId, ZoneId
from queue_server.domain.model import ActorId, CallNo, JobId, State, TicketId
from queue_server.views.announcer import announcer_view
from queue_server.views.counter import counter_view
from queue_server.views.display import display_view
from queue_server.views.hall import hall_view
from queue_server.views.kiosk import kiosk_view
from queue_server.views.manager import manager_view
from queue_server.views.presence import Device, Presence, Trouble
from queue_server.views.printer import printer_view
from queue_server.views.ticket import ticket_view
from queue_server.wire.shapes import Shape
from tests.views.build import HALL, READY, SECOND_MS, T0, Story

VECTORS = Path(__file__).parents[1] / "vectors" / "views"

PRESENCE = Presence(
    journal_id="journal-1",
    names={ActorId("o1"): "Siti", ActorId("o2"): "Budi"},
    screens={ScreenId("s1"): READY, ScreenId("s3"): Device(status="failed", detail="no page", since_ms=T0)},
    voices={ZoneId("east"): READY, ZoneId("west"): Device(status="sound_blocked", since_ms=T0)},
    kiosks={HALL.kiosks[0].id: READY},
    printers={PrinterId("p1"): Device(status="paper_low", detail="a few tickets", since_ms=T0 + SECOND_MS)},
    shown={CallNo(10): frozenset({ScreenId("s1"), ScreenId("s3")})},
    troubles=(
        Trouble(code="speech_down", subject="", since_ms=T0 + SECOND_MS, detail="The engine is gone."),
    ),
)


def told() -> Story:
    """Eight visits behind it; two in hand, one parked, one missed, six waiting, one of them for one counter only."""
    story = Story()
    story.open("c1", by="o1")
    story.serve("c1", 120_000, 8)
    story.open("c2", by="o2")
    story.open("c3", by="o3")
    story.take("served", "ktp", kiosk="k1", printer="p1")
    story.take("missed", "ktp")
    story.take("parked", "kk", Category.CHILD)
    story.take("called", "ktp", Category.ELDERLY)
    story.take("first", "ktp", Category.DISABLED, kiosk="k1", printer="p1")
    story.take("second", "kk", kiosk="k2")
    story.take("sent", "ktp")
    _print(story, "j1", wish.PrintReport.STARTED, wish.PrintReport.PRINTED)
    _call(story, "c1", "parked", by="o1")
    story.do(wish.ParkTicket(counter=CounterId("c1"), sees=TicketId("parked")), "o1")
    _call(story, "c2", "served", by="o2")
    story.do(wish.StartService(counter=CounterId("c2"), sees=TicketId("served")), "o2")
    _call(story, "c1", "missed", by="o1")
    story.do(wish.MarkNoShow(counter=CounterId("c1"), sees=TicketId("missed")), "o1")
    _call(story, "c1", "sent", by="o1")
    story.do(
        wish.TransferTicket(
            counter=CounterId("c1"),
            sees=TicketId("sent"),
            to_counter=CounterId("c2"),
            place=wish.TransferPlace.BACK,
        ),
        "o1",
    )
    story.next("c1", by="o1")
    _speak(story, 9)
    story.do(wish.ReportCall(call=CallNo(10), what=wish.CallReport.SPEAKING), "voice")
    story.do(wish.PauseCounter(counter=CounterId("c3"), reason=wish.PauseReason.PRAYER), "o3")
    for name, service in (("third", "kk"), ("driver", "sim"), ("late", "ktp")):
        story.take(name, service)
    _print(story, "j2", wish.PrintReport.STARTED, wish.PrintReport.PAPER_OUT)
    return story


def views(state: State) -> dict[str, Shape]:
    """One of each kind, under the name of its file."""
    found = {
        "hall": hall_view(state, PRESENCE),
        "display": display_view(state, PRESENCE, ZoneId("east")),
        "announcer": announcer_view(state, PRESENCE, ZoneId("east"), granted=True),
        "kiosk": kiosk_view(state, PRESENCE, "k1"),
        "printer": printer_view(state, PRESENCE, PrinterId("p1")),
        "counter": counter_view(state, PRESENCE, CounterId("c1")),
        "manager": manager_view(state, PRESENCE),
        "ticket_waiting": ticket_view(state, PRESENCE, TicketId("first")),
        "ticket_serving": ticket_view(state, PRESENCE, TicketId("served")),
    }
    assert None not in found.values(), "each of them is there"
    return {name: view for name, view in found.items() if view is not None}


@cache
def morning() -> State:
    """The state at its end; frozen, so that every test may look at the same one."""
    return told().state


def as_text(view: Shape) -> str:
    """As the file holds it."""
    return msgspec.json.format(msgspec.json.encode(view), indent=2).decode() + "\n"


def _call(story: Story, counter: str, ticket: str, by: str) -> None:
    story.now_ms += SECOND_MS
    command = wish.CallTicket(
        counter=CounterId(counter),
        sees=story.in_hand(counter),
        ticket=TicketId(ticket),
        reason=wish.OrderReason.OTHER,
    )
    story.do(command, by)


def _print(story: Story, job: str, *reports: wish.PrintReport) -> None:
    for report in reports:
        command = wish.ReportPrint(job=JobId(job), attempt=1, status=report, printer=PrinterId("p1"))
        story.do(command, "printer:p1")


def _speak(story: Story, call: int) -> None:
    for what in (wish.CallReport.SPEAKING, wish.CallReport.SPOKEN):
        story.do(wish.ReportCall(call=CallNo(call), what=what), "voice")


if __name__ == "__main__":
    VECTORS.mkdir(exist_ok=True)
    for name, view in views(morning()).items():
        (VECTORS / f"{name}.json").write_text(as_text(view), encoding="utf-8")
