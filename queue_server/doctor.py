"""`antrean doctor`: looks at a hub's machine and data, and says of each thing whether it is well and what to do.

It changes nothing but a copy and a probe file of its own, which it removes. Where a hub runs, the journal is looked
through in a copy that the hub made, so that nothing here can stand in its way. Each check is a function of its own and
may say several things. Proven by `tests/backup/test_doctor.py`.
"""

import os
import shutil
import sqlite3
import statistics
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from queue_server.backup.taking import IDENTITY_NAME, JOURNAL_NAME
from queue_server.config import Config
from queue_server.errors import StoreBroken
from queue_server.journal import inspection
from queue_server.journal.inspection import OnRows
from queue_server.speech.requests import EngineChoice
from queue_server.speech.voice import Voice, worker_argv
from queue_server.tls.troubles import TlsTrouble

SYNC_COUNT: Final = 20
"""Enough for a median that one slow write does not move; at most some seconds on a memory card."""

SYNC_LOOK_MS = 25.0
"""A citizen's number waits for one sync: up to here nobody notices it. Solid-state disks take 0.2 to 10 ms."""

SYNC_BAD_MS = 250.0
"""Beyond this a rush at the kiosks is slower than the people in it."""

SYNC_BYTES = 4_096
"""One page of the database."""

FREE_LOOK_BYTES = 2 * 1024**3
"""A year of a large hall, its speech and a backup beside it."""

FREE_BAD_BYTES = 200 * 1024**2
"""The log may grow to 32 MB, speech to 512 MB, and a full disk refuses every ticket."""

SQLITE_GOOD: Final = (3, 51, 3)
"""The first with the cure for the write-ahead log. Source: https://www.sqlite.org/wal.html#walresetbug"""

YEAR_MIN = 2026
YEAR_MAX = 2046
"""Clocks without a battery begin in 1970 or 2000; a hub this old will have been replaced."""

NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre", "fuse.sshfs",
     "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "davfs", "fuse.davfs2"}
)  # fmt: skip

MOUNTS = Path("/proc/mounts")

OTHERS_MODE = 0o077
"""Group and everybody else."""


class Level(StrEnum):
    """How well something is."""

    OK = "ok"
    LOOK = "look"
    """It works, and somebody should know."""
    BAD = "bad"
    """It does not, or will not for long."""


class Finding(NamedTuple):
    """One line."""

    level: Level
    subject: str
    text: str
    """What was found and, unless all is well, what to do."""


def machine(data: Path) -> Iterator[Finding]:
    """Everything but the store: needs no configuration, only the folder."""
    yield from sync_latency(data)
    yield sqlite_version(sqlite3.sqlite_version_info)
    yield free_space(shutil.disk_usage(data).free)
    yield clock(time.time())
    yield file_system(data, MOUNTS)


def sync_latency(data: Path) -> Iterator[Finding]:
    """The median of so many small writes, each flushed, as each batch of commands is."""
    probe = data / f".sync-probe-{os.getpid()}"
    took_ms: list[float] = []
    try:
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            for _ in range(SYNC_COUNT):
                began = time.perf_counter()
                os.write(descriptor, bytes(SYNC_BYTES))
                _flush(descriptor)
                took_ms.append((time.perf_counter() - began) * 1_000)
        finally:
            os.close(descriptor)
    except OSError as error:
        yield Finding(
            Level.BAD, "disk", f"{data} cannot be written ({error}): look at its owner and the disk."
        )
        return
    finally:
        probe.unlink(missing_ok=True)
    yield judged_latency(statistics.median(took_ms))


def judged_latency(median_ms: float) -> Finding:
    """What a median means for a hall."""
    found = f"a flush to the disk takes {median_ms:.1f} ms (median of {SYNC_COUNT})"
    if median_ms <= SYNC_LOOK_MS:
        return Finding(Level.OK, "disk", f"{found}.")
    level = Level.LOOK if median_ms <= SYNC_BAD_MS else Level.BAD
    return Finding(level, "disk", f"{found}: move the data folder to a solid-state disk.")


def sqlite_version(version: tuple[int, ...]) -> Finding:
    """The library underneath, and what an old one must be kept from."""
    name = ".".join(map(str, version))
    if version >= SQLITE_GOOD:
        return Finding(Level.OK, "SQLite", f"{name}.")
    return Finding(
        Level.LOOK,
        "SQLite",
        f"{name} can damage a database that two programs write at once (cured in 3.51.3). Antrean sees to it that only "
        "the hub does: let no other program open the database while it runs, and update the system in time.",
    )


def free_space(free_bytes: int) -> Finding:
    """What is left where the data lie."""
    found = f"{free_bytes / 1024**3:.1f} GB free"
    if free_bytes >= FREE_LOOK_BYTES:
        return Finding(Level.OK, "space", f"{found}.")
    level = Level.LOOK if free_bytes >= FREE_BAD_BYTES else Level.BAD
    return Finding(level, "space", f"{found}: make room. On a full disk the hub refuses tickets and calls.")


def clock(now_s: float) -> Finding:
    """Whether the year can be right; nothing here knows the hour."""
    now = datetime.fromtimestamp(now_s, UTC)
    shown = f"{now:%Y-%m-%d %H:%M} UTC"
    if YEAR_MIN <= now.year <= YEAR_MAX:
        return Finding(Level.OK, "clock", f"{shown}.")
    return Finding(
        Level.BAD, "clock", f"{shown} cannot be: set the clock, let it keep network time, renew its battery."
    )


