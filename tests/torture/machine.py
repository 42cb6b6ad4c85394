"""What a run's figures were measured on, in one line that names no place."""

import os
import platform
import sqlite3


def in_words() -> str:
    """Processors, memory, kernel, Python, SQLite, and how much others ask of them at this moment."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} processors ({platform.machine()}) and {memory_gb:.0f} GB of memory, "
        f"{platform.system()} {platform.release()}, {platform.python_implementation()} {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {'root' if os.geteuid() == 0 else 'not root'}"
    )


def load() -> float:
    """Programs that wanted a processor, on average over the last five minutes."""
    return os.getloadavg()[1]
