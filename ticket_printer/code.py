"""The code of a printer that nobody knows yet: on the terminal, and on its own paper, since it has no display."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click
import structlog

from queue_server.fetching import HubAddress
from ticket_printer.devices.base import Device, Ending, Paper
from ticket_printer.paper import code_bytes, dots_of

PAPER_WIDTH_MM = 80
"""Until the hub says what stands in the configuration; on narrower paper `--paper-width` helps."""


SLIPS_MAX = 3
"""Half an hour of codes; who comes later reads the terminal or switches the printer's machine off and on."""


class CodePrinted:
    """A `pairing.Show` for a ticket printer."""

    def __init__(self, hub: HubAddress, device: Device, paper_width_mm: int | None) -> None:
        """`paper_width_mm` None: not known yet."""
        self._hub = hub
        self._device = device
        self._paper_width_mm = paper_width_mm or PAPER_WIDTH_MM
        self._slips_count = 0

    @asynccontextmanager
    async def __call__(self, code: str) -> AsyncIterator[None]:
        """See `pairing.Show`."""
        address = f"{self._hub.url}/devices"
        click.echo(f"code {code}: an administrator types it at {address}; it holds for ten minutes", err=True)
        if self._slips_count < SLIPS_MAX:
            self._slips_count += 1
            await self._print(code, address)
        yield

    async def _print(self, code: str, address: str) -> None:
        width_dots = dots_of(self._paper_width_mm)
        attempt = await self._device.print(
            Paper(
                data=code_bytes(code, address, width_dots=width_dots),
                number=code,
                width_dots=width_dots,
                paper_width_mm=self._paper_width_mm,
            )
        )
        if attempt.ending is not Ending.PRINTED:
            structlog.get_logger("pairing").warning("code_not_printed", reason=attempt.detail)
