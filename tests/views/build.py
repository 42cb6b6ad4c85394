"""A small hall to look at, and a story that is told to it: commands decided and folded, one after the other."""

import msgspec

from queue_server.domain import commands as wish
from queue_server.domain.commands import AnyCommand
from queue_server.domain.decide import decide
from queue_server.domain.decision import Accepted
from queue_server.domain.events import AnyEvent, Entry
from queue_server.domain.evolve import evolve
from queue_server.domain.hall import (
    Agency,
    AgencyId,
    Category,
    CounterId,
    CounterPlace,
    DayPlan,
    HallConfig,
    HallId,
    Kiosk,
    KioskId,
    Opening,
    Printer,
    PrinterId,
    Rules,
    Screen,
    ScreenId,
    Service,
    ServiceId,
    Zone,
    ZoneId,
)
from queue_server.domain.model import ActorId, Call, State, Ticket, TicketId, empty_state
from queue_server.views.presence import Device, Presence

T0 = 1_790_000_000_000
HOUR_MS = 3_600_000
SECOND_MS = 1_000

READY = Device(status="ready", since_ms=T0)

BLANK = Presence(journal_id="j")


def names(word: str) -> dict[str, str]:
    return {"id": word, "en": f"{word} in English"}


def service(service_id: str, agency: str, prefix: str) -> Service:
    return Service(
        id=ServiceId(service_id),
        agency=AgencyId(agency),
        prefix=prefix,
        name=names(service_id),
        requirements={"id": ("KTP",), "en": ("identity card",)},
        target_ms=600_000,
    )


def counter(counter_id: str, zone: str, *services: str) -> CounterPlace:
    return CounterPlace(
        id=CounterId(counter_id),
        name=f"Loket {counter_id[1:]}",
        zone=ZoneId(zone),
        services=tuple(map(ServiceId, services)),
    )


HALL = HallConfig(
    id=HallId("lamongan"),
    name="MPP Lamongan",
    timezone="Asia/Jakarta",
    languages=("id", "en"),
    agencies=tuple(
        Agency(id=AgencyId(agency), name=names(agency)) for agency in ("dukcapil", "police", "idle")
    ),
    services=(
        service("ktp", "dukcapil", "A"),
        service("kk", "dukcapil", "B"),
        service("sim", "police", "C"),
        service("skck", "police", "D"),
    ),
    zones=tuple(Zone(id=ZoneId(zone), name=names(zone)) for zone in ("east", "west", "bare")),
    counters=(
        counter("c1", "east", "ktp", "kk"),
        counter("c2", "east", "kk", "ktp"),
        counter("c3", "west", "sim", "skck"),
        counter("c4", "west", "skck"),
        counter("c5", "east", "kk"),
    ),
    kiosks=(
        Kiosk(id=KioskId("k1"), name=names("k1"), printer=PrinterId("p1")),
        Kiosk(id=KioskId("k2"), name=names("k2")),
    ),
    printers=(Printer(id=PrinterId("p1")), Printer(id=PrinterId("p2"), paper_width_mm=58)),
    screens=tuple(
        Screen(id=ScreenId(screen), zone=ZoneId(zone))
        for screen, zone in (("s1", "east"), ("s2", "east"), ("s3", "west"))
    ),
    rules=Rules(line_max=6),
    notice=names("notice"),
    public_url="http://antrean.local",
    wifi="MPP",
)

PLAN = DayPlan(
    date="2026-09-21",
    starts_at_ms=T0 - 6 * HOUR_MS,
    ends_at_ms=T0 + 18 * HOUR_MS,
    openings=tuple(
        Opening(
            service=ServiceId(known),
            opens_at_ms=T0 + day * 24 * HOUR_MS - HOUR_MS + late_ms,
            closes_at_ms=T0 + day * 24 * HOUR_MS + 7 * HOUR_MS,
        )
        for day in (0, 1)
        for known, late_ms in (("ktp", 0), ("kk", 0), ("sim", 0), ("skck", 2 * HOUR_MS))
    ),
)
"""Everything is open at `T0` but SKCK, which opens an hour later."""


class Story:
    """A state and the commands that made it. Time moves only where it is told to."""

    def __init__(self, hall: HallConfig = HALL, plan: DayPlan = PLAN) -> None:
        self.state: State = empty_state(hall.id)
        self.entries: list[Entry] = []
        self.now_ms = T0
        self.do(wish.Configure(hall=hall))
        self.do(wish.StartDay(plan=plan))

    def tries(self, command: AnyCommand, by: str = "o1") -> tuple[AnyEvent, ...] | None:
        """The events of a command, folded; None: it was refused."""
        decision = decide(self.state, command, ActorId(by), self.now_ms)
        if not isinstance(decision, Accepted):
            return None
        for event in decision.events:
            entry = Entry(seq=self.state.seq + 1, at_ms=self.now_ms, actor=ActorId(by), event=event)
            self.state = evolve(self.state, entry)
            self.entries.append(entry)
        return decision.events

    def do(self, command: AnyCommand, by: str = "o1") -> tuple[AnyEvent, ...]:
        """The same where a refusal is the test's mistake."""
        events = self.tries(command, by)
        assert events is not None, command
        return events

    def wait(self, length_ms: int) -> None:
        """Time goes by, and what is due happens."""
        self.now_ms += length_ms
        self.do(wish.Tick(), by="hub")

    def take(
        self,
        ticket: str,
        service_id: str = "ktp",
        category: Category = Category.REGULAR,
        kiosk: str | None = None,
        printer: str | None = None,
    ) -> Ticket:
        self.now_ms += SECOND_MS
        self.do(
            wish.TakeTicket(
                ticket=TicketId(ticket),
                service=ServiceId(service_id),
                category=category,
                language="id",
                kiosk=None if kiosk is None else KioskId(kiosk),
                printer=None if printer is None else PrinterId(printer),
            )
        )
        return self.ticket(ticket)

    def open(self, counter_id: str, by: str = "o1") -> None:
        self.do(wish.OpenCounter(counter=CounterId(counter_id)), by)

    def next(self, counter_id: str, by: str = "o1") -> TicketId | None:
        """Calls; the ticket then in hand."""
        self.do(wish.CallNext(counter=CounterId(counter_id), sees=self.in_hand(counter_id)), by)
        return self.in_hand(counter_id)

    def in_hand(self, counter_id: str) -> TicketId | None:
        return self.state.counters[CounterId(counter_id)].ticket

    def ticket(self, ticket: str) -> Ticket:
        return self.state.tickets[TicketId(ticket)]

    def calls(self, zone: str) -> tuple[Call, ...]:
        return self.state.calls.get(ZoneId(zone), ())

    def serve(self, counter_id: str, length_ms: int, times: int, service_id: str = "ktp") -> None:
        """So many whole visits, so that an estimate has something to stand on."""
        for count in range(times):
            self.take(f"served-{self.state.seq}-{count}", service_id)
            seen = self.next(counter_id)
            self.wait(length_ms)
            self.do(wish.FinishService(counter=CounterId(counter_id), sees=seen))


def changed(state: State, /, **changes: object) -> State:
    """A state with some fields put differently, for what no command can bring about in a test's few lines."""
    put: State = msgspec.structs.replace(state, **changes)
    return put
