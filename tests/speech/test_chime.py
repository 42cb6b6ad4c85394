"""The gong, measured."""

from itertools import pairwise
from pathlib import Path

import msgspec

from queue_server.speech.chime import LENGTH_MS, chime
from queue_server.speech.clips import Manifest
from queue_server.speech.waves import dbfs, length_ms, peak_of, read_wav, samples_in, speech_rms, write_wav

SOUNDS = Path(__file__).parents[2] / "sounds"


def test_the_chime_lasts_a_good_second() -> None:
    """Long enough to turn heads, short enough not to delay the number."""
    assert LENGTH_MS == length_ms(chime())


def test_the_chime_peaks_at_half_of_full_scale() -> None:
    """-6 dBFS, give or take a rounding."""
    assert abs(dbfs(peak_of(chime())) - -6.0) < 0.1


def test_the_chime_can_be_heard() -> None:
    """Its loudness is near that of the speech after it (-16 dBFS)."""
    assert -22 < dbfs(speech_rms(chime())) < -12


def test_the_chime_begins_and_ends_without_a_click() -> None:
    """The ends are zero, the first and last milliseconds far below the peak, and no sample leaps from the one before."""
    samples = chime()
    edge = samples_in(1)
    leaps = [abs(after - before) for before, after in pairwise(samples)]

    assert (0, 0) == (samples[0], samples[-1])
    assert peak_of(samples[:edge]) < peak_of(samples) * 0.02
    assert peak_of(samples[-edge:]) < peak_of(samples) * 0.02
    assert max(leaps) < peak_of(samples) * 0.5


def test_the_chime_is_two_tones() -> None:
    """Louder just after the second stroke (380 ms) than just before: it is struck twice."""
    samples = chime()
    before = samples[samples_in(330) : samples_in(380)]
    after = samples[samples_in(400) : samples_in(450)]

    assert speech_rms(after) > 1.2 * speech_rms(before)


def test_the_chime_in_the_repository_is_the_one_that_is_made(tmp_path: Path) -> None:
    """Nobody edits it by hand: the same bytes every time."""
    write_wav(tmp_path / "chime.wav", chime())

    assert (SOUNDS / "chime.wav").read_bytes() == (tmp_path / "chime.wav").read_bytes()


def test_the_manifest_tells_the_truth() -> None:
    """Every file that the manifest lists is there and as long as it says; every sound there is listed."""
    manifest = msgspec.toml.decode((SOUNDS / "MANIFEST.toml").read_bytes(), type=Manifest)

    assert {clip.file for clip in manifest.clip} == {file.name for file in SOUNDS.glob("*.wav")}
    for clip in manifest.clip:
        assert clip.length_ms == length_ms(read_wav(SOUNDS / clip.file))
        assert clip.licence
