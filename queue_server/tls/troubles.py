"""What can be wrong with certificates and keys, in one sentence each that says what to do."""
# ruff: noqa: N818 - "TlsTrouble" says what happened, as the names in `errors` do.

from queue_server.errors import PeerError

NO_PACKAGE = "TLS needs the Python package cryptography, which is not installed: install antrean[tls], or let a proxy speak TLS."


class TlsTrouble(PeerError):
    """Certificate, key or authority are not as they must be."""
