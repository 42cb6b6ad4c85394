"""The laws of the hall under any sequence of commands, sensible or not, with the auditor beside it.

One ticket is never at two counters; numbers are unique in a day; nobody waiting is lost; time never goes back; calls are
numbered upwards (`tests/simulation/auditor.py`, at every step). Replay equals live; the same press twice acts once;
`decide` never raises; a tick is due exactly when it would do something.
"""

from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from queue_server.domain import commands as wish
from queue_server.domain.calling import ahead, waiting_in_order
from queue_server.domain.commands import AnyCommand
from queue_server.domain.decide import decide
from queue_server.domain.decide_day import next_due_ms
from queue_server.domain.decision import Accepted, Decision
from queue_server.domain.evolve import folded
from queue_server.domain.hall import Category, CounterId, HallConfig, KioskId, PrinterId, Rules, ServiceId
from queue_server.domain.lines import oldest_arrival_ms, waiting_count
from queue_server.domain.model import ActorId, CallNo, JobId, State, TicketId, TicketState
from queue_server.domain.time import judged
from queue_server.domain.waiting import wait_range
from tests.domain.halls import DATES, DAY_MS, HALL, HOUR_MS, counter, day_plan, instant, small_hall
from tests.simulation.auditor import Auditor
from tests.simulation.ledger import Ledger

RULES = Rules(line_max=6)
HALLS: tuple[HallConfig, ...] = (
    small_hall(rules=RULES),
    small_hall(rules=RULES, services=("ktp", "kk", "pbb"), counters=(counter("1"), counter("4", ("pbb",)))),
    small_hall(rules=RULES, services=("ktp", "kk"), counters=(counter("1"), counter("2", zone="west"))),
    small_hall(
        rules=RULES, counters=(counter("1", ("sim", "pbb")), counter("3", ("ktp", "kk")), counter("4"))
    ),
)
"""What the file may say: services and counters come, go and move."""

SERVICES = st.sampled_from(["ktp", "ktp", "kk", "sim", "pbb", "nothing"]).map(ServiceId)
COUNTERS = st.sampled_from(["1", "1", "1", "2", "2", "3", "4", "9"]).map(CounterId)
PRINTERS = st.sampled_from(["p1", "p9"]).map(PrinterId)
PAUSES_MS = st.sampled_from([0, 0, 0, 1, 999, 5_000, 10_000, 19_999, 20_000, 20_000, 180_000])
HUB = ActorId("hub")

Press = Callable[[CounterId, TicketId | None], AnyCommand]
PRESSES: tuple[Press, ...] = (
    lambda counter, sees: wish.CallNext(counter=counter, sees=sees),
    lambda counter, sees: wish.CallNext(counter=counter, sees=sees),
    lambda counter, sees: wish.StartService(counter=counter, sees=sees),
    lambda counter, sees: wish.FinishService(counter=counter, sees=sees),
    lambda counter, sees: wish.MarkNoShow(counter=counter, sees=sees),
    lambda counter, sees: wish.ParkTicket(counter=counter, sees=sees),
    lambda counter, sees: wish.UndoStep(counter=counter, sees=sees),
    lambda counter, sees: wish.UndoStep(counter=counter, sees=sees),
)


