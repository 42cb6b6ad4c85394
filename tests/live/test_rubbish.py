"""A client's rubbish is answered or ended, and never makes the server's own code fail. The control is uvicorn's class."""

import asyncio
import logging
from typing import Any

import pytest

from tests.faults.raw_frames import Heard, Op, RawClient, closing, raw, upgrade
from tests.live.echo_server import echo, echoing

HANDSHAKES = {
    "a line of 9,000 bytes": upgrade("/", "h", f"X: {'a' * 9_000}\r\n"),
    "an address of 9,000 bytes": upgrade("/" + "a" * 9_000, "h"),
    "two hundred headers": upgrade("/", "h", "".join(f"X-{n}: 1\r\n" for n in range(200))),
    "a body in chunks": upgrade("/", "h", "Transfer-Encoding: chunked\r\n"),
    "a body": upgrade("/", "h", "Content-Length: 5\r\n") + b"hello",
    "no key": upgrade("/", "h").replace(b"Sec-WebSocket-Key", b"Nothing"),
    "two keys": upgrade("/", "h", "Sec-WebSocket-Key: x\r\n"),
    "an older version": upgrade("/", "h").replace(b"Version: 13", b"Version: 8"),
    "two origins": upgrade("/", "h", "Origin: a\r\nOrigin: b\r\n"),
    "protocols that are none": upgrade("/", "h", "Sec-WebSocket-Protocol: ;;,\r\n"),
    "another method": upgrade("/", "h").replace(b"GET", b"POST", 1),
    "bytes in the address": upgrade("/X", "h").replace(b"/X", b"/\xff\xfe"),
    "a control sign in a header": upgrade("/", "h", "X: a\x01b\r\n"),
    "a header that goes on": upgrade("/", "h", "X: a\r\n b\r\n"),
}

UNANSWERED_BY_UVICORN = "a line of 9,000 bytes"

EARLY: dict[str, tuple[bytes, Heard]] = {
    "a ping": (raw(Op.PING, b"early"), Heard(Op.PONG, b"early")),
    "a message": (raw(Op.TEXT, b"early"), Heard(Op.TEXT, b"early")),
    "a farewell": (closing(), Heard(Op.CLOSE, b"", 1000)),
    "an opcode that is none": (raw(3), Heard(Op.CLOSE, b"invalid opcode", 1002)),
    "no UTF-8": (raw(Op.TEXT, b"\xff"), Heard(Op.CLOSE, b"not UTF-8", 1007)),
}

NO_UTF8 = {
    "alone": raw(Op.TEXT, b"\xff"),
    "with a farewell behind it": raw(Op.TEXT, b"\xff") + closing(),
    "twice": raw(Op.TEXT, b"\xff") * 2,
    "in two pieces, with pings": raw(Op.TEXT, b"\xc3", is_last=False)
    + raw(Op.PING)
    + raw(Op.CONT, b"(")
    + raw(Op.PING),
}


def _mistakes(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the server's own code wrote as its own failure."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.exc_info is not None or record.levelno >= logging.ERROR
    ]


@pytest.mark.parametrize("handshake", HANDSHAKES.values(), ids=HANDSHAKES)
async def test_a_handshake_that_is_none_is_refused_and_its_connection_ends(
    handshake: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """4xx, then the end."""
    async with echoing() as port:
        client = await RawClient.connected(port)
        await client.write(handshake)
        answer = await client.head()
        await client.rest()

    assert answer.startswith(b"HTTP/1.1 4"), answer
    assert [] == _mistakes(caplog)


async def test_uvicorns_own_class_would_leave_a_handshake_unanswered_for_ever() -> None:
    """The control: nothing comes while a whole session of another client goes by."""
    async with echoing(is_stock=True) as port:
        client = await RawClient.connected(port)
        await client.write(HANDSHAKES[UNANSWERED_BY_UVICORN])
        answer = asyncio.create_task(client.head())
        for _ in range(20):
            other = await RawClient.upgraded(port, "/")
            await other.write(closing())
            assert [Heard(Op.CLOSE, b"", 1000)] == await other.hear_all()
        is_answered = answer.done()
        answer.cancel()
        await asyncio.wait([answer])
        client.cut()

    assert not is_answered


@pytest.mark.parametrize(("frame", "expected"), EARLY.values(), ids=EARLY)
async def test_what_a_client_says_before_it_is_let_in_is_heard_afterwards(
    frame: bytes, expected: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    """The application takes its time to accept; nothing comes before the 101, and nothing fails."""
    heard = await _early(frame, is_stock=False)

    assert expected == heard
    assert [] == _mistakes(caplog)


async def test_uvicorns_own_class_would_fail_at_such_a_frame(caplog: pytest.LogCaptureFixture) -> None:
    """The control."""
    heard = await _early(EARLY["an opcode that is none"][0], is_stock=True)

    assert heard is None
    assert any("data_received" in mistake for mistake in _mistakes(caplog))


@pytest.mark.parametrize("frames", NO_UTF8.values(), ids=NO_UTF8)
async def test_text_that_is_no_utf8_is_no_mistake_of_ours(
    frames: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """A close frame, and not a line in the log."""
    heard = await _answers(frames, is_stock=False)

    assert Op.CLOSE is heard[-1].op
    assert {frame.op for frame in heard[:-1]} <= {Op.PONG}
    assert [] == _mistakes(caplog)


async def test_uvicorns_own_class_would_log_it_and_fail(caplog: pytest.LogCaptureFixture) -> None:
    """The control: one traceback for each, and the connection torn without a farewell."""
    heard = await _answers(NO_UTF8["with a farewell behind it"], is_stock=True)

    assert [] == heard
    assert 2 == len(_mistakes(caplog))


@pytest.mark.parametrize("is_stock", [False, True], ids=["ours", "control"])
async def test_what_is_due_just_after_a_wrong_frame_is_let_go(
    is_stock: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """A view is sent to a socket whose client has just broken the rules; uvicorn's class calls that our mistake."""
    is_over = asyncio.Event()

    async def tell(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
        try:
            await send({"type": "websocket.send", "text": "view"})
        finally:
            is_over.set()

    async with echoing(tell, is_stock=is_stock) as port:
        client = await RawClient.upgraded(port, "/")
        await client.write(raw(3))
        heard = await client.hear_all()
        await is_over.wait()

    assert [1002] == [frame.code for frame in heard]
    assert is_stock == bool(_mistakes(caplog))


async def _early(frame: bytes, *, is_stock: bool) -> Heard | None:
    """The first frame after the 101 to a client that spoke before it; None: the connection ended."""
    is_asked, may_accept = asyncio.Event(), asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        is_asked.set()
        await may_accept.wait()
        await echo(scope, receive, send)

    async with echoing(slow, is_stock=is_stock) as port:
        client = await RawClient.connected(port)
        await client.write(upgrade("/", "h"))
        await is_asked.wait()
        await client.write(frame)
        other = await RawClient.connected(port)  # Answered later than what came before it on the same loop.
        await other.write(b"no request\r\n\r\n")
        await other.rest()
        may_accept.set()
        head = await client.head()
        heard = await client.hear()
        client.cut()
    assert head.startswith(b"HTTP/1.1 101 ") or is_stock, head
    return heard


async def _answers(frames: bytes, *, is_stock: bool) -> list[Heard]:
    """All that a client is told until its connection ends."""
    async with echoing(is_stock=is_stock) as port:
        client = await RawClient.upgraded(port, "/")
        await client.write(frames)
        return await client.hear_all()
