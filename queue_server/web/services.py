"""What the web's doors are handed: built in `compose`, used by every route."""

from collections.abc import Callable
from typing import NamedTuple

from queue_server.clock import Clock
from queue_server.config import Config
from queue_server.halls import Halls
from queue_server.identity.model import CredentialId
from queue_server.identity.store import IdentityStore
from queue_server.live.outbox import Outbox
from queue_server.speech.service import SpeechService
from queue_server.web.limits import Limiter, SocketCounts
from queue_server.web.shell import Shell


class Services(NamedTuple):
    """One of each per process."""

    config: Config
    clock: Clock
    halls: Halls
    identity: IdentityStore
    speech: SpeechService
    shell: Shell
    limiter: Limiter
    socket_counts: SocketCounts
    outboxes: dict[Outbox, CredentialId | None]
    """Of every live socket, with the credential behind it; None: nothing was shown."""
    new_id: Callable[[], str]
    """Fresh ticket ids, 128 random bits each."""
    is_demo: bool
    is_store_well: Callable[[], bool]
    """Whether the store takes writes, for `/readyz`."""
    is_exposed: bool = False
    """The hub itself speaks plain http beyond this machine."""
    is_strict: bool = False
    """Answers tell browsers to come by https alone from now on."""
