"""What a disk may hold after a power cut: from the system calls of a real hub to the files as they could come back.

A disk promises this much and no more: what was written to a file before a sync of that file returned is there.
Anything written since is there, is not, or is there in part, sector by sector of 512 bytes, in any order. A changed
length and a removed name are there or not; a removed name is settled by the next sync of anything, because file systems
keep their names in one log. This knows nothing of SQLite: it sees bytes, places and syncs.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import NamedTuple

SECTOR_BYTES = 512
"""The least that a disk writes whole."""

CALLS = "pwrite64,pwritev,write,writev,fsync,fdatasync,ftruncate,fallocate,rename,unlink"
"""Everything that changes a file which an SQLite of any build uses; `recorded` refuses what it cannot replay."""

OPTIONS = ("-y", "-xx", "-ttt", "-s", "1000000", "--seccomp-bpf")


class Kind(StrEnum):
    WRITE = "write"
    LENGTH = "length"
    SYNC = "sync"
    REMOVE = "remove"


class Op(NamedTuple):
    """One thing that happened to one file, in the order in which it happened."""

    at_s: float
    """By the clock on the wall; of a sync, when it had returned."""
    kind: Kind
    file: str
    offset: int = 0
    """Of a length: the new one."""
    data: bytes = b""


Image = dict[str, bytearray]
"""Files by name."""

_KINDS = {
    "pwrite64": Kind.WRITE,
    "ftruncate": Kind.LENGTH,
    "fsync": Kind.SYNC,
    "fdatasync": Kind.SYNC,
    "unlink": Kind.REMOVE,
}
_LINE = re.compile(r"^(\d+) +(\d+\.\d+) (\w+)\((.*)$")
_RESUMED = re.compile(r"^(\d+) +(\d+\.\d+) <\.\.\. (\w+) resumed>(.*)$")
_ARGUMENTS = re.compile(
    r'^(?:\d+<(?P<open>[^>]*)>|"(?P<named>[^"]*)")(?:, "(?P<data>[^"]*)")?(?P<rest>[^)]*)'
)
_UNFINISHED = " <unfinished ...>"


def recorded(trace: Path, folder: Path, names: Sequence[str]) -> list[Op]:
    """A recording made by `strace` with CALLS and OPTIONS, as what happened to these files of a folder.

    A call that was interrupted in the recording by another thread's counts from its end if it is a sync, which promises
    nothing before, and from its beginning if it changes anything.
    """
    ops: list[Op] = []
    open_calls: dict[str, Op] = {}
    for line in trace.read_text("ascii").splitlines():
        if resumed := _RESUMED.match(line):
            begun = open_calls.pop(resumed[1], None)
            if begun is not None and _is_done(line):
                ops.append(begun._replace(at_s=float(resumed[2])))
            continue
        called = _LINE.match(line)
        op = None if called is None else _op(called, folder, names)
        if called is None or op is None:
            continue
        if op.kind is Kind.SYNC and line.endswith(_UNFINISHED):
            open_calls[called[1]] = op
        elif line.endswith(_UNFINISHED) or _is_done(line):
            ops.append(op)
    return ops


class Disk:
    """A disk on which recorded things happen until its power is cut."""

    def __init__(self) -> None:
        self._durable: Image = {}
        self._pending: list[Op] = []

    def happen(self, ops: Iterable[Op]) -> None:
        """Goes on from where it was."""
        for op in ops:
            if op.kind is Kind.SYNC:
                self._sync(op.file)
            else:
                self._pending.append(op)

    def image(self, random: Random) -> Image:
        """The files after a cut at this moment, one of the many ways it may have gone."""
        image = {name: bytearray(data) for name, data in self._durable.items()}
        # A disk that had written nearly all, nearly nothing, or half of what it was given.
        kept_share = random.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for op in self._pending:
            if random.random() < kept_share:
                _apply(image, op)
            elif op.kind is Kind.WRITE and random.random() < kept_share:
                for part in _sectors(op):
                    if random.random() < 0.5:
                        _apply(image, part)
        return image

    def _sync(self, file: str) -> None:
        left: list[Op] = []
        for op in self._pending:
            if op.kind is Kind.REMOVE:
                left = [one for one in left if one.file != op.file]
                _apply(self._durable, op)
            elif op.file == file:
                _apply(self._durable, op)
            else:
                left.append(op)
        self._pending = left


def with_normal(ops: Sequence[Op], log: str) -> list[Op]:
    """The same history as `synchronous=NORMAL` would have it: the log is synced only before it is written back."""
    return [
        op
        for op, then in zip(ops, [*ops[1:], None], strict=True)
        if not (op.kind is Kind.SYNC and op.file == log and (then is None or then.file == log))
    ]


def without_syncs(ops: Sequence[Op]) -> list[Op]:
    """The same history as `synchronous=OFF` would have it."""
    return [op for op in ops if op.kind is not Kind.SYNC]


def _op(called: re.Match[str], folder: Path, names: Sequence[str]) -> Op | None:
    """None: it is about another file."""
    arguments = _ARGUMENTS.match(called[4])
    if arguments is None:
        return None
    path = Path(_bytes(arguments["open"] or arguments["named"] or "").decode(errors="replace"))
    if path.parent != folder or path.name not in names:
        return None
    assert called[3] in _KINDS, f"{called[3]} changes {path.name}, and nothing here can replay it"
    kind = _KINDS[called[3]]
    data = _bytes(arguments["data"] or "")
    figures = [int(figure) for figure in re.findall(r"\d+", arguments["rest"].partition(_UNFINISHED)[0])]
    if kind is Kind.WRITE:
        size, offset = figures
        assert len(data) == size, "the recording cut a write short"
        return Op(float(called[2]), kind, path.name, offset, data)
    return Op(float(called[2]), kind, path.name, figures[0] if kind is Kind.LENGTH else 0)


def _is_done(line: str) -> bool:
    """Whether the call succeeded."""
    return not line.rpartition(" = ")[2].startswith("-1")


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _apply(image: Image, op: Op) -> None:
    if op.kind is Kind.REMOVE:
        image.pop(op.file, None)
        return
    file = image.setdefault(op.file, bytearray())
    end = op.offset + len(op.data)
    if len(file) < end:
        file.extend(bytes(end - len(file)))
    if op.kind is Kind.LENGTH:
        del file[op.offset :]
    else:
        file[op.offset : end] = op.data


def _sectors(op: Op) -> Iterable[Op]:
    """A write in the pieces that a disk writes whole."""
    start = op.offset
    while start < op.offset + len(op.data):
        end = min(start // SECTOR_BYTES * SECTOR_BYTES + SECTOR_BYTES, op.offset + len(op.data))
        yield op._replace(offset=start, data=op.data[start - op.offset : end - op.offset])
        start = end
