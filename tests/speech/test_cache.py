"""The rendered files on disk: content, bound, restart, and addresses from anywhere."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.speech.cache import SoundCache
from queue_server.speech.phrases import CHIME_ADDRESS

ONE, TWO, THREE = (f"/audio/{digit * 32}.wav" for digit in "123")


def opened(folder: Path, *, sources: str = "voices", bytes_max: int = 1_000) -> SoundCache:
    """A cache as it is after a start."""
    cache = SoundCache(folder, bytes_max)
    cache.open(sources)
    return cache


def keep(cache: SoundCache, address: str, size: int) -> Path:
    """Puts a file of a size under an address."""
    cache.part(address).write_bytes(bytes(size))
    return cache.keep(address)


def test_what_is_kept_is_found(tmp_path: Path) -> None:
    """By address, and only what is kept."""
    cache = opened(tmp_path)
    file = keep(cache, ONE, 10)

    assert (cache.path(ONE), cache.path(TWO)) == (file, None)
    assert (ONE in cache, TWO in cache) == (True, False)


def test_a_restart_finds_what_was_rendered(tmp_path: Path) -> None:
    """A known sentence needs no engine."""
    file = keep(opened(tmp_path), ONE, 10)

    assert opened(tmp_path).path(ONE) == file


def test_half_written_files_are_gone_after_a_restart(tmp_path: Path) -> None:
    """A power cut in the middle of a sentence leaves no part behind, and never half a file under an address."""
    part = opened(tmp_path).part(ONE)
    part.write_bytes(b"half")

    cache = opened(tmp_path)

    assert cache.path(ONE) is None
    assert not part.exists()


def test_another_voice_empties_the_cache(tmp_path: Path) -> None:
    """The address names the words, not the voice: a new voice pack must be heard."""
    file = keep(opened(tmp_path, sources="robot"), ONE, 10)

    cache = opened(tmp_path, sources="siti")

    assert cache.path(ONE) is None
    assert not file.exists()


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    """The bound holds, and a sentence that is used stays."""
    cache = opened(tmp_path, bytes_max=250)
    keep(cache, ONE, 100)
    keep(cache, TWO, 100)
    cache.path(ONE)
    keep(cache, THREE, 100)

    assert [cache.path(address) is not None for address in (ONE, TWO, THREE)] == [True, False, True]
    assert sum(file.stat().st_size for file in tmp_path.glob("*.wav")) <= 250


def test_the_order_of_use_survives_a_restart(tmp_path: Path) -> None:
    """It is the files' own time."""
    cache = opened(tmp_path)
    for age_s, address in ((30, ONE), (10, TWO), (20, THREE)):
        file = keep(cache, address, 100)
        os.utime(file, ns=(0, 1_700_000_000_000_000_000 - age_s * 1_000_000_000))

    smaller = opened(tmp_path, bytes_max=150)

    assert [address in smaller for address in (ONE, TWO, THREE)] == [False, True, False]


def test_a_file_removed_by_hand_is_rendered_again(tmp_path: Path) -> None:
    """Somebody emptied the folder while the hub runs."""
    cache = opened(tmp_path)
    keep(cache, ONE, 10).unlink()

    assert cache.path(ONE) is None
    assert ONE not in cache


@pytest.mark.parametrize(
    "address",
    [
        "/audio/../../etc/passwd",
        "/audio/%2e%2e/secret.wav",
        f"/audio/{'1' * 32}.wav/../x",
        f"/audio/{'1' * 32}.wav\n",
        f"/audio/{'1' * 31}.wav",
        f"/audio/{'G' * 32}.wav",
        "/audio/" + "\N{ARABIC-INDIC DIGIT ONE}" * 32 + ".wav",
        "/audio/SOURCES",
        CHIME_ADDRESS,
        "",
    ],
)
def test_an_address_that_is_none_of_ours_leads_nowhere(tmp_path: Path, address: str) -> None:
    """Addresses come from the network."""
    cache = opened(tmp_path)

    assert cache.path(address) is None
    with pytest.raises(ValueError, match="not the address"):
        cache.part(address)


@given(address=st.text())
def test_rubbish_is_never_an_address(address: str) -> None:
    """Asked before anything touches the disk."""
    assert SoundCache(Path("/nonexistent")).path(address) is None
