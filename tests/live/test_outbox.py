"""One slot for the newest view, a short line of outcomes, and an ending that is the last thing said."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.live.outbox import OUTCOME_COUNT_MAX, Ended, Outbox
from queue_server.wire.close_codes import CloseCode
from tests.live.virtual_time import played


async def drained(outbox: Outbox) -> list[Any]:
    """Everything that can be taken without waiting; an ending as its code."""
    taken: list[Any] = []
    while True:
        try:
            async with asyncio.timeout(0.001):
                taken.append(await outbox.next())
        except TimeoutError:
            return taken
        except Ended as ended:
            return [*taken, ended.code]


def test_only_the_newest_view_is_sent() -> None:
    """A hundred changes while the socket was busy are one frame. Source: contract, "never a backlog"."""

    async def scenario() -> None:
        outbox = Outbox()
        for count in range(100):
            outbox.offer(f"view {count}")

        assert (["view 99"], 99) == (await drained(outbox), outbox.dropped_count)

    played(scenario())


def test_outcomes_go_first_and_in_order() -> None:
    """Somebody's finger waits for them; a view waits for nobody."""

    async def scenario() -> None:
        outbox = Outbox()
        outbox.offer("view")
        outbox.push("first")
        outbox.push("second")

        assert ["first", "second", "view"] == await drained(outbox)

    played(scenario())


def test_whoever_waits_for_a_frame_is_woken_by_it() -> None:
    """And sleeps until then."""

    async def scenario() -> None:
        outbox = Outbox()
        waiting = asyncio.create_task(outbox.next())
        await asyncio.sleep(100)
        before = waiting.done()
        outbox.offer("view")

        assert (False, "view") == (before, await waiting)

    played(scenario())


def test_an_ending_is_told_after_the_outcomes_and_instead_of_the_view() -> None:
    """What was accepted is still answered; a view before a bye would be shown for nothing."""

    async def scenario() -> None:
        outbox = Outbox()
        outbox.offer("view")
        outbox.push("outcome")
        outbox.end(CloseCode.GOING_AWAY)

        assert ["outcome", CloseCode.GOING_AWAY] == await drained(outbox)

    played(scenario())


def test_the_first_reason_stands_and_nothing_is_offered_after_it() -> None:
    """A displaced agent is told so, also where the hub stops a moment later."""

    async def scenario() -> None:
        outbox = Outbox()
        outbox.end(CloseCode.DISPLACED)
        outbox.end(CloseCode.GOING_AWAY)
        outbox.offer("view")

        assert [CloseCode.DISPLACED] == await drained(outbox)
        assert [CloseCode.DISPLACED] == await drained(outbox)

    played(scenario())


def test_there_is_room_until_half_the_outcomes_wait() -> None:
    """The reader takes no further frame before: with as many under way as half, none is ever pushed out."""

    async def scenario() -> None:
        outbox = Outbox()
        for count in range(OUTCOME_COUNT_MAX // 2):
            async with asyncio.timeout(0.001):
                await outbox.room()
            outbox.push(f"{count}")
        waiting = asyncio.create_task(outbox.room())
        await asyncio.sleep(100)
        before = waiting.done()
        await outbox.next()
        async with asyncio.timeout(0.001):
            await waiting

        assert not before

    played(scenario())


@given(st.lists(st.sampled_from(["offer", "push", "next", "end"]), max_size=60))
def test_whatever_is_done_to_it_the_newest_view_and_every_outcome_come_out(acts: list[str]) -> None:
    """Beside a naive model: one view, a list of outcomes, an ending."""

    async def scenario() -> None:
        outbox = Outbox()
        view: str | None = None
        outcomes: list[str] = []
        is_ended = False
        for count, act in enumerate(acts):
            if act == "offer":
                outbox.offer(f"view {count}")
                view = view if is_ended else f"view {count}"
            elif act == "push" and len(outcomes) < OUTCOME_COUNT_MAX:
                outbox.push(f"outcome {count}")
                outcomes.append(f"outcome {count}")
            elif act == "end":
                outbox.end(CloseCode.GOING_AWAY)
                view, is_ended = None, True
            elif act == "next" and outcomes:
                assert outcomes.pop(0) == await outbox.next()
            elif act == "next" and view is not None:
                assert view == await outbox.next()
                view = None
        left = [*outcomes, *([] if view is None else [view]), *([CloseCode.GOING_AWAY] if is_ended else [])]

        assert left == await drained(outbox)

    played(scenario())


def test_an_ending_says_its_code() -> None:
    """The endpoint says bye with it."""
    with pytest.raises(Ended, match="DISPLACED") as ended:
        raise Ended(CloseCode.DISPLACED)

    assert CloseCode.DISPLACED is ended.value.code
