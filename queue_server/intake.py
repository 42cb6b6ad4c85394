"""Where both doors end: untrusted input and an actor become a permitted wish, or a refusal.

Order: size and shape, then who (the contract's precedence); all that comes later is the hub's. Nothing here looks at
the clock or the network; fresh ids come from the `new_id` that is handed in.
"""

import re
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple, TypeVar

import msgspec

from queue_server.domain import commands as wish
from queue_server.domain.commands import AnyCommand
from queue_server.domain.decision import rejected
from queue_server.domain.hall import Category, CounterId, HallConfig, KioskId, PrinterId, ServiceId
from queue_server.domain.model import CallNo, JobId, TicketId
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.identity.model import Identity, Role, may_sit_at
from queue_server.identity.permissions import refusal_for
from queue_server.wire import requests as ask
from queue_server.wishes import Wish

TICKET_AGE_MS_MAX = 15_000
"""A ticket asked for longer ago than this is for somebody who has left (contract, "Doing it once")."""

COUNTER_AGE_MS_MAX = 5_000
"""An officer's press older than this meant another moment."""

AGE_MS_MAX = 7 * 24 * 3_600_000
"""The largest age that is still a number and not rubbish."""

KEY_LENGTH_MAX = 64

T = TypeVar("T")


class Asked(NamedTuple):
    """One request after its shape was found right."""

    identity: Identity
    hall: HallConfig
    target: str
    """The counter or ticket that the path named; empty where it names none."""
    body: Any
    """An instance of the command's request type."""
    new_id: Callable[[], str]


class Entrance(NamedTuple):
    """How one command comes in."""

    request: type[ask.Request]
    """Its HTTP body."""
    build: Callable[[Asked], AnyCommand | Rejected]
    target: type[ask.Request] | None = None
    """What the socket's frame names instead of a path."""
    frame: type[ask.Request] | None = None
    """The socket's keys, where they differ from the body's."""
    age_ms_max: int | None = None


def wish_from(
    name: str,
    *,
    asked: Asked,
    key: str | None,
    age_ms: int,
) -> Wish | Rejected:
    """The wish that a well-shaped request makes, if this actor may wish it.

    Args:
        name: a key of `ENTRANCES`.
        key: the idempotency key as given.
        age_ms: how long ago it was pressed.
    """
    refusal = malformed(key, age_ms) or not_permitted(name, asked.identity, asked.hall)
    if refusal is not None:
        return refusal
    entrance = ENTRANCES[name]
    if entrance.target is ask.CounterTarget and not may_sit_at(asked.identity, CounterId(asked.target)):
        return rejected(Refusal.FORBIDDEN, "You were not given this counter.")
    command = entrance.build(asked)
    if isinstance(command, Rejected):
        return command
    return Wish(
        command=command,
        by=asked.identity.actor,
        key=key,
        fingerprint=_fingerprint(name, asked),
        age_ms=age_ms,
        age_ms_max=entrance.age_ms_max,
    )


def not_permitted(name: str, identity: Identity, hall: HallConfig | None) -> Rejected | None:
    """Why this actor may not wish this; None: he may.

    Args:
        hall: where; None: in a hall that is not known here, so that his role alone decides.
    """
    code = refusal_for(
        identity,
        name,
        None if hall is None else hall.id,
        takes_remote_tickets=hall is not None and hall.rules.takes_remote_tickets,
    )
    return None if code is None else rejected(code, _WHO[code])


def decoded(decoder: "msgspec.json.Decoder[T]", raw: bytes | str) -> T | Rejected:
    """JSON from outside as a value, or INVALID with the path of what is wrong, whatever the bytes are."""
    try:
        value: T = decoder.decode(raw)
    except msgspec.DecodeError as error:
        return invalid(error)
    except UnicodeError:
        return invalid_at("$", "UTF-8 is expected.")
    except RecursionError:
        return invalid_at("$", "This is nested too deeply.")
    return value


