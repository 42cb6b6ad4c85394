"""How a hall is put together on this node, and taken apart again: its hub, its devices, its fan-out, and their tasks.

Handed everything real by `compose`. When, and whether at all, is decided by `halls`.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from queue_server.calendar import day_plan
from queue_server.clock import Clock
from queue_server.deciding import TIME_ACTOR
from queue_server.directory import HallDirectory
from queue_server.domain.commands import AnyCommand, Configure
from queue_server.domain.hall import HallConfig, HallId
from queue_server.domain.model import ActorId, State
from queue_server.errors import AntreanError, StoreBusy, UnknownEventType
from queue_server.halls import Hall, Spawn
from queue_server.hub import Commit, Hub
from queue_server.journal.base import Journal
from queue_server.live.fanout import Fanout
from queue_server.live.presence import PresenceBook
from queue_server.speech.service import SpeechService
from queue_server.timekeeper import Timekeeper
from queue_server.views.answers import answer
from queue_server.views.utterances import of_entries, of_state
from queue_server.wishes import Answer, Wish


class Around(NamedTuple):
    """What every hall of a node is put together from."""

    directory: HallDirectory
    journal: Journal
    clock: Clock
    speech: SpeechService
    name_of: Callable[[ActorId], str | None]
    """An officer's display name."""
    spawn: Spawn
    wanted: Callable[[HallConfig], HallConfig]
    """A proposed configuration with what this process was started with (`--always-open`, `--demo`)."""
    inbox_count_max: int
    on_open: Callable[[Hall], None]
    """Told before anybody else has the hall."""
    on_store: Callable[[HallId, str | None], None]
    """Told in words when a hall's store refuses to write, or is too new for this program; None: all is well."""
    on_end: Callable[[HallId, AntreanError], None]
    """Told when a hub must not go on."""


class HallOpeners:
    """`halls.Openers` over the real parts."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._tasks: dict[HallId, tuple[asyncio.Task[None], asyncio.Task[None]]] = {}
        """Of each open hall, its hub's and its fan-out's."""

    async def open(self, hall: HallId) -> Hall:
        """The hall, folded and with its proposed configuration in force.

        Raises:
            AntreanError: its journal cannot be read or written, or its configuration cannot.
        """
        proposed = await self._around.directory.proposal(hall)
        try:
            made = await self._folded(hall)
        except UnknownEventType as trouble:
            # Another node writes what this program is too old to read: whoever asks is better sent there.
            self._around.on_store(hall, str(trouble))
            raise
        self._around.on_store(hall, None)
        hub = made.hub
        self._tasks[hall] = self._around.spawn(self._run(hub)), self._around.spawn(made.fanout.run())
        told = await self._configured(made, proposed)
        if not hub.state.is_configured:
            await self.close(made)
            why = "it was not answered" if told.refusal is None else told.refusal.detail
            raise StoreBusy(f"hall {hall!r} could not be given its first configuration: {why}")
        self._around.on_open(made)
        self._around.speech.prepare(of_state(hub.state))
        return made

    async def close(self, hall: Hall) -> None:
        """Answers what waits and ends the hall's tasks."""
        running, telling = self._tasks.pop(hall.hub.hall)
        hall.hub.close()
        await asyncio.wait({running})
        telling.cancel()
        await asyncio.wait({telling})
        self._around.on_store(hall.hub.hall, None)

    async def configure(self, hall: Hall) -> None:
        """Proposes a hall's configuration as it is today. Raises: AntreanError: it cannot be read."""
        await self._configured(hall, await self._around.directory.proposal(hall.hub.hall))

    async def _configured(self, hall: Hall, proposed: HallConfig) -> Answer:
        command = Configure(hall=self._around.wanted(proposed))
        return await hall.hub.submit(Wish(command=command, by=TIME_ACTOR))

    async def _run(self, hub: Hub) -> None:
        try:
            await hub.run()
        except AntreanError as trouble:
            self._around.on_end(hub.hall, trouble)

    async def _folded(self, hall_id: HallId) -> Hall:
        """One hall's hub, folded, with its devices and its fan-out around it."""
        around = self._around
        hall: Hall | None = None

        def answers(state: State, command: AnyCommand) -> tuple[int, bytes]:
            status, shape = answer(state, presence.snapshot(), command)
            return status, msgspec.json.encode(shape)

        def on_commit(commit: Commit) -> None:
            if hall is not None:
                hall.fanout.committed(commit)
            around.speech.prepare(of_entries(commit.after, commit.entries))

        hub = Hub(
            hall=hall_id,
            journal=around.journal,
            timekeeper=Timekeeper(around.clock),
            answers=answers,
            day_plan=day_plan,
            on_commit=on_commit,
            on_store=lambda trouble: around.on_store(hall_id, trouble),
            inbox_count_max=around.inbox_count_max,
        )
        await hub.open()
        presence = PresenceBook(
            journal_id=hub.journal_id,
            clock=around.clock,
            name_of=around.name_of,
            on_change=lambda seat: None if hall is None else hall.fanout.presence_changed(seat),
        )
        hall = Hall(hub, presence, Fanout(hub, presence))
        return hall
