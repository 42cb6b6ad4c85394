"""The hub's sound files as an announcement: kept by name for a while, and laid end to end.

It neither plays nor decides. Law: what is asked for twice within five minutes is fetched once, and never more than
`KEPT_COUNT_MAX` files are held; proven by tests/display_client/test_sounds.py.
"""

import asyncio
import io
import time
import wave
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from queue_server.fetching import FetchTrouble

KEPT_COUNT_MAX = 64
"""Files; an announcement has five, a second of one takes 44 KB, so all of them some 8 MB."""

KEPT_FOR_S = 300.0
"""As long as the hub lets a browser keep one: the name stands for the words, and a new voice must be heard soon."""

PAUSE_MS = 60
"""Between two files. With the 40 ms that each has at its ends: 140 ms, a short breath. Four of them and the longest
number at the longest counter's name of the example hall stay within 12 s."""

LENGTH_MAX_MS = 60_000
"""A longer one is no announcement; the usual one takes seven to ten seconds."""


class SoundTrouble(Exception):  # noqa: N818 -- trouble is the project's word
    """A sound cannot be made: no device, no program, no space, or a file that is no sound. The text says which."""


class Announcement(msgspec.Struct, frozen=True):
    """One whole WAV file."""

    wav: bytes
    length_ms: int


class SoundFiles:
    """Files of the hub by their address."""

    def __init__(
        self,
        download: Callable[[str], Awaitable[bytes]],
        *,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """`download` raises FetchTrouble."""
        self._download = download
        self._now_s = now_s
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._under_way: dict[str, asyncio.Event] = {}

    async def get(self, address: str) -> bytes:
        """The file. An old one is better than none.

        Raises: FetchTrouble where it was never had and does not come.
        """
        while (fetching := self._under_way.get(address)) is not None:
            await fetching.wait()
        kept = self._kept.get(address)
        if kept is not None and self._now_s() - kept[0] < KEPT_FOR_S:
            self._kept.move_to_end(address)
            return kept[1]
        ended = self._under_way[address] = asyncio.Event()
        try:
            sound = await self._download(address)
        except FetchTrouble:
            if kept is None:
                raise
            return kept[1]
        finally:
            del self._under_way[address]
            ended.set()
        self._keep(address, sound)
        return sound

    def _keep(self, address: str, sound: bytes) -> None:
        self._kept[address] = (self._now_s(), sound)
        self._kept.move_to_end(address)
        while len(self._kept) > KEPT_COUNT_MAX:
            self._kept.popitem(last=False)


def joined(files: Sequence[bytes]) -> Announcement:
    """WAV files one after the other, a breath between them; all are of one format, as the hub's are.

    Raises: SoundTrouble.
    """
    parts = [_read(file) for file in files]
    formats = {form for form, _ in parts}
    if len(formats) != 1:
        raise SoundTrouble(f"the hub's sounds have {len(formats)} formats where one is needed")
    [(channels, width, rate_hz)] = formats
    breath = bytes(channels * width * (rate_hz * PAUSE_MS // 1_000))
    frames = breath.join(part for _, part in parts)
    whole = io.BytesIO()
    with wave.open(whole, "wb") as target:
        target.setnchannels(channels)
        target.setsampwidth(width)
        target.setframerate(rate_hz)
        target.writeframes(frames)
    return Announcement(whole.getvalue(), len(frames) // (channels * width) * 1_000 // rate_hz)


def _read(file: bytes) -> tuple[tuple[int, int, int], bytes]:
    """Channels, bytes per sample and rate; the frames."""
    try:
        with wave.open(io.BytesIO(file), "rb") as source:
            channels, width, rate_hz = source.getnchannels(), source.getsampwidth(), source.getframerate()
            if width != 2:  # eight bits have their silence elsewhere than at zero
                raise SoundTrouble("a sound of the hub does not have 16 bits")
            if rate_hz == 0 or source.getnframes() * 1_000 // rate_hz > LENGTH_MAX_MS:
                raise SoundTrouble(f"a sound of the hub is longer than {LENGTH_MAX_MS // 1_000} s")
            return (channels, width, rate_hz), source.readframes(source.getnframes())
    except (wave.Error, EOFError) as error:
        raise SoundTrouble(f"a sound of the hub cannot be read: {error}") from error
