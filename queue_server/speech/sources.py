"""Where a sentence's sound comes from: recorded clips, then the configured command, then the synthesiser.

Each falls back to the next, and says so in the status: a hall that speaks with the robot because its command is
broken should know. Proven by tests/speech/test_service.py.
"""

from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from queue_server.speech.clips import Sounds, clips_for, found_sounds
from queue_server.speech.command import Command
from queue_server.speech.phrases import ADDRESS_VERSION, Segment
from queue_server.speech.requests import Done, Failed
from queue_server.speech.voice import Outcome, Voice

NOTHING_SPEAKS = "no voice pack, no speech command, and the synthesiser is switched off"


class VoiceState(StrEnum):
    """How the hall's voice is."""

    STARTING = "starting"
    """What speaks is not known yet; nothing is wrong."""
    READY = "ready"
    DEGRADED = "degraded"
    """It speaks, but not as configured, or the last sentence failed."""
    OFF = "off"
    """Nothing here can speak."""


class Condition(Struct, frozen=True, kw_only=True):
    """What can speak now."""

    state: VoiceState
    detail: str
    """What is wrong and what to do, in plain words; empty when ready."""
    engine: str
    """What speaks, best first: "2 voice packs, espeak-ng of the system"; empty when nothing does."""


class Sources:
    """All that can turn a sentence into a file; owns the worker."""

    def __init__(self, sounds_dir: Path | None, command: str, argv: Sequence[str]) -> None:
        """Starts nothing. Args: command: empty for none. argv: the worker's command line."""
        self._sounds_dir = sounds_dir
        self._command_line = command
        self._command = Command(command) if command.strip() else None
        self._voice = Voice(argv)
        self._sounds = Sounds(packs=(), mistakes=(), fingerprint="")
        self._troubles: list[str] = []
        """What the last sentence met on its way, whether or not another source then spoke it."""

    @property
    def rest_ms(self) -> int:
        """How long it is better to leave the worker alone; 0 when a sentence may be rendered."""
        return self._voice.rest_ms

    @property
    def can_speak(self) -> bool:
        """Whether any source is known to work."""
        return bool(self._speakers())

    @property
    def is_down(self) -> bool:
        """Whether the worker should be started again, now or after its rest."""
        return self._voice.is_down

    def read(self) -> str:
        """Looks through the voice packs. Blocking. Returns: a fingerprint of everything that sentences are made from."""
        self._sounds = found_sounds(self._sounds_dir)
        made_from = f"{ADDRESS_VERSION}\n{self._command_line}\n{self._sounds.fingerprint}"
        return sha256(made_from.encode()).hexdigest()

    async def start(self) -> None:
        """Starts the worker."""
        await self._voice.start()

    async def stop(self) -> None:
        """Ends the worker."""
        await self._voice.stop()

    async def is_written(self, segment: Segment, out: Path) -> bool:
        """Has a sentence written to `out`, levelled, by the first source that can. Raises nothing for their sake."""
        troubles: list[str] = []
        is_written = False
        for source in (self._by_clips, self._by_command, self._by_engine):
            if is_written := await source(segment, out, troubles):
                break
        self._troubles = troubles
        return is_written

    def note_failure(self, reason: str) -> None:
        """Something after the writing failed: said in the status until the next sentence."""
        self._troubles.append(reason)

    def condition(self) -> Condition:
        """What can speak, and what is wrong."""
        speakers = self._speakers()
        command = self._command.reason if self._command is not None else ""
        # The same trouble may be told by a source and by the last sentence that met it.
        told = dict.fromkeys((*self._sounds.mistakes, command, self._voice.reason, *self._troubles))
        detail = "; ".join(trouble for trouble in told if trouble)
        if not speakers:
            return Condition(state=VoiceState.OFF, detail=detail or NOTHING_SPEAKS, engine="")
        state = VoiceState.DEGRADED if detail else VoiceState.READY
        return Condition(state=state, detail=detail, engine=", ".join(speakers))

    async def _by_clips(self, segment: Segment, out: Path, troubles: list[str]) -> bool:
        clips = clips_for(segment, self._sounds.packs)
        return bool(clips) and _is_done(await self._voice.join(clips, out), troubles)

    async def _by_command(self, segment: Segment, out: Path, _troubles: list[str]) -> bool:
        # The command keeps its own reason until it speaks again.
        command = self._command
        if command is None or not command.is_usable:
            return False
        spoken = out.with_suffix(".command.wav")
        try:
            if not await command.is_said(segment, spoken):
                return False
            levelled = await self._voice.join((spoken,), out)
            if isinstance(levelled, Failed):
                command.fail(f"the speech command's file is of no use: {levelled.reason}")
            return isinstance(levelled, Done)
        finally:
            _remove(spoken)

    async def _by_engine(self, segment: Segment, out: Path, troubles: list[str]) -> bool:
        return _is_done(await self._voice.speak(segment, out), troubles)

    def _speakers(self) -> list[str]:
        packs_count = len(self._sounds.packs)
        packs = f"{packs_count} voice pack{'s' if packs_count > 1 else ''}" if packs_count else ""
        command = "the speech command" if self._command is not None and not self._command.reason else ""
        return [speaker for speaker in (packs, command, self._voice.engine or "") if speaker]


def _is_done(outcome: Outcome, troubles: list[str]) -> bool:
    """Whether it is written; if not, why is added to the troubles."""
    if isinstance(outcome, Failed):
        troubles.append(outcome.reason)
    return isinstance(outcome, Done)


def _remove(file: Path) -> None:
    file.unlink(missing_ok=True)
