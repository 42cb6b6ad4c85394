"""Whole views to everyone who watches: built once, told when something changed, a call at once and the rest at a pace."""

import asyncio

import msgspec

from queue_server.domain import commands as wish
from queue_server.domain.hall import CounterId, Rules
from queue_server.domain.model import CallNo, TicketId
from queue_server.live.fanout import ORDINARY_EVERY_MS, PHONES_EVERY_MS, SILENT
from queue_server.live.outbox import Ended, Outbox
from queue_server.live.presence import Seat
from queue_server.wire.close_codes import CloseCode
from tests.live.rig import Frame, House, open_house, settled
from tests.live.virtual_time import played
from tests.views.build import HALL

WIDE = msgspec.structs.replace(HALL, rules=Rules())


class Watcher:
    """One outbox at a post, emptied when the test says so."""

    def __init__(self, house: House, view: str, of: str = "") -> None:
        self.post = (view, of)
        self.outbox = Outbox()
        self.is_known = house.hall.fanout.join(self.post, self.outbox)

    async def told(self) -> list[Frame]:
        """The frames that are there now."""
        frames: list[Frame] = []
        while True:
            try:
                async with asyncio.timeout(0):
                    frames.append(msgspec.json.decode(await self.outbox.next()))
            except TimeoutError:
                return frames
            except Ended as ended:
                return [*frames, {"ended": ended.code}]


def test_whoever_joins_is_offered_the_whole_view_at_once() -> None:
    """Built for him; the second at the same post and seq costs nothing."""

    async def scenario() -> None:
        async with open_house() as house:
            first, second = Watcher(house, "hall"), Watcher(house, "hall")
            (seen,), (same,) = await first.told(), await second.told()

            assert seen == same
            assert ("view", "hall", house.state.seq) == (seen["type"], seen["view"], seen["seq"])
            assert (1, 2) == (house.hall.fanout.built_count, house.hall.fanout.watcher_count)

    played(scenario())


def test_nobody_watches_what_is_not_there() -> None:
    """False, and nothing is kept of it."""

    async def scenario() -> None:
        async with open_house() as house:
            watchers = [
                Watcher(house, view, "nowhere")
                for view in ("display", "announcer", SILENT, "kiosk", "printer", "counter", "ticket")
            ]

            assert {False} == {watcher.is_known for watcher in watchers}
            assert [[]] * 7 == [await watcher.told() for watcher in watchers]
            assert 0 == house.hall.fanout.watcher_count

    played(scenario())


def test_a_view_is_built_once_however_many_watch_it() -> None:
    """A thousand screens are one building and one encoding. Source: design, "Whole views"."""

    async def scenario() -> None:
        async with open_house() as house:
            await house.open("c1")
            await house.take("one")
            screens = [Watcher(house, "display", "east") for _ in range(1_000)]
            frames = [await screen.told() for screen in screens]
            before = (house.hall.fanout.built_count, house.hall.fanout.told_count)
            await house.call("c1")
            await settled()
            after = (house.hall.fanout.built_count, house.hall.fanout.told_count)
            frames = [await screen.told() for screen in screens]

            assert (1, 1_000) == (after[0] - before[0], after[1] - before[1])
            assert [[house.state.seq]] * 1_000 == [[frame["seq"] for frame in told] for told in frames]

    played(scenario())


def test_a_call_is_told_at_once_and_movement_at_a_pace() -> None:
    """No time passes between the commit and the screen; a storm of tickets is told ten times a second at most."""

    async def scenario() -> None:
        async with open_house(WIDE) as house:
            hall, screen = Watcher(house, "hall"), Watcher(house, "display", "east")
            await hall.told()
            await screen.told()
            for count in range(100):
                await house.take(f"t{count}")
                await asyncio.sleep(0.01)
            storm = await hall.told()
            await house.open("c1")
            await screen.told()
            began_ms = house.hall.hub.now_ms()
            await house.call("c1")
            await settled()
            called = await screen.told()

            assert 1 == len(storm)
            assert hall.outbox.dropped_count <= 1_000 // ORDINARY_EVERY_MS + 1
            assert ["A001"] == [call["number"] for call in called[-1]["state"]["calls"]]
            assert began_ms == house.hall.hub.now_ms()

    played(scenario())


