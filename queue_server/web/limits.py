"""How often who may do what: token buckets in bounded memory. Pure: the time is an argument.

A bucket holds `burst` and refills one per `refill_ms`; asking takes one. Each kind has its own table of the least
recently used, so that a flood of one kind (a million addresses looking up tickets) cannot push out the memory of
another (the wrong passwords for one name).
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

KEYS_COUNT_MAX = 4_096
"""Per kind: more addresses than a hall's network holds; some 1 MB at most."""

SOCKETS_PER_ADDRESS_MAX = 256
"""A whole hall may sit behind one proxy or one access point that translates addresses."""


class Limit(StrEnum):
    """What is limited, and by whom it is counted."""

    SIGN_IN_PAIR = "sign_in_pair"
    """Attempts on one account from one address."""
    SIGN_IN_ACCOUNT = "sign_in_account"
    """Attempts on one account from anywhere."""
    SIGN_IN_ADDRESS = "sign_in_address"
    """Attempts on any account from one address; links and set-up codes too."""
    TAKE_TICKET = "take_ticket"
    """Tickets of one kiosk."""
    TAKE_REMOTE_TICKET = "take_remote_ticket"
    """Tickets that one address takes without a credential."""
    READ_TICKET = "read_ticket"
    """Look-ups of tickets from one address."""
    START_PAIRING = "start_pairing"
    """Codes that one address asks for."""
    ASK_PAIRING = "ask_pairing"
    """Questions of devices that wait, from one address."""
    TRY_CODE = "try_code"
    """Codes that one administrator types."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A bucket's size and how fast it fills."""

    burst: int
    refill_ms: int
    """Length of time after which there is one more."""


LIMITS: Mapping[Limit, Rule] = {
    # Ten mistakes at once, then two a minute: guessing the weakest allowed password takes for ever, and a stranger
    # on another machine cannot lock an officer out, since his attempts are another pair.
    Limit.SIGN_IN_PAIR: Rule(burst=10, refill_ms=30_000),
    # What many machines together may try on one name; an officer who is under such an attack waits up to 5 s.
    Limit.SIGN_IN_ACCOUNT: Rule(burst=100, refill_ms=5_000),
    # Forty officers behind one address sign in at eight o'clock, some of them twice.
    Limit.SIGN_IN_ADDRESS: Rule(burst=100, refill_ms=1_000),
    # A kiosk with a line before it makes a ticket every five seconds; four times that for a group.
    Limit.TAKE_TICKET: Rule(burst=30, refill_ms=1_000),
    Limit.TAKE_REMOTE_TICKET: Rule(burst=5, refill_ms=60_000),
    # A phone asks once and then listens; a hundred phones behind one access point come back at once after an outage.
    Limit.READ_TICKET: Rule(burst=300, refill_ms=50),
    # Eight devices behind one address that come up at once, some of them twice; a code then lives ten minutes.
    Limit.START_PAIRING: Rule(burst=20, refill_ms=30_000),
    # Each waiting device asks every two seconds.
    Limit.ASK_PAIRING: Rule(burst=100, refill_ms=100),
    # One code takes two tries, one to look and one to approve; 70 tries within a code's life against at most 32 codes
    # of 38 bits find one in a hundred million such lives.
    Limit.TRY_CODE: Rule(burst=10, refill_ms=10_000),
}
"""Defaults; the configuration's `[limits]` may replace any. A kind without a rule is not limited."""


MINUTE_MS = 60_000


def limits_of(tickets_per_minute: int, sign_ins_per_minute: int) -> Mapping[Limit, Rule]:
    """The rules with what an operator may set; the rest stays as it is."""
    return {
        **LIMITS,
        Limit.TAKE_TICKET: Rule(burst=tickets_per_minute, refill_ms=max(1, MINUTE_MS // tickets_per_minute)),
        Limit.SIGN_IN_PAIR: Rule(
            burst=sign_ins_per_minute, refill_ms=max(1, MINUTE_MS // sign_ins_per_minute)
        ),
    }


class Limiter:
    """The buckets of one process."""

    def __init__(self, rules: Mapping[Limit, Rule] = LIMITS, keys_count_max: int = KEYS_COUNT_MAX) -> None:
        self._rules = rules
        self._keys_count_max = keys_count_max
        self._buckets: dict[Limit, OrderedDict[str, _Bucket]] = {what: OrderedDict() for what in rules}

    def take(self, keys: Iterable[tuple[Limit, str]], now_ms: int) -> int | None:
        """Takes one from every named bucket, or, where any is empty, from none.

        Args:
            keys: what is limited and who is counted: an address (`address_key`), an actor, a name.
            now_ms: a clock that does not fall, in ms. One that falls all the same costs at most one refill.

        Returns:
            None: go on. Otherwise after how many ms to ask again, at least 1.
        """
        buckets = [self._bucket(what, who, now_ms) for what, who in keys if what in self._rules]
        wait_ms = max((bucket.wait_ms(now_ms) for bucket in buckets), default=0)
        if wait_ms > 0:
            return wait_ms
        for bucket in buckets:
            bucket.take(now_ms)
        return None

    def _bucket(self, what: Limit, who: str, now_ms: int) -> "_Bucket":
        known = self._buckets[what]
        bucket = known.get(who)
        if bucket is None:
            bucket = known[who] = _Bucket(self._rules[what], now_ms)
            if len(known) > self._keys_count_max:
                known.popitem(last=False)
        known.move_to_end(who)
        return bucket


class _Bucket:
    """Kept as one instant, at which it will be full again: each take moves it on by one refill."""

    __slots__ = ("_full_at_ms", "_rule")

    def __init__(self, rule: Rule, now_ms: int) -> None:
        self._rule = rule
        self._full_at_ms = now_ms

    def wait_ms(self, now_ms: int) -> int:
        """How long until there is one; 0: there is."""
        # An empty bucket is full after `burst` refills; more is left only where the clock fell.
        self._full_at_ms = min(self._full_at_ms, now_ms + self._rule.burst * self._rule.refill_ms)
        return max(0, self._full_at_ms - now_ms - (self._rule.burst - 1) * self._rule.refill_ms)

    def take(self, now_ms: int) -> None:
        self._full_at_ms = max(self._full_at_ms, now_ms) + self._rule.refill_ms


class SocketCounts:
    """How many live sockets each address holds; memory is bounded by the sockets themselves."""

    def __init__(self, per_address_max: int = SOCKETS_PER_ADDRESS_MAX) -> None:
        self._per_address_max = per_address_max
        self._counts: dict[str, int] = {}

    def enter(self, address: str) -> bool:
        """Counts one more, or says no; after a yes, `leave` is called exactly once."""
        count = self._counts.get(address, 0)
        if count >= self._per_address_max:
            return False
        self._counts[address] = count + 1
        return True

    def leave(self, address: str) -> None:
        """Counts one less."""
        count = self._counts.pop(address) - 1
        if count > 0:
            self._counts[address] = count


def address_key(host: str | None) -> str:
    """By what an address is counted: IPv4 whole, IPv6 by its /64, since one machine has all of that to itself."""
    try:
        address = ipaddress.ip_address((host or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
