"""Why the hub closes a socket, in two groups: come back, and do not come back."""

from enum import IntEnum

import msgspec


class CloseCode(IntEnum):
    """Codes of RFC 6455 section 7.4 where one fits, our own from 4000 on."""

    GOING_AWAY = 1001
    TRY_AGAIN_LATER = 1013
    TOO_MANY_SOCKETS = 4029
    DISPLACED = 4001
    HELLO_TOO_LATE = 4008
    BAD_FRAME = 4400
    UNAUTHENTICATED = 4401
    FORBIDDEN = 4403
    UNKNOWN = 4404
    PROTOCOL_UNKNOWN = 4426
    TOO_LARGE = 1009


class CloseRule(msgspec.Struct, frozen=True, kw_only=True):
    """What a client does after a code."""

    retry: bool
    after_ms: int
    """The least time to wait before coming back, ms; 0 where it does not."""
    meaning: str


CLOSE_RULES: dict[CloseCode, CloseRule] = {
    CloseCode.GOING_AWAY: CloseRule(retry=True, after_ms=250, meaning="The hub restarts."),
    CloseCode.TRY_AGAIN_LATER: CloseRule(retry=True, after_ms=1_000, meaning="The hub is overloaded."),
    CloseCode.TOO_MANY_SOCKETS: CloseRule(
        retry=True, after_ms=10_000, meaning="Too many sockets from this address."
    ),
    CloseCode.HELLO_TOO_LATE: CloseRule(retry=True, after_ms=1_000, meaning="No hello within 5 s."),
    CloseCode.DISPLACED: CloseRule(retry=False, after_ms=0, meaning="A newer agent serves this device."),
    CloseCode.BAD_FRAME: CloseRule(retry=False, after_ms=0, meaning="A frame that is not of the protocol."),
    CloseCode.UNAUTHENTICATED: CloseRule(retry=False, after_ms=0, meaning="No valid token or session."),
    CloseCode.FORBIDDEN: CloseRule(retry=False, after_ms=0, meaning="This role may not see this view."),
    CloseCode.UNKNOWN: CloseRule(retry=False, after_ms=0, meaning="No such hall, zone, counter or ticket."),
    CloseCode.PROTOCOL_UNKNOWN: CloseRule(
        retry=False, after_ms=0, meaning="The hub does not speak this version."
    ),
    CloseCode.TOO_LARGE: CloseRule(retry=False, after_ms=0, meaning="A frame above 64 KiB."),
}
"""The table that the endpoint, the clients and the documentation share."""
