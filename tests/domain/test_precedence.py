"""Refusals in their one order: unknown things, STALE_VIEW, states. Source: contract, "Order of precedence"."""

import pytest

from queue_server.domain.hall import Rules
from queue_server.domain.model import ActorId
from queue_server.domain.refusals import Refusal, Rejected
from tests.domain.halls import small_hall
from tests.domain.stories import Story, read_table

ANI = ActorId("ani")

CASES = """
does                                        | desk            | answer
transfer at 9 to nowhere and 8 back seeing X | closed         | UNKNOWN_SERVICE
transfer at 9 to sim and 8 back seeing X    | closed          | UNKNOWN_COUNTER
transfer at 9 to sim back seeing X          | closed          | UNKNOWN_COUNTER
calls X at 9 seeing X                       | closed          | UNKNOWN_COUNTER
calls X at 1 seeing X                       | closed          | UNKNOWN_TICKET
calls X at 1 seeing X                       | other           | UNKNOWN_TICKET
calls X at 1 seeing X                       | paused          | UNKNOWN_TICKET
calls A002 at 1 seeing X                    | closed          | STALE_VIEW
calls A002 at 1 seeing X                    | other           | STALE_VIEW
calls A002 at 1 seeing X                    | paused          | STALE_VIEW
calls B001 at 1                             | closed          | COUNTER_CLOSED
calls B001 at 1                             | other           | NOT_YOUR_COUNTER
calls B001 at 1                             | other paused    | NOT_YOUR_COUNTER
calls B001 at 1                             | paused          | COUNTER_PAUSED
calls B001 at 1                             | open            | WRONG_STATE
next at 9 seeing X                          | closed          | UNKNOWN_COUNTER
next at 1 seeing X                          | closed          | STALE_VIEW
next at 1 seeing X                          | other           | STALE_VIEW
next at 1 seeing X                          | paused          | STALE_VIEW
next at 1                                   | closed          | COUNTER_CLOSED
next at 1                                   | other paused    | NOT_YOUR_COUNTER
next at 1                                   | paused          | COUNTER_PAUSED
finish at 9 seeing X                        | closed          | UNKNOWN_COUNTER
finish at 1 seeing X                        | other           | STALE_VIEW
finish at 1                                 | closed          | COUNTER_CLOSED
finish at 1                                 | other           | NOT_YOUR_COUNTER
finish at 1                                 | open            | NO_TICKET_IN_HAND
start at 1 seeing X                         | paused          | STALE_VIEW
start at 1                                  | paused          | NO_TICKET_IN_HAND
recall at 1                                 | serving         | WRONG_STATE
undo at 9 seeing X                          | closed          | UNKNOWN_COUNTER
undo at 1 seeing X                          | other           | STALE_VIEW
undo at 1                                   | closed          | COUNTER_CLOSED
undo at 1                                   | other           | NOT_YOUR_COUNTER
undo at 1                                   | open            | WRONG_STATE
transfer at 1 to sim and 3 back seeing X    | open            | STALE_VIEW
transfer at 1 to sim and 3 back             | other           | NOT_YOUR_COUNTER
transfer at 1 to sim and 3 back             | open            | NO_TICKET_IN_HAND
transfer at 1 to sim and 3 back             | serving         | COUNTER_CLOSED
opens 9                                     | closed          | UNKNOWN_COUNTER
opens 1                                     | other           | COUNTER_TAKEN
pauses 9                                    | closed          | UNKNOWN_COUNTER
pauses 1                                    | other           | NOT_YOUR_COUNTER
resumes 9                                   | closed          | UNKNOWN_COUNTER
resumes 1                                   | closed          | COUNTER_CLOSED
closes 9                                    | closed          | UNKNOWN_COUNTER
closes 1                                    | other           | NOT_YOUR_COUNTER
closes 1                                    | serving         | WRONG_STATE
takes nothing                               | closed          | UNKNOWN_SERVICE
takes pbb                                   | hours over      | SERVICE_CLOSED
takes ktp                                   | closed          | LINE_FULL
cancels X                                   | closed          | UNKNOWN_TICKET
cancels B001                                | closed          | WRONG_STATE
returns X                                   | closed          | UNKNOWN_TICKET
returns A001                                | closed          | WRONG_STATE
reprints X                                  | closed          | UNKNOWN_TICKET
reprints A001 at p9                         | closed          | WRONG_STATE
says 99 spoken                              | closed          | UNKNOWN_CALL
says 1 spoken                               | serving         | WRONG_STATE
prints j99 printed                          | closed          | UNKNOWN_JOB
"""
"""`X` is an id that nobody has; `B001` is cancelled, `A001` and `A002` wait; the line is full with two."""

