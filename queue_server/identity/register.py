"""The register of who may ask: holders (people and devices) and what they show, as frozen values. Pure.

A right that was taken away is a credential that is gone: nothing is ever merely marked as revoked, so no door can
forget to look. `rules` says how the register may change, `keeper` makes the change durable.
"""

import hmac
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from typing import NewType

import msgspec
from immutables import Map

from queue_server.domain.hall import CounterId, HallId
from queue_server.domain.model import ActorId
from queue_server.identity.model import CredentialId, Identity, PairingId, Role, Wants

HolderId = NewType("HolderId", str)


class CredentialKind(StrEnum):
    """How something is shown: in a header or hello, in a cookie, or once, to be exchanged for a cookie."""

    TOKEN = "token"  # noqa: S105 -- the name of a kind
    SESSION = "session"
    LINK = "link"


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A person or a device that may hold credentials. Everything that a credential grants stands here once."""

    id: HolderId
    actor: ActorId
    role: Role
    hall: HallId | None = None
    device: str | None = None
    name: str | None = None
    sign_in_name: str | None = None
    """None: signs in nowhere, has tokens or links only."""
    password: str | None = None
    """argon2id; None exactly where `sign_in_name` is."""
    counters: tuple[CounterId, ...] | None = None
    is_disabled: bool = False
    created_at_ms: int


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """One secret, known by its fingerprint."""

    hash: bytes
    id: CredentialId
    kind: CredentialKind
    holder: HolderId
    created_at_ms: int
    expires_at_ms: int | None = None
    """None: never."""
    seen_at_ms: int | None = None
    """When it was last shown, to some minutes; None: never yet."""
    parent: CredentialId | None = None
    """The token with which an agent made this for its own browser; it goes where that goes. None: it stands alone."""


class Pairing(msgspec.Struct, frozen=True, kw_only=True):
    """A device that shows a code. Whoever knows the code alone can ask nothing with it."""

    id: PairingId
    secret_hash: bytes
    """Of what the device asks with."""
    code_hash: bytes
    credential_hash: bytes
    """Of the token or session that it will have, once somebody approved it."""
    wants: Wants
    address: str
    """From where it asked."""
    created_at_ms: int
    expires_at_ms: int
    holder: HolderId | None = None
    """What it has become; None: it waits."""


class PairingGone(msgspec.Struct, frozen=True, kw_only=True):
    """The row of a pairing that is to be deleted."""

    id: PairingId


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A credential was shown at this instant."""

    hash: bytes
    at_ms: int


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """The row of a credential that is to be deleted."""

    hash: bytes


Row = Holder | Credential | Gone | Pairing | PairingGone | Seen
Rows = tuple[Row, ...]


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """All holders and all credentials of this hub."""

    holders: Map[HolderId, Holder] = Map()
    sign_in_names: Map[str, HolderId] = Map()
    people: Map[ActorId, HolderId] = Map()
    credentials: Map[bytes, Credential] = Map()
    by_id: Map[CredentialId, bytes] = Map()
    pairings: Map[PairingId, Pairing] = Map()

    def after(self, rows: Iterable[Row]) -> "Register":
        """The register once these rows are written."""
        register = self
        for row in rows:
            match row:
                case Holder():
                    register = _with_holder(register, row)
                case Credential():
                    register = msgspec.structs.replace(
                        register,
                        credentials=register.credentials.set(row.hash, row),
                        by_id=register.by_id.set(row.id, row.hash),
                    )
                case Pairing():
                    register = msgspec.structs.replace(register, pairings=register.pairings.set(row.id, row))
                case PairingGone():
                    register = msgspec.structs.replace(register, pairings=register.pairings.delete(row.id))
                case Seen():
                    register = _with_sighting(register, row)
                case Gone():
                    register = msgspec.structs.replace(
                        register,
                        credentials=register.credentials.delete(row.hash),
                        by_id=register.by_id.delete(register.credentials[row.hash].id),
                    )
        return register


def sign_in_name_of(name: str) -> str:
    """The name as it is compared: "  SITI " and "siti" are one person."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def identity_of(holder: Holder, credential: CredentialId) -> Identity:
    """What the doors hand on for this holder."""
    return Identity(
        actor=holder.actor,
        role=holder.role,
        hall=holder.hall,
        device=holder.device,
        name=holder.name,
        counters=holder.counters,
        credential=credential,
    )


def valid_credential(
    register: Register, kind: CredentialKind, shown: bytes | None, now_ms: int
) -> Credential | None:
    """The credential of this kind with this fingerprint that has not expired; None: there is none."""
    if shown is None:
        return None
    credential = register.credentials.get(shown)
    if credential is None or credential.kind is not kind or not hmac.compare_digest(credential.hash, shown):
        return None
    return None if has_expired(credential, now_ms) else credential


def credentials_of(
    register: Register, kind: CredentialKind, holder: HolderId | None = None
) -> tuple[Credential, ...]:
    """Of one kind and one holder (None: all), oldest first."""
    found = (
        row for row in register.credentials.values() if row.kind is kind and holder in (None, row.holder)
    )
    return tuple(sorted(found, key=lambda row: (row.created_at_ms, row.id)))


def has_admin_account(register: Register) -> bool:
    """Whether somebody can sign in as admin."""
    return any(is_active_admin(holder) for holder in register.holders.values())


def person_named(register: Register, role: Role, hall: HallId | None, name: str) -> Holder | None:
    """The person without an account who was given a token under this name before; None: there is none."""
    for holder in register.holders.values():
        if holder.sign_in_name is None and (holder.role, holder.hall, holder.name) == (role, hall, name):
            return holder
    return None


def is_active_admin(holder: Holder) -> bool:
    """Whether this account can sign in and administer the hub."""
    return holder.role is Role.ADMIN and holder.sign_in_name is not None and not holder.is_disabled


def has_expired(credential: Credential, now_ms: int) -> bool:
    """Whether it opens nothing any more; at the very instant of its end it does not."""
    return credential.expires_at_ms is not None and now_ms >= credential.expires_at_ms


def _with_holder(register: Register, holder: Holder) -> Register:
    names, people = register.sign_in_names, register.people
    if holder.sign_in_name is not None:
        names = names.set(holder.sign_in_name, holder.id)
    if holder.device is None:
        people = people.set(holder.actor, holder.id)
    return msgspec.structs.replace(
        register, holders=register.holders.set(holder.id, holder), sign_in_names=names, people=people
    )


def _with_sighting(register: Register, seen: Seen) -> Register:
    """A sighting never goes back in time, and never brings back what is gone."""
    known = register.credentials.get(seen.hash)
    if known is None or seen.at_ms <= (known.seen_at_ms or 0):
        return register
    row = msgspec.structs.replace(known, seen_at_ms=seen.at_ms)
    return msgspec.structs.replace(register, credentials=register.credentials.set(row.hash, row))
