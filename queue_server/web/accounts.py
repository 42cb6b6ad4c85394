"""Officers' accounts over HTTP, for administrators: list, make, change, disable, reset the password."""

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from queue_server.domain.hall import CounterId
from queue_server.domain.model import ActorId
from queue_server.domain.refusals import Rejected
from queue_server.identity.model import Role
from queue_server.web.auth import identify_request, require
from queue_server.web.bodies import read_body
from queue_server.web.commands import JSON
from queue_server.web.problems import problem_response
from queue_server.web.services import Services

COUNTERS_MAX = 200

PersonRole = Annotated[str, Meta(pattern="^(officer|manager|admin)$")]
Counters = Annotated[tuple[str, ...], Meta(max_length=COUNTERS_MAX)] | None
"""Null: every counter of the hall."""


class MakeAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A new account."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    password: Annotated[str, Meta(min_length=10, max_length=128)]
    role: PersonRole = "officer"
    counters: Counters = None


class ChangeAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is left out stays."""

    password: Annotated[str, Meta(min_length=10, max_length=128)] | None = None
    role: PersonRole | None = None
    counters: Counters | msgspec.UnsetType = msgspec.UNSET
    disabled: bool | None = None


class Accounts:
    """The handlers."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def listed(self, request: Request) -> Response:
        """`GET /api/v1/accounts`."""
        self._admin(request)
        return self._list()

    async def made(self, request: Request) -> Response:
        """`POST /api/v1/accounts`; answers with the list."""
        body = await read_body(request, MakeAccount)
        if isinstance(body, Rejected):
            return problem_response(body)
        self._admin(request)
        counters = None if body.counters is None else tuple(CounterId(one) for one in body.counters)
        made = await self._services.identity.create_account(
            body.name, body.password, Role(body.role), counters
        )
        return problem_response(made) if isinstance(made, Rejected) else self._list(201)

    async def changed(self, request: Request) -> Response:
        """`PATCH /api/v1/accounts/{account}`; answers with the list."""
        body = await read_body(request, ChangeAccount)
        if isinstance(body, Rejected):
            return problem_response(body)
        self._admin(request)
        refusal = await self._apply(ActorId(request.path_params["account"]), body)
        return self._list() if refusal is None else problem_response(refusal)

    async def _apply(self, account: ActorId, body: ChangeAccount) -> Rejected | None:
        identity = self._services.identity
        known = next((one for one in identity.accounts() if one.account == account), None)
        if body.password is not None and (refusal := await identity.set_password(account, body.password)):
            return refusal
        if body.role is not None or body.counters is not msgspec.UNSET:
            role = Role(body.role) if body.role is not None else (known.role if known else Role.OFFICER)
            counters = known.counters if known else None
            if body.counters is not msgspec.UNSET:
                counters = None if body.counters is None else tuple(CounterId(one) for one in body.counters)
            if refusal := await identity.set_rights(account, role, counters):
                return refusal
        if body.disabled is not None:
            return await identity.set_disabled(account, is_disabled=body.disabled)
        return None

    def _admin(self, request: Request) -> None:
        require(identify_request(request, self._services.identity), "manage_accounts")

    def _list(self, status: int = 200) -> Response:
        body = msgspec.json.encode(self._services.identity.accounts())
        return Response(body, status, {"Cache-Control": "no-store"}, JSON)
