"""`antrean tls init` and `antrean tls renew`: the hall's own authority, and what a person has to do with it."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from queue_server.cli import CONFIG, DATA, Exit
from queue_server.cli_common import config_of, told
from queue_server.clock import SystemClock
from queue_server.config import Config
from queue_server.control import call
from queue_server.tls.names import machine_names

if TYPE_CHECKING:
    from queue_server.tls.certificates import Certificate
    from queue_server.tls.folder import Made

NAME = click.option(
    "--name",
    "names",
    multiple=True,
    metavar="HOST",
    help="A host's name or address by which devices reach the hub; as often as needed.",
)


@click.group()
def tls() -> None:
    """Make and renew a certificate from an authority of the hall's own."""


@tls.command()
@NAME
@CONFIG
@DATA
def init(names: tuple[str, ...], config_path: Path, data: Path) -> None:
    """Make the authority and a certificate where there are none, and say how to bring the root to devices."""
    with told():
        from queue_server.tls import folder  # noqa: PLC0415 -- it says in one line where its package is missing

        config = config_of(config_path)
        wanted = [
            *machine_names(),
            *_public_hosts(config),
            *([config.host] if _is_one(config.host) else []),
            *names,
        ]
        made = folder.init(data, config.halls[0].name, wanted, SystemClock().now_ms())
    click.echo(
        f"Made an authority for {config.halls[0].name}."
        if made.is_authority_new
        else "The authority is there already and stays as it is."
    )
    if made.is_server_new:
        click.echo("Made a certificate.")
    else:
        missing = sorted(set(names) - set(made.server.names))
        click.echo("The certificate is there already and stays as it is.")
        if missing:
            click.echo(
                f"  It is not good for {', '.join(missing)}: `antrean tls renew --name` makes one that is."
            )
    _tell_certificate(made.server)
    _tell_root(made, config)


@tls.command()
@NAME
@DATA
def renew(names: tuple[str, ...], data: Path) -> None:
    """Make a new certificate for the same names from the same authority; a running hub takes it up at once."""
    with told():
        from queue_server.tls import folder  # noqa: PLC0415 -- as above

        made = folder.renew(data, list(names), SystemClock().now_ms())
        click.echo("Made a new certificate. Devices that trust the root need nothing.")
        _tell_certificate(made.server)
        answer = call(data, "certificate")
    if answer is None:
        click.echo(f"  No hub runs on {data}: it takes effect at the next start.")
    elif not answer.accepted:
        click.echo(f"antrean: the running hub keeps the old one: {answer.detail}", err=True)
        sys.exit(Exit.REFUSED)
    else:
        click.echo("  The running hub greets new connections with it; open ones stay.")


def _tell_certificate(certificate: "Certificate") -> None:
    click.echo(f"  good for  {', '.join(certificate.names)}")
    click.echo(f"  until     {_day(certificate.ends_at_ms)}")


def _tell_root(made: "Made", config: Config) -> None:
    """What only a person can do: carry the root to whatever shall trust the hub."""
    click.echo(f"The root, which every device has to trust: {made.root_path}")
    click.echo(f"  SHA-256   {made.root.fingerprint}")
    click.echo(f"  until     {_day(made.root.ends_at_ms)}")
    for line in ROOT_WAYS:
        click.echo(f"  {line}")
    if config.tls is None:
        click.echo("Then set, under [server.tls] in the configuration, local = true and restart the hub.")


ROOT_WAYS = (
    "Carry it there on a USB stick, or compare the SHA-256 where it came over the network:",
    "- kiosk, screen, counter with Chromium on Linux: the policy file in docs/running.md",
    "- Windows: double-click, Install Certificate, Local Machine, Trusted Root Certification Authorities",
    "- agents: antrean printer --ca FILE, antrean display --ca FILE, or ANTREAN_CA=FILE",
    "- a phone or tablet of the staff: open the file; on an iPhone also Settings, General, About, Certificate Trust",
    "Citizens' phones will not have it: for them use a certificate that phones trust already, see docs/running.md.",
)


def _public_hosts(config: Config) -> list[str]:
    """The hosts of the addresses that citizens' phones are given."""
    hosts = [urlsplit(hall.public_url).hostname for hall in config.halls if hall.public_url]
    return [host for host in hosts if host]


def _is_one(host: str) -> bool:
    """Whether the address to listen on is one that can be typed; 0.0.0.0 is all of them."""
    return host not in {"0.0.0.0", "::"}  # noqa: S104 -- compared, not bound


def _day(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).strftime("%Y-%m-%d")
