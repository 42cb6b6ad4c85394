"""Folding what happens to a ticket's paper: requested, started, printed, or shown on the kiosk instead."""

import msgspec

from queue_server.domain import events as fact
from queue_server.domain.events import Entry
from queue_server.domain.model import JobId, PrintJob, PrintState, State, TicketId

replace = msgspec.structs.replace


def requested(state: State, entry: Entry, event: fact.PrintRequested) -> State:
    job = PrintJob(
        id=event.job,
        ticket=event.ticket,
        printer=event.printer,
        requested_at_ms=entry.at_ms,
        is_copy=event.is_copy,
    )
    after = replace(state, jobs=state.jobs.set(job.id, job), job_count=state.job_count + 1)
    return _with_print(after, event.ticket, PrintState.PRINTING)


def started(state: State, _entry: Entry, event: fact.PrintStarted) -> State:
    return _with_job(state, event.job, attempt=event.attempt)


def done(state: State, _entry: Entry, event: fact.PrintDone) -> State:
    job = state.jobs[event.job]
    return _with_print(replace(state, jobs=state.jobs.delete(job.id)), job.ticket, PrintState.PRINTED)


def troubled(state: State, _entry: Entry, event: fact.PrintTroubled) -> State:
    return _with_job(state, event.job, trouble=event.trouble)


def shown_instead(state: State, entry: Entry, event: fact.NumberShownInstead) -> State:
    after = _with_job(state, event.job, shown_at_ms=entry.at_ms)
    return _with_print(after, state.jobs[event.job].ticket, PrintState.ON_SCREEN)


def abandoned(state: State, _entry: Entry, event: fact.PrintAbandoned) -> State:
    job = state.jobs[event.job]
    assert state.day is not None, "paper belongs to a day: what it leaves open is given up before its seal"
    day = replace(state.day, print_failed_count=state.day.print_failed_count + 1)
    after = replace(state, jobs=state.jobs.delete(job.id), day=day)
    return _with_print(after, job.ticket, PrintState.ABANDONED)


def _with_job(state: State, job: JobId, **changes: object) -> State:
    changed: PrintJob = replace(state.jobs[job], **changes)
    return replace(state, jobs=state.jobs.set(job, changed))


def _with_print(state: State, ticket: TicketId, outcome: PrintState) -> State:
    after = replace(state.tickets[ticket], print=outcome)
    return replace(state, tickets=state.tickets.set(ticket, after))
