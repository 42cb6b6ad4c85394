"""The answer to each accepted command: status and body, from the state that it made."""

from typing import get_args

import msgspec
import pytest

from queue_server.domain import commands as wish
from queue_server.domain.commands import AnyCommand
from queue_server.domain.hall import CounterId, PrinterId, ServiceId
from queue_server.domain.model import CallNo, JobId, TicketId
from queue_server.views.answers import ANSWERS, answer
from queue_server.wire.shapes import CounterView, Empty, Shape, TicketAnswer, TicketView
from tests.views.build import BLANK, HALL, PLAN, Story

C1, ONE, TWO = CounterId("c1"), TicketId("one"), TicketId("two")
TAKE = wish.TakeTicket(ticket=TicketId("new"), service=ServiceId("ktp"), language="id")
NEXT = wish.CallNext(counter=C1, sees=None)
NEXT_AGAIN = wish.CallNext(counter=C1, sees=ONE)
TRANSFER = wish.TransferTicket(counter=C1, sees=ONE, service=ServiceId("kk"), place=wish.TransferPlace.BACK)
CALL_TWO = wish.CallTicket(counter=C1, sees=None, ticket=TWO, reason=wish.OrderReason.FRAIL)
PAUSE = wish.PauseCounter(counter=C1, reason=wish.PauseReason.MEAL)

CASES: dict[str, tuple[tuple[AnyCommand, ...], tuple[int, object]]] = {
    # The last command is answered; before it `one` and `two` wait before the open Loket 1.
    "take": ((TAKE,), (201, ("new", "waiting"))),
    "cancel": ((wish.CancelTicket(ticket=ONE),), (200, ("one", "cancelled"))),
    "return": (
        (NEXT, wish.ParkTicket(counter=C1, sees=ONE), wish.ReturnTicket(ticket=ONE)),
        (200, ("one", "waiting")),
    ),
    "reprint": ((wish.ReprintTicket(ticket=ONE, printer=PrinterId("p2")),), (200, ("one", "waiting"))),
    "open": ((wish.OpenCounter(counter=C1),), (200, ("c1", "open"))),
    "pause": ((PAUSE,), (200, ("c1", "paused"))),
    "resume": ((PAUSE, wish.ResumeCounter(counter=C1)), (200, ("c1", "open"))),
    "close": ((wish.CloseCounter(counter=C1),), (200, ("c1", "closed"))),
    "next": ((NEXT,), (200, {"one": "called"})),
    "next ends the one in hand and answers with the new one": (
        (NEXT, NEXT_AGAIN),
        (200, {"two": "called"}),
    ),
    "next when nobody waits": (
        (NEXT, NEXT_AGAIN, wish.CallNext(counter=C1, sees=TWO)),
        (200, {}),
    ),
    "call": ((CALL_TWO,), (200, {"two": "called"})),
    "recall": ((NEXT, wish.Recall(counter=C1, sees=ONE)), (200, {"one": "called"})),
    "start": ((NEXT, wish.StartService(counter=C1, sees=ONE)), (200, {"one": "serving"})),
    "finish": ((NEXT, wish.FinishService(counter=C1, sees=ONE)), (200, {"one": "done"})),
    "no show": ((NEXT, wish.MarkNoShow(counter=C1, sees=ONE)), (200, {"one": "no_show"})),
    "park": ((NEXT, wish.ParkTicket(counter=C1, sees=ONE)), (200, {"one": "parked"})),
    "transfer": ((NEXT, TRANSFER), (200, {"one": "waiting"})),
    "undo of a call leaves nobody in hand": ((NEXT, wish.UndoStep(counter=C1, sees=ONE)), (200, {})),
    "undo of a next gives the first one back": (
        (NEXT, NEXT_AGAIN, wish.UndoStep(counter=C1, sees=TWO)),
        (200, {"one": "called"}),
    ),
    "report of a voice": (
        (NEXT, wish.ReportCall(call=CallNo(1), what=wish.CallReport.SPEAKING)),
        (200, None),
    ),
    "count of screens": ((NEXT, wish.RecordShown(call=CallNo(1), shown=1, screens=2)), (200, None)),
    "report of a printer": (
        (
            wish.ReprintTicket(ticket=ONE, printer=PrinterId("p2")),
            wish.ReportPrint(
                job=JobId("j1"), attempt=1, status=wish.PrintReport.STARTED, printer=PrinterId("p2")
            ),
        ),
        (200, None),
    ),
    "configuration": ((wish.Configure(hall=HALL),), (200, None)),
    "day": ((wish.StartDay(plan=PLAN),), (200, None)),
    "hours": ((wish.RevisePlan(plan=PLAN),), (200, None)),
    "tick": ((wish.Tick(),), (200, None)),
    "clock": ((wish.SettleClock(),), (200, None)),
    "restore": ((wish.NoteRestore(gap=100),), (200, None)),
    "word on a restore": ((wish.ConfirmRestore(),), (200, None)),
}


def told(shape: Shape) -> object:
    """A ticket or counter by id and state; of an officer's act `{ticket: state}`; None for an empty body."""
    match shape:
        case TicketView() as ticket:
            return (ticket.id, ticket.state)
        case CounterView() as counter:
            return (counter.counter, counter.state)
        case TicketAnswer(ticket=ticket):
            return {} if ticket is None else {ticket.id: ticket.state}
        case Empty():
            return None
        case _:
            raise AssertionError(shape)


@pytest.mark.parametrize("name", CASES)
def test_an_accepted_command_is_answered_from_the_state_it_made(name: str) -> None:
    """Source: contract, "HTTP": what each call gives back."""
    commands, expected = CASES[name]
    story = Story()
    story.open("c1")
    story.take("one")
    story.take("two")
    for command in commands:
        story.do(command)

    status, shape = answer(story.state, BLANK, commands[-1])

    assert expected == (status, told(shape))


def test_every_command_stands_in_the_table_above() -> None:
    """A new command gets its answer with its first line of code."""
    answered = {type(commands[-1]) for commands, _ in CASES.values()}

    assert set(get_args(AnyCommand)) == answered


def test_what_has_no_entry_is_answered_with_an_empty_object() -> None:
    """Reports and time: that it was accepted is all there is to say."""
    silent = {kind for kind in get_args(AnyCommand) if kind not in ANSWERS}

    assert {
        wish.ReportCall,
        wish.RecordShown,
        wish.ReportPrint,
        wish.Configure,
        wish.StartDay,
        wish.RevisePlan,
        wish.Tick,
        wish.SettleClock,
        wish.NoteRestore,
        wish.ConfirmRestore,
    } == silent
    assert b"{}" == msgspec.json.encode(answer(Story().state, BLANK, wish.Tick())[1])
