"""Beats: owed to whoever was told nothing, to nobody else, and never to thousands in one go."""

import asyncio
from itertools import pairwise

import msgspec
import pytest

from queue_server.domain.hall import Rules
from queue_server.live.beats import (
    AT_ONCE_S,
    BEAT_EVERY_S,
    SILENT_MAX_S,
    TURN_S,
    TURN_WAIT_MAX_S,
    Beating,
    Turns,
)
from queue_server.live.fanout import SLICE_COUNT
from queue_server.live.outbox import Outbox
from queue_server.wire.close_codes import CloseCode
from queue_server.wire.messages import BEAT_EVERY_MS
from tests.live.rig import House, open_house, settled
from tests.live.virtual_time import played
from tests.views.build import HALL

PROMISED_S = 5.0
"""Source: contract, 3."""

WIDE = msgspec.structs.replace(HALL, rules=Rules())


class Crowd:
    """So many connections that are let in at the same instant, and when each was written to."""

    def __init__(self, count: int, turns: Turns) -> None:
        self.heard_s: list[list[float]] = [[] for _ in range(count)]
        self._tasks: list[asyncio.Task[str]] = []
        self._beatings: list[Beating] = []
        loop = asyncio.get_running_loop()
        for heard in self.heard_s:
            heard.append(loop.time())

            def write(_frame: bytes, heard: list[float] = heard) -> bool:
                heard.append(loop.time())
                return True

            outbox = Outbox(write)
            self._tasks.append(asyncio.create_task(outbox.next()))
            beating = Beating(outbox, turns, is_welcome=lambda: True, beat=lambda _is_last: "beat")
            beating.start()
            self._beatings.append(beating)

    async def leave(self) -> None:
        """All of them."""
        for beating in self._beatings:
            beating.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)

    def most_at_once(self) -> int:
        """The largest number of beats within the span in which they may be written in a row."""
        beats = sorted(instant for heard in self.heard_s for instant in heard[1:])
        most, first = 0, 0
        for last, instant in enumerate(beats):
            while instant - beats[first] >= AT_ONCE_S:
                first += 1
            most = max(most, last - first + 1)
        return most

    def longest_silence_s(self) -> float:
        """Over all connections."""
        return max(later - earlier for heard in self.heard_s for earlier, later in pairwise(heard))


class NoTurns(Turns):
    """Everybody is written to when his time has come: how it was, and the control."""

    def wait_s(self, now_s: float) -> float:
        super().wait_s(now_s)
        return 0.0


@pytest.mark.parametrize(
    ("turns", "is_spread"), [(Turns(), True), (NoTurns(), False)], ids=["turns", "control"]
)
def test_those_who_came_together_are_not_written_to_in_one_go(turns: Turns, *, is_spread: bool) -> None:
    """Two thousand sockets fall silent at one instant: a command waits for some dozens of beats, not for all.

    And nobody is silent longer than promised for it.
    """

    async def scenario() -> None:
        crowd = Crowd(2_000, turns)
        await asyncio.sleep(3 * BEAT_EVERY_S + 1)
        await crowd.leave()

        assert {3} == {len(heard) - 1 for heard in crowd.heard_s}
        assert is_spread == (crowd.most_at_once() <= 2 * AT_ONCE_S / TURN_S)
        assert crowd.longest_silence_s() <= PROMISED_S

    played(scenario())


def test_nobody_waits_for_his_turn_longer_than_its_bound() -> None:
    """A hundred thousand at one instant: what is promised goes before being gentle."""
    turns = Turns()
    waits_s = [turns.wait_s(7.0) for _ in range(100_000)]

    assert AT_ONCE_S / TURN_S >= waits_s.count(0.0) > 0
    assert sorted(waits_s) == waits_s
    assert TURN_WAIT_MAX_S >= waits_s[-1]
    assert BEAT_EVERY_S + TURN_WAIT_MAX_S < SILENT_MAX_S < PROMISED_S
    assert 0.0 == turns.wait_s(60.0)


def test_whoever_was_told_something_past_the_outbox_is_owed_no_beat() -> None:
    """A view that was written the short way counts like one that the writer sent: the next beat is due from then on."""

    async def scenario() -> None:
        async with open_house(WIDE) as house:
            caller = await house.watch("hall", has_short_way=True)
            heard = []
            for nth in range(3):
                await asyncio.sleep(BEAT_EVERY_S - 0.5)
                await house.take(f"t{nth}")
                heard.append((await caller.hear())["type"])
            told_ms = house.hall.hub.now_ms()
            beat = await caller.hear()

            assert ["view"] * 3 == heard
            assert ("beat", BEAT_EVERY_MS) == (beat["type"], beat["now_ms"] - told_ms)
            assert 4 == caller.short_count

    played(scenario())


