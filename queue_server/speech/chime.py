"""The gong before a call, made from sine waves: two soft tones, a falling major third, 1.2 s.

Nothing recorded, nothing licensed: the sum of a few decaying partials, the same bytes every time.
`python -m queue_server.speech.chime [FILE]` writes it (default `sounds/chime.wav`). Proven by
tests/speech/test_chime.py.
"""

import math
import sys
from array import array
from pathlib import Path

from queue_server.speech.waves import FULL_SCALE, RATE_HZ, Samples, samples_in, write_wav

LENGTH_MS = 1_200
PEAK_DBFS = -6.0
"""Peaks at half of full scale: clearly there, and not louder to the ear than the speech at -16 dBFS RMS after it."""

ATTACK_MS = 8
"""A tone swells this long: a struck bar's softness, and no click."""

RELEASE_MS = 60
"""The last of the sound is faded over this to exact silence."""

TONES = ((0, 659.26), (380, 523.25))
"""When each tone is struck (ms) and its pitch (Hz): E5, then C5. High enough for a small loudspeaker and for
ears that have lost the heights."""

PARTIALS = ((1.0, 1.0, 520), (2.0, 0.28, 300), (3.01, 0.12, 160), (4.2, 0.05, 80))
"""Multiple of the pitch, strength, and time (ms) in which it falls to 37 %: a bar's overtones, slightly sharp."""


def chime() -> Samples:
    """The samples, 22,050 Hz mono 16 bits, `LENGTH_MS` long, first and last exactly 0."""
    wave = [_amplitude(index) for index in range(samples_in(LENGTH_MS))]
    scale = FULL_SCALE * 10 ** (PEAK_DBFS / 20) / max(map(abs, wave))
    return array("h", [round(value * scale) for value in wave])


def _amplitude(index: int) -> float:
    seconds = index / RATE_HZ
    struck = (_tone(seconds - start_ms / 1_000, pitch_hz) for start_ms, pitch_hz in TONES)
    left_ms = LENGTH_MS - 1_000 * (index + 1) / RATE_HZ
    return sum(struck) * _eased(left_ms / RELEASE_MS)


def _tone(seconds: float, pitch_hz: float) -> float:
    if seconds <= 0:
        return 0.0
    sound = sum(
        strength
        * math.exp(-1_000 * seconds / decay_ms)
        * math.sin(2 * math.pi * pitch_hz * multiple * seconds)
        for multiple, strength, decay_ms in PARTIALS
    )
    return sound * _eased(1_000 * seconds / ATTACK_MS)


def _eased(share: float) -> float:
    """0 to 1 along half a cosine: no corner at either end, hence no click."""
    return 0.5 - 0.5 * math.cos(math.pi * min(1.0, max(0.0, share)))


if __name__ == "__main__":
    write_wav(Path(sys.argv[1] if len(sys.argv) > 1 else "sounds/chime.wav"), chime())
