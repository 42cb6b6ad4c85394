"""The agents' line against a real socket: dropped, restarted, told to go, told twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from queue_server.link import Link, TurnedAway
from queue_server.wire.messages import Hello
from queue_server.wire.retry import AT_ONCE
from queue_server.wire.session import Phase
from tests.link.small_hub import SmallHub
from tests.pace import PATIENCE_S


class Work(msgspec.Struct, frozen=True):
    """What the views of these tests hold."""

    word: str


HELLO = Hello(protocol=1, view="printer", token="T-1")


@pytest.fixture
async def hub() -> AsyncIterator[SmallHub]:
    """A small hub that listens."""
    async with SmallHub().running() as running:
        yield running


@asynccontextmanager
async def running(link: Link[Work]) -> AsyncIterator[AsyncIterator[Work]]:
    """The link's `run` beside the test, and its views."""
    async with asyncio.timeout(PATIENCE_S):
        task = asyncio.create_task(link.run())
        try:
            yield link.views()
        finally:
            task.cancel()
            await asyncio.wait([task])


def make_link(hub: SmallHub, phases: list[Phase] | None = None) -> Link[Work]:
    """A link that comes back at once."""
    return Link(
        hub=hub.address,
        hall="lamongan",
        hello=HELLO,
        state_type=Work,
        policy=AT_ONCE,
        on_phase=phases.append if phases is not None else None,
    )


async def test_a_view_arrives_decoded_and_the_phase_turns_live(hub: SmallHub) -> None:
    """Contract, live socket 1 and 2: hello with the token, then the whole view at once."""
    phases: list[Phase] = []
    async with running(make_link(hub, phases)) as views:
        caller = await hub.caller()
        await caller.show(4, {"word": "first", "unknown to this client": 1})
        view = await anext(views)

    assert caller.hello == {"type": "hello", **msgspec.to_builtins(HELLO)}
    assert caller.socket.request is not None
    assert caller.socket.request.path == "/api/v1/halls/lamongan/live"
    assert view == Work("first")
    assert phases == [Phase.LIVE]


async def test_only_the_newest_view_is_kept_while_the_agent_is_busy(hub: SmallHub) -> None:
    """Whole views, newest only: a slow agent has no backlog."""
    link = make_link(hub)
    async with running(link) as views:
        caller = await hub.caller()
        await caller.show(1, {"word": "one"})
        await anext(views)
        await caller.show(2, {"word": "two"})
        await caller.show(3, {"word": "three"})
        asking = asyncio.create_task(link.command("wait"))
        await caller.say(type="outcome", id=(await caller.hear())["id"], accepted=True)
        await asking  # Both views came before this answer.
        view = await anext(views)

    assert view == Work("three")


async def test_after_a_drop_the_hello_names_the_last_seq(hub: SmallHub) -> None:
    """Contract: `seq`, where the client had one."""
    async with running(make_link(hub)) as views:
        caller = await hub.caller()
        await caller.show(17, {"word": "before"})
        await anext(views)
        caller.socket.transport.abort()
        again = await hub.caller()
        await again.show(18, {"word": "after"})
        view = await anext(views)

    assert again.hello["seq"] == 17
    assert view == Work("after")


async def test_a_command_survives_a_dropped_socket_and_acts_under_one_id(hub: SmallHub) -> None:
    """A command keeps its id until the outcome comes, over a reconnect too."""
    link = make_link(hub)
    async with running(link) as views:
        caller = await hub.caller()
        await caller.show(1, {"word": "a"})
        await anext(views)
        asking = asyncio.create_task(link.command("report_print", job="J1", attempt=1, status="started"))
        first = await caller.hear()
        caller.socket.transport.abort()
        again = await hub.caller()
        await again.show(1, {"word": "a"})
        second = await again.hear()
        await again.say(type="outcome", id=second["id"], accepted=True, seq=2)
        await again.say(type="outcome", id=second["id"], accepted=False, code="WRONG_STATE")
        outcome = await asking

    assert first["id"] == second["id"]
    assert first["age_ms"] <= second["age_ms"]
    assert (second["job"], second["attempt"], second["status"]) == ("J1", 1, "started")
    assert (outcome.accepted, outcome.seq) == (True, 2)


async def test_a_restarted_hub_is_found_again_and_hears_the_last_status() -> None:
    """A screen comes back: a first start and a restarted hub are one case."""
    other = SmallHub()
    async with asyncio.timeout(PATIENCE_S):
        async with other.running():
            link = make_link(other)
            task = asyncio.create_task(link.run())
            caller = await other.caller()
            await caller.show(1, {"word": "a"})
            link.status("paper_low", "Little paper left.")
            first = [await caller.hear()]
        async with other.running():
            again = await other.caller()
            await again.show(1, {"word": "a"}, journal_id="restored")
            second = [await again.hear()]
            task.cancel()
            await asyncio.wait([task])

    expected = [{"type": "status", "status": "paper_low", "detail": "Little paper left."}]
    assert (expected, expected) == (first, second)


async def test_an_older_view_of_the_same_journal_is_not_delivered(hub: SmallHub) -> None:
    """`seq` never falls while `journal_id` stays."""
    async with running(make_link(hub)) as views:
        caller = await hub.caller()
        await caller.show(9, {"word": "nine"})
        seen = [await anext(views)]
        await caller.show(8, {"word": "eight"})
        await caller.show(10, {"word": "ten"})
        seen.append(await anext(views))

    assert seen == [Work("nine"), Work("ten")]


async def test_a_bye_for_good_ends_the_link_with_its_reason(hub: SmallHub) -> None:
    """Close codes, second group: do not come back."""
    link = make_link(hub)
    task = asyncio.create_task(link.run())
    caller = await hub.caller()
    await caller.say(type="bye", code=4001, retry=False, after_ms=0)

    with pytest.raises(TurnedAway, match=r"4001.*newer agent"):
        async with asyncio.timeout(PATIENCE_S):
            await task
    assert link.phase is Phase.STOPPED


async def test_a_bye_for_now_brings_it_back(hub: SmallHub) -> None:
    """Close codes, first group: come back."""
    async with running(make_link(hub)):
        caller = await hub.caller()
        await caller.say(type="bye", code=1001, retry=True, after_ms=0)
        again = await hub.caller()

    assert again.hello["type"] == "hello"


async def test_a_state_that_is_not_understood_is_passed_over(hub: SmallHub) -> None:
    """A wrong message from the hub must not end the agent."""
    async with running(make_link(hub)) as views:
        caller = await hub.caller()
        await caller.show(1, {"word": 5})
        await caller.show(2, {"word": "right"})
        view = await anext(views)

    assert view == Work("right")


async def test_a_command_without_an_outcome_ends_by_its_deadline(hub: SmallHub) -> None:
    """Every wait has a deadline; the answer is neither yes nor no."""
    async with running(make_link(hub)) as views:
        caller = await hub.caller()
        await caller.show(1, {"word": "a"})
        await anext(views)

    outcome = await make_link(hub).command("report_print", within_ms=1)

    assert (outcome.accepted, outcome.code) == (False, "OUTCOME_UNKNOWN")
