"""Floor of P1 and P2: a plain Starlette route that answers from memory, under the hub's own uvicorn settings and loop.

It reads the body, decodes it, makes a number and answers with a ticket's worth of JSON; nothing is decided, stored or
told. Run as a process; prints `ready PORT`.
"""

import asyncio
from itertools import count

import msgspec
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queue_server.server import listening_socket, make_server
from queue_server.wire.requests import TakeTicketRequest

PATH = "/api/v1/halls/{hall}/tickets"


class TicketLike(msgspec.Struct, frozen=True, kw_only=True):
    """As long as a ticket's view."""

    id: str
    number: str
    service: str
    padding: str = "x" * 440


_decode = msgspec.json.Decoder(TakeTicketRequest).decode
_encode = msgspec.json.Encoder().encode
_numbers = count(1)


async def ticket(request: Request) -> Response:
    """One answer from memory."""
    asked = _decode(await request.body())
    number = next(_numbers)
    body = _encode(TicketLike(id=f"{number:022}", number=f"A{number:03}", service=asked.service))
    return Response(body, 201, {"Location": f"{request.url.path}/{number:022}"}, "application/json")


async def empty(_request: Request) -> Response:
    """The least that HTTP can say."""
    return Response(status_code=204)


async def main() -> None:
    """Serves until SIGTERM."""
    app = Starlette(routes=[Route(PATH, ticket, methods=["POST"]), Route(PATH, empty, methods=["GET"])])
    listener = listening_socket("127.0.0.1", 0)
    port = listener.getsockname()[1]
    server = make_server(
        app,
        outboxes=(),
        on_ready=lambda: print("ready", port, flush=True),
        on_hangup=lambda: None,
        trusted_proxies=(),
    )
    await server.serve(sockets=[listener])


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
