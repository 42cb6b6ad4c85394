"""The code of a screen that nobody knows yet: on the terminal and, where there is a browser, over the whole screen.

The page with it is a file of the agent's own, so that the browser needs no way into the hub for it.
"""

import asyncio
import html
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import click

from display_client.browser import guarded, shown
from queue_server.fetching import HubAddress

AGAIN_AFTER_S = 5.0
"""A browser that was closed over the code is opened again."""

PAGE = """<!doctype html>
<html lang="id">
<meta charset="utf-8">
<title>Antrean</title>
<style>
body {{ display: grid; place-content: center; min-height: 95vh; margin: 0; background: #fbf9f5; color: #1f1b16;
  font: 2.5vw/1.5 system-ui, sans-serif; text-align: center; }}
strong {{ display: block; color: #08463a; font-size: 11vw; letter-spacing: .06em; }}
p {{ margin: 0; }}
</style>
<p>Administrator membuka <b>{address}</b> dan mengetik kode:</p>
<strong>{code}</strong>
<p lang="en">An administrator opens <b>{address}</b> and types this code.</p>
</html>
"""


class CodeShown:
    """A `pairing.Show` for a hall screen."""

    def __init__(self, hub: HubAddress, command: list[str] | None, data: Path) -> None:
        """`command`: the browser's, None: there is none. `data`: its folder."""
        self._hub = hub
        self._command = command
        self._data = data

    @asynccontextmanager
    async def __call__(self, code: str) -> AsyncIterator[None]:
        """See `pairing.Show`. Raises: ProfileInUse; OSError where the folder cannot be written."""
        address = f"{self._hub.url}/devices"
        click.echo(f"code {code}: an administrator types it at {address}; it holds for ten minutes", err=True)
        if self._command is None:
            yield
            return
        guard = guarded(self._data)
        page = self._data / "code.html"
        page.write_text(PAGE.format(address=html.escape(address), code=html.escape(code)), "utf-8")
        showing = asyncio.create_task(self._keep_showing(self._command, page.absolute().as_uri()))
        try:
            yield
        finally:
            showing.cancel()
            await asyncio.wait([showing])
            page.unlink(missing_ok=True)
            os.close(guard)

    async def _keep_showing(self, command: list[str], address: str) -> None:
        """A browser that cannot be started costs the picture; the code stands on the terminal too."""
        while True:
            with suppress(OSError):
                await shown(command, self._data, address)
            await asyncio.sleep(AGAIN_AFTER_S)
