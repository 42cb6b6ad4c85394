"""From a WebSocket handshake to the live endpoint: addresses are counted, foreign pages and unknown halls turned away."""

from starlette.websockets import WebSocket

from queue_server.domain.refusals import Refusal, Rejected
from queue_server.halls import Hall
from queue_server.identity.model import Identity
from queue_server.live.endpoint import Door, farewell, serve
from queue_server.web.auth import AuthRefused, identify_socket
from queue_server.web.commands import over_limit
from queue_server.web.limits import address_key
from queue_server.web.services import Services
from queue_server.wire.close_codes import CloseCode


async def live_socket(socket: WebSocket, services: Services) -> None:
    """One socket from its handshake to its end."""
    await socket.accept()
    async with services.halls.using(socket.path_params["hall"]) as hall:
        if isinstance(hall, Rejected):
            is_unknown = hall.code is Refusal.UNKNOWN_HALL
            await farewell(socket, CloseCode.UNKNOWN if is_unknown else CloseCode.TRY_AGAIN_LATER)
        else:
            await _at_work(socket, services, hall)


async def _at_work(socket: WebSocket, services: Services, hall: Hall) -> None:
    """In a hall that is open as long as this lasts."""
    address = address_key(None if socket.client is None else socket.client.host)
    if not services.socket_counts.enter(address):
        await farewell(socket, CloseCode.TOO_MANY_SOCKETS)
        return

    def identify(token: str | None) -> Identity | None:
        try:
            return identify_socket(socket, token, services.identity)
        except AuthRefused:
            return None

    def is_current(identity: Identity) -> bool:
        return services.identity.current(identity) is not None

    def limited(name: str, identity: Identity) -> Rejected | None:
        return over_limit(services, name, identity, address)

    new_id = services.halls.ticket_ids(hall.hub.hall, services.new_id)
    door = Door(hall=hall, identify=identify, is_current=is_current, limited=limited, new_id=new_id)
    try:
        await serve(socket, door, services.outboxes)
    finally:
        services.socket_counts.leave(address)
