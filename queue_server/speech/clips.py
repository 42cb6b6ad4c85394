"""Recorded clips: a voice pack's manifest, and which clips say a sentence.

A pack is a folder under `sounds/` with a `MANIFEST.toml` that lists its clips (`sounds/README.md` tells how to
record one). A sentence is spoken from clips only if one pack covers every word of it: a change of voice in the middle
is worse than a robot throughout. Proven by tests/speech/test_clips.py.
"""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from queue_server.speech.phrases import Segment

MANIFEST = "MANIFEST.toml"

CLIPS_MAX = 2_000
"""In one pack: every number to 999 in two languages, and then some would fit."""

CLIP_BYTES_MAX = 4_000_000
"""The file of one clip: 20 s of stereo at 48 kHz."""

CLIP_WORDS_MAX = 12
"""Longest text of one clip: a whole sentence."""

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.wav", re.ASCII)
_WORD = re.compile(r"\w+")


class Clip(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One recorded sound, as its manifest states it."""

    file: str
    """Name of a WAV file beside the manifest."""
    text: str
    """Exactly what is said, in the catalogue's words: "nol", "silakan menuju loket". Empty for a gong."""
    language: str
    """As in the catalogue, "id"; empty for a gong."""
    length_ms: int
    licence: str
    """SPDX identifier, or in words who may use it."""


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a `MANIFEST.toml`."""

    clip: tuple[Clip, ...] = ()


class Pack(Struct, frozen=True, kw_only=True):
    """A voice that was recorded."""

    folder: Path
    clips: Mapping[tuple[str, tuple[str, ...]], str]
    """(language, words in lower case) -> file name."""


class Sounds(Struct, frozen=True, kw_only=True):
    """What was found in `sounds/`."""

    packs: tuple[Pack, ...]
    """In the order of their folders' names; the first that covers a sentence speaks it."""
    mistakes: tuple[str, ...]
    """One line for each pack that cannot be used, and is left out whole."""
    fingerprint: str
    """Changes when a manifest or a clip does."""


def found_sounds(sounds_dir: Path | None) -> Sounds:
    """Reads the packs of a folder. Blocking. A folder that is not there holds no packs."""
    if sounds_dir is None or not sounds_dir.is_dir():
        return Sounds(packs=(), mistakes=(), fingerprint="")
    packs: list[Pack] = []
    mistakes: list[str] = []
    marks: list[str] = []
    for manifest in sorted(sounds_dir.glob(f"*/{MANIFEST}")):
        try:
            packs.append(_pack(manifest))
            marks += _marks(packs[-1])
        except (ValueError, OSError, msgspec.DecodeError) as error:
            mistakes.append(f"voice pack {manifest.parent.name}: {error}")
    fingerprint = sha256("\n".join(marks).encode()).hexdigest() if marks else ""
    return Sounds(packs=tuple(packs), mistakes=tuple(mistakes), fingerprint=fingerprint)


def clips_for(segment: Segment, packs: Sequence[Pack]) -> tuple[Path, ...]:
    """The clips that say a sentence, in order, as few as possible; empty when no pack covers all of its words."""
    words = tuple(_WORD.findall(segment.text.lower()))
    for pack in packs:
        names = _cover(segment.language, words, pack)
        if names:
            return tuple(pack.folder / name for name in names)
    return ()


def _pack(manifest: Path) -> Pack:
    """Raises: ValueError, OSError, msgspec.DecodeError."""
    listed = msgspec.toml.decode(manifest.read_bytes(), type=Manifest).clip
    if len(listed) > CLIPS_MAX:
        raise ValueError(f"more than {CLIPS_MAX} clips")
    clips: dict[tuple[str, tuple[str, ...]], str] = {}
    for clip in listed:
        _check_file(manifest.parent, clip.file)
        words = tuple(_WORD.findall(clip.text.lower()))
        if not 1 <= len(words) <= CLIP_WORDS_MAX:
            raise ValueError(f"{clip.file}: a text of 1 to {CLIP_WORDS_MAX} words is needed")
        clips[clip.language, words] = clip.file
    return Pack(folder=manifest.parent, clips=clips)


def _check_file(folder: Path, name: str) -> None:
    """Raises: ValueError. A manifest may come from anywhere: a name with a path in it could read any file."""
    if not _FILE_NAME.fullmatch(name):
        raise ValueError(f"{name!r}: a plain name that ends in .wav is needed")
    if not (folder / name).is_file():
        raise ValueError(f"{name}: no such file")
    if (folder / name).stat().st_size > CLIP_BYTES_MAX:
        raise ValueError(f"{name}: larger than {CLIP_BYTES_MAX} bytes")


def _marks(pack: Pack) -> list[str]:
    """What tells that a pack changed, without reading every clip."""
    files = {(language, words): pack.folder / name for (language, words), name in pack.clips.items()}
    stats = ((key, file.name, file.stat()) for key, file in files.items())
    return [f"{pack.folder.name} {key} {name} {stat.st_size} {stat.st_mtime_ns}" for key, name, stat in stats]


def _cover(language: str, words: tuple[str, ...], pack: Pack) -> tuple[str, ...]:
    """The shortest row of clips that says exactly these words; empty when there is none.

    `best[i]` covers the first i words; each step tries every clip that could end there.
    """
    best: list[tuple[str, ...] | None] = [(), *[None] * len(words)]
    for end in range(1, len(words) + 1):
        for start in range(max(0, end - CLIP_WORDS_MAX), end):
            before, name = best[start], pack.clips.get((language, words[start:end]))
            if before is None or name is None:
                continue
            known = best[end]
            if known is None or len(before) + 1 < len(known):
                best[end] = (*before, name)
    return best[-1] or ()
