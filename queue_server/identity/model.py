"""Who may ask, as plain values. Pure: no clock, no chance, no file.

People's roles are ordered: each may do what the one before may. Devices' roles stand alone. An actor id is opaque
and never changes: people are `officer:` and 64 random bits whatever their role (which may change), devices are
named after their role and their id in the configuration, and whoever shows nothing is `anyone`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NewType

import msgspec

from queue_server.domain.hall import CounterId, HallId
from queue_server.domain.model import ActorId

CredentialId = NewType("CredentialId", str)
"""Names a token or a session in lists and in logs; it opens nothing."""

PairingId = NewType("PairingId", str)
"""Names a waiting device in the administrator's list; it opens nothing."""

ANYONE_ACTOR = ActorId("anyone")


class Role(StrEnum):
    """What someone is here for."""

    KIOSK = "kiosk"
    DISPLAY = "display"
    PRINTER = "printer"
    OFFICER = "officer"
    MANAGER = "manager"
    ADMIN = "admin"


PEOPLE = (Role.OFFICER, Role.MANAGER, Role.ADMIN)
"""In rising order: each may do what the one before may."""

DEVICES = (Role.KIOSK, Role.DISPLAY, Role.PRINTER)


class Wants(StrEnum):
    """What a device that shows a code will be: a page in a browser, or one of the agents."""

    PAGE = "page"
    DISPLAY = "display"
    PRINTER = "printer"


BECOMES: Mapping[Wants, tuple[Role, ...]] = {
    Wants.PAGE: (Role.KIOSK, Role.DISPLAY),
    Wants.DISPLAY: (Role.DISPLAY,),
    Wants.PRINTER: (Role.PRINTER,),
}
"""What such a device may be given: a browser has no use for a printer's rights, nor an agent for a page's."""


PAIRING_LIVES_MS = 10 * 60_000
"""Long enough to walk from the device to a desk; as long as a link."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """The one who asks, as every door of the hub hands it on."""

    actor: ActorId
    role: Role | None = None
    """None: anyone, nothing was shown."""
    hall: HallId | None = None
    """None: every hall of this hub."""
    device: str | None = None
    """The device's id in the configuration; None for people."""
    name: str | None = None
    """To show to other staff; None: there is none. Personal data: never logged, never journaled."""
    counters: tuple[CounterId, ...] | None = None
    """Where this officer may sit; None: at every counter of the hall."""
    credential: CredentialId | None = None
    """What was shown; `IdentityStore.current` tells whether it still stands. None: nothing was shown."""


ANYONE = Identity(actor=ANYONE_ACTOR)


class StartedPairing(msgspec.Struct, frozen=True, kw_only=True):
    """What a new device is told, once."""

    code: str
    """For its display, in groups."""
    secret: str
    """For its own ears: what it asks with."""
    expires_at_ms: int


class PairedDevice(msgspec.Struct, frozen=True, kw_only=True):
    """What an approved device has become."""

    identity: Identity
    wants: Wants
    secret: str
    """Its token, or for a page the secret of its session."""


def roles_from(lowest: Role) -> frozenset[Role]:
    """The role and, for people, those above it."""
    if lowest in PEOPLE:
        return frozenset(PEOPLE[PEOPLE.index(lowest) :])
    return frozenset((lowest,))


def may(identity: Identity, role: Role) -> bool:
    """Whether the identity may do what `role` may."""
    return identity.role in roles_from(role)


def belongs_to(identity: Identity, hall: HallId) -> bool:
    """Whether the identity's rights reach this hall; anyone's (few) rights reach every hall."""
    return identity.hall is None or identity.hall == hall


def may_sit_at(identity: Identity, counter: CounterId) -> bool:
    """Whether this is one of the counters that the officer was given. Says nothing about the role."""
    return identity.counters is None or counter in identity.counters
