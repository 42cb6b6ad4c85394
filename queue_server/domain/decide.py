"""`decide(state, command, by, now_ms)`: what a command would change, or why it may not.

Pure and total: any command in any state gives an answer and never an exception. Who may wish what was settled
before (`intake`); here only the hall's rules speak. Expects `now_ms` not before `state.at_ms`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from queue_server.domain import commands as wish
from queue_server.domain import (
    decide_call,
    decide_counter,
    decide_day,
    decide_device,
    decide_ticket,
    restoring,
)
from queue_server.domain.commands import AnyCommand
from queue_server.domain.decision import Decision
from queue_server.domain.model import ActorId, State

_Rule = Callable[[State, Any, ActorId, int], Decision]
"""Each rule takes its own command; the table below pairs them, and a test checks the pairs against the signatures."""

RULES: Mapping[type[AnyCommand], _Rule] = {
    wish.TakeTicket: decide_ticket.take_ticket,
    wish.CancelTicket: decide_ticket.cancel_ticket,
    wish.ReturnTicket: decide_ticket.return_ticket,
    wish.ReprintTicket: decide_ticket.reprint_ticket,
    wish.OpenCounter: decide_counter.open_counter,
    wish.PauseCounter: decide_counter.pause_counter,
    wish.ResumeCounter: decide_counter.resume_counter,
    wish.CloseCounter: decide_counter.close_counter,
    wish.CallNext: decide_call.call_next,
    wish.CallTicket: decide_call.call_ticket,
    wish.Recall: decide_call.recall,
    wish.StartService: decide_call.start_service,
    wish.FinishService: decide_call.finish_service,
    wish.MarkNoShow: decide_call.mark_no_show,
    wish.ParkTicket: decide_call.park_ticket,
    wish.TransferTicket: decide_call.transfer_ticket,
    wish.UndoStep: decide_call.undo_step,
    wish.ReportCall: decide_device.report_call,
    wish.RecordShown: decide_device.record_shown,
    wish.ReportPrint: decide_device.report_print,
    wish.Configure: decide_day.configure,
    wish.StartDay: decide_day.start_day,
    wish.RevisePlan: decide_day.revise_plan,
    wish.Tick: decide_day.tick,
    wish.SettleClock: decide_day.settle_clock,
    wish.NoteRestore: restoring.note_restore,
    wish.ConfirmRestore: restoring.confirm_restore,
}


def decide(state: State, command: AnyCommand, by: ActorId, now_ms: int) -> Decision:
    """What `command`, wished by actor `by` at `now_ms`, would do to `state`."""
    return RULES[type(command)](state, command, by, now_ms)
