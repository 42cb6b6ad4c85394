"""What happened: facts, journaled in order, never changed. `evolve` folds them into the state.

Each class name is the `type` in the journal and in `GET …/events`. No personal data: actors are opaque ids, reasons are codes.
"""

from enum import StrEnum

import msgspec

from queue_server.domain.commands import FinishResult, OrderReason, PauseReason
from queue_server.domain.hall import (
    Category,
    CounterId,
    DayPlan,
    HallConfig,
    KioskId,
    PrinterId,
    ServiceId,
    ZoneId,
)
from queue_server.domain.line import Place
from queue_server.domain.model import ActorId, CallNo, JobId, Lane, Restored, TicketId


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="type", omit_defaults=True):
    """Base of all events."""


class ChoiceRule(StrEnum):
    """Why this ticket and no other."""

    ONLY_LANE = "only_lane"
    """Nobody waited in the other lane: the earliest arrival."""
    PRIORITY_TURN = "priority_turn"
    """Both lanes waited and it was the priority lane's turn: its earliest arrival."""
    REGULAR_TURN = "regular_turn"
    """Both lanes waited and it was the regular lane's turn: its earliest arrival."""
    OUT_OF_ORDER = "out_of_order"
    """The officer chose, and gave a reason."""


class Why(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The explanation stored with each call."""

    rule: ChoiceRule
    lane: Lane
    waiting_count: int
    """How many waited for this counter, this ticket among them unless it was parked, missed or sent elsewhere."""
    passed_count: int
    """How many of those had arrived earlier and were passed."""
    reason: OrderReason | None = None
    """Given exactly when the rule is OUT_OF_ORDER."""


class EndCause(StrEnum):
    """What ended a visit at a counter."""

    FINISHED = "finished"
    NEXT = "next"
    DAY_END = "day_end"


class HallConfigured(Event, frozen=True, kw_only=True):
    hall: HallConfig
    """As it holds from now on: what the file removed but citizens still wait for is in it, retired."""


class DayOpened(Event, frozen=True, kw_only=True):
    plan: DayPlan


class PlanRevised(Event, frozen=True, kw_only=True):
    plan: DayPlan


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What outlives a day; with it a start needs no entry before the seal."""

    hall: HallConfig
    call_count: int
    job_count: int
    sequences: dict[str, dict[str, int]]
    """Date to prefix to last number, recent dates."""
    restored: Restored | None = None
    """None: this journal never came from a copy."""


class DayClosed(Event, frozen=True, kw_only=True):
    """Seals a day: the row's own hash covers every row before it."""

    date: str
    carried: Carried


class HoursChanged(Event, frozen=True, kw_only=True):
    """Services opened and closed by the hour."""

    opened: tuple[ServiceId, ...] = ()
    closed: tuple[ServiceId, ...] = ()


class ClockSettled(Event, frozen=True, kw_only=True):
    """A manager took the hub's clock for right; the entry's instant may lie before the last one's."""


class JournalRestored(Event, frozen=True, kw_only=True):
    """What the hub wrote after the entry before this one is lost: the journal came back from a copy."""

    gap: int
    """How many numbers of each prefix are passed over on the day of this entry."""


class RestoreConfirmed(Event, frozen=True, kw_only=True):
    """A manager compared the restored line with the hall: calls go on."""


class TicketIssued(Event, frozen=True, kw_only=True):
    ticket: TicketId
    number: str
    prefix: str
    ordinal: int
    """The sequence's value behind the number."""
    service: ServiceId
    category: Category = Category.REGULAR
    language: str
    kiosk: KioskId | None = None


class TicketCancelled(Event, frozen=True, kw_only=True):
    ticket: TicketId


class TicketUnserved(Event, frozen=True, kw_only=True):
    """The day ended before anybody called it."""

    ticket: TicketId


class CounterOpened(Event, frozen=True, kw_only=True):
    counter: CounterId
    officer: ActorId


class CounterTaken(Event, frozen=True, kw_only=True):
    counter: CounterId
    officer: ActorId
    from_officer: ActorId


class CounterPaused(Event, frozen=True, kw_only=True):
    counter: CounterId
    reason: PauseReason | None = None


class CounterResumed(Event, frozen=True, kw_only=True):
    counter: CounterId


class CounterClosed(Event, frozen=True, kw_only=True):
    counter: CounterId


class TicketCalled(Event, frozen=True, kw_only=True):
    ticket: TicketId
    counter: CounterId
    zone: ZoneId
    call: CallNo
    why: Why
    pool: str | None = None
    """The set of services whose turn this call moved, see `calling.pool`; None: called out of order."""
    follows_end: bool = False
    """The same press ended another ticket: one undo takes both back."""


class TicketRecalled(Event, frozen=True, kw_only=True):
    ticket: TicketId
    counter: CounterId
    zone: ZoneId
    call: CallNo


class ServiceStarted(Event, frozen=True, kw_only=True):
    ticket: TicketId
    counter: CounterId


class TicketServed(Event, frozen=True, kw_only=True):
    ticket: TicketId
    counter: CounterId
    cause: EndCause
    result: FinishResult | None = None


class TicketMissed(Event, frozen=True, kw_only=True):
    ticket: TicketId
    counter: CounterId


class TicketParked(Event, frozen=True, kw_only=True):
    ticket: TicketId
    counter: CounterId


class TicketTransferred(Event, frozen=True, kw_only=True):
    ticket: TicketId
    counter: CounterId
    service: ServiceId
    """Where it waits now, also when unchanged."""
    to_counter: CounterId | None = None
    place: Place


class TicketReturned(Event, frozen=True, kw_only=True):
    ticket: TicketId
    place: Place


class StepUndone(Event, frozen=True, kw_only=True):
    counter: CounterId
    called: TicketId | None = None
    """Waits again where it stood."""
    ended: TicketId | None = None
    """Is in hand again."""


class CallShown(Event, frozen=True, kw_only=True):
    call: CallNo
    shown: int
    screens: int


class CallSpeaking(Event, frozen=True, kw_only=True):
    call: CallNo


class CallSpoken(Event, frozen=True, kw_only=True):
    call: CallNo


class CallDropped(Event, frozen=True, kw_only=True):
    """Grew too old to be spoken."""

    call: CallNo


class PrintRequested(Event, frozen=True, kw_only=True):
    job: JobId
    ticket: TicketId
    printer: PrinterId
    is_copy: bool = False


class PrintStarted(Event, frozen=True, kw_only=True):
    job: JobId
    attempt: int


class PrintDone(Event, frozen=True, kw_only=True):
    job: JobId


class PrintTroubled(Event, frozen=True, kw_only=True):
    """This attempt failed; the job stays until it dies."""

    job: JobId
    trouble: str


class NumberShownInstead(Event, frozen=True, kw_only=True):
    """The paper did not come in time: the kiosk shows the number."""

    job: JobId


class PrintAbandoned(Event, frozen=True, kw_only=True):
    job: JobId


AnyEvent = (
    HallConfigured
    | DayOpened
    | PlanRevised
    | DayClosed
    | HoursChanged
    | ClockSettled
    | JournalRestored
    | RestoreConfirmed
    | TicketIssued
    | TicketCancelled
    | TicketUnserved
    | CounterOpened
    | CounterTaken
    | CounterPaused
    | CounterResumed
    | CounterClosed
    | TicketCalled
    | TicketRecalled
    | ServiceStarted
    | TicketServed
    | TicketMissed
    | TicketParked
    | TicketTransferred
    | TicketReturned
    | StepUndone
    | CallShown
    | CallSpeaking
    | CallSpoken
    | CallDropped
    | PrintRequested
    | PrintStarted
    | PrintDone
    | PrintTroubled
    | NumberShownInstead
    | PrintAbandoned
)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the journal, without its hash."""

    seq: int
    """1 for a hall's first, without gaps."""
    at_ms: int
    actor: ActorId
    event: AnyEvent
