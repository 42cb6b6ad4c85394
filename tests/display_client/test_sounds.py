"""The hub's files kept for a while and laid end to end."""

import asyncio
import io
import wave

import pytest

from display_client.sounds import (
    KEPT_COUNT_MAX,
    KEPT_FOR_S,
    LENGTH_MAX_MS,
    PAUSE_MS,
    SoundFiles,
    SoundTrouble,
    joined,
)
from queue_server.fetching import FetchTrouble
from tests.display_client.speaking_hub import tone


class Shelf:
    """A hub's files, and how often each was fetched; the time is the test's."""

    def __init__(self) -> None:
        self.fetched: list[str] = []
        self.is_there = True
        self.may_come = asyncio.Event()
        self.may_come.set()
        self.now_s = 0.0

    async def download(self, address: str) -> bytes:
        """The file is its name and how many were fetched before."""
        self.fetched.append(address)
        await self.may_come.wait()
        if not self.is_there:
            raise FetchTrouble("the hub is away")
        return f"{address} {len(self.fetched)}".encode()

    def files(self) -> SoundFiles:
        """As a voice has them."""
        return SoundFiles(self.download, now_s=lambda: self.now_s)


async def test_a_file_is_fetched_once_also_when_two_ask_at_once() -> None:
    """The one that fetches ahead and the one that must sound now."""
    shelf = Shelf()
    shelf.may_come.clear()
    files = shelf.files()
    both = asyncio.gather(files.get("/a"), files.get("/a"))
    await asyncio.sleep(0)
    shelf.may_come.set()

    assert [b"/a 1", b"/a 1", b"/a 1"] == [*await both, await files.get("/a")]


async def test_after_a_while_it_is_fetched_anew() -> None:
    """The name stands for the words; another voice must be heard within minutes."""
    shelf = Shelf()
    files = shelf.files()
    first = await files.get("/a")
    shelf.now_s = KEPT_FOR_S
    second = await files.get("/a")

    assert (b"/a 1", b"/a 2") == (first, second)


async def test_an_old_file_is_better_than_none() -> None:
    """The hub is away for a moment, the call is granted already."""
    shelf = Shelf()
    files = shelf.files()
    first = await files.get("/a")
    shelf.now_s, shelf.is_there = KEPT_FOR_S, False

    assert first == await files.get("/a")


async def test_what_was_never_had_and_does_not_come_is_trouble_and_is_asked_for_again() -> None:
    """Nobody else waits for ever, and the next one tries anew."""
    shelf = Shelf()
    shelf.is_there = False
    shelf.may_come.clear()
    files = shelf.files()
    both = asyncio.gather(files.get("/a"), files.get("/a"), return_exceptions=True)
    await asyncio.sleep(0)
    shelf.may_come.set()
    troubles = await both
    shelf.is_there = True

    assert ["the hub is away"] * 2 == [str(trouble) for trouble in troubles]
    assert b"/a 3" == await files.get("/a")


async def test_no_more_than_the_bound_are_kept_and_those_in_use_stay() -> None:
    """The chime is in every announcement, a number in one."""
    shelf = Shelf()
    files = shelf.files()
    for number in range(KEPT_COUNT_MAX + 10):
        await files.get("/chime")
        await files.get(f"/{number}")

    assert 1 == shelf.fetched.count("/chime")
    await files.get("/0")
    assert 2 == shelf.fetched.count("/0")


def test_files_are_joined_with_a_breath_between_them() -> None:
    """Chime first, nothing lost, nothing before the first or after the last."""
    whole = joined([tone(60), tone(100)])

    with wave.open(io.BytesIO(whole.wav)) as read:
        frames = read.readframes(read.getnframes())
        length_ms = read.getnframes() * 1_000 // read.getframerate()
    breath = frames[len(frames) * 60 // length_ms :][: len(frames) * PAUSE_MS // length_ms]
    assert (60 + PAUSE_MS + 100, length_ms) == (length_ms, whole.length_ms)
    assert {0} == set(breath)
    assert 0 not in (frames[1], frames[len(frames) * (60 + PAUSE_MS) // length_ms + 1])


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], "0 formats"),
        ([b""], "cannot be read"),
        ([b"RIFF\0\0\0\0WAVEjunk"], "cannot be read"),
        ([tone(60)[:30]], "cannot be read"),
        ([tone(60), tone(60, rate_hz=16_000)], "2 formats"),
        ([tone(60, width=1)], "16 bits"),
        ([tone(LENGTH_MAX_MS + 1_000)], "longer than 60 s"),
    ],
    ids=["nothing", "empty", "rubbish", "cut", "two rates", "8 bits", "too long"],
)
def test_what_is_no_sound_of_the_hub_is_trouble(files: list[bytes], told: str) -> None:
    """A hub of another make must not end the agent."""
    with pytest.raises(SoundTrouble, match=told):
        joined(files)
