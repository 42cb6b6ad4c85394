"""Token buckets: how much passes, for how long the rest waits, and that memory ends somewhere."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.web.limits import LIMITS, Limit, Limiter, Rule, SocketCounts, address_key

RULE = Rule(burst=3, refill_ms=1_000)
WHAT = Limit.READ_TICKET


def limiter(keys_count_max: int = 100) -> Limiter:
    return Limiter({WHAT: RULE}, keys_count_max)


def test_a_burst_passes_then_one_per_refill_and_the_wait_is_told_to_the_millisecond() -> None:
    """As a table: the time, and what asking then gives."""
    table = [
        (0, None),
        (0, None),
        (0, None),
        (0, 1_000),
        (1, 999),
        (999, 1),
        (1_000, None),
        (1_000, 1_000),
        (2_999, None),
        (3_000, None),
        (3_000, 1_000),
        (60_000, None),
        (60_000, None),
        (60_000, None),
        (60_000, 1_000),
    ]
    bucket = limiter()

    assert table == [(now_ms, bucket.take([(WHAT, "a")], now_ms)) for now_ms, _ in table]


def test_each_one_and_each_kind_has_a_bucket_of_its_own() -> None:
    """One phone's haste is not its neighbour's."""
    limits = Limiter({WHAT: Rule(burst=1, refill_ms=50), Limit.TAKE_TICKET: Rule(burst=1, refill_ms=50)})

    asked = [(WHAT, "a"), (WHAT, "b"), (Limit.TAKE_TICKET, "a"), (WHAT, "a")]

    assert [None, None, None, 50] == [limits.take([key], 0) for key in asked]


def test_of_several_buckets_all_give_or_none_does() -> None:
    """A refused attempt costs the account nothing where it was the address that ran dry."""
    limits = Limiter(
        {
            Limit.SIGN_IN_ADDRESS: Rule(burst=1, refill_ms=100),
            Limit.SIGN_IN_PAIR: Rule(burst=2, refill_ms=7_000),
        }
    )
    both = [(Limit.SIGN_IN_ADDRESS, "10.0.0.7"), (Limit.SIGN_IN_PAIR, "siti 10.0.0.7")]

    assert [None, 100, 100] == [limits.take(both, 0) for _ in range(3)]
    assert [None, 6_800] == [limits.take(both, 100), limits.take(both, 200)]


def test_a_clock_that_falls_back_gives_nothing_away_and_locks_nobody_out() -> None:
    """Set back by an hour: an empty bucket stays empty, and is waited for as long as ever."""
    limits = limiter()
    for _ in range(3):
        limits.take([(WHAT, "a")], 3_600_000)

    assert [1_000, None, 1_000] == [limits.take([(WHAT, "a")], now_ms) for now_ms in (0, 1_000, 1_000)]


def test_kinds_without_a_rule_are_not_limited() -> None:
    """Which is how limits are lifted for a load test."""
    limits = Limiter({})

    assert {None} == {limits.take([(what, "a")], 0) for what in Limit for _ in range(1_000)}


def test_memory_is_bounded_and_the_least_recent_is_forgotten_first() -> None:
    """A flood of addresses forgets those that have not asked for longest, in this kind alone."""
    limits = Limiter(
        {WHAT: Rule(burst=1, refill_ms=1_000), Limit.SIGN_IN_PAIR: Rule(burst=1, refill_ms=1_000)}, 3
    )
    limits.take([(Limit.SIGN_IN_PAIR, "siti")], 0)
    for who in ("a", "b", "c"):
        limits.take([(WHAT, who)], 0)
    limits.take([(WHAT, "a")], 0)

    limits.take([(WHAT, "d")], 0)

    assert {what: list(known) for what, known in limits._buckets.items()} == {
        WHAT: ["c", "a", "d"],
        Limit.SIGN_IN_PAIR: ["siti"],
    }


def test_every_kind_has_a_rule_that_lets_something_pass() -> None:
    """The defaults are complete; the configuration only replaces."""
    assert set(LIMITS) == set(Limit)
    assert all(rule.burst >= 1 and rule.refill_ms >= 1 for rule in LIMITS.values())


@given(st.lists(st.integers(0, 20_000), max_size=200), st.integers(1, 5), st.integers(1, 3_000))
def test_in_any_span_no_more_passes_than_the_burst_and_what_refilled(
    times_ms: list[int], burst: int, refill_ms: int
) -> None:
    """The naive count over every span is the auditor; and the told wait is exactly enough."""
    limits = Limiter({WHAT: Rule(burst=burst, refill_ms=refill_ms)})
    passed: list[int] = []
    for now_ms in sorted(times_ms):
        wait_ms = limits.take([(WHAT, "a")], now_ms)
        if wait_ms is None:
            passed.append(now_ms)

    for first, start_ms in enumerate(passed):
        for last in range(first, len(passed)):
            span_ms = passed[last] - start_ms
            assert last - first + 1 <= burst + span_ms // refill_ms

    if wait_of_last := (limits.take([(WHAT, "a")], 20_000) if times_ms else None):
        assert limits.take([(WHAT, "a")], 20_000 + wait_of_last - 1) is not None
        assert limits.take([(WHAT, "a")], 20_000 + wait_of_last) is None


def test_sockets_of_one_address_are_counted_up_and_down() -> None:
    """The third is refused until one leaves; nothing is remembered of who left."""
    counts = SocketCounts(per_address_max=2)

    assert [True, True, False] == [counts.enter("a") for _ in range(3)]
    assert counts.enter("b")
    counts.leave("a")
    assert counts.enter("a")
    for address in ("a", "a", "b"):
        counts.leave(address)
    assert counts._counts == {}


def test_socket_counts_agree_with_a_naive_list() -> None:
    """A thousand comings and goings from one seed."""
    chance = random.Random(7)  # noqa: S311 -- a test's dice
    counts, inside = SocketCounts(per_address_max=5), list[str]()
    for _ in range(1_000):
        address = chance.choice("abc")
        if chance.random() < 0.6:
            assert counts.enter(address) == (inside.count(address) < 5)
            inside += [address] if inside.count(address) < 5 else []
        elif address in inside:
            counts.leave(address)
            inside.remove(address)

    assert {address: inside.count(address) for address in set(inside)} == counts._counts


ADDRESSES = [
    ("192.168.1.7", "192.168.1.7"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
    ("fe80::1%eth0", "fe80::/64"),
    ("::ffff:192.168.1.7", "192.168.1.7"),
    ("::1", "::/64"),
    ("testclient", "unknown"),
    ("", "unknown"),
    (None, "unknown"),
]


@pytest.mark.parametrize(("host", "expected"), ADDRESSES)
def test_an_address_is_counted_by_what_one_machine_owns(host: str | None, expected: str) -> None:
    """One machine has a whole /64 of IPv6 to itself (RFC 4291, 2.5.1)."""
    assert expected == address_key(host)
