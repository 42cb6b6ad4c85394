"""How a new device comes in: it shows a code, an administrator who reads it there says what the device is. Pure.

The device holds a secret that is not the code. From the secret come the token (or the session) and, before anybody
approved it, the fingerprint under which the hub will keep that; so an approval turns a fingerprint into a credential
and no secret is ever stored. A stranger who reads the code from across the room has nothing to ask with, and only an
administrator can do anything with a code.
"""

import hmac

import msgspec

from queue_server.domain.refusals import Refusal, Rejected
from queue_server.identity.model import BECOMES, DEVICES, CredentialId, PairingId, Wants
from queue_server.identity.register import Pairing, PairingGone, Register, Rows
from queue_server.identity.rules import Secret, Wanted, add_device_session, add_token

WAITING_COUNT_MAX = 32
"""Of a whole hub: what an administrator can overlook, and what a stranger can fill for ten minutes at most."""

WAITING_PER_ADDRESS_MAX = 8
"""Of one address: devices behind one proxy come in by eights."""

_ENDED = "This code has ended: it was used, withdrawn, or too old."


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator says."""

    pairing: PairingId
    code_hash: bytes | None
    """Of what he typed; None: it cannot be a code."""
    wanted: Wanted
    credential: CredentialId
    """The name under which it will be listed."""


def start(register: Register, pairing: Pairing, now_ms: int) -> Rows | Rejected:
    """A device that waits from now on; TOO_MANY where too many do already."""
    waiting = waiting_now(register, now_ms)
    own = [one for one in waiting if one.address == pairing.address]
    if len(waiting) >= WAITING_COUNT_MAX or len(own) >= WAITING_PER_ADDRESS_MAX:
        return Rejected(
            code=Refusal.TOO_MANY,
            detail="Too many devices show a code at this moment.",
            more={"retry_after_ms": max(1, min(one.expires_at_ms for one in waiting) - now_ms)},
        )
    if any(one.code_hash == pairing.code_hash for one in waiting):
        return Rejected(code=Refusal.BUSY, detail="This code is on another display: ask for another.")
    return (pairing,)


def waiting_now(register: Register, now_ms: int) -> tuple[Pairing, ...]:
    """Devices that show a code at this instant, oldest first."""
    found = (one for one in register.pairings.values() if one.holder is None and now_ms < one.expires_at_ms)
    return tuple(sorted(found, key=lambda one: (one.created_at_ms, one.id)))


def pairing_of(register: Register, secret_hash: bytes | None, now_ms: int) -> Pairing | None:
    """The pairing of the device that asks with this; None: it has ended or never was."""
    if secret_hash is None:
        return None
    for one in register.pairings.values():
        if hmac.compare_digest(one.secret_hash, secret_hash) and now_ms < one.expires_at_ms:
            return one
    return None


def find(register: Register, code_hash: bytes | None, now_ms: int) -> Pairing | Rejected:
    """The one waiting device whose display shows this code."""
    if code_hash is not None:
        for one in waiting_now(register, now_ms):
            if hmac.compare_digest(one.code_hash, code_hash):
                return one
    return _invalid("code", "No device shows this code now.")


def approve(register: Register, approval: Approval, now_ms: int) -> Rows | Rejected:
    """The device gets its credential; the code is used up. INVALID (with `path`) says what does not fit."""
    pairing = find(register, approval.code_hash, now_ms)
    if isinstance(pairing, Rejected):
        return pairing
    if pairing.id != approval.pairing:
        return _invalid("code", "Another device shows this code now.")
    if approval.wanted.role not in BECOMES[pairing.wants]:
        return _invalid("role", f"A {pairing.wants} cannot be a {approval.wanted.role}.")
    assert approval.wanted.role in DEVICES, "BECOMES holds devices only"
    secret = Secret(hash=pairing.credential_hash, id=approval.credential)
    add = add_device_session if pairing.wants is Wants.PAGE else add_token
    rows = add(register, approval.wanted, secret, now_ms)
    if isinstance(rows, Rejected):
        return rows
    holder = register.after(rows).credentials[secret.hash].holder
    return (*rows, msgspec.structs.replace(pairing, holder=holder))


def withdraw(register: Register, pairing: PairingId, now_ms: int) -> Rows | Rejected:
    """A device that waits is turned away; its code is worth nothing from then on."""
    if pairing not in {one.id for one in waiting_now(register, now_ms)}:
        return _invalid("id", _ENDED)
    return (PairingGone(id=pairing),)


def ended() -> Rejected:
    """What a device hears whose pairing is over, or whoever asks with something else."""
    return Rejected(code=Refusal.UNAUTHENTICATED, detail=_ENDED)


def _invalid(path: str, text: str) -> Rejected:
    return Rejected(code=Refusal.INVALID, detail=text, more={"path": path})
