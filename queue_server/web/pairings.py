"""Pairing over HTTP: a new device starts and asks, an administrator finds, approves or turns away.

Whoever starts shows nothing, so starting is limited by address and the number of those who wait is bounded. A code is
tried by administrators only, and slowly: ten at once and six a minute against at most 32 codes of 38 bits.
"""

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response

from queue_server.domain.hall import HallId
from queue_server.domain.refusals import Rejected
from queue_server.identity.heads import WaitingHead
from queue_server.identity.model import BECOMES, Identity, PairedDevice, PairingId, Role, Wants
from queue_server.identity.places import devices_of
from queue_server.intake import invalid_at
from queue_server.web.auth import identify_request, require, require_own_page, set_session_cookie
from queue_server.web.bodies import read_body
from queue_server.web.commands import JSON
from queue_server.web.limits import Limit, address_key
from queue_server.web.problems import problem_response, too_many
from queue_server.web.services import Services
from queue_server.web.sessions import home_of
from queue_server.wire import pairings as wire

NOT_KEPT = {"Cache-Control": "no-store"}

log = structlog.get_logger(__name__)


class FoundDevice(msgspec.Struct, frozen=True, kw_only=True):
    """The device that shows the code, before anybody decides."""

    id: PairingId
    wants: Wants
    roles: tuple[Role, ...]
    """What it may become."""
    address: str
    created_at_ms: int
    expires_at_ms: int


class Pairings:
    """The handlers."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._desk = services.identity.pairings

    async def started(self, request: Request) -> Response:
        """`POST /api/v1/pairings`, by anyone: a code for the display and a secret for the device."""
        body = await read_body(request, wire.StartPairingRequest)
        if isinstance(body, Rejected):
            return problem_response(body)
        require_own_page(request)
        address = self._address(request)
        if limited := self._limited(Limit.START_PAIRING, address):
            return problem_response(limited)
        started = await self._desk.start(Wants(body.wants), address)
        if isinstance(started, Rejected):
            return problem_response(started)
        answer = wire.PairingStarted(
            code=started.code,
            secret=started.secret,
            expires_at_ms=started.expires_at_ms,
            ask_after_ms=wire.ASK_AFTER_MS,
        )
        return Response(msgspec.json.encode(answer), 201, NOT_KEPT, JSON)

    async def asked(self, request: Request) -> Response:
        """`POST /api/v1/pairings/ask`, by the device: wait on, or here is what you are."""
        body = await read_body(request, wire.AskPairingRequest)
        if isinstance(body, Rejected):
            return problem_response(body)
        require_own_page(request)
        if limited := self._limited(Limit.ASK_PAIRING, self._address(request)):
            return problem_response(limited)
        found = await self._desk.ask(body.secret)
        if isinstance(found, Rejected):
            return problem_response(found)
        if isinstance(found, WaitingHead):
            return _status(wire.PairingStatus(state="waiting"))
        return self._let_in(request, found)

    async def found(self, request: Request) -> Response:
        """`POST /api/v1/pairings/find`, by an administrator: which device shows this code?"""
        body = await read_body(request, wire.FindPairingRequest)
        if isinstance(body, Rejected):
            return problem_response(body)
        admin = self._admin(request)
        if limited := self._limited(Limit.TRY_CODE, str(admin.actor)):
            return problem_response(limited)
        found = await self._desk.find(body.code)
        if isinstance(found, Rejected):
            return problem_response(found)
        answer = FoundDevice(roles=BECOMES[found.wants], **msgspec.structs.asdict(found))
        return Response(msgspec.json.encode(answer), 200, NOT_KEPT, JSON)

    async def approved(self, request: Request) -> Response:
        """`POST /api/v1/pairings/{pairing}/approve`, by an administrator of that hall."""
        body = await read_body(request, wire.ApprovePairingRequest)
        if isinstance(body, Rejected):
            return problem_response(body)
        admin = self._admin(request, HallId(body.hall))
        if limited := self._limited(Limit.TRY_CODE, str(admin.actor)):
            return problem_response(limited)
        role = Role(body.role)
        async with self._services.halls.using(body.hall) as hall:
            if isinstance(hall, Rejected):
                return problem_response(hall)
            devices = devices_of(hall.hub.state.hall).get(role, ())
        if body.device not in devices:
            return problem_response(invalid_at("$.device", f"The configuration has no such {role}."))
        refusal = await self._desk.approve(
            PairingId(request.path_params["pairing"]),
            body.code,
            role=role,
            hall=HallId(body.hall),
            device=body.device,
        )
        if refusal is not None:
            return problem_response(refusal)
        log.info("device_paired", by=admin.actor, role=str(role), hall=body.hall, device=body.device)
        return Response(status_code=204)

    async def withdrawn(self, request: Request) -> Response:
        """`POST /api/v1/pairings/{pairing}/withdraw`, by an administrator: not in this hall."""
        admin = self._admin(request)
        refusal = await self._desk.withdraw(PairingId(request.path_params["pairing"]))
        if refusal is not None:
            return problem_response(refusal)
        log.info("device_turned_away", by=admin.actor)
        return Response(status_code=204)

    def _let_in(self, request: Request, device: PairedDevice) -> Response:
        identity = device.identity
        assert identity.role is not None, "devices have a role"
        is_page = device.wants is Wants.PAGE
        response = _status(
            wire.PairingStatus(
                state="approved",
                token=None if is_page else device.secret,
                role=identity.role.value,
                hall=identity.hall,
                device=identity.device,
                go=home_of(self._services, identity) if is_page else None,
            )
        )
        if is_page:
            set_session_cookie(response, request, device.secret, identity)
        return response

    def _admin(self, request: Request, hall: HallId | None = None) -> Identity:
        identity = identify_request(request, self._services.identity)
        require(identity, "manage_pairings", hall)
        return identity

    def _address(self, request: Request) -> str:
        return address_key(None if request.client is None else request.client.host)

    def _limited(self, what: Limit, who: str) -> Rejected | None:
        if self._services.config.limits.is_off:
            return None
        wait_ms = self._services.limiter.take([(what, who)], self._services.clock.monotonic_ms())
        return None if wait_ms is None else too_many(wait_ms)


def _status(status: wire.PairingStatus) -> Response:
    return Response(msgspec.json.encode(status), 200, NOT_KEPT, JSON)
