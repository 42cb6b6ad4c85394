"""Verbs about devices: `pair` lets one in, `devices` lists what opens doors, `revoke` takes it back.

Each asks the running hub, or works on the store itself where none runs here; with a shared store every node hears of
it within two seconds either way.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from queue_server.cli import CONFIG, DATA, Exit
from queue_server.cli_common import fail
from queue_server.cli_halls import added_hall
from queue_server.clock import SystemClock
from queue_server.config import Config, ConfigError, load, report
from queue_server.control import ControlError, call
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.errors import AntreanError
from queue_server.identity.heads import CredentialHead
from queue_server.identity.model import CredentialId
from queue_server.identity.store import IdentityStore, open_identity
from queue_server.verbs import approve_code, credentials_of

T = TypeVar("T")


@click.command()
@click.argument("code")
@click.option("--role", type=click.Choice(("kiosk", "display", "printer")), required=True)
@click.option("--hall", required=True, help="The hall's id.")
@click.option("--id", "device", required=True, help="The device's id in the configuration.")
@CONFIG
@DATA
def pair(code: str, role: str, hall: str, device: str, config_path: Path, data: Path) -> None:
    """Let in the device that shows CODE. The same as on the page /devices."""
    args = {"code": code, "role": role, "hall": hall, "id": device}

    async def approve(identity: IdentityStore, config: Config) -> str | Rejected:
        known = next((one for one in config.halls if one.id == hall), None) or await added_hall(
            config, data, hall
        )
        if known is None:
            detail = f"There is no hall '{hall}' in {config_path}, and none was added."
            return Rejected(code=Refusal.UNKNOWN_HALL, detail=detail)
        return await approve_code(identity, known, args)

    _asked("pair", config_path, data, args, str, approve)
    click.echo(f"{role} {device} was let in.")


@click.command()
@CONFIG
@DATA
def devices(config_path: Path, data: Path) -> None:
    """List every token, unopened link and device's browser: id, kind, role, place or name, last seen."""

    async def listed(identity: IdentityStore, _config: Config) -> list[CredentialHead]:
        return credentials_of(identity)

    for head in _asked("devices", config_path, data, {}, list[CredentialHead], listed) or []:
        place = f"{head.hall or '-'}/{head.device}" if head.device else (head.name or "-")
        seen = "never" if head.seen_at_ms is None else _day_and_time(head.seen_at_ms)
        click.echo(f"{head.id}  {head.kind:<7}  {head.role:<8}  {place}  seen {seen}")


@click.command()
@click.argument("credential", metavar="ID")
@CONFIG
@DATA
def revoke(credential: str, config_path: Path, data: Path) -> None:
    """Take back the token, link or session with this ID (see `antrean devices`). Its sockets close at once."""

    async def removed(identity: IdentityStore, _config: Config) -> Rejected | None:
        return await identity.revoke(CredentialId(credential))

    _asked("revoke", config_path, data, {"id": credential}, str, removed)
    click.echo(f"{credential} opens nothing any more.")


VERBS = {"devices": devices, "pair": pair, "revoke": revoke}


def _asked(
    verb: str,
    config_path: Path,
    data: Path,
    args: dict[str, str],
    shape: type[T],
    without_hub: Callable[[IdentityStore, Config], Awaitable[T | Rejected | None]],
) -> T | None:
    """The running hub's answer, or that of the store where no hub runs here. Ends the program where refused."""
    try:
        answer = call(data, verb, **args)
    except ControlError as error:
        fail(str(error), Exit.TROUBLE)
    if answer is not None:
        if not answer.accepted:
            fail(answer.detail or answer.code or "", Exit.REFUSED)
        return msgspec.convert(answer.value, shape)
    try:
        config = load(config_path, dict(os.environ))
        found = asyncio.run(_in_store(config, data, without_hub))
    except ConfigError as error:
        fail(report(error), Exit.CONFIGURATION)
    except AntreanError as trouble:
        fail(str(trouble), Exit.TROUBLE)
    if isinstance(found, Rejected):
        fail(found.detail, Exit.REFUSED)
    return found


async def _in_store(
    config: Config, data: Path, act: Callable[[IdentityStore, Config], Awaitable[T | Rejected | None]]
) -> T | Rejected | None:
    async with open_identity(data, clock=SystemClock(), store_url=config.store_url) as identity:
        return await act(identity, config)


def _day_and_time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).strftime("%Y-%m-%d %H:%M UTC")
