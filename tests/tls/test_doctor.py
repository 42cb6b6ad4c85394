"""What `antrean doctor` says of the hub's own certificate."""

from pathlib import Path

import msgspec
import pytest

from queue_server import doctor
from queue_server.config import Config, TlsSettings, load
from queue_server.doctor import Level
from queue_server.tls import folder
from queue_server.tls.certificates import SERVER_DAYS
from tests.end_to_end.hubs import ROOT
from tests.tls.papers import DAY_MS, LOCAL, now_ms, pair_in


@pytest.fixture
def local() -> Config:
    """The example hall with an authority of its own."""
    return msgspec.structs.replace(
        load(ROOT / "config.toml", {}), tls=TlsSettings(certificate=None, key=None)
    )


@pytest.mark.parametrize(
    ("days_on", "level", "words"),
    [
        (0, Level.OK, "good for localhost, 127.0.0.1"),
        (SERVER_DAYS - 33, Level.OK, "31 days from here"),
        (SERVER_DAYS - 30, Level.LOOK, "run `antrean tls renew`"),
        (SERVER_DAYS, Level.BAD, "ended on"),
        (-10, Level.BAD, "not valid yet"),
    ],
)
def test_the_end_is_told_ahead(tmp_path: Path, local: Config, days_on: int, level: Level, words: str) -> None:
    """Thirty days, as on the board."""
    made_ms = now_ms()
    folder.init(tmp_path, "MPP", list(LOCAL), made_ms)

    [found] = doctor.tls(local, tmp_path, made_ms + days_on * DAY_MS)

    assert level == found.level, found.text
    assert words in found.text


def test_a_certificate_that_cannot_be_served_with_is_bad(tmp_path: Path, local: Config) -> None:
    """In the sentence with which the hub would refuse to start."""
    [found] = doctor.tls(local, tmp_path, now_ms())

    assert (Level.BAD, True) == (found.level, "run `antrean tls init`" in found.text)


def test_a_key_that_others_can_read_is_told(tmp_path: Path, local: Config) -> None:
    """The hall's own files come from elsewhere; 0600 is the control."""
    pair, _ = pair_in(tmp_path)
    own = msgspec.structs.replace(local, tls=TlsSettings(certificate=pair.certificate, key=pair.key))
    pair.key.chmod(0o640)
    [_, told] = doctor.tls(own, tmp_path, now_ms())
    pair.key.chmod(0o600)
    [well] = doctor.tls(own, tmp_path, now_ms())

    assert (Level.LOOK, f"{pair.key} can be read by others: chmod 600 {pair.key}") == (told.level, told.text)
    assert Level.OK == well.level


def test_without_tls_there_is_nothing_to_say_and_plain_http_is_told_once(local: Config) -> None:
    """With a certificate `insecure_lan` means nothing."""
    plain = msgspec.structs.replace(local, tls=None, is_insecure_lan=True)
    secure = msgspec.structs.replace(local, is_insecure_lan=True)

    assert [] == list(doctor.tls(plain, Path(), 0))
    assert [True, False] == [
        any(one.subject == "network" and "antrean tls init" in one.text for one in doctor.configuration(each))
        for each in (plain, secure)
    ]
