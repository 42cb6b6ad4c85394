"""What every module of verbs says in the same way: a broken configuration, trouble, a refusal."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from queue_server.cli import Exit
from queue_server.config import Config, ConfigError, load, report
from queue_server.errors import AntreanError, PeerError
from queue_server.tls.troubles import TlsTrouble


def fail(text: str, code: Exit) -> NoReturn:
    """One line on stderr, and the program ends."""
    click.echo(f"antrean: {text}", err=True)
    sys.exit(code)


def config_of(path: Path) -> Config:
    """The configuration; a broken one ends the program with all its mistakes."""
    try:
        return load(path, dict(os.environ))
    except ConfigError as error:
        click.echo(report(error), err=True)
        sys.exit(Exit.CONFIGURATION)


@contextmanager
def told() -> Iterator[None]:
    """Trouble inside the block as one line and an exit code."""
    try:
        yield
    except TlsTrouble as trouble:
        fail(str(trouble), Exit.CONFIGURATION)
    except PeerError as error:
        fail(str(error), Exit.REFUSED)
    except (AntreanError, OSError) as trouble:
        fail(str(trouble), Exit.TROUBLE)
