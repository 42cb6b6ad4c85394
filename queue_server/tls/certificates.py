"""Makes and reads certificates: a hall's own root authority, and what it vouches for. Bytes in, bytes out, no file.

The root is bound to a hall (name constraints): whoever steals its key can pretend to be the hub, and not the bank of
somebody who trusted the root on his phone. Proven by `tests/tls/test_certificates.py`.
"""

import ipaddress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from queue_server.tls.names import address_of
from queue_server.tls.troubles import NO_PACKAGE, TlsTrouble

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
except ImportError as missing:  # the extra `tls` is not installed
    raise TlsTrouble(NO_PACKAGE) from missing

SERVER_DAYS = 397
"""How long a server certificate holds. Apple takes 825 days from a root that a person added (support.apple.com/103769)
and 398 from the built-in ones (support.apple.com/102028); the shorter is kept, since what every client takes from
everybody it will go on taking from a hall, and a yearly chore with a reminder is done where a biennial one is forgotten."""

ROOT_DAYS = 3_650
"""Ten years: longer than the PC. Each device has to be told of a new root by hand."""

BACKDATED = timedelta(days=1)
"""A kiosk's clock may be behind. Counts as part of the days above."""

PRIVATE_DOMAINS = ("localhost", "lan", "local", "internal", "home.arpa")
"""Names that lead nowhere outside a building. Source: RFC 6761, RFC 6762, RFC 8375; ICANN for `internal`."""

PRIVATE_NETWORKS = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128",
)  # fmt: skip
"""Addresses that belong to whoever is near. Source: RFC 1918, RFC 3927, RFC 4193, RFC 4291."""

NAME_CHARS_MAX = 64
"""Of an organisation or a common name. Source: RFC 5280, appendix A.1, ub-organization-name."""


class Certificate(NamedTuple):
    """What a person needs to know of one."""

    names: tuple[str, ...]
    """Hosts and addresses it is good for."""
    begins_at_ms: int
    ends_at_ms: int
    fingerprint: str
    """SHA-256 in pairs of hexadecimal digits with colons, as browsers show it."""


def read_certificate(pem: bytes) -> Certificate:
    """The first certificate in a PEM text.

    Raises:
        TlsTrouble: there is none.
    """
    try:
        found = x509.load_pem_x509_certificate(pem)
        names = _names_of(found)
    except ValueError as error:
        raise TlsTrouble(f"there is no certificate in PEM form in it ({error})") from error
    return Certificate(
        names=names,
        begins_at_ms=_ms(found.not_valid_before_utc),
        ends_at_ms=_ms(found.not_valid_after_utc),
        fingerprint=found.fingerprint(hashes.SHA256()).hex(":").upper(),
    )


def certificate_alone(pem: bytes) -> bytes:
    """The first certificate of a PEM text, without the key beside it. Raises: TlsTrouble as `read_certificate`."""
    read_certificate(pem)
    return x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.PEM)


def new_authority(hall_name: str, names: tuple[str, ...], now_ms: int) -> bytes:
    """A root certificate and its key, one PEM text.

    Args:
        names: checked; it may vouch for these and what is below them, and for private names and addresses.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, hall_name[:NAME_CHARS_MAX]),
            x509.NameAttribute(NameOID.COMMON_NAME, "Antrean local authority"),
        ]
    )
    begins = _moment(now_ms) - BACKDATED
    root = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=ROOT_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(_permitted(names), None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _pem(root, key)


def new_server_certificate(authority: bytes, names: tuple[str, ...], now_ms: int) -> bytes:
    """A certificate for these names and a fresh key, one PEM text.

    Args:
        authority: as `new_authority` made it.
        names: checked, at least one.

    Raises:
        TlsTrouble: the authority is none, has ended, or may not vouch for one of the names.
    """
    root, root_key = _authority(authority)
    _refuse_strangers(root, names)
    begins = _moment(now_ms) - BACKDATED
    ends = min(begins + timedelta(days=SERVER_DAYS), root.not_valid_after_utc)
    if ends <= _moment(now_ms):
        raise TlsTrouble(
            f"The authority ended on {root.not_valid_after_utc:%Y-%m-%d}: move its folder aside and run "
            "`antrean tls init`, or set this machine's clock right."
        )
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder(
            root.subject,
            # With a space it can be mistaken for no host's name: names stand in the next extension alone (RFC 6125).
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Antrean hub")]),
            key.public_key(),
            x509.random_serial_number(),
        )
        .not_valid_before(max(begins, root.not_valid_before_utc))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_vouched_by(root), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    return _pem(certificate, key)


def _authority(pem: bytes) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    try:
        root = x509.load_pem_x509_certificate(pem)
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise TlsTrouble(f"The authority cannot be read ({error}): put its file back from a copy.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != root.public_key():
        raise TlsTrouble(
            "The authority's key and certificate do not belong together: put its file back from a copy."
        )
    return root, key


def _permitted(names: tuple[str, ...]) -> list[x509.GeneralName]:
    """What the root may vouch for. An exact address is a network of one."""
    hosts = [name for name in names if address_of(name) is None]
    exact = [ipaddress.ip_network(address) for name in names if (address := address_of(name)) is not None]
    networks = [ipaddress.ip_network(text) for text in PRIVATE_NETWORKS]
    public = [one for one in exact if not any(_is_within(one, network) for network in networks)]
    domains = dict.fromkeys((*PRIVATE_DOMAINS, *hosts))
    return [*map(x509.DNSName, domains), *map(x509.IPAddress, (*networks, *public))]


def _refuse_strangers(root: x509.Certificate, names: tuple[str, ...]) -> None:
    """Raises: TlsTrouble where clients would refuse a name although the authority signed it."""
    constraints = root.extensions.get_extension_for_class(x509.NameConstraints).value
    permitted = constraints.permitted_subtrees or []
    domains = [one.value for one in permitted if isinstance(one, x509.DNSName)]
    networks = [one.value for one in permitted if isinstance(one, x509.IPAddress)]
    for name in names:
        address = address_of(name)
        if address is None:
            is_permitted = any(name == domain or name.endswith(f".{domain}") for domain in domains)
        else:
            one = ipaddress.ip_network(address)
            is_permitted = any(
                _is_within(one, network)
                for network in networks
                if isinstance(network, ipaddress.IPv4Network | ipaddress.IPv6Network)
            )
        if not is_permitted:
            raise TlsTrouble(
                f"The authority may not vouch for {name}: it was bound to the hall's own names when it was made. "
                "For another name make another authority: move its folder aside, run `antrean tls init`, and bring "
                "the new root to every device."
            )


def _is_within(
    one: ipaddress.IPv4Network | ipaddress.IPv6Network, other: ipaddress.IPv4Network | ipaddress.IPv6Network
) -> bool:
    return one.version == other.version and one.subnet_of(other)  # type: ignore[arg-type]  # of one version


def _general(name: str) -> x509.GeneralName:
    address = address_of(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(address)


def _names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return (
        *names.get_values_for_type(x509.DNSName),
        *(str(address) for address in names.get_values_for_type(x509.IPAddress)),
    )


def _vouched_by(root: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1_000, UTC)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000
