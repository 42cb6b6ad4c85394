"""Refusals over HTTP: problem documents (RFC 9457) with a `code`, and the status of each code.

Never a 500 for anything that a client sends: the last line of `problem_for` is for mistakes of ours alone.
"""

from collections.abc import Mapping
from typing import Annotated

import msgspec
import structlog
from msgspec import Meta
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from queue_server.domain.refusals import Refusal, Rejected
from queue_server.web.auth import AuthRefused

STATUS: Mapping[Refusal, int] = {
    Refusal.UNAUTHENTICATED: 401,
    Refusal.FORBIDDEN: 403,
    Refusal.UNKNOWN_HALL: 404,
    Refusal.UNKNOWN_SERVICE: 404,
    Refusal.UNKNOWN_COUNTER: 404,
    Refusal.UNKNOWN_TICKET: 404,
    Refusal.UNKNOWN_CALL: 404,
    Refusal.UNKNOWN_JOB: 404,
    Refusal.SERVICE_CLOSED: 409,
    Refusal.LINE_FULL: 409,
    Refusal.COUNTER_CLOSED: 409,
    Refusal.COUNTER_PAUSED: 409,
    Refusal.COUNTER_TAKEN: 409,
    Refusal.NOT_YOUR_COUNTER: 409,
    Refusal.NO_TICKET_IN_HAND: 409,
    Refusal.STALE_VIEW: 409,
    Refusal.WRONG_STATE: 409,
    Refusal.EXPIRED: 409,
    Refusal.TOO_LARGE: 413,
    Refusal.INVALID: 422,
    Refusal.KEY_REUSED: 422,
    Refusal.TOO_MANY: 429,
    Refusal.BUSY: 503,
    Refusal.OUTCOME_UNKNOWN: 503,
}
"""Every refusal's status; a test walks it beside the contract's list."""

RETRY_AFTER_S = 1
"""For BUSY and OUTCOME_UNKNOWN: a batch takes milliseconds, a restart a second."""

MEDIA_TYPE = "application/problem+json"

_HTTP_CODES = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}
"""For addresses that are none of ours."""

log = structlog.get_logger(__name__)

_encode = msgspec.json.Encoder().encode


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of a refusal."""

    title: str
    status: int
    code: Annotated[str, Meta(examples=[*Refusal, *_HTTP_CODES.values()])]
    """Examples, not an enumeration: a later version may know more."""
    detail: str
    type: str = "about:blank"
    errors: list[dict[str, str]] | None = None
    officer: str | None = None
    since_at_ms: int | None = None
    retry_after_ms: int | None = None


def problem_response(refusal: Rejected) -> Response:
    """A refusal as a response."""
    more = refusal.more
    path, officer, since_ms = more.get("path"), more.get("officer"), more.get("since_ms")
    retry_ms = more.get("retry_after_ms")
    if refusal.code in {Refusal.BUSY, Refusal.OUTCOME_UNKNOWN}:
        retry_ms = RETRY_AFTER_S * 1000
    problem = Problem(
        title=refusal.code.replace("_", " ").capitalize(),
        status=STATUS[refusal.code],
        code=refusal.code,
        detail=refusal.detail,
        errors=None
        if path is None
        else [{"path": str(path), "message": str(more.get("message", refusal.detail))}],
        officer=None if officer is None else str(officer),
        since_at_ms=since_ms if isinstance(since_ms, int) else None,
        retry_after_ms=retry_ms if isinstance(retry_ms, int) else None,
    )
    headers = {}
    if isinstance(retry_ms, int):
        headers["Retry-After"] = str(max(1, -(-retry_ms // 1000)))
    if refusal.code is Refusal.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(_encode(problem), problem.status, headers, MEDIA_TYPE)


def too_many(retry_after_ms: int) -> Rejected:
    """The refusal of a limit."""
    return Rejected(
        code=Refusal.TOO_MANY,
        detail="Too many requests. Wait a moment.",
        more={"retry_after_ms": retry_after_ms},
    )


async def auth_problem(_request: Request, error: Exception) -> Response:
    """For the app's table of exception handlers."""
    assert isinstance(error, AuthRefused), "registered for this class only"
    return problem_response(Rejected(code=error.code, detail=error.detail))


async def world_problem(request: Request, error: Exception) -> Response:
    """Disk or network failed under a call: what only reads is BUSY, of anything else the outcome is not known."""
    log.warning("store_failed_under_a_call", path=request.scope["route"].path, reason=str(error))
    if request.method in ("GET", "HEAD"):
        return problem_response(Rejected(code=Refusal.BUSY, detail="The hub's store is away at the moment."))
    return problem_response(
        Rejected(
            code=Refusal.OUTCOME_UNKNOWN,
            detail="The hub's store failed at this moment; whether this was done is not known.",
        )
    )


async def http_problem(request: Request, error: Exception) -> Response:
    """Starlette's own refusals (no such address, wrong method) in the same form."""
    assert isinstance(error, HTTPException), "registered for this class only"
    body = Problem(
        title=error.detail,
        status=error.status_code,
        code=_HTTP_CODES.get(error.status_code, "INVALID"),
        detail=error.detail,
    )
    headers = {"Allow": ", ".join(_methods_of(request))} if error.status_code == 405 else {}
    return Response(_encode(body), error.status_code, headers, MEDIA_TYPE)


def _methods_of(request: Request) -> list[str]:
    """Every method of an address. Starlette's own `Allow` names those of its first route alone (RFC 9110, 15.5.6)."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    fitting = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in fitting for method in route.methods or ()})
