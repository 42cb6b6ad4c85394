"""An agent's line to the hub: the session of `wire/session.py` driven over a real socket, and plain downloads.

It holds the newest view only. It decides nothing: every law of the conversation is the session's, this file lends
it a socket, a clock and chance. `tests/link/` shows it against a small real server.
"""

import asyncio
import secrets
import ssl
import time
from collections.abc import AsyncIterator, Callable
from random import Random
from typing import Any, Generic, TypeVar

import msgspec
import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from queue_server.fetching import Fetcher, HubAddress
from queue_server.wire.messages import Hello, Outcome, StatusFrame
from queue_server.wire.retry import HALL_DEVICES, RetryPolicy
from queue_server.wire.session import Action, Connect, Deliver, Drop, Ending, Phase, Send, Session, Settle
from queue_server.wire.shapes import DeviceStatusName

OUTCOME_WITHIN_MS = 30_000
"""A command's outcome; longer than a restart of the hub and every wait between attempts."""

CLOSE_WITHIN_S = 1.0
"""For the closing handshake; the other side may be gone."""

VIEW_BYTES_MAX = 4 * 1024 * 1024
"""The largest view has a few hundred bounded entries, some 100 KB; this only keeps a mad peer from filling memory."""

OUTBOX_COUNT_MAX = 256
"""Frames on their way up: twice the pending commands and a few reports. A hub that lets more pile up is gone."""

StateT = TypeVar("StateT")


