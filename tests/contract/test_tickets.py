"""Tickets over HTTP: take, read, find, cancel, return, reprint. Source: contract, the table of calls and "Ticket view"."""

import pytest

from tests.contract.house import HALL_PATH, MORNING_MS, House, Refused
from tests.contract.shapes import CATEGORIES, TICKET_VIEW, mistakes

ISSUED = {
    "number": "A001",
    "service": "ktp-el",
    "category": "regular",
    "state": "waiting",
    "ahead": 0,
    "estimate": None,
    "counter": None,
    "issued_at_ms": MORNING_MS,
    "called_at_ms": None,
    "calls": 0,
}


async def test_a_ticket_is_201_with_its_address_and_its_view(house: House) -> None:
    """`POST …/tickets`: 201, the ticket view, `Location`; what is at that address is the same view."""
    answer = await house.call("POST", "/tickets", by="kiosk", body={"service": "ktp-el"})
    ticket = answer.json()
    found = await house.ok("GET", f"/tickets/{ticket['id']}")

    assert 201 == answer.status_code
    assert f"{HALL_PATH}/tickets/{ticket['id']}" == answer.headers["location"]
    assert {} == mistakes(TICKET_VIEW, ticket)
    assert {key: ticket[key] for key in ISSUED} == ISSUED
    assert ticket == found


async def test_an_id_is_unguessable_and_never_the_same(house: House) -> None:
    """128 random bits: 22 signs of base 64."""
    ids = [(await house.take())["id"] for _ in range(20)]

    assert 20 == len(set(ids))
    assert {22} == {len(one) for one in ids}


async def test_numbers_count_on_by_prefix(house: House) -> None:
    """`A007`: the service's prefix and the next number of today; services that share a prefix share its numbers."""
    services = ["ktp-el", "kk", "ktp-el", "akta-kelahiran", "akta-kematian"]

    assert ["A001", "B001", "A002", "C001", "C002"] == [(await house.take(one))["number"] for one in services]


@pytest.mark.parametrize("category", sorted(CATEGORIES))
async def test_every_category_is_taken_and_given_back(house: House, category: str) -> None:
    """Regular and the six groups that go first."""
    assert category == (await house.take(category=category))["category"]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("kiosk", 201),
        ("siti", 201),
        ("manager", 201),
        ("admin", 201),
        (None, Refused(401, "UNAUTHENTICATED")),
        ("screen", Refused(403, "FORBIDDEN")),
        ("printer", Refused(403, "FORBIDDEN")),
    ],
)
async def test_tickets_are_for_kiosks_and_staff(
    house: House, by: str | None, expected: int | Refused
) -> None:
    """Anyone only where the hall allows remote tickets, which the example does not."""
    asked = {"service": "ktp-el"}
    if isinstance(expected, Refused):
        assert expected == await house.refused("POST", "/tickets", by=by, body=asked)
    else:
        assert expected == (await house.call("POST", "/tickets", by=by, body=asked)).status_code


async def test_ahead_counts_those_who_would_be_called_before(house: House) -> None:
    """One priority, then up to two regular: the third regular citizen waits for one elderly."""
    _, _, last = [await house.take() for _ in range(3)]
    elderly = await house.take(category="elderly")

    assert [2, 0] == [last["ahead"], elderly["ahead"]]
    assert 3 == (await house.ok("GET", f"/tickets/{last['id']}"))["ahead"]


async def test_a_ticket_in_a_language_keeps_it(house: House) -> None:
    """One that the hall speaks; its first where none is named."""
    assert ["en", "id"] == [(await house.take(language="en"))["language"], (await house.take())["language"]]


async def test_a_citizen_may_give_a_ticket_up(house: House) -> None:
    """`DELETE`, for whoever knows the id: 200, the ticket view, `cancelled`; then the line is without him."""
    first, second = await house.take(), await house.take()

    answer = await house.call("DELETE", f"/tickets/{first['id']}")

    assert (200, "cancelled", None) == (
        answer.status_code,
        answer.json()["state"],
        answer.json()["ahead"],
    )
    assert 0 == (await house.ok("GET", f"/tickets/{second['id']}"))["ahead"]
    assert ["TicketIssued", "PrintRequested", "TicketCancelled"] == await house.told_of(first["id"])
    assert Refused(409, "WRONG_STATE") == await house.refused("DELETE", f"/tickets/{first['id']}")


async def test_an_officer_finds_today_s_ticket_by_its_number(house: House) -> None:
    """`GET …/tickets?number=A001`; not by a number of nobody."""
    ticket = await house.take()

    assert ticket == await house.ok("GET", "/tickets?number=A001", by="siti")
    assert Refused(404, "UNKNOWN_TICKET") == await house.refused("GET", "/tickets?number=A002", by="siti")


@pytest.mark.parametrize(
    ("by", "expected"), [(None, Refused(401, "UNAUTHENTICATED")), ("kiosk", Refused(403, "FORBIDDEN"))]
)
async def test_a_number_is_no_secret_so_only_officers_look_it_up(
    house: House, by: str | None, expected: Refused
) -> None:
    """It would tell anyone the category and the id behind a number on the screen."""
    await house.take()

    assert expected == await house.refused("GET", "/tickets?number=A001", by=by)


@pytest.mark.parametrize("how", ["park", "no-show"])
async def test_a_parked_or_missed_ticket_waits_again(house: House, how: str) -> None:
    """`POST …/tickets/{id}/return`: 200, where its arrival puts it."""
    first, second = await house.take(), await house.take()
    await house.at_desk("open")
    await house.at_desk("next", sees=None)
    away = await house.at_desk(how, sees=first["id"])

    back = await house.ok("POST", f"/tickets/{first['id']}/return", by="siti")

    assert {"park": "parked", "no-show": "no_show"}[how] == away["ticket"]["state"]
    assert ("waiting", 0, "A001") == (back["state"], back["ahead"], back["number"])
    assert 1 == (await house.ok("GET", f"/tickets/{second['id']}"))["ahead"]


async def test_a_waiting_ticket_does_not_return(house: House) -> None:
    """Only from parked and no-show."""
    ticket = await house.take()

    assert Refused(409, "WRONG_STATE") == await house.refused(
        "POST", f"/tickets/{ticket['id']}/return", by="siti"
    )


async def test_the_paper_comes_again_marked_as_a_copy(house: House) -> None:
    """`POST …/tickets/{id}/reprint`: 200 and a second job for the same printer, a copy."""
    ticket = await house.take()

    again = await house.ok("POST", f"/tickets/{ticket['id']}/reprint", by="siti")
    asked = [entry["data"] for entry in await house.journal() if entry["type"] == "PrintRequested"]

    assert ticket["id"] == again["id"]
    assert [("printer-1", False), ("printer-1", True)] == [
        (job["printer"], job.get("is_copy", False)) for job in asked
    ]


@pytest.mark.parametrize("what", ["return", "reprint"])
@pytest.mark.parametrize(
    ("by", "expected"), [(None, Refused(401, "UNAUTHENTICATED")), ("kiosk", Refused(403, "FORBIDDEN"))]
)
async def test_returning_and_reprinting_are_for_officers(
    house: House, what: str, by: str | None, expected: Refused
) -> None:
    """A citizen asks at a counter or at the greeter's."""
    ticket = await house.take()

    assert expected == await house.refused("POST", f"/tickets/{ticket['id']}/{what}", by=by)
