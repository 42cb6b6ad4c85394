"""`antrean display`: the command line of the hall screen's agent.

Exit codes: 0 stopped, 1 trouble told in one line, 2 usage.
"""

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import click
import structlog

from display_client.agent import DisplayAgent
from display_client.browser import Browser, ProfileInUse, command_of
from display_client.code import CodeShown
from display_client.player import FORMS, Player, player_of
from display_client.voice import Voice
from queue_server.fetching import FetchTrouble, HubAddress, only_hall
from queue_server.link import TurnedAway
from queue_server.pairing import Admission, Membership, NotLetIn, told

FIND_HALL_EVERY_S = 2.0
"""While the hub is still starting."""

STOP_WITHIN_S = 15.0
"""For the call in the mouth, some ten seconds; a second signal ends it at once."""


class _HubParameter(click.ParamType[HubAddress]):
    name = "url"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> HubAddress:
        try:
            return HubAddress.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _AudioParameter(click.ParamType[Player | None]):
    name = "out"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Player | None:
        try:
            return player_of(str(value))
        except (ValueError, OSError) as error:
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
    help="The screen's token; `antrean token --role display` makes one.",
)
@click.option(
    "--pair",
    "pairs",
    is_flag=True,
    help="Instead of a token: show a code, wait until an administrator approves it, keep the token in --data.",
)
@click.option("--zone", help="Id of the zone whose calls are spoken; the screen's own where it is not given.")
@click.option(
    "--audio",
    type=_AudioParameter(),
    default="device",
    show_default=True,
    help=f"Where the voice goes: {FORMS}. wav writes a file per announcement and plays nothing.",
)
@click.option(
    "--browser",
    metavar="PROGRAM",
    help="What shows the page: a Chromium, with options of your own if need be, or none; the machine's by default.",
)
@click.option("--hall", help="Id of the hall; needed only where the hub has several.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data/display"),
    show_default=True,
    help="Folder of the browser's profile, which is made anew at each start, and of a token that was paired for.",
)
def display(
    *,
    hub: HubAddress,
    ca: Path | None,
    token: str | None,
    pairs: bool,
    zone: str | None,
    audio: Player | None,
    browser: str | None,
    hall: str | None,
    data: Path,
) -> None:
    """Show a screen's page and speak its zone's calls, until stopped."""
    try:
        hub = hub if ca is None else hub.trusting(ca)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--ca") from error
    try:
        command = command_of(browser)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--browser") from error
    if audio is None and command is None:
        raise click.UsageError("With --audio none and --browser none there is nothing to do.")
    if (token is None) is not pairs:
        raise click.UsageError("Give --token or --pair, one of them.")
    _log_key_values()

    def agent_of(hall_id: str, token: str) -> DisplayAgent:
        return DisplayAgent(
            voice=Voice(hub=hub, hall=hall_id, token=token, zone=zone, player=audio) if audio else None,
            browser=Browser(hub=hub, token=token, command=command, data=data) if command else None,
        )

    try:
        membership = Membership(
            hub=hub, token=token, wants="display", data=data, show=CodeShown(hub, command, data)
        )
        asyncio.run(_serve(hub, hall, membership, agent_of))
    except (TurnedAway, NotLetIn, FetchTrouble, ProfileInUse, OSError) as trouble:
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
    agent_of: Callable[[str, str], DisplayAgent],
) -> None:
    """Until a signal ends it: gently at first, by cancelling at the second one or when the time is over."""
    loop, serving = asyncio.get_running_loop(), asyncio.current_task()
    assert serving is not None, "a coroutine that runs is a task's"
    working: list[DisplayAgent] = []

    def stop() -> None:
        if not working:
            serving.cancel()
            return
        working.pop().stop()
        loop.call_later(STOP_WITHIN_S, serving.cancel)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)

    async def work(admission: Admission) -> None:
        hall_id = hall or admission.hall or await _found_hall(hub)
        agent = agent_of(hall_id, admission.token)
        working[:] = [agent]
        try:
            await agent.run()
        finally:
            working.clear()

    try:
        await membership.serve(work)
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
                raise
            if not has_said:
                click.echo(f"waiting for the hub: {trouble}", err=True)
                has_said = True
        await asyncio.sleep(FIND_HALL_EVERY_S)
