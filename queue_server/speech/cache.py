"""Rendered sentences on disk, by content. What is there needs no engine, also after a restart.

Files are `{32 hex}.wav`, as in their address. They appear by rename, so nobody ever reads half a file; the least
recently used go when the folder passes its bound. A change of the sources (another voice pack, another
command) empties it: the address names the words, not the voice. Blocking, but every call after `open` is a few
system calls. Proven by tests/speech/test_cache.py.
"""

import os
import re
from collections import OrderedDict
from pathlib import Path

BYTES_MAX = 512 * 1024 * 1024
"""A day of 1,500 tickets in two languages is 3,000 sentences of 120 kB: 360 MB. With room for the counters."""

SOURCES_FILE = "SOURCES"
"""Holds the fingerprint of the sources that the files were made from."""

_ADDRESS = re.compile(r"/audio/(?P<name>[0-9a-f]{32}\.wav)", re.ASCII)
_NAME = re.compile(r"[0-9a-f]{32}\.wav", re.ASCII)


class SoundCache:
    """The files of one folder, which belongs to this object alone."""

    def __init__(self, folder: Path, bytes_max: int = BYTES_MAX) -> None:
        """Touches nothing yet. Args: bytes_max: bound on all files together."""
        self._folder = folder
        self._bytes_max = bytes_max
        self._sizes: OrderedDict[str, int] = OrderedDict()
        """File name -> bytes, least recently used first."""
        self._bytes = 0

    def open(self, sources: str) -> None:
        """Makes the folder, clears what is stale or half written, and learns what is there. 20 ms for 4,500 files.

        Args: sources: fingerprint of what sentences are made from; another one than last time empties the cache.
        Raises: OSError.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        stamp = self._folder / SOURCES_FILE
        is_current = stamp.is_file() and stamp.read_text(errors="replace") == sources
        used: list[tuple[int, str, int]] = []
        for file in self._folder.iterdir():
            if file.name.startswith("part-") or (_NAME.fullmatch(file.name) and not is_current):
                file.unlink(missing_ok=True)
            elif _NAME.fullmatch(file.name):
                found = file.stat()
                used.append((found.st_mtime_ns, file.name, found.st_size))
        if not is_current:
            stamp.write_text(sources)
        self._sizes = OrderedDict((name, size) for _, name, size in sorted(used))
        self._bytes = sum(self._sizes.values())
        self._shrink()

    def __contains__(self, address: str) -> bool:
        """Whether a sentence is there. Asks memory only."""
        return _file_name(address) in self._sizes

    def path(self, address: str) -> Path | None:
        """The file of an address, marked as used; None when it is not there or the address is none of ours."""
        name = _file_name(address)
        if name is None or name not in self._sizes:
            return None
        file = self._folder / name
        try:
            # The file's own time keeps the order of use over a restart.
            os.utime(file)
        except OSError:
            # Somebody emptied the folder by hand: then it is to be rendered again.
            self._bytes -= self._sizes.pop(name)
            return None
        self._sizes.move_to_end(name)
        return file

    def part(self, address: str) -> Path:
        """Where to write a sentence before `keep`. Raises: ValueError when the address is none of ours."""
        name = _file_name(address)
        if name is None:
            raise ValueError(f"not the address of a sentence: {address!r}")
        return self._folder / f"part-{name}"

    def keep(self, address: str) -> Path:
        """Moves a written part to its place, and the oldest others out. Raises: OSError, ValueError."""
        part = self.part(address)
        name = part.name.removeprefix("part-")
        size = part.stat().st_size
        file = part.replace(self._folder / name)
        self._bytes += size - self._sizes.pop(name, 0)
        self._sizes[name] = size
        self._shrink()
        return file

    def _shrink(self) -> None:
        # The newest stays whatever the bound: somebody waits for it.
        while self._bytes > self._bytes_max and len(self._sizes) > 1:
            name, size = self._sizes.popitem(last=False)
            self._bytes -= size
            (self._folder / name).unlink(missing_ok=True)


def _file_name(address: str) -> str | None:
    """The file of an address. A whole match of 32 hex digits: nothing that could lead out of the folder."""
    match = _ADDRESS.fullmatch(address)
    return match["name"] if match else None