class HallMachine(RuleBasedStateMachine):
    """Anybody does anything, at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.auditor = Auditor()
        self.ledger = Ledger(HALL, auditor=self.auditor)
        self.now_ms = instant("07:00")
        self.taken_count = 0

    @property
    def state(self) -> State:
        return self.ledger.state

    @initialize()
    def begins(self) -> None:
        self._submit(wish.Configure(hall=HALLS[0]), HUB)
        self.the_staff_comes(0)
        self.takes(4, ServiceId("ktp"), Category.REGULAR, None)
        self.takes(2, ServiceId("kk"), Category.ELDERLY, PrinterId("p1"))
        self.takes(3, ServiceId("sim"), Category.REGULAR, None)

    @rule(later_days=st.sampled_from([0, 0, 0, 0, 1]))
    def the_staff_comes(self, later_days: int) -> None:
        """Nine o'clock today or tomorrow: services open, everybody at the counter that is his."""
        today = "2026-03-17" if self.state.day is None else self.state.day.plan.date
        plan = day_plan(DATES[min(len(DATES) - 1, DATES.index(today) + later_days)])
        self.now_ms = max(self.now_ms, plan.starts_at_ms + 6 * HOUR_MS)
        self._submit(wish.StartDay(plan=plan), HUB)
        self._submit(wish.RevisePlan(plan=plan), HUB)
        self._submit(wish.Tick(), HUB)
        for name, officer in [("1", "ani"), ("2", "budi"), ("3", "ani"), ("4", "ani")]:
            self._submit(wish.OpenCounter(counter=CounterId(name)), ActorId(officer))

    @rule(
        count=st.integers(1, 4),
        service=SERVICES,
        category=st.sampled_from([Category.REGULAR, Category.ELDERLY]),
        printer=st.none() | PRINTERS,
    )
    def takes(self, count: int, service: ServiceId, category: Category, printer: PrinterId | None) -> None:
        for _ in range(count):
            self.taken_count += 1
            command = wish.TakeTicket(
                ticket=TicketId(f"t{self.taken_count}"),
                service=service,
                category=category,
                language="id",
                kiosk=KioskId("k1"),
                printer=printer,
            )
            self._submit(command, HUB)

    @rule(count=st.integers(1, 5), data=st.data(), wait_ms=PAUSES_MS)
    def works(self, count: int, data: st.DataObject, wait_ms: int) -> None:
        """Some citizens one after the other, as on any morning."""
        for _ in range(count):
            self.presses_twice(PRESSES[0], data, wait_ms)

    @rule(press=st.sampled_from(PRESSES), data=st.data(), wait_ms=PAUSES_MS)
    def presses_twice(self, press: Press, data: st.DataObject, wait_ms: int) -> None:
        """Whatever an officer presses, the same press again does nothing more."""
        self.now_ms += wait_ms
        place = self._place(data)
        command = press(place, self._seen(place, data))
        officer = self._by(place, data)
        self._submit(command, officer)
        again = self._submit(command, officer)

        assert not isinstance(again, Accepted) or again.events == ()

    @rule(data=st.data())
    def recalls(self, data: st.DataObject) -> None:
        """The one press that may come twice: it calls twice."""
        place = self._place(data)
        self._submit(wish.Recall(counter=place, sees=self._seen(place, data)), self._by(place, data))

    @rule(data=st.data())
    def calls_out_of_order(self, data: st.DataObject) -> None:
        place = self._place(data)
        command = wish.CallTicket(
            counter=place,
            sees=self._seen(place, data),
            ticket=self._any_ticket(data),
            reason=wish.OrderReason.FRAIL,
        )
        self._submit(command, self._by(place, data))

    @rule(
        service=st.none() | SERVICES,
        to_counter=st.none() | COUNTERS,
        where=st.sampled_from(wish.TransferPlace),
        data=st.data(),
    )
    def transfers(
        self,
        service: ServiceId | None,
        to_counter: CounterId | None,
        where: wish.TransferPlace,
        data: st.DataObject,
    ) -> None:
        place = self._place(data)
        command = wish.TransferTicket(
            counter=place, sees=self._seen(place, data), service=service, to_counter=to_counter, place=where
        )
        self._submit(command, self._by(place, data))

    @rule(
        make=st.sampled_from((wish.OpenCounter, wish.PauseCounter, wish.ResumeCounter, wish.CloseCounter)),
        place=COUNTERS,
        data=st.data(),
    )
    def sits_or_leaves(
        self,
        make: type[wish.OpenCounter | wish.PauseCounter | wish.ResumeCounter | wish.CloseCounter],
        place: CounterId,
        data: st.DataObject,
    ) -> None:
        self._submit(make(counter=place), self._by(place, data))

    @rule(data=st.data(), where=st.sampled_from(wish.TransferPlace), printer=st.none() | PRINTERS)
    def a_ticket_is_asked_for(
        self, data: st.DataObject, where: wish.TransferPlace, printer: PrinterId | None
    ) -> None:
        ticket = self._any_ticket(data)
        commands: tuple[AnyCommand, ...] = (
            wish.ReturnTicket(ticket=ticket, place=where),
            wish.ReturnTicket(ticket=ticket, place=where),
            wish.CancelTicket(ticket=ticket),
            wish.ReprintTicket(ticket=ticket, printer=printer),
        )
        self._submit(data.draw(st.sampled_from(commands)), HUB)

    @rule(data=st.data(), attempt=st.integers(1, 3), printer=PRINTERS)
    def a_device_reports(self, data: st.DataObject, attempt: int, printer: PrinterId) -> None:
        """Of something recent, mostly."""
        job = JobId(f"j{self.state.job_count - data.draw(st.integers(0, 4))}")
        call = CallNo(self.state.call_count - data.draw(st.integers(0, 4)))
        status = data.draw(st.sampled_from(wish.PrintReport))
        what = data.draw(st.sampled_from(wish.CallReport))
        commands: tuple[AnyCommand, ...] = (
            wish.ReportPrint(job=job, attempt=attempt, status=status, printer=printer),
            wish.ReportCall(call=call, what=what),
            wish.RecordShown(call=call, shown=2, screens=3),
        )
        self._submit(data.draw(st.sampled_from(commands)), HUB)

    @rule(wait_ms=PAUSES_MS)
    def time_passes(self, wait_ms: int) -> None:
        self.now_ms += wait_ms
        self._submit(wish.Tick(), HUB)
        again = self._submit(wish.Tick(), HUB)

        assert again == Accepted()

    @rule(data=st.data())
    def something_rare_happens(self, data: st.DataObject) -> None:
        """A changed file or hours, a taken desk, the clock: one rule, or no day would last long enough to go wrong."""
        rare = st.sampled_from((
            self._configures, self._configures, self._takes_over, self._day, self._settles, self._revises
        ))  # fmt: skip
        data.draw(rare)(data)

    @invariant()
    def a_tick_is_due_exactly_when_it_would_do_something(self) -> None:
        due_ms = next_due_ms(self.state)
        if due_ms is None:
            return
        assert decide(self.state, wish.Tick(), HUB, max(due_ms, self.state.at_ms)) != Accepted()
        if due_ms > self.state.at_ms:
            assert decide(self.state, wish.Tick(), HUB, due_ms - 1) == Accepted()

    @invariant()
    def whoever_waits_is_told_a_place(self) -> None:
        """The pure answers that views ask for hold for every state that can come about."""
        waiting = [t for t in self.state.tickets.values() if t.state is TicketState.WAITING]
        for ticket in waiting:
            assert 0 <= ahead(self.state, ticket) < len(waiting)
        for place in self.state.hall.counters:
            order = waiting_in_order(self.state, place, 50)

            assert len(set(order)) == len(order)
        for service in self.state.hall.services:
            of_service = [ticket for ticket in waiting if ticket.service == service.id]
            oldest_ms = min((ticket.issued_at_ms for ticket in of_service), default=None)

            assert len(of_service) == waiting_count(self.state, service.id)
            assert oldest_ms == oldest_arrival_ms(self.state, service.id)
            told = wait_range(self.state, service.id, 3)
            assert told is None or 0 <= told.low_ms <= told.high_ms
        assert judged(self.state, self.state.at_ms).is_usable

    def teardown(self) -> None:
        """Replay equals live, from the first entry and from the last seal, through text."""
        assert self.state == self.ledger.replayed()
        assert self.state == self.ledger.replayed_from_seal()
        assert self.state == folded(self.ledger.empty, self.ledger.entries)

    def _submit(self, command: AnyCommand, by: ActorId) -> Decision:
        decision = self.ledger.submit(command, by, self.now_ms)
        if not isinstance(command, wish.SettleClock):
            self.now_ms = max(self.now_ms, self.state.at_ms)
        return decision

    def _configures(self, data: st.DataObject) -> None:
        self._submit(wish.Configure(hall=data.draw(st.sampled_from(HALLS))), HUB)

    def _takes_over(self, data: st.DataObject) -> None:
        command = wish.OpenCounter(counter=data.draw(COUNTERS), take=True)
        self._submit(command, data.draw(st.sampled_from(["ani", "budi"]).map(ActorId)))

    def _day(self, data: st.DataObject) -> None:
        """At an instant within it, whatever the state's own day is."""
        date = data.draw(st.sampled_from(DATES))
        begins_ms = day_plan(date).starts_at_ms
        self.now_ms = max(self.now_ms, begins_ms + data.draw(st.integers(0, DAY_MS - 1)))
        self._submit(wish.StartDay(plan=day_plan(date)), HUB)

    def _settles(self, data: st.DataObject) -> None:
        leap_ms = data.draw(st.integers(-3, 3)) * HOUR_MS * data.draw(st.sampled_from([1, 1, 1, 24]))
        first, last = day_plan(DATES[0]).starts_at_ms, day_plan(DATES[-1]).starts_at_ms
        self.now_ms = min(last, max(first, self.state.at_ms + leap_ms))
        self._submit(wish.SettleClock(), HUB)

    def _revises(self, data: st.DataObject) -> None:
        hours = data.draw(st.sampled_from([((8, 15),), ((8, 12), (12, 15)), ((0, 24),), ()]))
        if self.state.day is not None:
            plan = day_plan(self.state.day.plan.date, hours=hours)
            self._submit(wish.RevisePlan(plan=plan), HUB)

    def _place(self, data: st.DataObject) -> CounterId:
        """Mostly a counter where somebody sits, often one with a ticket in hand."""
        staffed = sorted(c.id for c in self.state.counters.values() if c.officer is not None)
        busy = sorted(c.id for c in self.state.counters.values() if c.ticket is not None)
        return data.draw(st.sampled_from([*(busy * 3), *(staffed * 2), CounterId("1"), CounterId("9")]))

    def _by(self, place: CounterId, data: st.DataObject) -> ActorId:
        """Mostly whoever holds the counter."""
        known = self.state.counters.get(place)
        holder = (None if known is None else known.officer) or ActorId("ani")
        return data.draw(st.sampled_from([holder] * 6 + [ActorId("ani"), ActorId("budi")]))

    def _seen(self, place: CounterId, data: st.DataObject) -> TicketId | None:
        """Mostly what is in hand, now and then somebody else."""
        known = self.state.counters.get(place)
        in_hand = None if known is None else known.ticket
        return data.draw(st.sampled_from([in_hand] * 6 + [None, TicketId("x")]))

    def _any_ticket(self, data: st.DataObject) -> TicketId:
        """Often one that is away and may come back."""
        away = {TicketState.PARKED, TicketState.NO_SHOW}
        missed = sorted(t.id for t in self.state.tickets.values() if t.state in away)
        return data.draw(st.sampled_from([*(missed * 3), *sorted(self.state.tickets), TicketId("x")]))


HallMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=50, deadline=None)
TestLaws = HallMachine.TestCase
