"""Where announcements go: programs that play, hang or fail, and a folder."""

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from display_client.player import MISSING, SoundSystem, WavFolder, player_of
from display_client.sounds import SoundTrouble, joined
from tests.display_client.speaking_hub import tone
from tests.pace import PATIENCE_S

SOUND = joined([tone(200)])


class Machine:
    """A machine on which the named programs for sound are installed; each is a small script."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.told = folder / "told"
        """What the last one was started with: its name, arguments and a few words of the environment."""

    def install(self, name: str, then: str = "exit 0") -> None:
        """The program notes how it was started and then does this."""
        script = self._folder / name
        note = f'echo "{name} $* AUDIODEV=$AUDIODEV pid=$$ size=$(wc -c < "$file")" > {self.told}.new'
        script.write_text(
            f"#!/bin/sh\nfor file; do :; done\n{note}\nmv {self.told}.new {self.told}\n{then}\n"
        )
        script.chmod(0o755)

    def find(self, name: str) -> str | None:
        """As the search path would."""
        path = self._folder / name
        return str(path) if path.exists() else None

    def sound_system(self, device: str = "") -> SoundSystem:
        """That of this machine; it waits for no program longer than a second."""
        return SoundSystem(device, find=self.find, overtime_ms=1_000)

    async def pid(self) -> int:
        """Of the program that was started last, as soon as it is."""
        async with asyncio.timeout(PATIENCE_S):
            while not self.told.exists():  # noqa: ASYNC110 -- another process makes it
                await asyncio.sleep(0.01)
        return int(self.told.read_text().partition("pid=")[2].split()[0])


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Without any program yet."""
    return Machine(tmp_path)


@pytest.mark.parametrize(
    ("installed", "device", "started"),
    [
        (["aplay", "paplay", "pw-play", "ffplay"], "", "aplay --quiet FILE"),
        (["aplay"], "hw:1,0", "aplay --quiet --device=hw:1,0 FILE"),
        (["paplay", "pw-play"], "hall", "paplay --device=hall FILE"),
        (["pw-play", "ffplay"], "hall", "pw-play --target=hall FILE"),
        (["ffplay"], "hw:1,0", "ffplay -nodisp -autoexit -loglevel error FILE AUDIODEV=hw:1,0"),
    ],
    ids=["the first of all", "aplay", "paplay", "pw-play", "ffplay"],
)
async def test_the_first_program_that_is_there_plays_the_whole_file(
    machine: Machine, installed: list[str], device: str, started: str
) -> None:
    """Each names a device in its own way. Source: their manual pages."""
    for name in installed:
        machine.install(name)

    await machine.sound_system(device).play(SOUND, "000001-A001")

    told = machine.told.read_text()
    file = next(word for word in told.split() if word.endswith(".wav"))
    assert told.startswith(started.replace("FILE", file))
    assert f"size={len(SOUND.wav)}\n" in told
    assert not is_there(file)


async def test_without_a_program_one_clear_line_says_what_is_missing(machine: Machine) -> None:
    """And as soon as one is installed it is used."""
    sound_system = machine.sound_system()

    assert MISSING == sound_system.trouble()
    with pytest.raises(SoundTrouble, match="aplay, paplay, pw-play, ffplay"):
        await sound_system.play(SOUND, "000001")
    machine.install("ffplay")
    assert sound_system.trouble() is None


@pytest.mark.parametrize(
    ("then", "told"),
    [
        (
            "echo 'audio open error:\n no such device' >&2; exit 1",
            "aplay ended with 1: audio open error: no such device",
        ),
        ("exit 3", "aplay ended with 3: it does not say why"),
        ("kill -9 $$", "aplay ended with -9"),
        ("sleep 60", "still ran when the sound was long over"),
    ],
    ids=["it says why", "it does not", "it dies", "it hangs"],
)
async def test_a_program_that_does_not_play_is_trouble_with_its_own_words(
    machine: Machine, then: str, told: str
) -> None:
    """And nothing of it is left behind."""
    machine.install("aplay", then)

    with pytest.raises(SoundTrouble, match=told):
        await machine.sound_system().play(SOUND, "000001")
    with pytest.raises(ProcessLookupError):
        os.kill(await machine.pid(), 0)


