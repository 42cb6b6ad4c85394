"""A hall day played from one seed: citizens come, officers press, screens and printers report, clocks lie.

About 150 citizens come for ten services; eight counters with officers of several tempers serve them, press twice, park, send
on, miss and take back; there is a lunch pause, a change of the file, a clock that leaps, and at three at night the
day turns. The same seed gives the same journal, to the byte. `decide` and `evolve` are the ledger's arguments.
"""

import random
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from queue_server.domain import commands as wish
from queue_server.domain.commands import AnyCommand, FinishResult, OrderReason, PauseReason, TransferPlace
from queue_server.domain.decide import decide
from queue_server.domain.decide_day import next_due_ms
from queue_server.domain.decision import Accepted
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
    Service,
    ServiceId,
    Zone,
    ZoneId,
)
from queue_server.domain.model import (
    ActorId,
    CallNo,
    Counter,
    CounterState,
    JobId,
    State,
    TicketId,
    TicketState,
)
from queue_server.domain.time import judged
from tests.simulation.auditor import Auditor
from tests.simulation.ledger import Decide, Evolve, Ledger

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
MIDNIGHT_MS = 1_773_680_400_000
"""2026-03-17 00:00 at UTC+7."""

STEP_MS_MAX = 90_000
"""The longest time in which nothing happens during the day: about 650 things happen on it."""

SERVICES = {
    "ktp": "A", "kk": "A", "akta": "B", "izin": "C", "sim": "D", "skck": "E", "samsat": "F", "pbb": "G",
    "paspor": "H", "pln": "J",
}  # fmt: skip
COUNTERS = {
    "1": ("east", "ktp kk akta"), "2": ("east", "ktp kk akta"), "3": ("east", "izin"), "4": ("west", "sim skck"),
    "5": ("west", "sim"), "6": ("west", "samsat pbb"), "7": ("north", "paspor pbb"), "8": ("north", "pln izin"),
}  # fmt: skip
HUB = ActorId("hub")


class Played(NamedTuple):
    """What a simulated day leaves."""

    ledger: Ledger
    auditor: Auditor
    refused: dict[str, int]
    """How often each refusal was met."""


