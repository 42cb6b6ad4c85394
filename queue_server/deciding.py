"""One round of a hub: what waits is decided in order on a tentative state, and nothing of it is stored yet.

The order for one wish is the contract's: the stored key, `EXPIRED`, then the hall's rules (`domain.decide`). Time goes
before wishes, so that nobody meets yesterday's hours. Where the journal is shared, a refusal may be the shadow of the
same command accepted on another node, so its key is looked up before it is believed. Proven by `tests/hub`.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

import structlog

from queue_server.domain.commands import AnyCommand, Configure, RevisePlan, SettleClock, StartDay, Tick
from queue_server.domain.decide import decide
from queue_server.domain.decide_day import next_due_ms
from queue_server.domain.decision import Accepted, rejected
from queue_server.domain.events import Entry
from queue_server.domain.evolve import evolve
from queue_server.domain.hall import DayPlan, HallConfig, HallId
from queue_server.domain.model import ActorId, State
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.errors import AntreanError
from queue_server.journal.base import Journal, StoredOutcome
from queue_server.timekeeper import Timekeeper
from queue_server.wishes import Answer, Wish

TIME_ACTOR = ActorId("hub")
"""Who journals what time and configuration bring."""

OutcomeName = tuple[ActorId, str]
"""Actor and key."""

log = structlog.get_logger(__name__)


class Answers(Protocol):
    """Makes the answer to an accepted command, from the state that it led to."""

    def __call__(self, state: State, command: AnyCommand) -> tuple[int, bytes]: ...


class Waiting(NamedTuple):
    """A wish in the inbox, and who waits for its answer."""

    wish: Wish
    arrived_ms: int
    """By the steady clock."""
    answered: asyncio.Future[Answer]


class Batch:
    """What one round decided and has not yet stored."""

    def __init__(self, committed: State) -> None:
        self.state = committed
        """Tentative: what the entries lead to."""
        self.entries: list[Entry] = []
        self.outcomes: dict[OutcomeName, StoredOutcome] = {}
        self.answers: list[tuple[Waiting, Answer]] = []


class Decider:
    """Decides for one hall. Keeps nothing of a round but which keys are remembered."""

    def __init__(
        self,
        *,
        hall: HallId,
        journal: Journal,
        timekeeper: Timekeeper,
        answers: Answers,
        day_plan: Callable[[HallConfig, int], DayPlan],
    ) -> None:
        self._hall = hall
        self._journal = journal
        self._timekeeper = timekeeper
        self._answers = answers
        self._day_plan = day_plan
        self._keys: set[OutcomeName] = set()
        """Every name that is known to be remembered; other nodes' are learned as they come up."""

    def remember(self, names: Iterable[OutcomeName]) -> None:
        """Names that are on disk."""
        self._keys.update(names)

    async def round(self, committed: State, waiting: Sequence[Waiting], *, is_again: bool) -> Batch:
        """Decides everything that waits.

        Args:
            committed: what is on disk, as far as this node knows.
            is_again: another node was first in the round before, perhaps with one of these very commands.
        """
        batch = Batch(committed)
        self._decide_time(batch)
        for one in waiting:
            await self._decide_fenced(batch, one, is_again=is_again)
        return batch

    def _decide_time(self, batch: Batch) -> None:
        now_ms = self._timekeeper.now_ms(batch.state)
        day = batch.state.day
        if not batch.state.is_configured:
            return
        if day is None or not day.plan.starts_at_ms <= now_ms < day.plan.ends_at_ms:
            self._apply(batch, StartDay(plan=self._day_plan(batch.state.hall, now_ms)), TIME_ACTOR, now_ms)
        due_ms = next_due_ms(batch.state)
        if due_ms is not None and due_ms <= now_ms:
            self._apply(batch, Tick(), TIME_ACTOR, now_ms)

    async def _decide_fenced(self, batch: Batch, waiting: Waiting, *, is_again: bool) -> None:
        """A mistake of ours in one command costs that command, not the hall."""
        state, entry_count = batch.state, len(batch.entries)
        try:
            await self._decide_one(batch, waiting, is_again=is_again)
        except AntreanError:
            raise
        except Exception as error:
            log.exception("command_failed", hall=self._hall, command=type(waiting.wish.command).__name__)
            batch.state = state
            del batch.entries[entry_count:]
            if not waiting.answered.done():
                waiting.answered.set_exception(error)

    async def _decide_one(self, batch: Batch, waiting: Waiting, *, is_again: bool) -> None:
        wish = waiting.wish
        known = await self._known_outcome(batch, wish, must_ask=is_again)
        if known is not None:
            batch.answers.append((waiting, _replayed(batch.state, known, wish)))
            return
        now_ms = self._instant_for(batch, wish)
        refusal = self._too_old(waiting) or self._apply(batch, wish.command, wish.by, now_ms)
        if refusal is not None:
            known = await self._known_outcome(batch, wish, must_ask=self._journal.is_shared)
            answer = refused(batch.state, refusal) if known is None else _replayed(batch.state, known, wish)
            batch.answers.append((waiting, answer))
            return
        self._follow_up(batch, wish.command, now_ms)
        status, body = self._answers(batch.state, wish.command)
        if wish.key is not None:
            batch.outcomes[wish.by, wish.key] = StoredOutcome(
                actor=wish.by,
                key=wish.key,
                fingerprint=wish.fingerprint,
                status=status,
                body=body,
                at_ms=now_ms,
            )
        batch.answers.append((waiting, Answer(status=status, body=body, seq=batch.state.seq)))

    def _instant_for(self, batch: Batch, wish: Wish) -> int:
        is_settling = isinstance(wish.command, SettleClock)
        return self._timekeeper.wall_ms() if is_settling else self._timekeeper.now_ms(batch.state)

    def _too_old(self, waiting: Waiting) -> Rejected | None:
        wish = waiting.wish
        age_ms = wish.age_ms + self._timekeeper.steady_ms() - waiting.arrived_ms
        return _EXPIRED if wish.age_ms_max is not None and age_ms > wish.age_ms_max else None

    def _follow_up(self, batch: Batch, command: AnyCommand, now_ms: int) -> None:
        """A settled clock or a changed hall may change the day, which `decide` cannot know without a calendar."""
        if not batch.state.is_configured or not isinstance(command, _MOVES_DAY):
            return
        day = batch.state.day
        plan = self._day_plan(batch.state.hall, now_ms)
        is_running = day is not None and day.plan.date == plan.date
        proposal = RevisePlan(plan=plan) if is_running else StartDay(plan=plan)
        self._apply(batch, proposal, TIME_ACTOR, now_ms)

    def _apply(self, batch: Batch, command: AnyCommand, by: ActorId, now_ms: int) -> Rejected | None:
        """Decides one command and folds its events; the refusal, or None."""
        decision = decide(batch.state, command, by, now_ms)
        if not isinstance(decision, Accepted):
            return decision
        for event in decision.events:
            entry = Entry(seq=batch.state.seq + 1, at_ms=now_ms, actor=by, event=event)
            batch.state = evolve(batch.state, entry)
            batch.entries.append(entry)
        return None

    async def _known_outcome(self, batch: Batch, wish: Wish, *, must_ask: bool) -> StoredOutcome | None:
        """What is remembered under a wish's key. `must_ask`: another node may have stored it unheard."""
        if wish.key is None:
            return None
        name = (wish.by, wish.key)
        if name in batch.outcomes:
            return batch.outcomes[name]
        if name not in self._keys and not must_ask:
            return None
        found = await self._journal.outcome(self._hall, *name)
        if found is None:
            self._keys.discard(name)  # It was forgotten after its 48 hours.
        else:
            self._keys.add(name)
        return found


_MOVES_DAY = (SettleClock, Configure)
_EXPIRED = rejected(Refusal.EXPIRED, "This was pressed too long ago. Nothing was changed.")
_KEY_REUSED = rejected(Refusal.KEY_REUSED, "This key was used for another request.")


def refused(state: State, refusal: Rejected) -> Answer:
    """The answer that says no."""
    return Answer(refusal=refusal, seq=state.seq)


def _replayed(state: State, known: StoredOutcome, wish: Wish) -> Answer:
    if known.fingerprint != wish.fingerprint:
        return refused(state, _KEY_REUSED)
    return Answer(status=known.status, body=known.body, seq=state.seq, is_replayed=True)
