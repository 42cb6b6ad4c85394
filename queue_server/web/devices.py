"""Devices for administrators: every token, link and browser that opens a door, and taking one back."""

from collections.abc import Iterable
from typing import Any

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response

from queue_server.domain.refusals import Refusal, Rejected
from queue_server.halls import Hall
from queue_server.identity.heads import CredentialHead, WaitingHead
from queue_server.identity.model import DEVICES, CredentialId, Identity, Role
from queue_server.web.auth import identify_request, require
from queue_server.web.commands import JSON
from queue_server.web.problems import problem_response
from queue_server.web.services import Services

log = structlog.get_logger(__name__)


class DeviceItem(msgspec.Struct, frozen=True, kw_only=True):
    """One credential: whom it lets in, and when that was last. What opens the door is not here."""

    id: CredentialId
    kind: str
    """`token`, `link` (not opened yet) or `session` (of a device's browser)."""
    role: Role
    hall: str | None
    device: str | None
    """Its id in the configuration; null: a person or a program."""
    name: str | None
    created_at_ms: int
    expires_at_ms: int | None
    seen_at_ms: int | None
    """To some minutes; null: never yet."""
    connected: bool
    """Whether it holds a live socket on the node that answers."""


class DeviceList(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on the devices page."""

    devices: list[DeviceItem]
    waiting: list[WaitingHead]
    """Devices that show a code now; the code is on their display alone."""


class Devices:
    """The handlers."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def listed(self, request: Request) -> Response:
        """`GET /api/v1/devices`."""
        return self._list(self._admin(request))

    async def revoked(self, request: Request) -> Response:
        """`DELETE /api/v1/devices/{credential}`; answers with the list. Its sockets close at once, on every node."""
        admin = self._admin(request)
        wanted = CredentialId(request.path_params["credential"])
        if wanted not in {one.id for one in device_list(self._services, admin).devices}:
            return problem_response(NO_SUCH)
        refusal = await self._services.identity.revoke(wanted)
        if refusal is not None:
            return problem_response(NO_SUCH if refusal.code is Refusal.INVALID else refusal)
        log.info("credential_revoked", by=admin.actor, credential=wanted)
        return self._list(admin)

    def _admin(self, request: Request) -> Identity:
        identity = identify_request(request, self._services.identity)
        require(identity, "manage_tokens")
        return identity

    def _list(self, admin: Identity) -> Response:
        body = msgspec.json.encode(device_list(self._services, admin))
        return Response(body, 200, {"Cache-Control": "no-store"}, JSON)


def device_list(services: Services, admin: Identity) -> DeviceList:
    """What this administrator may see: one who belongs to a hall sees that hall's alone. Newest first.

    The browser that an agent opened for itself is no row of its own: it goes with the agent's token.
    """
    identity = services.identity
    browsers = (head for head in identity.sessions() if head.role in DEVICES)
    heads = (*identity.tokens(), *identity.links(), *browsers)
    own = [head for head in heads if head.parent is None and admin.hall in (None, head.hall)]
    connected = {*services.outboxes.values()}
    connected |= {head.parent for head in heads if head.parent is not None and head.id in connected}
    items = [_item(head, is_connected=head.id in connected) for head in own]
    items.sort(key=lambda item: (-item.created_at_ms, item.id))
    return DeviceList(devices=items, waiting=list(identity.pairings.waiting()))


def places_of(halls: Iterable[Hall]) -> list[dict[str, Any]]:
    """Every place of the configuration where a device may stand, for the page to name and to offer."""
    found: list[dict[str, Any]] = []
    for hall in halls:
        config = hall.hub.state.hall
        zones = {zone.id: dict(zone.name) for zone in config.zones}
        own: list[tuple[Role, str, dict[str, str]]] = [
            *((Role.KIOSK, kiosk.id, dict(kiosk.name)) for kiosk in config.kiosks),
            *((Role.DISPLAY, screen.id, zones.get(screen.zone, {})) for screen in config.screens),
            *((Role.PRINTER, printer.id, {}) for printer in config.printers),
        ]
        found += [
            {"hall": config.id, "hall_name": config.name, "role": role, "id": place, "name": name}
            for role, place, name in own
        ]
    return found


def _item(head: CredentialHead, *, is_connected: bool) -> DeviceItem:
    return DeviceItem(
        id=head.id,
        kind=head.kind,
        role=head.role,
        hall=head.hall,
        device=head.device,
        name=head.name,
        created_at_ms=head.created_at_ms,
        expires_at_ms=head.expires_at_ms,
        seen_at_ms=head.seen_at_ms,
        connected=is_connected,
    )


NO_SUCH = Rejected(
    code=Refusal.INVALID,
    detail="There is no such token, link or session: it may be revoked already.",
    more={"path": "credential"},
)
