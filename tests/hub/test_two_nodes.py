"""Two hubs on one journal, as two machines on one database: one order, one effect, and no answer from the past.

The journal in memory gives the order of events that a test wants to see; PostgreSQL runs the same laws under load in
`tests/journal/test_postgres.py`. Where a law could hold by chance, the same steps on a journal that does not say that
it is shared are its control.
"""

import asyncio
from collections.abc import Sequence

import pytest

from queue_server.domain.commands import CallNext, OpenCounter
from queue_server.domain.events import Entry
from queue_server.domain.hall import CounterId, HallId
from queue_server.domain.model import ActorId, TicketId
from queue_server.domain.refusals import Refusal
from queue_server.errors import LinkLost, StoreAway
from queue_server.hub import IN_STEP_MS_MAX
from queue_server.journal.base import StoredOutcome
from queue_server.journal.memory import MemoryJournal
from queue_server.wishes import Answer
from tests.hub.houses import FailingJournal, running_hub, take

SITI = ActorId("officer:siti")
LOKET = CounterId("1")
NEXT = CallNext(counter=LOKET, sees=None)


async def test_a_command_sent_to_both_nodes_acts_once() -> None:
    """Keys hold across nodes: at once, and when the second has not yet heard of the first."""
    journal = MemoryJournal(is_shared=True)
    async with running_hub(journal) as one, running_hub(journal) as two:
        at_once = await asyncio.gather(one.wish(take("a"), key="k1"), two.wish(take("b"), key="k1"))
        first = await one.wish(take("c"), key="k2")
        later = await two.wish(take("d"), key="k2")
        await one.hub.look_again()

        assert at_once[0].body == at_once[1].body
        assert (first.body, True) == (later.body, later.is_replayed)
        assert 2 == len(one.hub.state.tickets)


@pytest.mark.parametrize(("is_shared", "is_once"), [(True, True), (False, False)], ids=["shared", "control"])
async def test_a_refusal_that_another_node_caused_by_the_same_press_is_its_first_answer(
    is_shared: bool, is_once: bool
) -> None:
    """The officer's tablet asked again at another node: what he sees is old by now because of his own press."""
    journal = MemoryJournal(is_shared=is_shared)
    async with running_hub(journal) as one, running_hub(journal) as two:
        await one.wish(OpenCounter(counter=LOKET), by=SITI)
        await one.wish(take("t1"))
        first = await one.wish(NEXT, by=SITI, key="k")
        two.hub.moved(one.hub.state.seq)
        await two.wish(take("t2"))
        again = await two.wish(NEXT, by=SITI, key="k")

        assert is_once == again.is_replayed
        assert is_once == (first.body == again.body)


@pytest.mark.parametrize(("is_shared", "is_found"), [(True, True), (False, False)], ids=["shared", "control"])
async def test_nobody_waits_is_only_said_from_the_head(is_shared: bool, is_found: bool) -> None:
    """A node that has not heard of the last ticket must not send the officer to sit and wait."""
    journal = MemoryJournal(is_shared=is_shared)
    async with running_hub(journal) as one, running_hub(journal) as two:
        await two.wish(OpenCounter(counter=LOKET), by=SITI)
        await one.wish(take("t1"))
        await two.wish(NEXT, by=SITI)

        assert is_found == (TicketId("t1") in two.hub.state.tickets)


async def test_what_another_node_stored_is_told_as_a_commit_of_its_own() -> None:
    """Screens on this node show the other's calls: a hint is enough."""
    journal = MemoryJournal(is_shared=True)
    async with running_hub(journal) as one, running_hub(journal) as two:
        await one.wish(take("t1"))
        two.hub.moved(one.hub.state.seq)
        await two.hub.look_again()

        assert one.hub.state == two.hub.state
        assert two.commits[-1].after is two.hub.state
        assert ["TicketIssued"] == [type(entry.event).__name__ for entry in two.commits[-1].entries]


