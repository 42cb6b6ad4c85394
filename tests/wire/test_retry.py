"""How long to wait before trying again: full jitter under a ceiling that doubles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.wire.retry import AT_ONCE, DOUBLINGS_MAX, HALL_DEVICES, PHONES, RetryPolicy, delay_ms

POLICIES = st.builds(
    RetryPolicy, base_ms=st.integers(0, 10_000), cap_ms=st.integers(min_value=0, max_value=10**9)
)
ATTEMPTS = st.integers(0, 10**6)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (HALL_DEVICES, [250, 500, 1_000, 2_000, 2_000]),
        (PHONES, [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]),
        (AT_ONCE, [0, 0, 0]),
        (RetryPolicy(base_ms=300, cap_ms=100), [100, 100]),
    ],
)
def test_the_ceiling_doubles_to_its_cap(policy: RetryPolicy, expected: list[int]) -> None:
    """Source: design, "back-off with full jitter from 0.25 s, capped at 2 s for the hall's devices and 15 s for phones"."""
    assert expected == [delay_ms(policy, attempt=attempt, jitter=1.0) for attempt in range(len(expected))]


@given(policy=POLICIES, attempt=ATTEMPTS, jitter=st.floats(0, 1))
def test_a_wait_is_anything_between_nothing_and_the_ceiling(
    policy: RetryPolicy, attempt: int, jitter: float
) -> None:
    """Full jitter, however often it failed, without an overflow."""
    ceiling_ms = min(policy.cap_ms, policy.base_ms * 2 ** min(attempt, DOUBLINGS_MAX))

    assert 0 <= delay_ms(policy, attempt=attempt, jitter=jitter) <= ceiling_ms <= policy.cap_ms


@given(policy=POLICIES, attempt=ATTEMPTS)
def test_both_ends_of_the_jitter_are_reached(policy: RetryPolicy, attempt: int) -> None:
    """Nothing at 0, the ceiling at 1: the whole span is used, or a hall would come back in step."""
    ends = [delay_ms(policy, attempt=attempt, jitter=jitter) for jitter in (0.0, 1.0)]

    assert [0, min(policy.cap_ms, policy.base_ms * 2 ** min(attempt, DOUBLINGS_MAX))] == ends


@given(policy=POLICIES, attempt=ATTEMPTS, jitter=st.floats(0, 1))
def test_a_further_failure_never_shortens_the_ceiling(
    policy: RetryPolicy, attempt: int, jitter: float
) -> None:
    """At one jitter the waits of a row of failures never fall."""
    waits = [delay_ms(policy, attempt=attempt + more, jitter=jitter) for more in range(3)]

    assert sorted(waits) == waits


@given(st.floats(0, 1))
def test_a_wait_is_a_whole_number_rounded_down(jitter: float) -> None:
    """As `live.js` does it: `floor`. The vectors of the session are computed so."""
    assert int(2_000 * jitter) == delay_ms(HALL_DEVICES, attempt=9, jitter=jitter)
