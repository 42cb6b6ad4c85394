"""What to do next, from what the hub asks for, what the spool knows and how the printer is. Pure.

The law (two phases): before the first byte goes to the printer, *started* is on our disk and accepted by the hub.
So a job that the spool calls started may be on paper, and is printed again as a copy; one that it calls printed is
on paper, and is only ever reported again. Two papers with one number do no harm, an unmarked second one does.
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from queue_server.wire.shapes import PrintJobView
from ticket_printer.devices.base import Ending, Health
from ticket_printer.spool import Fact, Stage


class Forget(msgspec.Struct, frozen=True):
    """The hub no longer asks for these; strike them from the spool."""

    jobs: tuple[str, ...]


class Confirm(msgspec.Struct, frozen=True):
    """It is on paper, but the hub has not acknowledged that: report it again."""

    job: str
    attempt: int


class Complain(msgspec.Struct, frozen=True):
    """The printer cannot print it now: tell the hub, so that the kiosk shows the number instead."""

    job: str
    attempt: int
    ending: Ending
    detail: str


class Print(msgspec.Struct, frozen=True):
    """Start this attempt and print."""

    job: PrintJobView
    attempt: int
    is_copy: bool


Step = Forget | Confirm | Complain | Print


def next_step(
    jobs: Sequence[PrintJobView],
    facts: Mapping[str, Fact],
    health: Health,
    *,
    acknowledged: Collection[tuple[str, int]] = (),
    complained: Collection[tuple[str, int]] = (),
) -> Step | None:
    """The one thing to do now; None: wait for news.

    Args:
        jobs: what the hub asks for, oldest first.
        facts: the spool, by job.
        acknowledged, complained: (job, attempt) whose report the hub has already taken, though its view may be older.
    """
    gone = tuple(sorted(facts.keys() - {job.job for job in jobs}))
    if gone:
        return Forget(gone)
    for job in jobs:
        fact = _fact_of(job, facts)
        is_printed = fact is not None and fact.stage is Stage.PRINTED
        if fact is not None and is_printed and (job.job, fact.attempt) not in acknowledged:
            return Confirm(job.job, fact.attempt)
        if is_printed:
            continue
        attempt = job.attempt if fact is None else max(job.attempt, fact.attempt + 1)
        if health.can_print:
            return Print(job, attempt, is_copy=job.copy or attempt > 1)
        if (job.job, attempt) not in complained:
            return Complain(job.job, attempt, _ending_of(health), health.detail)
    return None


def _fact_of(job: PrintJobView, facts: Mapping[str, Fact]) -> Fact | None:
    """None too where the spool means another job that had the same id once."""
    fact = facts.get(job.job)
    return fact if fact is not None and fact.requested_at_ms == job.requested_at_ms else None


def _ending_of(health: Health) -> Ending:
    return Ending.PAPER_OUT if health.status == "paper_out" else Ending.FAILED
