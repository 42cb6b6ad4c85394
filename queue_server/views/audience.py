"""Whose view an event makes stale, so that a hub builds what changed and nothing else.

The law: whatever view differs after a batch of events, apart from its `seq`, its audience is in what `touched`
gives, or it is a ticket's and its service is among the lines. More than that costs a little work, less leaves an old
number on a screen. `tests/views/test_audience.py` holds the law against random histories.

Presence changes make views stale too; whoever changes it knows whose.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from queue_server.domain import events as fact
from queue_server.domain import line, lines
from queue_server.domain.events import AnyEvent
from queue_server.domain.hall import CounterId, CounterPlace, ServiceId
from queue_server.domain.model import LANES, Call, CallNo, JobId, PrintJob, State, Ticket, TicketId
from queue_server.views.warnings import SPEAKING, is_unconfirmed
from queue_server.wire.messages import ViewName

Audience: TypeAlias = tuple[ViewName, str]
"""A view and the id of what it is of; empty for the hall and the manager, of which there is one."""

HALL: Audience = ("hall", "")
MANAGER: Audience = ("manager", "")


class Touched(NamedTuple):
    """What a batch of events makes stale."""

    urgent: frozenset[Audience]
    """To be told at once: calls, what officers did, paper."""
    ordinary: frozenset[Audience]
    """To be told soon: counts that moved. None of them is among the urgent."""
    lines: frozenset[ServiceId]
    """The services whose tickets' own views may have moved, likewise to be told soon."""


def touched(before: State, after: State, events: Sequence[AnyEvent]) -> Touched:
    """What becomes stale when `events` lead from one state to the other."""
    if any(type(event) in WHOLE for event in events):
        return _everything(before, after)
    marks = _Marks(before, after)
    for event in events:
        RULES[type(event)](marks, event)
    _time_passed(marks)
    return marks.settled()


class _Marks:
    """What is found stale so far, between two states of one configuration."""

    def __init__(self, before: State, after: State) -> None:
        self.before = before
        self.after = after
        self.urgent: set[Audience] = set()
        self.ordinary: set[Audience] = set()
        self.moved: set[ServiceId] = set()
        """Services whose line or estimate moved: their summaries, and the phones of all who share a counter."""
        self.own_lines: set[CounterId] = set()
        """Counters whose own line, of tickets sent there, moved."""

    def versions(self, ticket: TicketId) -> list[Ticket]:
        """The ticket before and after; empty for one that came and went within the batch."""
        found = (self.before.tickets.get(ticket), self.after.tickets.get(ticket))
        return [version for version in found if version is not None]

    def place(self, counter: CounterId) -> CounterPlace:
        return next(place for place in self.after.hall.counters if place.id == counter)

    def call(self, number: CallNo) -> Call | None:
        """A call that either state still holds."""
        for state in (self.after, self.before):
            for calls in state.calls.values():
                for call in reversed(calls):
                    if call.call == number:
                        return call
        return None

    def everywhere(self) -> None:
        """Whatever shows services or the state of counters."""
        hall = self.after.hall
        self.ordinary.update((HALL, MANAGER))
        self.ordinary.update(("display", zone.id) for zone in hall.zones)
        self.ordinary.update(("kiosk", kiosk.id) for kiosk in hall.kiosks)
        self.all_counters()

    def all_counters(self) -> None:
        """Every counter shows the number and state of each."""
        self.ordinary.update(("counter", place.id) for place in self.after.hall.counters)

    def settled(self) -> Touched:
        phones = self._followed_lines() if self.moved or self.own_lines else frozenset[ServiceId]()
        return Touched(frozenset(self.urgent), frozenset(self.ordinary - self.urgent), phones)

    def _followed_lines(self) -> frozenset[ServiceId]:
        """Marks whoever shows a service that moved, and gives the services whose tickets do.

        Tickets of services that share a counter are called in one order; those sent to that counter stand in it too.
        """
        phones = set(self.moved)
        self.ordinary.update((HALL, MANAGER))
        self.ordinary.update(("kiosk", kiosk.id) for kiosk in self.after.hall.kiosks)
        for place in self.after.hall.counters:
            if not self.moved.isdisjoint(place.services):
                self.ordinary.update((("counter", place.id), ("display", place.zone)))
                phones.update(place.services)
                phones.update(_reserved_services(self.after, place.id))
            elif place.id in self.own_lines:
                self.ordinary.add(("counter", place.id))
                phones.update(_reserved_services(self.after, place.id))
        self._papers_follow(phones)
        return frozenset(phones)

    def _papers_follow(self, phones: set[ServiceId]) -> None:
        """A paper that is still to be printed says how many are ahead."""
        for job in self.after.jobs.values():
            if self.after.tickets[job.ticket].service in phones:
                self.ordinary.add(("printer", job.printer))


_Rule = Callable[[_Marks, Any], None]
"""Each rule takes its own event; the table below pairs them."""

