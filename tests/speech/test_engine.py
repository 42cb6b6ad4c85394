"""Which espeak-ng is used, and that pyttsx3's traps are fenced in. The engine runs in a worker process."""

from pathlib import Path

import pytest

from queue_server.speech.engine import MISSING, EngineError, found_library
from queue_server.speech.phrases import announcement
from queue_server.speech.requests import Done, EngineChoice, Failed
from queue_server.speech.voice import Voice, worker_argv
from queue_server.speech.waves import SPEECH_RMS_DBFS, dbfs, peak_of, read_wav, samples_in, speech_rms

NOT_INSTALLED = ("libespeak-of-nobody.so.1",)


def test_the_wheel_speaks_where_the_system_has_no_engine() -> None:
    """A machine without apt can speak (dependencies: espeakng-loader)."""
    library = found_library(EngineChoice.AUTO, NOT_INSTALLED)

    assert library.name == "espeak-ng of the wheel"
    assert Path(library.path).is_file()


def test_a_missing_engine_is_said_in_one_line_with_what_to_install() -> None:
    """Everything works without speech, and says so."""
    with pytest.raises(EngineError) as caught:
        found_library(EngineChoice.SYSTEM, NOT_INSTALLED)

    assert str(caught.value) == MISSING
    assert "\n" not in MISSING


@pytest.mark.parametrize("choice", [EngineChoice.AUTO, EngineChoice.WHEEL])
async def test_an_announcement_is_really_spoken(choice: EngineChoice, tmp_path: Path) -> None:
    """Both engines: audible, levelled, trimmed, never clipping; the whole call is 3 to 12 s with its chime."""
    voice = Voice(worker_argv(choice))
    await voice.start()
    length_ms = 1_200  # the chime
    for number, segment in enumerate(announcement(("id", "en"), "A007", "Loket 3")):
        file = tmp_path / f"{number}.wav"
        outcome = await voice.speak(segment, file)
        assert isinstance(outcome, Done), outcome
        sound = read_wav(file)
        assert -30 < dbfs(speech_rms(sound)), "silence"
        assert abs(dbfs(speech_rms(sound)) - SPEECH_RMS_DBFS) < 1.5
        assert dbfs(peak_of(sound)) < -1.0
        assert peak_of(sound[: samples_in(100)]) > 0.01 * peak_of(sound), "a long silence at the start"
        assert peak_of(sound[-samples_in(100) :]) > 0.01 * peak_of(sound), "a long silence at the end"
        length_ms += 250 + outcome.length_ms
    await voice.stop()
    print(f"{voice.engine or choice}: an announcement in two languages lasts {length_ms} ms")

    assert 3_000 < length_ms < 12_000


async def test_the_two_engines_are_the_ones_they_claim_to_be() -> None:
    """The wheel is loaded under the system library's own name: the status must not mix them up."""
    names = []
    for choice in (EngineChoice.WHEEL, EngineChoice.NONE):
        voice = Voice(worker_argv(choice))
        await voice.start()
        names.append(voice.engine)
        await voice.stop()

    assert names == ["espeak-ng of the wheel", None]


async def test_each_sentence_has_its_own_sound(tmp_path: Path) -> None:
    """pyttsx3 loses the first of two saves and may write a sentence over another: twelve in a row differ and none is lost."""
    voice = Voice(worker_argv())
    await voice.start()
    sounds = set()
    for number in range(6):
        for segment in announcement(("id", "en"), f"A{number:03}", "3")[::2]:
            outcome = await voice.speak(segment, tmp_path / "out.wav")
            assert isinstance(outcome, Done), outcome
            sounds.add((tmp_path / "out.wav").read_bytes())
    await voice.stop()

    assert len(sounds) == 12


async def test_what_cannot_be_spoken_is_refused_and_the_worker_lives(tmp_path: Path) -> None:
    """An unknown voice, an empty text, a path that cannot be written: a reason each, and the next sentence is spoken."""
    voice = Voice(worker_argv())
    await voice.start()
    good = announcement(("id",), "A007", "3")[0]
    out = tmp_path / "out.wav"
    refused = [
        await voice.speak(type(good)("jv", "Nomer."), out),
        await voice.speak(type(good)("id", "   "), out),
        await voice.speak(type(good)("id", "..."), out),
        await voice.speak(good, tmp_path / "nowhere" / "out.wav"),
    ]
    spoken = await voice.speak(good, out)
    starts_count = voice.starts_count
    await voice.stop()

    assert [type(outcome) for outcome in refused] == [Failed] * 4
    assert all(isinstance(outcome, Failed) and outcome.reason for outcome in refused)
    assert isinstance(spoken, Done)
    assert starts_count == 1
