"""When each credential was last shown: kept in memory at once, written down every few minutes.

A screen shows its token once a minute at most and a kiosk's socket stays open for weeks; to write each of that down
would wear a memory card out for a figure that a person reads. So the figure is right to some minutes, and what was
seen in the last minutes before a power cut is forgotten.
"""

import asyncio
from collections.abc import Callable, Iterable

import structlog

from queue_server.clock import Clock
from queue_server.identity.keeper import Keeper
from queue_server.identity.model import CredentialId
from queue_server.identity.register import Register, Rows, Seen
from queue_server.identity.shelf import IdentityTrouble

EVERY_S = 300.0

log = structlog.get_logger(__name__)


class Sightings:
    """Of one node."""

    def __init__(self, keeper: Keeper, clock: Clock) -> None:
        self._keeper = keeper
        self._clock = clock
        self._at_ms: dict[CredentialId, int] = {}
        """What is not written down yet; no more entries than credentials."""

    def saw(self, credential: CredentialId) -> None:
        """It was shown just now."""
        self._at_ms[credential] = self._clock.now_ms()

    def at_ms(self, credential: CredentialId, written_at_ms: int | None) -> int | None:
        """The newest that is known, with what stands in the register."""
        own = self._at_ms.get(credential)
        return written_at_ms if own is None else max(own, written_at_ms or 0)

    async def write_down(self, connected: Iterable[CredentialId]) -> None:
        """Makes durable what was seen, and that these are connected now.

        Raises:
            IdentityTrouble: the disk failed; nothing is lost by it.
        """
        for credential in connected:
            self.saw(credential)
        seen = dict(self._at_ms)
        refused = await self._keeper.change(lambda register: _rows(register, seen))
        if refused is None:
            self._at_ms = {one: at_ms for one, at_ms in self._at_ms.items() if at_ms > seen.get(one, 0)}


async def keep_sightings(sightings: Sightings, connected: Callable[[], Iterable[CredentialId]]) -> None:
    """Writes them down every few minutes, until cancelled."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            await sightings.write_down(connected())
        except IdentityTrouble as trouble:
            log.warning("sightings_put_off", reason=str(trouble))


def _rows(register: Register, seen: dict[CredentialId, int]) -> Rows:
    return tuple(
        Seen(hash=register.by_id[credential], at_ms=at_ms)
        for credential, at_ms in seen.items()
        if credential in register.by_id
    )
