"""What the figures were measured on: processor, kernel, Python, disk, and how much others took of it meanwhile.

Nothing that names the place.
"""

import os
import platform
import resource
import sqlite3
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("starlette", "uvicorn", "uvloop", "httptools", "websockets", "msgspec", "aiosqlite")
"""Whose versions move the figures."""


def described(folder: Path, sync_us: float) -> list[str]:
    """One fact a line.

    Args:
        folder: on the disk that was written to.
        sync_us: what one append and `fdatasync` takes there, median.
    """
    cores = os.cpu_count() or 1
    return [
        f"Processor: {_processor()}, {cores} core{'s' if cores > 1 else ''}, {_memory_gb():.0f} GB of memory",
        f"Kernel: {platform.system()} {platform.release()}, {platform.machine()}",
        f"Python: {platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        + ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        f"Disk: {_file_system(folder)}, one append of 4 KiB and fdatasync {sync_us:,.0f} µs",
        f"Hub, load generators and this program share the {cores} core{'s' if cores > 1 else ''}; nothing is pinned",
    ]


class Others:
    """How much of the processors other programs (and, on a virtual machine, other machines) took since this was made.

    Without it nobody could tell a slow program from a busy machine.
    """

    def __init__(self) -> None:
        self._start = _spent_s()

    def part(self) -> float:
        """From 0 to 1. Counts children that have ended as ours."""
        capacity_s, busy_s, ours_s = (now - then for now, then in zip(_spent_s(), self._start, strict=True))
        return min(1.0, max(0.0, (busy_s - ours_s) / capacity_s)) if capacity_s else 0.0


def _spent_s() -> tuple[float, float, float]:
    """Processor seconds so far: there were, anybody's, and ours with those of children that have ended."""
    ticks = [int(count) for count in _lines(Path("/proc/stat"))[0].split()[1:9]]
    idle_ticks = ticks[3] + ticks[4]
    per_s = os.sysconf("SC_CLK_TCK")
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    ours_s = sum(one.ru_utime + one.ru_stime for one in used)
    return sum(ticks) / per_s, (sum(ticks) - idle_ticks) / per_s, ours_s


def _processor() -> str:
    for line in _lines(Path("/proc/cpuinfo")):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def _file_system(folder: Path) -> str:
    """The type of the mount that a folder lies on: of all that hold it, the one with the longest path."""
    found = "file system unknown"
    longest = 0
    for line in _lines(Path("/proc/mounts")):
        _, mount, kind, *_ = line.split()
        if folder.resolve().is_relative_to(mount) and len(mount) >= longest:
            found, longest = kind, len(mount)
    return found


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
