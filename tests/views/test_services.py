"""Services as every view describes them: how many wait, for how long, and when they open and close."""

import msgspec
import pytest

from queue_server.domain import commands as wish
from queue_server.domain.hall import CounterId, DayPlan, Opening, ServiceId
from queue_server.domain.lines import waiting_count
from queue_server.domain.model import Day, State
from queue_server.views.services import (
    UNKNOWN_HOURS,
    Hours,
    estimate,
    hours_of_day,
    is_open,
    service_summaries,
    waiting_counts,
)
from tests.views.build import HALL, HOUR_MS, T0, Story, changed
from tests.views.histories import history
from tests.views.morning import morning

KTP, KK, SIM, SKCK = (service.id for service in HALL.services)


def test_counts_are_the_domains_own() -> None:
    """One pass over the lines gives what asking for each service would, over a random day."""
    for _, after, _ in history(11, 150):
        naive = {service.id: waiting_count(after, service.id) for service in after.hall.services}
        counted = waiting_counts(after)

        assert naive == {service: counted.get(service, 0) for service in naive}
        assert 0 not in counted.values()


def test_a_counters_own_line_mixes_services_and_is_taken_apart() -> None:
    """Two sent to Loket 2 from two services count in two lines."""
    story = Story()
    story.open("c1")
    story.open("c2", by="o2")
    story.take("one", "ktp")
    story.take("two", "kk")
    for _ in range(2):
        command = wish.TransferTicket(
            counter=CounterId("c1"),
            sees=story.next("c1"),
            to_counter=CounterId("c2"),
            place=wish.TransferPlace.BACK,
        )
        story.do(command)

    assert {KTP: 1, KK: 1} == waiting_counts(story.state)


def test_summaries_keep_the_given_order() -> None:
    """Whoever asks decides: the configuration's for the hall, the counter's for an officer."""
    backwards = tuple(reversed(HALL.services))

    assert ["skck", "sim", "kk", "ktp"] == [known.id for known in service_summaries(morning(), backwards)]


def test_a_summary_tells_the_wait_of_one_who_came_now() -> None:
    """All who wait are before him. Source: contract, `estimate`; null when the data is too thin."""
    ktp, kk, *_ = service_summaries(morning(), HALL.services)

    assert estimate(morning(), KTP, 3) == ktp.estimate
    assert ktp.estimate is not None
    assert kk.estimate is None


@pytest.mark.parametrize(
    ("is_retired", "waits", "is_there"),
    [(False, False, True), (False, True, True), (True, True, True), (True, False, False)],
)
def test_a_retired_service_is_there_while_somebody_waits(
    is_retired: bool, waits: bool, is_there: bool
) -> None:
    """It drains before everybody's eyes."""
    story = Story()
    if waits:
        story.take("one", "sim")
    service = msgspec.structs.replace(HALL.services[2], is_retired=is_retired)

    assert is_there == bool(service_summaries(story.state, [service]))


def test_open_is_the_halls_last_word_and_not_the_clocks() -> None:
    """What was journaled; an opening that is due and not yet there is not shown."""
    story = Story()
    before = is_open(story.state, SKCK)
    story.wait(HOUR_MS)

    assert (True, False, True) == (is_open(story.state, KTP), before, is_open(story.state, SKCK))
    assert not is_open(msgspec.structs.replace(story.state, day=None), KTP)


HOURS = {
    # Openings in hours around the state's instant, whether it is open, and what is told of it.
    "open until its closing": (((-1, 7),), True, (None, 7)),
    "open in the second period of the day": (((-5, -2), (-1, 3)), True, (None, 3)),
    "open before a pause at noon": (((-1, 2), (3, 6)), True, (None, 2)),
    "closed before the first": (((1, 7), (24, 31)), False, (1, None)),
    "closed at noon": (((-5, -1), (1, 4)), False, (1, None)),
    "closed for today": (((-9, -1), (23, 31)), False, (23, None)),
    "due and not yet journaled": (((0, 7), (24, 31)), False, (0, None)),
    "closed for good": (((-9, -1),), False, None),
    "open by a word that no opening carries": (((1, 7),), True, None),
    "no opening at all": ((), False, None),
}


@pytest.mark.parametrize("rule", HOURS)
def test_hours_are_told_by_the_days_plan(rule: str) -> None:
    """A closed service says when it opens, an open one when it closes; never tomorrow's for today's."""
    openings, is_open_now, expected = HOURS[rule]

    found = hours_of_day(_with(openings, is_open=is_open_now)).get(KTP, UNKNOWN_HOURS)

    opens, closes = expected or (None, None)
    assert Hours(_at(opens), _at(closes)) == found


def test_without_a_day_no_hours_are_known() -> None:
    """Before the first day there is no plan."""
    assert {} == hours_of_day(msgspec.structs.replace(morning(), day=None))


def _at(hours: int | None) -> int | None:
    return None if hours is None else T0 + hours * HOUR_MS


def _with(openings: tuple[tuple[int, int], ...], *, is_open: bool) -> State:
    plan = DayPlan(
        date="2026-09-21",
        starts_at_ms=T0 - 6 * HOUR_MS,
        ends_at_ms=T0 + 18 * HOUR_MS,
        openings=tuple(
            Opening(service=KTP, opens_at_ms=T0 + opens * HOUR_MS, closes_at_ms=T0 + closes * HOUR_MS)
            for opens, closes in openings
        ),
    )
    open_services = frozenset({KTP} if is_open else set[ServiceId]())
    return changed(Story().state, day=Day(plan=plan, open_services=open_services))
