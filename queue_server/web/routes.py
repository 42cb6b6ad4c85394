"""Every address of the hub, in one table."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from queue_server.journal.base import Journal
from queue_server.web.accounts import Accounts
from queue_server.web.commands import command_handler
from queue_server.web.demo import Demo
from queue_server.web.describe import asyncapi_document, openapi_document
from queue_server.web.devices import Devices
from queue_server.web.health import Health
from queue_server.web.pages import Pages
from queue_server.web.pairings import Pairings
from queue_server.web.reading import Reading
from queue_server.web.services import Services
from queue_server.web.sessions import Sessions
from queue_server.web.sockets import live_socket
from queue_server.web.within import Handler, within

AUDIO_WITHIN_MS = 4_000
"""A sound that is being rendered is waited for so long; a voice would rather be silent than late."""

AUDIO_HEADERS = {"Cache-Control": "public, max-age=300"}
"""The address names the words, not the voice: a new voice pack must be heard within minutes."""

COUNTER_COMMANDS = {
    "open": "open_counter",
    "pause": "pause_counter",
    "resume": "resume_counter",
    "close": "close_counter",
    "next": "call_next",
    "call": "call_ticket",
    "recall": "recall",
    "start": "start",
    "finish": "finish",
    "no-show": "no_show",
    "park": "park",
    "transfer": "transfer",
    "undo": "undo",
}
"""Last part of the path to the command's name on the wire."""

HALL_COMMANDS = {"clock/settle": "settle_clock", "restore/confirm": "confirm_restore"}
"""The same for what concerns the whole hall."""


def _device_routes(services: Services) -> list[BaseRoute]:
    """How devices come in and go."""
    pairings, devices = Pairings(services), Devices(services)
    return [
        Route("/api/v1/pairings", pairings.started, methods=["POST"]),
        Route("/api/v1/pairings/ask", pairings.asked, methods=["POST"]),
        Route("/api/v1/pairings/find", pairings.found, methods=["POST"]),
        Route("/api/v1/pairings/{pairing}/approve", pairings.approved, methods=["POST"]),
        Route("/api/v1/pairings/{pairing}/withdraw", pairings.withdrawn, methods=["POST"]),
        Route("/api/v1/devices", devices.listed, methods=["GET"]),
        Route("/api/v1/devices/{credential}", devices.revoked, methods=["DELETE"]),
    ]


def routes(services: Services, journal: Journal, demo: Demo) -> list[BaseRoute]:
    """The table."""
    hall = "/api/v1/halls/{hall}"
    reading = Reading(services, journal)
    sessions = Sessions(services)
    health = Health(services)
    accounts = Accounts(services)
    pages = Pages(services, demo)

    async def audio(request: Request) -> Response:
        path = await services.speech.file(f"/audio/{request.path_params['name']}", AUDIO_WITHIN_MS)
        if path is None:
            return Response("No such sound.", 404, media_type="text/plain")
        return FileResponse(path, media_type="audio/wav", headers=AUDIO_HEADERS)

    async def live(socket: WebSocket) -> None:
        await live_socket(socket, services)

    def get(path: str, handler: Handler) -> Route:
        return Route(path, within(services.halls, path, handler), methods=["GET"])

    def post(path: str, handler: Handler) -> Route:
        return Route(path, within(services.halls, path, handler), methods=["POST"])

    def delete(path: str, handler: Handler) -> Route:
        return Route(path, within(services.halls, path, handler), methods=["DELETE"])

    return [
        get("/healthz", health.alive),
        get("/readyz", health.ready),
        get("/metrics", health.metrics),
        get("/api/v1/openapi.json", openapi_document),
        get("/api/v1/asyncapi.json", asyncapi_document),
        get("/api/v1/halls", reading.halls),
        get(hall, reading.hall),
        post(f"{hall}/tickets", command_handler(services, "take_ticket")),
        get(f"{hall}/tickets", reading.ticket_by_number),
        get(f"{hall}/tickets/{{ticket}}", reading.ticket),
        delete(f"{hall}/tickets/{{ticket}}", command_handler(services, "cancel_ticket", "ticket")),
        post(f"{hall}/tickets/{{ticket}}/return", command_handler(services, "return_ticket", "ticket")),
        post(f"{hall}/tickets/{{ticket}}/reprint", command_handler(services, "reprint_ticket", "ticket")),
        *(
            post(f"{hall}/counters/{{counter}}/{part}", command_handler(services, name, "counter"))
            for part, name in COUNTER_COMMANDS.items()
        ),
        *(post(f"{hall}/{part}", command_handler(services, name)) for part, name in HALL_COMMANDS.items()),
        get(f"{hall}/events", reading.events),
        WebSocketRoute(f"{hall}/live", live),
        post("/api/v1/session", sessions.sign_in),
        delete("/api/v1/session", sessions.sign_out),
        post("/api/v1/link", sessions.redeem),
        post("/api/v1/device-link", sessions.link_own_device),
        post("/api/v1/setup", sessions.set_up),
        get("/api/v1/accounts", accounts.listed),
        post("/api/v1/accounts", accounts.made),
        Route("/api/v1/accounts/{account}", accounts.changed, methods=["PATCH"]),
        *_device_routes(services),
        get("/audio/{name}", audio),
        services.shell.assets.route(),
        get("/", pages.start),
        *(get(path, pages.small) for path in ("/sign-in", "/link", "/setup", "/pair")),
        get("/accounts", pages.accounts),
        get("/devices", pages.devices),
        get("/t/{ticket}", pages.ticket),
        get("/halls/{hall}/kiosk/{kiosk}", pages.kiosk),
        get("/halls/{hall}/screen/{screen}", pages.screen),
        get("/halls/{hall}/counter", pages.counter),
        get("/halls/{hall}/counter/{counter}", pages.counter),
        get("/halls/{hall}/manager", pages.manager),
    ]
