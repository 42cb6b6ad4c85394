"""Sound as numbers: read, trim, level, join and write WAV files. Pure but for the two functions that touch a file.

Every file that the hub serves is 22,050 Hz, mono, 16 bits, so that clips, chime and speech can be laid end to end.
No numpy: a sentence is 60,000 samples and takes about 20 ms here, in the speech worker's process, never in the
hub's. Proven by tests/speech/test_waves.py.
"""

import math
import operator
import sys
import wave
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

RATE_HZ = 22_050
"""espeak-ng's own rate, and enough for speech."""

FULL_SCALE = 32_767

SPEECH_RMS_DBFS = -16.0
"""Loudness of speech, as broadcast and telephone announcements have it: loud, with room for its peaks."""

PEAK_MAX_DBFS = -1.0
"""No sample passes this, so that no loudspeaker's converter clips."""

LIMIT_FROM_DBFS = -7.0
"""Below this the limiter changes nothing. Synthetic speech has peaks 17 dB above its loudness; only the
top 6 dB of them are rounded off."""

SILENCE_DB = -40.0
"""What is this far below a sentence's loudest sample is silence: 1 % of it."""

MARGIN_MS = 40
"""Silence left before and after the words, so that no consonant is cut; at most 100 ms is the rule."""

FRAME_MS = 20
"""Loudness is measured in frames of this length, pauses left out."""

LENGTH_MAX_MS = 60_000
"""A file longer than this is no announcement and is refused before it is read: 2.6 MB."""


Samples: TypeAlias = "array[int]"
"""Signed 16-bit samples. In quotes because Python 3.11's array takes no brackets."""


class SoundError(ValueError):
    """A sound file that cannot be served: silent, too long, or not plain PCM. The text says which."""


def levelled(samples: Samples) -> Samples:
    """Speech brought to `SPEECH_RMS_DBFS` with soft-limited peaks, silence trimmed from both ends.

    Raises: SoundError when there is nothing to hear.
    """
    speech = trimmed(samples)
    gain = _amplitude(SPEECH_RMS_DBFS) / speech_rms(speech)
    # The limiter takes loudness away again; one correction brings most of it back.
    once = _limited(speech, gain)
    return _limited(speech, gain * min(2.0, _amplitude(SPEECH_RMS_DBFS) / speech_rms(once)))


def trimmed(samples: Samples) -> Samples:
    """Samples without the silence around them, but for `MARGIN_MS` on each side.

    Raises: SoundError when there is nothing but silence.
    """
    peak = peak_of(samples)
    if peak < FULL_SCALE * 0.001:  # -60 dBFS: the noise of a converter, not a voice
        raise SoundError("the sound is silent")
    threshold = peak * 10 ** (SILENCE_DB / 20)
    first = next(index for index, sample in enumerate(samples) if abs(sample) > threshold)
    after = len(samples) - next(i for i, sample in enumerate(reversed(samples)) if abs(sample) > threshold)
    margin = samples_in(MARGIN_MS)
    return samples[max(0, first - margin) : after + margin]


def joined(parts: Sequence[Samples], gap_ms: int) -> Samples:
    """Sounds end to end with silence between them, none before the first or after the last."""
    whole = array("h")
    for index, part in enumerate(parts):
        if index:
            whole.frombytes(bytes(2 * samples_in(gap_ms)))
        whole.extend(part)
    return whole


def samples_in(length_ms: int) -> int:
    """How many samples a length of time takes at `RATE_HZ`."""
    return RATE_HZ * length_ms // 1_000


def length_ms(samples: Samples) -> int:
    """How long samples last at `RATE_HZ`."""
    return len(samples) * 1_000 // RATE_HZ


def peak_of(samples: Samples) -> int:
    """The largest magnitude, 0 to 32,768; 0 for no samples."""
    return max((max(samples), -min(samples))) if samples else 0


def speech_rms(samples: Samples) -> float:
    """Root mean square of the frames that are not pauses: those within 40 dB of the loudest. At least 1.0."""
    powers = list(_frame_powers(samples))
    floor = max(powers, default=0.0) * 10 ** (SILENCE_DB / 10)
    loud = [power for power in powers if power >= floor]
    return max(1.0, math.sqrt(sum(loud) / len(loud))) if loud else 1.0


def dbfs(amplitude: float) -> float:
    """An amplitude (1 to 32,767) in decibels below full scale."""
    return 20 * math.log10(max(amplitude, 1.0) / FULL_SCALE)


def read_wav(path: Path) -> Samples:
    """A WAV file's samples, made mono and brought to `RATE_HZ`.

    Raises: SoundError (not 16-bit PCM, or too long), wave.Error, EOFError, OSError.
    """
    with wave.open(str(path), "rb") as source:
        channels, width, rate_hz = source.getnchannels(), source.getsampwidth(), source.getframerate()
        if width != 2 or not 8_000 <= rate_hz <= 96_000:
            raise SoundError(f"{path.name}: 16-bit PCM of 8 to 96 kHz is needed")
        # A program that streams its answer leaves a wrong count in the header: the bound is on what is read.
        frames = source.readframes(rate_hz * LENGTH_MAX_MS // 1_000 + 1)
    samples = array("h", frames[: len(frames) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    mono = samples if channels == 1 else _mono(samples, channels)
    if len(mono) > rate_hz * LENGTH_MAX_MS // 1_000:
        raise SoundError(f"{path.name}: longer than {LENGTH_MAX_MS // 1_000} s")
    return mono if rate_hz == RATE_HZ else _resampled(mono, rate_hz)


def write_wav(path: Path, samples: Samples) -> None:
    """Writes a WAV file of our one format. Raises: OSError."""
    data = array("h", samples)
    if sys.byteorder == "big":
        data.byteswap()
    with wave.open(str(path), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(RATE_HZ)
        target.writeframes(data.tobytes())


def _amplitude(level_dbfs: float) -> float:
    return FULL_SCALE * 10 ** (level_dbfs / 20)


def _frame_powers(samples: Samples) -> Iterator[float]:
    size = samples_in(FRAME_MS)
    for start in range(0, len(samples), size):
        frame = samples[start : start + size]
        yield sum(map(operator.mul, frame, frame)) / len(frame)


def _limited(samples: Samples, gain: float) -> Samples:
    """Samples times gain; what would pass `LIMIT_FROM_DBFS` bends smoothly (tanh) toward `PEAK_MAX_DBFS`."""
    knee, ceiling = _amplitude(LIMIT_FROM_DBFS), _amplitude(PEAK_MAX_DBFS) - 1
    room = ceiling - knee

    def bent(value: float) -> float:
        return math.copysign(knee + room * math.tanh((abs(value) - knee) / room), value)

    return array("h", [int(v if -knee <= (v := sample * gain) <= knee else bent(v)) for sample in samples])


def _mono(samples: Samples, channels: int) -> Samples:
    return array("h", [sum(frame) // channels for frame in zip(*([iter(samples)] * channels), strict=False)])


def _resampled(samples: Samples, rate_hz: int) -> Samples:
    """Linear interpolation. Good enough for a voice at 16 to 48 kHz; an engine that speaks at 22,050 Hz is untouched."""
    if not samples:
        return samples
    last = len(samples) - 1
    step = rate_hz / RATE_HZ
    count = int(last / step) + 1
    places = (index * step for index in range(count))
    return array(
        "h",
        [
            int(samples[at] + (place - at) * (samples[min(at + 1, last)] - samples[at]))
            for place in places
            for at in (int(place),)
        ],
    )
