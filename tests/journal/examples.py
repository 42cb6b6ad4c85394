"""One event of each type with every field set, and short ways to entries and outcomes."""

from typing import get_args

from queue_server.domain import hall as place
from queue_server.domain.commands import FinishResult, OrderReason, PauseReason
from queue_server.domain.events import (
    AnyEvent,
    CallDropped,
    CallShown,
    CallSpeaking,
    CallSpoken,
    Carried,
    ChoiceRule,
    ClockSettled,
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    CounterTaken,
    DayClosed,
    DayOpened,
    EndCause,
    Entry,
    HallConfigured,
    HoursChanged,
    JournalRestored,
    NumberShownInstead,
    PlanRevised,
    PrintAbandoned,
    PrintDone,
    PrintRequested,
    PrintStarted,
    PrintTroubled,
    RestoreConfirmed,
    ServiceStarted,
    StepUndone,
    TicketCalled,
    TicketCancelled,
    TicketIssued,
    TicketMissed,
    TicketParked,
    TicketRecalled,
    TicketReturned,
    TicketServed,
    TicketTransferred,
    TicketUnserved,
    Why,
)
from queue_server.domain.hall import Category, CounterId, HallId, KioskId, PrinterId, ServiceId, ZoneId
from queue_server.domain.model import ActorId, CallNo, JobId, Lane, Restored, TicketId
from queue_server.journal.base import StoredOutcome

LAMONGAN = HallId("lamongan")
BABAT = HallId("babat")
KIOSK = ActorId("kiosk:hall-1")
OFFICER = ActorId("officer:7f3a")
TICKET = TicketId("0123456789abcdef0123456789abcdef")
NOON_MS = 1_795_496_400_000
"""24 November 2026, 12:00 in Lamongan."""

_COUNTER = CounterId("c3")
_KTP = ServiceId("ktp")
_ZONE = ZoneId("hall")
_NAMES = {"id": "Perekaman KTP-el “baru” é", "en": "New identity card\n(first time)"}

HALL = place.HallConfig(
    id=LAMONGAN,
    name="MPP Kabupaten Lamongan",
    timezone="Asia/Jakarta",
    languages=("id", "en"),
    agencies=(place.Agency(id=place.AgencyId("dukcapil"), name=_NAMES),),
    services=(
        place.Service(
            id=_KTP,
            agency=place.AgencyId("dukcapil"),
            prefix="A",
            name=_NAMES,
            requirements={"id": ("Kartu Keluarga",), "en": ("Family card",)},
            target_ms=600_000,
            hours=((place.Period(opens=480, closes=720),), (), (), (), (), (), ()),
            is_retired=True,
        ),
    ),
    zones=(place.Zone(id=_ZONE, name=_NAMES),),
    counters=(place.CounterPlace(id=_COUNTER, name="Loket 3", zone=_ZONE, services=(_KTP,)),),
    kiosks=(place.Kiosk(id=KioskId("k1"), name=_NAMES, printer=PrinterId("p1")),),
    printers=(place.Printer(id=PrinterId("p1"), paper_width_mm=58),),
    screens=(place.Screen(id=place.ScreenId("s1"), zone=_ZONE),),
    rules=place.Rules(regular_run=3),
    notice=_NAMES,
    public_url="http://10.0.0.2:8000",
    wifi="MPP-Lamongan",
)

PLAN = place.DayPlan(
    date="2026-11-24",
    starts_at_ms=NOON_MS - 32_400_000,
    ends_at_ms=NOON_MS + 54_000_000,
    openings=(place.Opening(service=_KTP, opens_at_ms=NOON_MS, closes_at_ms=NOON_MS + 3_600_000),),
)

