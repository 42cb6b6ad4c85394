"""The hub's half of a conversation after a good hello: views, beats, and how it ends."""

import asyncio
from itertools import pairwise

import msgspec
import pytest

from queue_server.domain import commands as wish
from queue_server.domain.hall import Rules
from queue_server.identity.model import CredentialId
from queue_server.live.endpoint import SEND_WITHIN_MS
from queue_server.wire.close_codes import CLOSE_RULES, CloseCode
from queue_server.wire.messages import BEAT_EVERY_MS, FRAME_BYTES_MAX
from tests.live.rig import open_house, outcome, settled
from tests.live.virtual_time import played
from tests.views.build import HALL

BEAT_S = BEAT_EVERY_MS / 1000


def test_something_is_heard_at_least_every_five_seconds() -> None:
    """Source: contract, 3: a beat with the hub's seq and time while nothing else is sent."""

    async def scenario() -> None:
        async with open_house() as house:
            caller = await house.watch("hall")
            told = []
            for _ in range(5):
                heard = await caller.hear()
                told.append((heard["type"], heard["now_ms"]))
                assert {"type", "seq", "now_ms"} == heard.keys()
                assert house.state.seq == heard["seq"]
            gaps = {later[1] - earlier[1] for earlier, later in pairwise(told)}

            assert [{"beat"}, {BEAT_EVERY_MS}] == [{kind for kind, _ in told}, gaps]
            assert max(gaps) <= 5_000

    played(scenario())


def test_a_view_that_was_sent_puts_the_beat_off() -> None:
    """Any frame is a sign of life."""

    async def scenario() -> None:
        async with open_house() as house:
            caller = await house.watch("hall")
            await asyncio.sleep(BEAT_S - 0.5)
            await house.open("c1")
            view = await caller.hear()
            sent_ms = house.hall.hub.now_ms()
            beat = await caller.hear()

            assert ("view", "beat") == (view["type"], beat["type"])
            assert BEAT_EVERY_MS <= beat["now_ms"] - sent_ms + 1

    played(scenario())


def test_a_view_that_turns_out_unchanged_does_not_cost_the_beat() -> None:
    """A sign of life stays due within 5 s, however often the view is marked and found to be the same.

    Otherwise a busy hall would let a quiet client believe that the hub is gone.
    """

    async def scenario() -> None:
        async with open_house() as house:
            caller = await house.watch("hall")
            heard_ms = [house.hall.hub.now_ms()]
            for _ in range(2_000):
                house.hall.fanout._ordinary["hall", ""] = None
                await asyncio.sleep(0.005)
                heard_ms += [house.hall.hub.now_ms()] if caller.waiting_frames() else []

            gaps = [later - earlier for earlier, later in pairwise(heard_ms)]
            assert len(gaps) >= 2
            assert max(gaps) <= 5_000

    played(scenario())


def test_a_beat_never_overtakes_a_view_that_is_due_to_a_phone() -> None:
    """People ahead are told at a pace: a beat that names the seq of a change comes after the view of that change."""

    async def scenario() -> None:
        async with open_house() as house:
            await house.take("before")
            await house.take("mine")
            await asyncio.sleep(0.5 - house.hall.hub.now_ms() % 1_000 / 1_000 + 1)
            phone = await house.watch("ticket", ticket="mine")
            await asyncio.sleep(BEAT_S - 0.05)
            caller = await house.watch("ticket", ticket="before")
            await outcome(caller, "cancel_ticket", ticket="before")
            after = house.state.seq
            heard = [await phone.hear() for _ in range(3)]
            first = next(frame for frame in heard if frame["seq"] >= after)

            assert ("view", 0) == (first["type"], first["state"]["ahead"])

    played(scenario())


def test_seq_never_falls_on_a_connection() -> None:
    """Views, beats and outcomes over a busy minute. Source: contract, 2."""

    async def scenario() -> None:
        async with open_house(msgspec.structs.replace(HALL, rules=Rules())) as house:
            await house.open("c1")
            caller = await house.watch("counter", "officer", counter="c1")
            seqs = []
            for count in range(40):
                await house.take(f"t{count}", "kk" if count % 3 else "ktp")
                if count % 4 == 0:
                    await house.call("c1")
                await asyncio.sleep(0.07 * (count % 5))
                seqs += [frame["seq"] for frame in caller.waiting_frames()]

            assert len(seqs) > 20
            assert sorted(seqs) == seqs

    played(scenario())


def test_a_client_that_does_not_read_gets_the_newest_view_and_no_backlog() -> None:
    """Fifty calls while its line holds one frame: what lies on the line, what was being sent, and the newest."""

    async def scenario() -> None:
        async with open_house() as house:
            slow = await house.watch("display", "s1", room_count=1)
            await house.open("c1")
            for count in range(6):
                await house.take(f"t{count}")
            for _ in range(6):
                await house.call("c1")
                await settled()
            frames = []
            for _ in range(3):
                await settled()
                frames += slow.waiting_frames()
            await asyncio.sleep(0.2)
            frames += slow.waiting_frames()

            views = [frame for frame in frames if frame["type"] == "view"]
            assert len(views) <= 3
            assert house.state.seq == views[-1]["seq"]
            assert "A006" == views[-1]["state"]["calls"][0]["number"]

    played(scenario())


