"""The verbs that look after a hall's data: `backup`, `restore`, `doctor`, `replay`. What they say, and nothing of how."""

import asyncio
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
import msgspec

from queue_server import doctor as checks
from queue_server.backup.archive import Note, noted, write_archive
from queue_server.backup.places import NotHere, Places, places_of
from queue_server.backup.restoring import GAP, Done
from queue_server.backup.restoring import restore as put_back
from queue_server.backup.taking import JOURNAL_NAME, copied_without_hub, taken
from queue_server.cli import CONFIG, DATA, Exit
from queue_server.cli_common import config_of, told
from queue_server.clock import SystemClock
from queue_server.config import Config, ConfigError, load, report
from queue_server.control import call
from queue_server.doctor import Finding, Level
from queue_server.errors import AntreanError
from queue_server.journal import inspection
from queue_server.journal.inspection import OnRows
from queue_server.replaying import differing, digests, replayed
from queue_server.verbs import HallReport

ANSWERS_SHOWN_MAX = 5
"""Differing parts that are named; who sees one looks at all of it."""

GAP_MAX = 10_000
"""Larger is a slip of the finger: no prefix gives so many in a day."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@CONFIG
@DATA
def backup(file: Path, config_path: Path, data: Path) -> None:
    """Write a backup of the hall to FILE, also while the hub runs."""
    with told():
        places = places_of(config_of(config_path).store_url, data)
        with _copied(places) as folder:
            note = noted(folder, SystemClock().now_ms())
            write_archive(folder, note, file)
    click.echo(f"{file}: {_entries(note)}; {file.stat().st_size / 1024**2:.1f} MB, checked.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--replace", is_flag=True, help="Move a hall that is there already aside; it is not deleted.")
@click.option(
    "--gap",
    type=click.IntRange(0, GAP_MAX),
    default=GAP,
    show_default=True,
    help="Numbers passed over in each prefix: more than any gave out since the backup.",
)
@CONFIG
@DATA
def restore(file: Path, *, replace: bool, gap: int, config_path: Path, data: Path) -> None:
    """Put the hall of a backup into the data folder. No hub may run on it."""
    with told(), _progress("Checking the backup") as on_rows:
        places = places_of(config_of(config_path).store_url, data)
        now_ms = SystemClock().now_ms()
        done = asyncio.run(
            put_back(file, places, is_replacing=replace, gap=gap, now_ms=now_ms, on_rows=on_rows)
        )
    _tell_restored(done, gap, now_ms)


@click.command()
@CONFIG
@DATA
def doctor(config_path: Path, data: Path) -> None:
    """Look at the machine, the data and the configuration, and say what to do."""
    levels = [_tell(finding) for finding in _findings(config_path, data)]
    sys.exit(Exit.TROUBLE if Level.BAD in levels else Exit.OK)


@click.command()
@CONFIG
@DATA
def replay(config_path: Path, data: Path) -> None:
    """Fold the whole journal anew and compare with how a start folds it, and with the running hub."""
    with told():
        places = places_of(config_of(config_path).store_url, data)
        reports = _reports(data)
        with _copied(places) as folder:
            is_equal = _compared(folder / JOURNAL_NAME, reports)
    sys.exit(Exit.OK if is_equal else Exit.TROUBLE)


VERBS = {"backup": backup, "doctor": doctor, "replay": replay, "restore": restore}


def _findings(config_path: Path, data: Path) -> Iterator[Finding]:
    config: Config | None = None
    try:
        config = load(config_path, dict(os.environ))
    except ConfigError as error:
        yield Finding(Level.BAD, "configuration", report(error))
    else:
        yield from checks.configuration(config)
        yield from checks.tls(config, data, SystemClock().now_ms())
        yield asyncio.run(checks.speech(config))
    if not data.is_dir():
        yield Finding(Level.LOOK, "data", f"{data} is not there yet: the hub makes it at its first start.")
        return
    yield from checks.machine(data)
    if config is not None:
        yield from _store_findings(config, data)


def _store_findings(config: Config, data: Path) -> Iterator[Finding]:
    try:
        reports = _reports(data)
        if reports is None:
            yield Finding(Level.LOOK, "hub", f"none runs on {data}.")
        else:
            yield Finding(Level.OK, "hub", f"runs on {data}.")
            yield checks.devices(warning for one in reports.values() for warning in one.warnings)
        with (
            _copied(places_of(config.store_url, data)) as folder,
            _progress("Checking the journal", folder / JOURNAL_NAME) as on_rows,
        ):
            found = list(checks.store(folder, on_rows))
    except NotHere as reason:
        yield Finding(Level.LOOK, "journal", str(reason))
    except (AntreanError, OSError) as trouble:
        yield Finding(Level.BAD, "journal", f"cannot be looked through: {trouble}")
    else:
        yield from found


def _compared(journal: Path, reports: Mapping[str, HallReport] | None) -> bool:
    """Tells of each hall; whether all that should be equal is."""
    is_equal = True
    with inspection.opened(journal) as db, _progress("Folding the journal", journal) as on_rows:
        lines = []
        for hall in inspection.heads(db):
            began = time.perf_counter()
            running = None if reports is None else reports.get(hall)
            found = replayed(db, hall, at_seq=0 if running is None else running.seq, on_rows=on_rows)
            lines.append(
                f"{hall}: {found.entry_count} entries, {found.day_count} days closed, "
                f"{time.perf_counter() - began:.1f} s"
            )
            apart = [
                *differing(digests(found.state), digests(found.from_seal)),
                *(f"the day closed by entry {seq}" for seq in found.wrong_seals),
            ]
            lines.append(_verdict("from the last closed day", apart))
            is_equal = is_equal and not apart
            if running is not None:
                apart = ["seq"] if found.asked is None else differing(digests(found.asked), running.digests)
                lines.append(_verdict(f"the running hub at entry {running.seq}", apart))
                is_equal = is_equal and not apart
    for line in lines:
        click.echo(line)
    return is_equal


def _verdict(with_what: str, apart: list[str]) -> str:
    if not apart:
        return f"  equal: {with_what}"
    more = "" if len(apart) <= ANSWERS_SHOWN_MAX else f" and {len(apart) - ANSWERS_SHOWN_MAX} more"
    return f"  DIFFERS: {with_what}, in {', '.join(apart[:ANSWERS_SHOWN_MAX])}{more}"


def _reports(data: Path) -> dict[str, HallReport] | None:
    """How the running hub's halls stand; None: no hub runs."""
    answer = call(data, "state") if data.is_dir() else None
    if answer is None:
        return None
    return {one.hall: one for one in msgspec.convert(answer.value, list[HallReport])}


