"""Floor of P2: one append and `fdatasync`, the least that "it is on disk" can cost."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

APPEND_BYTES = 4_096
"""A page; a ticket's transaction writes two or three."""


class Appender:
    """One growing file."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._page = os.urandom(APPEND_BYTES)

    def append_us(self) -> float:
        """How long one append took until it was on disk."""
        start_ns = time.monotonic_ns()
        os.write(self._fd, self._page)
        os.fdatasync(self._fd)
        return (time.monotonic_ns() - start_ns) / 1e3


@contextmanager
def appender(folder: Path) -> Iterator[Appender]:
    """On the disk that a folder lies on."""
    file = folder / "appended"
    fd = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield Appender(fd)
    finally:
        os.close(fd)
        file.unlink()
