"""Authorities, certificates and handshakes for the tests of TLS: made when they are needed, nothing secret is kept."""

import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from queue_server.tls.certificates import new_authority, new_server_certificate
from queue_server.tls.serving import Pair

DAY_MS = 86_400_000
LOCAL = ("127.0.0.1", "localhost")


def now_ms() -> int:
    """The machine's: OpenSSL checks against it."""
    return time.time_ns() // 1_000_000


def pair_in(folder: Path, *, at_ms: int | None = None, names: tuple[str, ...] = LOCAL) -> tuple[Pair, Path]:
    """Certificate and key as two files of a hall's own, and the root that vouches for them.

    Args:
        at_ms: when they were made; None: now.
    """
    at_ms = now_ms() if at_ms is None else at_ms
    authority = new_authority("MPP", names, at_ms)
    both = new_server_certificate(authority, names, at_ms)
    certificate, key, root = folder / "hub.crt", folder / "hub.key", folder / "root.crt"
    certificate.write_bytes(both[: both.index(b"-----BEGIN PRIVATE")])
    key.write_bytes(both[both.index(b"-----BEGIN PRIVATE") :])
    root.write_bytes(authority[: authority.index(b"-----BEGIN PRIVATE")])
    return Pair(certificate, key, is_local=False), root


def rsa_pair_in(pair: Pair) -> Path:
    """Puts a self-signed RSA certificate where a pair lies; the certificate is its own root."""
    key = rsa.generate_private_key(65_537, 2_048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "RSA")])
    begins = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pair.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pair.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return pair.certificate


def client(root: Path | None) -> ssl.SSLContext:
    """One that checks as agents do. Args: root: what it trusts; None: what the machine does."""
    return ssl.create_default_context(cafile=root)


def shaken(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> ssl.SSLObject:
    """The client's end after a whole handshake in memory. Raises: ssl.SSLError of whichever end refused."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    waiting = list(ends)
    for _ in range(20):
        for end in list(waiting):
            try:
                end.do_handshake()
                waiting.remove(end)
            except ssl.SSLWantReadError:
                pass
        if not waiting:
            return ends[0]
    raise AssertionError("a handshake takes a few turns")


def unbound_authority() -> tuple[bytes, ec.EllipticCurvePrivateKey, x509.Certificate]:
    """A root without name constraints, as `new_authority` would be without that line: the control."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Unbound")])
    begins = datetime.now(UTC) - timedelta(days=1)
    root = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return root.public_bytes(serialization.Encoding.PEM), key, root


def stolen(
    root: x509.Certificate, root_key: ec.EllipticCurvePrivateKey, name: str, folder: Path
) -> ssl.SSLContext:
    """A server under any name, by whoever holds the root's key: our own refusal to sign stops no thief."""
    key = ec.generate_private_key(ec.SECP256R1())
    begins = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(
            root.subject,
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "any")]),
            key.public_key(),
            x509.random_serial_number(),
        )
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=20))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    file = folder / "stolen.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
