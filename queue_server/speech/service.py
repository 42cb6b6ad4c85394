"""The hall's speech as the hub sees it: sentences to render ahead, files to serve, a status to show.

Sources, in this order: recorded clips, the configured command, the synthesiser. Everything is rendered by one
task, one sentence at a time; what somebody waits for overtakes what is rendered ahead. A dead or hung engine
costs the sound and nothing else: no method here raises for it, and none waits past its deadline.

Measured here: a sentence that is cached 0.1 ms, one that is rendered on demand 45 ms, behind another 90 ms.
Proven by tests/speech/test_service.py.
"""

import asyncio
import contextlib
import wave
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from queue_server.speech.cache import BYTES_MAX, SoundCache
from queue_server.speech.chime import chime
from queue_server.speech.phrases import CHIME_ADDRESS, Segment, address
from queue_server.speech.sources import Condition, Sources, VoiceState
from queue_server.speech.voice import worker_argv
from queue_server.speech.waves import Samples, SoundError, read_wav, write_wav

CHIME_FILE = "chime.wav"

KNOWN_MAX = 10_000
"""Sentences whose address can be asked for: three days of 1,500 tickets in two languages. 3 MB."""

BACKLOG_MAX = 2_000
"""Sentences waiting to be rendered ahead: 90 s of work. What finds it full is rendered when it is asked for."""

WAITING_MAX = 64
"""Sentences that somebody waits for at once. A hall makes one call in some seconds, of four sentences."""

STOPPED = "stopped"
"""The detail of a voice that was told to end: nothing is wrong."""


class VoiceStatus(Struct, frozen=True, kw_only=True):
    """For the manager's health view and the log."""

    state: VoiceState
    detail: str
    """What is wrong and what to do, in plain words; empty when ready."""
    engine: str
    """What speaks, best first: "2 voice packs, espeak-ng of the system"; empty when nothing does."""
    rendered_count: int
    failed_count: int
    """Since the start, as `rendered_count`."""
    backlog_count: int
    """Sentences not yet rendered."""


