"""The example hall as it lives through a day: real commands, decided and folded, entries kept. No disk, no network."""

from itertools import count, cycle

from benchmarks.example_hall import always_open_hall, plan_now
from queue_server.domain import commands as wish
from queue_server.domain.commands import AnyCommand
from queue_server.domain.decide import decide
from queue_server.domain.decision import Accepted
from queue_server.domain.events import Entry
from queue_server.domain.evolve import evolve
from queue_server.domain.hall import DayPlan, HallConfig
from queue_server.domain.model import ActorId, State, TicketId, empty_state

OFFICER = ActorId("officer:1")


class LivedHall:
    """A hall and everything that was journaled while it lived."""

    def __init__(self, state: State, now_ms: int, step_ms: int = 1) -> None:
        """
        Args:
            state: to go on from.
            now_ms: the instant of what comes first.
            step_ms: how far apart tickets are taken.
        """
        self.state = state
        self.now_ms = now_ms
        self.entries: list[Entry] = []
        self._step_ms = step_ms
        self._numbers = count(1)

    def open(self, hall: HallConfig, plan: DayPlan) -> None:
        """The day begins and every counter opens."""
        self.do(wish.Configure(hall=hall))
        self.do(wish.StartDay(plan=plan))
        for place in hall.counters:
            self.do(wish.OpenCounter(counter=place.id))
        self._places = cycle(hall.counters)
        self._services = cycle(hall.services)

    def do(self, command: AnyCommand) -> None:
        """Decides and folds one command, which must be accepted."""
        decision = decide(self.state, command, OFFICER, self.now_ms)
        assert isinstance(decision, Accepted), decision
        for event in decision.events:
            entry = Entry(seq=self.state.seq + 1, at_ms=self.now_ms, actor=OFFICER, event=event)
            self.state = evolve(self.state, entry)
            self.entries.append(entry)

    def take(self) -> None:
        """One more ticket, for each service in turn."""
        self.now_ms += self._step_ms
        ticket = TicketId(f"{next(self._numbers):022}")
        self.do(wish.TakeTicket(ticket=ticket, service=next(self._services).id, language="id"))

    def visit(self) -> int:
        """A ticket is taken, one is called (which ends the visit before), its service begins.

        Returns how many commands that was: a counter for which nobody waits begins no service.
        """
        self.take()
        counter = next(self._places).id
        self.do(wish.CallNext(counter=counter, sees=self.state.counters[counter].ticket))
        called = self.state.counters[counter].ticket
        if called is None:
            return 2
        self.do(wish.StartService(counter=counter, sees=called))
        return 3


def opened_today() -> LivedHall:
    """The example hall this morning, all counters open, nobody there yet."""
    hall = always_open_hall()
    now_ms, plan = plan_now(hall)
    lived = LivedHall(empty_state(hall.id), now_ms)
    lived.open(hall, plan)
    return lived
