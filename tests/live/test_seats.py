"""From a hello to a place: which post, which seat, whose screen. That others are turned away: `test_hello.py`."""

from typing import Any

import pytest

from queue_server.live.fanout import SILENT, VIEWS
from queue_server.live.presence import Seat
from queue_server.live.seats import _WAYS, Place, place_for
from queue_server.wire.close_codes import CloseCode
from queue_server.wire.messages import Hello
from tests.live.rig import HOLDERS, open_house
from tests.live.virtual_time import played

S1, S3 = Seat("screen", "s1"), Seat("screen", "s3")

PLACES: list[tuple[str | None, dict[str, Any], Place]] = [
    (None, {"view": "hall"}, Place(("hall", ""), ("hall", ""))),
    (None, {"view": "ticket", "ticket": "mine"}, Place(("ticket", "mine"), ("ticket", "mine"))),
    ("s1", {"view": "display"}, Place(("display", "east"), ("display", "east"), S1, "s1")),
    ("s3", {"view": "display", "zone": "west"}, Place(("display", "west"), ("display", "west"), S3, "s3")),
    # A screen that looks at another zone stands for none of that zone's screens.
    ("s1", {"view": "display", "zone": "west"}, Place(("display", "west"), ("display", "west"))),
    # A device's own token says which screen it is, whatever its page claims.
    ("s1", {"view": "display", "screen": "s3"}, Place(("display", "east"), ("display", "east"), S1, "s1")),
    ("officer", {"view": "display", "zone": "east"}, Place(("display", "east"), ("display", "east"))),
    (
        "officer",
        {"view": "display", "screen": "s3"},
        Place(("display", "west"), ("display", "west"), S3, "s3"),
    ),
    ("s1", {"view": "announcer"}, Place(("announcer", "east"), (SILENT, "east"), Seat("voice", "east"))),
    (
        "s1",
        {"view": "announcer", "zone": "west"},
        Place(("announcer", "west"), (SILENT, "west"), Seat("voice", "west")),
    ),
    ("k1", {"view": "kiosk"}, Place(("kiosk", "k1"), ("kiosk", "k1"), Seat("kiosk", "k1"))),
    # A member of the staff who looks at a kiosk is not the kiosk.
    ("officer", {"view": "kiosk", "kiosk": "k2"}, Place(("kiosk", "k2"), ("kiosk", "k2"))),
    ("p1", {"view": "printer"}, Place(("printer", "p1"), ("printer", "p1"), Seat("printer", "p1"))),
    ("officer", {"view": "counter", "counter": "c1"}, Place(("counter", "c1"), ("counter", "c1"))),
    ("manager", {"view": "manager"}, Place(("manager", ""), ("manager", ""))),
]
"""Token, hello, and where that connection sits."""


@pytest.mark.parametrize(("token", "hello", "expected"), PLACES)
def test_a_hello_finds_its_place(token: str | None, hello: dict[str, Any], expected: Place) -> None:
    """Post and seat; the screen is the one whose "shown" counts."""

    async def scenario() -> None:
        async with open_house() as house:
            await house.take("mine")

            assert expected == place_for(Hello(protocol=1, **hello), HOLDERS[token], house.hall)

    played(scenario())


@pytest.mark.parametrize(
    ("token", "hello", "expected"),
    [
        (None, {"view": "manager"}, CloseCode.UNAUTHENTICATED),
        ("officer", {"view": "manager"}, CloseCode.FORBIDDEN),
        ("of-c2", {"view": "counter", "counter": "c1"}, CloseCode.FORBIDDEN),
        ("of-c2", {"view": "counter", "counter": "c9"}, CloseCode.UNKNOWN),
        (None, {"view": "counter", "counter": "c9"}, CloseCode.UNAUTHENTICATED),
    ],
)
def test_who_comes_before_what(token: str | None, hello: dict[str, Any], expected: CloseCode) -> None:
    """A stranger does not learn which counters there are. Source: contract, "Order of precedence"."""

    async def scenario() -> None:
        async with open_house() as house:
            assert expected is place_for(Hello(protocol=1, **hello), HOLDERS[token], house.hall)

    played(scenario())


def test_every_view_has_its_way_and_every_post_its_view() -> None:
    """The tables of seats and of fan-out name the same views."""
    assert set(_WAYS) == set(VIEWS) - {SILENT} == {view for view, _ in VIEWS.values()}
