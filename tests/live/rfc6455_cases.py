"""What RFC 6455 asks of a server, case by case, in the sections of the public conformance suite that everyone counts by.

Sections 1 to 7, 9 and 10; what is compressed (12 and 13) is not offered here. The numbers are that suite's, so that
results can be laid beside those of other servers; the frames and the expectations are written from the standard. A case is
what a client writes and all that an echo must answer until the connection has ended.

Sizes of section 9 go to 16 MiB there. Here a message ends at 64 KiB, so what is larger must be refused with 1009, and
the same shapes are played again at 64 KiB, where they must succeed.
"""

from collections.abc import Iterator
from typing import NamedTuple

from queue_server.wire.messages import FRAME_BYTES_MAX
from tests.faults.raw_frames import Heard, Op, closing, raw
from tests.live.rfc6455_texts import BAD_TEXT, GOOD_TEXT, GREEK, MIXED


class Case(NamedTuple):
    """One case; each of `send` is written by itself."""

    number: str
    says: str
    send: tuple[bytes, ...]
    expects: tuple[Heard, ...] = ()
    """Messages and pongs, in order."""
    ends: tuple[int | None, ...] = (1000,)
    """Close codes that are right; None: a close frame without a code."""
    chop: int | None = None
    """Written in pieces of so many bytes."""
    is_lenient: str = ""
    """Why less than the strictest reading is asked: the expected answers may be cut off from the end."""


def text(payload: bytes | str) -> Heard:
    return Heard(Op.TEXT, payload.encode() if isinstance(payload, str) else payload)


def binary(payload: bytes) -> Heard:
    return Heard(Op.BINARY, payload)


def pong(payload: bytes) -> Heard:
    return Heard(Op.PONG, payload)


BYE = closing()
BAD = (1002,)
NO_TEXT = (1007,)

_AT_ONCE = "a wrong frame ends the connection at once; the application's answer to a message just before it may come too late"
_AT_THE_END = "text is judged when its message is whole, not at the first byte that cannot be right"


def cases() -> Iterator[Case]:
    """All, in order."""
    yield from _framing()
    yield from _pings()
    yield from _reserved_bits()
    yield from _opcodes()
    yield from _fragments()
    yield from _utf8()
    yield from _closing()
    yield from _limits()
    yield Case(
        "10.1.1",
        "a message of 65,536 bytes in fragments of 1,300 comes back whole",
        (*fragments(Op.TEXT, b"*" * 65_536, 1_300), BYE),
        (text(b"*" * 65_536),),
    )


def fragments(op: Op, payload: bytes, size: int) -> tuple[bytes, ...]:
    """A message in frames of so many bytes."""
    parts = [payload[at : at + size] for at in range(0, len(payload), size)]
    last = len(parts) - 1
    return tuple(raw(op if n == 0 else Op.CONT, part, is_last=n == last) for n, part in enumerate(parts))


def _framing() -> Iterator[Case]:
    """Every way to write a length, at its borders, in text and in bytes."""
    sizes = (0, 125, 126, 127, 128, 65_535, 65_536)
    for section, op, sign in ((1, Op.TEXT, b"*"), (2, Op.BINARY, b"\xfe")):
        for n, size in enumerate(sizes, 1):
            yield Case(
                f"1.{section}.{n}",
                f"{op.name.lower()} of {size} bytes comes back",
                (raw(op, sign * size), BYE),
                (Heard(op, sign * size),),
            )
        yield Case(
            f"1.{section}.8",
            f"{op.name.lower()} of 65,536 bytes, written 997 at a time, comes back",
            (raw(op, sign * 65_536), BYE),
            (Heard(op, sign * 65_536),),
            chop=997,
        )


def _pings() -> Iterator[Case]:
    odd = bytes((0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF))
    most = b"\xfe" * 125
    yield Case("2.1", "an empty ping is answered", (raw(Op.PING), BYE), (pong(b""),))
    yield Case("2.2", "with the same words", (raw(Op.PING, b"hello"), BYE), (pong(b"hello"),))
    yield Case("2.3", "and bytes that are no text", (raw(Op.PING, odd), BYE), (pong(odd),))
    yield Case("2.4", "125 bytes are allowed", (raw(Op.PING, most), BYE), (pong(most),))
    yield Case("2.5", "126 are not", (raw(Op.PING, most + b"\xfe"),), ends=BAD)
    yield Case(
        "2.6", "written byte by byte it is the same ping", (raw(Op.PING, most), BYE), (pong(most),), chop=1
    )
    yield Case("2.7", "a pong that nobody asked for is passed over", (raw(Op.PONG), BYE))
    yield Case("2.8", "with words too", (raw(Op.PONG, b"unasked"), BYE))
    yield Case(
        "2.9",
        "and a ping after it is answered",
        (raw(Op.PONG, b"unasked"), raw(Op.PING, b"ping"), BYE),
        (pong(b"ping"),),
    )
    ten = [f"ping {n}".encode() for n in range(10)]
    yield Case(
        "2.10",
        "ten pings get ten pongs in order",
        (*(raw(Op.PING, one) for one in ten), BYE),
        tuple(map(pong, ten)),
    )
    yield Case(
        "2.11",
        "written byte by byte too",
        (*(raw(Op.PING, one) for one in ten), BYE),
        tuple(map(pong, ten)),
        chop=1,
    )