def test_a_beat_stays_away_while_something_is_on_its_way() -> None:
    """Neither behind a view that waits in the slot nor in its place; an ending is the last thing said."""

    async def scenario() -> None:
        written: list[bytes] = []

        def write(frame: bytes) -> bool:
            written.append(frame)
            return True

        outbox = Outbox(write)
        outbox.offer("view")
        outbox.beat("beat", b"beat")
        first = await outbox.next()
        outbox.beat("beat", b"beat")
        waiting = asyncio.create_task(outbox.next())
        await asyncio.sleep(0)
        outbox.beat("beat", b"beat")
        outbox.push("outcome")
        await waiting
        outbox.end(CloseCode.GOING_AWAY)
        outbox.beat("beat", b"beat")

        assert ("view", [b"beat"], "outcome") == (first, written, waiting.result())

    played(scenario())


def test_a_beat_that_cannot_be_written_at_once_goes_the_ordinary_way() -> None:
    """The writer sends it, and finds out whether the client is frozen."""

    async def scenario() -> None:
        outbox = Outbox(lambda _frame: False)
        waiting = asyncio.create_task(outbox.next())
        await asyncio.sleep(0)
        outbox.beat("beat", b"beat")

        assert "beat" == await waiting

    played(scenario())


def test_a_view_that_is_due_to_many_is_left_to_the_fan_out() -> None:
    """One connection's beat does not tell a whole crowd in one go; and none of them is silent longer than promised."""

    async def scenario() -> None:
        async with open_house(WIDE) as house:
            post = ("hall", "")
            callers = [await house.watch("hall", has_short_way=True) for _ in range(SLICE_COUNT + 1)]
            fanout = house.hall.fanout
            for name in ("one", "two"):  # the second is told at a pace, and so not at once
                await house.take(name)
                await settled()
            before = fanout.told_count
            put_off = fanout.beat(post, may_wait=True)
            told_meanwhile = fanout.told_count - before
            must = fanout.beat(post)

            assert (None, 0) == (put_off, told_meanwhile)
            assert (None, len(callers)) == (must, fanout.told_count - before)

    played(scenario())


def test_a_beat_waits_while_a_view_is_on_its_way_to_many() -> None:
    """Some have it and some do not yet: a beat that names its `seq` would overtake it."""

    async def scenario() -> None:
        async with open_house(WIDE) as house:
            for _ in range(SLICE_COUNT + 1):
                await house.watch("hall", has_short_way=True)
            fanout, post = house.hall.fanout, ("hall", "")
            await house.open("c1")
            seen = []
            while post not in fanout._telling:  # noqa: ASYNC110 -- one turn of the loop after the other
                await asyncio.sleep(0)
            seen.append(fanout.beat(post, may_wait=True))
            await settled()
            seen.append(fanout.beat(post, may_wait=True))

            assert [True, False] == [beat is None for beat in seen]

    played(scenario())


async def _silences_s(house: House, count: int, seconds: float) -> list[float]:
    """How long each of so many watchers heard nothing at most, while the hall's view is stale at every moment."""
    callers = [await house.watch("hall", has_short_way=True) for _ in range(count)]
    now_s = asyncio.get_running_loop().time
    last_s, longest_s = [now_s()] * count, [0.0] * count
    until_s = now_s() + seconds
    while now_s() < until_s:
        house.hall.fanout._ordinary["hall", ""] = None
        await asyncio.sleep(0.01)
        for nth, caller in enumerate(callers):
            if caller.waiting_frames():
                longest_s[nth], last_s[nth] = max(longest_s[nth], now_s() - last_s[nth]), now_s()
    return [max(silence, until_s - last) for silence, last in zip(longest_s, last_s, strict=True)]


@pytest.mark.parametrize("count", [1, SLICE_COUNT + 1])
def test_a_view_that_is_always_due_and_never_new_does_not_cost_the_beat(count: int) -> None:
    """However many watch: put off a few times, and then sent."""

    async def scenario() -> None:
        async with open_house() as house:
            assert max(await _silences_s(house, count, 12.0)) <= PROMISED_S

    played(scenario())


def test_a_credential_is_asked_for_also_where_the_hall_is_busy() -> None:
    """Whoever is told something every second is looked at as often as one who is owed a beat."""

    async def scenario() -> None:
        async with open_house(WIDE) as house:
            caller = await house.watch("manager", "manager", has_short_way=True)
            house.revoked.update(known for known in house.outboxes.values())
            closed_with = None
            for count in range(6):
                await house.take(f"t{count}")
                await asyncio.sleep(1)
                closed_with = next(
                    (frame["code"] for frame in caller.waiting_frames() if frame["type"] == "bye"),
                    closed_with,
                )

            assert CloseCode.UNAUTHENTICATED == closed_with

    played(scenario())
