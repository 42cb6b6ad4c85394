"""Where announcements go: the machine's sound system, or a folder. What is made of `--audio`.

The sound system is reached through whatever program for it is installed, one process per announcement: a driver
that hangs or dies takes that one sound with it and nothing else. Law: `play` returns when the sound has ended, or
raises; it never leaves a program behind. Proven by tests/display_client/test_player.py.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import msgspec

from display_client.sounds import Announcement, SoundTrouble
from queue_server.programs import bound_to_us, ended, started

FORMS = "device[:NAME], wav:DIR, none"

OVERTIME_MS = 5_000
"""How much longer than its sound a program may take: a sound system that wakes up needs a second or two."""

CAUSE_BYTES_MAX = 200
"""Of what a program says when it fails; the hub takes no more of a detail."""


class Player(Protocol):
    """One way out."""

    def trouble(self) -> str | None:
        """Why no sound can be made at all, in words for the staff; None: as far as is known it can."""
        ...

    async def play(self, announcement: Announcement, name: str) -> None:
        """Returns when it has sounded to its end; cancelling silences it at once.

        Args: name: of the call, fit for a file.
        Raises: SoundTrouble.
        """
        ...


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """One that plays a WAV file and ends."""

    name: str
    arguments: tuple[str, ...] = ()
    device: str = ""
    """The option that names a device, with {}; empty: it has none and goes by the environment."""


PROGRAMS = (
    Program(name="aplay", arguments=("--quiet",), device="--device={}"),
    Program(name="paplay", device="--device={}"),
    Program(name="pw-play", device="--target={}"),
    Program(name="ffplay", arguments=("-nodisp", "-autoexit", "-loglevel", "error")),
)
"""In this order: ALSA is below the others and is there without anybody signed in. Source: their manual pages."""

MISSING = (
    f"no program that plays sound is installed: one of {', '.join(program.name for program in PROGRAMS)}"
)


class SoundSystem:
    """The loudspeakers of this machine."""

    def __init__(
        self,
        device: str,
        *,
        find: Callable[[str], str | None] = shutil.which,
        overtime_ms: int = OVERTIME_MS,
    ) -> None:
        """`device`: as the program in use names it; empty: the machine's own choice."""
        self._device = device
        self._find = find
        self._overtime_ms = overtime_ms

    def trouble(self) -> str | None:
        """Asked anew each time: a program may be installed while the agent runs."""
        return None if self._command() is not None else MISSING

    async def play(self, announcement: Announcement, name: str) -> None:
        """Through the first program that is there."""
        command = self._command()
        if command is None:
            raise SoundTrouble(MISSING)
        try:
            with tempfile.TemporaryDirectory(prefix="antrean-") as folder:
                file = Path(folder) / f"{name}.wav"
                await asyncio.to_thread(file.write_bytes, announcement.wav)
                within_ms = announcement.length_ms + self._overtime_ms
                await _ran([*command, str(file)], self._environment(), within_ms)
        except OSError as error:
            raise SoundTrouble(f"{Path(command[0]).name}: {error}") from error

    def _command(self) -> list[str] | None:
        for program in PROGRAMS:
            path = self._find(program.name)
            if path is not None:
                chosen = [program.device.format(self._device)] if self._device and program.device else []
                return [path, *program.arguments, *chosen]
        return None

    def _environment(self) -> Mapping[str, str]:
        """Of the programs ffplay has no option for a device; its library asks these two names for one."""
        chosen = {"AUDIODEV": self._device, "PULSE_SINK": self._device} if self._device else {}
        return {**os.environ, **chosen}


class WavFolder:
    """A file per announcement, and no sound."""

    def __init__(self, folder: Path) -> None:
        """Makes it. Raises: OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def trouble(self) -> str | None:
        """What is wrong with a folder shows when it is written to."""
        return None

    async def play(self, announcement: Announcement, name: str) -> None:
        """Under its name only when it is whole, so that whoever watches the folder never reads half of it."""
        try:
            await asyncio.to_thread(self._write, announcement.wav, name)
        except OSError as error:
            raise SoundTrouble(f"{self._folder}: {error}") from error

    def _write(self, wav: bytes, name: str) -> None:
        half = self._folder / f".{name}.part"
        half.write_bytes(wav)
        half.replace(self._folder / f"{name}.wav")


def player_of(text: str) -> Player | None:
    """What `--audio` means; None: no voice.

    Raises: ValueError with words for whoever typed it; OSError where the folder cannot be made.
    """
    kind, _, rest = text.partition(":")
    if text == "none":
        return None
    if kind == "device":
        return SoundSystem(rest)
    if kind == "wav" and rest:
        return WavFolder(Path(rest))
    raise ValueError(f"{text!r} is no way out for sound; there are: {FORMS}")


async def _ran(command: list[str], environment: Mapping[str, str], within_ms: int) -> None:
    """Until the program has ended well."""
    name = Path(command[0]).name
    with tempfile.TemporaryFile() as told:
        process = await started(
            bound_to_us(command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=told,
            env=environment,
        )
        try:
            async with asyncio.timeout(within_ms / 1_000):
                code = await process.wait()
        except TimeoutError:
            raise SoundTrouble(f"{name} still ran when the sound was long over") from None
        finally:
            await ended(process)
        if code != 0:
            told.seek(0)
            cause = " ".join(told.read(CAUSE_BYTES_MAX).decode(errors="replace").split())
            raise SoundTrouble(f"{name} ended with {code}: {cause or 'it does not say why'}")