@contextmanager
def _copied(places: Places) -> Iterator[Path]:
    """A folder with a copy of both databases, made by the hub where one runs. Raises: as `copied_without_hub`."""
    answer = call(places.data, "copy") if places.data.is_dir() else None
    if answer is None:
        with copied_without_hub(places) as folder:
            yield folder
        return
    if not answer.accepted:
        raise NotHere(answer.detail or "The hub made no copy.")
    folder = Path(str(answer.value))
    with taken(folder):
        yield folder


@contextmanager
def _progress(title: str, journal: Path | None = None) -> Iterator[OnRows]:
    """A bar where somebody watches; nothing where the output goes elsewhere. Args: journal: None: how much is unknown."""
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    total = None
    if journal is not None:
        with inspection.opened(journal) as db:
            total = sum(head.seq for head in inspection.heads(db).values())
    from rich.console import Console  # noqa: PLC0415 -- only where somebody watches
    from rich.progress import Progress  # noqa: PLC0415 -- as above

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda count: bar.advance(task, count)


def _tell(finding: Finding) -> Level:
    colours = {Level.OK: "green", Level.LOOK: "yellow", Level.BAD: "red"}
    level = click.style(f"{finding.level:<4}", fg=colours[finding.level], bold=True)
    click.echo(f"{level}  {finding.subject}: {finding.text}")
    return finding.level


def _tell_restored(done: Done, gap: int, now_ms: int) -> None:
    click.echo(f"Restored: {_entries(done.note)}, as they were on {_shown(done.note.made_at_ms)}.")
    for hall in done.halls:
        if hall.first_numbers:
            click.echo(f"  {hall.noted.hall}, {hall.date}: numbers go on at {', '.join(hall.first_numbers)}")
    click.echo(
        f"  {gap} numbers of each prefix were passed over. Where a higher one is on paper already, restore again "
        "with a larger --gap."
    )
    click.echo(
        f"  This machine's clock says {_shown(now_ms)}: put it right before the hub starts if it is wrong."
    )
    click.echo("  Calls wait until a manager has compared the line with the hall and says so on the board.")
    click.echo(
        "  Accounts, tokens and sign-ins are as they were then too: disable again whoever was disabled since."
    )
    if done.aside is not None:
        click.echo(f"  What was there before lies in {done.aside}")


def _entries(note: Note) -> str:
    return ", ".join(f"{hall.hall} {hall.seq} entries" for hall in note.halls) or "no hall yet"


def _shown(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000).astimezone():%Y-%m-%d %H:%M %Z}"
