"""A naive second model of a hall, which watches every entry of the journal and trusts nothing.

It keeps plain dictionaries and sorted lists, knows nothing of chunks, pools as strings or persistent maps, and is
allowed to be slow. `observe` checks that an entry may follow what came before; `compare` checks that the state holds
what the auditor holds. What it finds is an `AssertionError` that names the law, with the entry.
"""

from copy import deepcopy
from dataclasses import dataclass, field, replace

from queue_server.domain import events as fact
from queue_server.domain.events import AnyEvent, ChoiceRule, Entry
from queue_server.domain.hall import Category, HallConfig
from queue_server.domain.model import CounterState, State, TicketId

FINAL = {"done", "cancelled", "unserved"}
IN_HAND = {"called", "serving"}


@dataclass
class Paper:
    """What the auditor knows of one ticket."""

    id: str
    number: str
    service: str
    lane: str
    place: tuple[int, int]
    arrived: tuple[int, int]
    state: str = "waiting"
    counter: str | None = None
    reserved: str | None = None
    calls: int = 0


@dataclass
class Desk:
    """What the auditor knows of one counter."""

    officer: str | None = None
    is_paused: bool = False
    ticket: str | None = None
    ended: Paper | None = None
    """The way back: the ticket that left last, as it was."""
    called: Paper | None = None
    """The ticket that was called last, as it was."""
    turn: tuple[str | None, int] | None = None
    """How the turn of its services stood before that call."""