EVENTS: tuple[AnyEvent, ...] = (
    HallConfigured(hall=HALL),
    DayOpened(plan=PLAN),
    PlanRevised(plan=PLAN),
    DayClosed(
        date="2026-11-24",
        carried=Carried(
            hall=HALL,
            call_count=812,
            job_count=640,
            sequences={"2026-11-24": {"A": 17, "AB": 1000}},
            restored=Restored(gap=100, at_ms=NOON_MS),
        ),
    ),
    HoursChanged(opened=(_KTP,), closed=(ServiceId("kia"),)),
    ClockSettled(),
    JournalRestored(gap=100),
    RestoreConfirmed(),
    TicketIssued(
        ticket=TICKET,
        number="A007",
        prefix="A",
        ordinal=7,
        service=_KTP,
        category=Category.PREGNANT,
        language="id",
        kiosk=KioskId("k1"),
    ),
    TicketCancelled(ticket=TICKET),
    TicketUnserved(ticket=TICKET),
    CounterOpened(counter=_COUNTER, officer=OFFICER),
    CounterTaken(counter=_COUNTER, officer=OFFICER, from_officer=ActorId("officer:11aa")),
    CounterPaused(counter=_COUNTER, reason=PauseReason.PRAYER),
    CounterResumed(counter=_COUNTER),
    CounterClosed(counter=_COUNTER),
    TicketCalled(
        ticket=TICKET,
        counter=_COUNTER,
        zone=_ZONE,
        call=CallNo(9_007_199_254_740_993),
        why=Why(
            rule=ChoiceRule.OUT_OF_ORDER,
            lane=Lane.PRIORITY,
            waiting_count=12,
            passed_count=3,
            reason=OrderReason.FRAIL,
        ),
        pool="ktp+kia",
        follows_end=True,
    ),
    TicketRecalled(ticket=TICKET, counter=_COUNTER, zone=_ZONE, call=CallNo(2)),
    ServiceStarted(ticket=TICKET, counter=_COUNTER),
    TicketServed(ticket=TICKET, counter=_COUNTER, cause=EndCause.NEXT, result=FinishResult.REFERRED),
    TicketMissed(ticket=TICKET, counter=_COUNTER),
    TicketParked(ticket=TICKET, counter=_COUNTER),
    TicketTransferred(
        ticket=TICKET, counter=_COUNTER, service=_KTP, to_counter=CounterId("c4"), place=(NOON_MS, 3)
    ),
    TicketReturned(ticket=TICKET, place=(0, 1)),
    StepUndone(counter=_COUNTER, called=TICKET, ended=TicketId("f" * 32)),
    CallShown(call=CallNo(2), shown=3, screens=4),
    CallSpeaking(call=CallNo(2)),
    CallSpoken(call=CallNo(2)),
    CallDropped(call=CallNo(2)),
    PrintRequested(job=JobId("j1"), ticket=TICKET, printer=PrinterId("p1"), is_copy=True),
    PrintStarted(job=JobId("j1"), attempt=2),
    PrintDone(job=JobId("j1")),
    PrintTroubled(job=JobId("j1"), trouble="paper_out"),
    NumberShownInstead(job=JobId("j1")),
    PrintAbandoned(job=JobId("j1")),
)

assert {type(event) for event in EVENTS} == set(get_args(AnyEvent)), "one example of each type"


def entries(first_seq: int, *events: AnyEvent) -> list[Entry]:
    """Entries from a number on, a second apart."""
    return [
        Entry(seq=seq, at_ms=NOON_MS + seq * 1_000, actor=KIOSK, event=event)
        for seq, event in enumerate(events, first_seq)
    ]


def tickets(first_seq: int, count: int) -> list[Entry]:
    """So many citizens, one entry each."""
    return entries(
        first_seq,
        *(
            TicketIssued(
                ticket=TicketId(f"{seq:032x}"),
                number=f"A{seq:03}",
                prefix="A",
                ordinal=seq,
                service=_KTP,
                language="id",
            )
            for seq in range(first_seq, first_seq + count)
        ),
    )


def outcome(key: str, *, actor: ActorId = KIOSK, at_ms: int = NOON_MS) -> StoredOutcome:
    """An accepted command's answer, with bytes that are no text."""
    return StoredOutcome(
        actor=actor,
        key=key,
        fingerprint=bytes(range(224, 256)),
        status=201,
        body=b'{"a":1}\x00\xff',
        at_ms=at_ms,
    )
