"""`antrean`: verbs, options, exit codes. What a verb does is elsewhere; modules are imported when their verb runs."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from queue_server import __version__

if TYPE_CHECKING:
    from queue_server.compose import Ready

CONFIG = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default=Path("config.toml"),
    show_default=True,
    help="The hall's configuration.",
)
DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    show_default=True,
    help="Folder for everything that changes.",
)
ROLES = ("kiosk", "display", "printer", "officer", "manager", "admin")


class Exit(IntEnum):
    """Exit codes, the same for every verb."""

    OK = 0
    TROUBLE = 1
    """The world: disk, network, another process. The service manager starts it again."""
    CONFIGURATION = 2
    """The configuration or the command line; click uses it too."""
    REFUSED = 3
    """The hub refused what was asked."""


UPKEEP = ("backup", "doctor", "replay", "restore")
"""Verbs of `cli_upkeep`."""

DEVICES = ("devices", "pair", "revoke")
"""Verbs of `cli_devices`."""


class _Verbs(click.Group):
    """The verbs below, and those of other modules, which are imported when one of them is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "display", "hall", "printer", "tls", *UPKEEP, *DEVICES])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "display":
            from display_client.cli import display  # noqa: PLC0415 -- the hub knows nothing of its agents

            return display
        if cmd_name == "printer":
            from ticket_printer.cli import printer  # noqa: PLC0415 -- as above

            return printer
        if cmd_name == "tls":
            from queue_server.cli_tls import tls  # noqa: PLC0415 -- as `UPKEEP`

            return tls
        if cmd_name == "hall":
            from queue_server import cli_halls  # noqa: PLC0415 -- `antrean serve` need not import it

            return cli_halls.hall
        if cmd_name in UPKEEP:
            from queue_server import cli_upkeep  # noqa: PLC0415 -- as above

            return cli_upkeep.VERBS[cmd_name]
        if cmd_name in DEVICES:
            from queue_server import cli_devices  # noqa: PLC0415 -- as above

            return cli_devices.VERBS[cmd_name]
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Verbs, context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="antrean")
def main() -> None:
    """Queue management and counter calling for public service halls."""


@main.command()
@CONFIG
@DATA
@click.option("--host", help="Address to listen on; the configuration's by default.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on; 0 takes any free one.")
@click.option("--always-open", is_flag=True, help="Ignore opening hours: for trying it out and for tests.")
@click.option("--demo", is_flag=True, help="Always open, and every page opens with one click. Loopback only.")
def serve(
    config_path: Path, data: Path, host: str | None, port: int | None, *, always_open: bool, demo: bool
) -> None:
    """Run the hub."""
    from queue_server.compose import Settings  # noqa: PLC0415 -- `antrean check` need not import the hub

    settings = Settings(
        config_path=config_path,
        data=data,
        host=host,
        port=port,
        is_always_open=always_open,
        is_demo=demo,
        env=dict(os.environ),
    )
    sys.exit(_served(settings, is_demo=demo))


@main.command()
@CONFIG
def check(config_path: Path) -> None:
    """Read the configuration and report every mistake in it."""
    from queue_server.config import ConfigError, load, report  # noqa: PLC0415 -- as above

    try:
        config = load(config_path, dict(os.environ))
    except ConfigError as error:
        click.echo(report(error), err=True)
        sys.exit(Exit.CONFIGURATION)
    for hall in config.halls:
        click.echo(
            f"{config_path}: {hall.name}: {len(hall.agencies)} agencies, {len(hall.services)} services, "
            f"{len(hall.counters)} counters, {len(hall.zones)} zones. No mistakes."
        )


@main.command()
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--hall", required=True, help="The hall's id.")
@click.option("--id", "device", help="The device's id in the configuration (kiosk, display, printer).")
@click.option("--name", help="The person's name (officer, manager, admin).")
@CONFIG
@DATA
def token(role: str, hall: str, device: str | None, name: str | None, config_path: Path, data: Path) -> None:
    """Make a credential and print it alone on stdout."""
    click.echo(_asked("token", config_path, data, role=role, hall=hall, id=device, name=name))


@main.command()
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--hall", required=True, help="The hall's id.")
@click.option("--id", "device", help="The device's id in the configuration.")
@click.option("--name", help="The person's name.")
@click.option("--hub", default=None, help="The hub's address as the device reaches it.")
@CONFIG
@DATA
def link(
    role: str, hall: str, device: str | None, name: str | None, hub: str | None, config_path: Path, data: Path
) -> None:
    """Print a one-use address that signs a browser device in. It holds for ten minutes."""
    code = _asked("link", config_path, data, role=role, hall=hall, id=device, name=name)
    click.echo(f"{(hub or _address(config_path)).rstrip('/')}/link#{code}")


@main.command()
@DATA
def apply(data: Path) -> None:
    """Make the running hub take up a changed configuration. A broken one changes nothing."""
    from queue_server.control import ControlError, call  # noqa: PLC0415 -- as above

    try:
        answer = call(data, "apply")
    except ControlError as error:
        _fail(str(error), Exit.TROUBLE)
    if answer is None:
        _fail(f"No hub runs on {data}. A changed configuration takes effect at its next start.", Exit.TROUBLE)
    if not answer.accepted:
        _fail(answer.detail or "", Exit.CONFIGURATION)
    click.echo("The configuration holds.")


