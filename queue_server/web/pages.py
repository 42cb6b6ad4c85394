"""The pages: who may open one, and what its first paint shows. Everything after that comes over the live socket."""

import gzip
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from queue_server.domain.hall import CounterId, HallConfig
from queue_server.domain.model import TicketId
from queue_server.domain.refusals import Rejected
from queue_server.halls import Hall
from queue_server.identity.model import PAIRING_LIVES_MS, Identity, Role, belongs_to, may_sit_at
from queue_server.identity.permissions import refusal_for
from queue_server.views.counter import counter_view
from queue_server.views.display import display_view
from queue_server.views.hall import hall_view
from queue_server.views.heads import hall_head
from queue_server.views.kiosk import kiosk_view
from queue_server.views.manager import manager_view
from queue_server.views.ticket import ticket_view
from queue_server.web.auth import identify_request, is_tls
from queue_server.web.demo import Demo
from queue_server.web.devices import device_list, places_of
from queue_server.web.problems import STATUS
from queue_server.web.services import Services
from queue_server.web.shell import PAGE_HEADERS
from queue_server.web.within import hall_of
from queue_server.wire.shapes import Shape

ZIP_LEVEL = 6
"""Half a millisecond for the largest page; level 9 takes twice that for one byte in a hundred."""


class Pages:
    """The handlers."""

    def __init__(self, services: Services, demo: Demo) -> None:
        self._services = services
        self._demo = demo

    async def start(self, request: Request) -> Response:
        """Every page of a hall, for whoever sets the devices up: of the first one, or of that in `?hall=`."""
        identity = identify_request(request, self._services.identity)
        halls = self._services.halls
        async with halls.using(request.query_params.get("hall", halls.home.hub.hall)) as hall:
            if isinstance(hall, Rejected):
                return self._missing(request, hall)
            return self._page(request, "start", hall, page=self._start_page(hall, identity))

    async def kiosk(self, request: Request) -> Response:
        """One kiosk."""
        kiosk = request.path_params["kiosk"]
        return await self._device(
            request, "kiosk", Role.KIOSK, kiosk, hello={"view": "kiosk", "kiosk": kiosk}
        )

    async def screen(self, request: Request) -> Response:
        """One hall screen, with its zone's voice unless `?muted=1`."""
        hall = hall_of(request)
        screen_id = request.path_params["screen"]
        if isinstance(hall, Rejected):
            return self._missing(request, hall)
        screens = hall.hub.state.hall.screens
        screen = next((known for known in screens if known.id == screen_id), None)
        if screen is None:
            return self._missing(request)
        hello = {"view": "display", "zone": screen.zone, "screen": screen.id}
        page = {"muted": request.query_params.get("muted") == "1", "screen": screen.id}
        return await self._device(request, "screen", Role.DISPLAY, screen.id, hello=hello, page=page)

    async def counter(self, request: Request) -> Response:
        """One counter; without one in the path, the choice of counters."""
        hall = hall_of(request)
        if isinstance(hall, Rejected):
            return self._missing(request, hall)
        counter = request.path_params.get("counter")
        name = "Petugas" if counter is None else f"Petugas {_counter_name(hall.hub.state.hall, counter)}"
        identity, token = await self._person(request, hall, Role.OFFICER, name)
        refused = self._refused(request, identity, "view_counter", hall)
        if refused is not None:
            return refused
        page: dict[str, Any] = {"name": identity.name, "role": identity.role, "token": token}
        if counter is None:
            page["counters"] = _counters_for(hall, identity)
            return self._page(
                request, "counter", hall, hello={"view": "hall"}, page=page, view=_hall_view(hall)
            )
        if not may_sit_at(identity, CounterId(counter)):
            return RedirectResponse(f"/halls/{hall.hub.hall}/counter", 303)
        view = counter_view(hall.hub.state, hall.presence.snapshot(), CounterId(counter))
        if view is None:
            return self._missing(request)
        page["officer"] = identity.actor
        hello = {"view": "counter", "counter": counter, "token": token}
        return self._page(request, "counter", hall, hello=hello, view=view, page=page)

    async def manager(self, request: Request) -> Response:
        """The hall manager's board."""
        hall = hall_of(request)
        if isinstance(hall, Rejected):
            return self._missing(request, hall)
        identity, token = await self._person(request, hall, Role.MANAGER, "Kepala MPP")
        refused = self._refused(request, identity, "view_manager", hall)
        if refused is not None:
            return refused
        view = manager_view(hall.hub.state, hall.presence.snapshot())
        page = {"name": identity.name, "token": token}
        return self._page(
            request, "manager", hall, hello={"view": "manager", "token": token}, view=view, page=page
        )

    async def accounts(self, request: Request) -> Response:
        """Officers' accounts, for administrators."""
        hall = self._services.halls.home
        identity, token = await self._person(request, hall, Role.ADMIN, "Administrator")
        refused = self._refused(request, identity, "manage_accounts", hall)
        if refused is not None:
            return refused
        page = {
            "name": identity.name,
            "token": token,
            "account": identity.actor,
            "accounts": self._services.identity.accounts(),
            "counters": _counters_for(hall, identity),
            "zones": [{"id": zone.id, "name": zone.name} for zone in hall.hub.state.hall.zones],
        }
        return self._page(request, "accounts", hall, page=page)

    async def devices(self, request: Request) -> Response:
        """Tokens, links and waiting devices, for administrators."""
        hall = self._services.halls.home
        identity, token = await self._person(request, hall, Role.ADMIN, "Administrator")
        refused = self._refused(request, identity, "manage_tokens", None)
        if refused is not None:
            return refused
        own = [one for one in self._services.halls.all() if belongs_to(identity, one.hub.hall)]
        page = {
            "name": identity.name,
            "token": token,
            "own": identity.credential,
            "places": places_of(own),
            **msgspec.structs.asdict(device_list(self._services, identity)),
        }
        return self._page(request, "devices", hall, page=page)

    async def ticket(self, request: Request) -> Response:
        """The citizen's own page."""
        ticket = request.path_params["ticket"]
        async with self._services.halls.using_of_ticket(ticket) as hall:
            if isinstance(hall, Rejected):
                return self._missing(request, hall)
            view = ticket_view(hall.hub.state, hall.presence.snapshot(), TicketId(ticket))
            if view is None:
                return self._missing(request)
            lang = request.query_params.get("lang", view.language)
            hello = {"view": "ticket", "ticket": ticket}
            return self._page(request, "ticket", hall, hello=hello, view=view, lang=lang)

    async def small(self, request: Request) -> Response:
        """Sign-in, link, set-up and pairing: doors without a view."""
        page = {"/sign-in": "sign_in", "/link": "link", "/setup": "setup", "/pair": "pair"}[request.url.path]
        hall = self._services.halls.home
        following = request.query_params.get("next", "")
        # What a proxy encrypts, the hub knows where it was told of the proxy.
        is_plain = self._services.is_exposed and not is_tls(request)
        go = following if _is_own_path(following) else ""
        more = {"lives_ms": PAIRING_LIVES_MS} if page == "pair" else {}
        return self._page(request, page, hall, page={"next": go, "plain": is_plain, **more})

    async def _device(
        self,
        request: Request,
        page_name: str,
        role: Role,
        device: str,
        *,
        hello: Mapping[str, Any],
        page: Mapping[str, Any] | None = None,
    ) -> Response:
        hall = hall_of(request)
        if isinstance(hall, Rejected):
            return self._missing(request, hall)
        token = await self._demo.device_token(request, role, hall.hub.hall, device)
        if token is None:
            identity = identify_request(request, self._services.identity)
            is_other = identity.role is role and identity.device != device
            refused = self._refused(request, identity, f"view_{hello['view']}", hall)
            if refused is not None or is_other:
                return refused or self._missing(request)
        state, presence = hall.hub.state, hall.presence.snapshot()
        view: Shape | None
        if hello["view"] == "kiosk":
            view = kiosk_view(state, presence, hello["kiosk"])
        else:
            view = display_view(state, presence, hello["zone"])
        if view is None:
            return self._missing(request)
        return self._page(request, page_name, hall, hello={**hello, "token": token}, view=view, page=page)

    async def _person(
        self, request: Request, hall: Hall, role: Role, name: str
    ) -> tuple[Identity, str | None]:
        """Who sits before the page; in a demonstration somebody with this role, with his token for the page."""
        found = await self._demo.person(request, role, hall.hub.hall, name)
        if found is not None:
            return found
        return identify_request(request, self._services.identity), None

    def _refused(
        self, request: Request, identity: Identity, operation: str, hall: Hall | None
    ) -> Response | None:
        """To the sign-in page and back, for whoever may not open this one."""
        if refusal_for(identity, operation, None if hall is None else hall.hub.hall) is None:
            return None
        return RedirectResponse(f"/sign-in?next={request.url.path}", 303)

    def _start_page(self, hall: Hall, identity: Identity) -> Mapping[str, Any]:
        config = hall.hub.state.hall
        names = self._services.halls.names()
        return {
            "halls": [{"id": one, "name": name} for one, name in names.items() if one != hall.hub.hall],
            "kiosks": [{"id": kiosk.id, "name": kiosk.name} for kiosk in config.kiosks],
            "screens": [{"id": screen.id, "zone": screen.zone} for screen in config.screens],
            "zones": [{"id": zone.id, "name": zone.name} for zone in config.zones],
            "counters": [
                {"id": place.id, "name": place.name, "zone": place.zone} for place in config.counters
            ],
            "demo": self._services.is_demo,
            "signed_in": None if identity.role is None else {"role": identity.role, "name": identity.name},
        }

    def _missing(self, request: Request, refusal: Rejected | None = None) -> Response:
        """No such hall, device, counter or ticket: the page says so in words. A hall that cannot be opened now is a 503."""
        hall = self._services.halls.home
        status = 404 if refusal is None else STATUS[refusal.code]
        return self._page(request, "missing", hall, page={"path": request.url.path}, status=status)

    def _page(
        self,
        request: Request,
        name: str,
        hall: Hall,
        *,
        hello: Mapping[str, Any] | None = None,
        view: Shape | None = None,
        page: Mapping[str, Any] | None = None,
        lang: str | None = None,
        status: int = 200,
    ) -> Response:
        config = hall.hub.state.hall
        wanted = lang or request.query_params.get("lang") or config.languages[0]
        boot = {
            "hall": hall_head(config),
            "hello": hello,
            "view": view,
            "seq": hall.hub.state.seq,
            "journal_id": hall.hub.journal_id,
            "now_ms": hall.hub.now_ms(),
            "page": page,
        }
        shown = wanted if wanted in config.languages else config.languages[0]
        html = self._services.shell.render(
            name, lang=shown, languages=config.languages, boot=boot, title=config.name
        )
        return document_answer(request, html, status)


