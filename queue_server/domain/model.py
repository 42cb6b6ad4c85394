"""The state of one hall: frozen values, persistent maps for whatever grows with the day.

Only `evolve` makes a new `State`. Instants are ms since 1970 UTC and come from journal entries, never from a
clock, so that replaying the journal gives the same state bit for bit.
"""

from enum import StrEnum
from typing import NewType

import msgspec
from immutables import Map

from queue_server.domain.hall import (
    Category,
    CounterId,
    DayPlan,
    HallConfig,
    HallId,
    KioskId,
    PrinterId,
    ServiceId,
    ZoneId,
)
from queue_server.domain.line import Line, Place

TicketId = NewType("TicketId", str)
ActorId = NewType("ActorId", str)
JobId = NewType("JobId", str)
CallNo = NewType("CallNo", int)


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the values that make up the state."""


class TicketState(StrEnum):
    """Where a ticket stands. The last four are final, but a no-show may return."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    NO_SHOW = "no_show"
    DONE = "done"
    CANCELLED = "cancelled"
    UNSERVED = "unserved"


class CounterState(StrEnum):
    """Whether a counter may call."""

    CLOSED = "closed"
    OPEN = "open"
    PAUSED = "paused"


class Lane(StrEnum):
    """Which of a line's two lanes a ticket waits in; every category but regular is in the priority lane."""

    PRIORITY = "priority"
    REGULAR = "regular"


LANES = tuple(Lane)
"""Both. Walking the class itself costs ten times as much, and every ticket walks them eight times."""


class VoiceState(StrEnum):
    """What became of the spoken part of a call."""

    PENDING = "pending"
    SPEAKING = "speaking"
    SPOKEN = "spoken"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"
    """Undone by the officer: no voice begins it any more, whether or not one had."""


class PrintState(StrEnum):
    """What became of a ticket's paper, as the kiosk needs to know it."""

    PRINTING = "printing"
    PRINTED = "printed"
    ON_SCREEN = "on_screen"
    """Paper did not come in time: the number is shown instead. It may still print for 90 s."""
    ABANDONED = "abandoned"


class Ticket(Fact, frozen=True, kw_only=True):
    """One visit's claim."""

    id: TicketId
    number: str
    service: ServiceId
    category: Category
    language: str
    state: TicketState
    place: Place
    """Its key in the line; kept while it is called, so that an undo puts it back where it stood."""
    arrived: Place
    """Its first place, by arrival; `original` on transfer and return."""
    issued_at_ms: int
    called_at_ms: int | None = None
    """Last call; None: never called."""
    calls: int = 0
    started_at_ms: int | None = None
    """Service began; None: not yet, or begun anew after a transfer."""
    ended_at_ms: int | None = None
    """When it left the hall's care: served, missed, cancelled or unserved; None: it has not."""
    counter: CounterId | None = None
    """Where it is in hand; None unless called or serving."""
    reserved: CounterId | None = None
    """Transferred to one counter: waits for that one only."""
    kiosk: KioskId | None = None
    print: PrintState | None = None
    """None: no paper was asked for."""

    @property
    def lane(self) -> Lane:
        return Lane.REGULAR if self.category is Category.REGULAR else Lane.PRIORITY


class Turn(Fact, frozen=True, kw_only=True):
    """Whose lane was called last by the counters that serve one set of services, and how often in a row."""

    lane: Lane | None = None
    """None: nobody yet."""
    run_count: int = 0


class Undo(Fact, frozen=True, kw_only=True):
    """What `undo` at a counter would put back."""

    until_ms: int
    ended: Ticket | None = None
    """The ticket that left the counter, as it was before; None: none did."""
    called: Ticket | None = None
    """The ticket that was called, as it was before; None: nobody was."""
    pool: str = ""
    """Whose turn the call moved ..."""
    turn: Turn | None = None
    """... and how it stood before; None where nobody was called or it stayed."""