def test_a_view_that_differs_in_nothing_but_its_seq_is_not_sent() -> None:
    """Source: contract, "A change of `seq` alone is no change"."""

    async def scenario() -> None:
        async with open_house() as house:
            watchers = [
                Watcher(house, "display", "west"),
                Watcher(house, "kiosk", "k2"),
                Watcher(house, "counter", "c3"),
            ]
            for watcher in watchers:
                await watcher.told()
            await house.take("one", kiosk="k1")
            await house.do(wish.ReprintTicket(ticket=TicketId("one"), printer=HALL.printers[1].id))
            await asyncio.sleep(1)

            assert [[]] == [await watchers[0].told()]
            assert house.state.seq > 5

    played(scenario())


def test_what_changed_is_told_to_everybody_whom_it_concerns() -> None:
    """A whole walk of a ticket: each post ends with the view that a newcomer would be offered."""

    async def scenario() -> None:
        async with open_house() as house:
            posts = [
                ("hall", ""),
                ("manager", ""),
                ("display", "east"),
                ("announcer", "east"),
                (SILENT, "east"),
                ("kiosk", "k1"),
                ("printer", "p1"),
                ("counter", "c1"),
                ("counter", "c2"),
            ]
            watchers = [Watcher(house, *post) for post in posts]
            await house.open("c1")
            await house.take("one", kiosk="k1")
            await house.take("two")
            ticket = Watcher(house, "ticket", "two")
            await house.call("c1")
            await house.do(wish.ReportCall(call=CallNo(1), what=wish.CallReport.SPEAKING), by="voice")
            await house.call("c1")
            await asyncio.sleep(PHONES_EVERY_MS / 1000 + 0.2)

            for watcher in (*watchers, ticket):
                newest = (await watcher.told())[-1]["state"]
                fresh = (await Watcher(house, *watcher.post).told())[-1]["state"]
                assert {**fresh, "seq": 0} == {**newest, "seq": 0} or watcher.post[0] == "counter"
                assert fresh.keys() == newest.keys()

    played(scenario())


def test_a_phone_is_told_of_a_call_at_once_and_of_movement_once_a_second() -> None:
    """Its own call is urgent; people ahead may come down by ten in the meantime. Source: design, "Whole views"."""

    async def scenario() -> None:
        async with open_house() as house:
            await house.open("c1")
            for name in ("one", "two", "mine"):
                await house.take(name)
            phone = Watcher(house, "ticket", "mine")
            await phone.told()
            await asyncio.sleep(1.5)
            await phone.told()
            ahead = []
            for name in ("one", "two"):
                await house.do(wish.CancelTicket(ticket=TicketId(name)))
                await asyncio.sleep(0.01)
                ahead.append(await phone.told())
            await asyncio.sleep(PHONES_EVERY_MS / 1000)
            moved = await phone.told()
            await house.call("c1")
            await settled()
            called = await phone.told()

            assert [[], []] == ahead
            assert [0] == [frame["state"]["ahead"] for frame in moved]
            assert ["called"] == [frame["state"]["state"] for frame in called]

    played(scenario())


def test_the_phones_of_another_line_are_left_in_peace() -> None:
    """Only those of the lines that moved are looked at."""

    async def scenario() -> None:
        async with open_house() as house:
            await house.take("driver", "sim")
            Watcher(house, "ticket", "driver")
            await asyncio.sleep(1.5)
            before = house.hall.fanout.built_count
            await house.take("one")
            await asyncio.sleep(1.5)

            assert before == house.hall.fanout.built_count

    played(scenario())


def test_what_nobody_watches_costs_nothing() -> None:
    """No view is built for an empty hall; whoever left is not told."""

    async def scenario() -> None:
        async with open_house() as house:
            watcher = Watcher(house, "hall")
            await watcher.told()
            house.hall.fanout.leave(watcher.post, watcher.outbox)
            house.hall.fanout.leave(watcher.post, watcher.outbox)
            before = house.hall.fanout.built_count
            await house.open("c1")
            await asyncio.sleep(1)

            assert (before, []) == (house.hall.fanout.built_count, await watcher.told())
            assert 0 == house.hall.fanout.watcher_count

    played(scenario())


def test_one_who_leaves_takes_nobody_with_him() -> None:
    """The others at the post are told as before."""

    async def scenario() -> None:
        async with open_house() as house:
            gone, stays = Watcher(house, "hall"), Watcher(house, "hall")
            await stays.told()
            house.hall.fanout.leave(gone.post, gone.outbox)
            await house.open("c1")
            await settled()

            assert 1 == len(await stays.told())

    played(scenario())


