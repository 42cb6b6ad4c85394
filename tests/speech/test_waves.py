"""Trimming, levelling, joining and reading of sounds, on sounds made here."""

import math
import wave
from array import array
from pathlib import Path

import pytest

from queue_server.speech.waves import (
    RATE_HZ,
    Samples,
    SoundError,
    dbfs,
    joined,
    length_ms,
    levelled,
    peak_of,
    read_wav,
    samples_in,
    speech_rms,
    trimmed,
    write_wav,
)


def tone(length_ms: int, amplitude: float, pitch_hz: float = 440, rate_hz: int = RATE_HZ) -> Samples:
    """A sine."""
    count = rate_hz * length_ms // 1_000
    return array(
        "h", [round(amplitude * math.sin(2 * math.pi * pitch_hz * i / rate_hz)) for i in range(count)]
    )


def silence(length_ms: int) -> Samples:
    """Nothing to hear."""
    return array("h", [0] * samples_in(length_ms))


def spiky(length_ms: int) -> Samples:
    """A soft tone with sharp peaks 20 dB above it, as voices have."""
    samples = tone(length_ms, 1_000)
    samples[:: samples_in(10)] = array("h", [14_000] * len(samples[:: samples_in(10)]))
    return samples


@pytest.mark.parametrize("amplitude", [200, 3_000, 32_000])
def test_speech_comes_out_equally_loud(amplitude: int) -> None:
    """About -16 dBFS RMS, whatever went in."""
    assert abs(dbfs(speech_rms(levelled(tone(800, amplitude)))) - -16.0) < 0.5


def test_peaks_never_pass_the_ceiling() -> None:
    """Below -1 dBFS, and the limiter costs little loudness."""
    loud = levelled(spiky(800))

    assert dbfs(peak_of(loud)) <= -1.0
    assert dbfs(speech_rms(loud)) > -19.0


def test_silence_around_the_words_is_trimmed() -> None:
    """At most 100 ms stay on each side, and nothing of the words goes."""
    whole = joined((silence(900), tone(500, 8_000), silence(700)), 0)

    assert 500 <= length_ms(trimmed(whole)) <= 700


def test_pauses_within_the_words_stay() -> None:
    """Only the ends are trimmed."""
    whole = joined((tone(200, 8_000), silence(400), tone(200, 8_000)), 0)

    assert length_ms(whole) == length_ms(trimmed(whole))


@pytest.mark.parametrize("nothing", [array("h"), silence(300), tone(300, 20)])
def test_a_silent_sound_is_refused(nothing: Samples) -> None:
    """Silence must never pass for an announcement."""
    with pytest.raises(SoundError, match="silent"):
        levelled(nothing)


def test_sounds_are_joined_with_gaps_between_only() -> None:
    """Two gaps for three sounds."""
    whole = joined((tone(100, 1_000), tone(100, 1_000), tone(100, 1_000)), 200)

    assert 700 == length_ms(whole)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Sample for sample."""
    sound = tone(300, 12_345)
    write_wav(tmp_path / "sound.wav", sound)

    assert sound == read_wav(tmp_path / "sound.wav")


@pytest.mark.parametrize(("rate_hz", "channels"), [(16_000, 1), (44_100, 2), (48_000, 1)])
def test_other_rates_and_stereo_become_our_one_format(tmp_path: Path, rate_hz: int, channels: int) -> None:
    """An external voice or a recorder may use any: length and loudness stay."""
    mono = tone(500, 10_000, rate_hz=rate_hz)
    with wave.open(str(tmp_path / "other.wav"), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(array("h", [sample for sample in mono for _ in range(channels)]).tobytes())

    sound = read_wav(tmp_path / "other.wav")

    assert abs(length_ms(sound) - 500) <= 1
    assert abs(speech_rms(sound) / speech_rms(mono) - 1) < 0.02


def test_an_endless_file_is_refused(tmp_path: Path) -> None:
    """A bound on what is read into memory: 60 s."""
    write_wav(tmp_path / "long.wav", array("h", bytes(2 * RATE_HZ * 61)))

    with pytest.raises(SoundError, match="longer than 60 s"):
        read_wav(tmp_path / "long.wav")


def test_eight_bit_sound_is_refused(tmp_path: Path) -> None:
    """Said, not guessed at."""
    with wave.open(str(tmp_path / "old.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE_HZ)
        file.writeframes(bytes(100))

    with pytest.raises(SoundError, match="16-bit"):
        read_wav(tmp_path / "old.wav")
