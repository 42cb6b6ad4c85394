"""Reading what a client sends: bounded, typed, and refused with its path where it is wrong."""

import asyncio
from typing import Any, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request

from queue_server import intake
from queue_server.domain.decision import rejected
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.intake import invalid_at

BODY_BYTES_MAX = 64 * 1024
"""The largest honest body is a transfer of some hundred bytes."""

BODY_WITHIN_MS = 10_000
"""A client that trickles its body is let go."""

T = TypeVar("T")

_decoders: dict[type, msgspec.json.Decoder[Any]] = {}


async def read_body(request: Request, shape: type[T]) -> T | Rejected:
    """The body as a value of `shape`; an empty body counts as an empty object."""
    raw = await read_bytes(request)
    return raw if isinstance(raw, Rejected) else decoded(raw or b"{}", shape)


def decoded(raw: bytes, shape: type[T]) -> T | Rejected:
    """JSON as a value of `shape`, or INVALID with the path of what is wrong."""
    decoder = _decoders.get(shape)
    if decoder is None:
        decoder = _decoders[shape] = msgspec.json.Decoder(shape)
    value: T | Rejected = intake.decoded(decoder, raw)
    return value


async def read_bytes(request: Request) -> bytes | Rejected:
    """The body's bytes, at most BODY_BYTES_MAX."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > BODY_BYTES_MAX:
        return _TOO_LARGE
    parts: list[bytes] = []
    length = 0
    try:
        async with asyncio.timeout(BODY_WITHIN_MS / 1000):
            async for part in request.stream():
                length += len(part)
                if length > BODY_BYTES_MAX:
                    return _TOO_LARGE
                parts.append(part)
    except (TimeoutError, ClientDisconnect):
        return invalid_at("$", "The body did not arrive in time.")
    return b"".join(parts)


_TOO_LARGE = rejected(Refusal.TOO_LARGE, "At most 64 KiB are taken.")