async def test_silenced_the_program_is_gone_at_once(machine: Machine) -> None:
    """A call was taken back: not one word more."""
    machine.install("aplay", "exec sleep 60")
    playing = asyncio.create_task(machine.sound_system().play(SOUND, "000001"))
    pid = await machine.pid()
    playing.cancel()
    await asyncio.wait([playing])

    assert playing.cancelled()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(shutil.which("ffplay") is None, reason="ffplay (package ffmpeg) is not installed")
async def test_a_real_program_plays_for_as_long_as_the_sound_lasts(tmp_path: Path) -> None:
    """Into a device that swallows everything, at the speed of sound."""
    wrapper = tmp_path / "ffplay"
    wrapper.write_text(f'#!/bin/sh\nSDL_AUDIODRIVER=dummy exec {shutil.which("ffplay")} "$@"\n')
    wrapper.chmod(0o755)
    player = SoundSystem("", find=lambda name: str(wrapper) if name == "ffplay" else None)
    sound = joined([tone(1_500)])
    started_s = time.monotonic()

    await player.play(sound, "000001-A001")

    assert time.monotonic() - started_s >= 1.4


async def test_the_folder_gets_one_whole_file_per_announcement(tmp_path: Path) -> None:
    """Under its name only when it is whole; nothing else is left."""
    folder = tmp_path / "new" / "wav"
    player = WavFolder(folder)
    await player.play(SOUND, "000001-A001")
    await player.play(SOUND, "000002-A002")

    assert ["000001-A001.wav", "000002-A002.wav"] == names_in(folder)
    assert SOUND.wav == (folder / "000002-A002.wav").read_bytes()
    assert player.trouble() is None


async def test_a_folder_that_is_gone_is_trouble_and_not_the_end(tmp_path: Path) -> None:
    """The stick was pulled out."""
    player = WavFolder(tmp_path / "wav")
    (tmp_path / "wav").rmdir()

    with pytest.raises(SoundTrouble, match="No such file"):
        await player.play(SOUND, "000001")


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("none", lambda player: player is None),
        ("device", lambda player: isinstance(player, SoundSystem)),
        ("device:hw:1,0", lambda player: isinstance(player, SoundSystem)),
    ],
)
def test_each_way_out_has_its_name(text: str, check: Callable[[object], bool]) -> None:
    """Contract: `device[:NAME]`, `wav:DIR`, `none`."""
    assert check(player_of(text))


def test_a_folder_is_made_where_it_is_not_there_yet(tmp_path: Path) -> None:
    """`wav:DIR`; a name with a colon is a name."""
    assert isinstance(player_of(f"wav:{tmp_path}/a:b"), WavFolder)
    assert (tmp_path / "a:b").is_dir()


@pytest.mark.parametrize("text", ["", "wav", "wav:", "loud", "none:x", "Device"])
def test_what_is_no_way_out_is_told_with_those_that_are(text: str) -> None:
    """A mistake of the command line."""
    with pytest.raises(ValueError, match=r"device\[:NAME\], wav:DIR, none"):
        player_of(text)


async def test_a_killed_agent_falls_silent(machine: Machine, tmp_path: Path) -> None:
    """Else its orphan would go on talking while the next agent begins."""
    machine.install("aplay", "exec sleep 60")
    code = (
        "import asyncio, pathlib; from display_client.player import SoundSystem; "
        "from display_client.sounds import Announcement; "
        f"find = lambda name: {str(tmp_path)!r} + '/aplay' if name == 'aplay' else None; "
        "asyncio.run(SoundSystem('', find=find).play(Announcement(b'', 60_000), 'x'))"
    )
    agent = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    pid = await machine.pid()
    agent.send_signal(signal.SIGKILL)
    await agent.wait()

    async with asyncio.timeout(PATIENCE_S):
        while _is_running(pid):  # noqa: ASYNC110 -- the kernel ends it
            await asyncio.sleep(0.01)


def is_there(file: str) -> bool:
    """Whether something was left behind."""
    return Path(file).exists()


def names_in(folder: Path) -> list[str]:
    """All files, hidden ones too."""
    return sorted(file.name for file in folder.iterdir())


def _is_running(pid: int) -> bool:
    """A process that has ended and whom nobody has asked yet does not run."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