class HallDay:
    """One day of one seed."""

    def __init__(self, seed: int, decide_by: Decide, evolve_by: Evolve) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a seed that replays is the point, nothing is secret
        self.auditor = Auditor()
        self.ledger = Ledger(
            HallId("lamongan"), auditor=self.auditor, decide_by=decide_by, evolve_by=evolve_by
        )
        self.now_ms = MIDNIGHT_MS + 7 * HOUR_MS
        self.refused: dict[str, int] = {}
        self.taken_count = 0

    @property
    def state(self) -> State:
        return self.ledger.state

    def play(self) -> Played:
        """From seven in the morning to the next day's ten o'clock."""
        self.submit(wish.Configure(hall=_hall()), HUB)
        self._day_begins(0)
        self._until(MIDNIGHT_MS + 12 * HOUR_MS)
        self._lunch()
        self._until(MIDNIGHT_MS + 13 * HOUR_MS)
        self.submit(wish.Configure(hall=_smaller_hall()), HUB)
        self._clock_lies()
        self._until(MIDNIGHT_MS + 16 * HOUR_MS)
        self.now_ms = max(self.now_ms, MIDNIGHT_MS + DAY_MS + 2 * HOUR_MS)
        self._tick_until(MIDNIGHT_MS + DAY_MS + 5 * HOUR_MS + MINUTE_MS)
        self._day_begins(1)
        self._until(MIDNIGHT_MS + DAY_MS + 10 * HOUR_MS)
        return Played(self.ledger, self.auditor, self.refused)

    def submit(self, command: AnyCommand, by: ActorId) -> bool:
        """Whether a command was accepted. Time is the hall's: a clock that is not to be believed is held."""
        is_settling = isinstance(command, wish.SettleClock)
        is_believed = is_settling or judged(self.state, self.now_ms).is_usable
        decision = self.ledger.submit(command, by, self.now_ms if is_believed else self.state.at_ms)
        if isinstance(decision, Accepted):
            self._devices_follow(command)
            return True
        self.refused[decision.code] = self.refused.get(decision.code, 0) + 1
        return False

    # -- the course of the day ----------------------------------------------------------------------------------

    def _day_begins(self, nth: int) -> None:
        begins_ms = MIDNIGHT_MS + nth * DAY_MS
        self.now_ms = max(self.now_ms, begins_ms + 7 * HOUR_MS)
        self.submit(wish.StartDay(plan=_plan(nth)), HUB)
        self._tick_until(begins_ms + 8 * HOUR_MS)
        for name in sorted(self.state.counters):
            self.submit(wish.OpenCounter(counter=name), _officer(name))

    def _until(self, end_ms: int) -> None:
        acts = (
            (self._citizen_comes, 24),
            (self._officer_works, 44),
            (self._citizen_changes_his_mind, 1),
            (self._somebody_returns, 3),
            (self._device_reports, 26),
            (self._two_at_one_desk, 1),
            (self._counter_closes_or_opens, 1),
        )
        names, weights = [act for act, _ in acts], [weight for _, weight in acts]
        while self.now_ms < end_ms:
            self._tick_until(self.now_ms + self.random.randrange(STEP_MS_MAX))
            self.random.choices(names, weights)[0]()

    def _tick_until(self, end_ms: int) -> None:
        """Time goes by as the hub lets it: ticks when they are due, the day's end when it is reached."""
        while (due_ms := next_due_ms(self.state)) is not None and due_ms <= end_ms:
            self.now_ms = max(self.now_ms, due_ms)
            self.submit(wish.Tick(), HUB)
        self.now_ms = max(self.now_ms, end_ms)
        nth = (self.now_ms - MIDNIGHT_MS - 3 * HOUR_MS) // DAY_MS
        self.submit(wish.StartDay(plan=_plan(nth)), HUB)

    def _lunch(self) -> None:
        for name in sorted(self.state.counters):
            if self.random.random() < 0.7:
                self.submit(wish.PauseCounter(counter=name, reason=PauseReason.MEAL), _officer(name))
        self._tick_until(self.now_ms + 45 * MINUTE_MS)
        for name in sorted(self.state.counters):
            self.submit(wish.ResumeCounter(counter=name), _officer(name))

    def _clock_lies(self) -> None:
        """Back two hours, or nine years ahead: held, then right again; now and then a manager settles a small fall."""
        right_ms = self.now_ms
        for wrong_ms in (right_ms - 2 * HOUR_MS, right_ms + 9 * 365 * DAY_MS, right_ms - DAY_MS):
            self.now_ms = wrong_ms
            for _ in range(5):
                self.random.choice((self._citizen_comes, self._officer_works))()
        self.now_ms = right_ms
        if self.random.random() < 0.5:
            self.now_ms -= 20 * MINUTE_MS
            self.submit(wish.SettleClock(), ActorId("manager"))

    # -- what people do -----------------------------------------------------------------------------------------

    def _citizen_comes(self) -> None:
        self.taken_count += 1
        is_priority = self.random.random() < 0.2
        command = wish.TakeTicket(
            ticket=TicketId(f"{self.random.getrandbits(128):032x}"),
            service=ServiceId(self.random.choice([*SERVICES, "ktp", "ktp", "samsat"])),
            category=self.random.choice([*Category][1:]) if is_priority else Category.REGULAR,
            language=self.random.choice(["id", "en"]),
            kiosk=KioskId("k1"),
            printer=PrinterId("p1") if self.random.random() < 0.8 else None,
        )
        self.submit(command, ActorId("kiosk"))

    def _citizen_changes_his_mind(self) -> None:
        ticket = self._one({TicketState.WAITING, TicketState.PARKED, TicketState.CALLED})
        if ticket is not None:
            self.submit(wish.CancelTicket(ticket=ticket), ActorId("phone"))

    def _somebody_returns(self) -> None:
        ticket = self._one({TicketState.PARKED, TicketState.NO_SHOW, TicketState.DONE})
        if ticket is None:
            return
        if self.random.random() < 0.2:
            self.submit(wish.ReprintTicket(ticket=ticket), ActorId("greeter"))
        else:
            place = self.random.choice([*TransferPlace])
            self.submit(wish.ReturnTicket(ticket=ticket, place=place), ActorId("greeter"))

    def _officer_works(self) -> None:
        """One press, now and then twice, now and then at a screen that is old, now and then taken back at once."""
        desk = self.state.counters[self.random.choice(sorted(self.state.counters))]
        if desk.state is CounterState.CLOSED:
            self.submit(wish.OpenCounter(counter=desk.id), _officer(desk.id))
            return
        command = self._press(desk)
        self.submit(command, _officer(desk.id))
        mishap = self.random.random()
        if mishap < 0.15:
            self.submit(command, _officer(desk.id))
        elif mishap < 0.25:
            self.now_ms += self.random.randrange(12_000)
            now = self.state.counters[desk.id]
            self.submit(wish.UndoStep(counter=desk.id, sees=now.ticket), _officer(desk.id))

    def _press(self, desk: Counter) -> AnyCommand:
        sees = desk.ticket
        if sees is None:
            wanted = self._one({TicketState.WAITING, TicketState.NO_SHOW, TicketState.PARKED})
            if wanted is not None and self.random.random() < 0.1:
                return wish.CallTicket(counter=desk.id, sees=sees, ticket=wanted, reason=OrderReason.FRAIL)
            return wish.CallNext(counter=desk.id, sees=sees)
        makers: tuple[Callable[[], AnyCommand], ...] = (
            lambda: wish.CallNext(counter=desk.id, sees=sees),
            lambda: wish.StartService(counter=desk.id, sees=sees),
            lambda: wish.FinishService(counter=desk.id, sees=sees, result=FinishResult.COMPLETED),
            lambda: wish.MarkNoShow(counter=desk.id, sees=sees),
            lambda: wish.Recall(counter=desk.id, sees=sees),
            lambda: wish.ParkTicket(counter=desk.id, sees=sees),
            lambda: self._transfer(desk, sees),
        )
        return self.random.choices(makers, (30, 25, 25, 6, 6, 5, 8))[0]()

    def _transfer(self, desk: Counter, sees: TicketId) -> AnyCommand:
        is_to_counter = self.random.random() < 0.4
        service = ServiceId(self.random.choice([*SERVICES]))
        return wish.TransferTicket(
            counter=desk.id,
            sees=sees,
            service=None if is_to_counter else service,
            to_counter=CounterId(self.random.choice([*COUNTERS])) if is_to_counter else None,
            place=self.random.choice([*TransferPlace]),
        )

    def _two_at_one_desk(self) -> None:
        """Somebody else sits down, asks, takes the counter, and gives it back."""
        name = self.random.choice(sorted(self.state.counters))
        intruder = ActorId("springer")
        if not self.submit(wish.OpenCounter(counter=name), intruder):
            self.submit(wish.OpenCounter(counter=name, take=True), intruder)
        self.submit(wish.CallNext(counter=name, sees=self.state.counters[name].ticket), intruder)
        self.submit(wish.OpenCounter(counter=name, take=True), _officer(name))

    def _counter_closes_or_opens(self) -> None:
        name = self.random.choice(sorted(self.state.counters))
        if self.state.counters[name].state is CounterState.CLOSED:
            self.submit(wish.OpenCounter(counter=name), _officer(name))
        else:
            self.submit(wish.CloseCounter(counter=name), _officer(name))

    def _device_reports(self) -> None:
        """A voice begins or ends, a screen counts, a printer starts, prints or complains; sometimes about nothing."""
        call = CallNo(max(0, self.state.call_count - self.random.randrange(4)))
        job = JobId(f"j{max(0, self.state.job_count - self.random.randrange(4))}")
        commands: tuple[AnyCommand, ...] = (
            wish.ReportCall(call=call, what=wish.CallReport.SPEAKING),
            wish.ReportCall(call=call, what=wish.CallReport.SPOKEN),
            wish.RecordShown(call=call, shown=3, screens=4),
            _print_report(job, wish.PrintReport.STARTED, self.random.randrange(1, 3)),
            _print_report(job, wish.PrintReport.PRINTED, 1),
            _print_report(job, wish.PrintReport.PRINTED, 1),
            _print_report(job, wish.PrintReport.PAPER_OUT, 1),
        )
        self.submit(self.random.choice(commands), ActorId("device"))

    def _devices_follow(self, command: AnyCommand) -> None:
        """Most paper comes and most calls are spoken within seconds."""
        is_prompt = self.random.random() < 0.8
        if isinstance(command, wish.TakeTicket) and is_prompt:
            job = JobId(f"j{self.state.job_count}")
            self.submit(_print_report(job, wish.PrintReport.STARTED, 1), ActorId("device"))
            self.submit(_print_report(job, wish.PrintReport.PRINTED, 1), ActorId("device"))
        if isinstance(command, (wish.CallNext, wish.CallTicket, wish.Recall)) and is_prompt:
            call = CallNo(self.state.call_count)
            self.submit(wish.ReportCall(call=call, what=wish.CallReport.SPEAKING), ActorId("device"))
            self.submit(wish.RecordShown(call=call, shown=3, screens=4), ActorId("device"))
            self.submit(wish.ReportCall(call=call, what=wish.CallReport.SPOKEN), ActorId("device"))

    def _one(self, states: set[TicketState]) -> TicketId | None:
        found = sorted(ticket.id for ticket in self.state.tickets.values() if ticket.state in states)
        return self.random.choice(found) if found else None


