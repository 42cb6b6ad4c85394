"""Secrets: how they are made, and the fingerprint that is all we keep of them.

A secret has 128 bits or more of chance, so a plain SHA-256 is enough to keep it (unlike a password, it cannot be
guessed from its hash), and looking it up by that hash leaks nothing through timing that would help to find it.
"""

import hashlib
import secrets

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
