"""What the hall's authority makes: how long it holds, what it is good for, and what a thief of its key cannot do."""

import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from queue_server.tls.certificates import (
    ROOT_DAYS,
    SERVER_DAYS,
    certificate_alone,
    new_authority,
    new_server_certificate,
    read_certificate,
)
from queue_server.tls.names import checked_names, machine_names
from queue_server.tls.troubles import TlsTrouble
from tests.tls.papers import DAY_MS, LOCAL, client, now_ms, pair_in, shaken, stolen, unbound_authority


def test_a_server_certificate_is_what_phones_and_browsers_ask_for() -> None:
    """At most 398 days, P-256, SHA-256, names in the extension, for servers alone. Source: support.apple.com/103769."""
    authority = new_authority("MPP", LOCAL, now_ms())
    made = x509.load_pem_x509_certificate(new_server_certificate(authority, LOCAL, now_ms()))

    assert made.not_valid_after_utc - made.not_valid_before_utc == timedelta(days=SERVER_DAYS)
    assert SERVER_DAYS <= 398
    key = made.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert "secp256r1" == key.curve.name
    hashed = made.signature_hash_algorithm
    assert hashed is not None
    assert "sha256" == hashed.name
    use = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [ExtendedKeyUsageOID.SERVER_AUTH] == list(use)
    assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_root_signs_certificates_and_no_further_authority() -> None:
    """And lives for ten years, its constraints marked as what no client may overlook (RFC 5280, 4.2.1.10)."""
    root = x509.load_pem_x509_certificate(new_authority("M" * 100, LOCAL, now_ms()))
    constraints = root.extensions.get_extension_for_class(x509.BasicConstraints)

    assert root.not_valid_after_utc - root.not_valid_before_utc == timedelta(days=ROOT_DAYS)
    assert (True, 0, True) == (constraints.value.ca, constraints.value.path_length, constraints.critical)
    assert root.extensions.get_extension_for_class(x509.NameConstraints).critical


@pytest.mark.parametrize("name", ["antrean.lan", "192.168.1.10", "10.1.2.3", "::1", "fd12::1", "hub.local"])
def test_private_names_and_addresses_hold(tmp_path: Path, name: str) -> None:
    """Whatever a hall calls its hub inside the building, also when it thinks of it a year later."""
    authority = new_authority("MPP", LOCAL, now_ms())
    server, root = tmp_path / "server.pem", tmp_path / "root.crt"
    server.write_bytes(new_server_certificate(authority, (name,), now_ms()))
    root.write_bytes(certificate_alone(authority))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server)

    assert shaken(context, client(root), name).version() == "TLSv1.3"


def test_a_client_without_the_root_refuses_and_so_does_one_under_another_name(tmp_path: Path) -> None:
    """The control is the same handshake with root and name."""
    pair, root = pair_in(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)

    assert shaken(context, client(root), "localhost").getpeercert() is not None
    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer"):
        shaken(context, client(None), "localhost")
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shaken(context, client(root), "antrean.lan")


def test_a_stolen_root_key_makes_no_bank(tmp_path: Path) -> None:
    """Whoever trusted the hall's root on his phone still does not trust a bank that the thief signed."""
    authority = new_authority("MPP", LOCAL, now_ms())
    key = serialization.load_pem_private_key(authority, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    root = tmp_path / "root.crt"
    root.write_bytes(certificate_alone(authority))
    server = stolen(x509.load_pem_x509_certificate(authority), key, "bank.example", tmp_path)

    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shaken(server, client(root), "bank.example")


def test_without_name_constraints_a_stolen_root_key_would_make_a_bank(tmp_path: Path) -> None:
    """The control of the test above."""
    pem, key, certificate = unbound_authority()
    root = tmp_path / "root.crt"
    root.write_bytes(pem)
    server = stolen(certificate, key, "bank.example", tmp_path)

    assert shaken(server, client(root), "bank.example").getpeercert() is not None


@pytest.mark.parametrize("name", ["bank.example", "8.8.8.8", "2001:db8::1", "notlan", "lan.example"])
def test_the_authority_says_so_where_a_name_is_not_the_halls(name: str) -> None:
    """Clients would refuse it and nobody would know why."""
    with pytest.raises(TlsTrouble, match=r"may not vouch for .* make another authority"):
        new_server_certificate(new_authority("MPP", LOCAL, now_ms()), (name,), now_ms())


def test_names_given_when_it_was_made_are_the_halls() -> None:
    """The hall's public name and what is below it; a public address exactly."""
    authority = new_authority("MPP", ("antrean.example.go.id", "203.0.113.7"), now_ms())

    made = read_certificate(
        new_server_certificate(authority, ("loket.antrean.example.go.id", "203.0.113.7"), now_ms())
    )

    assert ("loket.antrean.example.go.id", "203.0.113.7") == made.names
    with pytest.raises(TlsTrouble, match=r"203\.0\.113\.8"):
        new_server_certificate(authority, ("203.0.113.8",), now_ms())


def test_no_certificate_outlives_its_root() -> None:
    """The last one is shorter; after that there is none."""
    made_ms = now_ms() - (ROOT_DAYS - 101) * DAY_MS
    authority = new_authority("MPP", LOCAL, made_ms)

    last = read_certificate(new_server_certificate(authority, LOCAL, now_ms()))

    assert read_certificate(authority).ends_at_ms == last.ends_at_ms
    with pytest.raises(TlsTrouble, match="The authority ended on"):
        new_server_certificate(authority, LOCAL, now_ms() + 101 * DAY_MS)


@pytest.mark.parametrize(
    "wrong", [b"", b"rubbish", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_authority_is_refused(wrong: bytes) -> None:
    """A damaged file leads to one sentence."""
    with pytest.raises(TlsTrouble, match="authority cannot be read"):
        new_server_certificate(wrong, LOCAL, now_ms())


def test_an_authority_with_anothers_key_is_refused() -> None:
    """Two files mixed up: what it signed would be believed by nobody."""
    one, other = (new_authority("MPP", LOCAL, now_ms()) for _ in range(2))
    mixed = certificate_alone(one) + other[other.index(b"-----BEGIN PRIVATE") :]

    with pytest.raises(TlsTrouble, match="do not belong together"):
        new_server_certificate(mixed, LOCAL, now_ms())


def test_names_are_checked_and_written_one_way() -> None:
    """Small letters, no dot at the end, addresses as they are written, each once."""
    assert ("antrean.lan", "192.168.1.10", "fd00::1") == checked_names(
        ["Antrean.LAN.", "192.168.1.10", "fd00:0::1", "antrean.lan"]
    )


@pytest.mark.parametrize(
    "wrong",
    ["", "*.lan", "a b", "-a", "a_b.lan", "http://antrean.lan", "192.168.1.300", "x" * 64, "kios.é", "a\n"],
)
def test_what_is_no_name_is_refused(wrong: str) -> None:
    """With what a name looks like."""
    with pytest.raises(TlsTrouble, match=r"it looks like antrean\.lan"):
        checked_names([wrong])


def test_too_many_names_are_refused() -> None:
    """Every handshake carries them."""
    with pytest.raises(TlsTrouble, match="51 names are too many"):
        checked_names([f"k{place}.lan" for place in range(51)])


def test_this_machines_names_are_names() -> None:
    """Whatever it is called: what is found by itself never fails the verb."""
    found = machine_names()

    assert {"localhost", "127.0.0.1", "::1"} <= set(found)
    assert len(checked_names(found)) >= 3