class Counter(Fact, frozen=True, kw_only=True):
    """What happens at one desk."""

    id: CounterId
    state: CounterState = CounterState.CLOSED
    officer: ActorId | None = None
    """None exactly when closed."""
    since_ms: int = 0
    """When it last changed its state or officer."""
    pause_reason: str | None = None
    ticket: TicketId | None = None
    """In hand; None: nobody."""
    last_call: CallNo | None = None
    undo: Undo | None = None


class Call(Fact, frozen=True, kw_only=True):
    """One call as the screens show and the loudspeaker says it. A recall is a call of its own."""

    call: CallNo
    ticket: TicketId
    number: str
    service: ServiceId
    counter: CounterId
    counter_name: str
    zone: ZoneId
    times: int
    """1 for the first call of this ticket, 2 for its first recall ..."""
    called_at_ms: int
    voice: VoiceState = VoiceState.PENDING
    speaking_at_ms: int | None = None
    spoken_at_ms: int | None = None
    shown: int | None = None
    """On how many screens it was seen, once that is settled; None: not settled."""


class PrintJob(Fact, frozen=True, kw_only=True):
    """A ticket on its way to paper."""

    id: JobId
    ticket: TicketId
    printer: PrinterId
    requested_at_ms: int
    attempt: int = 0
    """Attempts begun so far."""
    is_copy: bool = False
    """A reprint: marked COPY from its first attempt on."""
    shown_at_ms: int | None = None
    """When the kiosk began to show the number instead; None: it still trusts the paper."""
    trouble: str | None = None
    """The printer's last complaint, a code; None: none."""


class Day(Fact, frozen=True, kw_only=True):
    """The business day under way."""

    plan: DayPlan
    open_services: frozenset[ServiceId] = frozenset()
    issued_count: int = 0
    dropped_count: int = 0
    """Calls of the day that were never spoken."""
    print_failed_count: int = 0


class Restored(Fact, frozen=True, kw_only=True):
    """The last time that the journal came back from a copy."""

    gap: int
    """How many numbers of each prefix are passed over on that day."""
    at_ms: int
    is_confirmed: bool = False
    """Whether a manager has said that calls may go on."""


class State(Fact, frozen=True, kw_only=True):
    """The whole hall at one point of its journal."""

    hall: HallConfig
    is_configured: bool = False
    seq: int = 0
    """Of the last entry; 0 before the first."""
    at_ms: int = 0
    """Instant of the last entry; commands never happen before it."""
    order_ms: int = 0
    """The latest instant of the day so far. Places in line are given from it, so that who comes after a clock was
    set back still stands behind who came before."""
    day: Day | None = None
    """None: before the first day."""
    tickets: Map[TicketId, Ticket] = Map()
    numbers: Map[str, TicketId] = Map()
    lines: Map[str, Line] = Map()
    """By `lines.key(...)`: one line per service and lane, and per counter and lane for reserved tickets."""
    turns: Map[str, Turn] = Map()
    counters: Map[CounterId, Counter] = Map()
    calls: Map[ZoneId, tuple[Call, ...]] = Map()
    """Oldest first, at most `evolve_call.KEPT_COUNT_MAX` per zone."""
    call_count: int = 0
    jobs: Map[JobId, PrintJob] = Map()
    job_count: int = 0
    sequences: Map[str, Map[str, int]] = Map()
    """Date to prefix to the last number given, for recent dates, so that a day come twice repeats none."""
    measured: Map[ServiceId, tuple[int, ...]] = Map()
    """The newest lengths of finished visits of the day per service, ms, newest last, bounded."""
    served: Map[ServiceId, int] = Map()
    """How many visits ended as served today."""
    restored: Restored | None = None
    """None: this journal never came from a copy."""


def empty_state(hall: HallId) -> State:
    """The state before the first entry."""
    return State(hall=HallConfig(id=hall, name="", timezone="UTC", languages=()))
