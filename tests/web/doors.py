"""The web's doors around a hub of the test's own, without a socket: for what a real store does not do on demand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from starlette.applications import Starlette

from queue_server.clock import FakeClock
from queue_server.config import load
from queue_server.halls import Hall, Halls
from queue_server.hub import Hub
from queue_server.identity.store import IdentityStore, open_identity
from queue_server.journal.base import Journal
from queue_server.journal.memory import MemoryJournal
from queue_server.live.fanout import Fanout
from queue_server.live.presence import PresenceBook
from queue_server.speech.service import SpeechService
from queue_server.web.app import make_app
from queue_server.web.assets import Assets
from queue_server.web.demo import Demo
from queue_server.web.limits import Limiter, SocketCounts
from queue_server.web.services import Services
from queue_server.web.shell import Shell
from tests.contract.house import MORNING_MS, config_in

URL = "http://hub.example"


def around(hub: Hub, clock: FakeClock) -> Halls:
    """One hall, with nobody's device in it."""
    presence = PresenceBook(
        journal_id=hub.journal_id, clock=clock, name_of=lambda _actor: None, on_change=lambda _seat: None
    )
    return Halls({hub.hall: Hall(hub, presence, Fanout(hub, presence))})


@asynccontextmanager
async def doors(
    folder: Path, halls: Halls | None = None, journal: Journal | None = None
) -> AsyncIterator[tuple[Starlette, IdentityStore]]:
    """The application, and who may come in. No hall at all where none is given."""
    clock = FakeClock(MORNING_MS)
    async with open_identity(folder, clock=clock) as identity:
        services = Services(
            config=load(config_in(folder), {"ANTREAN_LIMITS": "off"}),
            clock=clock,
            halls=halls or Halls({}),
            identity=identity,
            speech=SpeechService(folder / "speech", None, None),
            shell=Shell(assets=Assets.read()),
            limiter=Limiter(),
            socket_counts=SocketCounts(),
            outboxes={},
            new_id=lambda: "t-new",
            is_demo=False,
            is_store_well=lambda: True,
        )
        yield make_app(services, journal or MemoryJournal(), Demo(identity, is_on=False)), identity


@asynccontextmanager
async def client_of(app: Starlette) -> AsyncIterator[httpx2.AsyncClient]:
    """Calls without a network."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=URL) as client:
        yield client
