"""What a client may ask for, as types: the bodies of HTTP calls and, with the same keys, the socket's commands.

Unknown keys are ignored, missing and wrong ones refused with their path. `NAMES` is the list of commands on the
wire; `intake` turns each into a command of the domain.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from queue_server.wire.shapes import CategoryName

Id = Annotated[str, Meta(min_length=1, max_length=64)]
"""Of a service, counter, ticket, job …: the longest of ours is a ticket's, 22 characters."""

Language = Annotated[str, Meta(pattern="^[a-z]{2,3}$")]

PlaceName = Literal["front", "original", "back"]
OrderReasonName = Literal["citizen_returned", "frail", "wrong_service", "appointment", "supervisor", "other"]
PauseReasonName = Literal["break", "prayer", "meal", "meeting", "system_down", "other"]
FinishResultName = Literal["completed", "incomplete_documents", "referred", "other"]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all requests."""


class TakeTicketRequest(Request, frozen=True, kw_only=True):
    service: Id
    category: CategoryName = "regular"
    language: Language | None = None
    """Null: the hall's first language."""
    kiosk: Id | None = None
    """For staff: whose printer prints. A kiosk's own token says it already."""


class NoBody(Request, frozen=True, kw_only=True):
    """Nothing is asked beyond the path."""


class OpenCounterRequest(Request, frozen=True, kw_only=True):
    take: bool = False


class PauseCounterRequest(Request, frozen=True, kw_only=True):
    reason: PauseReasonName | None = None


class SeesRequest(Request, frozen=True, kw_only=True):
    sees: Id | None
    """The ticket on the officer's screen, or null; required."""


class CallTicketRequest(Request, frozen=True, kw_only=True):
    sees: Id | None
    ticket: Id
    reason: OrderReasonName


class FinishRequest(Request, frozen=True, kw_only=True):
    sees: Id | None
    result: FinishResultName | None = None


NOWHERE = "A service or a counter to go to is expected."


class TransferRequest(Request, frozen=True, kw_only=True):
    """One of `service` and `counter` at least."""

    sees: Id | None
    service: Id | None = None
    counter: Id | None = None
    """The counter it goes to; over the socket `to_counter`, because `counter` is the one that sends it."""
    place: PlaceName

    def __post_init__(self) -> None:
        if self.service is None and self.counter is None:
            raise ValueError(NOWHERE)


class TransferFrame(Request, frozen=True, kw_only=True):
    """The same over the socket."""

    sees: Id | None
    service: Id | None = None
    to_counter: Id | None = None
    place: PlaceName

    def __post_init__(self) -> None:
        if self.service is None and self.to_counter is None:
            raise ValueError(NOWHERE)

    def as_request(self) -> TransferRequest:
        """The body that asks the same over HTTP: one key is one request on both ways."""
        return TransferRequest(
            sees=self.sees, service=self.service, counter=self.to_counter, place=self.place
        )


class ReturnRequest(Request, frozen=True, kw_only=True):
    place: PlaceName = "original"


class ReprintRequest(Request, frozen=True, kw_only=True):
    printer: Id | None = None


class ReportCallRequest(Request, frozen=True, kw_only=True):
    call: Annotated[int, Meta(ge=1, le=2**53)]
    what: Literal["shown", "speaking", "spoken"]


class ReportPrintRequest(Request, frozen=True, kw_only=True):
    job: Id
    attempt: Annotated[int, Meta(ge=1, le=10_000)]
    status: Literal["started", "printed", "failed", "paper_out"]
    detail: Annotated[str, Meta(max_length=200)] | None = None


class CounterTarget(Request, frozen=True, kw_only=True):
    """The socket's stand-in for the path."""

    counter: Id


class TicketTarget(Request, frozen=True, kw_only=True):
    ticket: Id


class SignInRequest(Request, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]


class IdOnly(Request, frozen=True, kw_only=True):
    """The id out of any view that has one."""

    id: str


class LinkRequest(Request, frozen=True, kw_only=True):
    """The code that came in a one-use address."""

    code: Annotated[str, Meta(min_length=1, max_length=128)]


class SetupRequest(Request, frozen=True, kw_only=True):
    """The first account."""

    code: Annotated[str, Meta(min_length=1, max_length=128)]
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]
