"""One process per data directory: a lock that the kernel lets go of when its holder dies, however it dies."""

import fcntl
import os
from pathlib import Path

from queue_server.errors import AlreadyRunning

LOCK_NAME = "antrean.lock"


class FileLock:
    """Held from construction until `release`. The file stays; only the lock on it counts.

    The descriptor is not inherited by programs that are started. A bare fork would share the lock with its parent:
    child processes of this project are started anew, never forked.
    """

    def __init__(self, folder: Path) -> None:
        """Take the lock.

        Raises:
            AlreadyRunning: another process holds it (its number stands in the file).
        """
        path = folder / LOCK_NAME
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(self._file, 20).decode(errors="replace").strip() or "unknown"
            os.close(self._file)
            raise AlreadyRunning(
                f"{folder} is in use by another process (its number: {holder}); stop that one, or use another --data"
            ) from error
        os.ftruncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Let go. Once only."""
        os.close(self._file)
