"""What may be wished: orders, each decided against the state by `decide`.

Untrusted input becomes one of these in `intake`, which also settles who may wish it. New ids come in as
arguments, so that deciding stays pure. `sees` is the id of the ticket on the officer's screen, or None.
"""

from enum import StrEnum

import msgspec

from queue_server.domain.hall import Category, CounterId, DayPlan, HallConfig, KioskId, PrinterId, ServiceId
from queue_server.domain.model import CallNo, JobId, TicketId


class Command(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="type"):
    """Base of all commands."""


class TransferPlace(StrEnum):
    """Where a transferred or returned ticket stands in its line."""

    FRONT = "front"
    ORIGINAL = "original"
    BACK = "back"


class OrderReason(StrEnum):
    """Why a ticket is called out of order. A code, never free text: the journal holds nothing personal."""

    CITIZEN_RETURNED = "citizen_returned"
    FRAIL = "frail"
    WRONG_SERVICE = "wrong_service"
    APPOINTMENT = "appointment"
    SUPERVISOR = "supervisor"
    OTHER = "other"


class PauseReason(StrEnum):
    """Why a counter pauses."""

    BREAK = "break"
    PRAYER = "prayer"
    MEAL = "meal"
    MEETING = "meeting"
    SYSTEM_DOWN = "system_down"
    OTHER = "other"


class FinishResult(StrEnum):
    """How a visit at a counter ended."""

    COMPLETED = "completed"
    INCOMPLETE_DOCUMENTS = "incomplete_documents"
    REFERRED = "referred"
    OTHER = "other"


class CallReport(StrEnum):
    """What a screen or a voice reports of a call."""

    SHOWN = "shown"
    SPEAKING = "speaking"
    SPOKEN = "spoken"


class PrintReport(StrEnum):
    """What a printer reports of a job."""

    STARTED = "started"
    PRINTED = "printed"
    FAILED = "failed"
    PAPER_OUT = "paper_out"


class TakeTicket(Command, frozen=True, kw_only=True):
    """A citizen wants a number."""

    ticket: TicketId
    """Fresh and unguessable."""
    service: ServiceId
    category: Category = Category.REGULAR
    language: str
    kiosk: KioskId | None = None
    printer: PrinterId | None = None
    """Where the paper comes out; None: no paper."""


class CancelTicket(Command, frozen=True, kw_only=True):
    """The citizen gives the number up."""

    ticket: TicketId


class OpenCounter(Command, frozen=True, kw_only=True):
    """An officer sits down; `take` takes the desk from another."""

    counter: CounterId
    take: bool = False


class PauseCounter(Command, frozen=True, kw_only=True):
    """The officer's break is his break."""

    counter: CounterId
    reason: PauseReason | None = None


class ResumeCounter(Command, frozen=True, kw_only=True):
    """Back from the break."""

    counter: CounterId


class CloseCounter(Command, frozen=True, kw_only=True):
    """The officer leaves the desk."""

    counter: CounterId


class CounterCommand(Command, frozen=True, kw_only=True):
    """Base of what an officer does to the ticket on his screen."""

    counter: CounterId
    sees: TicketId | None


class CallNext(CounterCommand, frozen=True, kw_only=True):
    """Ends the ticket in hand and calls the next one by policy."""


class CallTicket(CounterCommand, frozen=True, kw_only=True):
    """The same for one given ticket, out of order."""

    ticket: TicketId
    reason: OrderReason


class Recall(CounterCommand, frozen=True, kw_only=True):
    """Calls the ticket in hand once more."""


class StartService(CounterCommand, frozen=True, kw_only=True):
    """The citizen sat down."""


class FinishService(CounterCommand, frozen=True, kw_only=True):
    """The visit is done."""

    result: FinishResult | None = None


class MarkNoShow(CounterCommand, frozen=True, kw_only=True):
    """Nobody came."""


class ParkTicket(CounterCommand, frozen=True, kw_only=True):
    """The citizen has to fetch something and will be back."""


class TransferTicket(CounterCommand, frozen=True, kw_only=True):
    """To another service, or to one counter, or both; the number stays."""

    service: ServiceId | None = None
    to_counter: CounterId | None = None
    place: TransferPlace


class UndoStep(CounterCommand, frozen=True, kw_only=True):
    """Takes back the last next, finish or no-show."""


class ReturnTicket(Command, frozen=True, kw_only=True):
    """A parked or missed ticket waits again."""

    ticket: TicketId
    place: TransferPlace = TransferPlace.ORIGINAL


class ReprintTicket(Command, frozen=True, kw_only=True):
    """The paper again, marked."""

    ticket: TicketId
    printer: PrinterId | None = None
    """None: where it was printed first."""


class ReportCall(Command, frozen=True, kw_only=True):
    """A voice tells what became of a call (screens' "shown" is counted in memory, see RecordShown)."""

    call: CallNo
    what: CallReport


class RecordShown(Command, frozen=True, kw_only=True):
    """The hub settles on how many screens a call was seen."""

    call: CallNo
    shown: int
    screens: int


class ReportPrint(Command, frozen=True, kw_only=True):
    """A printer tells what became of a job."""

    job: JobId
    attempt: int
    status: PrintReport
    detail: str | None = None
    printer: PrinterId


class Configure(Command, frozen=True, kw_only=True):
    """The file proposes this hall."""

    hall: HallConfig


class StartDay(Command, frozen=True, kw_only=True):
    """A clock proposes this day; sealed and opened only where the rules of time allow it."""

    plan: DayPlan


class RevisePlan(Command, frozen=True, kw_only=True):
    """The opening hours of the running day, worked out anew after a change of the configuration."""

    plan: DayPlan


class Tick(Command, frozen=True, kw_only=True):
    """Time went by: openings, closings, what grew too old. Harmless twice."""


class SettleClock(Command, frozen=True, kw_only=True):
    """A manager says that the hub's clock is right as it stands, after a leap or a fall."""


class NoteRestore(Command, frozen=True, kw_only=True):
    """The journal was put back from a copy; said by the restore itself, before any hub runs on it."""

    gap: int
    """How many numbers of each prefix are passed over."""


class ConfirmRestore(Command, frozen=True, kw_only=True):
    """A manager has compared the restored line with the hall: calls may go on."""


AnyCommand = (
    TakeTicket
    | CancelTicket
    | OpenCounter
    | PauseCounter
    | ResumeCounter
    | CloseCounter
    | CallNext
    | CallTicket
    | Recall
    | StartService
    | FinishService
    | MarkNoShow
    | ParkTicket
    | TransferTicket
    | UndoStep
    | ReturnTicket
    | ReprintTicket
    | ReportCall
    | RecordShown
    | ReportPrint
    | Configure
    | StartDay
    | RevisePlan
    | Tick
    | SettleClock
    | NoteRestore
    | ConfirmRestore
)