def test_a_client_that_takes_nothing_is_freed() -> None:
    """Within 15 s its place is given to others; the hall never waited for it. Source: performance, frozen clients."""

    async def scenario() -> None:
        async with open_house() as house:
            frozen = await house.watch("printer", "p1", room_count=1)
            await house.take("one", kiosk="k1")
            await asyncio.sleep(0.2)
            await house.take("two", kiosk="k1")
            began_ms = house.hall.hub.now_ms()
            let_go = await frozen.is_let_go()

            assert let_go
            assert SEND_WITHIN_MS <= house.hall.hub.now_ms() - began_ms <= 15_000
            assert ({}, 0) == (house.outboxes, house.hall.fanout.watcher_count)
            assert "offline" == house.hall.presence.snapshot().printers["p1"].status  # type: ignore[index]  # an id

    played(scenario())


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("rubbish", CloseCode.BAD_FRAME),
        ('{"type":"hello","protocol":1,"view":"hall"}', CloseCode.BAD_FRAME),
        ('{"type":"status","status":"on fire"}', CloseCode.BAD_FRAME),
        (b"\x00\x01", CloseCode.BAD_FRAME),
        ('{"type":"status","status":"ready","x":' + "[" * 30_000 + "]" * 30_000 + "}", CloseCode.BAD_FRAME),
        (" " * (FRAME_BYTES_MAX + 1), CloseCode.TOO_LARGE),
    ],
    ids=["rubbish", "a second hello", "an unknown status", "binary", "too deep", "too large"],
)
def test_a_frame_that_is_not_of_the_protocol_ends_the_connection(frame: str | bytes, code: CloseCode) -> None:
    """With a bye and the code: do not come back and do it again."""

    async def scenario() -> None:
        async with open_house() as house:
            caller = await house.watch("kiosk", "k1")
            caller.say_bytes(frame) if isinstance(frame, bytes) else caller.say_text(frame)
            bye, closed_with = await caller.bye()
            await caller.gone()

            assert (code, code, False) == (bye["code"], closed_with, bye["retry"])
            assert "offline" == house.hall.presence.snapshot().kiosks["k1"].status  # type: ignore[index]  # an id
            assert 0 == house.hall.fanout.watcher_count

    played(scenario())


@pytest.mark.parametrize("way", ["told", "beat", "frame"])
def test_a_revoked_credentials_socket_is_closed(way: str) -> None:
    """At once where the store tells of it; else with the next beat or the next frame, before it is acted on."""

    async def scenario() -> None:
        async with open_house() as house:
            caller = await house.watch("counter", "officer", counter="c1")
            other = await house.watch("manager", "manager")
            before = house.state
            credential = CredentialId("officer:siti")
            if way == "told":
                for outbox, known in house.outboxes.items():
                    if known == credential:
                        outbox.end(CloseCode.UNAUTHENTICATED)
            else:
                house.revoked.add(credential)
            if way == "frame":
                caller.command("open_counter", counter="c1")
                caller.command("open_counter", command_id="c2", counter="c2")
            bye, code = await caller.bye()
            await caller.gone()

            assert (CloseCode.UNAUTHENTICATED, CloseCode.UNAUTHENTICATED, False) == (
                bye["code"],
                code,
                bye["retry"],
            )
            assert before is house.state
            assert other.is_served

    played(scenario())


def test_a_stopping_hub_tells_everybody_to_come_back() -> None:
    """Source: contract, "Processes": tells every socket to come back; the outcome of a command goes first."""

    async def scenario() -> None:
        async with open_house() as house:
            callers = [await house.watch("hall"), await house.watch("display", "s1")]
            for outbox in house.outboxes:
                outbox.end(CloseCode.GOING_AWAY)
            byes = [await caller.bye() for caller in callers]
            rule = CLOSE_RULES[CloseCode.GOING_AWAY]

            assert [1001, 1001] == [code for _, code in byes]
            assert [(True, rule.after_ms)] * 2 == [(bye["retry"], bye["after_ms"]) for bye, _ in byes]

    played(scenario())


def test_what_was_watched_and_is_gone_ends_the_connection() -> None:
    """A counter that left the configuration: the page is told that there is no such thing."""

    async def scenario() -> None:
        async with open_house() as house:
            caller = await house.watch("counter", "officer", counter="c5")
            smaller = msgspec.structs.replace(HALL, counters=HALL.counters[:4])
            await house.do(wish.Configure(hall=smaller), by="hub")
            bye, code = await caller.bye()

            assert (CloseCode.UNKNOWN, CloseCode.UNKNOWN) == (bye["code"], code)

    played(scenario())


def test_a_client_that_left_leaves_nothing_behind() -> None:
    """No watcher, no outbox, no seat; a command under way is carried out all the same."""

    async def scenario() -> None:
        async with open_house() as house:
            kiosk = await house.watch("kiosk", "k1")
            kiosk.command("take_ticket", service="ktp")
            kiosk.hang_up()
            await kiosk.gone()
            await settled()

            assert ({}, 0) == (house.outboxes, house.hall.fanout.watcher_count)
            assert "offline" == house.hall.presence.snapshot().kiosks["k1"].status  # type: ignore[index]  # an id

    played(scenario())


@pytest.mark.parametrize("what", ["a view", "a bye"])
def test_a_line_that_is_cut_is_noticed_when_something_is_said(what: str) -> None:
    """No farewell for nobody, no crash, and the place is free."""

    async def scenario() -> None:
        async with open_house() as house:
            caller = await house.watch("display", "s1")
            caller.cut()
            if what == "a bye":
                caller.say_text("rubbish")
            else:
                await house.open("c1")

            assert await caller.is_let_go(1.0)
            assert ({}, 0) == (house.outboxes, house.hall.fanout.watcher_count)

    played(scenario())