class SpeechService:
    """Renders and serves; owns its cache folder, its worker and one task."""

    def __init__(
        self,
        cache_dir: Path,
        sounds_dir: Path | None,
        command: str | None,
        *,
        argv: Sequence[str] | None = None,
        on_status: Callable[[VoiceStatus], None] | None = None,
        cache_bytes_max: int = BYTES_MAX,
    ) -> None:
        """Starts nothing.

        Args:
            cache_dir: belongs to this object; made when it is not there.
            sounds_dir: voice packs and the hall's own `chime.wav`; None when there are none.
            command: an external program's command line, see `command.py`; None or empty for none.
            argv: the worker's command line, None for our own with any engine it finds.
            on_status: called when state, detail or engine change, from the event loop; must not raise.
        """
        self._cache_dir = cache_dir
        self._sounds_dir = sounds_dir
        self._sources = Sources(sounds_dir, command or "", argv or worker_argv())
        self._on_status = on_status
        self._cache = SoundCache(cache_dir, cache_bytes_max)
        self._known: OrderedDict[str, Segment] = OrderedDict()
        self._backlog: OrderedDict[str, None] = OrderedDict()
        self._waiting: OrderedDict[str, asyncio.Future[Path | None]] = OrderedDict()
        """By address, in the order they were asked for; the task serves these before the backlog."""
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopped_because = "not started"
        """Empty while it runs."""
        self._is_engine_known = False
        """Whether the worker has told for the first time what it can speak with."""
        self._rendered_count = 0
        self._failed_count = 0
        self._told: Condition | None = None

    async def start(self) -> None:
        """Opens the cache and begins to render. The engine starts in the background; this takes milliseconds."""
        try:
            await asyncio.to_thread(self._open)
        except OSError as error:
            self._stopped_because = f"the folder for rendered speech cannot be used: {error}"
            self._tell()
            return
        self._stopped_because = ""
        self._task = asyncio.create_task(self._render_all(), name="speech")
        self._task.add_done_callback(self._on_end)

    async def stop(self) -> None:
        """Ends the task and the worker; whoever waits for a sentence gets None. May be called twice."""
        self._stopped_because = STOPPED
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        await self._sources.stop()
        for asked in tuple(self._waiting):
            self._answer(asked, None)
        self._tell()

    def prepare(self, segments: Iterable[Segment]) -> None:
        """Notes sentences that will be asked for, and renders them when there is time. Returns at once.

        Known and rendered ones cost a look into memory. Past `BACKLOG_MAX` they are noted only.
        """
        for segment in segments:
            asked = address(segment)
            self._known[asked] = segment
            self._known.move_to_end(asked)
            if asked not in self._cache and len(self._backlog) < BACKLOG_MAX:
                self._backlog[asked] = None
        while len(self._known) > KNOWN_MAX:
            self._known.popitem(last=False)
        self._wake.set()

    async def file(self, address: str, deadline_ms: int) -> Path | None:
        """The sound at an address, rendered now if need be and there is time.

        Args: address: as `phrases.address` gives it, or `CHIME_ADDRESS`; from the network, so anything.
        Returns: a WAV file, 22,050 Hz mono 16 bits; None when the address is unknown, the sentence cannot be rendered,
            or not within the deadline (it is then rendered all the same, for the next who asks).
        """
        if address == CHIME_ADDRESS:
            return self._chime_file()
        cached = self._cache.path(address)
        if cached is not None or address not in self._known or self._stopped_because:
            return cached
        waiting = self._waiting.get(address)
        if waiting is None:
            if len(self._waiting) >= WAITING_MAX:
                return None
            waiting = self._waiting[address] = asyncio.get_running_loop().create_future()
            self._wake.set()
        # Others may wait for the same: a deadline that passes leaves their wait alone.
        done, _ = await asyncio.wait({waiting}, timeout=deadline_ms / 1_000)
        return waiting.result() if done else None

    def status(self) -> VoiceStatus:
        """How the voice is now."""
        condition = self._condition()
        return VoiceStatus(
            state=condition.state,
            detail=condition.detail,
            engine=condition.engine,
            rendered_count=self._rendered_count,
            failed_count=self._failed_count,
            backlog_count=len(self._backlog.keys() | self._waiting.keys()),
        )

    def _open(self) -> None:
        """Blocking, run in a thread before the task exists. Raises: OSError."""
        self._cache.open(self._sources.read())
        write_wav(self._cache_dir / CHIME_FILE, self._chime_samples())

    def _chime_samples(self) -> Samples:
        """The hall's own chime where it has a usable one, else ours."""
        if self._sounds_dir is not None:
            # An operator's file may be of any shape: one that cannot be read is replaced by ours.
            with contextlib.suppress(SoundError, wave.Error, EOFError, OSError):
                return read_wav(self._sounds_dir / CHIME_FILE)
        return chime()

    def _chime_file(self) -> Path | None:
        file = self._cache_dir / CHIME_FILE
        return file if file.is_file() else None

    async def _render_all(self) -> None:
        await self._sources.start()
        self._is_engine_known = True
        self._tell()
        while True:
            if self._sources.is_down and not self._sources.rest_ms:
                await self._sources.start()
                self._tell()
            due = self._due()
            if due is None:
                await self._idle()
            else:
                self._answer(due, await self._rendered(due))
                self._tell()

    def _due(self) -> str | None:
        """The address to render next: one that is waited for, else the oldest of the backlog; None when there is none.

        While the worker rests, or where nothing here can speak, the backlog keeps; who waits is served by another source, or refused at once.
        """
        if self._waiting:
            return next(iter(self._waiting))
        may_render_ahead = self._sources.can_speak and not self._sources.rest_ms
        return next(iter(self._backlog), None) if may_render_ahead else None

    async def _idle(self) -> None:
        """Until there is something new, or the worker has rested."""
        self._wake.clear()
        rest_ms = self._sources.rest_ms
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(rest_ms / 1_000 if rest_ms else None):
                await self._wake.wait()

    async def _rendered(self, asked: str) -> Path | None:
        cached = self._cache.path(asked)
        segment = self._known.get(asked)
        if cached is not None or segment is None:
            return cached
        try:
            if await self._sources.is_written(segment, self._cache.part(asked)):
                file = self._cache.keep(asked)
                self._rendered_count += 1
                return file
        except OSError as error:
            self._sources.note_failure(f"the rendered file cannot be kept: {error}")
        self._failed_count += 1
        return None

    def _answer(self, asked: str, file: Path | None) -> None:
        """Tells whoever waits, and takes the address off both lists."""
        self._backlog.pop(asked, None)
        waiting = self._waiting.pop(asked, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(file)

    def _on_end(self, task: asyncio.Task[None]) -> None:
        """A task that ended by itself met a mistake of ours: the status must say that the voice is gone."""
        if not task.cancelled() and (error := task.exception()) is not None:
            self._stopped_because = f"speech ended by a fault of the program: {error!r}"
            for asked in tuple(self._waiting):
                self._answer(asked, None)
            self._tell()

    def _condition(self) -> Condition:
        if self._stopped_because:
            return Condition(state=VoiceState.OFF, detail=self._stopped_because, engine="")
        if not self._is_engine_known:
            return Condition(state=VoiceState.STARTING, detail="", engine="")
        return self._sources.condition()

    def _tell(self) -> None:
        condition = self._condition()
        if condition != self._told:
            self._told = condition
            if self._on_status is not None:
                self._on_status(self.status())
