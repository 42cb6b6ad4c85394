"""What the hub serves with: TLS 1.2 and 1.3 alone, a pair that fits, and a sentence for everything that does not."""

import ssl
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from queue_server.tls.certificates import Certificate
from queue_server.tls.serving import HubTls, Pair, checked_pair, server_context, trouble_of
from queue_server.tls.troubles import NO_PACKAGE, TlsTrouble
from tests.end_to_end.hubs import ROOT
from tests.tls.papers import DAY_MS, client, now_ms, pair_in, rsa_pair_in, shaken


def test_a_client_that_speaks_tls_1_1_is_refused(tmp_path: Path) -> None:
    """Source: RFC 8996; ASVS 12.1.1."""
    pair, root = pair_in(tmp_path)

    with pytest.raises(ssl.SSLError, match=r"protocol version|unsupported protocol"):
        shaken(HubTls(pair).context, old_client(root), "localhost")


def test_without_the_lower_bound_tls_1_1_would_be_spoken(tmp_path: Path) -> None:
    """The control: the same client, at the same kind of context with its bounds lifted."""
    pair, root = pair_in(tmp_path)
    context = server_context()
    context.load_cert_chain(pair.certificate, pair.key)
    _lower(context)

    assert "TLSv1.1" == shaken(context, old_client(root), "localhost").version()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_what_is_spoken_keeps_yesterdays_secrets(tmp_path: Path, version: ssl.TLSVersion) -> None:
    """Forward secrecy and authenticated encryption, in either version; nothing is compressed."""
    pair, root = pair_in(tmp_path)
    one = client(root)
    one.maximum_version = one.minimum_version = version

    end = shaken(HubTls(pair).context, one, "localhost")

    chosen = end.cipher()
    assert chosen is not None
    assert "GCM" in chosen[0] or "CHACHA20" in chosen[0]
    assert chosen[0].startswith(("ECDHE", "TLS_"))
    assert end.compression() is None


def test_every_suite_offered_has_forward_secrecy() -> None:
    """None is left of those that OpenSSL knows beside them."""
    suites = [one["name"] for one in server_context().get_ciphers()]

    assert suites
    assert [] == [one for one in suites if not one.startswith(("ECDHE-", "TLS_"))]


def test_a_key_of_another_certificate_is_told(tmp_path: Path) -> None:
    """Which key, which certificate."""
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    one, other = pair_in(tmp_path / "one")[0], pair_in(tmp_path / "other")[0]

    with pytest.raises(TlsTrouble, match=r"The key in .*other.* is not that of the certificate in .*one"):
        checked_pair(Pair(one.certificate, other.key, is_local=False))