def _reserved_bits() -> Iterator[Case]:
    """No extension was agreed on, so none of the three may be set."""
    hello = raw(Op.TEXT, b"hello")
    yield Case("3.1", "the third alone", (raw(Op.TEXT, b"hello", reserved=1),), ends=BAD)
    for number, reserved, chop in (("3.2", 2, None), ("3.3", 3, None), ("3.4", 4, 1)):
        yield Case(
            number,
            f"reserved bits {reserved:03b} between a message and a ping",
            (hello, raw(Op.TEXT, b"hello", reserved=reserved), raw(Op.PING)),
            (text(b"hello"),),
            ends=BAD,
            chop=chop,
            is_lenient=_AT_ONCE,
        )
    yield Case("3.5", "in bytes", (raw(Op.BINARY, b"\x00\xff" * 4, reserved=5),), ends=BAD)
    yield Case("3.6", "in a ping", (raw(Op.PING, b"hello", reserved=6),), ends=BAD)
    yield Case("3.7", "in a farewell", (raw(Op.CLOSE, b"\x03\xe8", reserved=7),), ends=BAD)


def _opcodes() -> Iterator[Case]:
    for section, first in ((1, 3), (2, 11)):
        for n in range(5):
            op = first + n
            payload = b"" if n in (0, 2) else b"reserved"
            before = (raw(Op.TEXT, b"hello"),) if n >= 2 else ()
            yield Case(
                f"4.{section}.{n + 1}",
                f"opcode {op} is reserved",
                (*before, raw(op, payload), raw(Op.PING)),
                (text(b"hello"),) if before else (),
                ends=BAD,
                chop=1 if n == 4 else None,
                is_lenient=_AT_ONCE if before else "",
            )


def _fragments() -> Iterator[Case]:
    one, two = raw(Op.TEXT, b"fragment1", is_last=False), raw(Op.CONT, b"fragment2")
    whole = text(b"fragment1fragment2")
    ping, ponged = raw(Op.PING, b"ping"), pong(b"ping")
    alone = raw(Op.CONT, b"no beginning")
    open_alone = raw(Op.CONT, b"no beginning", is_last=False)
    hello = raw(Op.TEXT, b"hello")
    yield Case(
        "5.1", "a ping is never in pieces", (raw(Op.PING, b"a", is_last=False), raw(Op.CONT, b"b")), ends=BAD
    )
    yield Case("5.2", "nor a pong", (raw(Op.PONG, b"a", is_last=False), raw(Op.CONT, b"b")), ends=BAD)
    yield Case("5.3", "text in two pieces", (one, two, BYE), (whole,))
    yield Case("5.4", "in two pieces, one write", (one + two, BYE), (whole,))
    yield Case("5.5", "byte by byte", (one, two, BYE), (whole,), chop=1)
    yield Case("5.6", "a ping between the pieces is answered first", (one, ping, two, BYE), (ponged, whole))
    yield Case("5.7", "in one write", (one + ping + two, BYE), (ponged, whole))
    yield Case("5.8", "byte by byte", (one, ping, two, BYE), (ponged, whole), chop=1)
    yield Case("5.9", "a last piece without a first", (alone, hello), ends=BAD)
    yield Case("5.10", "in one write with a message", (alone + hello,), ends=BAD)
    yield Case("5.11", "byte by byte", (alone, hello), ends=BAD, chop=1)
    yield Case("5.12", "a middle piece without a first", (open_alone, hello), ends=BAD)
    yield Case("5.13", "in one write with a message", (open_alone + hello,), ends=BAD)
    yield Case("5.14", "byte by byte", (open_alone, hello), ends=BAD, chop=1)
    for number, bad in (("5.15", alone), ("5.17", raw(Op.CONT, b""))):
        yield Case(
            number,
            "a whole message in pieces, then a piece of none",
            (one, two, bad, hello),
            (whole,),
            ends=BAD,
            is_lenient=_AT_ONCE,
        )
    for number, bad in (("5.16", open_alone), ("5.18", one)):
        yield Case(number, "a message begins within another's pieces", (bad, hello, two), ends=BAD)
    five = [f"fragment{n}".encode() for n in range(1, 6)]
    pieces = [raw(Op.CONT if n else Op.TEXT, part, is_last=n == 4) for n, part in enumerate(five)]
    woven = (pieces[0], pieces[1], raw(Op.PING, b"1"), pieces[2], pieces[3], raw(Op.PING, b"2"), pieces[4])
    answers = (pong(b"1"), pong(b"2"), text(b"".join(five)))
    yield Case("5.19", "five pieces with two pings between", (*woven, BYE), answers)
    yield Case("5.20", "byte by byte", (*woven, BYE), answers, chop=1)