def played(seed: int, *, decide_by: Decide = decide, evolve_by: Evolve = evolve) -> Played:
    """The day of a seed, audited entry by entry."""
    return HallDay(seed, decide_by, evolve_by).play()


def _officer(counter: CounterId) -> ActorId:
    return ActorId(f"officer-{counter}")


def _print_report(job: JobId, status: wish.PrintReport, attempt: int) -> AnyCommand:
    return wish.ReportPrint(job=job, attempt=attempt, status=status, printer=PrinterId("p1"))


def _hall() -> HallConfig:
    return HallConfig(
        id=HallId("lamongan"),
        name="MPP Kabupaten Lamongan",
        timezone="Asia/Jakarta",
        languages=("id", "en"),
        agencies=(Agency(id=AgencyId("hall"), name={"id": "MPP", "en": "MPP"}),),
        services=tuple(
            Service(id=ServiceId(name), agency=AgencyId("hall"), prefix=prefix, name={"id": name, "en": name})
            for name, prefix in SERVICES.items()
        ),
        zones=tuple(Zone(id=ZoneId(name), name={"id": name}) for name in ("east", "west", "north")),
        counters=tuple(
            CounterPlace(
                id=CounterId(name),
                name=f"Loket {name}",
                zone=ZoneId(zone),
                services=tuple(ServiceId(service) for service in services.split()),
            )
            for name, (zone, services) in COUNTERS.items()
        ),
        kiosks=(Kiosk(id=KioskId("k1"), name={"id": "Pintu"}, printer=PrinterId("p1")),),
        printers=(Printer(id=PrinterId("p1")),),
        rules=Rules(),
    )


