"""Deciding what voices, screens and printers report. Reports come late, twice and out of order by nature."""

from typing import assert_never

from queue_server.domain.commands import CallReport, PrintReport, RecordShown, ReportCall, ReportPrint
from queue_server.domain.decision import Accepted, Decision, rejected
from queue_server.domain.events import (
    AnyEvent,
    CallShown,
    CallSpeaking,
    CallSpoken,
    NumberShownInstead,
    PrintDone,
    PrintStarted,
    PrintTroubled,
)
from queue_server.domain.model import ActorId, Call, CallNo, PrintJob, State, VoiceState
from queue_server.domain.refusals import Refusal


def report_call(state: State, command: ReportCall, _by: ActorId, _now_ms: int) -> Decision:
    """A voice asks to begin (`speaking`, granted once) or has finished (`spoken`)."""
    call = call_of(state, command.call)
    if call is None:
        return rejected(Refusal.UNKNOWN_CALL, f"There is no call {command.call} to speak of.")
    match command.what:
        case CallReport.SPEAKING:
            if call.voice is not VoiceState.PENDING:
                return rejected(Refusal.WRONG_STATE, f"This call is {call.voice} already.")
            return Accepted((CallSpeaking(call=call.call),))
        case CallReport.SPOKEN:
            if call.voice is VoiceState.SPOKEN:
                return Accepted()
            if call.voice is not VoiceState.SPEAKING:
                return rejected(Refusal.WRONG_STATE, f"This call is {call.voice}, nobody was speaking it.")
            return Accepted((CallSpoken(call=call.call),))
        case CallReport.SHOWN:
            return Accepted()
        case _:
            assert_never(command.what)


def record_shown(state: State, command: RecordShown, _by: ActorId, _now_ms: int) -> Decision:
    """Journals once per call on how many screens it was seen."""
    call = call_of(state, command.call)
    if call is None or call.shown is not None:
        return Accepted()
    return Accepted((CallShown(call=call.call, shown=command.shown, screens=command.screens),))


def report_print(state: State, command: ReportPrint, _by: ActorId, _now_ms: int) -> Decision:
    """Two phases: `started` before the first byte, then what became of it."""
    job = state.jobs.get(command.job)
    if job is None or job.printer != command.printer:
        return rejected(Refusal.UNKNOWN_JOB, f"This printer has no job '{command.job}'.")
    match command.status:
        case PrintReport.STARTED:
            # The agent's spool may know of an attempt that the hub never heard of, so the count may jump.
            is_new = command.attempt > job.attempt
            return Accepted((PrintStarted(job=job.id, attempt=command.attempt),) if is_new else ())
        case PrintReport.PRINTED:
            return Accepted((PrintDone(job=job.id),))
        case PrintReport.FAILED | PrintReport.PAPER_OUT:
            return Accepted(_troubled(job, command.status))
        case _:
            assert_never(command.status)


def call_of(state: State, number: CallNo) -> Call | None:
    """A recent call by its number; None: unknown or long past."""
    for calls in state.calls.values():
        for call in calls:
            if call.call == number:
                return call
    return None


def _troubled(job: PrintJob, trouble: str) -> tuple[AnyEvent, ...]:
    told = () if job.trouble == trouble else (PrintTroubled(job=job.id, trouble=trouble),)
    instead = () if job.shown_at_ms is not None else (NumberShownInstead(job=job.id),)
    return (*told, *instead)
