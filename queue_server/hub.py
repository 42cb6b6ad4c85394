"""One hall: inbox, decide, append, evolve, tell. The only place that appends and evolves.

Laws, each with its test in `tests/hub`:
- one serial order: one task decides, commands are taken in the order in which they came;
- nobody sees what is not on disk: views read `state`, which moves only after the append returned;
- between evolve and "views are stale" there is no await, so nobody can see half a change;
- group commit: everything that waits is decided on a tentative state and appended in one transaction;
- a key is looked up inside the loop, so the same command twice acts once, whichever way it came;
- where other nodes append too, nothing is answered or shown from a state that may be behind: the append is the fence,
  an answer that stores nothing makes sure of the head, and a node that slept reads before it shows.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog

from queue_server.deciding import TIME_ACTOR, Answers, Batch, Decider, Waiting, refused
from queue_server.domain.decide_day import next_due_ms
from queue_server.domain.decision import rejected
from queue_server.domain.events import Entry
from queue_server.domain.evolve import folded
from queue_server.domain.hall import DayPlan, HallConfig, HallId
from queue_server.domain.model import State, empty_state
from queue_server.domain.refusals import Refusal
from queue_server.domain.time import ClockDoubt
from queue_server.errors import AntreanError, Conflict, LinkLost, NotStored, OutcomeUnknown, StoreStopped
from queue_server.journal.base import READ_COUNT_MAX, Head, Journal, StoredOutcome
from queue_server.timekeeper import Timekeeper
from queue_server.wishes import Answer, Wish

BATCH_COUNT_MAX = 256
"""Commands decided before one append: past this a larger batch no longer pays (173,000 rows/s at 256)."""

INBOX_COUNT_MAX = 2_048
"""Commands waiting; at the slowest disk measured that is under two seconds of work, then `BUSY` is kinder."""

ROUNDS_MAX = 8
"""Times that a batch is decided anew after another node was first, before it is refused as `BUSY`."""

TICK_EVERY_MS_MAX = 1_000
"""The longest the hub sleeps: a stepped clock is noticed within this time."""

IN_STEP_MS_MAX = 3_000
"""A shared journal is looked at once a second; a node that has not for so long was asleep, or is cut off."""

CATCH_UP_WITHIN_S = 2.0
"""For whoever waits to be shown a state; then it is sent to another node."""

log = structlog.get_logger(__name__)


class Commit(NamedTuple):
    """One append's worth of change, as told to whoever shows it."""

    before: State
    after: State
    entries: Sequence[Entry]


