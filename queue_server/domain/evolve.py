"""`evolve(state, entry)`: the state after a journal entry. The only place where states are made.

Pure, and total over the entries that `decide` gave: replaying a journal gives the very state that its hub held. It
decides nothing and refuses nothing; an entry that does not fit is a broken journal and fails an assertion or a look-up.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from immutables import Map

from queue_server.domain import events as fact
from queue_server.domain import evolve_call, evolve_clock, evolve_paper, evolve_ticket, restoring
from queue_server.domain.events import AnyEvent, Entry
from queue_server.domain.hall import CounterId, HallConfig
from queue_server.domain.model import Counter, Day, State
from queue_server.domain.numbering import remembered

_Fold = Callable[[State, Entry, Any], State]
"""Each fold takes its own event; the table below pairs them."""

replace = msgspec.structs.replace


def evolve(state: State, entry: Entry) -> State:
    """The state after one entry, which must be the next: `entry.seq == state.seq + 1`, or the first after a seal."""
    after = FOLDS[type(entry.event)](state, entry, entry.event)
    return replace(after, seq=entry.seq, at_ms=entry.at_ms, order_ms=max(after.order_ms, entry.at_ms))


def folded(state: State, entries: Iterable[Entry]) -> State:
    """The state after many entries."""
    for entry in entries:
        state = evolve(state, entry)
    return state


def _hall_configured(state: State, _entry: Entry, event: fact.HallConfigured) -> State:
    return replace(state, hall=event.hall, is_configured=True, counters=_counters(event.hall, state.counters))


def _day_opened(state: State, _entry: Entry, event: fact.DayOpened) -> State:
    return replace(state, day=Day(plan=event.plan))


def _plan_revised(state: State, _entry: Entry, event: fact.PlanRevised) -> State:
    assert state.day is not None, "only a running day is revised"
    return replace(state, day=replace(state.day, plan=event.plan))


def _day_closed(_state: State, _entry: Entry, event: fact.DayClosed) -> State:
    """Nothing but what is carried goes on, so that a fold may begin with this very entry."""
    carried = event.carried
    sequences = Map({date: Map(of_day) for date, of_day in carried.sequences.items()})
    return State(
        hall=carried.hall,
        is_configured=True,
        counters=_counters(carried.hall, Map()),
        call_count=carried.call_count,
        job_count=carried.job_count,
        sequences=remembered(sequences),
        restored=carried.restored,
    )


def _hours_changed(state: State, _entry: Entry, event: fact.HoursChanged) -> State:
    assert state.day is not None, "hours belong to a day"
    open_services = state.day.open_services.union(event.opened).difference(event.closed)
    return replace(state, day=replace(state.day, open_services=open_services))


def _counters(hall: HallConfig, known: Map[CounterId, Counter]) -> Map[CounterId, Counter]:
    return Map({place.id: known.get(place.id, Counter(id=place.id)) for place in hall.counters})


FOLDS: Mapping[type[AnyEvent], _Fold] = {
    fact.HallConfigured: _hall_configured,
    fact.DayOpened: _day_opened,
    fact.PlanRevised: _plan_revised,
    fact.DayClosed: _day_closed,
    fact.HoursChanged: _hours_changed,
    fact.ClockSettled: evolve_clock.settled,
    fact.JournalRestored: restoring.restored,
    fact.RestoreConfirmed: restoring.confirmed,
    fact.TicketIssued: evolve_ticket.issued,
    fact.TicketCancelled: evolve_ticket.cancelled,
    fact.TicketUnserved: evolve_ticket.unserved,
    fact.TicketServed: evolve_ticket.served,
    fact.TicketMissed: evolve_ticket.missed,
    fact.TicketParked: evolve_ticket.parked,
    fact.TicketTransferred: evolve_ticket.transferred,
    fact.TicketReturned: evolve_ticket.returned,
    fact.ServiceStarted: evolve_ticket.started,
    fact.CounterOpened: evolve_call.counter_opened,
    fact.CounterTaken: evolve_call.counter_opened,
    fact.CounterPaused: evolve_call.counter_paused,
    fact.CounterResumed: evolve_call.counter_resumed,
    fact.CounterClosed: evolve_call.counter_closed,
    fact.TicketCalled: evolve_call.called,
    fact.TicketRecalled: evolve_call.recalled,
    fact.StepUndone: evolve_call.undone,
    fact.CallShown: evolve_call.shown,
    fact.CallSpeaking: evolve_call.speaking,
    fact.CallSpoken: evolve_call.spoken,
    fact.CallDropped: evolve_call.dropped,
    fact.PrintRequested: evolve_paper.requested,
    fact.PrintStarted: evolve_paper.started,
    fact.PrintDone: evolve_paper.done,
    fact.PrintTroubled: evolve_paper.troubled,
    fact.NumberShownInstead: evolve_paper.shown_instead,
    fact.PrintAbandoned: evolve_paper.abandoned,
}
