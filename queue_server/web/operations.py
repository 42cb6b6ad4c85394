"""Every HTTP operation as data: what it takes, what it answers, which refusals it knows.

`describe.py` makes the OpenAPI document from this table and the very types that the handlers decode and encode;
`tests/web/test_describe.py` holds it against the route table, so that neither can grow without the other.
"""

from typing import Annotated, Any

from msgspec import Meta

from queue_server.domain.refusals import Refusal
from queue_server.identity.heads import AccountHead
from queue_server.web.accounts import ChangeAccount, MakeAccount
from queue_server.web.device_operations import DEVICE_OPERATIONS
from queue_server.web.health import Status
from queue_server.web.operation import GUARDED, Operation
from queue_server.web.reading import EventsPage, HallItem
from queue_server.web.sessions import DeviceLink, SignedIn
from queue_server.wire import requests as ask
from queue_server.wire import shapes

R = Refusal

WRITTEN = (R.TOO_LARGE, R.INVALID, R.KEY_REUSED, R.EXPIRED, R.BUSY, R.OUTCOME_UNKNOWN)
AT_COUNTER = (*GUARDED, R.UNKNOWN_HALL, R.UNKNOWN_COUNTER, R.COUNTER_CLOSED, R.NOT_YOUR_COUNTER, *WRITTEN)
IN_HAND = (*AT_COUNTER, R.STALE_VIEW, R.NO_TICKET_IN_HAND, R.WRONG_STATE)


SOMEWHERE = [{"required": [key], "properties": {key: {"type": "string"}}} for key in ("service", "counter")]
"""What `TransferRequest` checks when it is made, in the words of JSON Schema."""


_HALL = "/api/v1/halls/{hall}"
_COUNTER = f"{_HALL}/counters/{{counter}}"
_TICKET = f"{_HALL}/tickets/{{ticket}}"


def _counter(part: str, summary: str, body: Any, answer: Any, refusals: tuple[Refusal, ...]) -> Operation:
    return Operation(
        "post",
        f"{_COUNTER}/{part}",
        f"{part.replace('-', '_')}_at_counter",
        summary,
        {200: answer},
        body=body,
        refusals=refusals,
        is_command=True,
    )


def _ticket(
    method: str,
    path: str,
    operation_id: str,
    summary: str,
    body: Any,
    refusals: tuple[Refusal, ...],
    *,
    needs_token: bool,
) -> Operation:
    return Operation(
        method,
        path,
        operation_id,
        summary,
        {200: shapes.TicketView},
        body=body,
        refusals=refusals,
        is_command=True,
        needs_token=needs_token,
    )


_RETURNING = (*GUARDED, R.UNKNOWN_HALL, R.UNKNOWN_TICKET, R.WRONG_STATE, *WRITTEN)

