"""The tables of `docs/states.md`, cell by cell: every state against every command."""

from pathlib import Path
from typing import get_args

import pytest

from queue_server.domain import commands as wish
from queue_server.domain.decision import Accepted
from queue_server.domain.hall import CounterId
from queue_server.domain.model import ActorId, CounterState, State, TicketId, TicketState
from tests.domain.halls import day_plan, instant
from tests.domain.stories import HUB, Story, read_table

DOCUMENT = Path(__file__).parents[2] / "docs" / "states.md"

ARROW = "→ "


def _table(heading: str) -> list[dict[str, str]]:
    text = DOCUMENT.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return read_table("\n".join(line for line in text.splitlines() if line.startswith("|")))


TICKETS, COUNTERS = _table("Tickets"), _table("Counters")


def _cells(table: list[dict[str, str]], key: str) -> list[tuple[str, str, str]]:
    return [(row[key], command, row[command]) for row in table for command in row if command != key]


TO_TICKET_STATE = {
    "waiting": "",
    "just called": "next at 1",
    "called": "next at 1",
    "serving": "next at 1; start at 1",
    "parked": "next at 1; park at 1",
    "no_show": "next at 1; no-show at 1",
    "done": "next at 1; finish at 1",
    "cancelled": "cancels A001",
}
"""What brings the only ticket of the hall into a state, at Loket 1 of ani."""

TO_COUNTER_STATE = {
    "unknown": "",
    "closed": "",
    "open": "opens 1",
    "open, in hand": "opens 1; next at 1",
    "paused": "opens 1; pauses 1",
    "paused, in hand": "opens 1; next at 1; pauses 1",
    "other": "opens 1",
    "other, in hand": "opens 1; next at 1",
    "other, paused": "opens 1; pauses 1",
}

TICKET_WORDS = {
    "call": "calls A001 at {counter}",
    "transfer": "transfer at {counter} to sim back",
    "return": "returns A001",
    "cancel": "cancels A001",
    "reprint": "reprints A001",
}
COUNTER_WORDS = {
    "open": "opens {counter}",
    "take": "opens {counter} taking",
    "pause": "pauses {counter}",
    "resume": "resumes {counter}",
    "close": "closes {counter}",
    "call": "calls {waiting} at {counter}",
    "transfer": "transfer at {counter} to sim back",
}


@pytest.mark.parametrize(("state", "command", "expected"), _cells(TICKETS, "ticket"))
def test_ticket_states_against_commands(state: str, command: str, expected: str) -> None:
    """Each cell of the table of tickets. Source: contract, "The table of states against commands"."""
    story = _with_ticket_in(state)
    words = TICKET_WORDS.get(command, f"{command} at {{counter}}").format(counter=1)
    before = story.state
    decision = story.ledger.submit(story.command(words), ActorId("ani"), before.at_ms + _pause_ms(state))
    actual = f"{ARROW}{_ticket_state(story.state)}" if isinstance(decision, Accepted) else decision.code

    assert expected == actual
    assert isinstance(decision, Accepted) or before == story.state


@pytest.mark.parametrize(("state", "command", "expected"), _cells(COUNTERS, "counter"))
def test_counter_states_against_commands(state: str, command: str, expected: str) -> None:
    """Each cell of the table of counters."""
    story = _with_counter_in(state)
    counter = "99" if state == "unknown" else "1"
    waiting = story.line().split()[0]
    words = COUNTER_WORDS.get(command, f"{command} at {{counter}}").format(counter=counter, waiting=waiting)
    before = story.state
    decision = story.ledger.submit(story.command(words), ActorId("ani"), before.at_ms + 60_000)
    after = story.state.counters[CounterId("1")].state
    actual = f"{ARROW}{after}" if isinstance(decision, Accepted) else decision.code

    assert expected == actual
    assert isinstance(decision, Accepted) or before == story.state


def test_the_tables_name_every_state() -> None:
    """No state of a ticket or a counter is without its row."""
    rows = {row["ticket"] for row in TICKETS}
    counters = {row["counter"].partition(",")[0] for row in COUNTERS}

    assert set(TicketState) == rows - {"just called", "of another day"}
    assert set(CounterState) == counters - {"unknown", "other"}


def test_the_tables_name_every_command() -> None:
    """Whatever people may wish of a ticket or a counter has its column; taking a ticket has no state before it."""
    names = {
        "open": wish.OpenCounter, "take": wish.OpenCounter, "pause": wish.PauseCounter,
        "resume": wish.ResumeCounter, "close": wish.CloseCounter, "next": wish.CallNext, "call": wish.CallTicket,
        "recall": wish.Recall, "start": wish.StartService, "finish": wish.FinishService,
        "no-show": wish.MarkNoShow, "park": wish.ParkTicket, "transfer": wish.TransferTicket,
        "undo": wish.UndoStep, "return": wish.ReturnTicket, "cancel": wish.CancelTicket,
        "reprint": wish.ReprintTicket,
    }  # fmt: skip
    devices_and_time = {
        wish.TakeTicket, wish.ReportCall, wish.RecordShown, wish.ReportPrint, wish.Configure, wish.StartDay,
        wish.RevisePlan, wish.Tick, wish.SettleClock, wish.NoteRestore, wish.ConfirmRestore,
    }  # fmt: skip
    columns = {column for row in (*TICKETS, *COUNTERS) for column in row} - {"ticket", "counter"}

    assert set(names) == columns
    assert set(get_args(wish.AnyCommand)) == set(names.values()) | devices_and_time


def _with_ticket_in(state: str) -> Story:
    story = Story()
    story.does("08:01", "-", "takes ktp on paper")
    story.does("08:02", "ani", "opens 1")
    if state in {"unserved", "of another day"}:
        _let_the_day_end(story, is_sealed=state == "of another day")
        return story
    for does in filter(None, TO_TICKET_STATE[state].split("; ")):
        assert isinstance(story.does("08:03", "ani", does), Accepted)
    return story


def _let_the_day_end(story: Story, *, is_sealed: bool) -> None:
    """The next day begins; unsealed is the journal as far as the last word before `DayClosed`."""
    at_ms = instant("+1 03:00")
    story.ledger.submit(wish.StartDay(plan=day_plan("2026-03-18")), HUB, at_ms)
    if not is_sealed:
        entries = story.ledger.entries
        seal = next(i for i, e in enumerate(entries) if type(e.event).__name__ == "DayClosed")
        story.ledger.rewind(seal)


def _with_counter_in(state: str) -> Story:
    story = Story()
    officer = "budi" if state.startswith("other") else "ani"
    steps = TO_COUNTER_STATE[state]
    story.does("08:01", "-", "takes ktp")
    story.does("08:01", "-", "takes ktp")
    for does in filter(None, steps.split("; ")):
        assert isinstance(story.does("08:03", officer, does), Accepted)
    return story


def _pause_ms(state: str) -> int:
    """How long the officer lets go by: past the time in which `next` means a no-show, where the row says so."""
    return 20_000 if state == "called" else 1_000


def _ticket_state(state: State) -> str:
    return state.tickets[TicketId("t1")].state
