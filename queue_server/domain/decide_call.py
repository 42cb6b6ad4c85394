"""Deciding what an officer does with the ticket in hand and whom he calls.

Every command here carries `sees`, so that a late or doubled press never reaches the wrong citizen. The whole
table of states against commands stands in `docs/states.md`, which `tests/domain/test_states.py` reads and plays.
"""

import msgspec

from queue_server.domain import calling, restoring
from queue_server.domain.commands import (
    CallNext,
    CallTicket,
    FinishService,
    MarkNoShow,
    ParkTicket,
    Recall,
    StartService,
    TransferTicket,
    UndoStep,
)
from queue_server.domain.decide_ticket import new_place
from queue_server.domain.decision import (
    Accepted,
    Decision,
    Desk,
    desk_of,
    held_desk,
    in_hand,
    rejected,
    service_of,
)
from queue_server.domain.events import (
    AnyEvent,
    CallDropped,
    ChoiceRule,
    EndCause,
    ServiceStarted,
    StepUndone,
    TicketCalled,
    TicketMissed,
    TicketParked,
    TicketRecalled,
    TicketServed,
    TicketTransferred,
    Why,
)
from queue_server.domain.evolve_call import KEPT_COUNT_MAX
from queue_server.domain.model import (
    ActorId,
    CallNo,
    CounterState,
    State,
    Ticket,
    TicketId,
    TicketState,
    Undo,
    VoiceState,
)
from queue_server.domain.refusals import Refusal, Rejected

CALLABLE = frozenset({TicketState.WAITING, TicketState.PARKED, TicketState.NO_SHOW})
"""States from which a ticket may be called out of order."""


def call_next(state: State, command: CallNext, by: ActorId, now_ms: int) -> Decision:
    """Ends the ticket in hand, then calls the next by policy; nobody waiting is an answer, not a refusal."""
    held = held_desk(state, command.counter, command.sees, by)
    if isinstance(held, Rejected):
        return held
    desk, ticket = held
    if desk.now.state is CounterState.PAUSED:
        return rejected(Refusal.COUNTER_PAUSED, f"{desk.place.name} is paused.")
    waits = restoring.refusal(state)
    if waits is not None:
        return waits
    ended = _ended_by_next(state, desk, ticket, now_ms)
    chosen = calling.next_ticket(state, desk.place)
    if chosen is None:
        return Accepted(ended)
    ticket_id, why = chosen
    called = _called(state, desk, ticket_id, why, follows_end=bool(ended))
    return Accepted((*ended, *_pushed_out(state, desk), called))


def call_ticket(state: State, command: CallTicket, by: ActorId, now_ms: int) -> Decision:
    """The same for one given ticket that this counter may serve."""
    desk = desk_of(state, command.counter)
    wanted = state.tickets.get(command.ticket)
    if desk is not None and wanted is None:
        return rejected(Refusal.UNKNOWN_TICKET, f"There is no ticket '{command.ticket}' today.")
    held = held_desk(state, command.counter, command.sees, by)
    if isinstance(held, Rejected):
        return held
    assert wanted is not None, "an unknown counter was refused above"
    desk, ticket = held
    if desk.now.state is CounterState.PAUSED:
        return rejected(Refusal.COUNTER_PAUSED, f"{desk.place.name} is paused.")
    waits = restoring.refusal(state)
    if waits is not None:
        return waits
    if wanted.state not in CALLABLE:
        return rejected(Refusal.WRONG_STATE, f"This ticket is {wanted.state} and cannot be called.")
    if wanted.service not in desk.place.services and wanted.reserved != desk.place.id:
        return rejected(Refusal.WRONG_STATE, f"{desk.place.name} does not serve this ticket's service.")
    ended = _ended_by_next(state, desk, ticket, now_ms)
    why = calling.explanation(state, desk.place, wanted, ChoiceRule.OUT_OF_ORDER)
    why = msgspec.structs.replace(why, reason=command.reason)
    called = _called(state, desk, wanted.id, why, follows_end=bool(ended))
    return Accepted((*ended, *_pushed_out(state, desk), called))


def recall(state: State, command: Recall, by: ActorId, _now_ms: int) -> Decision:
    """Once more on screen and loudspeaker, as a call of its own."""
    found = in_hand(state, command.counter, command.sees, by)
    if isinstance(found, Rejected):
        return found
    desk, ticket = found
    if ticket.state is not TicketState.CALLED:
        return _wrong(ticket, "recalled")
    call = CallNo(state.call_count + 1)
    recalled = TicketRecalled(ticket=ticket.id, counter=desk.place.id, zone=desk.place.zone, call=call)
    return Accepted((*_pushed_out(state, desk), recalled))


def start_service(state: State, command: StartService, by: ActorId, _now_ms: int) -> Decision:
    """The citizen is at the desk."""
    found = in_hand(state, command.counter, command.sees, by)
    if isinstance(found, Rejected):
        return found
    desk, ticket = found
    if ticket.state is not TicketState.CALLED:
        return _wrong(ticket, "started")
    return Accepted((ServiceStarted(ticket=ticket.id, counter=desk.place.id),))


