"""How the register may change. Pure: time, hashes and ids come in as arguments.

A rule reads the register and gives the rows to write, or a refusal: the same shape as the hub's `decide`. No rule
knows a secret, only fingerprints.
"""

import msgspec

from queue_server.domain.hall import HallId
from queue_server.domain.model import ActorId
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.identity.model import DEVICES, CredentialId, Role
from queue_server.identity.register import (
    Credential,
    CredentialKind,
    Gone,
    Holder,
    HolderId,
    PairingGone,
    Register,
    Rows,
    credentials_of,
    has_admin_account,
    has_expired,
    is_active_admin,
    person_named,
    valid_credential,
)

LINK_LIVES_MS = 10 * 60_000
"""Long enough to walk to the device with it; the contract's number."""

PERSON_SESSION_LIVES_MS = 12 * 3_600_000
"""One working day, so that nobody is signed out in the middle of it; the contract's number."""

DEVICE_SESSION_LIVES_MS = 365 * 86_400_000
"""A screen on a wall has nobody to sign it in again."""

NAME_CHARS_MAX = 80
"""A long Indonesian name with its titles; longer would break the pages that show it."""

HOLDERS_COUNT_MAX = 5_000
"""Fifty times the staff of a large hall; all of them are held in memory."""

CREDENTIALS_PER_HOLDER_MAX = 256
"""Of one kind: a new session drops the oldest; a token or link is refused until one was revoked or expired."""


class Secret(msgspec.Struct, frozen=True, kw_only=True):
    """A freshly made secret as the rules may know it."""

    hash: bytes
    id: CredentialId


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a token or a link is made."""

    role: Role
    hall: HallId | None = None
    device: str | None = None
    """Id in the configuration; exactly the devices' roles have one."""
    name: str | None = None
    """The same name is the same person again; None: a device, or a person nobody knows yet."""
    fresh_actor: ActorId
    """Taken where the person is new."""


def find_account(register: Register, actor: ActorId) -> Holder | Rejected:
    """The account of this actor; FORBIDDEN would be wrong here, so an unknown one is INVALID."""
    holder_id = register.people.get(actor)
    holder = None if holder_id is None else register.holders[holder_id]
    if holder is None or holder.sign_in_name is None:
        return _invalid("account", "There is no such account.")
    return holder


def name_fault(name: str | None) -> Rejected | None:
    """Why this is no name to show; None: it is one."""
    if name is None or not name.strip() or len(name) > NAME_CHARS_MAX or not name.isprintable():
        return _invalid("name", f"A name has 1 to {NAME_CHARS_MAX} visible characters.")
    return None


def add_account(register: Register, account: Holder) -> Rows | Rejected:
    """A new account; its name is free, whatever its capitals."""
    fault = name_fault(account.name) or _device_fault(account.role)
    if fault is not None:
        return fault
    if account.sign_in_name in register.sign_in_names:
        return _invalid("name", "There is already an account with this name.")
    return _add_holder(register, account)


def add_first_admin(register: Register, account: Holder) -> Rows | Rejected:
    """The account that the first set-up makes; only one set-up ever succeeds."""
    if has_admin_account(register):
        return Rejected(code=Refusal.FORBIDDEN, detail="This hub is set up already.")
    return add_account(register, account)


def change_account(register: Register, actor: ActorId, **changes: object) -> Rows | Rejected:
    """Other rights for an account. Whoever has it open comes back with the new ones: all sessions end.

    One active admin account always remains, for otherwise nobody could make another.
    """
    before = find_account(register, actor)
    if isinstance(before, Rejected):
        return before
    after = msgspec.structs.replace(before, **changes)
    fault = _device_fault(after.role)
    if fault is not None:
        return fault
    others = (holder for holder in register.holders.values() if holder.id != before.id)
    if is_active_admin(before) and not is_active_admin(after) and not any(map(is_active_admin, others)):
        return _invalid("account", "This is the last account that may administer the hub.")
    return (after, *_all_gone(register, after.id))


