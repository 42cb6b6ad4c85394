"""Why a wish is not granted. A refusal is a value, foreseen, and leaves everything as it was.

Order of precedence, the same at every door: size and shape, who, stored key, `EXPIRED`, unknown things,
`STALE_VIEW`, states. `tests/domain/test_precedence.py` walks it.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Refusal(StrEnum):
    """Every code that the hub answers with."""

    TOO_LARGE = "TOO_LARGE"
    INVALID = "INVALID"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    TOO_MANY = "TOO_MANY"
    KEY_REUSED = "KEY_REUSED"
    EXPIRED = "EXPIRED"
    UNKNOWN_HALL = "UNKNOWN_HALL"
    UNKNOWN_SERVICE = "UNKNOWN_SERVICE"
    UNKNOWN_COUNTER = "UNKNOWN_COUNTER"
    UNKNOWN_TICKET = "UNKNOWN_TICKET"
    UNKNOWN_CALL = "UNKNOWN_CALL"
    UNKNOWN_JOB = "UNKNOWN_JOB"
    STALE_VIEW = "STALE_VIEW"
    SERVICE_CLOSED = "SERVICE_CLOSED"
    LINE_FULL = "LINE_FULL"
    COUNTER_CLOSED = "COUNTER_CLOSED"
    NOT_YOUR_COUNTER = "NOT_YOUR_COUNTER"
    COUNTER_TAKEN = "COUNTER_TAKEN"
    COUNTER_PAUSED = "COUNTER_PAUSED"
    NO_TICKET_IN_HAND = "NO_TICKET_IN_HAND"
    WRONG_STATE = "WRONG_STATE"
    BUSY = "BUSY"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal with what the one who asked needs to know.

    `detail` is one plain English sentence; pages show their own words for `code`. `more` holds further plain
    values for the problem document (for COUNTER_TAKEN: `officer` and `since_ms`).
    """

    code: Refusal
    detail: str
    more: Mapping[str, str | int | None] = {}
