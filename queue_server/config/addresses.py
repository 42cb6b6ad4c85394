"""Kinds of values that say where: a web address, a machine, a store."""

import ipaddress
import re
from urllib.parse import urlsplit

from msgspec import Struct

from queue_server.config.mistakes import At, Notes, shown

LINK_CHARS_MAX = 100
"""A longer address makes the ticket's QR code too fine for a cheap printer and a cheap camera."""

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


class WebAddress(Struct, frozen=True, kw_only=True):
    """An http or https address without query; the slash at its end is dropped."""

    empty: str = ""

    def read(self, raw: object, at: At, notes: Notes) -> str:
        if isinstance(raw, str) and len(raw) <= LINK_CHARS_MAX and _is_web_address(raw):
            return raw.rstrip("/")
        notes.add(
            at,
            'must be an address such as "https://antrean.example.go.id", with http or https, without spaces, password, '
            f'"?" or "#", at most {LINK_CHARS_MAX} characters; found {shown(raw)}.',
        )
        return self.empty


class Host(Struct, frozen=True, kw_only=True):
    """A machine's address or name."""

    empty: str = ""

    def read(self, raw: object, at: At, notes: Notes) -> str:
        if isinstance(raw, str) and (_is_ip_address(raw) or HOST.fullmatch(raw)):
            return raw
        notes.add(at, f'must be an address or a name such as "127.0.0.1" or "0.0.0.0"; found {shown(raw)}.')
        return self.empty


class StoreAddress(Struct, frozen=True, kw_only=True):
    """Where the journal is kept. What was found is never shown: it may hold a password."""

    empty: str = ""

    def read(self, raw: object, at: At, notes: Notes) -> str:
        if isinstance(raw, str) and _is_store_address(raw):
            return raw
        notes.add(
            at,
            'must be "sqlite:" and a file, as in "sqlite:antrean.db", or "postgresql://" and a database for several '
            'machines, or "memory:", which forgets at the end.',
        )
        return self.empty


def _is_web_address(text: str) -> bool:
    if not text.isascii() or not text.isprintable() or set(text) & set(' "<>?#@\\^`{|}'):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_store_address(text: str) -> bool:
    scheme, _, file = text.partition(":")
    if scheme == "sqlite":
        # SQLite gives a meaning of its own to names with a colon or a question mark.
        is_file = bool(file.strip("/. ")) and not file.endswith("/") and not file.startswith("//")
        return is_file and file.isprintable() and not set(file) & set(":?")
    if text.startswith(("postgresql://", "postgres://")):
        return text.isprintable() and " " not in text
    return text == "memory:"
