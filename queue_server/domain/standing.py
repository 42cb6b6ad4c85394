"""How many are ahead of each who waits, for many tickets of one state.

`calling.ahead` says what the number is. It looks for the counters, lines and turn of each ticket anew, which is right for
one; when a line moves, thousands of phones ask at once, and whoever waits for the same service in the same lane shares
all of that. Here it is worked out once for them, and a ticket costs the search for its place. That both give the same
number in every state is held by `tests/domain/test_standing.py`.
"""

from bisect import bisect_left
from itertools import accumulate
from typing import NamedTuple

from queue_server.domain import calling, line, lines
from queue_server.domain.hall import CounterId, CounterPlace, ServiceId
from queue_server.domain.line import Line, Place
from queue_server.domain.model import LANES, Lane, State, Ticket, Turn

_Wait = tuple[ServiceId, CounterId | None, Lane]
"""What tickets must have in common to share it: service, the counter that they wait for alone, lane."""


class Standing:
    """Where everybody stands in one state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._pools: dict[_Wait, tuple[_Pool, ...]] = {}

    def ahead(self, ticket: Ticket) -> int:
        """`calling.ahead` of a ticket that waits in this state."""
        wait = (ticket.service, ticket.reserved, ticket.lane)
        pools = self._pools.get(wait)
        if pools is None:
            pools = self._pools[wait] = self._pools_of(ticket)
        if len(pools) == 1:
            return self._ahead_in(pools[0], ticket)
        return min(self._ahead_in(pool, ticket) for pool in pools)

    def _ahead_in(self, pool: "_Pool", ticket: Ticket) -> int:
        rank = 0
        for ranked in pool.own:
            rank += ranked.rank(ticket.place)
        if not pool.other_count:
            return rank
        return rank + calling.others_before(
            pool.turn, self._state.hall.rules, ticket.lane, rank + 1, pool.other_count
        )

    def _pools_of(self, ticket: Ticket) -> "tuple[_Pool, ...]":
        places = calling.pools_of(self._state, ticket)
        if not places:
            own = self._state.lines.get(lines.key(lines.owner_of(ticket), ticket.lane), line.EMPTY)
            return (_Pool((_Ranked(own),), 0, calling.NO_TURN),)
        return tuple(self._pool(place, ticket) for place in places)

    def _pool(self, place: CounterPlace, ticket: Ticket) -> "_Pool":
        owners = calling.owners_before(place, ticket)
        found = {lane: list(lines.of_lane(self._state.lines, owners, lane)) for lane in LANES}
        return _Pool(
            own=tuple(_Ranked(one) for one in found[ticket.lane]),
            other_count=sum(
                line.count(one) for lane in LANES if lane is not ticket.lane for one in found[lane]
            ),
            turn=self._state.turns.get(calling.pool(place), calling.NO_TURN),
        )


class _Pool(NamedTuple):
    """One pool of counters, as those see it who wait in one lane."""

    own: "tuple[_Ranked, ...]"
    """The lines of that lane that it calls from."""
    other_count: int
    """How many wait in the other lane."""
    turn: Turn


class _Ranked:
    """A line in which places are looked up often: `line.rank` without counting the chunks before each time."""

    __slots__ = ("_lasts", "_line", "_starts")

    def __init__(self, ranked: Line) -> None:
        self._line = ranked
        self._lasts = [chunk[-1][0] for chunk in ranked]
        self._starts = list(accumulate(map(len, ranked), initial=0))

    def rank(self, place: Place) -> int:
        """How many stand before a place, whether or not anybody stands in it."""
        index = bisect_left(self._lasts, place)
        if index == len(self._lasts):
            return self._starts[index]
        return self._starts[index] + bisect_left(self._line[index], (place, ""))