DESKS = {
    "closed": [],
    "open": [("ani", "opens 1")],
    "paused": [("ani", "opens 1"), ("ani", "pauses 1")],
    "other": [("budi", "opens 1")],
    "other paused": [("budi", "opens 1"), ("budi", "pauses 1")],
    "serving": [("ani", "opens 1"), ("ani", "next at 1"), ("ani", "start at 1")],
    "hours over": [("hub", "tick")],
}

AT_OTHER_DOORS = {
    Refusal.TOO_LARGE, Refusal.INVALID, Refusal.UNAUTHENTICATED, Refusal.FORBIDDEN, Refusal.TOO_MANY,
    Refusal.KEY_REUSED, Refusal.EXPIRED, Refusal.UNKNOWN_HALL, Refusal.BUSY, Refusal.OUTCOME_UNKNOWN,
}  # fmt: skip
"""Answered before or around `decide`: by the endpoint, intake and hub."""

ORDER = (
    {Refusal.UNKNOWN_SERVICE, Refusal.UNKNOWN_COUNTER, Refusal.UNKNOWN_TICKET, Refusal.UNKNOWN_CALL, Refusal.UNKNOWN_JOB},
    {Refusal.STALE_VIEW},
    {
        Refusal.SERVICE_CLOSED, Refusal.LINE_FULL, Refusal.COUNTER_CLOSED, Refusal.NOT_YOUR_COUNTER,
        Refusal.COUNTER_TAKEN, Refusal.COUNTER_PAUSED, Refusal.NO_TICKET_IN_HAND, Refusal.WRONG_STATE,
    },
)  # fmt: skip
"""The three ranks of the domain's refusals."""


@pytest.mark.parametrize("case", read_table(CASES), ids=lambda case: f"{case['does']}, {case['desk']}")
def test_the_first_fault_is_the_answer(case: dict[str, str]) -> None:
    """However much is wrong, the earliest rank speaks, and nothing changes."""
    story = _story(case["desk"])
    before = story.state
    decision = story.ledger.submit(story.command(case["does"]), ANI, before.at_ms + 1_000)

    assert isinstance(decision, Rejected)
    assert case["answer"] == decision.code
    assert before == story.state


def test_every_refusal_of_the_domain_stands_in_the_table() -> None:
    """Each code appears at least once; what is not the domain's is named with its door."""
    told = {Refusal(case["answer"]) for case in read_table(CASES)}

    assert set(Refusal) - AT_OTHER_DOORS == told
    assert set.union(*ORDER) == told


def test_a_refusal_says_in_one_sentence_what_is_wrong() -> None:
    """`detail` is plain words with a full stop, and names no person."""
    for case in read_table(CASES):
        story = _story(case["desk"])
        decision = story.ledger.submit(story.command(case["does"]), ANI, story.state.at_ms + 1_000)

        assert isinstance(decision, Rejected)
        assert decision.detail.endswith(".")
        assert "budi" not in decision.detail


def _story(desk: str) -> Story:
    story = Story(small_hall(rules=Rules(line_max=2)))
    for does in ["takes ktp", "takes sim", "takes ktp", "cancels B001"]:
        story.does("08:00", "-", does)
    clock = "15:00" if desk == "hours over" else "08:01"
    for who, does in DESKS[desk]:
        story.does(clock, who, does)
    return story