def _is_own_path(text: str) -> bool:
    """Whether a browser that is sent there stays with us.

    Two slashes begin another host's address, a backslash counts as a slash, and tabs and line breaks count as nothing, so
    that they could stand between two slashes. Source: WHATWG URL, 4.4.
    """
    return text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()


def document_answer(request: Request, html: str, status: int = 200) -> Response:
    """A page as it travels: a cheap phone's 13 kB are 5 compressed.

    Nothing that a visitor could vary stands in a compressed page beside a secret, so its length tells nothing: outside
    a demonstration a page holds no token, and its cookie is in no document.
    """
    headers = {**PAGE_HEADERS, "vary": "accept-encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return HTMLResponse(html, status, headers)
    body = gzip.compress(html.encode(), ZIP_LEVEL, mtime=0)
    return HTMLResponse(body, status, {**headers, "content-encoding": "gzip"})


def _hall_view(hall: Hall) -> Shape:
    return hall_view(hall.hub.state, hall.presence.snapshot())


def _counter_name(config: HallConfig, counter: str) -> str:
    return next((place.name for place in config.counters if place.id == counter), counter)


def _counters_for(hall: Hall, identity: Identity) -> list[Mapping[str, str]]:
    return [
        {"id": place.id, "name": place.name, "zone": place.zone}
        for place in hall.hub.state.hall.counters
        if may_sit_at(identity, place.id)
    ]