OPERATIONS: tuple[Operation, ...] = (
    Operation("get", "/healthz", "alive", "Whether the hub runs.", {200: Status}, needs_token=False),
    Operation(
        "get",
        "/readyz",
        "ready",
        "Whether the hub would take commands.",
        {200: Status, 503: Status},
        needs_token=False,
    ),
    Operation(
        "get",
        "/metrics",
        "metrics",
        "Figures for Prometheus.",
        {200: str},
        needs_token=False,
        media="text/plain",
    ),
    Operation(
        "get",
        "/api/v1/openapi.json",
        "describe_calls",
        "This document.",
        {200: dict[str, Any]},
        needs_token=False,
    ),
    Operation(
        "get",
        "/api/v1/asyncapi.json",
        "describe_socket",
        "The live socket's document.",
        {200: dict[str, Any]},
        needs_token=False,
    ),
    Operation(
        "get",
        "/api/v1/halls",
        "list_halls",
        "The halls of this hub.",
        {200: list[HallItem]},
        needs_token=False,
    ),
    Operation(
        "get",
        _HALL,
        "read_hall",
        "The hall view: services, counters, who is served.",
        {200: shapes.HallView},
        refusals=(R.UNKNOWN_HALL,),
        needs_token=False,
    ),
    Operation(
        "post",
        f"{_HALL}/tickets",
        "take_ticket",
        "Take a ticket.",
        {201: shapes.TicketView},
        body=ask.TakeTicketRequest,
        refusals=(
            *GUARDED,
            R.UNKNOWN_HALL,
            R.UNKNOWN_SERVICE,
            R.SERVICE_CLOSED,
            R.LINE_FULL,
            R.TOO_MANY,
            *WRITTEN,
        ),
        is_command=True,
    ),
    Operation(
        "get",
        f"{_HALL}/tickets",
        "find_ticket",
        "Today's ticket with a number.",
        {200: shapes.TicketView},
        refusals=(*GUARDED, R.UNKNOWN_HALL, R.UNKNOWN_TICKET, R.INVALID),
        query={"number": {"type": "string", "minLength": 1, "maxLength": 16, "required": True}},
    ),
    Operation(
        "get",
        _TICKET,
        "read_ticket",
        "A ticket, for whoever knows its id.",
        {200: shapes.TicketView},
        refusals=(R.UNKNOWN_HALL, R.UNKNOWN_TICKET, R.TOO_MANY),
        needs_token=False,
    ),
    _ticket(
        "delete",
        _TICKET,
        "cancel_ticket",
        "Give a ticket up.",
        None,
        (*GUARDED, R.UNKNOWN_HALL, R.UNKNOWN_TICKET, R.WRONG_STATE, *WRITTEN),
        needs_token=False,
    ),
    _ticket(
        "post",
        f"{_TICKET}/return",
        "return_ticket",
        "A parked or missed ticket waits again.",
        ask.ReturnRequest,
        _RETURNING,
        needs_token=True,
    ),
    _ticket(
        "post",
        f"{_TICKET}/reprint",
        "reprint_ticket",
        "The paper again, marked as a copy.",
        ask.ReprintRequest,
        _RETURNING,
        needs_token=True,
    ),
    _counter(
        "open",
        "Open a counter, or take it.",
        ask.OpenCounterRequest,
        shapes.CounterView,
        (*AT_COUNTER, R.COUNTER_TAKEN),
    ),
    _counter("pause", "Pause.", ask.PauseCounterRequest, shapes.CounterView, AT_COUNTER),
    _counter("resume", "Go on after a pause.", ask.NoBody, shapes.CounterView, AT_COUNTER),
    _counter("close", "Close a counter.", ask.NoBody, shapes.CounterView, (*AT_COUNTER, R.WRONG_STATE)),
    _counter(
        "next",
        "End the ticket in hand and call the next.",
        ask.SeesRequest,
        shapes.TicketAnswer,
        (*AT_COUNTER, R.STALE_VIEW, R.COUNTER_PAUSED, R.WRONG_STATE),
    ),
    _counter(
        "call",
        "The same for one ticket, out of order.",
        ask.CallTicketRequest,
        shapes.TicketAnswer,
        (*AT_COUNTER, R.UNKNOWN_TICKET, R.STALE_VIEW, R.COUNTER_PAUSED, R.WRONG_STATE),
    ),
    _counter("recall", "Call the ticket in hand once more.", ask.SeesRequest, shapes.TicketAnswer, IN_HAND),
    _counter("start", "The citizen is at the desk.", ask.SeesRequest, shapes.TicketAnswer, IN_HAND),
    _counter("finish", "The visit is done.", ask.FinishRequest, shapes.TicketAnswer, IN_HAND),
    _counter("no-show", "Nobody came.", ask.SeesRequest, shapes.TicketAnswer, IN_HAND),
    _counter("park", "The citizen comes back later.", ask.SeesRequest, shapes.TicketAnswer, IN_HAND),
    _counter(
        "transfer",
        "To another service or counter; the number stays.",
        Annotated[ask.TransferRequest, Meta(extra_json_schema={"anyOf": SOMEWHERE})],
        shapes.TicketAnswer,
        (*IN_HAND, R.UNKNOWN_SERVICE, R.SERVICE_CLOSED),
    ),
    _counter(
        "undo",
        "Take back the last next, finish or no-show.",
        ask.SeesRequest,
        shapes.TicketAnswer,
        (*AT_COUNTER, R.STALE_VIEW, R.WRONG_STATE),
    ),
    Operation(
        "post",
        f"{_HALL}/clock/settle",
        "settle_clock",
        "Say that the hub's clock is right as it stands.",
        {200: shapes.Empty},
        refusals=(*GUARDED, R.UNKNOWN_HALL, *WRITTEN),
        is_command=True,
    ),
    Operation(
        "post",
        f"{_HALL}/restore/confirm",
        "confirm_restore",
        "Say that the restored line was compared with the hall: calls go on.",
        {200: shapes.Empty},
        refusals=(*GUARDED, R.UNKNOWN_HALL, *WRITTEN),
        is_command=True,
    ),
    Operation(
        "get",
        f"{_HALL}/events",
        "read_events",
        "The journal, in order.",
        {200: EventsPage},
        refusals=(*GUARDED, R.UNKNOWN_HALL, R.INVALID),
        query={
            "after": {"type": "integer", "minimum": 0, "maximum": 2**53, "default": 0},
            "limit": {"type": "integer", "minimum": 0, "maximum": 1_000, "default": 100},
        },
    ),
    Operation(
        "post",
        "/api/v1/session",
        "sign_in",
        "Sign in; the answer sets the session cookie.",
        {200: SignedIn},
        body=ask.SignInRequest,
        refusals=(*GUARDED, R.TOO_LARGE, R.INVALID, R.TOO_MANY),
        needs_token=False,
    ),
    Operation(
        "delete",
        "/api/v1/session",
        "sign_out",
        "Sign out.",
        {204: None},
        refusals=(R.FORBIDDEN,),
        needs_token=False,
    ),
    Operation(
        "post",
        "/api/v1/link",
        "redeem_link",
        "Exchange a one-use code for a session cookie.",
        {200: SignedIn},
        body=ask.LinkRequest,
        refusals=(*GUARDED, R.TOO_LARGE, R.INVALID, R.TOO_MANY),
        needs_token=False,
    ),
    Operation(
        "post",
        "/api/v1/device-link",
        "link_own_device",
        "A one-use code for the browser of the device that asks.",
        {201: DeviceLink},
        refusals=(*GUARDED, R.TOO_MANY),
    ),
    Operation(
        "post",
        "/api/v1/setup",
        "set_up",
        "Make the first administrator's account.",
        {200: SignedIn},
        body=ask.SetupRequest,
        refusals=(*GUARDED, R.TOO_LARGE, R.INVALID, R.TOO_MANY),
        needs_token=False,
    ),
    Operation(
        "get",
        "/api/v1/accounts",
        "list_accounts",
        "Every account.",
        {200: list[AccountHead]},
        refusals=GUARDED,
    ),
    Operation(
        "post",
        "/api/v1/accounts",
        "make_account",
        "Make an account; answers with all.",
        {201: list[AccountHead]},
        body=MakeAccount,
        refusals=(*GUARDED, R.TOO_LARGE, R.INVALID, R.TOO_MANY),
    ),
    Operation(
        "patch",
        "/api/v1/accounts/{account}",
        "change_account",
        "Change an account; answers with all.",
        {200: list[AccountHead]},
        body=ChangeAccount,
        refusals=(*GUARDED, R.TOO_LARGE, R.INVALID, R.TOO_MANY),
    ),
    *DEVICE_OPERATIONS,
)
"""The contract's calls and this hub's additions."""
