"""The Starlette application: the route table, what every answer carries, and how refusals look."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from queue_server.errors import WorldError
from queue_server.journal.base import Journal
from queue_server.web.auth import AuthRefused
from queue_server.web.demo import Demo
from queue_server.web.problems import auth_problem, http_problem, world_problem
from queue_server.web.routes import routes
from queue_server.web.services import Services

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HEADERS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
"""On every answer; pages add their own (`shell.PAGE_HEADERS`)."""

STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")
"""A year. Without `includeSubDomains`: what stands beside the hub under a hall's name is not ours to speak for. Where
it is sent: `Address.is_strict`. Source: RFC 6797, 6.1."""


def make_app(services: Services, journal: Journal, demo: Demo) -> Starlette:
    """The whole web side of the hub."""
    app = Starlette(
        routes=routes(services, journal, demo),
        exception_handlers={
            AuthRefused: auth_problem,
            HTTPException: http_problem,
            WorldError: world_problem,
        },
    )
    app.add_middleware(
        _StandingHeaders, headers=(*HEADERS, STRICT_TRANSPORT) if services.is_strict else HEADERS
    )
    return app


class _StandingHeaders:
    """Adds headers where a route has not set them itself. Plain ASGI: it costs one call per answer."""

    def __init__(
        self, app: Callable[[Scope, Receive, Send], Awaitable[None]], headers: tuple[tuple[bytes, bytes], ...]
    ) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(header for header in self._headers if header[0] not in present),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)
