"""Whom a counter calls next, and why.

The policy: first come, first served by time of arrival across the services of a counter, in two lanes. While
both lanes wait, `priority_run` priority tickets are called, then up to `regular_run` regular ones, again and
again (by default one and two); while one lane waits, it alone is called. So neither lane can starve: a ticket
that is first in its lane is passed by at most one whole run of the other. Counters that serve the same services
form a *pool* and share one turn, so that the order does not depend on who presses.

Proven against a naive second model in `tests/domain/test_calling.py`.
"""

from functools import lru_cache

from queue_server.domain import line, lines
from queue_server.domain.events import ChoiceRule, Why
from queue_server.domain.hall import CounterPlace, Rules, ServiceId
from queue_server.domain.line import Place
from queue_server.domain.model import LANES, CounterState, Lane, State, Ticket, TicketId, Turn

NO_TURN = Turn()

POOLS_REMEMBERED_COUNT = 1_024
"""Names of pools; the largest hall has some fifty counters."""


def pool(place: CounterPlace) -> str:
    """The name that counters with the same services share."""
    return _pool_of(place.services)


@lru_cache(POOLS_REMEMBERED_COUNT)
def _pool_of(services: tuple[ServiceId, ...]) -> str:
    return "+".join(sorted(services))


def next_ticket(state: State, place: CounterPlace) -> tuple[TicketId, Why] | None:
    """The ticket that a counter calls next and the explanation; None where nobody waits for it."""
    owners = lines.owners_for(place)
    heads = {lane: head for lane in LANES if (head := _head(state, owners, lane)) is not None}
    if not heads:
        return None
    turn = state.turns.get(pool(place), NO_TURN)
    lane = next_lane(turn, state.hall.rules, frozenset(heads))
    _, ticket = heads[lane]
    rule = ChoiceRule.ONLY_LANE if len(heads) == 1 else _TURN_RULES[lane]
    return TicketId(ticket), explanation(state, place, state.tickets[TicketId(ticket)], rule)


def explanation(state: State, place: CounterPlace, ticket: Ticket, rule: ChoiceRule) -> Why:
    """What stood in line when a ticket was chosen. `reason` is left to the caller."""
    owners = lines.owners_for(place)
    waiting = [found for lane in LANES for found in lines.of_lane(state.lines, owners, lane)]
    return Why(
        rule=rule,
        lane=ticket.lane,
        waiting_count=sum(line.count(found) for found in waiting),
        passed_count=sum(line.rank(found, ticket.place) for found in waiting),
    )


def next_lane(turn: Turn, rules: Rules, waiting: frozenset[Lane]) -> Lane:
    """Whose lane is called next. `waiting` holds the lanes in which somebody waits, at least one."""
    if len(waiting) == 1:
        return next(iter(waiting))
    if turn.lane is None:
        return Lane.PRIORITY
    return turn.lane if turn.run_count < run_max(rules, turn.lane) else _OTHER[turn.lane]


def turned(turn: Turn, rules: Rules, lane: Lane) -> Turn:
    """The turn after a call from a lane."""
    if turn.lane is not lane:
        return Turn(lane=lane, run_count=1)
    return Turn(lane=lane, run_count=min(turn.run_count + 1, run_max(rules, lane)))


def run_max(rules: Rules, lane: Lane) -> int:
    """How many a lane may have called in a row while the other waits too."""
    return rules.priority_run if lane is Lane.PRIORITY else rules.regular_run


def ahead(state: State, ticket: Ticket) -> int:
    """Of those waiting now, how many would be called before a waiting ticket if nobody else came.

    Counted in the pool of counters that would reach it after the fewest calls, among the counters that are not
    closed (all that serve it, where every one is).
    """
    counts = [_ahead_in_pool(state, place, ticket) for place in pools_of(state, ticket)]
    return min(counts) if counts else _ahead_in_own_line(state, ticket)


