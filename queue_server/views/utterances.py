"""What will have to be spoken soon: numbers when tickets are issued, counters when they open.

Pure; the speech service renders ahead whatever this names, so that a call never waits for a voice.
"""

from collections.abc import Iterator, Sequence

from queue_server.domain.events import CounterOpened, CounterTaken, Entry, TicketIssued
from queue_server.domain.model import CounterState, State, TicketState
from queue_server.speech.phrases import Segment, counter_segment, number_segment, spoken

AWAITED = frozenset({TicketState.WAITING, TicketState.CALLED, TicketState.PARKED})


def of_state(state: State) -> Iterator[Segment]:
    """For a start: everyone who may still be called, and every counter, those that are open first."""
    places = sorted(
        state.hall.counters, key=lambda place: state.counters[place.id].state is CounterState.CLOSED
    )
    for place in places:
        yield from _counter_parts(state, place.name)
    for ticket in sorted(state.tickets.values(), key=lambda ticket: ticket.place):
        if ticket.state in AWAITED:
            yield from _number_parts(state, ticket.number)


def of_entries(state: State, entries: Sequence[Entry]) -> Iterator[Segment]:
    """For each commit: what it made likely to be spoken."""
    for entry in entries:
        match entry.event:
            case TicketIssued(number=number):
                yield from _number_parts(state, number)
            case CounterOpened(counter=counter) | CounterTaken(counter=counter):
                name = next(place.name for place in state.hall.counters if place.id == counter)
                yield from _counter_parts(state, name)
            case _:
                pass


def _number_parts(state: State, number: str) -> tuple[Segment, ...]:
    return tuple(number_segment(language, number) for language in spoken(state.hall.languages))


def _counter_parts(state: State, name: str) -> tuple[Segment, ...]:
    return tuple(counter_segment(language, name) for language in spoken(state.hall.languages))
