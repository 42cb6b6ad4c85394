"""Runs a day at the hall that is written as a table an officer can read, and gives the table back as it came out.

    time  | who | does        | answer       | line after  | in hand
    08:00 | hub | tick        | ktp kk opened |             |
    08:01 | -   | takes ktp   | A001         | A001        |
    08:02 | ani | opens 1     | 1 open       | A001        |
    08:03 | ani | next at 1   | A001 called  |             | 1:A001

Columns after `does` are optional; what they hold is what the test expects. `line after` is everyone who waits, by
place, with `!` for priority and `@3` for who waits for Loket 3 alone. An officer sees what is in hand, unless the row
says otherwise (`next at 1 seeing A001`, `seeing nobody`). A time may stand for the next day (`+1 08:00`).
"""

from collections.abc import Callable, Mapping

from queue_server.domain import commands as wish
from queue_server.domain import events as fact
from queue_server.domain.commands import AnyCommand, TransferPlace
from queue_server.domain.decision import Accepted, Decision
from queue_server.domain.events import AnyEvent
from queue_server.domain.hall import Category, CounterId, HallConfig, KioskId, PrinterId, ServiceId
from queue_server.domain.model import ActorId, CallNo, JobId, State, Ticket, TicketId, TicketState
from tests.domain.halls import day_plan, instant, small_hall
from tests.simulation.auditor import Auditor
from tests.simulation.ledger import Ledger

HUB = ActorId("hub")
Row = dict[str, str]


class Story:
    """A hall on its day, before opening; `tell` goes on from where it stands."""

    def __init__(self, hall: HallConfig | None = None, *, opens: bool = True) -> None:
        """
        Args:
            opens: whether the services are open already, at 08:00 of the day.
        """
        hall = hall or small_hall()
        self.auditor = Auditor()
        self.ledger = Ledger(hall.id, auditor=self.auditor)
        self.taken_count = 0
        self.ledger.submit(wish.Configure(hall=hall), HUB, instant("03:00"))
        self.ledger.submit(wish.StartDay(plan=day_plan()), HUB, instant("03:00"))
        if opens:
            self.ledger.submit(wish.Tick(), HUB, instant("08:00"))

    @property
    def state(self) -> State:
        return self.ledger.state

    def tell(self, table: str) -> None:
        """Plays every row and compares the whole table, so that a failure shows where the day went another way."""
        rows = read_table(table)
        told = [self._told(row) for row in rows]
        assert rows == told, f"expected {drawn(rows)}\n\nbut it went {drawn(told)}"

    def does(self, clock: str, who: str, does: str) -> Decision:
        """One row's command, decided and folded."""
        command = self.command(does)
        return self.ledger.submit(command, ActorId(who), instant(clock))

    def command(self, does: str) -> AnyCommand:
        """The command that a row's words stand for."""
        verb, *words = does.split()
        return _VERBS[verb](self, words)

    def ticket(self, number: str) -> Ticket:
        """Today's ticket of a number."""
        return self.state.tickets[self.state.numbers[number]]

    def ticket_id(self, number: str) -> TicketId:
        """The id behind a number, or an id that nobody has."""
        return self.state.numbers.get(number, TicketId(f"unknown-{number}"))

    def line(self) -> str:
        """Everyone who waits, by place."""
        waiting = [t for t in self.state.tickets.values() if t.state is TicketState.WAITING]
        return " ".join(_marked(ticket) for ticket in sorted(waiting, key=lambda ticket: ticket.place))

    def hands(self) -> str:
        """Who is in hand, by counter."""
        held = sorted((c.id, c.ticket) for c in self.state.counters.values() if c.ticket is not None)
        return " ".join(f"{counter}:{self.state.tickets[ticket].number}" for counter, ticket in held)

    def seen(self, counter: str, words: list[str]) -> TicketId | None:
        """What the officer's screen shows."""
        if "seeing" in words:
            number = words[words.index("seeing") + 1]
            return None if number == "nobody" else self.ticket_id(number)
        known = self.state.counters.get(CounterId(counter))
        return None if known is None else known.ticket

    def _told(self, row: Row) -> Row:
        numbers = {ticket.id: ticket.number for ticket in self.state.tickets.values()}
        decision = self.does(row["time"], row["who"], row["does"])
        numbers |= {ticket.id: ticket.number for ticket in self.state.tickets.values()}
        actual = {
            "answer": answer(decision, numbers),
            "line after": self.line(),
            "in hand": self.hands(),
        }
        return {column: actual.get(column, value) for column, value in row.items()}


