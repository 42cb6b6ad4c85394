"""Recorded voice packs: which clips say a sentence, and what is wrong with a manifest."""

import re
from pathlib import Path

import pytest

from queue_server.speech.clips import Pack, clips_for, found_sounds
from queue_server.speech.phrases import Segment, announcement, number_segment

README = Path(__file__).parents[2] / "sounds" / "README.md"
SENTENCE = Segment("id", "Nomor antrean, A, nol nol tujuh.")


def pack(*texts: str, name: str = "siti", language: str = "id") -> Pack:
    """A pack with a clip for each text; the file is the text with dashes."""
    clips = {(language, tuple(text.split())): f"{text.replace(' ', '-')}.wav" for text in texts}
    return Pack(folder=Path(name), clips=clips)


def names(files: tuple[Path, ...]) -> list[str]:
    """The clips' names without folder and ending."""
    return [file.stem for file in files]


def written_pack(sounds: Path, manifest: str) -> None:
    """A pack on disk with two small files."""
    folder = sounds / "siti"
    folder.mkdir()
    (folder / "MANIFEST.toml").write_text(manifest)
    for name in ("nol.wav", "tujuh.wav"):
        (folder / name).write_bytes(b"RIFF")


def entry(file: str, text: str = "nol", more: str = "") -> str:
    """One clip as its manifest states it."""
    return f'[[clip]]\nfile = "{file}"\ntext = "{text}"\nlanguage = "id"\nlength_ms = 500\nlicence = "CC0-1.0"\n{more}\n'


def test_a_sentence_is_said_word_by_word() -> None:
    """Clips in the order of the words, as often as they occur."""
    clips = clips_for(SENTENCE, [pack("nomor antrean", "a", "nol", "tujuh")])

    assert names(clips) == ["nomor-antrean", "a", "nol", "nol", "tujuh"]


def test_the_longest_clips_that_fit_are_chosen() -> None:
    """Fewer joints sound better."""
    clips = clips_for(
        SENTENCE, [pack("nomor", "antrean", "nomor antrean", "a", "nol", "nol nol tujuh", "tujuh")]
    )

    assert names(clips) == ["nomor-antrean", "a", "nol-nol-tujuh"]


def test_a_greedy_choice_that_leads_nowhere_is_not_made() -> None:
    """ "nomor antrean a" would leave "nol nol tujuh" uncovered; shorter clips cover all."""
    clips = clips_for(SENTENCE, [pack("nomor antrean a nol nol", "nomor antrean", "a nol", "nol tujuh")])

    assert names(clips) == ["nomor-antrean", "a-nol", "nol-tujuh"]


def test_a_sentence_with_one_word_missing_is_not_said_from_clips() -> None:
    """Half a sentence in another voice is worse than none."""
    assert clips_for(SENTENCE, [pack("nomor antrean", "a", "nol")]) == ()


def test_clips_of_another_language_are_not_used() -> None:
    """One language per sentence."""
    assert clips_for(SENTENCE, [pack("nomor antrean", "a", "nol", "tujuh", language="ms")]) == ()


def test_voices_are_not_mixed() -> None:
    """Two packs that cover a sentence only together do not cover it; the first that does alone speaks it."""
    halves = [pack("nomor antrean", "a", name="ani"), pack("nol", "tujuh", name="budi")]
    whole = pack("nomor antrean", "a", "nol", "tujuh", name="citra")

    assert clips_for(SENTENCE, halves) == ()
    assert {file.parent.name for file in clips_for(SENTENCE, [*halves, whole])} == {"citra"}


def test_a_pack_is_read_from_its_folder(tmp_path: Path) -> None:
    """`sounds/<pack>/MANIFEST.toml`."""
    written_pack(tmp_path, entry("nol.wav") + entry("tujuh.wav", "Tujuh"))

    found = found_sounds(tmp_path)

    assert found.mistakes == ()
    assert clips_for(Segment("id", "Nol, tujuh."), found.packs) == (
        tmp_path / "siti" / "nol.wav",
        tmp_path / "siti" / "tujuh.wav",
    )


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        (entry("../../secret.wav"), "plain name"),
        (entry("/etc/passwd"), "plain name"),
        (entry("delapan.wav"), "no such file"),
        (entry("nol.wav", ""), "1 to 12 words"),
        (entry("nol.wav", more="colour = 1"), "colour"),
        ("[[clip]]\nfile = 1", "file"),
        ("rubbish", ""),
    ],
)
def test_a_pack_with_a_mistake_is_left_out_and_named(tmp_path: Path, manifest: str, told: str) -> None:
    """Whole: a voice with holes would be heard as a fault. The line names the pack and what is wrong."""
    written_pack(tmp_path, manifest)

    found = found_sounds(tmp_path)

    assert found.packs == ()
    assert len(found.mistakes) == 1
    assert found.mistakes[0].startswith("voice pack siti: ")
    assert told in found.mistakes[0]


def test_a_changed_clip_changes_the_fingerprint(tmp_path: Path) -> None:
    """So that what was rendered from the old one is made anew."""
    written_pack(tmp_path, entry("nol.wav"))
    before = found_sounds(tmp_path).fingerprint
    (tmp_path / "siti" / "nol.wav").write_bytes(b"RIFF, recorded again")

    assert found_sounds(tmp_path).fingerprint != before


def test_a_folder_that_is_not_there_holds_no_packs(tmp_path: Path) -> None:
    """Nor does none at all."""
    assert found_sounds(tmp_path / "none").packs == found_sounds(None).packs == ()


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_word_lists_of_the_readme_are_enough(language: str) -> None:
    """Who records them all can call every ticket to 9999 at every counter to 999."""
    listed = re.search(rf"```text {language}\n(.*?)```", README.read_text(), re.DOTALL)
    assert listed is not None
    recorded = pack(*listed[1].splitlines(), language=language)
    sentences = [
        *(number_segment(language, f"A{number:03}") for number in range(1, 10_000)),
        *(number_segment(language, f"{letter}001") for letter in "ABCDEFGHJKLMNPQRSTUVWXYZ"),
        *(announcement((language,), "A001", f"Loket {number}")[1] for number in range(1, 1_000)),
    ]

    assert [sentence for sentence in sentences if not clips_for(sentence, [recorded])] == []
