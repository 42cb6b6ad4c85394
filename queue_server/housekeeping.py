"""What the hub does once a second beside its work: keeps house in the journal, settles what was shown, tells of clocks."""

import asyncio

import structlog

from queue_server.clock import Clock
from queue_server.deciding import TIME_ACTOR
from queue_server.directory import HallDirectory
from queue_server.domain.commands import RecordShown
from queue_server.domain.model import VoiceState
from queue_server.errors import NotStored, StoreStopped
from queue_server.halls import Hall, Halls
from queue_server.journal.base import Journal
from queue_server.wishes import Wish

EVERY_MS = 1_000

log = structlog.get_logger(__name__)


async def keep_house(halls: Halls, journal: Journal, clock: Clock) -> None:
    """Until cancelled. A journal that can no longer be trusted raises, and the hub stops."""
    while True:
        await asyncio.sleep(EVERY_MS / 1000)
        is_clock_well = True
        for hall in halls.all():
            doubt = hall.hub.clock_doubt
            is_clock_well = is_clock_well and doubt is None
            hall.presence.clock_in_doubt(is_in_doubt=doubt is not None)
            await _settle_shown(hall)
        if is_clock_well:
            try:
                await journal.maintain(clock.now_ms())
            except NotStored as trouble:
                log.warning("housekeeping_put_off", reason=str(trouble))


async def keep_halls(halls: Halls, directory: HallDirectory) -> None:
    """Until cancelled: hears of halls that other nodes added or removed, and closes what nobody uses."""
    while True:
        await asyncio.sleep(EVERY_MS / 1000)
        try:
            await directory.look_if_due()
        except (NotStored, StoreStopped) as trouble:
            log.warning("halls_not_listed", reason=str(trouble))
        await halls.tend()


async def _settle_shown(hall: Hall) -> None:
    """Journals, once per call, on how many of its zone's screens it was seen.

    At once where all have reported. Where some have not, only when the call is too old to be announced: of calls made at
    once a screen shows one after the other, each for some seconds, and the last of ten has its turn after a minute.
    """
    state = hall.hub.state
    now_ms = hall.hub.now_ms()
    for zone, calls in state.calls.items():
        screens = frozenset(screen.id for screen in state.hall.screens if screen.zone == zone)
        for call in calls:
            if call.shown is not None or call.voice is VoiceState.WITHDRAWN or not screens:
                continue
            seen = hall.presence.snapshot().shown.get(call.call, frozenset()) & screens
            is_past = now_ms - call.called_at_ms >= state.hall.rules.announce_within_ms
            if len(seen) == len(screens) or is_past:
                command = RecordShown(call=call.call, shown=len(seen), screens=len(screens))
                await hall.hub.submit(Wish(command=command, by=TIME_ACTOR))