def invalid(error: msgspec.DecodeError) -> Rejected:
    """The refusal for input of the wrong shape, with the path of what is wrong."""
    text = str(error)
    message, _, where = text.partition(" - at `")
    path = where.removesuffix("`") or "$"
    missing = _MISSING.fullmatch(message)
    return invalid_at(f"{path}.{missing[1]}" if missing else path, message)


def invalid_at(path: str, message: str) -> Rejected:
    """The refusal for one value."""
    return rejected(Refusal.INVALID, f"{path}: {message}", path=path, message=message)


def malformed(key: str | None, age_ms: int) -> Rejected | None:
    """The refusal for an idempotency key or an age of the wrong shape; None: both are right."""
    if key is not None and not (1 <= len(key) <= KEY_LENGTH_MAX and all("!" <= sign <= "~" for sign in key)):
        return invalid_at("Idempotency-Key", "1 to 64 visible ASCII characters are expected.")
    if not 0 <= age_ms <= AGE_MS_MAX:
        return invalid_at("Command-Age-Ms", "A whole number of milliseconds, at most a week, is expected.")
    return None


def _fingerprint(name: str, asked: Asked) -> bytes:
    """What makes a request the same request: the command, its target and its body, not who sends it how."""
    body = asked.body.as_request() if isinstance(asked.body, ask.TransferFrame) else asked.body
    digest = blake2b(digest_size=16)
    for part in (name.encode(), asked.target.encode(), msgspec.json.encode(body)):
        digest.update(len(part).to_bytes(4))
        digest.update(part)
    return digest.digest()


def _take_ticket(asked: Asked) -> AnyCommand | Rejected:
    body, hall = asked.body, asked.hall
    is_kiosk = asked.identity.role is Role.KIOSK
    kiosk_id = asked.identity.device if is_kiosk else body.kiosk
    kiosk = next((known for known in hall.kiosks if known.id == kiosk_id), None)
    if body.kiosk is not None and kiosk is None:
        return invalid_at("$.kiosk", f"There is no kiosk '{body.kiosk}'.")
    language = body.language or hall.languages[0]
    if language not in hall.languages:
        return invalid_at("$.language", f"This hall speaks {', '.join(hall.languages)}.")
    return wish.TakeTicket(
        ticket=TicketId(asked.new_id()),
        service=ServiceId(body.service),
        category=Category(body.category),
        language=language,
        kiosk=None if kiosk is None else KioskId(kiosk.id),
        printer=None if kiosk is None else kiosk.printer,
    )


def _cancel_ticket(asked: Asked) -> AnyCommand:
    return wish.CancelTicket(ticket=TicketId(asked.target))


def _return_ticket(asked: Asked) -> AnyCommand:
    return wish.ReturnTicket(ticket=TicketId(asked.target), place=wish.TransferPlace(asked.body.place))


def _reprint_ticket(asked: Asked) -> AnyCommand:
    printer = asked.body.printer
    return wish.ReprintTicket(
        ticket=TicketId(asked.target), printer=None if printer is None else PrinterId(printer)
    )


def _open_counter(asked: Asked) -> AnyCommand:
    return wish.OpenCounter(counter=CounterId(asked.target), take=asked.body.take)


def _pause_counter(asked: Asked) -> AnyCommand:
    reason = asked.body.reason
    return wish.PauseCounter(
        counter=CounterId(asked.target), reason=None if reason is None else wish.PauseReason(reason)
    )


def _resume_counter(asked: Asked) -> AnyCommand:
    return wish.ResumeCounter(counter=CounterId(asked.target))


def _close_counter(asked: Asked) -> AnyCommand:
    return wish.CloseCounter(counter=CounterId(asked.target))


def _seeing(command: type[wish.CounterCommand]) -> Callable[[Asked], AnyCommand]:
    """For the commands that carry nothing but what the officer sees."""

    def build(asked: Asked) -> AnyCommand:
        made: AnyCommand = command(counter=CounterId(asked.target), sees=asked.body.sees)  # type: ignore[assignment]  # only concrete commands are handed in
        return made

    return build


def _call_ticket(asked: Asked) -> AnyCommand:
    return wish.CallTicket(
        counter=CounterId(asked.target),
        sees=asked.body.sees,
        ticket=TicketId(asked.body.ticket),
        reason=wish.OrderReason(asked.body.reason),
    )


