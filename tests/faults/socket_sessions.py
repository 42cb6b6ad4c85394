"""Rubbish for the live socket: sessions that begin as a client's would and go wrong somewhere, all from one seed.

Three kinds. A *talker* says many frames that must be borne (odd lengths, pieces, pings between, JSON of every wrong sort)
and then one that must end the connection with a known code. A *babbler* says anything. A *stranger* breaks the handshake.
Pure: nothing here is sent.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from queue_server.wire.messages import FRAME_BYTES_MAX
from tests.faults.raw_frames import Op, closing, raw, upgrade

LAST_ID = "last"
"""Of the command after which a talker waits for its outcome: by then all before it was taken in."""

LAST = json.dumps({"type": "command", "id": LAST_ID, "command": "fly"}).encode()

TAKE_SHARE = 0.003
"""Of a talker's frames: real tickets, so that rubbish runs beside commits and not into one hall's day of a year."""

SEATED = "printer"
"""A view of which one connection for each device lives: the next one ends it, so that no talker can have it."""

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53, 2**64, -(2**63), 1e308, 0.5, "", "x", "\x00", "a" * 65, "é" * 64,
    "\u202e", "😀" * 20, "../..", "' OR 1=1 --", "<b>", "%s", "\n", [], {}, [[]], [None] * 50, {"a": {"a": {}}},
)  # fmt: skip
"""Any of these may stand where another value is expected."""

TEXTS = (
    "", " ", "{", "}", "[]", "null", "NaN", "-", '"', '{"type"', '{"type":}', '{"type":"hello"}', "{" * 500, "[" * 5_000,
    '{"type":"command","id":7,"command":"fly"}', '{"a":1e99999}', '{"\\ud800":1}', "\ufeff{}", "{}\x00",
)  # fmt: skip
"""Texts that are no frame at all."""

_CODES = (
    0,
    1,
    999,
    1000,
    1001,
    1004,
    1005,
    1006,
    1007,
    1012,
    1013,
    1015,
    1016,
    2999,
    3000,
    4400,
    4999,
    5000,
    65_535,
)

_BAD_UTF8 = (
    b"\xff",
    b"\xc3(",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xc0\x80",
    b'{"type":"status\xe2\x82"}',
)


class Session(NamedTuple):
    """What one connection writes."""

    handshake: bytes
    frames: tuple[bytes, ...] = ()
    wanted: tuple[int, ...] = ()
    """A talker's: with which codes the hub must end it after the last frame."""
    is_stranger: bool = False


class Cast(NamedTuple):
    """Whose names and rights the sessions use."""

    path: str
    host: str
    tokens: Mapping[str, str]
    """By view: of a device that may see it."""
    service: str


def sessions(cast: Cast, seed: int, *, has_strangers: bool = True) -> Iterator[Session]:
    """Without an end."""
    chance = random.Random(seed)  # noqa: S311 -- repeatable, not secret
    kinds = [_talker] * 12 + [_babbler] * 6 + [_stranger] * (2 if has_strangers else 0)
    while True:
        yield chance.choice(kinds)(cast, chance)


def _talker(cast: Cast, chance: random.Random) -> Session:
    view = chance.choice([one for one in ("hall", *cast.tokens) if one != SEATED])
    frames = [_text(chance, _hello(cast, view))]
    frames += [_borne(cast, view, chance) for _ in range(chance.randint(5, 60))]
    frames.append(raw(Op.TEXT, LAST))
    last, wanted = _unbearable(chance)
    return Session(upgrade(cast.path, cast.host), (*frames, last), wanted)


def _babbler(cast: Cast, chance: random.Random) -> Session:
    view = chance.choice(["hall", *cast.tokens])
    hello = _hello(cast, view)
    if chance.random() < 0.3:
        hello = _changed(hello, chance)
    frames = [_text(chance, hello)]
    for _ in range(chance.randint(1, 30)):
        is_borne = chance.random() < 0.8
        frames += [
            _borne(cast, view, chance)
            if is_borne
            else chance.choice((_unbearable(chance)[0], _anything(chance)))
        ]
    data = b"".join(frames)
    for _ in range(chance.choice((0, 0, 1, 1, 2, 5, 20))):
        data = _damaged(data, chance)
    return Session(upgrade(cast.path, cast.host), (data,) if chance.random() < 0.5 else tuple(frames))


