"""The short descriptions that several views begin with."""

import pytest

from queue_server.domain.hall import AgencyId, CounterId, ZoneId
from queue_server.domain.model import ActorId, TicketId
from queue_server.views.heads import (
    agency_heads,
    counter_summaries,
    device_head,
    hall_head,
    number_of,
    officer_head,
    zone_heads,
    zone_name,
)
from queue_server.views.presence import Device
from queue_server.wire.shapes import AgencyHead, DeviceHead, HallHead, OfficerHead, ZoneHead
from tests.views.build import HALL, T0, names
from tests.views.morning import PRESENCE, morning


def test_a_hall_is_its_id_name_zone_of_time_and_languages() -> None:
    """Source: contract, "Hall view"."""
    expected = HallHead(id="lamongan", name="MPP Lamongan", timezone="Asia/Jakarta", languages=["id", "en"])

    assert expected == hall_head(HALL)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (None, ["dukcapil", "police", "idle"]),
        (frozenset({"idle", "dukcapil"}), ["dukcapil", "idle"]),
        (frozenset[str](), []),
        (frozenset({"unknown"}), []),
    ],
)
def test_agencies_keep_the_configurations_order(
    wanted: frozenset[AgencyId] | None, expected: list[str]
) -> None:
    """All of them, or those that are wanted."""
    assert expected == [agency.id for agency in agency_heads(HALL, wanted)]


def test_names_are_by_language() -> None:
    """An agency and a zone carry theirs in every language of the hall."""
    assert AgencyHead(id="dukcapil", name=names("dukcapil")) == agency_heads(HALL)[0]
    assert ZoneHead(id="east", name=names("east")) == zone_heads(HALL)[0]


@pytest.mark.parametrize(("zone", "expected"), [("west", names("west")), ("north", None), ("", None)])
def test_a_zone_is_known_by_its_name_or_not_at_all(zone: str, expected: dict[str, str] | None) -> None:
    """None is what the display and the announcer turn away by."""
    assert expected == zone_name(HALL, ZoneId(zone))


def test_counters_are_summed_up_in_the_given_order() -> None:
    """What anyone may know: no officer, no reason of a pause, no ticket but its number."""
    one, three = counter_summaries(morning(), (HALL.counters[0], HALL.counters[2]))

    assert ("c1", "Loket 1", "east", "open", "A011", ["ktp", "kk"]) == (
        one.id,
        one.name,
        one.zone,
        one.state,
        one.number,
        one.services,
    )
    assert ("c3", "paused", None) == (three.id, three.state, three.number)
    assert ("id", "name", "zone", "state", "number", "services") == type(one).__struct_fields__


def test_nobody_in_hand_has_no_number() -> None:
    """None, not an empty text."""
    in_hand = morning().counters[CounterId("c2")].ticket

    assert ["A009", None] == [number_of(morning(), ticket) for ticket in (in_hand, None)]
    assert TicketId("served") == in_hand


@pytest.mark.parametrize(
    ("officer", "expected"),
    [
        ("o1", OfficerHead(id="o1", name="Siti")),
        ("stranger", OfficerHead(id="stranger", name="")),
        (None, None),
    ],
)
def test_an_officer_without_a_name_is_shown_as_unknown(
    officer: ActorId | None, expected: OfficerHead | None
) -> None:
    """An account that was removed leaves its id; an empty desk leaves nobody."""
    assert expected == officer_head(PRESENCE, officer)


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        (Device(status="failed", detail="jam", since_ms=T0), ("failed", "jam", T0)),
        (None, ("offline", "", 0)),
    ],
)
def test_a_device_is_as_it_says_and_offline_where_it_never_came(
    device: Device | None, expected: tuple[str, str, int]
) -> None:
    """The hub's own word for one that it never saw."""
    head = device_head("p1", device)

    assert ("p1", *expected) == (head.id, head.status, head.detail, head.since_at_ms)
    assert isinstance(head, DeviceHead)
