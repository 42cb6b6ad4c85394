"""The hall of an address: opened where it must be, and held open until its answer is made."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from queue_server.domain.refusals import Rejected
from queue_server.halls import Hall, Halls

Handler = Callable[[Request], Awaitable[Response]]

HALL_PARAM = "{hall}"


def within(halls: Halls, path: str, handler: Handler) -> Handler:
    """The handler of a path, with the hall that the path names at hand; itself where the path names none."""
    if HALL_PARAM not in path:
        return handler

    async def handle(request: Request) -> Response:
        async with halls.using(request.path_params["hall"]) as hall:
            request.state.hall = hall
            return await handler(request)

    return handle


def hall_of(request: Request) -> Hall | Rejected:
    """The hall of a request whose path names one, or why there is none: UNKNOWN_HALL, or BUSY."""
    hall: Hall | Rejected = request.state.hall
    return hall
