"""`antrean hall add`, `list` and `remove`: what they say. What they do is in `hall_verbs` and `directory`."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click

from queue_server.cli import CONFIG, DATA, Exit
from queue_server.cli_common import fail
from queue_server.clock import SystemClock
from queue_server.config import Config, ConfigError, hall_from, hall_text, load, report
from queue_server.control import call
from queue_server.directory import HallDirectory
from queue_server.domain.hall import HallConfig, HallId
from queue_server.domain.refusals import Rejected
from queue_server.errors import AntreanError
from queue_server.hall_verbs import in_use
from queue_server.hub import state_of
from queue_server.journal.base import HallList, Journal
from queue_server.journal.store import open_store


@click.group()
def hall() -> None:
    """Add, list and remove halls, also while the hub runs."""


@hall.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Give a hall that was added before this configuration.")
@CONFIG
@DATA
def add(file: Path, *, replace: bool, config_path: Path, data: Path) -> None:
    """Add the hall that FILE describes: one [[hall]] and nothing else."""
    try:
        text = hall_text(file)
        hall_from(text)
    except ConfigError as error:
        fail(report(error), Exit.CONFIGURATION)
    added = _asked("hall_add", config_path, data, text=text, replace=replace)
    click.echo(f"{file}: {added['id']}, {added['name']}, {'replaced' if replace else 'added'}.")


@hall.command("list")
@CONFIG
@DATA
def listed(config_path: Path, data: Path) -> None:
    """Every hall: id, where it comes from, whether it is open on this machine, name."""
    for one in _asked("hall_list", config_path, data):
        click.echo(f"{one['id']:<32} {one['origin']:<6} {'open' if one['is_open'] else '-':<5} {one['name']}")


@hall.command()
@click.argument("hall_id", metavar="ID")
@click.option("--force", is_flag=True, help="Also with citizens in line and counters open.")
@CONFIG
@DATA
def remove(hall_id: str, *, force: bool, config_path: Path, data: Path) -> None:
    """Take the hall ID off the list. Its journal stays, and adding it again takes it up."""
    removed = _asked("hall_remove", config_path, data, hall=hall_id, force=force)
    click.echo(f"{removed} is removed. Its journal is kept.")


async def added_hall(config: Config, data: Path, hall_id: str) -> HallConfig | None:
    """A hall that was added, for verbs that need its devices; None: there is none. Raises: AntreanError."""
    async with _store(config, data) as (_journal, directory):
        if not await directory.is_known(HallId(hall_id)):
            return None
        return await directory.proposal(HallId(hall_id))


def _asked(verb: str, config_path: Path, data: Path, **args: Any) -> Any:
    """The answer of the running hub, or of the store where none runs."""
    try:
        answer = call(data, verb, **args)
        told: object
        if answer is None:
            told = asyncio.run(_without_hub(verb, config_path, data, args))
        elif answer.accepted:
            told = answer.value
        else:
            fail(answer.detail or answer.code or "", Exit.REFUSED)
    except ConfigError as error:
        fail(report(error), Exit.CONFIGURATION)
    except (AntreanError, OSError) as trouble:
        fail(str(trouble), Exit.TROUBLE)
    if isinstance(told, Rejected):
        fail(told.detail, Exit.REFUSED)
    return told


async def _without_hub(verb: str, config_path: Path, data: Path, args: Mapping[str, Any]) -> object:
    async with _store(load(config_path, dict(os.environ)), data) as (journal, directory):
        if verb == "hall_add":
            added = await directory.add(str(args["text"]), is_replacing=args["replace"])
            return added if isinstance(added, Rejected) else {"id": added.id, "name": added.name}
        if verb == "hall_list":
            return [
                {"id": one.id, "name": one.name, "origin": one.origin, "is_open": False}
                for one in directory.listed()
            ]
        return await _removed(journal, directory, HallId(str(args["hall"])), is_forced=args["force"])


async def _removed(
    journal: Journal, directory: HallDirectory, hall_id: HallId, *, is_forced: bool
) -> str | Rejected:
    """Other machines of a shared store may serve the hall: its journal tells what happens in it."""
    if not is_forced and await directory.is_known(hall_id) and not directory.is_of_file(hall_id):
        _head, state = await state_of(journal, hall_id)
        refusal = in_use(state)
        if refusal is not None:
            return refusal
    return await directory.remove(hall_id) or str(hall_id)


@asynccontextmanager
async def _store(config: Config, data: Path) -> AsyncIterator[tuple[Journal, HallDirectory]]:
    """Raises: AntreanError, OSError."""
    journal = await open_store(config.store_url, data)
    try:
        assert isinstance(journal, HallList), "every store keeps the list of added halls"
        directory = HallDirectory(config.halls, journal, SystemClock(), is_shared=journal.is_shared)
        await directory.look()
        yield journal, directory
    finally:
        await journal.close()
