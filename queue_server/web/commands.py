"""Commands over HTTP: read, made a wish by intake, decided by the hub, answered with the outcome's own bytes."""

from starlette.requests import Request
from starlette.responses import Response

from queue_server.domain.refusals import Rejected
from queue_server.halls import Hall
from queue_server.identity.model import ANYONE, Identity, Role
from queue_server.intake import ENTRANCES, Asked, invalid_at, malformed, not_permitted, wish_from
from queue_server.web.auth import AuthRefused, identify_request
from queue_server.web.bodies import decoded, read_bytes
from queue_server.web.limits import Limit, address_key
from queue_server.web.problems import problem_response, too_many
from queue_server.web.services import Services
from queue_server.web.within import Handler, hall_of
from queue_server.wire import requests as ask

JSON = "application/json"


def command_handler(services: Services, name: str, target_param: str | None = None) -> Handler:
    """The handler of one command's route.

    Args:
        name: the command's name on the wire.
        target_param: the path parameter that names its counter or ticket.
    """
    shape = ENTRANCES[name].request

    async def handle(request: Request) -> Response:
        raw = await read_bytes(request)
        body = raw if isinstance(raw, Rejected) else decoded(raw or b"{}", shape)
        if isinstance(body, Rejected):
            return problem_response(body)
        age_ms = _age_ms(request)
        if age_ms is None:
            return problem_response(
                invalid_at("Command-Age-Ms", "A whole number of milliseconds is expected.")
            )
        misshapen = malformed(request.headers.get("idempotency-key"), age_ms)
        if misshapen is not None:
            return problem_response(misshapen)
        try:
            identity = identify_request(request, services.identity)
        except AuthRefused as refused:
            return problem_response(Rejected(code=refused.code, detail=refused.detail))
        hall = hall_of(request)
        if isinstance(hall, Rejected):
            # Who comes before what is unknown; a hall that is not there has no rules of its own.
            return problem_response(not_permitted(name, identity, None) or hall)
        target = "" if target_param is None else request.path_params[target_param]
        return await _decided(
            services,
            hall,
            name,
            Asked(
                identity,
                hall.hub.state.hall,
                target,
                body,
                services.halls.ticket_ids(hall.hub.hall, services.new_id),
            ),
            request,
            age_ms,
        )

    return handle


async def _decided(
    services: Services, hall: Hall, name: str, asked: Asked, request: Request, age_ms: int
) -> Response:
    key = request.headers.get("idempotency-key")
    wish = wish_from(name, asked=asked, key=key, age_ms=age_ms)
    if isinstance(wish, Rejected):
        return problem_response(wish)
    host = None if request.client is None else request.client.host
    limited = over_limit(services, name, asked.identity, address_key(host))
    if limited is not None:
        return problem_response(limited)
    answer = await hall.hub.submit(wish)
    if answer.refusal is not None:
        return problem_response(answer.refusal)
    headers = {"Idempotent-Replayed": "true"} if answer.is_replayed else {}
    if answer.status == 201:
        headers["Location"] = f"{request.url.path}/{_id_in(answer.body)}"
    return Response(answer.body, answer.status, headers, JSON)


def over_limit(services: Services, name: str, identity: Identity, address: str) -> Rejected | None:
    """TOO_MANY for whoever takes tickets faster than a line of citizens does, over HTTP or the socket; staff may."""
    is_staff = identity.role is not None and identity.role is not Role.KIOSK
    if name != "take_ticket" or is_staff or services.config.limits.is_off:
        return None
    key = (
        (Limit.TAKE_REMOTE_TICKET, address)
        if identity == ANYONE
        else (Limit.TAKE_TICKET, str(identity.actor))
    )
    wait_ms = services.limiter.take([key], services.clock.monotonic_ms())
    return None if wait_ms is None else too_many(wait_ms)


def _age_ms(request: Request) -> int | None:
    text = request.headers.get("command-age-ms", "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 12 else None


def _id_in(body: bytes) -> str:
    """The ticket's id in a ticket view that the hub made."""
    ticket = decoded(body, ask.IdOnly)
    assert isinstance(ticket, ask.IdOnly), "a ticket view has an id"
    return ticket.id