def _served(settings: Any, *, is_demo: bool) -> Exit:
    from queue_server.address import NotAllowed  # noqa: PLC0415 -- as above
    from queue_server.compose import run  # noqa: PLC0415 -- as above
    from queue_server.config import ConfigError, report  # noqa: PLC0415 -- as above
    from queue_server.errors import AntreanError  # noqa: PLC0415 -- as above
    from queue_server.logs import configure_logs  # noqa: PLC0415 -- as above
    from queue_server.tls.troubles import TlsTrouble  # noqa: PLC0415 -- as above

    configure_logs()
    code = Exit.OK
    try:
        _run(run(settings, lambda ready: _print_ready(ready, is_demo=is_demo)))
    except* ConfigError as group:
        click.echo(
            "\n".join(report(error) for error in _leaves(group) if isinstance(error, ConfigError)), err=True
        )
        code = Exit.CONFIGURATION
    except* (NotAllowed, TlsTrouble) as group:
        click.echo(f"antrean: {_leaves(group)[0]}", err=True)
        code = Exit.CONFIGURATION
    except* (AntreanError, OSError) as group:
        click.echo(f"antrean: {_leaves(group)[0]}", err=True)
        code = Exit.TROUBLE
    return code


def _leaves(group: BaseException) -> list[BaseException]:
    """The errors inside nested groups."""
    if isinstance(group, BaseExceptionGroup):
        return [leaf for inner in group.exceptions for leaf in _leaves(inner)]
    return [group]


def _run(serving: Coroutine[Any, Any, None]) -> None:
    """On uvloop where it is installed: it helps HTTP."""
    try:
        import uvloop  # noqa: PLC0415 -- optional
    except ImportError:
        asyncio.run(serving)
        return
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serving)


def _print_ready(ready: "Ready", *, is_demo: bool) -> None:
    """The one line that begins with `ready`, and the pages for whoever started it."""
    hall = ready.hall
    print(f"ready {ready.url} hall={hall.id}", flush=True)  # noqa: T201 -- the contract's line on stdout
    if ready.setup_code is not None and not is_demo:
        click.echo(f"  First start: make the administrator's account at {ready.url}/setup#{ready.setup_code}")
    if is_demo:
        pages = [
            ("Start page", "/"),
            *((f"Kiosk {kiosk.id}", f"/halls/{hall.id}/kiosk/{kiosk.id}") for kiosk in hall.kiosks[:1]),
            *((place.name, f"/halls/{hall.id}/counter/{place.id}") for place in hall.counters[:1]),
            *((f"Screen {screen.id}", f"/halls/{hall.id}/screen/{screen.id}") for screen in hall.screens[:1]),
            ("Manager", f"/halls/{hall.id}/manager"),
        ]
        for name, path in pages:
            click.echo(f"  {name:<18} {ready.url}{path}")
    if ready.voice.detail:
        click.echo(f"  Voice: {ready.voice.detail}")
    sys.stdout.flush()


def _asked(verb: str, config_path: Path, data: Path, **args: str | None) -> str:
    """The answer of the running hub, or of the data folder where none runs."""
    from queue_server.control import ControlError, call  # noqa: PLC0415 -- as above

    try:
        answer = call(data, verb, **args)
    except ControlError as error:
        _fail(str(error), Exit.TROUBLE)
    if answer is None:
        return asyncio.run(_without_hub(verb, config_path, data, args))
    if not answer.accepted:
        _fail(answer.detail or answer.code or "", Exit.REFUSED)
    return str(answer.value)


async def _without_hub(verb: str, config_path: Path, data: Path, args: dict[str, str | None]) -> str:
    from queue_server.cli_halls import added_hall  # noqa: PLC0415 -- as above
    from queue_server.clock import SystemClock  # noqa: PLC0415 -- as above
    from queue_server.config import ConfigError, load, report  # noqa: PLC0415 -- as above
    from queue_server.domain.refusals import Rejected  # noqa: PLC0415 -- as above
    from queue_server.errors import AntreanError  # noqa: PLC0415 -- as above
    from queue_server.identity.store import open_identity  # noqa: PLC0415 -- as above
    from queue_server.verbs import make_link, make_token  # noqa: PLC0415 -- as above

    try:
        config = load(config_path, dict(os.environ))
    except ConfigError as error:
        _fail(report(error), Exit.CONFIGURATION)
    try:
        hall = next((known for known in config.halls if known.id == args["hall"]), None)
        if hall is None and _is_folder(data):
            hall = await added_hall(config, data, str(args["hall"]))
        if hall is None:
            _fail(f"There is no hall '{args['hall']}' in {config_path}, and none was added.", Exit.REFUSED)
        async with open_identity(data, clock=SystemClock(), store_url=config.store_url) as identity:
            made = await {"token": make_token, "link": make_link}[verb](identity, hall, args)
    except AntreanError as trouble:
        _fail(str(trouble), Exit.TROUBLE)
    if isinstance(made, Rejected):
        _fail(made.detail, Exit.REFUSED)
    return made


def _is_folder(data: Path) -> bool:
    """Whether a hub has ever run here; what only reads makes no folder."""
    return data.is_dir()


def _address(config_path: Path) -> str:
    from queue_server.address import url_of  # noqa: PLC0415 -- as above
    from queue_server.config import ConfigError, load, report  # noqa: PLC0415 -- as above

    try:
        config = load(config_path, dict(os.environ))
    except ConfigError as error:
        _fail(report(error), Exit.CONFIGURATION)
    own = url_of(config.host, config.port, is_secure=config.tls is not None)
    return next((hall.public_url for hall in config.halls if hall.public_url), own)


def _fail(text: str, code: Exit) -> NoReturn:
    click.echo(f"antrean: {text}", err=True)
    sys.exit(code)
