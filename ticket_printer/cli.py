"""`antrean printer`: the command line of the printer agent. Exit codes: 0 stopped, 1 trouble told in one line, 2 usage."""

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import click
import structlog

from queue_server.fetching import FetchTrouble, HubAddress, only_hall
from queue_server.link import TurnedAway
from queue_server.pairing import Admission, Membership, NotLetIn, told
from ticket_printer.agent import PrinterAgent
from ticket_printer.code import CodePrinted
from ticket_printer.devices.base import Device
from ticket_printer.devices.choice import FORMS, device_of
from ticket_printer.layout import PAPER_DOTS
from ticket_printer.spool import SpoolInUse

FIND_HALL_EVERY_S = 2.0
"""While the hub is still starting."""

STOP_WITHIN_S = 10.0
"""For the paper under way; what is then still unfinished is printed again as a copy."""


class _HubParameter(click.ParamType[HubAddress]):
    name = "url"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> HubAddress:
        try:
            return HubAddress.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _DeviceParameter(click.ParamType[Device]):
    name = "device"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Device:
        try:
            return device_of(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.option("--hub", required=True, type=_HubParameter(), help="Address of the hub, http(s)://HOST:PORT.")
@click.option(
    "--ca",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="ANTREAN_CA",
    show_envvar=True,
    help="Root certificate that alone is believed of an https hub; those of this machine where it is not given.",
)
@click.option(
    "--token",
    envvar="ANTREAN_TOKEN",
    show_envvar=True,
    help="The printer's token; `antrean token --role printer` makes one.",
)
@click.option(
    "--pair",
    "pairs",
    is_flag=True,
    help="Instead of a token: print a code, wait until an administrator approves it, keep the token in --data.",
)
@click.option("--device", required=True, type=_DeviceParameter(), help=f"The printer: {FORMS}.")
@click.option("--hall", help="Id of the hall; needed only where the hub has several.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data/printer"),
    show_default=True,
    help="Folder of the spool, and of a token that was paired for; it must outlive a power cut.",
)
@click.option(
    "--paper-width",
    type=click.Choice([str(width_mm) for width_mm in PAPER_DOTS]),
    help="Width of the paper in mm; as the hub says where it is not given.",
)
def printer(
    *,
    hub: HubAddress,
    ca: Path | None,
    token: str | None,
    pairs: bool,
    device: Device,
    hall: str | None,
    data: Path,
    paper_width: str | None,
) -> None:
    """Print the tickets of one printer, until stopped."""
    if (token is None) is not pairs:
        raise click.UsageError("Give --token or --pair, one of them.")
    try:
        hub = hub if ca is None else hub.trusting(ca)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--ca") from error
    _log_key_values()
    width_mm = int(paper_width) if paper_width else None

    def agent_of(hall_id: str, token: str) -> PrinterAgent:
        return PrinterAgent(
            hub=hub,
            hall=hall_id,
            token=token,
            device=device,
            data=data,
            paper_width_mm=width_mm,
        )

    try:
        membership = Membership(
            hub=hub, token=token, wants="printer", data=data, show=CodePrinted(hub, device, width_mm)
        )
        asyncio.run(_serve(hub, hall, membership, agent_of))
    except (TurnedAway, NotLetIn, SpoolInUse, OSError) as trouble:
        raise click.ClickException(told(trouble)) from trouble


def _log_key_values() -> None:
    """One line of key=value on stderr for each event."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


async def _serve(
    hub: HubAddress,
    hall: str | None,
    membership: Membership,
    agent_of: Callable[[str, str], PrinterAgent],
) -> None:
    """Until a signal ends it: first gently, then by cancelling; at once while the hub is still looked for."""
    loop = asyncio.get_running_loop()
    agent: PrinterAgent | None = None

    async def work(admission: Admission) -> None:
        nonlocal agent
        agent = agent_of(hall or admission.hall or await _found_hall(hub), admission.token)
        try:
            await agent.run()
        finally:
            agent = None

    running = asyncio.create_task(membership.serve(work))

    def stop() -> None:
        if agent is None:
            running.cancel()
        else:
            agent.stop()
            loop.call_later(STOP_WITHIN_S, running.cancel)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        await running
    except asyncio.CancelledError:
        return


async def _found_hall(hub: HubAddress) -> str:
    """The only hall, asked for until the hub answers. Its answer that there is no single one is final."""
    has_said = False
    while True:
        try:
            return await only_hall(hub)
        except FetchTrouble as trouble:
            if trouble.is_final:
                raise click.ClickException(str(trouble)) from trouble
            if not has_said:
                click.echo(f"waiting for the hub: {trouble}", err=True)
                has_said = True
        await asyncio.sleep(FIND_HALL_EVERY_S)