def test_a_newcomer_sees_the_newest_while_the_others_are_not_yet_told() -> None:
    """What is due to the post is built for him, and still told to the rest."""

    async def scenario() -> None:
        async with open_house() as house:
            old = Watcher(house, "hall")
            await old.told()
            await asyncio.sleep(0.01)
            await house.take("one")
            newcomer = Watcher(house, "hall")
            (seen,) = await newcomer.told()
            await asyncio.sleep(0.3)
            told = await old.told()

            assert (house.state.seq, 1) == (seen["seq"], seen["state"]["services"][0]["waiting"])
            assert [house.state.seq] == [frame["seq"] for frame in told]

    played(scenario())


def test_devices_move_the_staffs_views_and_no_screens() -> None:
    """A printer in trouble is told at once to manager, counters and kiosks; "shown" to manager and counters."""

    async def scenario() -> None:
        async with open_house() as house:
            posts = [("manager", ""), ("counter", "c1"), ("kiosk", "k1"), ("display", "east"), ("hall", "")]
            before = house.hall.fanout.built_count + len(posts)
            watchers = [Watcher(house, *post) for post in posts]
            marked = {}
            for kind in ("printer", "shown", "screen", "trouble"):
                house.hall.fanout.presence_changed(Seat(kind, "x"))
                marked[kind] = [
                    house.hall.fanout.beat(watcher.post) is not None or watcher.post for watcher in watchers
                ]
                await asyncio.sleep(1)

            assert {True} == {is_beat for marks in marked.values() for is_beat in marks}
            assert 4 + 3 + 4 + 4 >= house.hall.fanout.built_count - before > 0
            for watcher in watchers:
                assert 1 == len(await watcher.told())

    played(scenario())


def test_a_beat_gives_way_to_a_view_that_is_due() -> None:
    """The view is offered in its place; unchanged, the beat is given after all."""

    async def scenario() -> None:
        async with open_house() as house:
            watcher = Watcher(house, "hall")
            await watcher.told()
            quiet = house.hall.fanout.beat(watcher.post)
            house.hall.fanout._ordinary[watcher.post] = None
            unchanged = house.hall.fanout.beat(watcher.post)
            await asyncio.sleep(0.01)
            await house.do(wish.OpenCounter(counter=CounterId("c1")))
            house.hall.fanout._ordinary[watcher.post] = None
            told = await watcher.told()
            changed = None if told else house.hall.fanout.beat(watcher.post)

            assert quiet is not None
            assert {"type": "beat", "seq": house.state.seq - 1, "now_ms": house.state.at_ms - 10} == (
                msgspec.json.decode(quiet)
            )
            assert unchanged == quiet
            assert (None, 1) == (changed, len(told) + len(await watcher.told()))

    played(scenario())


def test_whoever_watched_what_is_gone_is_told_so() -> None:
    """A zone that left the configuration: every connection there ends with UNKNOWN."""

    async def scenario() -> None:
        async with open_house() as house:
            watchers = [Watcher(house, view, "bare") for view in ("display", "announcer", SILENT)]
            for watcher in watchers:
                await watcher.told()
            await house.do(wish.Configure(hall=msgspec.structs.replace(HALL, zones=HALL.zones[:2])), by="hub")
            await settled()

            assert [[{"ended": CloseCode.UNKNOWN}]] * 3 == [await watcher.told() for watcher in watchers]

    played(scenario())


def test_granted_and_silent_voices_stand_at_two_posts() -> None:
    """The same calls, told to both; only one is told to speak."""

    async def scenario() -> None:
        async with open_house() as house:
            await house.open("c1")
            await house.take("one")
            voices = [Watcher(house, post, "east") for post in ("announcer", SILENT)]
            for voice in voices:
                await voice.told()
            await house.call("c1")
            await settled()
            told = [(await voice.told())[-1] for voice in voices]

            assert [("announcer", True), ("announcer", False)] == [
                (frame["view"], frame["state"]["granted"]) for frame in told
            ]
            assert [["A001"], ["A001"]] == [
                [call["number"] for call in frame["state"]["calls"]] for frame in told
            ]

    played(scenario())
