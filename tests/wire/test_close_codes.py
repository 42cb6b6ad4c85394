"""Why a socket is closed: each code in its group, and what a client does of it."""

import pytest

from queue_server.wire.close_codes import CLOSE_RULES, CloseCode
from queue_server.wire.messages import Hello
from queue_server.wire.retry import AT_ONCE
from queue_server.wire.session import COME_BACK_AFTER_MS_MAX, Phase, Session

COME_BACK = {
    CloseCode.GOING_AWAY: (1001, 250),
    CloseCode.TRY_AGAIN_LATER: (1013, 1_000),
    CloseCode.HELLO_TOO_LATE: (4008, 1_000),
    CloseCode.TOO_MANY_SOCKETS: (4029, 10_000),
}
"""Code and the least wait. The hub restarts, is overloaded, or the client was slow or one too many: it passes."""

DO_NOT_COME_BACK = {
    CloseCode.TOO_LARGE: 1009,
    CloseCode.DISPLACED: 4001,
    CloseCode.BAD_FRAME: 4400,
    CloseCode.UNAUTHENTICATED: 4401,
    CloseCode.FORBIDDEN: 4403,
    CloseCode.UNKNOWN: 4404,
    CloseCode.PROTOCOL_UNKNOWN: 4426,
}
"""Coming back would end the same way, or push another agent out."""


def test_every_code_is_in_one_of_the_two_groups() -> None:
    """Source: contract, "Close codes are documented in two groups: come back, do not come back"."""
    assert set(CloseCode) == set(CLOSE_RULES) == COME_BACK.keys() | DO_NOT_COME_BACK.keys()
    assert {code: numbers[0] for code, numbers in COME_BACK.items()} | DO_NOT_COME_BACK == {
        code: code.value for code in CloseCode
    }


@pytest.mark.parametrize("code", CloseCode)
def test_a_rule_is_its_groups(code: CloseCode) -> None:
    """Whoever comes back waits a little at least; whoever does not has nothing to wait for; both are told why."""
    rule = CLOSE_RULES[code]
    _, after_ms = COME_BACK.get(code, (None, 0))

    assert (code in COME_BACK, after_ms) == (rule.retry, rule.after_ms)
    assert rule.meaning.endswith(".")
    assert rule.after_ms <= COME_BACK_AFTER_MS_MAX


@pytest.mark.parametrize("code", CloseCode)
def test_a_code_may_be_sent(code: CloseCode) -> None:
    """RFC 6455, 7.4: 4000 to 4999 are private, of the others only those that an endpoint may send."""
    assert code in {1000, 1001, 1002, 1003, *range(1007, 1015)} or 4000 <= code <= 4999


@pytest.mark.parametrize("code", CloseCode)
def test_a_client_does_as_the_table_says(code: CloseCode) -> None:
    """Where no bye came, the code alone decides. Never means never."""
    session = Session(hello=Hello(protocol=1, view="hall"), policy=AT_ONCE)
    session.start(0)
    session.opened(1)
    session.closed(1_000, code, jitter=0.0)
    rule = CLOSE_RULES[code]

    assert rule.retry is (session.phase is not Phase.STOPPED)
    assert (1_000 + rule.after_ms if rule.retry else None) == session.wake_at_ms
    assert (None if rule.retry else rule.meaning) == (session.ending and session.ending.meaning)


@pytest.mark.parametrize("code", [1000, 1006, 1011, 3000, 4999])
def test_a_code_that_is_not_ours_is_a_lost_connection(code: int) -> None:
    """A proxy's, a crash's: the client comes back."""
    session = Session(hello=Hello(protocol=1, view="hall"), policy=AT_ONCE)
    session.start(0)
    session.opened(1)
    session.closed(1_000, code, jitter=0.0)

    assert (None, 1_000) == (session.ending, session.wake_at_ms)
