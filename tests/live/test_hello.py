"""The first five seconds of a connection: who is let in, and with which code the others are turned away."""

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_server.domain.events import Entry
from queue_server.domain.hall import HallId
from queue_server.hub import IN_STEP_MS_MAX
from queue_server.journal.memory import MemoryJournal
from queue_server.wire.close_codes import CLOSE_RULES, CloseCode
from queue_server.wire.messages import FRAME_BYTES_MAX
from tests.live.rig import open_house
from tests.live.virtual_time import played

HELLO = '{"type":"hello","protocol":1,"view":"hall"}'

TURNED_AWAY: dict[str, tuple[str | bytes, CloseCode]] = {
    "not JSON": ("hello", CloseCode.BAD_FRAME),
    "nothing": ("", CloseCode.BAD_FRAME),
    "a list": ("[]", CloseCode.BAD_FRAME),
    "no hello": ('{"type":"command","id":"1","command":"recall"}', CloseCode.BAD_FRAME),
    "no view": ('{"type":"hello","protocol":1}', CloseCode.BAD_FRAME),
    "an unknown view": ('{"type":"hello","protocol":1,"view":"everything"}', CloseCode.BAD_FRAME),
    "a number for a token": ('{"type":"hello","protocol":1,"view":"hall","token":1}', CloseCode.BAD_FRAME),
    "nested without end": (HELLO[:-1] + ',"x":' + "[" * 30_000 + "]" * 30_000 + "}", CloseCode.BAD_FRAME),
    "half a letter": (HELLO[:-1] + ',"x":"\ud800"}', CloseCode.BAD_FRAME),
    "a binary frame": (HELLO.encode(), CloseCode.BAD_FRAME),
    "a version of the future": ('{"type":"hello","protocol":2,"view":"hall"}', CloseCode.PROTOCOL_UNKNOWN),
    "a version of the past": ('{"type":"hello","protocol":0,"view":"hall"}', CloseCode.PROTOCOL_UNKNOWN),
    "a byte too much": (HELLO + " " * (FRAME_BYTES_MAX + 1 - len(HELLO)), CloseCode.TOO_LARGE),
    "few letters, many bytes": ('"' + "語" * (FRAME_BYTES_MAX // 3 + 1) + '"', CloseCode.TOO_LARGE),
}
"""The first frame and the code that answers it. Source: contract, "Live socket", 1 and 6; issue, "frame 64 KiB"."""


@pytest.mark.parametrize("name", TURNED_AWAY)
def test_a_first_frame_that_is_no_hello_is_turned_away_with_its_code(name: str) -> None:
    """A bye with the code's rule, then the close with the code; nothing before and nothing after."""
    frame, code = TURNED_AWAY[name]

    async def scenario() -> None:
        async with open_house() as house:
            caller = house.connect()
            caller.say_bytes(frame) if isinstance(frame, bytes) else caller.say_text(frame)
            bye, closed_with = await caller.bye()
            await caller.gone()

            assert _farewell(code) == (bye, closed_with)
            assert ({}, 0) == (house.outboxes, house.hall.fanout.watcher_count)

    played(scenario())


def test_a_hello_of_just_64_kib_is_heard() -> None:
    """The bound is the last that passes."""

    async def scenario() -> None:
        async with open_house() as house:
            caller = house.connect()
            caller.say_text(HELLO + " " * (FRAME_BYTES_MAX - len(HELLO)))

            assert "view" == (await caller.hear())["type"]

    played(scenario())


def test_whoever_says_nothing_for_five_seconds_is_turned_away() -> None:
    """And may try again. Source: contract, "the client's first frame, within 5 s"."""

    async def scenario() -> None:
        async with open_house() as house:
            began_ms = house.hall.hub.now_ms()
            late, just = house.connect(), house.connect()
            await asyncio.sleep(4.999)
            just.say_text(HELLO)
            heard = await just.hear()
            bye, code = await late.bye()

            assert (_farewell(CloseCode.HELLO_TOO_LATE), "view") == ((bye, code), heard["type"])
            assert 5_000 <= house.hall.hub.now_ms() - began_ms < 5_100

    played(scenario())


NOT_LET_IN: list[tuple[dict[str, Any], CloseCode]] = [
    ({"view": "hall", "token": "wrong"}, CloseCode.UNAUTHENTICATED),
    ({"view": "hall", "token": ""}, CloseCode.UNAUTHENTICATED),
    ({"view": "display", "zone": "east"}, CloseCode.UNAUTHENTICATED),
    ({"view": "announcer", "zone": "east"}, CloseCode.UNAUTHENTICATED),
    ({"view": "kiosk", "kiosk": "k1"}, CloseCode.UNAUTHENTICATED),
    ({"view": "printer"}, CloseCode.UNAUTHENTICATED),
    ({"view": "counter", "counter": "c1"}, CloseCode.UNAUTHENTICATED),
    ({"view": "manager"}, CloseCode.UNAUTHENTICATED),
    ({"view": "manager", "token": "officer"}, CloseCode.FORBIDDEN),
    ({"view": "manager", "token": "k1"}, CloseCode.FORBIDDEN),
    ({"view": "counter", "counter": "c1", "token": "s1"}, CloseCode.FORBIDDEN),
    ({"view": "counter", "counter": "c1", "token": "of-c2"}, CloseCode.FORBIDDEN),
    ({"view": "display", "zone": "east", "token": "k1"}, CloseCode.FORBIDDEN),
    ({"view": "kiosk", "token": "s1"}, CloseCode.FORBIDDEN),
    ({"view": "printer", "token": "manager"}, CloseCode.FORBIDDEN),
    ({"view": "manager", "token": "foreign"}, CloseCode.FORBIDDEN),
    ({"view": "ticket"}, CloseCode.UNKNOWN),
    ({"view": "ticket", "ticket": "nobody"}, CloseCode.UNKNOWN),
    ({"view": "display", "zone": "north", "token": "s1"}, CloseCode.UNKNOWN),
    ({"view": "display", "token": "officer"}, CloseCode.UNKNOWN),
    ({"view": "display", "token": "ghost"}, CloseCode.UNKNOWN),
    ({"view": "announcer", "zone": "north", "token": "s1"}, CloseCode.UNKNOWN),
    ({"view": "announcer", "token": "ghost"}, CloseCode.UNKNOWN),
    ({"view": "counter", "counter": "c9", "token": "officer"}, CloseCode.UNKNOWN),
    ({"view": "counter", "token": "officer"}, CloseCode.UNKNOWN),
    ({"view": "kiosk", "kiosk": "k9", "token": "officer"}, CloseCode.UNKNOWN),
    ({"view": "kiosk", "token": "ghost-kiosk"}, CloseCode.UNKNOWN),
    ({"view": "printer", "token": "ghost-printer"}, CloseCode.UNKNOWN),
]
"""What a hello asks for, and why it is refused."""


@pytest.mark.parametrize(("hello", "code"), NOT_LET_IN)
def test_whoever_may_not_see_it_is_turned_away(hello: dict[str, Any], code: CloseCode) -> None:
    """Wrong token, foreign role, foreign hall, another's counter, what is not there. Source: contract, 1."""

    async def scenario() -> None:
        async with open_house() as house:
            caller = await house.greet(**hello)

            assert _farewell(code) == await caller.bye()
            assert {} == house.outboxes

    played(scenario())


LET_IN: list[tuple[dict[str, Any], str]] = [
    ({"view": "hall"}, "hall"),
    ({"view": "hall", "token": "p1"}, "hall"),
    ({"view": "ticket", "ticket": "mine"}, "mine"),
    ({"view": "display", "token": "s1"}, "east"),
    ({"view": "display", "token": "s3"}, "west"),
    ({"view": "display", "token": "s1", "zone": "west"}, "west"),
    ({"view": "display", "token": "officer", "zone": "bare"}, "bare"),
    ({"view": "display", "token": "officer", "screen": "s3"}, "west"),
    ({"view": "announcer", "token": "s1"}, "east"),
    ({"view": "announcer", "token": "manager", "zone": "west"}, "west"),
    ({"view": "kiosk", "token": "k1"}, "k1"),
    ({"view": "kiosk", "token": "k1", "kiosk": "k2"}, "k1"),
    ({"view": "kiosk", "token": "officer", "kiosk": "k2"}, "k2"),
    ({"view": "printer", "token": "p1"}, "p1"),
    ({"view": "printer", "token": "p1", "printer": "p2"}, "p1"),
    ({"view": "counter", "token": "officer", "counter": "c1"}, "c1"),
    ({"view": "counter", "token": "of-c2", "counter": "c2"}, "c2"),
    ({"view": "counter", "token": "manager", "counter": "c1"}, "c1"),
    ({"view": "manager", "token": "manager"}, "manager"),
]
"""What a hello asks for, and of what the view is: a device's token names its own screen, kiosk or printer."""

KEYS = {
    "ticket": "id",
    "display": "zone",
    "announcer": "zone",
    "kiosk": "kiosk",
    "printer": "printer",
    "counter": "counter",
}
"""Where a view says of what it is; of hall and manager there is one."""


@pytest.mark.parametrize(("hello", "of"), LET_IN)
def test_the_whole_view_comes_at_once_after_hello(hello: dict[str, Any], of: str) -> None:
    """No change is waited for, whatever `seq` the client had: a first start and a reconnect are one case."""

    async def scenario() -> None:
        async with open_house() as house:
            await house.take("mine")
            began_ms = house.hall.hub.now_ms()
            asked = ({**hello}, {**hello, "seq": 10**9})
            first, again = [await (await house.greet(**one)).hear() for one in asked]

            assert began_ms == house.hall.hub.now_ms()
            assert ("view", hello["view"], house.state.seq) == (first["type"], first["view"], first["seq"])
            assert house.hall.hub.journal_id == first["journal_id"]
            assert of == first["state"].get(KEYS.get(hello["view"]), hello["view"])
            assert _without_grant(first) == _without_grant(again)

    played(scenario())


@given(first=st.text(st.characters()) | st.binary(), second=st.text(st.characters()) | st.binary())
@settings(max_examples=60, deadline=None)
def test_rubbish_ends_in_a_documented_close_and_never_in_a_crash(
    first: str | bytes, second: str | bytes
) -> None:
    """As the first frame, and as one after a good hello."""

    async def scenario() -> None:
        async with open_house() as house:
            stranger, known = house.connect(), await house.watch("hall")
            for caller, frame in ((stranger, first), (known, second)):
                caller.say_bytes(frame) if isinstance(frame, bytes) else caller.say_text(frame)
            byes = [await caller.bye() for caller in (stranger, known)]

            assert [_farewell(CloseCode.BAD_FRAME)] * 2 == byes

    played(scenario())


def test_a_client_that_leaves_before_its_hello_is_let_go() -> None:
    """No bye for nobody, no trace."""

    async def scenario() -> None:
        async with open_house() as house:
            caller = house.connect()
            caller.hang_up()
            await caller.gone()

            assert ({}, []) == (house.outboxes, caller.waiting_frames())

    played(scenario())


def _farewell(code: CloseCode) -> tuple[dict[str, Any], int]:
    rule = CLOSE_RULES[code]
    return {"type": "bye", "code": code, "retry": rule.retry, "after_ms": rule.after_ms}, code


def _without_grant(frame: dict[str, Any]) -> dict[str, Any]:
    """The second announcer of a zone sees the same, silent; the second printer agent displaced the first."""
    return {**frame, "state": {key: value for key, value in frame["state"].items() if key != "granted"}}


def test_a_hub_whose_store_is_out_of_reach_sends_to_another() -> None:
    """A node that cannot know whether it is behind shows nothing old: come back, and meet another one."""

    async def scenario() -> None:
        async with open_house(journal=CutOffJournal()) as house:
            await asyncio.sleep(IN_STEP_MS_MAX / 1_000 + 1)
            caller = await house.greet("hall")

            assert _farewell(CloseCode.TRY_AGAIN_LATER) == await caller.bye()

    played(scenario())


class CutOffJournal(MemoryJournal):
    """Shared with other nodes, and after its first day nobody can read it any more."""

    def __init__(self) -> None:
        super().__init__()
        self.is_shared = True

    async def read(self, hall: HallId, after_seq: int, limit: int) -> list[Entry]:
        """Waits for a store that does not answer."""
        await asyncio.sleep(3_600)
        return await super().read(hall, after_seq, limit)
