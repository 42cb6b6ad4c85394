"""Secrets: how they are made, and the fingerprint that is all we keep of them.

A secret has 128 bits or more of chance, so a plain SHA-256 is enough to keep it (unlike a password, it cannot be
guessed from its hash), and looking it up by that hash leaks nothing through timing that would help to find it.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

from queue_server.domain.model import ActorId
from queue_server.identity.model import CredentialId

TOKEN_PREFIX = "antrean_"  # noqa: S105 -- the public beginning of every token, not one of them
"""Lets secret scanners find a token that was committed or pasted somewhere."""

_SECRET_BYTES = 32
"""256 bits, beyond guessing for ever."""

_CODE_BYTES = 16
"""128 bits for what lives ten minutes and opens once; short enough to be typed in need."""

_NAME_BYTES = 8
"""64 bits keep two names apart; they are no secrets."""

SECRET_CHARS_MAX = 128
"""Longer than any secret of ours (51); what is longer is not even hashed."""


def new_token() -> str:
    """A token for a device, an agent or a program."""
    return TOKEN_PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


def new_session_secret() -> str:
    """What a signed-in browser's cookie holds."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def new_code() -> str:
    """A one-use code, for a link or the first set-up."""
    return secrets.token_urlsafe(_CODE_BYTES)


def new_pairing_secret() -> str:
    """What a device asks with whether its code was approved; from it comes the credential that it will have."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def paired_token(secret: str) -> str:
    """The token of the device that paired with this secret.

    It is derived and not drawn, so that the hub may keep its fingerprint from the beginning and nothing else ever: an
    answer that was lost on the way is given again, by any node, and no store holds a secret to be fetched.
    """
    return TOKEN_PREFIX + _derived(secret, b"token")


def paired_session(secret: str) -> str:
    """The same for the cookie of a browser."""
    return _derived(secret, b"session")


def _derived(secret: str, purpose: bytes) -> str:
    """256 bits from which the secret cannot be found. Source: RFC 2104; the purpose keeps the two apart."""
    made = hmac.digest(secret.encode("ascii"), b"antrean pairing " + purpose, hashlib.sha256)
    return urlsafe_b64encode(made).decode("ascii").rstrip("=")


def new_credential_id() -> CredentialId:
    return CredentialId(secrets.token_hex(_NAME_BYTES))


def new_person_actor() -> ActorId:
    return ActorId(f"officer:{secrets.token_hex(_NAME_BYTES)}")


def hash_of(secret: str) -> bytes:
    """The 32 bytes under which one of our own secrets is kept."""
    return hashlib.sha256(secret.encode("ascii")).digest()


def fingerprint(secret: str) -> bytes | None:
    """The hash of what a stranger shows; None for what cannot be one of our secrets."""
    if not secret or len(secret) > SECRET_CHARS_MAX or not secret.isascii():
        return None
    return hash_of(secret)
