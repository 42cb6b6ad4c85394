"""What the agent knows of its jobs, kept through power cuts: one line per fact, forced to disk before it counts.

Each line carries a checksum, so a line torn by a power cut is recognised and passed over; opening writes the file
anew, whole, under its name. A fact is two words: *started* (bytes may have reached the paper) and *printed* (they
did). `tests/ticket_printer/test_spool.py` cuts the file at every byte.
"""

import fcntl
import os
import zlib
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import msgspec

LINES_MAX = 1_000
"""Then the file is written anew: some 100 KB, five hours of a busy printer."""


class Stage(StrEnum):
    """How far a job came."""

    STARTED = "started"
    PRINTED = "printed"
    GONE = "gone"
    """The hub no longer asks for it."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """The last that is known of a job."""

    job: str
    requested_at_ms: int
    """With `job` it says which job is meant: a hub restored from a copy may use an id again."""
    attempt: int
    stage: Stage


class SpoolInUse(Exception):  # noqa: N818 -- a fact, not an error of ours
    """Another agent works with this spool. Blame: whoever started two for one printer."""


class Spool:
    """The facts of one printer, by job. Every change is on disk when its method returns, or it raises OSError."""

    def __init__(self, path: Path) -> None:
        """Opens or makes it. Raises: SpoolInUse; OSError where the disk refuses."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._guard = _guarded(path.with_suffix(".lock"))
        self._facts = _read(path)
        self._file = self._rewritten()

    @property
    def facts(self) -> dict[str, Fact]:
        """A copy, by job."""
        return dict(self._facts)

    def note(self, fact: Fact) -> None:
        """Replaces what was known of the job."""
        if self._lines_count >= LINES_MAX:
            self._file.close()
            self._file = self._rewritten()
        self._file.write(_line(fact))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._lines_count += 1
        _apply(self._facts, fact)

    def forget(self, job: str) -> None:
        """The hub no longer asks for this job."""
        fact = self._facts.get(job)
        if fact is not None:
            self.note(msgspec.structs.replace(fact, stage=Stage.GONE))

    def close(self) -> None:
        """Lets the next agent in."""
        self._file.close()
        os.close(self._guard)

    def _rewritten(self) -> BinaryIO:
        """The file with one line per fact, put in place of the old one in a single step."""
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.writelines(_line(fact) for fact in self._facts.values())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        _sync_folder(self._path.parent)
        self._lines_count = len(self._facts)
        return self._path.open("ab")


def _guarded(path: Path) -> int:
    """A lock that the kernel lets go when the process ends, however it ends."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise SpoolInUse(
            f"another agent works with {path.parent}; give each printer its own --data"
        ) from None
    return descriptor


def _read(path: Path) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    if path.exists():
        for line in path.read_bytes().split(b"\n"):
            fact = _fact(line)
            if fact is not None:
                _apply(facts, fact)
    return facts


def _apply(facts: dict[str, Fact], fact: Fact) -> None:
    if fact.stage is Stage.GONE:
        facts.pop(fact.job, None)
    else:
        facts[fact.job] = fact


def _line(fact: Fact) -> bytes:
    body = msgspec.json.encode(fact)
    return b"%08x %b\n" % (zlib.crc32(body), body)


def _fact(line: bytes) -> Fact | None:
    """None: torn or damaged."""
    checksum, _, body = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(body):
        return None
    try:
        return msgspec.json.decode(body, type=Fact)
    except msgspec.DecodeError:
        return None


def _sync_folder(folder: Path) -> None:
    """So that the new name outlives a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
