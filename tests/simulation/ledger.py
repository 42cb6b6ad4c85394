"""One hall's journal in memory: what the hub does with a command, without the hub.

`decide` and `evolve` are arguments, so that a test can hand in broken ones and show that the auditor sees it.
"""

from collections.abc import Callable
from hashlib import sha256

import msgspec

from queue_server.domain.commands import AnyCommand, SettleClock
from queue_server.domain.decide import decide
from queue_server.domain.decision import Accepted, Decision
from queue_server.domain.events import AnyEvent, Entry
from queue_server.domain.evolve import evolve
from queue_server.domain.hall import HallId
from queue_server.domain.model import ActorId, State, empty_state
from tests.simulation.auditor import Auditor

Decide = Callable[[State, AnyCommand, ActorId, int], Decision]
Evolve = Callable[[State, Entry], State]

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Entry)


class Ledger:
    """State and journal of one hall; every entry is shown to the auditor, where there is one."""

    def __init__(
        self,
        hall: HallId,
        *,
        auditor: Auditor | None = None,
        decide_by: Decide = decide,
        evolve_by: Evolve = evolve,
    ) -> None:
        self.empty = empty_state(hall)
        self.state = self.empty
        self.entries: list[Entry] = []
        self._auditor = auditor
        self._decide = decide_by
        self._evolve = evolve_by

    def submit(self, command: AnyCommand, by: ActorId, now_ms: int) -> Decision:
        """Decides one command and folds its events. Time is held at the last entry, unless the clock is settled."""
        at_ms = now_ms if isinstance(command, SettleClock) else max(now_ms, self.state.at_ms)
        decision = self._decide(self.state, command, by, at_ms)
        if isinstance(decision, Accepted):
            for event in decision.events:
                self._append(event, by, at_ms)
            if self._auditor is not None and decision.events:
                self._auditor.compare(self.state)
        return decision

    def text(self) -> str:
        """The journal, one line of JSON per entry."""
        return "\n".join(_ENCODER.encode(entry).decode() for entry in self.entries)

    def digest(self) -> str:
        """What tells two journals apart."""
        return sha256(self.text().encode()).hexdigest()

    def replayed(self) -> State:
        """The state after the journal was written as text, read back and folded from the first entry."""
        return self._folded(self.empty, read(self.text()))

    def replayed_from_seal(self) -> State:
        """The same from the last `DayClosed` on, itself included; from the first entry where no day was closed."""
        read_back = read(self.text())
        seals = [index for index, entry in enumerate(read_back) if type(entry.event).__name__ == "DayClosed"]
        return self._folded(self.empty, read_back[seals[-1] if seals else 0 :])

    def rewind(self, count: int) -> None:
        """Forgets all but the first entries, as a reader in the middle of the journal sees the hall. Ends the audit."""
        del self.entries[count:]
        self.state = self._folded(self.empty, self.entries)
        self._auditor = None

    def _append(self, event: AnyEvent, by: ActorId, at_ms: int) -> None:
        entry = Entry(seq=self.state.seq + 1, at_ms=at_ms, actor=by, event=event)
        self.state = self._evolve(self.state, entry)
        self.entries.append(entry)
        if self._auditor is not None:
            self._auditor.observe(entry)

    def _folded(self, state: State, entries: list[Entry]) -> State:
        for entry in entries:
            state = self._evolve(state, entry)
        return state


def read(text: str) -> list[Entry]:
    """The entries of a journal's text."""
    return [_DECODER.decode(line) for line in text.splitlines()]
