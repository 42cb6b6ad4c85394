"""When a clock may be believed. A clock that lies must not close a line, skip a day or give a number twice.

A clock behind the last entry is held there. One that leaps more than twelve hours ahead while the hall is open and
anyone waits, or more than thirty days at all, is in doubt: time is held until a manager settles it.
"""

from enum import StrEnum
from typing import NamedTuple

from queue_server.domain.decide_day import ACTIVE
from queue_server.domain.model import State

LEAP_MS_MAX = 12 * 3_600_000
"""Ahead while anyone waits in an open hall: no hall stands still for so long with citizens in it."""

LEAP_IDLE_MS_MAX = 30 * 24 * 3_600_000
"""Ahead at all: longer than any holiday."""

FALL_MS_MAX = 60_000
"""Behind: smaller steps are time servers at work and held without a word."""


class ClockDoubt(StrEnum):
    """What is wrong with a clock."""

    AHEAD = "ahead"
    BEHIND = "behind"


class Judgement(NamedTuple):
    """Whether a reading of a clock may be used, and what to tell the staff."""

    is_usable: bool
    """False: time is held at the last entry and goes on by the node's steady clock."""
    doubt: ClockDoubt | None


def judged(state: State, wall_ms: int) -> Judgement:
    """What the state makes of a clock's reading. Before the first day every clock is believed."""
    if state.day is None:
        return Judgement(wall_ms >= state.at_ms, None)
    leap_ms = wall_ms - state.at_ms
    if leap_ms < 0:
        return Judgement(is_usable=False, doubt=ClockDoubt.BEHIND if leap_ms < -FALL_MS_MAX else None)
    if leap_ms > LEAP_IDLE_MS_MAX or (leap_ms > LEAP_MS_MAX and _is_anyone_here(state)):
        return Judgement(is_usable=False, doubt=ClockDoubt.AHEAD)
    return Judgement(is_usable=True, doubt=None)


def _is_anyone_here(state: State) -> bool:
    """Whether the hall is open by its own last word and a ticket is not yet done.

    Those left over after closing do not count: nobody closes their line but the closing itself, and a hall that is
    switched off in the evening would doubt its clock every morning.
    """
    assert state.day is not None, "asked on a running day only"
    if not state.day.open_services:
        return False
    return any(ticket.state in ACTIVE for ticket in state.tickets.values())
