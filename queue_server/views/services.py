"""Services as the views describe them: how many wait, for how long, and when the service opens and closes.

Everything that concerns all services is worked out in one pass over the lines and one over the day's openings: asking
for each service alone would cost a hall of thirty services thirty passes.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from queue_server.domain import line
from queue_server.domain.hall import Service, ServiceId
from queue_server.domain.line import Line
from queue_server.domain.model import State, TicketId
from queue_server.domain.waiting import WaitRange, wait_range
from queue_server.wire.shapes import Estimate, ServiceSummary


class Hours(NamedTuple):
    """When a closed service opens next and when an open one closes; each None otherwise, or where unknown."""

    opens_at_ms: int | None
    closes_at_ms: int | None


def service_summaries(state: State, services: Iterable[Service]) -> list[ServiceSummary]:
    """These services in their order; a retired one only while somebody waits."""
    counts = waiting_counts(state)
    hours = hours_of_day(state)
    summaries = []
    for service in services:
        waiting = counts.get(service.id, 0)
        if service.is_retired and not waiting:
            continue
        opens_at_ms, closes_at_ms = hours.get(service.id, UNKNOWN_HOURS)
        summaries.append(
            ServiceSummary(
                id=service.id,
                agency=service.agency,
                prefix=service.prefix,
                name=dict(service.name),
                open=is_open(state, service.id),
                waiting=waiting,
                estimate=estimate(state, service.id, waiting),
                opens_at_ms=opens_at_ms,
                closes_at_ms=closes_at_ms,
            )
        )
    return summaries


def is_open(state: State, service: ServiceId) -> bool:
    """Whether the service takes tickets by the hall's last word."""
    return state.day is not None and service in state.day.open_services


def waiting_counts(state: State) -> dict[ServiceId, int]:
    """How many wait for each service, those sent to one counter among them; services without any are left out."""
    counts: dict[ServiceId, int] = {}
    for waiting in state.lines.values():
        for service, count in _services_in(state, waiting):
            counts[service] = counts.get(service, 0) + count
    return counts


def _services_in(state: State, waiting: Line) -> Iterator[tuple[ServiceId, int]]:
    """Whom a line holds. A service's own line need not be walked, one of a counter's own mixes services."""
    head = line.first(waiting)
    if head is None:
        return
    ticket = state.tickets[TicketId(head[1])]
    if ticket.reserved is None:
        yield ticket.service, line.count(waiting)
    else:
        for _, reserved in line.entries(waiting):
            yield state.tickets[TicketId(reserved)].service, 1


def estimate(state: State, service: ServiceId, ahead_count: int) -> Estimate | None:
    """The wait of one who has so many before him; None when today's data is too thin."""
    found = wait_range(state, service, ahead_count)
    return None if found is None else as_estimate(found)


def as_estimate(wait: WaitRange) -> Estimate:
    """A wait as the wire names it."""
    return Estimate(low_ms=wait.low_ms, high_ms=wait.high_ms)


def hours_of_day(state: State) -> dict[ServiceId, Hours]:
    """Each service's hours by the running day's plan; services without an opening are left out.

    An open service closes with the last opening that began; a closed one opens with the first that has not ended.
    So a moment in which an opening is due and not yet journaled never shows tomorrow's hours.
    """
    if state.day is None:
        return {}
    hours: dict[ServiceId, Hours] = {}
    for opening in state.day.plan.openings:
        if opening.service in state.day.open_services:
            if opening.opens_at_ms <= state.at_ms:
                hours[opening.service] = Hours(None, opening.closes_at_ms)
        elif opening.closes_at_ms > state.at_ms and opening.service not in hours:
            hours[opening.service] = Hours(opening.opens_at_ms, None)
    return hours


UNKNOWN_HOURS = Hours(None, None)
