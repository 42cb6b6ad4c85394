"""What the hub does beside its work: here, when it writes down on how many screens a call was seen."""

import msgspec
import pytest

from queue_server.domain.commands import CallNext, OpenCounter
from queue_server.domain.hall import CounterId, Rules, Screen, ScreenId, ZoneId
from queue_server.domain.model import ActorId, CallNo
from queue_server.halls import Hall
from queue_server.housekeeping import _settle_shown
from queue_server.live.fanout import Fanout
from queue_server.live.presence import PresenceBook
from tests.domain.halls import small_hall
from tests.hub.houses import Bench, running_hub, take

SITI = ActorId("officer:siti")
LOKET = CounterId("1")
SCREENS = tuple(
    Screen(id=ScreenId(screen), zone=ZoneId(zone))
    for screen, zone in (("east-1", "east"), ("east-2", "east"), ("west-1", "west"))
)
ANNOUNCED_WITHIN_MS = Rules().announce_within_ms


@pytest.mark.parametrize(
    ("seen_by", "after_ms", "settled"),
    [
        ((), 0, None),
        ((), ANNOUNCED_WITHIN_MS - 1, None),
        ((), ANNOUNCED_WITHIN_MS, 0),
        (("east-1",), 60_000, None),
        (("east-1",), ANNOUNCED_WITHIN_MS, 1),
        (("east-1", "east-2"), 0, 2),
        (("east-1", "east-2", "west-1"), 0, 2),
    ],
)
async def test_a_call_is_settled_when_all_have_seen_it_or_nobody_will_any_more(
    seen_by: tuple[str, ...], after_ms: int, settled: int | None
) -> None:
    """The last call of a burst has its turn on a screen late: it was not "shown on none"."""
    hall = msgspec.structs.replace(small_hall(), screens=SCREENS)
    async with running_hub(hall=hall) as bench:
        house = _house(bench)
        await bench.wish(OpenCounter(counter=LOKET), by=SITI)
        await bench.wish(take("t1"))
        await bench.wish(CallNext(counter=LOKET, sees=None), by=SITI)
        [call] = [call for calls in bench.hub.state.calls.values() for call in calls]
        for screen in seen_by:
            house.presence.shown(CallNo(call.call), ScreenId(screen))
        bench.clock.advance(after_ms)
        await _settle_shown(house)
        [call] = [call for calls in bench.hub.state.calls.values() for call in calls]

        assert settled == call.shown


def _house(bench: Bench) -> Hall:
    """The hub with its devices and its fan-out around it, as `compose` puts them together."""
    presence = PresenceBook(
        journal_id=bench.hub.journal_id,
        clock=bench.clock,
        name_of=lambda _actor: None,
        on_change=lambda _seat: None,
    )
    return Hall(bench.hub, presence, Fanout(bench.hub, presence))
