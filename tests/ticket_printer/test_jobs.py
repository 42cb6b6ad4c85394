"""The table of what to do next: what the hub asks for, by what the spool knows, by how the printer is."""

import pytest

from queue_server.wire.shapes import PrintJobView
from tests.ticket_printer.papers import job
from ticket_printer.devices.base import READY, Ending, Health
from ticket_printer.jobs import Complain, Confirm, Forget, Print, Step, next_step
from ticket_printer.spool import Fact, Stage

PAPER_LOW = Health(status="paper_low", detail="nearly used up")
PAPER_OUT = Health(status="paper_out", detail="no paper")
OFFLINE = Health(status="offline", detail="cover open")


def known(stage: Stage, attempt: int = 1, *, name: str = "J1", requested_at_ms: int = 1_000) -> Fact:
    """What the spool knows."""
    return Fact(job=name, requested_at_ms=requested_at_ms, attempt=attempt, stage=stage)


STARTED, PRINTED = Stage.STARTED, Stage.PRINTED

TABLE: list[tuple[str, list[PrintJobView], list[Fact], Health, Step | None]] = [
    ("nothing to do", [], [], READY, None),
    ("a fresh job is printed, unmarked", [job()], [], READY, Print(job(), 1, is_copy=False)),
    ("on a low roll too", [job()], [], PAPER_LOW, Print(job(), 1, is_copy=False)),
    ("a reprint is marked", [job(copy=True)], [], READY, Print(job(copy=True), 1, is_copy=True)),
    ("an attempt above 1 is marked", [job(attempt=2)], [], READY, Print(job(attempt=2), 2, is_copy=True)),
    (
        "what was started and never confirmed is printed again, marked, though the hub never heard of it",
        [job()],
        [known(STARTED)],
        READY,
        Print(job(), 2, is_copy=True),
    ),
    (
        "the hub knows of more attempts than the spool",
        [job(attempt=4)],
        [known(STARTED, 1)],
        READY,
        Print(job(attempt=4), 4, is_copy=True),
    ),
    (
        "the spool knows of more attempts than the hub",
        [job(attempt=2)],
        [known(STARTED, 5)],
        READY,
        Print(job(attempt=2), 6, is_copy=True),
    ),
    (
        "what is on paper is reported again, never printed again",
        [job(attempt=2)],
        [known(PRINTED)],
        READY,
        Confirm("J1", 1),
    ),
    ("also without a printer", [job(attempt=2)], [known(PRINTED)], OFFLINE, Confirm("J1", 1)),
    ("what the hub no longer asks for is forgotten", [], [known(PRINTED)], READY, Forget(("J1",))),
    (
        "an old job with the same id is another job",
        [job(requested_at_ms=9_000)],
        [known(PRINTED)],
        READY,
        Print(job(requested_at_ms=9_000), 1, is_copy=False),
    ),
    ("oldest first", [job("J1"), job("J2")], [], READY, Print(job("J1"), 1, is_copy=False)),
    (
        "without paper nothing is started, and the hub hears why",
        [job()],
        [],
        PAPER_OUT,
        Complain("J1", 1, Ending.PAPER_OUT, "no paper"),
    ),
    ("offline likewise", [job()], [], OFFLINE, Complain("J1", 1, Ending.FAILED, "cover open")),
]


@pytest.mark.parametrize(
    ("case", "jobs", "facts", "health", "expected"), TABLE, ids=[row[0] for row in TABLE]
)
def test_the_next_step_is(
    case: str, jobs: list[PrintJobView], facts: list[Fact], health: Health, expected: Step | None
) -> None:
    """Two-phase printing: reserve, print, confirm; in doubt a marked copy."""
    assert (case, expected) == (case, next_step(jobs, {fact.job: fact for fact in facts}, health))


def test_what_the_hub_has_acknowledged_is_neither_reported_nor_printed_again() -> None:
    """Its view may still be the one from before the report."""
    facts = {"J1": known(PRINTED)}

    step = next_step([job(attempt=2), job("J2")], facts, READY, acknowledged={("J1", 1)})

    assert step == Print(job("J2"), 1, is_copy=False)


def test_a_complaint_is_made_once_for_each_job() -> None:
    """Then the agent waits for the roll."""
    step = next_step([job(), job("J2")], {}, PAPER_OUT, complained={("J1", 1)})
    nothing = next_step([job(), job("J2")], {}, PAPER_OUT, complained={("J1", 1), ("J2", 1)})

    assert (step, nothing) == (Complain("J2", 1, Ending.PAPER_OUT, "no paper"), None)