InLine = fact.TicketIssued | fact.TicketCancelled | fact.TicketUnserved | fact.TicketReturned
LeftCounter = fact.TicketServed | fact.TicketMissed | fact.TicketParked | fact.TicketTransferred
Staffing = (
    fact.CounterOpened | fact.CounterTaken | fact.CounterPaused | fact.CounterResumed | fact.CounterClosed
)
OfCall = fact.CallSpeaking | fact.CallSpoken | fact.CallDropped
OfJob = (
    fact.PrintStarted | fact.PrintDone | fact.PrintTroubled | fact.NumberShownInstead | fact.PrintAbandoned
)


def _issued(marks: _Marks, event: fact.TicketIssued) -> None:
    _in_line(marks, event)
    if event.kiosk is not None:
        marks.urgent.add(("kiosk", event.kiosk))


def _in_line(marks: _Marks, event: InLine) -> None:
    _ticket(marks, event.ticket)


def _returned(marks: _Marks, event: fact.TicketReturned) -> None:
    """The officer who called it back waits for it to leave his list."""
    _in_line(marks, event)
    services = {version.service for version in marks.versions(event.ticket)}
    marks.urgent.update(
        ("counter", place.id)
        for place in marks.after.hall.counters
        if not services.isdisjoint(place.services)
    )


def _staffed(marks: _Marks, event: Staffing) -> None:
    """Who sits where decides who is called from where, and how long it takes."""
    _desk(marks, event.counter)
    marks.moved.update(marks.place(event.counter).services)


def _closed(marks: _Marks, event: fact.CounterClosed) -> None:
    """Whoever was sent there waits in the service's line again."""
    _staffed(marks, event)
    marks.moved.update(_reserved_services(marks.before, event.counter))


def _called(marks: _Marks, event: fact.TicketCalled) -> None:
    _desk(marks, event.counter)
    _ticket(marks, event.ticket)
    _turn(marks, event.counter, event.ticket)
    _announced(marks, event)


def _recalled(marks: _Marks, event: fact.TicketRecalled) -> None:
    marks.urgent.update((("ticket", event.ticket), ("counter", event.counter)))
    _announced(marks, event)


def _started(marks: _Marks, event: fact.ServiceStarted) -> None:
    marks.urgent.update((("ticket", event.ticket), ("counter", event.counter)))


def _left(marks: _Marks, event: LeftCounter) -> None:
    _desk(marks, event.counter)
    _ticket(marks, event.ticket)


def _undone(marks: _Marks, event: fact.StepUndone) -> None:
    """Both tickets stand as before, and an unspoken call is taken out of the voice's mouth."""
    _desk(marks, event.counter)
    marks.urgent.add(("announcer", marks.place(event.counter).zone))
    for ticket in (event.called, event.ended):
        if ticket is not None:
            _ticket(marks, ticket)
            _turn(marks, event.counter, ticket)


def _shown(marks: _Marks, event: fact.CallShown) -> None:
    call = marks.call(event.call)
    if call is not None:
        marks.urgent.add(("counter", call.counter))


def _spoken(marks: _Marks, event: OfCall) -> None:
    call = marks.call(event.call)
    if call is not None:
        marks.urgent.update((("counter", call.counter), ("display", call.zone), ("announcer", call.zone)))
        marks.ordinary.add(MANAGER)


def _paper_wanted(marks: _Marks, event: fact.PrintRequested) -> None:
    marks.urgent.add(("printer", event.printer))
    _paper(marks, event.ticket)


def _paper_of_job(marks: _Marks, event: OfJob) -> None:
    """A job that was wanted and done within the batch was marked when it was wanted."""
    job = _job(marks, event.job)
    if job is not None:
        marks.urgent.add(("printer", job.printer))
        _paper(marks, job.ticket)


def _hours(marks: _Marks, _event: fact.HoursChanged | fact.PlanRevised) -> None:
    marks.everywhere()


def _desk(marks: _Marks, counter: CounterId) -> None:
    """Another ticket, or another officer, is at a counter."""
    marks.urgent.update((HALL, ("counter", counter), ("display", marks.place(counter).zone)))
    marks.ordinary.add(MANAGER)
    marks.all_counters()


def _ticket(marks: _Marks, ticket: TicketId) -> None:
    """A ticket changed its state or place, and with it the lines that it stood in and stands in now."""
    marks.urgent.add(("ticket", ticket))
    for version in marks.versions(ticket):
        marks.moved.add(version.service)
        if version.reserved is not None:
            marks.own_lines.add(version.reserved)
    for now in marks.after.counters.values():
        # Where it left this counter, moving on takes the undo away there.
        if now.undo is not None and now.undo.ended is not None and now.undo.ended.id == ticket:
            marks.ordinary.add(("counter", now.id))


