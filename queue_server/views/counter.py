"""What an officer sees of his counter: the ticket in hand, who is next, what became of the last call.

Those who wait are shown without number and category, so that nobody picks whom he serves.
"""

from collections.abc import Iterable

from queue_server.domain import calling, line, lines
from queue_server.domain.decision import desk_of
from queue_server.domain.hall import CounterId, CounterPlace
from queue_server.domain.model import LANES, Counter, State, Ticket, TicketState, VoiceState
from queue_server.views.codes import COUNTER_STATES, VOICE_STATES
from queue_server.views.heads import agency_heads, counter_summaries, hall_head, officer_head
from queue_server.views.presence import Presence
from queue_server.views.services import is_open, service_summaries
from queue_server.views.ticket import described
from queue_server.views.warnings import counter_warnings
from queue_server.wire.shapes import AgencyService, CounterView, HeldTicket, LastCall, WaitingTicket

WAITING_COUNT_MAX = 50
"""The contract's bounds: more than fits on the officer's screen."""

HELD_COUNT_MAX = 50

PARKED = TicketState.PARKED
"""A plain name: looked up 1,500 times in a view, an enum's attribute would cost more than the rest of the view."""

MISSED = TicketState.NO_SHOW


def counter_view(state: State, presence: Presence, counter: CounterId) -> CounterView | None:
    """One counter; None: there is no such counter."""
    desk = desk_of(state, counter)
    if desk is None:
        return None
    place, now = desk
    held = _held(state, place)
    return CounterView(
        hall=hall_head(state.hall),
        counter=place.id,
        name=place.name,
        zone=place.zone,
        state=COUNTER_STATES[now.state],
        officer=officer_head(presence, now.officer),
        since_at_ms=now.since_ms,
        pause_reason=now.pause_reason,
        services=service_summaries(
            state, (known for known in state.hall.services if known.id in place.services)
        ),
        all_services=_all_services(state),
        all_counters=counter_summaries(state, state.hall.counters),
        agencies=agency_heads(state.hall),
        ticket=None if now.ticket is None else described(state, state.tickets[now.ticket]),
        waiting=_waiting(state, place),
        waiting_count=_waiting_count(state, place),
        parked=_newest(held, PARKED),
        missed=_newest(held, MISSED),
        last_call=_last_call(state, presence, place, now),
        undo_until_at_ms=_undo_until_ms(state, now),
        seq=state.seq,
        warnings=counter_warnings(state, presence, place),
    )


def _all_services(state: State) -> list[AgencyService]:
    """Where a ticket can be transferred; a retired service takes nobody any more."""
    return [
        AgencyService(
            id=service.id,
            agency=service.agency,
            name=dict(service.name),
            open=is_open(state, service.id),
        )
        for service in state.hall.services
        if not service.is_retired
    ]


def _waiting(state: State, place: CounterPlace) -> list[WaitingTicket]:
    order = calling.waiting_in_order(state, place, WAITING_COUNT_MAX)
    tickets = (state.tickets[ticket] for ticket in order)
    return [
        WaitingTicket(id=ticket.id, service=ticket.service, arrived_at_ms=ticket.arrived[0])
        for ticket in tickets
    ]


def _waiting_count(state: State, place: CounterPlace) -> int:
    owners = lines.owners_for(place)
    return sum(line.count(found) for lane in LANES for found in lines.of_lane(state.lines, owners, lane))


def _held(state: State, place: CounterPlace) -> list[Ticket]:
    """The parked and missed tickets of the counter's services, in no order."""
    return [
        ticket
        for ticket in state.tickets.values()
        if (ticket.state is PARKED or ticket.state is MISSED) and ticket.service in place.services
    ]


def _newest(held: Iterable[Ticket], wanted: TicketState) -> list[HeldTicket]:
    """Those in one state, by when they left the counter, newest first."""
    views = [
        HeldTicket(
            id=ticket.id, number=ticket.number, service=ticket.service, since_at_ms=ticket.ended_at_ms or 0
        )
        for ticket in held
        if ticket.state is wanted
    ]
    return sorted(views, key=lambda view: (-view.since_at_ms, view.number))[:HELD_COUNT_MAX]


def _last_call(state: State, presence: Presence, place: CounterPlace, now: Counter) -> LastCall | None:
    """None: nobody was called, or it was undone, or so many calls ago that it is forgotten."""
    calls = reversed(state.calls.get(place.zone, ()))
    call = next((known for known in calls if known.call == now.last_call), None)
    if call is None or call.voice is VoiceState.WITHDRAWN:
        return None
    screens = {screen.id for screen in state.hall.screens if screen.zone == place.zone}
    seen = presence.shown.get(call.call, frozenset())
    return LastCall(
        call=call.call,
        number=call.number,
        times=call.times,
        called_at_ms=call.called_at_ms,
        shown=len(seen & screens) if call.shown is None else call.shown,
        screens=len(screens),
        voice=VOICE_STATES[call.voice],
        speaking_at_ms=call.speaking_at_ms,
        spoken_at_ms=call.spoken_at_ms,
    )


def _undo_until_ms(state: State, now: Counter) -> int | None:
    """None: there is nothing to take back, or somebody built on it, so that `decide` would refuse."""
    if now.undo is None:
        return None
    ended = now.undo.ended
    is_gone = ended is None or state.tickets[ended.id].state in {TicketState.DONE, TicketState.NO_SHOW}
    return now.undo.until_ms if is_gone else None
