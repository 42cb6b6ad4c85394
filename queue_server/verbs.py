"""What command-line verbs ask of a running hub through its local socket, and of the data folder without one."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from queue_server.backup.taking import Copier
from queue_server.control import Verb
from queue_server.domain.hall import HallConfig, HallId
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.errors import AntreanError
from queue_server.halls import Hall
from queue_server.identity.model import Role
from queue_server.identity.store import IdentityStore
from queue_server.replaying import digests
from queue_server.views.warnings import hall_warnings
from queue_server.web.services import Services


class HallReport(msgspec.Struct, frozen=True, kw_only=True):
    """How a hall stands in the running hub, for `antrean replay` and `antrean doctor`."""

    hall: str
    journal_id: str
    seq: int
    digests: dict[str, str]
    """By the name of a part of the state, see `replaying.digests`."""
    warnings: tuple[str, ...]
    """Codes and whom they concern, as the manager's board has them."""


def verbs(
    services: Services,
    apply: Callable[[], Awaitable[Rejected | None]],
    copier: Copier | Rejected,
    of_halls: Mapping[str, Verb],
) -> Mapping[str, Verb]:
    """The table that the local socket answers from.

    Args:
        copier: makes copies of the databases; or why this store is not copied.
        of_halls: see `hall_verbs`.
    """

    async def token(args: Mapping[str, Any]) -> object:
        async with services.halls.using(str(args.get("hall"))) as hall:
            if isinstance(hall, Rejected):
                return _named(hall, args)
            return await make_token(services.identity, hall.hub.state.hall, args)

    async def link(args: Mapping[str, Any]) -> object:
        async with services.halls.using(str(args.get("hall"))) as hall:
            if isinstance(hall, Rejected):
                return _named(hall, args)
            return await make_link(services.identity, hall.hub.state.hall, args)

    async def take_up(_args: Mapping[str, Any]) -> object:
        return await apply() or "applied"

    async def copy(_args: Mapping[str, Any]) -> object:
        if isinstance(copier, Rejected):
            return copier
        try:
            return str(await copier.copy())
        except (AntreanError, OSError) as trouble:
            return Rejected(code=Refusal.BUSY, detail=f"No copy could be made: {trouble}.")

    async def state(_args: Mapping[str, Any]) -> object:
        return [_report(hall) for hall in services.halls.all()]

    return {"token": token, "link": link, "apply": take_up, "copy": copy, "state": state, **of_halls}


def _named(refusal: Rejected, args: Mapping[str, Any]) -> Rejected:
    """Whoever typed an id wrong is told which."""
    if refusal.code is not Refusal.UNKNOWN_HALL:
        return refusal
    return Rejected(code=refusal.code, detail=f"There is no hall '{args.get('hall')}'.")


async def make_token(identity: IdentityStore, hall: HallConfig, args: Mapping[str, Any]) -> str | Rejected:
    """A token for a device of the configuration (`id`) or for a person (`name`)."""
    wanted = _wanted(hall, args)
    if isinstance(wanted, Rejected):
        return wanted
    role, device = wanted
    return await identity.make_token(role, HallId(hall.id), device, args.get("name"))


async def make_link(identity: IdentityStore, hall: HallConfig, args: Mapping[str, Any]) -> str | Rejected:
    """A one-use code for a browser device or a person."""
    wanted = _wanted(hall, args)
    if isinstance(wanted, Rejected):
        return wanted
    role, device = wanted
    return await identity.make_link(role, HallId(hall.id), device, args.get("name"))


def _report(hall: Hall) -> HallReport:
    state = hall.hub.state
    warnings = hall_warnings(state, hall.presence.snapshot())
    return HallReport(
        hall=hall.hub.hall,
        journal_id=hall.hub.journal_id,
        seq=state.seq,
        digests=dict(digests(state)),
        warnings=tuple(f"{warning.code} {warning.subject}" for warning in warnings),
    )


def _wanted(hall: HallConfig, args: Mapping[str, Any]) -> tuple[Role, str | None] | Rejected:
    """The role and, for a device's role, a device that the configuration has."""
    role = Role(str(args.get("role")))
    devices: dict[Role, list[str]] = {
        Role.KIOSK: [kiosk.id for kiosk in hall.kiosks],
        Role.DISPLAY: [screen.id for screen in hall.screens],
        Role.PRINTER: [printer.id for printer in hall.printers],
    }
    known = devices.get(role)
    device = args.get("id")
    if known is None:
        if device is not None:
            return Rejected(
                code=Refusal.INVALID, detail=f"--id names a device; a {role} is a person: use --name."
            )
        return role, None
    if device not in known:
        found = "none was given" if device is None else f"'{device}' is not one"
        return Rejected(
            code=Refusal.INVALID,
            detail=f"--id must name a {role} of the configuration ({', '.join(known)}); {found}.",
        )
    return role, str(device)