def _utf8() -> Iterator[Case]:
    empty = raw(Op.TEXT, b"", is_last=False), raw(Op.CONT, b"", is_last=False), raw(Op.CONT, b"")
    yield Case("6.1.1", "no text at all", (raw(Op.TEXT), BYE), (text(b""),))
    yield Case("6.1.2", "in three pieces of nothing", (*empty, BYE), (text(b""),))
    middle = raw(Op.CONT, b"middle", is_last=False)
    yield Case("6.1.3", "with something between", (empty[0], middle, empty[2], BYE), (text(b"middle"),))
    mixed = MIXED.encode()
    yield Case("6.2.1", "text of many tongues", (raw(Op.TEXT, mixed), BYE), (text(mixed),))
    yield Case("6.2.2", "in two pieces between signs", (*_cut(mixed, 10), BYE), (text(mixed),))
    yield Case(
        "6.2.3", "in pieces of one byte, within signs", (*fragments(Op.TEXT, mixed, 1), BYE), (text(mixed),)
    )
    greek = GREEK.encode()
    yield Case("6.2.4", "Greek in pieces of one byte", (*fragments(Op.TEXT, greek, 1), BYE), (text(greek),))
    wrong = greek + b"\xed\xa0\x80edited"
    yield Case("6.3.1", "half a pair within Greek", (raw(Op.TEXT, wrong),), ends=NO_TEXT)
    yield Case("6.3.2", "in pieces of one byte", fragments(Op.TEXT, wrong, 1), ends=NO_TEXT)
    beyond = greek, b"\xf4\x90\x80\x80", b"edited"
    three = tuple(raw(Op.CONT if n else Op.TEXT, part, is_last=n == 2) for n, part in enumerate(beyond))
    yield Case(
        "6.4.1", "beyond the last point, in a piece of its own", three, ends=NO_TEXT, is_lenient=_AT_THE_END
    )
    split = greek + b"\xf4", b"\x90", b"\x80\x80edited"
    pieces = tuple(raw(Op.CONT if n else Op.TEXT, part, is_last=n == 2) for n, part in enumerate(split))
    yield Case("6.4.2", "cut within that sign", pieces, ends=NO_TEXT, is_lenient=_AT_THE_END)
    whole = raw(Op.TEXT, b"".join(beyond))
    yield Case(
        "6.4.3", "in one frame, piece by piece", (whole,), ends=NO_TEXT, chop=7, is_lenient=_AT_THE_END
    )
    yield Case("6.4.4", "byte by byte", (whole,), ends=NO_TEXT, chop=1, is_lenient=_AT_THE_END)
    for section, texts in GOOD_TEXT.items():
        for n, one in enumerate(texts, 1):
            yield Case(f"{section}.{n}", f"{one.hex(' ')} is text", (raw(Op.TEXT, one), BYE), (text(one),))
    for section, texts in BAD_TEXT.items():
        for n, one in enumerate(texts, 1):
            yield Case(f"{section}.{n}", f"{one.hex(' ')} is none", (raw(Op.TEXT, one),), ends=NO_TEXT)


def _cut(payload: bytes, at: int) -> tuple[bytes, bytes]:
    return raw(Op.TEXT, payload[:at], is_last=False), raw(Op.CONT, payload[at:])


