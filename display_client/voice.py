"""The voice of one zone: the hub's calls become sound, and the hub hears when each began and ended.

It owns the line to the hub, the announcer that decides, and the way out for sound. Law: "speaking" is accepted by
the hub before the first sound, so that whatever dies in between loses that one call and never says one twice; a
dead sound device costs the sound and nothing else. `tests/display_client/test_voice.py` kills it a hundred times.
"""

import asyncio
import time
from collections.abc import Coroutine
from typing import assert_never

import structlog

from display_client.announcer import Action, Announcer, Play, Report, Stop
from display_client.player import Player
from display_client.sounds import SoundFiles, SoundTrouble, joined
from queue_server.fetching import FetchTrouble, HubAddress
from queue_server.link import Link
from queue_server.wire.messages import PROTOCOL, Hello, Outcome
from queue_server.wire.session import Phase
from queue_server.wire.shapes import AnnouncerState

REPORT_WITHIN_MS = 300_000
"""A report waits out an outage for so long: longer than any call stays young, so that the hub's answer decides."""

LOOK_EVERY_S = 10.0
"""How often it is looked whether sound can be made at all."""

AHEAD_CALLS_MAX = 8
"""Whose sounds are fetched ahead: those of the next minute, half of what is kept."""

DETAIL_CHARACTERS_MAX = 200
"""What the hub takes of a detail."""

NAME_CHARACTERS_MAX = 16
"""Of a ticket's number in the name of a file; "A1000" has five."""


