"""The hall screen's agent: the page before the eyes, the voice in the ears, each alone where the other is not wanted.

The page is muted, so that the zone has one voice. What ends one for good (the token opens nothing) ends both.
"""

import asyncio

from display_client.browser import Browser
from display_client.voice import Voice


class DisplayAgent:
    """One screen with its zone's voice."""

    def __init__(self, *, voice: Voice | None, browser: Browser | None) -> None:
        """At least one of them."""
        assert voice is not None or browser is not None, "the command line sees to it"
        self._voice = voice
        self._browser = browser
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """No further call; `run` returns when the one in the mouth is said, and then the page goes too."""
        self._stopping.set()
        if self._voice is not None:
            self._voice.stop()

    async def run(self) -> None:
        """Until stopped or cancelled.

        Raises: TurnedAway, FetchTrouble, ProfileInUse, OSError.
        """
        try:
            async with asyncio.TaskGroup() as group:
                page = group.create_task(self._browser.run()) if self._browser is not None else None
                if self._voice is not None:
                    await self._voice.run()
                else:
                    await self._stopping.wait()
                if page is not None:
                    page.cancel()
        except ExceptionGroup as troubles:
            raise troubles.exceptions[0] from None
