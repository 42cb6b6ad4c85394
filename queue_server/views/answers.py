"""The answer to a command that was accepted: HTTP status and body, kept with its key and given again word for word."""

from collections.abc import Callable, Mapping
from typing import Any

from queue_server.domain import commands as wish
from queue_server.domain.commands import AnyCommand
from queue_server.domain.model import State
from queue_server.views.counter import counter_view
from queue_server.views.presence import Presence
from queue_server.views.ticket import ticket_view
from queue_server.wire.shapes import CounterView, Empty, Shape, TicketAnswer, TicketView

CREATED = 201
OK = 200

OfTicket = wish.TakeTicket | wish.CancelTicket | wish.ReturnTicket | wish.ReprintTicket
OfCounter = wish.OpenCounter | wish.PauseCounter | wish.ResumeCounter | wish.CloseCounter

_Answer = Callable[[State, Presence, Any], Shape]
"""Each takes its own commands; the table below pairs them."""


def answer(after: State, presence: Presence, command: AnyCommand) -> tuple[int, Shape]:
    """Status and body for a command that `decide` accepted, from the state that it made."""
    status = CREATED if isinstance(command, wish.TakeTicket) else OK
    return status, ANSWERS.get(type(command), _nothing)(after, presence, command)


def _ticket(after: State, presence: Presence, command: OfTicket) -> TicketView:
    view = ticket_view(after, presence, command.ticket)
    assert view is not None, "what was decided on is there"
    return view


def _counter(after: State, presence: Presence, command: OfCounter) -> CounterView:
    view = counter_view(after, presence, command.counter)
    assert view is not None, "what was decided on is there"
    return view


def _in_hand(after: State, presence: Presence, command: wish.CounterCommand) -> TicketAnswer:
    ticket = after.counters[command.counter].ticket
    return TicketAnswer(ticket=None if ticket is None else ticket_view(after, presence, ticket))


def _acted_on(after: State, presence: Presence, command: wish.CounterCommand) -> TicketAnswer:
    assert command.sees is not None, "without a ticket in hand this was refused"
    return TicketAnswer(ticket=ticket_view(after, presence, command.sees))


def _nothing(_after: State, _presence: Presence, _command: AnyCommand) -> Empty:
    return Empty()


ANSWERS: Mapping[type[AnyCommand], _Answer] = {
    wish.TakeTicket: _ticket,
    wish.CancelTicket: _ticket,
    wish.ReturnTicket: _ticket,
    wish.ReprintTicket: _ticket,
    wish.OpenCounter: _counter,
    wish.PauseCounter: _counter,
    wish.ResumeCounter: _counter,
    wish.CloseCounter: _counter,
    wish.CallNext: _in_hand,
    wish.CallTicket: _in_hand,
    wish.Recall: _in_hand,
    wish.StartService: _in_hand,
    wish.UndoStep: _in_hand,
    wish.FinishService: _acted_on,
    wish.MarkNoShow: _acted_on,
    wish.ParkTicket: _acted_on,
    wish.TransferTicket: _acted_on,
}
"""Whatever is not here is answered with an empty object."""