def finish_service(state: State, command: FinishService, by: ActorId, _now_ms: int) -> Decision:
    """The visit is done; nobody is called."""
    found = in_hand(state, command.counter, command.sees, by)
    if isinstance(found, Rejected):
        return found
    desk, ticket = found
    served = TicketServed(
        ticket=ticket.id, counter=desk.place.id, cause=EndCause.FINISHED, result=command.result
    )
    return Accepted((served,))


def mark_no_show(state: State, command: MarkNoShow, by: ActorId, _now_ms: int) -> Decision:
    """Nobody came."""
    found = in_hand(state, command.counter, command.sees, by)
    if isinstance(found, Rejected):
        return found
    desk, ticket = found
    if ticket.state is not TicketState.CALLED:
        return _wrong(ticket, "a no-show")
    return Accepted((TicketMissed(ticket=ticket.id, counter=desk.place.id),))


def park_ticket(state: State, command: ParkTicket, by: ActorId, _now_ms: int) -> Decision:
    """The citizen comes back later; the number waits aside."""
    found = in_hand(state, command.counter, command.sees, by)
    if isinstance(found, Rejected):
        return found
    desk, ticket = found
    return Accepted((TicketParked(ticket=ticket.id, counter=desk.place.id),))


def transfer_ticket(state: State, command: TransferTicket, by: ActorId, now_ms: int) -> Decision:
    """To another service's line, or to one counter's own; the number stays."""
    target = None if command.to_counter is None else desk_of(state, command.to_counter)
    if command.service is not None and service_of(state, command.service) is None:
        return rejected(Refusal.UNKNOWN_SERVICE, f"There is no service '{command.service}'.")
    if command.to_counter is not None and target is None:
        return rejected(Refusal.UNKNOWN_COUNTER, f"There is no counter '{command.to_counter}'.")
    found = in_hand(state, command.counter, command.sees, by)
    if isinstance(found, Rejected):
        return found
    desk, ticket = found
    service = service_of(state, command.service or ticket.service)
    if command.service is not None and service is not None and service.is_retired:
        return rejected(Refusal.SERVICE_CLOSED, "That service takes nobody any more.")
    if target is not None and target.now.state is CounterState.CLOSED:
        return rejected(Refusal.COUNTER_CLOSED, f"{target.place.name} is closed.")
    moved = TicketTransferred(
        ticket=ticket.id,
        counter=desk.place.id,
        service=command.service or ticket.service,
        to_counter=command.to_counter,
        place=new_place(state, ticket, command.place, now_ms),
    )
    return Accepted((moved,))


def undo_step(state: State, command: UndoStep, by: ActorId, now_ms: int) -> Decision:
    """Takes back the last next, finish or no-show, as long as nobody built on it."""
    held = held_desk(state, command.counter, command.sees, by)
    if isinstance(held, Rejected):
        return held
    desk, _ = held
    undo = desk.now.undo
    if undo is None or now_ms > undo.until_ms or not _is_untouched(state, undo):
        return rejected(Refusal.WRONG_STATE, "There is nothing left to undo.")
    called = None if undo.called is None else undo.called.id
    ended = None if undo.ended is None else undo.ended.id
    return Accepted((StepUndone(counter=desk.place.id, called=called, ended=ended),))


def _is_untouched(state: State, undo: Undo) -> bool:
    """Whether the ticket that left the counter still is where leaving put it, and nobody has called it since."""
    if undo.ended is None:
        return True
    now = state.tickets[undo.ended.id]
    return now.state in {TicketState.DONE, TicketState.NO_SHOW} and now.calls == undo.ended.calls


def _ended_by_next(state: State, desk: Desk, ticket: Ticket | None, now_ms: int) -> tuple[AnyEvent, ...]:
    if ticket is None:
        return ()
    assert ticket.called_at_ms is not None, "a ticket in hand was called"
    is_fresh = now_ms - ticket.called_at_ms < state.hall.rules.no_show_within_ms
    if ticket.state is TicketState.CALLED and is_fresh:
        return (TicketMissed(ticket=ticket.id, counter=desk.place.id),)
    return (TicketServed(ticket=ticket.id, counter=desk.place.id, cause=EndCause.NEXT),)


def _called(state: State, desk: Desk, ticket: TicketId, why: Why, *, follows_end: bool) -> TicketCalled:
    is_by_policy = why.rule is not ChoiceRule.OUT_OF_ORDER
    return TicketCalled(
        ticket=ticket,
        counter=desk.place.id,
        zone=desk.place.zone,
        call=CallNo(state.call_count + 1),
        why=why,
        pool=calling.pool(desk.place) if is_by_policy else None,
        follows_end=follows_end,
    )


def _pushed_out(state: State, desk: Desk) -> tuple[AnyEvent, ...]:
    """The oldest call of the zone, where the next one takes its room and nobody spoke it: dropped, not in silence."""
    calls = state.calls.get(desk.place.zone, ())
    if len(calls) < KEPT_COUNT_MAX or calls[0].voice is not VoiceState.PENDING:
        return ()
    return (CallDropped(call=calls[0].call),)


def _wrong(ticket: Ticket, wish: str) -> Decision:
    return rejected(Refusal.WRONG_STATE, f"This ticket is {ticket.state} and cannot be {wish}.")