def _finish(asked: Asked) -> AnyCommand:
    result = asked.body.result
    return wish.FinishService(
        counter=CounterId(asked.target),
        sees=asked.body.sees,
        result=None if result is None else wish.FinishResult(result),
    )


def _transfer(asked: Asked) -> AnyCommand:
    body = asked.body
    to_counter = body.to_counter if isinstance(body, ask.TransferFrame) else body.counter
    return wish.TransferTicket(
        counter=CounterId(asked.target),
        sees=body.sees,
        service=body.service,
        to_counter=None if to_counter is None else CounterId(to_counter),
        place=wish.TransferPlace(body.place),
    )


def _report_call(asked: Asked) -> AnyCommand:
    return wish.ReportCall(call=CallNo(asked.body.call), what=wish.CallReport(asked.body.what))


def _report_print(asked: Asked) -> AnyCommand:
    return wish.ReportPrint(
        job=JobId(asked.body.job),
        attempt=asked.body.attempt,
        status=wish.PrintReport(asked.body.status),
        detail=asked.body.detail,
        printer=PrinterId(asked.identity.device or ""),
    )


def _settle_clock(_asked: Asked) -> AnyCommand:
    return wish.SettleClock()


def _confirm_restore(_asked: Asked) -> AnyCommand:
    return wish.ConfirmRestore()


def _at_counter(
    request: type[ask.Request],
    build: Callable[[Asked], AnyCommand | Rejected],
    frame: type[ask.Request] | None = None,
) -> Entrance:
    return Entrance(request, build, ask.CounterTarget, frame, COUNTER_AGE_MS_MAX)


ENTRANCES: Mapping[str, Entrance] = {
    "take_ticket": Entrance(ask.TakeTicketRequest, _take_ticket, age_ms_max=TICKET_AGE_MS_MAX),
    "cancel_ticket": Entrance(ask.NoBody, _cancel_ticket, ask.TicketTarget, None, TICKET_AGE_MS_MAX),
    "return_ticket": Entrance(ask.ReturnRequest, _return_ticket, ask.TicketTarget, None, TICKET_AGE_MS_MAX),
    "reprint_ticket": Entrance(
        ask.ReprintRequest, _reprint_ticket, ask.TicketTarget, None, TICKET_AGE_MS_MAX
    ),
    "open_counter": _at_counter(ask.OpenCounterRequest, _open_counter),
    "pause_counter": _at_counter(ask.PauseCounterRequest, _pause_counter),
    "resume_counter": _at_counter(ask.NoBody, _resume_counter),
    "close_counter": _at_counter(ask.NoBody, _close_counter),
    "call_next": _at_counter(ask.SeesRequest, _seeing(wish.CallNext)),
    "call_ticket": _at_counter(ask.CallTicketRequest, _call_ticket),
    "recall": _at_counter(ask.SeesRequest, _seeing(wish.Recall)),
    "start": _at_counter(ask.SeesRequest, _seeing(wish.StartService)),
    "finish": _at_counter(ask.FinishRequest, _finish),
    "no_show": _at_counter(ask.SeesRequest, _seeing(wish.MarkNoShow)),
    "park": _at_counter(ask.SeesRequest, _seeing(wish.ParkTicket)),
    "transfer": _at_counter(ask.TransferRequest, _transfer, ask.TransferFrame),
    "undo": _at_counter(ask.SeesRequest, _seeing(wish.UndoStep)),
    "report_call": Entrance(ask.ReportCallRequest, _report_call),
    "report_print": Entrance(ask.ReportPrintRequest, _report_print),
    "settle_clock": Entrance(ask.NoBody, _settle_clock),
    "confirm_restore": Entrance(ask.NoBody, _confirm_restore),
}
"""Every command on the wire."""

_MISSING = re.compile(r"Object missing required field `(.+)`")
"""msgspec names the object that lacks a field, and the field only in its words."""

_WHO = {
    Refusal.UNAUTHENTICATED: "This needs a token or a signed-in page.",
    Refusal.FORBIDDEN: "This is not for your role.",
}