def answer(decision: Decision, numbers: Mapping[TicketId, str]) -> str:
    """A decision in the words of a table."""
    if not isinstance(decision, Accepted):
        return decision.code
    return ", ".join(_said(event, numbers) for event in decision.events)


def read_table(table: str) -> list[Row]:
    """The rows of a table, by the names of its head."""
    lines = [line for line in table.strip().splitlines() if line.strip(" -|")]
    head, *rows = [_cells(line.strip()) for line in lines]
    assert all(len(row) == len(head) for row in rows), f"a row has other columns than {head}"
    return [dict(zip(head, row, strict=True)) for row in rows]


def _cells(line: str) -> list[str]:
    inside = line[1:-1] if line.startswith("|") else line
    return [cell.strip() for cell in inside.split("|")]


def drawn(rows: list[Row]) -> str:
    """Rows as a table again."""
    return "".join("\n" + " | ".join(row.values()) for row in rows)


def _marked(ticket: Ticket) -> str:
    priority = "" if ticket.category is Category.REGULAR else "!"
    return f"{ticket.number}{priority}" + (f"@{ticket.reserved}" if ticket.reserved else "")


def _said(event: AnyEvent, numbers: Mapping[TicketId, str]) -> str:
    if isinstance(event, fact.TicketIssued):
        return event.number
    if isinstance(event, fact.HoursChanged):
        parts = ((event.opened, "opened"), (event.closed, "closed"))
        return " ".join(f"{' '.join(services)} {word}" for services, word in parts if services)
    if isinstance(event, fact.StepUndone):
        called = f" {numbers[event.called]} waits" if event.called else ""
        return f"undone{called}" + (f" {numbers[event.ended]} back" if event.ended else "")
    if isinstance(event, fact.DayClosed):
        return f"{event.date} closed"
    if isinstance(event, fact.DayOpened):
        return f"{event.plan.date} opened"
    if isinstance(event, fact.HallConfigured):
        retired = [*(s.id for s in event.hall.services if s.is_retired)]
        counters = [f"Loket {c.id}" for c in event.hall.counters if c.is_retired]
        return " ".join(["configured", *(f"without {name}" for name in [*retired, *counters])])
    word = _WORDS[type(event)]
    about = getattr(event, "ticket", None)
    subject = numbers[about] if about is not None else _subject(event)
    return f"{subject} {word}".strip()


def _subject(event: AnyEvent) -> str:
    for name in ("counter", "job", "call"):
        if hasattr(event, name):
            subject = getattr(event, name)
            return f"call {subject}" if name == "call" else str(subject)
    return ""


_WORDS: Mapping[type[AnyEvent], str] = {
    fact.PlanRevised: "hours revised",
    fact.ClockSettled: "clock settled",
    fact.JournalRestored: "restored",
    fact.RestoreConfirmed: "restore confirmed",
    fact.TicketCancelled: "cancelled",
    fact.TicketUnserved: "unserved",
    fact.CounterOpened: "open",
    fact.CounterTaken: "taken",
    fact.CounterPaused: "paused",
    fact.CounterResumed: "resumed",
    fact.CounterClosed: "closed",
    fact.TicketCalled: "called",
    fact.TicketRecalled: "recalled",
    fact.ServiceStarted: "started",
    fact.TicketServed: "served",
    fact.TicketMissed: "missed",
    fact.TicketParked: "parked",
    fact.TicketTransferred: "transferred",
    fact.TicketReturned: "returned",
    fact.CallShown: "shown",
    fact.CallSpeaking: "speaking",
    fact.CallSpoken: "spoken",
    fact.CallDropped: "dropped",
    fact.PrintRequested: "on its way to paper",
    fact.PrintStarted: "started",
    fact.PrintDone: "printed",
    fact.PrintTroubled: "in trouble",
    fact.NumberShownInstead: "shown instead",
    fact.PrintAbandoned: "given up",
}


def _takes(story: Story, words: list[str]) -> AnyCommand:
    """takes SERVICE [CATEGORY] [on paper]"""
    story.taken_count += 1
    has_paper = words[-1] == "paper"
    named = [word for word in words[1:] if word not in {"on", "paper"}]
    return wish.TakeTicket(
        ticket=TicketId(f"t{story.taken_count}"),
        service=ServiceId(words[0]),
        category=Category(named[0]) if named else Category.REGULAR,
        language="id",
        kiosk=KioskId("k1"),
        printer=PrinterId("p1") if has_paper else None,
    )


def _opens(_story: Story, words: list[str]) -> AnyCommand:
    """opens COUNTER [taking]"""
    return wish.OpenCounter(counter=CounterId(words[0]), take="taking" in words)