def open_session(
    register: Register, holder: HolderId, secret: Secret, now_ms: int, *, password: str | None = None
) -> Rows | Rejected:
    """A new session, in the place of the oldest where there are too many.

    Args:
        password: the kept hash against which a sign-in was checked; None where no password was involved. Since
            checking takes a while, the account may have changed meanwhile.
    """
    found = register.holders[holder]
    if found.is_disabled or (password is not None and found.password != password):
        return Rejected(code=Refusal.UNAUTHENTICATED, detail="The account was changed at this moment.")
    before = credentials_of(register, CredentialKind.SESSION, holder)
    too_many = before[: max(0, len(before) + 1 - CREDENTIALS_PER_HOLDER_MAX)]
    session = Credential(
        hash=secret.hash,
        id=secret.id,
        kind=CredentialKind.SESSION,
        holder=holder,
        created_at_ms=now_ms,
        expires_at_ms=now_ms + session_lives_ms(found.device),
    )
    return (*(Gone(hash=row.hash) for row in too_many), session)


def session_lives_ms(device: str | None) -> int:
    """How long a session of this device, or of a person (None), lives."""
    return PERSON_SESSION_LIVES_MS if device is None else DEVICE_SESSION_LIVES_MS


def add_token(register: Register, wanted: Wanted, secret: Secret, now_ms: int) -> Rows | Rejected:
    """A token without an end."""
    return _add_for(register, wanted, secret, CredentialKind.TOKEN, now_ms, expires_at_ms=None)


def add_link(
    register: Register,
    wanted: Wanted,
    secret: Secret,
    now_ms: int,
    *,
    parent: CredentialId | None = None,
) -> Rows | Rejected:
    """A link that opens once, soon. `parent`: the token that asks for it for its own browser."""
    if parent is not None and parent not in register.by_id:
        return Rejected(code=Refusal.UNAUTHENTICATED, detail="The token was revoked at this moment.")
    rows = _add_for(
        register, wanted, secret, CredentialKind.LINK, now_ms, expires_at_ms=now_ms + LINK_LIVES_MS
    )
    return rows if isinstance(rows, Rejected) else _as_children(rows, parent)


def add_device_session(register: Register, wanted: Wanted, secret: Secret, now_ms: int) -> Rows | Rejected:
    """A session for a device's browser, without a link."""
    holder = _holder_for(register, wanted, now_ms)
    if isinstance(holder, Rejected):
        return holder
    added = () if holder.id in register.holders else _add_holder(register, holder)
    if isinstance(added, Rejected):
        return added
    opened = open_session(register.after(added), holder.id, secret, now_ms)
    return opened if isinstance(opened, Rejected) else (*added, *opened)


def redeem(register: Register, link: bytes | None, secret: Secret, now_ms: int) -> Rows | Rejected:
    """The link's one use: it goes and a session comes, in one transaction."""
    found = valid_credential(register, CredentialKind.LINK, link, now_ms)
    if found is None:
        return Rejected(
            code=Refusal.UNAUTHENTICATED, detail="This link was used or has expired: ask for another."
        )
    opened = open_session(register, found.holder, secret, now_ms)
    if isinstance(opened, Rejected):
        return opened
    return (Gone(hash=found.hash), *_as_children(opened, found.parent))


def remove(register: Register, credential: CredentialId) -> Rows | Rejected:
    """A token, link or session that opens nothing any more, with whatever a token made for its own browser."""
    found = register.by_id.get(credential)
    if found is None:
        return _invalid("id", "There is no such token or session.")
    own = (row.hash for row in register.credentials.values() if row.parent == credential)
    return (Gone(hash=found), *(Gone(hash=hash_) for hash_ in own))