def _smaller_hall() -> HallConfig:
    """The file after lunch: one service and one counter are gone, another counter has moved."""
    hall = _hall()
    gone = ServiceId("skck")
    places = (
        msgspec.structs.replace(
            place,
            services=tuple(service for service in place.services if service != gone),
            zone=ZoneId("west") if place.id == "3" else place.zone,
        )
        for place in hall.counters
        if place.id != "5"
    )
    return msgspec.structs.replace(
        hall, services=tuple(s for s in hall.services if s.id != gone), counters=tuple(places)
    )


def _plan(nth: int) -> DayPlan:
    """The nth day, 03:00 to 03:00; every service from 08:00 to 12:00 and from 12:30 to 15:30."""
    begins_ms = MIDNIGHT_MS + nth * DAY_MS
    periods = ((8 * HOUR_MS, 12 * HOUR_MS), (12 * HOUR_MS + HOUR_MS // 2, 15 * HOUR_MS + HOUR_MS // 2))
    return DayPlan(
        date=f"2026-03-{17 + nth}",
        starts_at_ms=begins_ms + 3 * HOUR_MS,
        ends_at_ms=begins_ms + 27 * HOUR_MS,
        openings=tuple(
            Opening(service=ServiceId(name), opens_at_ms=begins_ms + opens, closes_at_ms=begins_ms + closes)
            for name in SERVICES
            for opens, closes in periods
        ),
    )