def _closing() -> Iterator[Case]:
    hello = raw(Op.TEXT, b"hello")
    yield Case("7.1.1", "a message, then a farewell", (hello, BYE), (text(b"hello"),))
    yield Case("7.1.2", "a second farewell is passed over", (BYE + BYE,))
    yield Case("7.1.3", "a ping after a farewell is passed over", (BYE + raw(Op.PING),))
    yield Case("7.1.4", "a message after a farewell is passed over", (BYE + hello,))
    open_one = raw(Op.TEXT, b"fragment1", is_last=False)
    yield Case(
        "7.1.5",
        "a farewell within a message's pieces",
        (open_one, BYE + raw(Op.CONT, b"fragment2")),
        ends=(1000, 1002),
        is_lenient="a message that will not be finished is called a wrong frame (1002); the standard allows both",
    )
    much = raw(Op.TEXT, b"*" * FRAME_BYTES_MAX)
    yield Case(
        "7.1.6",
        "a large message, another and a farewell at once",
        (much + hello + BYE + raw(Op.PING),),
        (text(b"*" * FRAME_BYTES_MAX), text(b"hello")),
        is_lenient="after the farewell came, answers that the application has not given yet are not sent any more",
    )
    yield Case("7.3.1", "a farewell without a code", (closing(None),), ends=(None,))
    yield Case("7.3.2", "half a code", (raw(Op.CLOSE, b"a"),), ends=BAD)
    yield Case("7.3.3", "a code", (closing(1000),))
    yield Case("7.3.4", "a code and a reason", (closing(1000, b"lunch"),))
    yield Case("7.3.5", "the longest reason", (closing(1000, b"*" * 123),))
    yield Case("7.3.6", "a longer one", (closing(1000, b"*" * 124),), ends=BAD)
    yield Case("7.5.1", "a reason that is no text", (closing(1000, b"\xce\xba\xed\xa0\x80"),), ends=NO_TEXT)
    good = 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999
    for n, code in enumerate(good, 1):
        yield Case(f"7.7.{n}", f"{code} comes back", (closing(code),), ends=(code,))
    for n, code in enumerate((0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999), 1):
        yield Case(f"7.9.{n}", f"{code} may not be said", (closing(code),), ends=BAD)
    for n, code in enumerate((5000, 65_535), 1):
        yield Case(f"7.13.{n}", f"{code} means nothing", (closing(code),), ends=BAD)


def _limits() -> Iterator[Case]:
    """Whole, in pieces and in crumbs: to 64 KiB it succeeds, and beyond that it is refused, not held."""
    kib = 1024
    larger = 256 * kib, 1024 * kib, 4096 * kib, 8192 * kib, 16_384 * kib
    for section, op in ((1, Op.TEXT), (2, Op.BINARY)):
        yield Case(
            f"9.{section}.1",
            "64 KiB, the most that is taken",
            (raw(op, b"*" * FRAME_BYTES_MAX), BYE),
            (Heard(op, b"*" * FRAME_BYTES_MAX),),
        )
        for n, size in enumerate(larger, 2):
            head = raw(op, b"*" * kib, length=size)
            yield Case(
                f"9.{section}.{n}", f"{size // kib} KiB are refused by their head", (head,), ends=(1009,)
            )
    for section, op in ((3, Op.TEXT), (4, Op.BINARY)):
        for n in range(9):
            size = 64 * 4**n
            if size < FRAME_BYTES_MAX:
                pieces = fragments(op, b"*" * FRAME_BYTES_MAX, size)
                says = f"64 KiB in pieces of {size} bytes"
                yield Case(f"9.{section}.{n + 1}", says, (*pieces, BYE), (Heard(op, b"*" * FRAME_BYTES_MAX),))
            else:
                first = raw(op, b"*" * kib, is_last=False)
                then = raw(Op.CONT, b"*", length=size, is_last=False)
                yield Case(
                    f"9.{section}.{n + 1}",
                    f"1 KiB, then a piece of {size} bytes",
                    (first, then),
                    ends=(1009,),
                )
    for section, op in ((5, Op.TEXT), (6, Op.BINARY)):
        for n, chop in enumerate((64, 128, 256, 512, 1024, 2048), 1):
            yield Case(
                f"9.{section}.{n}",
                f"64 KiB written {chop} bytes at a time",
                (raw(op, b"*" * FRAME_BYTES_MAX), BYE),
                (Heard(op, b"*" * FRAME_BYTES_MAX),),
                chop=chop,
            )
    for section, op in ((7, Op.TEXT), (8, Op.BINARY)):
        for n, size in enumerate((0, 16, 64, 256, 1024, 4096), 1):
            yield Case(
                f"9.{section}.{n}",
                f"a thousand messages of {size} bytes, in order",
                (*(raw(op, b"*" * size) for _ in range(1_000)), BYE),
                (Heard(op, b"*" * size),) * 1_000,
            )