def _stranger(cast: Cast, chance: random.Random) -> Session:
    """Always whole, so that an answer is due; its answer may be a 101 where nothing was broken that matters."""
    broken: list[Callable[[], bytes]] = [
        lambda: upgrade(cast.path, cast.host, f"X: {'a' * chance.randint(7_000, 12_000)}\r\n"),
        lambda: upgrade(f"{cast.path}?{'a' * chance.randint(7_000, 12_000)}", cast.host),
        lambda: upgrade(cast.path, cast.host, "X: 1\r\n" * chance.randint(100, 400)),
        lambda: upgrade(cast.path, cast.host, f"Content-Length: {chance.randint(1, 99)}\r\n"),
        lambda: upgrade(cast.path, cast.host, "Transfer-Encoding: chunked\r\n"),
        lambda: upgrade(cast.path, cast.host, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
        lambda: upgrade(cast.path, cast.host, f"Sec-WebSocket-Protocol: {_word(chance)}\r\n"),
        lambda: upgrade(cast.path, cast.host, f"Sec-WebSocket-Extensions: {_word(chance)}\r\n"),
        lambda: upgrade(cast.path, cast.host, f"Origin: {_word(chance)}\r\nOrigin: {_word(chance)}\r\n"),
        lambda: upgrade(cast.path, cast.host, f"Cookie: {_word(chance)}={_word(chance)}\r\n"),
        lambda: upgrade(cast.path, cast.host, f"{_word(chance)}: {_word(chance)}\r\n"),
        lambda: upgrade(cast.path, cast.host).replace(b": 13", f": {chance.randint(-2, 300)}".encode()),
        lambda: upgrade(f"/{_word(chance)}", cast.host),
        lambda: upgrade(f"{cast.path}/{_word(chance)}", cast.host),
        lambda: upgrade("/api/v1/halls/%00/live", cast.host),
        lambda: upgrade(cast.path, cast.host).replace(b"GET", chance.choice((b"PUT", b"POST", b"HEAD"))),
        lambda: upgrade(cast.path, cast.host).replace(b"Upgrade: websocket", b"Upgrade: WebSocket, h2c"),
        lambda: upgrade(cast.path, cast.host).replace(b"dGhlIHNhbXBsZSBub25jZQ==", _word(chance).encode()),
    ]
    return Session(chance.choice(broken)(), (_anything(chance),), is_stranger=True)


def _word(chance: random.Random) -> str:
    """Visible ASCII without what ends a header or an address."""
    return "".join(chr(chance.randint(33, 126)) for _ in range(chance.randint(1, 30))).replace(":", "x")


def _hello(cast: Cast, view: str) -> dict[str, Any]:
    return {"type": "hello", "protocol": 1, "view": view, "token": cast.tokens.get(view)}


def _borne(cast: Cast, view: str, chance: random.Random) -> bytes:
    """A frame, or several for one message, after which the connection must still be open."""
    kind = chance.random()
    if kind < 0.15:
        return raw(Op.PING, chance.randbytes(chance.randint(0, 125)), mask=chance.randbytes(4))
    if kind < 0.25:
        return raw(Op.PONG, chance.randbytes(chance.randint(0, 125)))
    if kind < 0.25 + TAKE_SHARE and view == "kiosk":
        key = f"fuzz-{chance.getrandbits(40)}"
        return _text(
            chance, {"type": "command", "id": key, "command": "take_ticket", "service": cast.service}
        )
    if kind < 0.4:
        status = chance.choice(("ok", "paper_out", "failed", "no_sound"))
        text = json.dumps(
            {"type": "command", "id": "s", "command": "report_print", "job": "x", "status": status}
        )
        return _in_pieces(chance, text.encode())
    return _text(chance, _odd_command(cast, chance))


def _odd_command(cast: Cast, chance: random.Random) -> dict[str, Any]:
    """A command whose own keys are wrong; its `type`, `id` and `command` are texts and its age a number."""
    wrong = _changed(
        {
            "service": cast.service,
            "ticket": "x",
            "counter": "loket-1",
            "sees": None,
            "call": 10**9,
            "what": "spoken",
            "job": "x",
            "attempt": 1,
            "status": "printed",
        },
        chance,
    )
    name = chance.choice(
        (
            "take_ticket",
            "cancel_ticket",
            "call_next",
            "report_call",
            "report_print",
            "open_counter",
            "transfer",
            "fly",
            "",
        )
    )
    if name == "take_ticket":
        wrong["service"] = chance.choice(VALUES)  # Never a ticket: those are made by `TAKE_SHARE` alone.
    identity = chance.choice(("k", "", "x" * 64, "x" * 65, "é", "a b"))
    age_ms = chance.choice((0, 0, 0, -1, 1, 2**40))
    return {**wrong, "type": "command", "id": identity, "command": name, "age_ms": age_ms}


def _changed(frame: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """Keys taken away, added, and given other values."""
    changed = dict(frame)
    for _ in range(chance.randint(1, 4)):
        key = chance.choice((*changed, "x", "\x00", "type "))
        if chance.random() < 0.3:
            changed.pop(key, None)
        else:
            changed[key] = chance.choice(VALUES)
    return changed


def _text(chance: random.Random, frame: Mapping[str, Any]) -> bytes:
    return _in_pieces(chance, json.dumps(frame, ensure_ascii=chance.random() < 0.5).encode())


def _in_pieces(chance: random.Random, payload: bytes) -> bytes:
    """One message: mostly one frame, else several with pings between and lengths written longer than need be."""
    if chance.random() < 0.8:
        return raw(Op.TEXT, payload, mask=chance.randbytes(4))
    cuts = sorted(chance.randint(0, len(payload)) for _ in range(chance.randint(1, 6)))
    pieces = [payload[a:b] for a, b in zip([0, *cuts], [*cuts, len(payload)], strict=True)]
    frames = []
    for n, piece in enumerate(pieces):
        op = Op.CONT if n else Op.TEXT
        size = None if len(piece) > 125 else chance.choice((None, 2, 8))
        frames.append(
            raw(op, piece, is_last=n == len(pieces) - 1, mask=chance.randbytes(4), length_bytes=size)
        )
        if chance.random() < 0.3:
            frames.append(raw(Op.PING, b"between"))
    return b"".join(frames)


def _unbearable(chance: random.Random) -> tuple[bytes, tuple[int, ...]]:
    """A frame that must end the connection, and with which code."""
    payload = chance.randbytes(chance.randint(0, 125))
    known = chance.choice(tuple(Op))
    wrong: list[tuple[bytes, tuple[int, ...]]] = [
        (raw(chance.choice((3, 4, 5, 6, 7, 11, 12, 13, 14, 15)), payload), (1002,)),
        (raw(known, payload, reserved=chance.randint(1, 7)), (1002,)),
        (raw(known, payload, mask=None), (1002,)),
        (raw(Op.PING, bytes(chance.randint(126, 999))), (1002,)),
        (raw(Op.PING, payload, is_last=False), (1002,)),
        (raw(Op.CONT, payload, is_last=chance.random() < 0.5), (1002,)),
        (raw(Op.TEXT, b"a", is_last=False) + raw(Op.TEXT, b"b"), (1002,)),
        (raw(Op.CLOSE, b"\x03"), (1002,)),
        (closing(chance.choice((0, 999, 1004, 1005, 1006, 1016, 2999, 5000, 65_535))), (1002,)),
        (raw(Op.TEXT, chance.choice(_BAD_UTF8)), (1007,)),
        (closing(1000, b"\xff"), (1007,)),
        (raw(Op.TEXT, length=chance.choice((FRAME_BYTES_MAX + 1, 2**32, 2**63 - 1))), (1009,)),
        (raw(Op.BINARY, payload), (4400,)),
        (raw(Op.TEXT, chance.choice(TEXTS).encode("utf-8", "surrogatepass")), (4400,)),
        (closing(1000), (1000,)),
        (closing(4999), (4999,)),
    ]
    return chance.choice(wrong)


def _anything(chance: random.Random) -> bytes:
    """A frame whose every field is chance, or no frame at all."""
    if chance.random() < 0.3:
        return chance.randbytes(chance.randint(1, 300))
    payload = chance.choice((chance.randbytes(chance.randint(0, 300)), chance.choice(_BAD_UTF8), LAST))
    return raw(
        chance.randint(0, 15),
        payload,
        is_last=chance.random() < 0.5,
        reserved=chance.choice((0, 0, 0, chance.randint(0, 7))),
        mask=chance.choice((None, chance.randbytes(4), chance.randbytes(4))),
        length=chance.choice((None, None, chance.randint(0, 2**16), chance.getrandbits(64))),
        length_bytes=chance.choice((None, None, 2, 8)),
    )


def _damaged(data: bytes, chance: random.Random) -> bytes:
    """One bit, byte or stretch is other than it was."""
    at = chance.randrange(len(data) + 1)
    to = min(len(data), at + chance.choice((1, 1, 2, 4, 8, 100)))
    ways: tuple[bytes, ...] = (
        data[:at] + data[to:],
        data[:at] + chance.randbytes(to - at) + data[to:],
        data[:at] + data[at:to] * 2 + data[to:],
        data[:at] + bytes(to - at) + data[to:],
        data[:at] + bytes(one ^ 1 << chance.randrange(8) for one in data[at : at + 1]) + data[at + 1 :],
        data[:at] or data,
    )
    return chance.choice(ways)