class Voice:
    """One zone's voice."""

    def __init__(
        self,
        *,
        hub: HubAddress,
        hall: str,
        token: str,
        zone: str | None,
        player: Player,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        """`zone` None: that of the token's screen."""
        self._link = Link(
            hub=hub,
            hall=hall,
            hello=Hello(protocol=PROTOCOL, view="announcer", token=token, zone=zone),
            state_type=AnnouncerState,
            on_phase=self._note_phase,
        )
        self._player = player
        self._look_every_s = look_every_s
        self._log = structlog.get_logger("voice")
        self._announcer = Announcer()
        self._sounds = SoundFiles(self._link.download)
        self._state: AnnouncerState | None = None
        self._hub_ahead_ms = 0
        self._has_news = asyncio.Event()
        self._trouble: str | None = None
        self._group = asyncio.TaskGroup()
        self._under_way: set[asyncio.Task[None]] = set()
        self._saying: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """No further call; `run` returns when the one in the mouth is said and told."""
        self._stopping.set()

    async def run(self) -> None:
        """Speaks until stopped or cancelled.

        Raises: TurnedAway.
        """
        try:
            async with self._group as group:
                watching = group.create_task(self._watch_player())
                helpers = (self._link.run(), self._follow_views(), self._fetch_ahead())
                tasks = [group.create_task(helper) for helper in helpers]
                await self._stopping.wait()
                watching.cancel()
                self._perform(self._announcer.allowed(self._now_ms(), has_sound=False))
                while self._under_way:
                    await asyncio.wait(self._under_way)
                for task in tasks:
                    task.cancel()
        except ExceptionGroup as troubles:
            raise troubles.exceptions[0] from None
        finally:
            self._set_alarm(None)

    async def _follow_views(self) -> None:
        async for state in self._link.views():
            self._note_state(state)
            self._has_news.set()
            self._perform(self._announcer.viewed(self._now_ms(), state))

    async def _watch_player(self) -> None:
        """Whether sound can be made at all; what goes wrong with one sound is told by `_say`."""
        could: bool | None = None
        while True:
            trouble = self._player.trouble()
            can = trouble is None
            if can is not could:
                could = can
                self._set_trouble(trouble, is_blocked=True)
                self._perform(self._announcer.allowed(self._now_ms(), has_sound=can))
            await asyncio.sleep(self._look_every_s)

    def _perform(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Report(call=call, what="speaking"):
                    self._start(self._ask(call))
                case Report(call=call):
                    self._start(self._tell(call))
                case Play():
                    self._saying = self._start(self._say(action))
                case Stop(call=call):
                    assert self._saying is not None, "only what sounds is stopped"
                    self._log.info("taken_back", call=call)
                    self._saying.cancel()
                case _:
                    assert_never(action)
        self._set_alarm(self._announcer.wake_at_ms)

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = self._group.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _ask(self, call: int) -> None:
        outcome = await self._report(call, "speaking")
        if not outcome.accepted:
            self._log.info("not_granted", call=call, code=outcome.code)
        answered = self._announcer.answered(
            self._now_ms(), call, accepted=outcome.accepted, code=outcome.code
        )
        self._perform(answered)

    async def _tell(self, call: int) -> None:
        outcome = await self._report(call, "spoken")
        if not outcome.accepted:
            self._log.warning("spoken_not_taken", call=call, code=outcome.code)

    async def _report(self, call: int, what: str) -> Outcome:
        return await self._link.command("report_call", within_ms=REPORT_WITHIN_MS, call=call, what=what)

    async def _say(self, play: Play) -> None:
        try:
            await self._sound(play)
        except (FetchTrouble, SoundTrouble) as trouble:
            self._set_trouble(str(trouble))
            self._perform(self._announcer.played(self._now_ms(), play.call, "failed"))
            return
        self._set_trouble(None)
        self._log.info("spoken", call=play.call)
        self._perform(self._announcer.played(self._now_ms(), play.call, "played"))

    async def _sound(self, play: Play) -> None:
        """All of it. Words that cannot be had leave the chime: it still makes the hall look up.

        Raises: FetchTrouble, SoundTrouble.
        """
        name = self._name_of(play.call)
        chime, *words = play.audio
        files = [await self._sounds.get(chime)]
        try:
            files += [await self._sounds.get(address) for address in words]
        except FetchTrouble:
            await self._player.play(joined(files[:1]), name)
            raise
        await self._player.play(joined(files), name)

    def _name_of(self, call: int) -> str:
        """Fit for a file, whatever the hub calls its tickets."""
        calls = self._state.calls if self._state is not None else []
        number = next((known.number for known in calls if known.call == call), "")
        written = "".join(char for char in number if char.isascii() and char.isalnum())
        return f"{call:06}-{written[:NAME_CHARACTERS_MAX]}" if written else f"{call:06}"

    async def _fetch_ahead(self) -> None:
        """So that the sound is at hand when the hub grants the call."""
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            for address in self._soon_to_sound():
                try:
                    await self._sounds.get(address)
                except FetchTrouble:
                    break  # It is asked for again when it must sound, and is missed only then.

    def _soon_to_sound(self) -> list[str]:
        if self._state is None or not self._state.granted:
            return []
        pending = [call for call in self._state.calls if call.voice == "pending"][:AHEAD_CALLS_MAX]
        said = (speech for call in pending for speech in call.speech.values())
        return [self._state.chime, *(address for speech in said for address in speech.audio)]

    def _note_state(self, state: AnnouncerState) -> None:
        """The hub's time follows from its newest call: made at that instant or later, and steady from there.

        It may lie behind and never far ahead, so that a device whose own clock is years off is no reason for silence;
        what is really too old the hub drops itself.
        """
        known = {call.call for call in self._state.calls} if self._state is not None else set()
        newest = max(state.calls, key=lambda call: call.call, default=None)
        if newest is not None and newest.call not in known:
            self._hub_ahead_ms = newest.called_at_ms - _steady_ms()
        if self._state is None or self._state.granted != state.granted:
            self._log.info("voice_granted" if state.granted else "voice_is_another", zone=state.zone)
        self._state = state

    def _now_ms(self) -> int:
        return _steady_ms() + self._hub_ahead_ms

    def _set_alarm(self, wake_at_ms: int | None) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if wake_at_ms is not None:
            wait_s = max(0, wake_at_ms - self._now_ms()) / 1_000
            self._alarm = asyncio.get_running_loop().call_later(wait_s, self._wake)

    def _wake(self) -> None:
        self._perform(self._announcer.woken(self._now_ms()))

    def _set_trouble(self, trouble: str | None, *, is_blocked: bool = False) -> None:
        """One line going, one coming back, and the staff's board says the same."""
        before, self._trouble = self._trouble, trouble
        if trouble is None:
            self._link.status("ready")
            if before is not None:
                self._log.info("sound_back")
            return
        self._link.status("sound_blocked" if is_blocked else "failed", trouble[:DETAIL_CHARACTERS_MAX])
        if before is None:
            self._log.warning("no_sound", reason=trouble)

    def _note_phase(self, phase: Phase) -> None:
        """One line going, one coming back."""
        if phase is Phase.LIVE:
            self._log.info("hub_here")
        elif phase is Phase.LATE:
            self._log.warning("hub_away", reason=self._link.trouble)


def _steady_ms() -> int:
    return time.monotonic_ns() // 1_000_000