def expired(register: Register, now_ms: int) -> Rows:
    """What may be forgotten: expired links, people's expired sessions, and codes that are shown no more.

    Devices' sessions stay, though they open nothing, so that a clock that leaps years ahead and back again does not
    cost a tour of the hall.
    """
    credentials = (
        Gone(hash=row.hash)
        for row in register.credentials.values()
        if has_expired(row, now_ms)
        and (row.kind is CredentialKind.LINK or register.holders[row.holder].device is None)
    )
    pairings = (PairingGone(id=row.id) for row in register.pairings.values() if now_ms >= row.expires_at_ms)
    return (*credentials, *pairings)


def _add_for(
    register: Register,
    wanted: Wanted,
    secret: Secret,
    kind: CredentialKind,
    now_ms: int,
    *,
    expires_at_ms: int | None,
) -> Rows | Rejected:
    holder = _holder_for(register, wanted, now_ms)
    if isinstance(holder, Rejected):
        return holder
    if len(credentials_of(register, kind, holder.id)) >= CREDENTIALS_PER_HOLDER_MAX:
        return Rejected(code=Refusal.TOO_MANY, detail=f"Too many {kind}s for this one: revoke some first.")
    added = () if holder.id in register.holders else _add_holder(register, holder)
    if isinstance(added, Rejected):
        return added
    credential = Credential(
        hash=secret.hash,
        id=secret.id,
        kind=kind,
        holder=holder.id,
        created_at_ms=now_ms,
        expires_at_ms=expires_at_ms,
    )
    return (*added, credential)


def _holder_for(register: Register, wanted: Wanted, now_ms: int) -> Holder | Rejected:
    """Who will hold it: found where known, else new and not yet in the register."""
    if wanted.role not in DEVICES:
        return _person_for(register, wanted, now_ms)
    if wanted.device is None or wanted.hall is None:
        return _invalid("id", f"A {wanted.role} needs a hall and the id of a device.")
    holder_id = HolderId(f"{wanted.hall}/{wanted.role}:{wanted.device}")
    return register.holders.get(holder_id) or Holder(
        id=holder_id,
        actor=ActorId(f"{wanted.role}:{wanted.device}"),
        role=wanted.role,
        hall=wanted.hall,
        device=wanted.device,
        created_at_ms=now_ms,
    )


def _person_for(register: Register, wanted: Wanted, now_ms: int) -> Holder | Rejected:
    if wanted.device is not None:
        return _invalid("id", f"A {wanted.role} is a person: give a name and no device.")
    fault = None if wanted.name is None else name_fault(wanted.name)
    if fault is not None:
        return fault
    known = None if wanted.name is None else person_named(register, wanted.role, wanted.hall, wanted.name)
    if known is not None:
        return known
    return Holder(
        id=HolderId(wanted.fresh_actor),
        actor=wanted.fresh_actor,
        role=wanted.role,
        hall=wanted.hall,
        name=wanted.name,
        created_at_ms=now_ms,
    )


def _add_holder(register: Register, holder: Holder) -> Rows | Rejected:
    if len(register.holders) >= HOLDERS_COUNT_MAX:
        return Rejected(code=Refusal.TOO_MANY, detail="This hub keeps no more people and devices.")
    return (holder,)


def _as_children(rows: Rows, parent: CredentialId | None) -> Rows:
    """The same rows, with every credential among them the parent's."""
    return tuple(
        msgspec.structs.replace(row, parent=parent) if isinstance(row, Credential) else row for row in rows
    )


def _device_fault(role: Role) -> Rejected | None:
    return _invalid("role", "Devices have tokens and links, no accounts.") if role in DEVICES else None


def _all_gone(register: Register, holder: HolderId) -> Rows:
    return tuple(Gone(hash=row.hash) for row in register.credentials.values() if row.holder == holder)


def _invalid(path: str, text: str) -> Rejected:
    return Rejected(code=Refusal.INVALID, detail=text, more={"path": path})
