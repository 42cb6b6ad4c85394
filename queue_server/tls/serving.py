"""The certificate that the hub serves with: checked at the start, taken up anew while it runs, and what to say of its end.

An ended certificate does not keep the hub from starting: it is the clients that judge it, a wrong clock would close a
hall, and `antrean tls renew` works on a running hub. It is told, loudly. Proven by `tests/tls`.
"""

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from queue_server.config import TlsSettings
from queue_server.tls.certificates import Certificate, read_certificate
from queue_server.tls.folder import server_path
from queue_server.tls.troubles import TlsTrouble

DAY_MS = 86_400_000

TOLD_AHEAD_MS = 30 * DAY_MS
"""A month: whoever looks after the machines comes by at least that often."""

PEM_BYTES_MAX = 256 * 1024
"""A chain and a key are some 8 KB; a file that is none should not fill the memory."""

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""For TLS 1.2; those of 1.3 are all sound. Forward secrecy and authenticated encryption only: every browser since 2015
has one of them. Source: RFC 9325, section 4.2."""


class Pair(NamedTuple):
    """Where certificate and key lie; the same file where both are in one."""

    certificate: Path
    key: Path
    is_local: bool
    """Made by the hall's own authority, in the data folder."""


def pair_of(settings: TlsSettings, data: Path) -> Pair:
    """Where the configuration says that they lie."""
    if settings.certificate is None or settings.key is None:
        return Pair(server_path(data), server_path(data), is_local=True)
    return Pair(settings.certificate, settings.key, is_local=False)


class HubTls:
    """One context for the listening socket, and what is known of its certificate.

    The listener keeps the context that it was given, and loading another certificate into that one would not do: OpenSSL
    holds one for each kind of key, so after a change from ECDSA to RSA clients would go on getting the old one. Each
    handshake is therefore handed to a context that holds the newest pair alone.
    """

    def __init__(self, pair: Pair) -> None:
        """Raises: TlsTrouble where the pair cannot be served with."""
        self.pair = pair
        self.certificate, self._newest = _taken_up(pair)
        self.context = server_context()
        self.context.sni_callback = self._hand_over

    def renew(self) -> None:
        """Takes up what lies there now, for connections from here on; those that are open stay.

        Raises:
            TlsTrouble: it cannot be served with; nothing has changed.
        """
        self.certificate, self._newest = _taken_up(self.pair)

    def trouble(self, now_ms: int) -> str | None:
        """See `trouble_of`."""
        return trouble_of(self.certificate, self.pair, now_ms)

    def _hand_over(self, handshake: ssl.SSLObject, _name: str, _context: ssl.SSLContext) -> None:
        """Called for every handshake, also where the client names no host (it does not, for an address)."""
        handshake.context = self._newest


def server_context() -> ssl.SSLContext:
    """TLS 1.2 and 1.3, without a certificate yet."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.options |= (
        ssl.OP_NO_RENEGOTIATION
    )  # a client could make us calculate at its leisure (RFC 9325, 3.5)
    context.set_alpn_protocols(["http/1.1"])
    return context


def checked_pair(pair: Pair) -> Certificate:
    """The certificate, after the pair was tried. Raises: TlsTrouble as `_taken_up`."""
    return _taken_up(pair)[0]


def _taken_up(pair: Pair) -> tuple[Certificate, ssl.SSLContext]:
    """The certificate, and a context that holds the pair and nothing else.

    Raises:
        TlsTrouble: a file cannot be read, holds something else, or the key is another certificate's.
    """
    try:
        certificate = read_certificate(_read(pair.certificate, pair))
    except TlsTrouble as trouble:
        if trouble.__cause__ is None:
            raise
        raise TlsTrouble(f"{pair.certificate} cannot be used: {trouble}.") from trouble
    _read(pair.key, pair)
    context = server_context()
    _load(context, pair)
    return certificate, context


def trouble_of(certificate: Certificate, pair: Pair, now_ms: int) -> str | None:
    """What is to be told of a certificate's end; None: nothing yet."""
    shown = datetime.fromtimestamp(certificate.ends_at_ms / 1_000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    cure = (
        "run `antrean tls renew`"
        if pair.is_local
        else f"put a new one at {pair.certificate}, then `antrean apply`"
    )
    if now_ms < certificate.begins_at_ms:
        return "The certificate is not valid yet, by this machine's clock: set the clock right."
    if now_ms >= certificate.ends_at_ms:
        return f"The certificate ended on {shown}: browsers and agents refuse it. Now {cure}."
    if certificate.ends_at_ms - now_ms <= TOLD_AHEAD_MS:
        days = (certificate.ends_at_ms - now_ms) // DAY_MS
        return f"The certificate ends on {shown}, in {days} days: {cure}."
    return None


def _read(path: Path, pair: Pair) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(PEM_BYTES_MAX + 1)
    except FileNotFoundError:
        cure = "run `antrean tls init`" if pair.is_local else "look at [server.tls] in the configuration"
        raise TlsTrouble(f"TLS is on and {path} is not there: {cure}.") from None
    except OSError as error:
        raise TlsTrouble(
            f"TLS is on and {path} cannot be read ({error.strerror}): the hub's own user must be able to."
        ) from None
    if len(content) > PEM_BYTES_MAX:
        raise TlsTrouble(f"{path} is larger than {PEM_BYTES_MAX} bytes: it is no certificate or key.")
    return content


def _load(context: ssl.SSLContext, pair: Pair) -> None:
    try:
        # An empty password: OpenSSL would otherwise ask for one on the terminal, and a service would wait for ever.
        context.load_cert_chain(pair.certificate, pair.key, password=lambda: "")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            text = f"The key in {pair.key} is not that of the certificate in {pair.certificate}: give the two that were made together."
        else:
            reason = error.reason or str(error)
            text = (
                f"{pair.certificate} and {pair.key} cannot be served with ({reason}): both must be in PEM form, "
                "and the key without a password."
            )
        raise TlsTrouble(text) from error
    except OSError as error:
        raise TlsTrouble(f"{pair.key} cannot be read: {error.strerror}.") from error
