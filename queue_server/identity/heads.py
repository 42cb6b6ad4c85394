"""Accounts, credentials and waiting devices as lists show them: everything but what opens a door. Pure."""

import msgspec

from queue_server.domain.hall import CounterId, HallId
from queue_server.domain.model import ActorId
from queue_server.identity.model import CredentialId, PairingId, Role, Wants
from queue_server.identity.register import (
    Credential,
    CredentialKind,
    Holder,
    Pairing,
    Register,
    credentials_of,
)


class AccountHead(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the admin's page lists it."""

    account: ActorId
    name: str
    role: Role
    hall: HallId | None
    counters: tuple[CounterId, ...] | None
    is_disabled: bool
    created_at_ms: int


class CredentialHead(msgspec.Struct, frozen=True, kw_only=True):
    """A token, a link or a session as the admin's page lists it."""

    id: CredentialId
    kind: CredentialKind
    actor: ActorId
    role: Role
    hall: HallId | None
    device: str | None
    name: str | None
    created_at_ms: int
    expires_at_ms: int | None
    seen_at_ms: int | None
    parent: CredentialId | None
    """The token of the agent whose browser this is; None: it stands alone."""


class WaitingHead(msgspec.Struct, frozen=True, kw_only=True):
    """A device that shows a code. The code is not here: who approves must have read it on the device."""

    id: PairingId
    wants: Wants
    address: str
    created_at_ms: int
    expires_at_ms: int


def account_head(holder: Holder) -> AccountHead:
    """Of a holder that is an account."""
    return AccountHead(
        account=holder.actor,
        name=holder.name or "",
        role=holder.role,
        hall=holder.hall,
        counters=holder.counters,
        is_disabled=holder.is_disabled,
        created_at_ms=holder.created_at_ms,
    )


def heads_of(register: Register, kind: CredentialKind) -> tuple[CredentialHead, ...]:
    """All credentials of one kind, oldest first."""
    return tuple(_head(row, register.holders[row.holder]) for row in credentials_of(register, kind))


def waiting_head(pairing: Pairing) -> WaitingHead:
    return WaitingHead(
        id=pairing.id,
        wants=pairing.wants,
        address=pairing.address,
        created_at_ms=pairing.created_at_ms,
        expires_at_ms=pairing.expires_at_ms,
    )


def _head(row: Credential, holder: Holder) -> CredentialHead:
    return CredentialHead(
        id=row.id,
        kind=row.kind,
        actor=holder.actor,
        role=holder.role,
        hall=holder.hall,
        device=holder.device,
        name=holder.name,
        created_at_ms=row.created_at_ms,
        expires_at_ms=row.expires_at_ms,
        seen_at_ms=row.seen_at_ms,
        parent=row.parent,
    )