def _turn(marks: _Marks, counter: CounterId, ticket: TicketId) -> None:
    """A call moves the turn of the counter's services, also where the ticket's own is none of them."""
    services = marks.place(counter).services
    if not any(version.service in services for version in marks.versions(ticket)):
        marks.moved.update(services)


def _announced(marks: _Marks, event: fact.TicketCalled | fact.TicketRecalled) -> None:
    """A zone has one more call, and for it may have forgotten its oldest: somebody's last one."""
    marks.urgent.update((("display", event.zone), ("announcer", event.zone)))
    marks.ordinary.add(MANAGER)
    kept = marks.after.calls.get(event.zone, ())
    for call in marks.before.calls.get(event.zone, ()):
        if kept and call.call >= kept[0].call:
            break
        marks.ordinary.add(("counter", call.counter))


def _paper(marks: _Marks, ticket: TicketId) -> None:
    """The ticket's own page, the kiosk it came from and the officer who has it in hand know of its paper."""
    marks.urgent.add(("ticket", ticket))
    marks.ordinary.add(MANAGER)
    for version in marks.versions(ticket):
        if version.kiosk is not None:
            marks.urgent.add(("kiosk", version.kiosk))
        if version.counter is not None:
            marks.urgent.add(("counter", version.counter))


def _job(marks: _Marks, job: JobId) -> PrintJob | None:
    return marks.after.jobs.get(job) or marks.before.jobs.get(job)


def _reserved_services(state: State, counter: CounterId) -> set[ServiceId]:
    """The services of those who wait for one counter only."""
    return {
        state.tickets[TicketId(ticket)].service
        for lane in LANES
        for _, ticket in line.entries(state.lines.get(lines.key(f"@{counter}", lane), line.EMPTY))
    }


def _time_passed(marks: _Marks) -> None:
    """What views read off the instant of the last entry: hours that came due, voices that fell silent."""
    before, after = marks.before, marks.after
    first_ms, last_ms = sorted((before.at_ms, after.at_ms))
    if first_ms == last_ms:
        return
    if any(first_ms <= instant <= last_ms for instant in _hour_marks(after)):
        marks.everywhere()
    speaking = (call for calls in after.calls.values() for call in calls if call.voice is SPEAKING)
    for call in speaking:
        if is_unconfirmed(call, before.at_ms) is not is_unconfirmed(call, after.at_ms):
            marks.ordinary.update((MANAGER, ("counter", call.counter)))


def _hour_marks(state: State) -> Iterator[int]:
    if state.day is not None:
        for opening in state.day.plan.openings:
            yield opening.opens_at_ms
            yield opening.closes_at_ms


def _everything(before: State, after: State) -> Touched:
    """Everybody, of the hall as it was and as it is."""
    audiences: set[Audience] = {HALL, MANAGER}
    phones: set[ServiceId] = set()
    for state in (before, after):
        hall = state.hall
        audiences.update((view, zone.id) for zone in hall.zones for view in ("display", "announcer"))
        audiences.update(("kiosk", kiosk.id) for kiosk in hall.kiosks)
        audiences.update(("printer", printer.id) for printer in hall.printers)
        audiences.update(("counter", place.id) for place in hall.counters)
        phones.update(ticket.service for ticket in state.tickets.values())
    return Touched(frozenset(audiences), frozenset(), frozenset(phones))


WHOLE: frozenset[type[AnyEvent]] = frozenset({
    fact.HallConfigured, fact.DayOpened, fact.DayClosed, fact.ClockSettled, fact.JournalRestored, fact.RestoreConfirmed,
})  # fmt: skip
"""Events after which nothing is as it was; a clock set back moves every instant that lay ahead of it."""

RULES: Mapping[type[AnyEvent], _Rule] = {
    fact.PlanRevised: _hours,
    fact.HoursChanged: _hours,
    fact.TicketIssued: _issued,
    fact.TicketCancelled: _in_line,
    fact.TicketUnserved: _in_line,
    fact.TicketReturned: _returned,
    fact.CounterOpened: _staffed,
    fact.CounterTaken: _staffed,
    fact.CounterPaused: _staffed,
    fact.CounterResumed: _staffed,
    fact.CounterClosed: _closed,
    fact.TicketCalled: _called,
    fact.TicketRecalled: _recalled,
    fact.ServiceStarted: _started,
    fact.TicketServed: _left,
    fact.TicketMissed: _left,
    fact.TicketParked: _left,
    fact.TicketTransferred: _left,
    fact.StepUndone: _undone,
    fact.CallShown: _shown,
    fact.CallSpeaking: _spoken,
    fact.CallSpoken: _spoken,
    fact.CallDropped: _spoken,
    fact.PrintRequested: _paper_wanted,
    fact.PrintStarted: _paper_of_job,
    fact.PrintDone: _paper_of_job,
    fact.PrintTroubled: _paper_of_job,
    fact.NumberShownInstead: _paper_of_job,
    fact.PrintAbandoned: _paper_of_job,
}
"""One rule for every event that is not in `WHOLE`."""
