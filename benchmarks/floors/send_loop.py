"""The floor of P3: a loop of `send` in C, compiled here where the machine can, else in Python (and the result says so)."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.children import START_WITHIN_S, Child
from benchmarks.load import SocketLoad

SENT_WITHIN_S = 30.0


class Sent(NamedTuple):
    """One loop over everybody."""

    wall_ms: float
    """The hub: from the officer's key to the last arrival at the load generator. The loop: from its first send until
    its last one returned, when the bytes lie in the last client's socket; the load generator, which reads more slowly
    than C sends, is left out of the floor."""
    cpu_us: float
    """The sender's processor time per socket."""


class SendLoop:
    """So many sockets, told the same bytes on request."""

    def __init__(self, child: Child, crowd: SocketLoad, count: int, language: str) -> None:
        self._child = child
        self._crowd = crowd
        self._count = count
        self.language = language
        """What it is written in: "C" or "Python"."""

    def tell(self) -> Sent:
        """Once round."""
        self._crowd.reset()
        self._child.say(b"")
        wall_ns, cpu_ns = map(int, self._child.hear(SENT_WITHIN_S).split())
        arrived_ns = self._crowd.collect(0, SENT_WITHIN_S).arrived_ns
        assert all(arrived_ns), "everyone is told"
        return Sent(wall_ns / 1e6, cpu_ns / 1e3 / self._count)


@contextmanager
def send_loop(folder: Path, frame: bytes, count: int) -> Iterator[SendLoop]:
    """A sender with so many clients until the block ends.

    Args:
        folder: for the frame and the compiled program.
        frame: sent to everyone, a whole frame as on the wire.
    """
    file = folder / "frame"
    file.write_bytes(frame)
    program = _compiled(folder)
    argv = [str(program)] if program else ["-m", "benchmarks.floors.send_loop_in_python"]
    with Child([*argv, str(count), str(file)]) as child, SocketLoad() as crowd:
        port = int(child.hear(START_WITHIN_S).split()[1])
        crowd.open(port, [""] * count, None, is_answered=False)
        child.hear(START_WITHIN_S)
        yield SendLoop(child, crowd, count, "C" if program else "Python")


def _compiled(folder: Path) -> Path | None:
    """The program; None: there is no compiler, or it does not work."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    program = folder / "send_loop"
    source = Path(__file__).with_suffix(".c")
    if not program.exists():
        made = subprocess.run(
            [compiler, "-O2", "-o", str(program), str(source)], check=False, capture_output=True, timeout=60
        )
        if made.returncode:
            return None
    return program