class TurnedAway(Exception):  # noqa: N818 -- a fact, not an error of ours
    """The hub said not to come back. Blame: the token, the hall's name, or a newer agent for the same device."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(f"The hub closed the line for good ({ending.code}): {ending.meaning}")
        self.ending = ending


class Link(Generic[StateT]):
    """One device's line. `run` keeps it; the other methods may be called from any task of the same loop."""

    phase: Phase
    trouble: str
    """What the last socket failed of, for the log; empty: nothing yet."""

    def __init__(
        self,
        *,
        hub: HubAddress,
        hall: str,
        hello: Hello,
        state_type: type[StateT],
        policy: RetryPolicy = HALL_DEVICES,
        on_phase: Callable[[Phase], None] | None = None,
    ) -> None:
        self.phase = Phase.CONNECTING
        self.trouble = ""
        self._hub = hub
        self._url = hub.live_url(hall)
        self._tls = hub.tls()
        self._fetcher = Fetcher(hub)
        self._session = Session(hello=hello, policy=policy)
        self._state_decoder = msgspec.json.Decoder(state_type)
        self._on_phase = on_phase
        self._chance = Random()  # noqa: S311 -- spreads reconnects, guards no secret
        self._log = structlog.get_logger("link").bind(hub=hub.url, hall=hall, view=hello.view)
        self._alarm = asyncio.Event()
        self._newest: StateT | None = None
        self._has_news = asyncio.Event()
        self._waiters: dict[str, asyncio.Future[Outcome]] = {}
        self._socket_task: asyncio.Task[None] | None = None
        self._outbox: asyncio.Queue[str] = asyncio.Queue(OUTBOX_COUNT_MAX)

    async def run(self) -> None:
        """Keeps the line until cancelled.

        Raises: TurnedAway where the hub says never to come back.
        """
        try:
            async with asyncio.TaskGroup() as group:
                self._perform(self._session.start(_now_ms()), group)
                ending = await self._keep_time(group)
        finally:
            self._fetcher.close()
        raise TurnedAway(ending)

    async def views(self) -> AsyncIterator[StateT]:
        """Every view that came, except those overtaken by a newer one while the caller was busy. Never ends."""
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            if self._newest is not None:
                yield self._newest

    async def command(self, name: str, *, within_ms: int = OUTCOME_WITHIN_MS, **args: Any) -> Outcome:
        """A wish and what became of it, over as many connections as it takes.

        Returns: the hub's outcome, or one with the code OUTCOME_UNKNOWN when none came within `within_ms`.
        """
        id_ = secrets.token_hex(16)
        waiter: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiters[id_] = waiter
        self._take(self._session.command(_now_ms(), id=id_, command=name, args=args))
        try:
            async with asyncio.timeout(within_ms / 1_000):
                return await waiter
        except TimeoutError:
            return Outcome(id=id_, accepted=False, code="OUTCOME_UNKNOWN", detail="No outcome came in time.")
        finally:
            self._session.forget(id_)
            del self._waiters[id_]

    def status(self, status: DeviceStatusName, detail: str = "") -> None:
        """How the device is; told now and again after every reconnect."""
        self._take(self._session.report(_now_ms(), StatusFrame(status=status, detail=detail)))

    async def download(self, path: str) -> bytes:
        """A file of the hub, by the path that a view gave.

        Raises: FetchTrouble when it does not come whole, in time, and below its bound.
        """
        return await self._fetcher.fetch(path)

    async def _keep_time(self, group: asyncio.TaskGroup) -> Ending:
        """Wakes the session when it asks for it, until it ends; every input from elsewhere makes it look again."""
        while self._session.ending is None:
            self._alarm.clear()
            wake_at_ms = self._session.wake_at_ms
            assert wake_at_ms is not None, "only an ended session sleeps for ever"
            try:
                async with asyncio.timeout(max(0, wake_at_ms - _now_ms()) / 1_000):
                    await self._alarm.wait()
            except TimeoutError:
                self._perform(self._session.woken(_now_ms(), jitter=self._chance.random()), group)
        return self._session.ending

    def _take(self, actions: list[Action]) -> None:
        """The actions of an input that never asks for a new socket."""
        self._perform(actions, None)

    def _perform(self, actions: list[Action], group: asyncio.TaskGroup | None) -> None:
        for action in actions:
            match action:
                case Connect():
                    assert group is not None, "only time makes the session connect"
                    self._outbox = asyncio.Queue(OUTBOX_COUNT_MAX)
                    self._socket_task = group.create_task(self._hold_socket(self._outbox))
                case Send(text=text):
                    self._put(text)
                case Drop():
                    self._drop()
                case Deliver(view=view):
                    self._deliver(view.state)
                case Settle(outcome=outcome):
                    self._settle(outcome)
        self._tell_phase()
        self._alarm.set()

    def _put(self, text: str) -> None:
        try:
            self._outbox.put_nowait(text)
        except asyncio.QueueFull:
            # The hub has stopped reading. What is pending is asked again on the next connection.
            self._drop()
            self._session.closed(_now_ms(), None, jitter=self._chance.random())

    def _drop(self) -> None:
        """Forgets the socket; nothing more of it reaches the session. Closing it is its own task's last work."""
        task, self._socket_task = self._socket_task, None
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    def _deliver(self, raw_state: msgspec.Raw) -> None:
        try:
            self._newest = self._state_decoder.decode(raw_state)
        except msgspec.DecodeError as error:
            self._log.error("view_not_understood", reason=str(error))
            return
        self._has_news.set()

    def _settle(self, outcome: Outcome) -> None:
        waiter = self._waiters.get(outcome.id)
        if waiter is not None and not waiter.done():
            waiter.set_result(outcome)

    def _tell_phase(self) -> None:
        phase = self._session.phase
        if phase is not self.phase:
            self.phase = phase
            if self._on_phase is not None:
                self._on_phase(phase)

    async def _hold_socket(self, outbox: asyncio.Queue[str]) -> None:
        """One socket from its opening to its end. The session's alarm bounds the opening and every silence."""
        code: int | None = None
        try:
            async with connect(
                self._url,
                ssl=self._tls,
                compression=None,
                proxy=None,  # the hub stands in the same hall
                open_timeout=None,
                close_timeout=CLOSE_WITHIN_S,
                ping_interval=None,  # the hub's beats are the one watchdog
                max_size=VIEW_BYTES_MAX,
            ) as socket:
                code = await self._converse(socket, outbox)
        except ssl.SSLCertVerificationError as error:
            # Raised in the handshake: the hello with its token was not sent.
            self.trouble = self._hub.distrust(error)
        except (OSError, TimeoutError, WebSocketException) as error:
            self.trouble = str(error)
        if self._is_current():
            self._socket_task = None
            self._take(self._session.closed(_now_ms(), code, jitter=self._chance.random()))

    async def _converse(self, socket: ClientConnection, outbox: asyncio.Queue[str]) -> int | None:
        """Frames up and down until the socket closes or is given up. Returns: the close code, None without one."""
        self._take(self._session.opened(_now_ms()))
        writer = asyncio.create_task(_write(socket, outbox))
        try:
            while self._is_current():
                text = await socket.recv()
                self._take(self._session.received(_now_ms(), text, jitter=self._chance.random()))
        except ConnectionClosed as closing:
            return closing.rcvd.code if closing.rcvd is not None else None
        finally:
            writer.cancel()
            await asyncio.wait([writer])
        return None

    def _is_current(self) -> bool:
        return self._socket_task is asyncio.current_task()


async def _write(socket: ClientConnection, outbox: asyncio.Queue[str]) -> None:
    try:
        while True:
            await socket.send(await outbox.get())
    except ConnectionClosed:
        return  # The reader sees the same and knows the code.


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