def pools_of(state: State, ticket: Ticket) -> list[CounterPlace]:
    """One counter of each pool that could call a waiting ticket; empty where no counter serves it."""
    if ticket.reserved is not None:
        return [place for place in state.hall.counters if place.id == ticket.reserved]
    serving = [place for place in state.hall.counters if ticket.service in place.services]
    staffed = [place for place in serving if state.counters[place.id].state is not CounterState.CLOSED]
    return list({pool(place): place for place in (staffed or serving)}.values())


def owners_before(place: CounterPlace, ticket: Ticket) -> tuple[str, ...]:
    """The lines of a pool that stand before a ticket: a counter's own line only where the ticket was sent there."""
    return lines.owners_for(place) if ticket.reserved is not None else place.services


def others_before(turn: Turn, rules: Rules, lane: Lane, nth: int, other_count: int) -> int:
    """How many of the other lane are called before the nth (from 1) of this lane, while `other_count` wait there.

    The order of calls is: what is left of the other lane's run, what is left of this lane's run, then whole runs in
    turn; so the sum needs no loop.
    """
    own_run, other_run = run_max(rules, lane), run_max(rules, _OTHER[lane])
    current = Turn(lane=Lane.REGULAR, run_count=rules.regular_run) if turn.lane is None else turn
    if current.lane is lane:
        others_first, own_first = 0, max(0, own_run - current.run_count)
    else:
        others_first, own_first = max(0, other_run - current.run_count), own_run
    whole_runs = -(-max(0, nth - own_first) // own_run)
    return min(other_count, others_first + whole_runs * other_run)


def waiting_in_order(state: State, place: CounterPlace, count_max: int) -> list[TicketId]:
    """Those whom a counter would call next, in order, if it alone called and nobody else came."""
    owners = lines.owners_for(place)
    queues = {lane: _merged(state, owners, lane, count_max) for lane in LANES}
    turn = state.turns.get(pool(place), NO_TURN)
    order: list[TicketId] = []
    at = dict.fromkeys(LANES, 0)
    while len(order) < count_max:
        waiting = frozenset(lane for lane in LANES if at[lane] < len(queues[lane]))
        if not waiting:
            break
        lane = next_lane(turn, state.hall.rules, waiting)
        order.append(queues[lane][at[lane]])
        at[lane] += 1
        turn = turned(turn, state.hall.rules, lane)
    return order


_OTHER = {Lane.PRIORITY: Lane.REGULAR, Lane.REGULAR: Lane.PRIORITY}
_TURN_RULES = {Lane.PRIORITY: ChoiceRule.PRIORITY_TURN, Lane.REGULAR: ChoiceRule.REGULAR_TURN}


def _head(state: State, owners: tuple[str, ...], lane: Lane) -> tuple[Place, str] | None:
    return min((found[0][0] for found in lines.of_lane(state.lines, owners, lane)), default=None)


def _merged(state: State, owners: tuple[str, ...], lane: Lane, count_max: int) -> list[TicketId]:
    entries: list[tuple[Place, str]] = []
    for found in lines.of_lane(state.lines, owners, lane):
        for count, entry in enumerate(line.entries(found)):
            if count == count_max:
                break
            entries.append(entry)
    return [TicketId(ticket) for _, ticket in sorted(entries)[:count_max]]


def _ahead_in_pool(state: State, place: CounterPlace, ticket: Ticket) -> int:
    owners = owners_before(place, ticket)
    own_rank = sum(
        line.rank(found, ticket.place) for found in lines.of_lane(state.lines, owners, ticket.lane)
    )
    other_count = sum(line.count(found) for found in lines.of_lane(state.lines, owners, _OTHER[ticket.lane]))
    turn = state.turns.get(pool(place), NO_TURN)
    return own_rank + others_before(turn, state.hall.rules, ticket.lane, own_rank + 1, other_count)


def _ahead_in_own_line(state: State, ticket: Ticket) -> int:
    own = state.lines.get(lines.key(lines.owner_of(ticket), ticket.lane), line.EMPTY)
    return line.rank(own, ticket.place)
