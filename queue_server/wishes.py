"""What goes into a hub and what comes out: a permitted wish, and its answer.

A leaf, so that intake can make wishes without knowing the hub.
"""

import msgspec

from queue_server.domain.commands import AnyCommand
from queue_server.domain.model import ActorId
from queue_server.domain.refusals import Rejected


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A permitted command on its way into the hub."""

    command: AnyCommand
    by: ActorId
    key: str | None = None
    """Idempotency key; None: each arrival is a command of its own."""
    fingerprint: bytes = b""
    """Digest of the request behind the key."""
    age_ms: int = 0
    """How long ago it was pressed, when it arrived here."""
    age_ms_max: int | None = None
    """Older than this when decided: `EXPIRED`. None: never too old."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a wish."""

    refusal: Rejected | None = None
    """None: accepted."""
    status: int = 200
    body: bytes = b""
    """JSON; the same bytes whenever the same key comes again."""
    seq: int = 0
    is_replayed: bool = False
