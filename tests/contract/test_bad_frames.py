"""Rubbish on the live socket: an outcome that refuses, or a bye with a documented close code. Source: contract, "Live socket"."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from queue_server.web.limits import SOCKETS_PER_ADDRESS_MAX
from queue_server.wire.close_codes import CLOSE_RULES, CloseCode
from queue_server.wire.messages import HELLO_WITHIN_MS
from tests.contract.house import House, running_house
from tests.pace import allowed

FRAME_BYTES_MAX = 64 * 1024

HELLO = {"type": "hello", "protocol": 1, "view": "hall"}

DEEP = '{"type": "hello", "protocol": 1, "view": "hall", "x": ' + "[" * 30_000 + "]" * 30_000 + "}"

NO_HELLO: dict[str, str | bytes] = {
    "a word": "hello",
    "nothing": "",
    "a list": "[]",
    "half an object": '{"type": "hello"',
    "no type": '{"protocol": 1, "view": "hall"}',
    "another type": '{"type": "command", "id": "k", "command": "take_ticket"}',
    "no view": '{"type": "hello", "protocol": 1}',
    "an unknown view": '{"type": "hello", "protocol": 1, "view": "everything"}',
    "a number as a token": '{"type": "hello", "protocol": 1, "view": "hall", "token": 7}',
    "NaN": '{"type": "hello", "protocol": NaN, "view": "hall"}',
    "a lone surrogate": '{"type": "hello", "protocol": 1, "view": "hall", "token": "\\ud800"}',
    "a byte of nothing": "\x00",
    "deep lists": DEEP,
    "bytes": b'{"type": "hello", "protocol": 1, "view": "hall"}',
}

TURNED_AWAY: dict[str, tuple[Mapping[str, Any], CloseCode]] = {
    "another protocol": ({"protocol": 2}, CloseCode.PROTOCOL_UNKNOWN),
    "a wrong token": ({"token": "of-nobody"}, CloseCode.UNAUTHENTICATED),
    "an empty token": ({"token": ""}, CloseCode.UNAUTHENTICATED),
    "no token where one is needed": ({"view": "counter", "counter": "loket-1"}, CloseCode.UNAUTHENTICATED),
    "a kiosk at a counter": ({"view": "counter", "counter": "loket-1", "by": "kiosk"}, CloseCode.FORBIDDEN),
    "an officer at the board": ({"view": "manager", "by": "siti"}, CloseCode.FORBIDDEN),
    "an unknown counter": ({"view": "counter", "counter": "X", "by": "siti"}, CloseCode.UNKNOWN),
    "no counter": ({"view": "counter", "by": "siti"}, CloseCode.UNKNOWN),
    "an unknown ticket": ({"view": "ticket", "ticket": "X"}, CloseCode.UNKNOWN),
    "no ticket": ({"view": "ticket"}, CloseCode.UNKNOWN),
    "an unknown zone": ({"view": "display", "zone": "X", "by": "screen"}, CloseCode.UNKNOWN),
    "a zone of nothing": ({"view": "announcer", "zone": "\x00", "by": "screen"}, CloseCode.UNKNOWN),
}


async def _survives(house: House, before: list[Any]) -> None:
    """Nothing was changed, and the next one is served."""
    assert before == await house.journal()
    async with house.socket(view="hall"):
        pass


@pytest.mark.parametrize("frame", NO_HELLO.values(), ids=NO_HELLO)
async def test_a_first_frame_that_is_no_hello_is_turned_away(house: House, frame: str | bytes) -> None:
    """Bye, then 4400: do not come back with this."""
    before = await house.journal()
    async with house.socket() as socket:
        await socket.connection.send(frame)
        bye, code = await socket.ending()

    assert (CloseCode.BAD_FRAME, CloseCode.BAD_FRAME, False) == (bye["code"], code, bye["retry"])
    await _survives(house, before)


@pytest.mark.parametrize(("hello", "expected"), TURNED_AWAY.values(), ids=TURNED_AWAY)
async def test_a_hello_for_nobody_is_turned_away(
    house: House, hello: Mapping[str, Any], expected: CloseCode
) -> None:
    """Each reason has its code, and the bye says what the documented rule says."""
    before = await house.journal()
    by = hello.get("by")
    told = {**HELLO, "token": None if by is None else await house.token(by), **hello}
    async with house.socket() as socket:
        await socket.send(**told)
        bye, code = await socket.ending()

    rule = CLOSE_RULES[expected]
    assert (expected, expected, rule.retry, rule.after_ms) == (
        bye["code"],
        code,
        bye["retry"],
        bye["after_ms"],
    )
    await _survives(house, before)


@pytest.mark.slow
async def test_who_says_nothing_for_5_s_is_turned_away(house: House) -> None:
    """4008, not before 5 s and not much later: a socket without a hello costs nobody anything."""
    async with house.socket() as socket:
        began_s = time.monotonic()
        bye, code = await socket.ending()
        took_ms = (time.monotonic() - began_s) * 1_000

    assert (CloseCode.HELLO_TOO_LATE, CloseCode.HELLO_TOO_LATE, True) == (bye["code"], code, bye["retry"])
    assert HELLO_WITHIN_MS * 0.9 < took_ms < allowed(HELLO_WITHIN_MS)


async def test_an_unknown_hall_is_turned_away(house: House) -> None:
    """4404, before any hello."""
    address = f"{house.url.replace('http', 'ws')}/api/v1/halls/nowhere/live"
    async with connect(address, compression=None, proxy=None) as connection:
        await connection.recv()
        await connection.wait_closed()

    assert CloseCode.UNKNOWN == connection.close_code


async def test_a_socket_too_many_from_one_address_is_turned_away(tmp_path: Path) -> None:
    """Those before it are served, and a place that is given up is free again."""
    async with running_house(tmp_path, env={}) as house, AsyncExitStack() as others:
        sockets = [
            await others.enter_async_context(house.socket(view="hall"))
            for _ in range(SOCKETS_PER_ADDRESS_MAX)
        ]
        async with house.socket() as one_more:
            bye, code = await one_more.ending()
        await sockets[0].connection.close()
        async with house.socket(view="hall"):
            pass

    assert (CloseCode.TOO_MANY_SOCKETS, CloseCode.TOO_MANY_SOCKETS, True) == (bye["code"], code, bye["retry"])


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_frame_above_64_kib_is_too_large(house: House, is_first: bool) -> None:
    """1009, before and after the hello."""
    before = await house.journal()
    async with house.socket(None, **({} if is_first else {"view": "hall"})) as socket:
        await socket.connection.send("x" * (FRAME_BYTES_MAX + 1))
        async with asyncio.timeout(20):
            await socket.connection.wait_closed()

        assert CloseCode.TOO_LARGE == socket.connection.close_code
    await _survives(house, before)


async def test_text_that_is_no_utf8_closes_the_socket(house: House) -> None:
    """1007, by the rules of WebSocket itself (RFC 6455, 8.1)."""
    before = await house.journal()
    async with house.socket(view="hall") as socket:
        await socket.connection.send(b"\xff\xfe\xfd", text=True)
        async with asyncio.timeout(20):
            await socket.connection.wait_closed()

        assert 1007 == socket.connection.close_code
    await _survives(house, before)


@pytest.mark.parametrize("frame", NO_HELLO.values(), ids=NO_HELLO)
async def test_a_later_frame_that_is_none_ends_the_socket(house: House, frame: str | bytes) -> None:
    """4400; one that is a command is answered and the socket lives on."""
    before = await house.journal()
    async with house.socket(view="kiosk", by="kiosk") as socket:
        if isinstance(frame, str) and '"command"' in frame:
            outcome = await socket.command("take_ticket", id="k")
            assert (False, "INVALID") == (outcome["accepted"], outcome["code"])
        else:
            await socket.connection.send(frame)
            bye, code = await socket.ending()
            assert (CloseCode.BAD_FRAME, CloseCode.BAD_FRAME) == (bye["code"], code)
    await _survives(house, before)


COMMANDS: tuple[tuple[str, str | None, dict[str, Any], str], ...] = (
    ("kiosk", "kiosk", {"command": "fly"}, "INVALID"),
    ("kiosk", "kiosk", {"command": ""}, "INVALID"),
    ("kiosk", "kiosk", {"command": "take_ticket"}, "INVALID"),
    ("kiosk", "kiosk", {"command": "take_ticket", "service": 7}, "INVALID"),
    ("kiosk", "kiosk", {"command": "take_ticket", "service": "ktp-el", "age_ms": -1}, "INVALID"),
    ("kiosk", "kiosk", {"command": "take_ticket", "service": "ktp-el", "id": ""}, "INVALID"),
    ("kiosk", "kiosk", {"command": "take_ticket", "service": "ktp-el", "id": "x" * 65}, "INVALID"),
    ("kiosk", "kiosk", {"command": "take_ticket", "service": "ktp-el", "id": "a b"}, "INVALID"),
    ("kiosk", "kiosk", {"command": "take_ticket", "service": "\x00"}, "UNKNOWN_SERVICE"),
    ("kiosk", "kiosk", {"command": "take_ticket", "service": "ktp-el", "age_ms": 15_001}, "EXPIRED"),
    ("kiosk", "kiosk", {"command": "call_next", "counter": "loket-1", "sees": None}, "FORBIDDEN"),
    ("hall", None, {"command": "take_ticket", "service": "ktp-el"}, "UNAUTHENTICATED"),
    ("hall", None, {"command": "cancel_ticket", "ticket": "X"}, "UNKNOWN_TICKET"),
    ("hall", None, {"command": "cancel_ticket"}, "INVALID"),
    ("counter", "siti", {"command": "call_next", "counter": "loket-1"}, "INVALID"),
    ("counter", "siti", {"command": "call_next", "sees": None}, "INVALID"),
    ("counter", "siti", {"command": "call_next", "counter": "X", "sees": None}, "UNKNOWN_COUNTER"),
    ("counter", "siti", {"command": "call_next", "counter": "loket-1", "sees": "X"}, "STALE_VIEW"),
    ("counter", "siti", {"command": "call_next", "counter": "loket-1", "sees": None}, "COUNTER_CLOSED"),
    ("display", "screen", {"command": "report_call", "call": 99, "what": "spoken"}, "UNKNOWN_CALL"),
    ("display", "screen", {"command": "report_call", "call": 0, "what": "shown"}, "INVALID"),
    ("display", "screen", {"command": "report_call", "call": 1, "what": "sung"}, "INVALID"),
    (
        "printer",
        "printer",
        {"command": "report_print", "job": "X", "attempt": 1, "status": "printed"},
        "UNKNOWN_JOB",
    ),
    (
        "printer",
        "printer",
        {"command": "report_print", "job": "X", "attempt": 0, "status": "printed"},
        "INVALID",
    ),
)
"""View, who, what is sent, and the code of the outcome."""


@pytest.mark.parametrize(("view", "by", "frame", "expected"), COMMANDS)
async def test_a_command_that_cannot_be_is_refused_in_its_outcome(
    house: House, view: str, by: str | None, frame: dict[str, Any], expected: str
) -> None:
    """With code and detail, nothing changed, and the socket lives on."""
    before = await house.journal()
    more = {"counter": "loket-1"} if view == "counter" else {}
    async with house.socket(None, view=view, by=by, **more) as socket:
        await socket.send(**{"type": "command", "id": "k", **frame})
        outcome = await socket.of_type("outcome")
        again = await socket.command("fly", id="after")

    assert (False, expected) == (outcome["accepted"], outcome["code"])
    assert outcome["detail"]
    assert "INVALID" == again["code"]
    assert before == await house.journal()


async def test_a_counter_that_is_taken_says_by_whom_and_since_when(house: House) -> None:
    """The outcome tells what the problem document tells: `officer` and `since_at_ms`."""
    await house.at_desk("open")
    async with house.socket(view="counter", counter="loket-1", by="budi") as socket:
        outcome = await socket.command("open_counter", id="k", counter="loket-1")
    problem = (await house.call("POST", "/counters/loket-1/open", by="budi", body={})).json()

    assert "COUNTER_TAKEN" == outcome["code"] == problem["code"]
    assert (house.clock.now_ms(), problem["officer"]) == (outcome["since_at_ms"], outcome["officer"])


async def test_seq_of_the_far_future_keeps_nobody_waiting(house: House) -> None:
    """A hello whose `seq` no node ever gave gets a view or is sent away for a while, at once."""
    async with house.socket() as socket:
        await socket.send(**HELLO, seq=2**53)
        frame = await socket.next()

    assert frame["type"] in ("view", "bye")
