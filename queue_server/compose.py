"""The composition root: what is built from what, in which order it starts, and in which it stops.

Start: folder and lock, journal, identity, speech, the first hall's hub (folded), then the listening socket; other halls
open when they are asked for. Stop: no new connections, every live socket told to come back, the hubs answer what waits,
speech, identity, journal.
"""

import asyncio
import gc
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import structlog

from queue_server.backup.places import NotHere, places_of, refuse_half_restored
from queue_server.backup.taking import Copier
from queue_server.clock import Clock, SystemClock
from queue_server.config import Config, ConfigError, load, report, with_always_open
from queue_server.control import listening
from queue_server.directory import HallDirectory
from queue_server.domain.hall import HallConfig, HallId
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.errors import AntreanError
from queue_server.hall_verbs import hall_verbs, left_out
from queue_server.halls import Hall, Halls
from queue_server.housekeeping import keep_halls, keep_house
from queue_server.identity.model import CredentialId
from queue_server.identity.shelf import IdentityTrouble
from queue_server.identity.store import IdentityStore, open_identity
from queue_server.journal.base import HallList, Journal, Watched
from queue_server.journal.store import open_store
from queue_server.live.outbox import Outbox
from queue_server.opening import Around, HallOpeners
from queue_server.server import Server, listening_socket, make_server
from queue_server.speech.requests import EngineChoice
from queue_server.speech.service import STOPPED, SpeechService, VoiceStatus
from queue_server.speech.voice import worker_argv
from queue_server.verbs import verbs
from queue_server.web.app import make_app
from queue_server.web.assets import Assets
from queue_server.web.demo import Demo
from queue_server.web.limits import Limiter, SocketCounts, limits_of
from queue_server.web.services import Services
from queue_server.web.shell import Shell
from queue_server.wire.close_codes import CloseCode

SWITCH_INTERVAL_S = 0.0005
"""The journal's thread gets the interpreter's lock every half a millisecond while the loop broadcasts, not every five."""

COLLECT_AFTER_COUNT = 20_000
"""New objects that are still there before the collector looks: at its default of 700 it walks the objects of thousands of
sockets again and again, in vain, for 15 % of a fan-out's time."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

log = structlog.get_logger(__name__)


class Settings(NamedTuple):
    """What `antrean serve` was told."""

    config_path: Path
    data: Path
    host: str | None = None
    """None: as the configuration says."""
    port: int | None = None
    is_always_open: bool = False
    is_demo: bool = False
    env: Mapping[str, str] = {}


class Ready(NamedTuple):
    """What is told once requests are taken."""

    url: str
    setup_code: str | None
    hall: HallConfig
    voice: VoiceStatus


class NotAllowed(Exception):  # noqa: N818 -- it says why, as refusals do
    """The settings ask for what is only safe on this machine itself."""


async def run(settings: Settings, on_ready: Callable[[Ready], None], clock: Clock | None = None) -> None:
    """Serves until told to stop.

    Raises:
        ConfigError, NotAllowed, AntreanError, OSError: it cannot start, or must not go on.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    clock = clock or SystemClock()
    config = load(settings.config_path, settings.env)
    host, port = settings.host or config.host, config.port if settings.port is None else settings.port
    _check_address(host, config, settings)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_half_restored(settings.data)
    async with AsyncExitStack() as stack:
        journal = await open_store(config.store_url, settings.data)
        stack.push_async_callback(journal.close)
        identity = await stack.enter_async_context(
            open_identity(settings.data, clock=clock, store_url=config.store_url, is_demo=settings.is_demo)
        )
        listener = listening_socket(host, port)
        stack.callback(listener.close)
        url = f"http://{_shown_host(host)}:{listener.getsockname()[1]}"
        house = _House(
            settings=settings, config=config, clock=clock, journal=journal, identity=identity, url=url
        )
        speech = await stack.enter_async_context(house.speaking())
        await house.work(speech, listener, lambda: on_ready(house.ready(speech)), stack)