class Hub:
    """The serial heart of one hall. `open` once, then `run` in a task; `submit` from anywhere in the loop."""

    def __init__(
        self,
        *,
        hall: HallId,
        journal: Journal,
        timekeeper: Timekeeper,
        answers: Answers,
        day_plan: Callable[[HallConfig, int], DayPlan],
        on_commit: Callable[[Commit], None],
        on_store: Callable[[str | None], None] = lambda _trouble: None,
        inbox_count_max: int = INBOX_COUNT_MAX,
    ) -> None:
        """
        Args:
            answers: called on the tentative state, once per accepted wish that has one who waits.
            day_plan: the business day that an instant falls into, by the hall's configuration.
            on_commit: called after each commit, must not await or raise.
            on_store: told in words when the store refuses to write, and None when it writes again.
        """
        self.hall = hall
        self.state = empty_state(hall)
        self.journal_id = ""
        self._journal = journal
        self._timekeeper = timekeeper
        self._decider = Decider(
            hall=hall, journal=journal, timekeeper=timekeeper, answers=answers, day_plan=day_plan
        )
        self._on_commit = on_commit
        self._on_store = on_store
        self._inbox: asyncio.Queue[Waiting | None] = asyncio.Queue(inbox_count_max)
        """None wakes the loop for something that is no wish."""
        self._is_closing = False
        self._is_store_well = True
        self._is_serving = False
        self._is_behind = False
        """What is on disk may be further on than `state`: read before the next decision."""
        self._looked_ms = timekeeper.steady_ms()
        """When `state` was last known to be the head."""
        self._waits_for_head: list[asyncio.Future[None]] = []

    async def open(self) -> None:
        """Folds the journal from its last seal; `state` is whole when this returns."""
        head, self.state = await state_of(self._journal, self.hall)
        self.journal_id = head.journal_id
        self._decider.remember(head.outcome_keys)

    def submit(self, wish: Wish) -> asyncio.Future[Answer]:
        """Puts a wish in line. The answer comes after its events are on disk; `BUSY` at once where the inbox is full."""
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        if self._is_closing or self._inbox.full():
            answered.set_result(refused(self.state, _BUSY))
        else:
            self._inbox.put_nowait(Waiting(wish, self._timekeeper.steady_ms(), answered))
        return answered

    async def run(self) -> None:
        """Decides until `close`.

        Raises:
            OutcomeUnknown, StoreStopped, StoreBroken: going on could be going on wrong.
            UnknownEventType: another node writes what this program is too old to read.
        """
        try:
            while True:
                is_last, waiting = await self._gathered()
                self._is_serving = bool(waiting)
                await self._serve(waiting)
                self._is_serving = False
                if is_last:
                    return
        finally:
            self._is_closing = True
            _answer_all(self._left_over(), refused(self.state, _BUSY))

    def close(self) -> None:
        """Takes no new wish; `run` returns once those that wait are answered."""
        self._is_closing = True
        self._wake()

    def now_ms(self) -> int:
        """The hall's time."""
        return self._timekeeper.now_ms(self.state)

    @property
    def clock_doubt(self) -> ClockDoubt | None:
        """What is wrong with the node's clock, as this hall sees it; None: nothing."""
        return self._timekeeper.doubt

    @property
    def waiting_count(self) -> int:
        """Wishes in the inbox."""
        return self._inbox.qsize()

    @property
    def is_busy(self) -> bool:
        """Whether anybody waits for an answer."""
        return self._is_serving or not self._inbox.empty()

    # Other nodes.

    def moved(self, seq: int) -> None:
        """A hint that the journal stands at `seq`, from whoever watches it."""
        if seq > self.state.seq or not self._is_store_well:
            self._is_behind = True
            self._wake()
        elif not self._is_behind:
            self._looked_ms = self._timekeeper.steady_ms()

    @property
    def is_in_step(self) -> bool:
        """Whether `state` was the journal's head a moment ago; always so where nobody else writes."""
        if not self._journal.is_shared:
            return True
        return self._timekeeper.steady_ms() - self._looked_ms <= IN_STEP_MS_MAX and not self._is_behind

    async def in_step(self, seq: int = 0) -> bool:
        """Waits until `state` may be shown to someone who has seen `seq`. False: the store cannot be reached.

        A number beyond the head asks for a look at the store and no more: what nobody wrote cannot be waited for.
        """
        if not self._journal.is_shared or (self.is_in_step and seq <= self.state.seq):
            return True
        waits: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waits_for_head.append(waits)
        self._is_behind = True
        self._wake()
        try:
            async with asyncio.timeout(CATCH_UP_WITHIN_S):
                await waits
        except TimeoutError:
            return False
        return True

    async def look_again(self) -> bool:
        """Reads on, for someone who names what is not known here: it may be a moment old, and from another node."""
        return await self.in_step(self.state.seq + 1)

    def _wake(self) -> None:
        if not self._inbox.full():
            self._inbox.put_nowait(None)

    async def _gathered(self) -> tuple[bool, list[Waiting]]:
        """Everything that waits, at most one batch; empty where only time has come. And whether it is the last."""
        gathered: list[Waiting] = []
        try:
            async with asyncio.timeout(self._sleep_ms() / 1000):
                first = await self._inbox.get()
        except TimeoutError:
            return self._is_closing and self._inbox.empty(), gathered
        if first is not None:
            gathered.append(first)
        while len(gathered) < BATCH_COUNT_MAX and not self._inbox.empty():
            following = self._inbox.get_nowait()
            if following is not None:
                gathered.append(following)
        return self._is_closing and self._inbox.empty(), gathered

    def _sleep_ms(self) -> int:
        due_ms = next_due_ms(self.state)
        if due_ms is None:
            return TICK_EVERY_MS_MAX
        return max(1, min(TICK_EVERY_MS_MAX, due_ms - self.now_ms()))

    async def _serve(self, waiting: Sequence[Waiting]) -> None:
        """Decides and stores one batch, again where another node was first."""
        try:
            for nth in range(ROUNDS_MAX):
                if self._is_behind:
                    await self._catch_up()
                if await self._is_stored(waiting, is_again=nth > 0):
                    return
        except NotStored as trouble:
            self._tell_store(str(trouble))
            _answer_all(waiting, refused(self.state, _STORE_BUSY))
        except LinkLost as trouble:
            self._is_behind = True
            self._tell_store(str(trouble))
            _answer_all(waiting, refused(self.state, _UNKNOWN))
        except (OutcomeUnknown, StoreStopped):
            _answer_all(waiting, refused(self.state, _UNKNOWN))
            raise
        except AntreanError:
            _answer_all(waiting, refused(self.state, _BUSY))
            raise
        else:
            _answer_all(waiting, refused(self.state, _BUSY))

    async def _is_stored(self, waiting: Sequence[Waiting], *, is_again: bool) -> bool:
        """One round. False: another node was first, and nothing was stored."""
        batch = await self._decider.round(self.state, waiting, is_again=is_again)
        # An answer that stores nothing must still come from the head; where nobody else writes it does.
        must_append = bool(batch.entries or batch.outcomes or (self._journal.is_shared and waiting))
        outcomes = list(batch.outcomes.values())
        if not (must_append or waiting or self._is_store_well or self._journal.is_shared):
            # Nobody may press for an hour, and until then nobody would learn that there is room again.
            must_append, outcomes = True, [self._trial()]
        if must_append:
            try:
                await self._journal.append(self.hall, self.state.seq, batch.entries, outcomes)
            except Conflict:
                self._is_behind = True
                return False
        self._commit(batch)
        if must_append:
            self._note_head()
        return True

    def _trial(self) -> StoredOutcome:
        """Something small to write, which shows whether the store takes anything; forgotten like every outcome."""
        return StoredOutcome(
            actor=TIME_ACTOR,
            key=f"trial-{secrets.token_hex(8)}",
            fingerprint=b"",
            status=204,
            body=b"",
            at_ms=self.now_ms(),
        )

    def _commit(self, batch: Batch) -> None:
        """Swaps the states, marks views stale, answers: no await, nobody sees half of it."""
        commit = Commit(self.state, batch.state, batch.entries)
        self.state = batch.state
        self._decider.remember(batch.outcomes)
        if batch.entries:
            self._on_commit(commit)
        for waiting, answer in batch.answers:
            if not waiting.answered.done():
                waiting.answered.set_result(answer)

    async def _catch_up(self) -> None:
        """Reads what another node appended, or what this one did without hearing of it."""
        while entries := await self._journal.read(self.hall, self.state.seq, READ_COUNT_MAX):
            commit = Commit(self.state, folded(self.state, entries), entries)
            self.state = commit.after
            self._on_commit(commit)
        self._is_behind = False
        self._note_head()

    def _note_head(self) -> None:
        """`state` is the head at this moment."""
        self._looked_ms = self._timekeeper.steady_ms()
        self._tell_store(None)
        waits, self._waits_for_head = self._waits_for_head, []
        for one in waits:
            if not one.done():
                one.set_result(None)

    def _tell_store(self, trouble: str | None) -> None:
        if self._is_store_well == (trouble is None):
            return
        self._is_store_well = trouble is None
        log.warning("store_changed", hall=self.hall, trouble=trouble or "none")
        self._on_store(trouble)

    def _left_over(self) -> list[Waiting]:
        left: list[Waiting] = []
        while not self._inbox.empty():
            one = self._inbox.get_nowait()
            if one is not None:
                left.append(one)
        return left


async def state_of(journal: Journal, hall: HallId) -> tuple[Head, State]:
    """Where a hall's journal stands, and what its entries since the last seal make of the hall. Raises: as `read`."""
    head = await journal.open_hall(hall)
    state = empty_state(hall)
    after_seq = max(0, head.seal_seq - 1)
    while after_seq < head.seq:
        state = folded(state, await journal.read(hall, after_seq, READ_COUNT_MAX))
        after_seq = state.seq
    return head, state


_BUSY = rejected(Refusal.BUSY, "The hub has more to do than it can take. Try again in a second.")
_STORE_BUSY = rejected(Refusal.BUSY, "The hub cannot write at the moment. Nothing was changed.")
_UNKNOWN = rejected(
    Refusal.OUTCOME_UNKNOWN, "The hub cannot tell whether this was stored. Ask again with the same key."
)


def _answer_all(waiting: Sequence[Waiting], answer: Answer) -> None:
    for one in waiting:
        if not one.answered.done():
            one.answered.set_result(answer)
