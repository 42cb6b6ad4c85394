"""A printer as a file: the kernel's `/dev/usb/lp0`, or a plain file that gathers what would be printed."""

import os
import select
import time

WRITE_WITHIN_S = 20.0
"""The kernel's printer driver takes nothing while the paper is out."""

MODE = os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY


class FilePort:
    """An open file. It never answers: *printed* means that the kernel took the bytes."""

    answers = False

    def __init__(self, path: str) -> None:
        # A printer that is unplugged must not come back as a plain file of the same name.
        creation = 0 if path.startswith("/dev/") else os.O_CREAT
        self._descriptor = os.open(path, MODE | creation, 0o600)

    def write(self, data: bytes) -> None:
        """Raises: TimeoutError where the printer takes no more; what was taken by then may be on paper."""
        until_s = time.monotonic() + WRITE_WITHIN_S
        rest = memoryview(data)
        while rest:
            _, writable, _ = select.select([], [self._descriptor], [], max(0.0, until_s - time.monotonic()))
            if not writable:
                raise TimeoutError("it takes no more data")
            rest = rest[os.write(self._descriptor, rest) :]

    def read_byte(self, within_s: float) -> int | None:  # noqa: ARG002 -- the face of every port
        """Nothing ever."""
        return None

    def close(self) -> None:
        """Ends it."""
        os.close(self._descriptor)
