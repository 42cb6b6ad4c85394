"""Random days of the small hall: every kind of command, in any order, from one seed."""

from collections.abc import Callable, Iterator
from random import Random

import msgspec

from queue_server.domain import commands as wish
from queue_server.domain.commands import AnyCommand
from queue_server.domain.decide_ticket import RETURNING
from queue_server.domain.events import AnyEvent
from queue_server.domain.hall import Category, CounterPlace, HallConfig, Kiosk, Rules
from queue_server.domain.model import ActorId, State, TicketId, VoiceState
from queue_server.views.calls import UNSPOKEN
from tests.views.build import HALL, HOUR_MS, PLAN, Story

NAPS_MS = (0, 0, 1_000, 5_000, 9_000, 70_000)
"""Some pass the rules' times: undo, paper, silence of a voice."""

ANOTHER_OFFICER_SHARE = 0.05

VISITS_BEFORE = 8
"""Measured before the story begins, so that there are estimates to change."""

Step = tuple[State, State, list[AnyEvent]]
"""Before, after, and what happened in between."""


def history(seed: int, step_count: int, story: Story | None = None) -> Iterator[Step]:
    """The batches of one story, each of one to three commands; refused commands leave nothing.

    Args:
        story: the one to be told, for a test that wants its entries afterwards; None: one of its own.
    """
    random = Random(seed)  # noqa: S311 -- chance for a test, to be had again from its seed
    story = story or Story()
    for place in story.state.hall.counters:
        story.open(place.id)
    for counter_id, service_id in (("c1", "ktp"), ("c2", "kk"), ("c3", "sim")):
        story.serve(counter_id, 120_000, VISITS_BEFORE, service_id)
    for _ in range(step_count):
        before = story.state
        events: list[AnyEvent] = []
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            command, by = _any_command(story, random)
            events.extend(story.tries(command, by) or ())
        if events:
            yield before, story.state, events


def _any_command(story: Story, random: Random) -> tuple[AnyCommand, str]:
    story.now_ms += random.choice(NAPS_MS)
    place = random.choice(story.state.hall.counters)
    weights = [weight for weight, _ in MAKERS]
    maker = random.choices([maker for _, maker in MAKERS], weights)[0]
    officer = story.state.counters[place.id].officer
    if officer is None or random.random() < ANOTHER_OFFICER_SHARE:
        officer = ActorId(f"o{story.state.seq}")
    return maker(story, random, place), officer


def _take(story: Story, random: Random, _place: CounterPlace) -> AnyCommand:
    kiosk = random.choice((None, *story.state.hall.kiosks))
    return wish.TakeTicket(
        ticket=TicketId(f"t{story.state.seq}"),
        service=random.choice(story.state.hall.services).id,
        category=random.choice((Category.REGULAR, Category.REGULAR, Category.ELDERLY)),
        language="id",
        kiosk=None if kiosk is None else kiosk.id,
        printer=None if kiosk is None else kiosk.printer,
    )


def _next(story: Story, _random: Random, place: CounterPlace) -> AnyCommand:
    return wish.CallNext(counter=place.id, sees=story.in_hand(place.id))


def _at_counter(*kinds: type[wish.CounterCommand]) -> "_Maker":
    def make(story: Story, random: Random, place: CounterPlace) -> AnyCommand:
        kind: Callable[..., AnyCommand] = random.choice(kinds)  # type: ignore[assignment]  # all are commands
        return kind(counter=place.id, sees=story.in_hand(place.id))

    return make


def _call_ticket(story: Story, random: Random, place: CounterPlace) -> AnyCommand:
    return wish.CallTicket(
        counter=place.id,
        sees=story.in_hand(place.id),
        ticket=_any_ticket(story, random),
        reason=wish.OrderReason.FRAIL,
    )


def _transfer(story: Story, random: Random, place: CounterPlace) -> AnyCommand:
    hall = story.state.hall
    service = random.choice((None, *hall.services))
    to_counter = random.choice((None, *hall.counters))
    return wish.TransferTicket(
        counter=place.id,
        sees=story.in_hand(place.id),
        service=None if service is None else service.id,
        to_counter=None if to_counter is None else to_counter.id,
        place=random.choice(tuple(wish.TransferPlace)),
    )


def _of_ticket(story: Story, random: Random, _place: CounterPlace) -> AnyCommand:
    ticket = _any_ticket(story, random)
    aside = sorted(known.id for known in story.state.tickets.values() if known.state in RETURNING)
    return random.choice((
        wish.CancelTicket(ticket=ticket),
        wish.ReturnTicket(ticket=random.choice(aside or [ticket]), place=random.choice(tuple(wish.TransferPlace))),
        wish.ReprintTicket(ticket=ticket, printer=story.state.hall.printers[-1].id),
    ))  # fmt: skip


