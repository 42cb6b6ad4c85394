"""`antrean tls init` and `renew`: what they write, what they never write over, and who may read it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from queue_server.cli import Exit, main
from queue_server.tls import folder
from queue_server.tls.certificates import read_certificate
from queue_server.tls.troubles import TlsTrouble
from tests.contract.house import config_in
from tests.tls.papers import DAY_MS, LOCAL, now_ms


@pytest.fixture
def open_umask() -> Iterator[None]:
    """The umask that hides nothing: modes must not lean on it."""
    before = os.umask(0)
    yield
    os.umask(before)


def files(data: Path) -> dict[str, bytes]:
    """Everything in the folder."""
    return {path.name: path.read_bytes() for path in (data / "tls").iterdir()}


def ran(*words: str) -> Result:
    """`antrean …` in this process."""
    return CliRunner().invoke(main, words)


@pytest.mark.usefixtures("open_umask")
def test_keys_are_the_hubs_users_alone(tmp_path: Path) -> None:
    """0600 and a folder of 0700, whatever the umask; the root may be copied by anyone who gets that far."""
    folder.init(tmp_path / "data", "MPP", list(LOCAL), now_ms())
    folder.renew(tmp_path / "data", [], now_ms())

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data/tls").iterdir()}
    assert {"authority.pem": 0o600, "server.pem": 0o600, "antrean-root.crt": 0o644} == modes
    assert 0o700 == stat.S_IMODE((tmp_path / "data/tls").stat().st_mode)
    assert b"PRIVATE" not in (tmp_path / "data/tls/antrean-root.crt").read_bytes()


def test_a_second_init_changes_nothing(tmp_path: Path) -> None:
    """Every device trusts the first root: a new one would lock them all out."""
    first = folder.init(tmp_path, "MPP", list(LOCAL), now_ms())
    before = files(tmp_path)

    again = folder.init(tmp_path, "Another", ["other.lan"], now_ms() + DAY_MS)

    assert (True, True, False, False) == (
        first.is_authority_new,
        first.is_server_new,
        again.is_authority_new,
        again.is_server_new,
    )
    assert before == files(tmp_path)


def test_an_init_that_was_cut_short_is_finished_by_the_next(tmp_path: Path) -> None:
    """With the authority that is there, which devices may know already."""
    first = folder.init(tmp_path, "MPP", list(LOCAL), now_ms())
    for name in ("server.pem", "antrean-root.crt"):
        (tmp_path / "tls" / name).unlink()

    again = folder.init(tmp_path, "MPP", list(LOCAL), now_ms())

    assert (False, True) == (again.is_authority_new, again.is_server_new)
    assert first.root == again.root


def test_a_renewal_keeps_authority_and_names_and_changes_the_key(tmp_path: Path) -> None:
    """Devices need nothing; a key that leaked with an old backup is worth nothing afterwards."""
    made = folder.init(tmp_path, "MPP", [*LOCAL, "antrean.lan"], now_ms())
    before = files(tmp_path)

    renewed = folder.renew(tmp_path, [], now_ms() + 300 * DAY_MS)

    after = files(tmp_path)
    assert {"server.pem"} == {name for name in after if before[name] != after[name]}
    assert made.root == renewed.root
    assert made.server.names == renewed.server.names
    assert made.server.ends_at_ms + 300 * DAY_MS == pytest.approx(renewed.server.ends_at_ms, abs=2_000)
    assert before["server.pem"].partition(b"PRIVATE")[2] != after["server.pem"].partition(b"PRIVATE")[2]


def test_a_renewal_may_bring_a_further_name(tmp_path: Path) -> None:
    """The hub got another address; the old names stay."""
    folder.init(tmp_path, "MPP", ["antrean.lan"], now_ms())

    assert {"antrean.lan", "192.168.7.7"} == set(
        folder.renew(tmp_path, ["192.168.7.7"], now_ms()).server.names
    )


def test_a_refused_renewal_leaves_the_old_certificate(tmp_path: Path) -> None:
    """A name that the authority may not vouch for."""
    folder.init(tmp_path, "MPP", list(LOCAL), now_ms())
    before = files(tmp_path)

    with pytest.raises(TlsTrouble, match="may not vouch"):
        folder.renew(tmp_path, ["bank.example"], now_ms())

    assert before == files(tmp_path)


def test_there_is_nothing_to_renew_before_the_first_init(tmp_path: Path) -> None:
    """And it says which verb comes first."""
    with pytest.raises(TlsTrouble, match="run `antrean tls init` first"):
        folder.renew(tmp_path, [], now_ms())


def test_the_verb_tells_where_the_root_is_and_what_to_do_with_it(tmp_path: Path) -> None:
    """Path, fingerprint to compare, names, end, and the line of the configuration; a second time too."""
    config, data = config_in(tmp_path), tmp_path / "data"

    first = ran("tls", "init", "--name", "antrean.lan", "--config", str(config), "--data", str(data))
    again = ran("tls", "init", "--name", "kios.lan", "--config", str(config), "--data", str(data))

    root = read_certificate((data / "tls/antrean-root.crt").read_bytes())
    for told in (first, again):
        assert Exit.OK == told.exit_code, told.output
        for words in (str(data / "tls/antrean-root.crt"), root.fingerprint, "antrean.lan", "local = true"):
            assert words in told.output
    assert "Made an authority for MPP Kabupaten Lamongan" in first.output
    assert "stays as it is" in again.output
    assert "not good for kios.lan" in again.output


def test_the_verbs_refuse_in_one_sentence(tmp_path: Path) -> None:
    """A wrong name, and a renewal before anything was made."""
    config, data = config_in(tmp_path), tmp_path / "data"

    wrong = ran("tls", "init", "--name", "a b", "--config", str(config), "--data", str(data))
    early = ran("tls", "renew", "--data", str(data))

    assert (Exit.CONFIGURATION, Exit.CONFIGURATION) == (wrong.exit_code, early.exit_code)
    assert [
        "antrean: 'a b' is neither a host's name nor an address; it looks like antrean.lan or 192.168.1.10."
    ] == (wrong.output.splitlines())
    assert 1 == len(early.output.splitlines())
    assert not (data / "tls").exists()