async def test_a_node_that_slept_reads_before_it_shows() -> None:
    """A machine that was paused wakes with a state from before; whoever comes waits for the newer one."""
    journal = MemoryJournal(is_shared=True)
    async with running_hub(journal) as one, running_hub(journal) as two:
        two.hub.moved(two.hub.state.seq)
        was_in_step = two.hub.is_in_step
        two.clock.advance(IN_STEP_MS_MAX + 1)
        await one.wish(take("t1"))
        is_in_step = two.hub.is_in_step
        may_show = await two.hub.in_step()

        assert (True, False, True) == (was_in_step, is_in_step, may_show)
        assert TicketId("t1") in two.hub.state.tickets


async def test_a_client_that_saw_more_waits_for_it() -> None:
    """`seq` in a hello: the node catches up to it before its first view, however short ago it looked."""
    journal = MemoryJournal(is_shared=True)
    async with running_hub(journal) as one, running_hub(journal) as two:
        await one.wish(take("t1"))
        may_show = await two.hub.in_step(one.hub.state.seq)

        assert (True, one.hub.state.seq) == (may_show, two.hub.state.seq)


async def test_a_lost_link_is_neither_yes_nor_no_and_the_key_settles_it() -> None:
    """The batch was stored before the link broke: asked again, the first answer comes, and nothing acts twice."""
    journal = BreakingLink()
    async with running_hub(journal) as bench:
        journal.breaks_after_storing = True
        unknown = await bench.wish(take("t1"), key="k")
        settled = await bench.wish(take("t2"), key="k")

        assert Refusal.OUTCOME_UNKNOWN == _code(unknown)
        assert (None, True) == (settled.refusal, settled.is_replayed)
        assert {TicketId("t1")} == set(bench.hub.state.tickets.keys())
        assert ["the link broke", None] == bench.told


async def test_a_lost_link_before_storing_lets_the_command_act_then() -> None:
    """The other half: nothing had been stored, and asking again does it."""
    journal = BreakingLink()
    async with running_hub(journal) as bench:
        journal.inner_failures = [LinkLost("the link broke")]
        unknown = await bench.wish(take("t1"), key="k")
        settled = await bench.wish(take("t2"), key="k")

        assert Refusal.OUTCOME_UNKNOWN == _code(unknown)
        assert (None, False) == (settled.refusal, settled.is_replayed)
        assert {TicketId("t2")} == set(bench.hub.state.tickets.keys())


async def test_a_store_that_is_away_costs_commands_and_not_the_hub() -> None:
    """`BUSY` while it is away; the state stays to be shown, and the hub goes on when it is back."""
    journal = FailingJournal()
    journal.is_shared = True
    async with running_hub(journal) as bench:
        journal.failures.append(StoreAway("nobody answers"))
        refused = await bench.wish(take("t1"))
        bench.hub.moved(bench.hub.state.seq)
        accepted = await bench.wish(take("t2"))

        assert (Refusal.BUSY, None) == (_code(refused), accepted.refusal)
        assert ["nobody answers", None] == bench.told


class BreakingLink(FailingJournal):
    """A shared journal whose next append breaks off on the way there, or on the way back."""

    def __init__(self) -> None:
        super().__init__()
        self.is_shared = True
        self.breaks_after_storing = False
        self.inner_failures: list[LinkLost] = []

    async def append(
        self, hall: HallId, expected_seq: int, entries: Sequence[Entry], outcomes: Sequence[StoredOutcome]
    ) -> None:
        if self.inner_failures:
            raise self.inner_failures.pop()
        await super().append(hall, expected_seq, entries, outcomes)
        if self.breaks_after_storing and outcomes:
            self.breaks_after_storing = False
            raise LinkLost("the link broke")


def _code(answer: Answer) -> Refusal | None:
    return None if answer.refusal is None else answer.refusal.code