def _of_officer(_story: Story, random: Random, place: CounterPlace) -> AnyCommand:
    return random.choice((
        wish.OpenCounter(counter=place.id, take=True),
        wish.OpenCounter(counter=place.id),
        wish.OpenCounter(counter=place.id),
        wish.PauseCounter(counter=place.id, reason=wish.PauseReason.PRAYER),
        wish.ResumeCounter(counter=place.id),
        wish.CloseCounter(counter=place.id),
    ))  # fmt: skip


def _of_call(story: Story, random: Random, _place: CounterPlace) -> AnyCommand:
    calls = [call for calls in story.state.calls.values() for call in calls if call.voice in UNSPOKEN]
    if not calls:
        return wish.Tick()
    call = random.choice(calls)
    shown = wish.RecordShown(call=call.call, shown=1, screens=2)
    is_pending = call.voice is VoiceState.PENDING
    report = wish.CallReport.SPEAKING if is_pending else wish.CallReport.SPOKEN
    return random.choice((shown, wish.ReportCall(call=call.call, what=report)))


def _of_job(story: Story, random: Random, _place: CounterPlace) -> AnyCommand:
    jobs = sorted(story.state.jobs.values(), key=lambda job: job.id)
    if not jobs:
        return wish.Tick()
    job = random.choice(jobs)
    return wish.ReportPrint(
        job=job.id,
        attempt=job.attempt + 1,
        status=random.choice(tuple(wish.PrintReport)),
        printer=job.printer,
    )


def _of_time(story: Story, random: Random, _place: CounterPlace) -> AnyCommand:
    day = story.state.day
    late_ms = random.choice((0, 60_000, HOUR_MS))
    openings = tuple(
        msgspec.structs.replace(opening, closes_at_ms=opening.closes_at_ms - late_ms)
        for opening in PLAN.openings
    )
    date = PLAN.date if day is None else day.plan.date
    return random.choice((
        wish.Tick(),
        wish.Tick(),
        wish.Tick(),
        wish.RevisePlan(plan=msgspec.structs.replace(PLAN, date=date, openings=openings)),
        wish.StartDay(plan=msgspec.structs.replace(PLAN, date=f"{date[:-2]}{random.randrange(10, 29)}")),
    ))  # fmt: skip


def _wait_long(story: Story, random: Random, _place: CounterPlace) -> AnyCommand:
    """Hours may go by without a tick being the first to notice, and a settled clock may fall back."""
    back_ms = random.choice((0, 0, 20_000))
    story.now_ms = max(story.now_ms + random.randrange(HOUR_MS) - back_ms, PLAN.starts_at_ms)
    return random.choice((wish.SettleClock(), wish.Tick()))


def _clock_back(story: Story, _random: Random, _place: CounterPlace) -> AnyCommand:
    story.now_ms = max(story.now_ms - HOUR_MS, PLAN.starts_at_ms)
    return wish.SettleClock()


def _restore(_story: Story, random: Random, _place: CounterPlace) -> AnyCommand:
    """A manager's word comes soon, or nobody would be called any more."""
    return wish.NoteRestore(gap=100) if random.random() < 0.1 else wish.ConfirmRestore()


def _configure(_story: Story, random: Random, _place: CounterPlace) -> AnyCommand:
    return wish.Configure(hall=random.choice((HALL, SMALLER, OTHERWISE)))


def _any_ticket(story: Story, random: Random) -> TicketId:
    return random.choice(sorted(story.state.tickets) or [TicketId("t0")])


_Maker = Callable[[Story, Random, CounterPlace], AnyCommand]

SMALLER: HallConfig = msgspec.structs.replace(
    HALL,
    services=HALL.services[:3],
    counters=(
        *HALL.counters[:2],
        msgspec.structs.replace(HALL.counters[2], services=HALL.counters[2].services[:1]),
    ),
    zones=HALL.zones[:2],
    kiosks=HALL.kiosks[:1],
)
"""One service, two counters, a zone and a kiosk fewer."""

OTHERWISE: HallConfig = msgspec.structs.replace(
    HALL,
    name="MPP Baru",
    kiosks=tuple(Kiosk(id=kiosk.id, name=kiosk.name) for kiosk in HALL.kiosks),
    screens=HALL.screens[:1],
    rules=Rules(line_max=3, priority_run=2, print_patience_ms=1_000),
)

MAKERS: tuple[tuple[int, _Maker], ...] = (
    (30, _take),
    (22, _next),
    (10, _at_counter(wish.StartService, wish.Recall, wish.Recall)),
    (12, _at_counter(wish.FinishService, wish.MarkNoShow, wish.ParkTicket)),
    (8, _at_counter(wish.UndoStep)),
    (4, _call_ticket),
    (9, _transfer),
    (9, _of_ticket),
    (8, _of_officer),
    (10, _of_call),
    (8, _of_job),
    (3, _of_time),
    (1, _wait_long),
    (1, _clock_back),
    (1, _configure),
    (2, _restore),
)
"""How often each kind of wish is made."""
