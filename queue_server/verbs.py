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
from queue_server.identity.heads import CredentialHead
from queue_server.identity.model import DEVICES, CredentialId, Role
from queue_server.identity.places import devices_of
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
    renew: Callable[[], Rejected | None],
    of_halls: Mapping[str, Verb],
) -> Mapping[str, Verb]:
    """The table that the local socket answers from.

    Args:
        copier: makes copies of the databases; or why this store is not copied.
        renew: takes up the certificate that lies there now.
        of_halls: see `hall_verbs`.
    """

    def in_hall(
        act: Callable[[IdentityStore, HallConfig, Mapping[str, Any]], Awaitable[object]],
    ) -> Verb:
        async def acted(args: Mapping[str, Any]) -> object:
            async with services.halls.using(str(args.get("hall"))) as hall:
                if isinstance(hall, Rejected):
                    return _named(hall, args)
                return await act(services.identity, hall.hub.state.hall, args)

        return acted

    async def devices(_args: Mapping[str, Any]) -> object:
        return credentials_of(services.identity)

    async def revoke(args: Mapping[str, Any]) -> object:
        return await services.identity.revoke(CredentialId(str(args.get("id")))) or "revoked"

    async def take_up(_args: Mapping[str, Any]) -> object:
        return await apply() or "applied"

    async def certificate(_args: Mapping[str, Any]) -> object:
        return renew() or "taken up"

    async def copy(_args: Mapping[str, Any]) -> object:
        if isinstance(copier, Rejected):
            return copier
        try:
            return str(await copier.copy())
        except (AntreanError, OSError) as trouble:
            return Rejected(code=Refusal.BUSY, detail=f"No copy could be made: {trouble}.")

    async def state(_args: Mapping[str, Any]) -> object:
        return [_report(hall) for hall in services.halls.all()]

    return {
        "token": in_hall(make_token),
        "link": in_hall(make_link),
        "pair": in_hall(approve_code),
        "devices": devices,
        "revoke": revoke,
        "apply": take_up,
        "certificate": certificate,
        "copy": copy,
        "state": state,
        **of_halls,
    }


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


async def approve_code(identity: IdentityStore, hall: HallConfig, args: Mapping[str, Any]) -> str | Rejected:
    """Lets the device in whose display shows `code`, as the device `id` of the configuration."""
    wanted = _wanted(hall, args)
    if isinstance(wanted, Rejected):
        return wanted
    role, device = wanted
    if device is None:
        return Rejected(code=Refusal.INVALID, detail=f"A {role} is a person, who signs in and shows no code.")
    code = str(args.get("code"))
    found = await identity.pairings.find(code)
    if isinstance(found, Rejected):
        return found
    refusal = await identity.pairings.approve(found.id, code, role=role, hall=HallId(hall.id), device=device)
    return refusal or "approved"


def credentials_of(identity: IdentityStore) -> list[CredentialHead]:
    """Every token, unopened link and device's browser that stands alone, oldest first."""
    browsers = (head for head in identity.sessions() if head.role in DEVICES)
    heads = (head for head in (*identity.tokens(), *identity.links(), *browsers) if head.parent is None)
    return sorted(heads, key=lambda head: (head.created_at_ms, head.id))


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
    known = devices_of(hall).get(role)
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
