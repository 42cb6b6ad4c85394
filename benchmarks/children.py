"""Child processes that speak in lines: started, listened to within a deadline, measured, and ended by their own id.

The hub under test, the floors and the load generators are all such children, so that none runs in the process that
measures. Processor time and memory come from Linux' /proc.
"""

import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.figure import Unmeasurable

ROOT = Path(__file__).parents[1]

START_WITHIN_S = 60.0
"""A hub starts in a second; a machine that does five other things at once may need a while."""

END_WITHIN_S = 10.0
"""After SIGTERM; then it is killed."""

SETTLE_WITHIN_S = 15.0
IDLE_SLICE_S = 0.1
IDLE_PART = 0.25
"""Ten thousand sockets' beats are some 10 % of a core: less than this is idle."""


class Child:
    """One process; use it as a context manager."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the process, see `end`
        self._process = subprocess.Popen(
            [sys.executable, *argv] if argv[0] == "-m" else list(argv),
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        self._name = " ".join(argv[:3])
        self._heard = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def await_ready(self, within_s: float) -> bytes:
        """Its first line, which says that it is ready; a child that does not come so far is ended."""
        try:
            line = self.hear(within_s)
            if not line.startswith(b"ready "):
                raise Unmeasurable(f"{self._name} said {line[:200]!r}")
        except BaseException:
            self.end()
            raise
        return line

    @property
    def pid(self) -> int:
        return self._process.pid

    def say(self, line: bytes) -> None:
        """Writes a line to its standard input."""
        self._in.write(line + b"\n")
        self._in.flush()

    def hear(self, within_s: float) -> bytes:
        """The next line of its standard output.

        Raises:
            Unmeasurable: it ended, or said nothing in time.
        """
        deadline = time.monotonic() + within_s
        with selectors.DefaultSelector() as ready:
            ready.register(self._out, selectors.EVENT_READ)
            while b"\n" not in self._heard:
                if not ready.select(max(0.0, deadline - time.monotonic())):
                    raise Unmeasurable(
                        f"{self._name} said nothing within {within_s:.0f} s{self._last_words()}"
                    )
                part = os.read(self._out.fileno(), 1 << 16)
                if not part:
                    raise Unmeasurable(f"{self._name} ended with {self._process.wait()}{self._last_words()}")
                self._heard += part
        line, _, rest = bytes(self._heard).partition(b"\n")
        self._heard[:] = rest
        return line

    def cpu_ns(self) -> int:
        """Processor time of all its threads so far."""
        total = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
        return total

    def memory_bytes(self) -> int:
        """What it holds in memory (resident set)."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def settle(self) -> None:
        """Waits until it has next to nothing to do. Raises Unmeasurable where it does not come to rest."""
        deadline = time.monotonic() + SETTLE_WITHIN_S
        while True:
            before_ns = self.cpu_ns()
            time.sleep(IDLE_SLICE_S)
            if self.cpu_ns() - before_ns < IDLE_PART * IDLE_SLICE_S * 1e9:
                return
            if time.monotonic() > deadline:
                raise Unmeasurable(f"{self._name} did not come to rest within {SETTLE_WITHIN_S:.0f} s")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Stops its clock's hands while the block lasts, so that its housekeeping does not disturb a floor."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)
            self.settle()

    def end(self) -> None:
        """SIGTERM, and SIGKILL where that does not do. Harmless twice."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(END_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._in.close()
        self._out.close()
        self._complaints.close()

    def _last_words(self) -> str:
        """The last line of its standard error, where there is one."""
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").split("\n")
        last = next((line for line in reversed(lines) if line.strip()), "")
        return f": {last[:300]}" if last else ""