def test_a_file_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    """The hall's own file is a matter of the configuration, the local one of a verb."""
    missing = tmp_path / "none.pem"

    with pytest.raises(TlsTrouble, match=r"none\.pem is not there: look at \[server\.tls\]"):
        checked_pair(Pair(missing, missing, is_local=False))
    with pytest.raises(TlsTrouble, match="run `antrean tls init`"):
        checked_pair(Pair(missing, missing, is_local=True))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A folder stands for it: root may read every file."""
    pair, _ = pair_in(tmp_path)

    with pytest.raises(TlsTrouble, match=r"cannot be read \(Is a directory\): the hub's own user must"):
        checked_pair(Pair(tmp_path, pair.key, is_local=False))
    with pytest.raises(TlsTrouble, match=r"cannot be read \(Is a directory\)"):
        checked_pair(Pair(pair.certificate, tmp_path, is_local=False))


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\x00" * 300_000])
def test_what_is_no_certificate_or_key_is_told(tmp_path: Path, content: bytes) -> None:
    """Each in one sentence that names the file."""
    pair, _ = pair_in(tmp_path)
    wrong = tmp_path / "wrong.pem"
    wrong.write_bytes(content)

    with pytest.raises(TlsTrouble, match=r"wrong\.pem"):
        checked_pair(Pair(wrong, pair.key, is_local=False))
    with pytest.raises(TlsTrouble, match=r"wrong\.pem"):
        checked_pair(Pair(pair.certificate, wrong, is_local=False))


def test_a_key_with_a_password_is_told_and_nobody_is_asked(tmp_path: Path) -> None:
    """OpenSSL would wait at the terminal for ever."""
    pair, _ = pair_in(tmp_path)
    key = serialization.load_pem_private_key(pair.key.read_bytes(), password=None)
    pair.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )

    with pytest.raises(TlsTrouble, match="the key without a password"):
        checked_pair(pair)


def test_a_renewed_pair_is_taken_up_and_a_broken_one_is_not(tmp_path: Path) -> None:
    """By the context that is served with; what is wrong changes nothing."""
    pair, _ = pair_in(tmp_path)
    tls = HubTls(pair)
    first = tls.certificate
    _, root = pair_in(tmp_path)
    tls.renew()

    assert first.fingerprint != tls.certificate.fingerprint
    assert shaken(tls.context, client(root), "localhost").getpeercert() is not None
    pair.key.write_bytes(b"rubbish")
    with pytest.raises(TlsTrouble):
        tls.renew()
    assert shaken(tls.context, client(root), "localhost").getpeercert() is not None


def test_a_new_certificate_with_another_kind_of_key_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    """From ECDSA to RSA, as when a hall changes its authority; the control loads both into one context."""
    pair, _ = pair_in(tmp_path)
    tls = HubTls(pair)
    naive = server_context()
    naive.load_cert_chain(pair.certificate, pair.key)
    trusting = client(rsa_pair_in(pair))
    naive.load_cert_chain(pair.certificate, pair.key)
    tls.renew()

    assert shaken(tls.context, trusting, "localhost").getpeercert() is not None
    with pytest.raises(ssl.SSLCertVerificationError, match=r"unable to get local issuer|self-signed"):
        shaken(naive, trusting, "localhost")


LOCAL_PAIR = Pair(Path("server.pem"), Path("server.pem"), is_local=True)
OWN_PAIR = Pair(Path("/etc/hub.crt"), Path("/etc/hub.key"), is_local=False)
ENDS_MS = 1_800_000_000_000


@pytest.mark.parametrize(
    ("before_end_ms", "pair", "words"),
    [
        (31 * DAY_MS, LOCAL_PAIR, None),
        (30 * DAY_MS, LOCAL_PAIR, "in 30 days: run `antrean tls renew`"),
        (30 * DAY_MS, OWN_PAIR, "put a new one at /etc/hub.crt, then `antrean apply`"),
        (1, OWN_PAIR, "in 0 days"),
        (0, LOCAL_PAIR, "ended on 2027-01-15 08:00 UTC: browsers and agents refuse it"),
        (500 * DAY_MS, LOCAL_PAIR, "not valid yet, by this machine's clock: set the clock right"),
    ],
)
def test_the_end_is_told_thirty_days_ahead_with_what_to_do(
    before_end_ms: int, pair: Pair, words: str | None
) -> None:
    """And after it; and a clock that has fallen back is named as what it is."""
    certificate = Certificate(
        names=(), begins_at_ms=ENDS_MS - 397 * DAY_MS, ends_at_ms=ENDS_MS, fingerprint=""
    )

    told = trouble_of(certificate, pair, ENDS_MS - before_end_ms)

    assert (words is None) == (told is None)
    assert (words or "") in (told or "")


def test_an_ended_certificate_is_refused_by_the_client_whose_matter_it_is(tmp_path: Path) -> None:
    """Which is why it need not keep a hub from starting whose clock may be wrong."""
    pair, root = pair_in(tmp_path, at_ms=now_ms() - 398 * DAY_MS)

    assert "ended on" in (HubTls(pair).trouble(now_ms()) or "")
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        shaken(HubTls(pair).context, client(root), "localhost")


def test_without_its_package_the_verb_says_so_in_one_line(tmp_path: Path) -> None:
    """The extra `tls` is not installed; a hub without TLS does not miss it."""
    without = "import sys; sys.modules['cryptography'] = None; from queue_server.cli import main; main()"
    command = (sys.executable, "-c", without)

    init = subprocess.run(
        (*command, "tls", "init", "--data", str(tmp_path)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    check = subprocess.run((*command, "check"), cwd=ROOT, capture_output=True, text=True, check=False)

    assert (2, f"antrean: {NO_PACKAGE}\n") == (init.returncode, init.stderr)
    assert 0 == check.returncode, check.stderr


def old_client(root: Path) -> ssl.SSLContext:
    """Speaks TLS 1.1 and nothing newer."""
    context = client(root)
    _lower(context)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def _lower(context: ssl.SSLContext) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
