"""Closed sets are closed: a word that no rule knows is our own mistake, and never taken for the one beside it.

Intake turns away what a client makes up; such a word can only come from a part of the hub that was forgotten when the
set grew. It must fail where it stands, before anything is journaled.
"""

from typing import cast

import pytest

from queue_server.domain import commands as wish
from queue_server.domain.commands import AnyCommand, CallReport, PrintReport, TransferPlace
from queue_server.domain.decide import decide
from queue_server.domain.hall import PrinterId
from queue_server.domain.model import ActorId, CallNo, JobId
from tests.domain.halls import instant
from tests.domain.stories import Story

UNKNOWN: dict[str, AnyCommand] = {
    "what became of a call": wish.ReportCall(call=CallNo(1), what=cast(CallReport, "whispered")),
    "what became of a job": wish.ReportPrint(
        job=JobId("j1"), attempt=1, status=cast(PrintReport, "jammed"), printer=PrinterId("p1")
    ),
}


@pytest.mark.parametrize("command", UNKNOWN.values(), ids=UNKNOWN)
def test_a_report_that_no_rule_knows_is_decided_by_nobody(command: AnyCommand) -> None:
    """The type checker sees it first; what it does not see stops here."""
    story = _called_on_paper()

    with pytest.raises(AssertionError, match="unreachable"):
        decide(story.state, command, ActorId("p1"), instant("08:02"))


def test_a_place_that_no_rule_knows_is_nobodys_place() -> None:
    """Least of all the front of the line."""
    story = _called_on_paper()
    story.does("08:02", "ani", "park at 1")
    command = wish.ReturnTicket(ticket=story.ticket_id("A001"), place=cast(TransferPlace, "above"))

    with pytest.raises(AssertionError, match="unreachable"):
        decide(story.state, command, ActorId("ani"), instant("08:03"))


def _called_on_paper() -> Story:
    story = Story()
    story.tell("""
    time  | who | does               | answer
    08:00 | -   | takes ktp on paper | A001, A001 on its way to paper
    08:01 | ani | opens 1            | 1 open
    08:01 | ani | next at 1          | A001 called
    """)
    return story
