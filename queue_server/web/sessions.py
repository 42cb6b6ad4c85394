"""Signing in and out, one-use links, the first set-up: whatever hands a browser its session."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from queue_server.domain.refusals import Refusal, Rejected
from queue_server.identity.model import Identity, Role
from queue_server.identity.register import sign_in_name_of
from queue_server.web.auth import (
    clear_session_cookie,
    identify_request,
    require,
    require_own_page,
    session_cookie,
    set_session_cookie,
)
from queue_server.web.bodies import read_body
from queue_server.web.commands import JSON
from queue_server.web.limits import Limit, address_key
from queue_server.web.problems import problem_response, too_many
from queue_server.web.services import Services
from queue_server.wire.requests import LinkRequest, SetupRequest, SignInRequest
from queue_server.wire.requests import Request as Asked

T = TypeVar("T", bound=Asked)


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who the browser is from now on, and where it belongs."""

    role: str
    name: str | None
    go: str
    """The path of the page that this session is for."""


class DeviceLink(msgspec.Struct, frozen=True, kw_only=True):
    """A one-use code for a device's own browser, and the path of the page that it is for."""

    code: str
    go: str


class Sessions:
    """The handlers."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def sign_in(self, request: Request) -> Response:
        """`POST /api/v1/session`."""
        return await self._opened(
            request, SignInRequest, lambda asked: self._services.identity.sign_in(asked.name, asked.password)
        )

    async def link_own_device(self, request: Request) -> Response:
        """`POST /api/v1/device-link`: an agent signs the browser in that it starts, as the device that it is itself."""
        identity = identify_request(request, self._services.identity)
        require(identity, "link_own_device")
        assert identity.role is not None, "only devices may"
        code = await self._services.identity.make_link(
            identity.role, identity.hall, identity.device, parent=identity.credential
        )
        if isinstance(code, Rejected):
            return problem_response(code)
        body = DeviceLink(code=code, go=home_of(self._services, identity))
        return Response(msgspec.json.encode(body), 201, {"Cache-Control": "no-store"}, JSON)

    async def redeem(self, request: Request) -> Response:
        """`POST /api/v1/link`."""
        return await self._opened(
            request, LinkRequest, lambda asked: self._services.identity.redeem_link(asked.code)
        )

    async def set_up(self, request: Request) -> Response:
        """`POST /api/v1/setup`."""
        identity = self._services.identity
        return await self._opened(
            request,
            SetupRequest,
            lambda asked: identity.complete_setup(asked.code, asked.name, asked.password),
        )

    async def sign_out(self, request: Request) -> Response:
        """`DELETE /api/v1/session`."""
        require_own_page(request)
        secret = session_cookie(request)
        if secret is not None:
            await self._services.identity.sign_out(secret)
        response = Response(status_code=204)
        clear_session_cookie(response, request)
        return response

    async def _opened(
        self, request: Request, shape: type[T], open_session: Callable[[T], Awaitable[str | Rejected]]
    ) -> Response:
        asked = await read_body(request, shape)
        if isinstance(asked, Rejected):
            return problem_response(asked)
        require_own_page(request)
        wait_ms = self._services.limiter.take(self._keys(request, asked), self._services.clock.monotonic_ms())
        if wait_ms is not None:
            return problem_response(too_many(wait_ms))
        secret = await open_session(asked)
        if isinstance(secret, Rejected):
            return problem_response(secret)
        identity = self._services.identity.identify(None, secret)
        if identity is None:
            return problem_response(
                Rejected(code=Refusal.UNAUTHENTICATED, detail="This session ended at once.")
            )
        body = SignedIn(role=identity.role or "", name=identity.name, go=home_of(self._services, identity))
        response = Response(msgspec.json.encode(body), media_type=JSON)
        set_session_cookie(response, request, secret, identity)
        return response

    def _keys(self, request: Request, asked: Asked) -> list[tuple[Limit, str]]:
        if self._services.config.limits.is_off:
            return []
        address = address_key(None if request.client is None else request.client.host)
        keys = [(Limit.SIGN_IN_ADDRESS, address)]
        if isinstance(asked, SignInRequest):
            name = sign_in_name_of(asked.name)
            keys += [(Limit.SIGN_IN_PAIR, f"{address} {name}"), (Limit.SIGN_IN_ACCOUNT, name)]
        return keys


def home_of(services: Services, identity: Identity) -> str:
    """The page of a role; the start page for whoever has the choice."""
    hall = identity.hall or next(iter(services.halls.names()), None)
    pages = {
        Role.KIOSK: f"/halls/{hall}/kiosk/{identity.device}",
        Role.DISPLAY: f"/halls/{hall}/screen/{identity.device}",
        Role.OFFICER: f"/halls/{hall}/counter",
        Role.MANAGER: f"/halls/{hall}/manager",
    }
    return "/" if identity.role is None else pages.get(identity.role, "/")