def file_system(data: Path, mounts: Path) -> Finding:
    """Whether the folder lies on this machine's own disk: locks over a network are not to be trusted."""
    try:
        kind = _mounted_kind(data.resolve(), mounts.read_text("utf-8", errors="replace"))
    except OSError:
        return Finding(
            Level.LOOK, "file system", "unknown here: the data folder must not lie on a network share."
        )
    if kind in NETWORK_FILE_SYSTEMS:
        return Finding(
            Level.BAD,
            "file system",
            f"{data} lies on a network share ({kind}): a database there can be damaged. Use a disk of this machine.",
        )
    return Finding(Level.OK, "file system", f"{kind}, on this machine.")


def configuration(config: Config) -> Iterator[Finding]:
    """What the configuration means for this machine; that it has no mistakes is settled."""
    yield Finding(Level.OK, "configuration", f"{len(config.halls)} hall(s), no mistakes.")
    for hall in config.halls:
        try:
            ZoneInfo(hall.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            yield Finding(
                Level.BAD,
                "time zone",
                f"{hall.timezone} is not known on this machine: install the package tzdata.",
            )
        else:
            yield Finding(Level.OK, "time zone", f"{hall.timezone} is known.")
    if config.is_insecure_lan and config.tls is None:
        yield Finding(
            Level.LOOK,
            "network",
            "insecure_lan is on: passwords are readable on the hall's network. Run `antrean tls init`, or put a TLS proxy "
            "in front.",
        )


def tls(config: Config, data: Path, now_ms: int) -> Iterator[Finding]:
    """The hub's own certificate, where it has one: whether it can be served with, how long, and who can read its key."""
    if config.tls is None:
        return
    try:
        # Only here: a hub without TLS does without the package.
        from queue_server.tls.serving import DAY_MS, checked_pair, pair_of, trouble_of  # noqa: PLC0415

        pair = pair_of(config.tls, data)
        certificate = checked_pair(pair)
    except TlsTrouble as trouble:
        yield Finding(Level.BAD, "TLS", str(trouble))
        return
    is_ended = not certificate.begins_at_ms <= now_ms < certificate.ends_at_ms
    told = trouble_of(certificate, pair, now_ms)
    if told is not None:
        yield Finding(Level.BAD if is_ended else Level.LOOK, "TLS", told)
    else:
        days = (certificate.ends_at_ms - now_ms) // DAY_MS
        yield Finding(Level.OK, "TLS", f"good for {', '.join(certificate.names)}, {days} days from here.")
    if pair.key.stat().st_mode & OTHERS_MODE:
        yield Finding(Level.LOOK, "TLS key", f"{pair.key} can be read by others: chmod 600 {pair.key}")


async def speech(config: Config) -> Finding:
    """Whether sentences can be made; the engine is started in a process of its own, as the hub does it."""
    if config.speech.engine == "none" and config.speech.command is None:
        return Finding(Level.OK, "speech", "switched off; recorded clips are played where there are some.")
    if config.speech.command is not None:
        return Finding(Level.OK, "speech", f"made by {config.speech.command.split()[0]}.")
    voice = Voice(worker_argv(EngineChoice(config.speech.engine)))
    await voice.start()
    engine, reason = voice.engine, voice.reason
    await voice.stop()
    if engine is None:
        return Finding(Level.LOOK, "speech", f"{reason}. Until then only recorded clips are heard.")
    return Finding(Level.OK, "speech", f"{engine}.")


def devices(warnings: Iterable[str]) -> Finding:
    """What the running hub knows of printers, screens and voices: the configuration names no addresses.

    Args:
        warnings: as the manager's board has them, each a code and whom it concerns.
    """
    told = ", ".join(warnings)
    if not told:
        return Finding(Level.OK, "devices", "the hub has nothing to complain of.")
    return Finding(Level.LOOK, "devices", f"{told}: the manager's board says what to do.")


def store(folder: Path, on_rows: OnRows) -> Iterator[Finding]:
    """A copy's databases: their structure, and every hall's whole chain."""
    journal = folder / JOURNAL_NAME
    try:
        with inspection.opened(journal) as db:
            inspection.verify_all(db, on_rows)
            heads = inspection.heads(db)
    except StoreBroken as trouble:
        yield Finding(
            Level.BAD, "journal", f"{trouble}. Stop the hub, keep the folder, run `antrean restore`."
        )
    else:
        size = f"{journal.stat().st_size / 1024**2:.1f} MB"
        told = ", ".join(f"{hall} {head.seq} entries" for hall, head in heads.items()) or "no entry yet"
        yield Finding(Level.OK, "journal", f"whole: {told}; {size}.")
    if not (folder / IDENTITY_NAME).exists():
        return
    try:
        with inspection.opened(folder / IDENTITY_NAME) as db:
            fault = inspection.page_fault(db)
    except StoreBroken as trouble:
        fault = str(trouble)
    if fault is None:
        yield Finding(Level.OK, "identities", "whole.")
    else:
        yield Finding(Level.BAD, "identities", f"damaged ({fault}). Stop the hub, run `antrean restore`.")


def _mounted_kind(folder: Path, mounts: str) -> str:
    """The file system of the longest mount point above a folder."""
    found = ("", "unknown")
    for line in mounts.splitlines():
        words = line.split(" ")
        if len(words) < 3:
            continue
        place = words[1].replace("\\040", " ")
        # Of two on one place the later is on top.
        if folder.is_relative_to(place) and len(place) >= len(found[0]):
            found = (place, words[2])
    return found[1]


def _flush(descriptor: int) -> None:
    """As SQLite does it: the data, not the instants of the file; macOS has no such call."""
    getattr(os, "fdatasync", os.fsync)(descriptor)
