"""`tls/` in the data folder: the hall's authority, its root to hand out, and the hub's certificate.

Certificate and key lie in one file, so that a renewal is one rename and a power cut leaves the old pair or the new
one. The authority is never written over; there is no verb that would. Proven by `tests/tls/test_folder.py`.
"""

import os
from pathlib import Path
from typing import NamedTuple

from queue_server.tls.certificates import (
    Certificate,
    certificate_alone,
    new_authority,
    new_server_certificate,
    read_certificate,
)
from queue_server.tls.names import checked_names
from queue_server.tls.troubles import TlsTrouble

FOLDER_NAME = "tls"
AUTHORITY_NAME = "authority.pem"
"""Root certificate and its key: what a thief wants. Whoever has it can pretend to be the hub."""
ROOT_NAME = "antrean-root.crt"
"""The root certificate alone, for every device. The ending is the one that Windows and Android know."""
SERVER_NAME = "server.pem"
"""The hub's certificate and key."""

_SECRET_MODE = 0o600
_PUBLIC_MODE = 0o644
_FOLDER_MODE = 0o700


class Made(NamedTuple):
    """How the folder stands after a verb."""

    root_path: Path
    root: Certificate
    server: Certificate
    is_authority_new: bool
    is_server_new: bool


def server_path(data: Path) -> Path:
    """Where the hub's certificate and key lie, whether they are there or not."""
    return data / FOLDER_NAME / SERVER_NAME


def init(data: Path, hall_name: str, names: list[str], now_ms: int) -> Made:
    """Makes what is missing: authority, root, certificate. What is there stays as it is.

    Args:
        names: hosts and addresses of a certificate that is made; one that is there keeps its own.

    Raises:
        TlsTrouble: a name is none, or what is there cannot be read.
        OSError: the folder cannot be written.
    """
    folder = data / FOLDER_NAME
    wanted = checked_names(names)
    data.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    is_authority_new = not (folder / AUTHORITY_NAME).exists()
    if is_authority_new:
        _write_new(folder / AUTHORITY_NAME, new_authority(hall_name, wanted, now_ms))
    authority = (folder / AUTHORITY_NAME).read_bytes()
    _write(folder / ROOT_NAME, certificate_alone(authority), _PUBLIC_MODE)
    is_server_new = not (folder / SERVER_NAME).exists()
    if is_server_new:
        _write_new(folder / SERVER_NAME, new_server_certificate(authority, wanted, now_ms))
    return _made(folder, is_authority_new=is_authority_new, is_server_new=is_server_new)


def renew(data: Path, names: list[str], now_ms: int) -> Made:
    """A new certificate with a new key, from the same authority.

    Args:
        names: hosts and addresses beside those of the certificate that is there.

    Raises:
        TlsTrouble: there is no authority, it cannot be read, or it may not vouch for one of the names.
        OSError: the folder cannot be written.
    """
    folder = data / FOLDER_NAME
    try:
        authority = (folder / AUTHORITY_NAME).read_bytes()
    except FileNotFoundError:
        raise TlsTrouble(f"There is no authority in {folder} yet: run `antrean tls init` first.") from None
    try:
        kept = read_certificate((folder / SERVER_NAME).read_bytes()).names
    except FileNotFoundError:
        raise TlsTrouble(f"There is no certificate in {folder}: run `antrean tls init`.") from None
    wanted = checked_names([*kept, *names])
    _write(folder / SERVER_NAME, new_server_certificate(authority, wanted, now_ms), _SECRET_MODE)
    return _made(folder, is_authority_new=False, is_server_new=True)


def _made(folder: Path, *, is_authority_new: bool, is_server_new: bool) -> Made:
    return Made(
        root_path=folder / ROOT_NAME,
        root=read_certificate((folder / ROOT_NAME).read_bytes()),
        server=read_certificate((folder / SERVER_NAME).read_bytes()),
        is_authority_new=is_authority_new,
        is_server_new=is_server_new,
    )


def _write_new(path: Path, content: bytes) -> None:
    """A secret that was not there before. Raises: FileExistsError where somebody was faster."""
    beside = _beside(path, content, _SECRET_MODE)
    try:
        os.link(beside, path)
    finally:
        beside.unlink()
    _sync_folder(path.parent)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, over what is there."""
    _beside(path, content, mode).replace(path)
    _sync_folder(path.parent)


def _beside(path: Path, content: bytes, mode: int) -> Path:
    """The content on the disk under another name; its mode is set before the first byte."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)  # whatever the umask is
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    return beside


def _sync_folder(folder: Path) -> None:
    """So that a rename survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