class _House:
    """Everything between the journal and the socket."""

    def __init__(
        self,
        *,
        settings: Settings,
        config: Config,
        clock: Clock,
        journal: Journal,
        identity: IdentityStore,
        url: str,
    ) -> None:
        self._settings = settings
        self._config = config
        self._clock = clock
        self._journal = journal
        self._identity = identity
        self._url = url
        self._store_troubles: dict[str, str] = {}
        """By who met them: a hall's hub, or the watch over a shared store."""
        self._fatal: AntreanError | None = None
        assert isinstance(journal, HallList), "every store keeps the list of added halls"
        self._directory = HallDirectory(
            config.halls,
            journal,
            clock,
            has_limits=not config.limits.is_off,
            is_shared=journal.is_shared,
        )
        self._halls = Halls()
        self._openers: HallOpeners
        self._server: Server | None = None

    @asynccontextmanager
    async def speaking(self) -> AsyncIterator[SpeechService]:
        """The speech service while the block lasts."""
        choice = EngineChoice(self._config.speech.engine)
        speech = SpeechService(
            self._settings.data / "speech",
            self._config.speech.sounds_dir,
            self._config.speech.command,
            argv=worker_argv(choice),
            on_status=self._voice_changed,
        )
        await speech.start()
        try:
            yield speech
        finally:
            await speech.stop()

    async def work(
        self, speech: SpeechService, listener: Any, on_ready: Callable[[], None], stack: AsyncExitStack
    ) -> None:
        """Opens the first hall and serves until uvicorn is told to stop; other halls open when they are asked for."""
        outboxes: dict[Outbox, CredentialId | None] = {}
        self._identity.on_revoked(lambda revoked: _turn_out(outboxes, revoked))
        demo = Demo(self._identity, is_on=self._settings.is_demo)
        await self._directory.look()
        async with asyncio.TaskGroup() as tasks:
            self._put_halls_together(speech, tasks)
            services = self._services(speech, outboxes)
            self._server = make_server(
                make_app(services, self._journal, demo),
                outboxes=outboxes,
                on_ready=on_ready,
                on_hangup=lambda: _noted(tasks.create_task(self.apply(), name="apply")),
                trusted_proxies=self._config.trusted_proxies,
            )
            try:
                await self._halls.keep(self._config.halls[0].id)
            except AntreanError as trouble:
                self._fatal = trouble
            else:
                await self._serve(self._server, services, listener, tasks, stack)
                with suppress(
                    IdentityTrouble
                ):  # What a full disk leaves behind opens nothing once the hub is gone.
                    await demo.close()
            await self._halls.stop()
        if self._fatal is not None:
            raise self._fatal

    async def _serve(
        self,
        server: Server,
        services: Services,
        listener: Any,
        tasks: asyncio.TaskGroup,
        stack: AsyncExitStack,
    ) -> None:
        """From the first request to the last, with what is done beside it."""
        beside = [
            keep_house(self._halls, self._journal, self._clock),
            keep_halls(self._halls, self._directory),
        ]
        if isinstance(self._journal, Watched):
            beside.append(
                self._journal.watch(self._moved, lambda trouble: self._store_changed("watch", trouble))
            )
        helpers = [tasks.create_task(one, name="helper") for one in beside]
        of_halls = hall_verbs(self._directory, self._halls, self._openers.configure)
        await stack.enter_async_context(
            listening(self._settings.data, verbs(services, self.apply, self._copier(), of_halls))
        )
        _settle_memory()
        await server.serve(sockets=[listener])
        for helper in helpers:
            helper.cancel()

    def _put_halls_together(self, speech: SpeechService, tasks: asyncio.TaskGroup) -> None:
        self._openers = HallOpeners(
            Around(
                directory=self._directory,
                journal=self._journal,
                clock=self._clock,
                speech=speech,
                name_of=self._identity.display_name,
                spawn=tasks.create_task,
                wanted=self._wanted,
                inbox_count_max=self._config.limits.inbox_commands,
                on_open=lambda hall: self._tell_troubles(hall, speech),
                on_store=self._store_changed,
                on_end=self._ended,
            )
        )
        self._halls = Halls(
            directory=self._directory,
            openers=self._openers,
            spawn=tasks.create_task,
            clock=self._clock,
            close_after_ms=self._config.close_halls_after_ms,
        )

    async def apply(self) -> Rejected | None:
        """Reads the configuration file anew and proposes it; a broken one changes nothing and says why."""
        try:
            proposed = load(self._settings.config_path, self._settings.env)
        except ConfigError as error:
            log.warning("configuration_refused", mistakes=report(error))
            for hall in self._halls.all():
                hall.presence.trouble("configuration_refused", "", report(error))
            return Rejected(code=Refusal.INVALID, detail=report(error))
        refusal = left_out(self._halls, self._directory, {hall.id for hall in proposed.halls})
        if refusal is not None:
            return refusal
        self._config = msgspec.structs.replace(self._config, halls=proposed.halls)
        self._directory.take_up(proposed.halls)
        for hall in self._halls.all():
            hall.presence.trouble("configuration_refused", "", None)
            if self._directory.is_of_file(hall.hub.hall):
                await self._openers.configure(hall)
        return None

    def _copier(self) -> Copier | Rejected:
        try:
            places = places_of(self._config.store_url, self._settings.data)
        except NotHere as reason:
            return Rejected(code=Refusal.INVALID, detail=str(reason))
        return Copier(places, self._identity.copy)

    def ready(self, speech: SpeechService) -> Ready:
        """What to tell the operator."""
        hall = self._halls.home.hub.state.hall
        return Ready(self._url, self._identity.setup_code(), hall, speech.status())

    def _ended(self, hall: HallId, trouble: AntreanError) -> None:
        """A hub that must not go on takes the node with it, but not before everyone was told to come back."""
        self._fatal = self._fatal or trouble
        self._store_changed(hall, str(trouble))
        if self._server is not None:
            self._server.should_exit = True

    def _moved(self, hall_id: HallId, seq: int) -> None:
        """Another node may have brought a hall's journal to this number."""
        hall = self._halls.get(hall_id)
        if hall is not None:
            hall.hub.moved(seq)

    def _wanted(self, proposed: HallConfig) -> HallConfig:
        """A hall as this process was told to run it."""
        is_open = self._settings.is_always_open or self._settings.is_demo
        hall = with_always_open(proposed) if is_open else proposed
        if self._settings.is_demo and hall.public_url is None:
            # A demonstration shows QR codes that work in this machine's own browser.
            return msgspec.structs.replace(hall, public_url=self._url)
        return hall

    def _services(self, speech: SpeechService, outboxes: dict[Outbox, CredentialId | None]) -> Services:
        limits = self._config.limits
        return Services(
            config=self._config,
            clock=self._clock,
            halls=self._halls,
            identity=self._identity,
            speech=speech,
            shell=Shell(assets=Assets.read()),
            limiter=Limiter(limits_of(limits.tickets_per_minute, limits.sign_ins_per_minute)),
            socket_counts=SocketCounts(10**6 if limits.is_off else limits.sockets_per_address),
            outboxes=outboxes,
            new_id=lambda: secrets.token_urlsafe(16),
            is_demo=self._settings.is_demo,
            is_store_well=lambda: not self._store_troubles,
        )

    def _store_changed(self, source: str, trouble: str | None) -> None:
        if self._store_troubles.get(source) == trouble:
            return
        if trouble is None:
            self._store_troubles.pop(source, None)
        else:
            self._store_troubles[source] = trouble
        for hall in self._halls.all():
            hall.presence.trouble("store_trouble", "", next(iter(self._store_troubles.values()), None))

    def _voice_changed(self, status: VoiceStatus) -> None:
        told = log.warning if status.detail not in {"", STOPPED} else log.info
        told("voice", state=str(status.state), engine=status.engine, detail=status.detail)
        for hall in self._halls.all():
            hall.presence.trouble("speech_down", "", status.detail or None)

    def _tell_troubles(self, hall: Hall, speech: SpeechService) -> None:
        """What the whole node suffers from, to a hall that has just opened."""
        hall.presence.trouble("speech_down", "", speech.status().detail or None)
        hall.presence.trouble("store_trouble", "", next(iter(self._store_troubles.values()), None))


def _settle_memory() -> None:
    """What stands by now stays until the end: the collector need not look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER_COUNT, 10, 10)


def _check_address(host: str, config: Config, settings: Settings) -> None:
    if host in LOOPBACK:
        return
    if settings.is_demo:
        raise NotAllowed("--demo signs visitors in without a password: it works on a loopback address only.")
    if config.limits.is_off:
        raise NotAllowed(
            "ANTREAN_LIMITS=off lifts what protects the hub: it works on a loopback address only."
        )
    if not config.is_insecure_lan:
        raise NotAllowed(
            "Plain http beyond this machine shows passwords to the network. Put a TLS proxy in front, or, in a closed "
            "network, set insecure_lan = true under [server] in the configuration."
        )


def _noted(_applying: asyncio.Task[Rejected | None]) -> None:
    """A hang-up has nobody to answer: the log and the manager's page say what became of it."""


def _shown_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _turn_out(outboxes: Mapping[Outbox, CredentialId | None], revoked: Collection[CredentialId]) -> None:
    """Closes the sockets of credentials that open nothing any more."""
    for outbox, credential in outboxes.items():
        if credential in revoked:
            outbox.end(CloseCode.UNAUTHENTICATED)