@dataclass
class Auditor:
    """Watches one hall. Begins before the first entry."""

    seq: int = 0
    at_ms: int = 0
    latest_ms: int = 0
    call: int = 0
    date: str | None = None
    hall: HallConfig | None = None
    tickets: dict[str, Paper] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    turns: dict[frozenset[str], tuple[str | None, int]] = field(default_factory=dict)
    numbers: set[tuple[str, str]] = field(default_factory=set)
    """Date and number of every ticket ever issued."""
    ids: set[str] = field(default_factory=set)
    open_services: set[str] = field(default_factory=set)
    counted: dict[str, int] = field(default_factory=dict)
    """How often each law was checked, so that a test can show that it was."""

    def observe(self, entry: Entry) -> None:
        """Checks one entry against everything before it, then counts it in."""
        self._law("entries have no gap", is_kept=entry.seq == self.seq + 1, about=entry)
        is_settled = isinstance(entry.event, fact.ClockSettled)
        self._law("time never goes back", is_kept=is_settled or entry.at_ms >= self.at_ms, about=entry)
        self.seq, self.at_ms = entry.seq, entry.at_ms
        self.latest_ms = max(self.latest_ms, entry.at_ms)
        self._fold(entry, entry.event)

    def compare(self, state: State) -> None:
        """Checks the hub's state against the auditor's."""
        assert (state.seq, state.at_ms) == (self.seq, self.at_ms), "the state is as old as the journal"
        self._compare_tickets(state)
        self._compare_counters(state)
        self._compare_lines(state)
        self._compare_numbers(state)

    # -- folding, by kind of entry ------------------------------------------------------------------------------

    def _fold(self, entry: Entry, event: AnyEvent) -> None:
        match event:
            case fact.HallConfigured():
                self._configured(event, entry)
            case fact.DayOpened():
                self.date, self.open_services = event.plan.date, set()
                self._law("a day begins with an empty line", is_kept=not self.tickets, about=entry)
            case fact.DayClosed():
                self._day_closed(event, entry)
            case fact.HoursChanged():
                self.open_services = (self.open_services | set(event.opened)) - set(event.closed)
            case fact.TicketIssued():
                self._issued(event, entry)
            case fact.TicketCancelled() | fact.TicketUnserved():
                self._gone(event, entry)
            case fact.TicketCalled():
                self._called(event, entry)
            case fact.StepUndone():
                self._undone(event, entry)
            case fact.TicketReturned():
                self._returned(event, entry)
            case (
                fact.TicketRecalled()
                | fact.ServiceStarted()
                | fact.TicketServed()
                | fact.TicketMissed()
                | fact.TicketParked()
                | fact.TicketTransferred()
            ):
                self._at_the_desk(event, entry)
            case _:
                self._fold_counter(entry, event)

    def _fold_counter(self, entry: Entry, event: AnyEvent) -> None:
        match event:
            case fact.CounterOpened() | fact.CounterTaken():
                self._opened(event, entry)
            case fact.CounterClosed():
                self._closed(event, entry)
            case fact.CounterPaused() | fact.CounterResumed():
                self.desks[event.counter].is_paused = isinstance(event, fact.CounterPaused)
            case _:
                pass

    def _configured(self, event: fact.HallConfigured, entry: Entry) -> None:
        known = {place.id for place in event.hall.counters}
        for name, desk in self.desks.items():
            self._law("a staffed counter stays", is_kept=desk.officer is None or name in known, about=entry)
        services = {service.id for service in event.hall.services}
        for ticket in self.tickets.values():
            is_kept = ticket.state in FINAL or ticket.service in services
            self._law("a service stays while a ticket needs it", is_kept=is_kept, about=entry)
        self.hall = event.hall
        self.desks = {place.id: self.desks.get(place.id, Desk()) for place in event.hall.counters}

    def _day_closed(self, event: fact.DayClosed, entry: Entry) -> None:
        left = [t.number for t in self.tickets.values() if t.state in IN_HAND | {"waiting", "parked"}]
        self._law(f"nobody is left over when the day closes: {left}", is_kept=not left, about=entry)
        staffed = [name for name, desk in self.desks.items() if desk.officer is not None]
        self._law(f"no counter is open over night: {staffed}", is_kept=not staffed, about=entry)
        self._law("call numbers are carried", is_kept=event.carried.call_count == self.call, about=entry)
        self.hall, self.date, self.latest_ms = event.carried.hall, None, entry.at_ms
        self.tickets, self.turns, self.open_services = {}, {}, set()
        self.desks = {place.id: Desk() for place in event.carried.hall.counters}

    def _issued(self, event: fact.TicketIssued, entry: Entry) -> None:
        assert self.date is not None, "a ticket is issued on a day"
        self._law("an id is given once", is_kept=event.ticket not in self.ids, about=entry)
        self._law(
            "a number is given once a day", is_kept=(self.date, event.number) not in self.numbers, about=entry
        )
        self._law("tickets are issued in hours", is_kept=event.service in self.open_services, about=entry)
        self.ids.add(event.ticket)
        self.numbers.add((self.date, event.number))
        place = (self.latest_ms, entry.seq)
        self.tickets[event.ticket] = Paper(
            id=event.ticket,
            number=event.number,
            service=event.service,
            lane="regular" if event.category is Category.REGULAR else "priority",
            place=place,
            arrived=place,
        )

    def _gone(self, event: fact.TicketCancelled | fact.TicketUnserved, entry: Entry) -> None:
        ticket = self.tickets[event.ticket]
        may = (
            {"waiting", "parked", "no_show"}
            if isinstance(event, fact.TicketCancelled)
            else {"waiting", "parked"}
        )
        self._law("nobody is taken from a desk", is_kept=ticket.state in may, about=entry)
        ticket.state = "cancelled" if isinstance(event, fact.TicketCancelled) else "unserved"

    def _opened(self, event: fact.CounterOpened | fact.CounterTaken, entry: Entry) -> None:
        desk = self.desks[event.counter]
        before = event.from_officer if isinstance(event, fact.CounterTaken) else None
        self._law("one officer at a counter", is_kept=desk.officer == before, about=entry)
        self.desks[event.counter] = Desk(officer=event.officer, ticket=desk.ticket)

    def _closed(self, event: fact.CounterClosed, entry: Entry) -> None:
        desk = self.desks[event.counter]
        self._law("nobody is left sitting at a desk", is_kept=desk.ticket is None, about=entry)
        self.desks[event.counter] = Desk()
        for ticket in self.tickets.values():
            if ticket.reserved == event.counter and ticket.state == "waiting":
                ticket.reserved = None

    def _called(self, event: fact.TicketCalled, entry: Entry) -> None:
        desk, ticket = self.desks[event.counter], self.tickets[event.ticket]
        self._law("calls are numbered upwards", is_kept=event.call > self.call, about=entry)
        self._law("one ticket at a counter", is_kept=desk.ticket is None, about=entry)
        self._law("one counter for a ticket", is_kept=ticket.counter is None, about=entry)
        self._law("only an open counter calls", is_kept=self._may_call(desk, entry), about=entry)
        callable_states = {"waiting", "parked", "no_show"}
        self._law("who is called was waiting", is_kept=ticket.state in callable_states, about=entry)
        desk.turn = None
        if event.why.rule is not ChoiceRule.OUT_OF_ORDER:
            self._law("the one whose turn it is", is_kept=self._is_next(event, ticket), about=entry)
            self._turn(event, desk, ticket)
        desk.ended = desk.ended if event.follows_end else None
        desk.called = replace(ticket)
        desk.ticket, self.call = ticket.id, event.call
        ticket.state, ticket.counter, ticket.reserved = "called", event.counter, None
        ticket.calls += 1

    def _may_call(self, desk: Desk, entry: Entry) -> bool:
        return desk.officer == entry.actor and not desk.is_paused

    def _is_next(self, event: fact.TicketCalled, ticket: Paper) -> bool:
        """Whether a ticket is first of its lane, and its lane first by the ratio, counted one call at a time."""
        assert self.hall is not None
        waiting = self._waiting_for(event.counter)
        if ticket.state != "waiting" or ticket.id not in {one.id for one in waiting}:
            return False
        own = [one for one in waiting if one.lane == ticket.lane]
        if min(own, key=lambda one: one.place).id != ticket.id or event.why.waiting_count != len(waiting):
            return False
        if len(own) == len(waiting):
            return True
        lane, run = self.turns.get(self._pool(event.counter), (None, 0))
        rules = self.hall.rules
        run_max = {"priority": rules.priority_run, "regular": rules.regular_run}
        wanted = "priority" if lane is None else lane if run < run_max[lane] else _other(lane)
        return ticket.lane == wanted

    def _turn(self, event: fact.TicketCalled, desk: Desk, ticket: Paper) -> None:
        pool = self._pool(event.counter)
        desk.turn = self.turns.get(pool, (None, 0))
        lane, run = desk.turn
        self.turns[pool] = (ticket.lane, run + 1 if lane == ticket.lane else 1)

    def _undone(self, event: fact.StepUndone, entry: Entry) -> None:
        desk = self.desks[event.counter]
        is_named = (
            event.called == (desk.called.id if desk.called else None)
            and event.ended == (desk.ended.id if desk.ended else None)
            and (event.called or event.ended) is not None
        )
        self._law("only the last step is undone", is_kept=is_named, about=entry)
        desk.ticket = None
        if desk.called is not None:
            before = deepcopy(desk.called)
            if before.reserved is not None and self._is_closed(before.reserved):
                before.reserved = None
            self.tickets[before.id] = before
            if desk.turn is not None:
                self.turns[self._pool(event.counter)] = desk.turn
        if desk.ended is not None:
            now, before = self.tickets[desk.ended.id], deepcopy(desk.ended)
            is_untouched = now.state in {"done", "no_show"} and now.calls == before.calls
            self._law("nobody built on what is undone", is_kept=is_untouched, about=entry)
            self.tickets[before.id] = before
            desk.ticket = before.id
        desk.ended = desk.called = desk.turn = None

    def _returned(self, event: fact.TicketReturned, entry: Entry) -> None:
        ticket = self.tickets[event.ticket]
        self._law("who returns was away", is_kept=ticket.state in {"parked", "no_show"}, about=entry)
        ticket.state, ticket.place, ticket.reserved = "waiting", event.place, None

    def _at_the_desk(
        self,
        event: fact.TicketRecalled
        | fact.ServiceStarted
        | fact.TicketServed
        | fact.TicketMissed
        | fact.TicketParked
        | fact.TicketTransferred,
        entry: Entry,
    ) -> None:
        desk, ticket = self.desks[event.counter], self.tickets[event.ticket]
        is_there = desk.ticket == ticket.id and ticket.counter == event.counter
        self._law("who is at the desk is at this desk", is_kept=is_there, about=entry)
        self._law("who is at the desk is in hand", is_kept=ticket.state in IN_HAND, about=entry)
        way_back = replace(ticket)
        desk.ended = desk.called = desk.turn = None
        match event:
            case fact.TicketRecalled():
                self._law("calls are numbered upwards", is_kept=event.call > self.call, about=entry)
                self.call = event.call
                ticket.calls += 1
                return
            case fact.ServiceStarted():
                ticket.state = "serving"
                return
            case fact.TicketServed():
                ticket.state, desk.ended = "done", way_back
            case fact.TicketMissed():
                ticket.state, desk.ended = "no_show", way_back
            case fact.TicketParked():
                ticket.state = "parked"
            case fact.TicketTransferred():
                ticket.state, ticket.service = "waiting", event.service
                ticket.place, ticket.reserved = event.place, event.to_counter
        ticket.counter, desk.ticket = None, None

    # -- comparing ----------------------------------------------------------------------------------------------

    def _compare_tickets(self, state: State) -> None:
        assert set(state.tickets) == set(self.tickets), "both know the same tickets"
        for name, ticket in self.tickets.items():
            known = state.tickets[TicketId(name)]
            seen = (known.state, known.counter, known.service, known.place, known.arrived, known.calls)
            own = (ticket.state, ticket.counter, ticket.service, ticket.place, ticket.arrived, ticket.calls)
            assert seen == own, f"{ticket.number}: the state says {seen}, the auditor {own}"
            if ticket.state == "waiting":
                assert known.reserved == ticket.reserved, f"{ticket.number} is sent to one counter"
                self._check_reachable(ticket)

    def _check_reachable(self, ticket: Paper) -> None:
        assert self.hall is not None
        if ticket.reserved is not None:
            assert not self._is_closed(ticket.reserved), f"{ticket.number} waits for a closed counter"
        else:
            is_served = any(ticket.service in place.services for place in self.hall.counters)
            assert is_served, f"{ticket.number} waits where no counter calls"

    def _compare_counters(self, state: State) -> None:
        assert set(state.counters) == set(self.desks), "both know the same counters"
        hands = [counter.ticket for counter in state.counters.values() if counter.ticket is not None]
        assert len(hands) == len(set(hands)), f"one ticket is at two counters: {hands}"
        for name, counter in state.counters.items():
            desk = self.desks[name]
            assert (counter.ticket, counter.officer) == (desk.ticket, desk.officer), f"Loket {name}"
            is_closed = counter.state is CounterState.CLOSED
            assert is_closed == (desk.officer is None), f"Loket {name} is closed when nobody sits there"

    def _compare_lines(self, state: State) -> None:
        """Every waiting ticket stands in exactly one line, at its place; every line holds only who waits."""
        expected: dict[str, list[tuple[tuple[int, int], str]]] = {}
        for ticket in self.tickets.values():
            if ticket.state == "waiting":
                owner = ticket.service if ticket.reserved is None else f"@{ticket.reserved}"
                expected.setdefault(f"{owner}/{ticket.lane}", []).append((ticket.place, ticket.id))
        actual = {
            name: [entry for chunk in line for entry in chunk] for name, line in state.lines.items() if line
        }
        assert {name: sorted(line) for name, line in expected.items()} == actual, "nobody waiting is lost"
        self.counted["nobody waiting is lost"] = self.counted.get("nobody waiting is lost", 0) + 1

    def _compare_numbers(self, state: State) -> None:
        numbers = {ticket.number: ticket.id for ticket in self.tickets.values()}
        assert dict(state.numbers) == numbers, "a number finds its ticket"
        assert state.call_count == self.call, "calls are counted"

    # -- helpers ------------------------------------------------------------------------------------------------

    def _waiting_for(self, counter: str) -> list[Paper]:
        assert self.hall is not None
        services = next(place.services for place in self.hall.counters if place.id == counter)
        return [
            ticket
            for ticket in self.tickets.values()
            if ticket.state == "waiting"
            and (ticket.reserved == counter or (ticket.reserved is None and ticket.service in services))
        ]

    def _pool(self, counter: str) -> frozenset[str]:
        assert self.hall is not None
        return frozenset(next(place.services for place in self.hall.counters if place.id == counter))

    def _is_closed(self, counter: str) -> bool:
        desk = self.desks.get(counter)
        return desk is None or desk.officer is None

    def _law(self, law: str, *, is_kept: bool, about: Entry) -> None:
        self.counted[law] = self.counted.get(law, 0) + 1
        assert is_kept, f"{law}: broken by {about}"


def _other(lane: str) -> str:
    return "regular" if lane == "priority" else "priority"