def _transfer(story: Story, words: list[str]) -> AnyCommand:
    """transfer at COUNTER to SERVICE|COUNTER [and COUNTER] PLACE"""
    named = words[words.index("to") + 1 :]
    place = next(word for word in named if word in set(TransferPlace))
    targets = [word for word in named[: named.index(place)] if word != "and"]
    services = [target for target in targets if not target.isdigit()]
    counters = [target for target in targets if target.isdigit()]
    return wish.TransferTicket(
        counter=CounterId(words[1]),
        sees=story.seen(words[1], words),
        service=ServiceId(services[0]) if services else None,
        to_counter=CounterId(counters[0]) if counters else None,
        place=TransferPlace(place),
    )


def _calls(story: Story, words: list[str]) -> AnyCommand:
    """calls NUMBER at COUNTER"""
    return wish.CallTicket(
        counter=CounterId(words[2]),
        sees=story.seen(words[2], words),
        ticket=story.ticket_id(words[0]),
        reason=wish.OrderReason.FRAIL,
    )


def _returns(story: Story, words: list[str]) -> AnyCommand:
    """returns NUMBER [PLACE]"""
    place = TransferPlace(words[1]) if len(words) > 1 else TransferPlace.ORIGINAL
    return wish.ReturnTicket(ticket=story.ticket_id(words[0]), place=place)


def _reprints(story: Story, words: list[str]) -> AnyCommand:
    """reprints NUMBER [at PRINTER]"""
    printer = PrinterId(words[2]) if len(words) > 1 else None
    return wish.ReprintTicket(ticket=story.ticket_id(words[0]), printer=printer)


def _prints(_story: Story, words: list[str]) -> AnyCommand:
    """prints JOB STATUS [at PRINTER] [attempt N]"""
    return wish.ReportPrint(
        job=JobId(words[0]),
        status=wish.PrintReport(words[1]),
        attempt=int(words[words.index("attempt") + 1]) if "attempt" in words else 1,
        printer=PrinterId(words[words.index("at") + 1] if "at" in words else "p1"),
    )


def _says(_story: Story, words: list[str]) -> AnyCommand:
    """says CALL shown|speaking|spoken"""
    return wish.ReportCall(call=CallNo(int(words[0])), what=wish.CallReport(words[1]))


def _counts(_story: Story, words: list[str]) -> AnyCommand:
    """counts CALL on N screens"""
    return wish.RecordShown(call=CallNo(int(words[0])), shown=int(words[2]), screens=4)


def _starts_day(_story: Story, words: list[str]) -> AnyCommand:
    """proposes DATE"""
    return wish.StartDay(plan=day_plan(words[0]))


def _at_counter(
    make: Callable[[CounterId, TicketId | None], AnyCommand],
) -> Callable[[Story, list[str]], AnyCommand]:
    """VERB at COUNTER [seeing NUMBER]"""
    return lambda story, words: make(CounterId(words[1]), story.seen(words[1], words))


_VERBS: Mapping[str, Callable[[Story, list[str]], AnyCommand]] = {
    "takes": _takes,
    "cancels": lambda story, words: wish.CancelTicket(ticket=story.ticket_id(words[0])),
    "returns": _returns,
    "reprints": _reprints,
    "opens": _opens,
    "pauses": lambda _, words: wish.PauseCounter(counter=CounterId(words[0])),
    "resumes": lambda _, words: wish.ResumeCounter(counter=CounterId(words[0])),
    "closes": lambda _, words: wish.CloseCounter(counter=CounterId(words[0])),
    "next": _at_counter(lambda counter, sees: wish.CallNext(counter=counter, sees=sees)),
    "calls": _calls,
    "recall": _at_counter(lambda counter, sees: wish.Recall(counter=counter, sees=sees)),
    "start": _at_counter(lambda counter, sees: wish.StartService(counter=counter, sees=sees)),
    "finish": _at_counter(lambda counter, sees: wish.FinishService(counter=counter, sees=sees)),
    "no-show": _at_counter(lambda counter, sees: wish.MarkNoShow(counter=counter, sees=sees)),
    "park": _at_counter(lambda counter, sees: wish.ParkTicket(counter=counter, sees=sees)),
    "undo": _at_counter(lambda counter, sees: wish.UndoStep(counter=counter, sees=sees)),
    "transfer": _transfer,
    "prints": _prints,
    "says": _says,
    "counts": _counts,
    "tick": lambda _, __: wish.Tick(),
    "settles": lambda _, __: wish.SettleClock(),
    "restores": lambda _, words: wish.NoteRestore(gap=int(words[0])),
    "confirms": lambda _, __: wish.ConfirmRestore(),
    "proposes": _starts_day,
}
