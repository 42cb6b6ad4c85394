"""The demonstration: on a loopback address every page opens with one click, each as the device or person it is for.

A page gets a token of its own inside the document (never in an address), so that a kiosk, a screen and two officers
can stand side by side in one browser, which has only one cookie.
"""

import asyncio

from starlette.requests import Request

from queue_server.domain.hall import HallId
from queue_server.domain.refusals import Rejected
from queue_server.identity.model import Identity, Role
from queue_server.identity.store import IdentityStore

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""A foreign name that resolves to this machine (DNS rebinding) must not open pages with tokens in them."""


class Demo:
    """Makes tokens on demand, one per device and person; makes none where the hub is no demonstration."""

    def __init__(self, identity: IdentityStore, *, is_on: bool) -> None:
        self._identity = identity
        self._is_on = is_on
        self._tokens: dict[tuple[Role, HallId, str], str] = {}
        self._making = asyncio.Lock()

    async def close(self) -> None:
        """Takes the tokens back: a demonstration leaves nothing that opens a door."""
        for token in self._tokens.values():
            identity = self._identity.identify(token, None)
            if identity is not None and identity.credential is not None:
                await self._identity.revoke(identity.credential)
        self._tokens.clear()

    async def device_token(self, request: Request, role: Role, hall: HallId, device: str) -> str | None:
        """The token of a device's page; None: no demonstration."""
        return await self._token(request, role, hall, device=device)

    async def person(
        self, request: Request, role: Role, hall: HallId, name: str
    ) -> tuple[Identity, str] | None:
        """Somebody with a role and his token; None: no demonstration."""
        token = await self._token(request, role, hall, name=name)
        identity = None if token is None else self._identity.identify(token, None)
        return None if token is None or identity is None else (identity, token)

    async def _token(
        self,
        request: Request,
        role: Role,
        hall: HallId,
        *,
        device: str | None = None,
        name: str | None = None,
    ) -> str | None:
        if not self._is_on or not _is_loopback(request):
            return None
        key = (role, hall, device or name or "")
        async with self._making:
            if key not in self._tokens:
                token = await self._identity.make_token(role, hall, device, name)
                if isinstance(token, Rejected):
                    return None
                self._tokens[key] = token
        return self._tokens[key]


def _is_loopback(request: Request) -> bool:
    host = request.headers.get("host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] if ":" in host else host
    return name in LOOPBACK_NAMES
