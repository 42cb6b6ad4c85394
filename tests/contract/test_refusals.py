"""Every refusal of the contract, reached over HTTP, and the order in which they come.

Each is a problem document (RFC 9457) with a `code` and a `detail`, and the journal is the same before and after
(`House.refused`). Source: contract, "Refusals".
"""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from queue_server.domain.refusals import Refusal
from queue_server.web.problems import STATUS
from tests.contract.house import House, Refused, problem_of, running_house

CONTRACT = {
    401: {"UNAUTHENTICATED"},
    403: {"FORBIDDEN"},
    404: {"UNKNOWN_HALL", "UNKNOWN_SERVICE", "UNKNOWN_COUNTER", "UNKNOWN_TICKET"},
    409: {
        "SERVICE_CLOSED",
        "LINE_FULL",
        "COUNTER_CLOSED",
        "COUNTER_PAUSED",
        "COUNTER_TAKEN",
        "NOT_YOUR_COUNTER",
        "NO_TICKET_IN_HAND",
        "STALE_VIEW",
        "WRONG_STATE",
        "EXPIRED",
    },
    413: {"TOO_LARGE"},
    422: {"INVALID", "KEY_REUSED"},
    429: {"TOO_MANY"},
    503: {"BUSY", "OUTCOME_UNKNOWN"},
}
"""As the contract lists them."""

OWN = {"UNKNOWN_CALL", "UNKNOWN_JOB"}
"""Of the devices' reports, which have no HTTP call."""

Way = Callable[[House], Awaitable[Refused]]

TICKET = {"service": "ktp-el"}
NEXT = "/counters/loket-1/next"
BIG = b'{"service": "ktp-el", "x": "' + b"x" * (64 * 1024) + b'"}'


def test_every_code_has_the_contract_s_status() -> None:
    """No more and no fewer, but for the devices' own."""
    by_status: dict[int, set[str]] = {}
    for code in Refusal:
        if code not in OWN:
            by_status.setdefault(STATUS[code], set()).add(str(code))

    assert CONTRACT == by_status


async def _unauthenticated(house: House) -> Refused:
    return await house.refused("POST", "/tickets", body=TICKET)


async def _wrong_token(house: House) -> Refused:
    wrong = {b"Authorization": b"Bearer of-nobody"}
    return await house.refused("GET", "/tickets?number=A001", headers=wrong)


async def _forbidden(house: House) -> Refused:
    return await house.refused("POST", NEXT, by="kiosk", body={"sees": None})


async def _unknown_hall(house: House) -> Refused:
    return await house.refused("GET", "//api/v1/halls/nowhere")


async def _unknown_service(house: House) -> Refused:
    return await house.refused("POST", "/tickets", by="kiosk", body={"service": "nothing"})


async def _unknown_counter(house: House) -> Refused:
    return await house.refused("POST", "/counters/loket-99/open", by="siti", body={})


async def _unknown_ticket(house: House) -> Refused:
    return await house.refused("GET", "/tickets/of-nobody")


async def _counter_closed(house: House) -> Refused:
    return await house.refused("POST", NEXT, by="siti", body={"sees": None})


async def _counter_paused(house: House) -> Refused:
    await house.at_desk("open")
    await house.at_desk("pause")
    return await house.refused("POST", NEXT, by="siti", body={"sees": None})


async def _counter_taken(house: House) -> Refused:
    await house.at_desk("open")
    return await house.refused("POST", "/counters/loket-1/open", by="budi", body={})


async def _not_your_counter(house: House) -> Refused:
    await house.at_desk("open")
    return await house.refused("POST", NEXT, by="budi", body={"sees": None})


async def _no_ticket_in_hand(house: House) -> Refused:
    await house.at_desk("open")
    return await house.refused("POST", "/counters/loket-1/finish", by="siti", body={"sees": None})


async def _stale_view(house: House) -> Refused:
    ticket = await house.take()
    await house.at_desk("open")
    return await house.refused("POST", NEXT, by="siti", body={"sees": ticket["id"]})


async def _wrong_state(house: House) -> Refused:
    ticket = await house.take()
    return await house.refused("POST", f"/tickets/{ticket['id']}/return", by="siti")


async def _expired(house: House) -> Refused:
    return await house.refused("POST", "/tickets", by="kiosk", body=TICKET, age_ms=15_001)


async def _too_large(house: House) -> Refused:
    return await house.refused("POST", "/tickets", by="kiosk", body=BIG)


async def _invalid(house: House) -> Refused:
    return await house.refused("POST", "/tickets", by="kiosk", body={"service": 7})


async def _key_reused(house: House) -> Refused:
    await house.ok("POST", "/tickets", by="kiosk", body=TICKET, key="k")
    return await house.refused("POST", "/tickets", by="kiosk", body={"service": "kk"}, key="k")


REACHED: dict[str, tuple[int, Way]] = {
    "UNAUTHENTICATED": (401, _unauthenticated),
    "UNAUTHENTICATED by a wrong token": (401, _wrong_token),
    "FORBIDDEN": (403, _forbidden),
    "UNKNOWN_HALL": (404, _unknown_hall),
    "UNKNOWN_SERVICE": (404, _unknown_service),
    "UNKNOWN_COUNTER": (404, _unknown_counter),
    "UNKNOWN_TICKET": (404, _unknown_ticket),
    "COUNTER_CLOSED": (409, _counter_closed),
    "COUNTER_PAUSED": (409, _counter_paused),
    "COUNTER_TAKEN": (409, _counter_taken),
    "NOT_YOUR_COUNTER": (409, _not_your_counter),
    "NO_TICKET_IN_HAND": (409, _no_ticket_in_hand),
    "STALE_VIEW": (409, _stale_view),
    "WRONG_STATE": (409, _wrong_state),
    "EXPIRED": (409, _expired),
    "TOO_LARGE": (413, _too_large),
    "INVALID": (422, _invalid),
    "KEY_REUSED": (422, _key_reused),
}
ELSEWHERE = {"SERVICE_CLOSED", "LINE_FULL", "TOO_MANY", "BUSY", "OUTCOME_UNKNOWN"}
"""In a house of their own, below; OUTCOME_UNKNOWN in `tests/web/test_trouble.py`."""


@pytest.mark.parametrize(("name", "row"), REACHED.items())
async def test_a_refusal_is_reached_and_changes_nothing(
    house: House, name: str, row: tuple[int, Way]
) -> None:
    """Each by an ordinary request."""
    status, way = row

    assert Refused(status, name.partition(" ")[0]) == await way(house)


def test_no_refusal_is_left_out() -> None:
    """The table above and the tests below reach all of the contract's."""
    reached = {name.partition(" ")[0] for name in REACHED} | ELSEWHERE

    assert set().union(*CONTRACT.values()) == reached


async def test_outside_its_hours_a_service_is_closed(tmp_path: Path) -> None:
    """SERVICE_CLOSED: at 18:00 nothing is open."""
    async with running_house(tmp_path, is_always_open=False) as house:
        house.clock.advance(9 * 3_600_000)

        answer = await house.call("POST", "/tickets", by="kiosk", body=TICKET)

        assert Refused(409, "SERVICE_CLOSED") == problem_of(answer)
        assert {False} == {service["open"] for service in (await house.ok("GET", ""))["services"]}


async def test_a_full_line_takes_nobody(tmp_path: Path) -> None:
    """LINE_FULL: at the configured length; another service's line is another."""
    async with running_house(tmp_path, changes={"line_max = 999": "line_max = 2"}, env={}) as house:
        await house.take()
        await house.take()

        assert Refused(409, "LINE_FULL") == await house.refused("POST", "/tickets", by="kiosk", body=TICKET)
        assert "B001" == (await house.take("kk"))["number"]


@pytest.mark.parametrize("is_over_http", [True, False])
async def test_a_kiosk_that_never_stops_is_told_to_wait(tmp_path: Path, is_over_http: bool) -> None:
    """TOO_MANY with `Retry-After`, whichever way it comes; after that time it goes on."""
    changes = {"tickets_per_minute = 30": "tickets_per_minute = 2"}
    async with (
        running_house(tmp_path, changes=changes, env={}) as house,
        house.socket(view="kiosk", by="kiosk") as socket,
    ):
        for _ in range(2):
            await house.take()
        if is_over_http:
            answer = await house.call("POST", "/tickets", by="kiosk", body=TICKET)
            assert Refused(429, "TOO_MANY") == problem_of(answer)
            wait_s = int(answer.headers["retry-after"])
        else:
            outcome = await socket.command("take_ticket", id="k", **TICKET)
            assert (False, "TOO_MANY") == (outcome["accepted"], outcome.get("code"))
            wait_s = outcome["retry_after_ms"] / 1_000
        assert 0 < wait_s <= 60
        house.clock.advance(60_000)
        assert "A003" == (await house.take())["number"]


async def test_a_store_that_cannot_write_is_busy(tmp_path: Path) -> None:
    """BUSY with `Retry-After`, and not ready for the load balancer; nothing changed, and it goes on afterwards."""
    async with running_house(tmp_path) as house:
        before = await house.journal()
        with closing(sqlite3.connect(tmp_path / "data" / "antrean.db", isolation_level=None)) as foreign:
            foreign.execute("BEGIN IMMEDIATE")
            answer = await house.call("POST", "/tickets", by="kiosk", body=TICKET, key="k")
            ready = await house.call("GET", "//readyz")
            foreign.execute("ROLLBACK")

        assert Refused(503, "BUSY") == problem_of(answer)
        assert 1 <= int(answer.headers["retry-after"])
        assert 503 == ready.status_code
        assert before == await house.journal()
        assert "A001" == (await house.ok("POST", "/tickets", by="kiosk", body=TICKET, key="k"))["number"]
        assert 200 == (await house.call("GET", "//readyz")).status_code


Request = tuple[str, str, dict[str, Any]]


def _request(path: str, body: object, **more: Any) -> Request:
    return "POST", path, {"body": body, **more}


ORDER: tuple[tuple[str, Request, Refused], ...] = (
    (
        "size before who",
        _request("/tickets", BIG),
        Refused(413, "TOO_LARGE"),
    ),
    ("shape before who", _request("/tickets", {"service": 7}), Refused(422, "INVALID")),
    (
        "the shape of the key is shape",
        _request("/tickets", TICKET, key="a b"),
        Refused(422, "INVALID"),
    ),
    (
        "the shape of the key before a wrong token",
        _request("/tickets", TICKET, headers={b"Idempotency-Key": b"", b"Authorization": b"Bearer x"}),
        Refused(422, "INVALID"),
    ),
    (
        "the shape of the age is shape",
        _request("/tickets", TICKET, headers={b"Command-Age-Ms": b"soon"}),
        Refused(422, "INVALID"),
    ),
    (
        "a transfer to nowhere is shape",
        _request("/counters/loket-1/transfer", {"sees": None, "place": "back"}),
        Refused(422, "INVALID"),
    ),
    (
        "the shape of a question is shape",
        ("GET", "/events?after=x", {}),
        Refused(422, "INVALID"),
    ),
    ("and of a number", ("GET", "/tickets?number=", {}), Refused(422, "INVALID")),
    (
        "shape before an unknown hall",
        ("POST", "//api/v1/halls/nowhere/tickets", {"by": "siti", "body": {"service": 7}}),
        Refused(422, "INVALID"),
    ),
    (
        "who before an unknown hall",
        ("POST", "//api/v1/halls/nowhere/tickets", {"body": TICKET}),
        Refused(401, "UNAUTHENTICATED"),
    ),
    (
        "the wrong role before an unknown hall",
        ("POST", "//api/v1/halls/nowhere/counters/loket-1/open", {"by": "kiosk", "body": {}}),
        Refused(403, "FORBIDDEN"),
    ),
    (
        "who before an unknown hall's journal",
        ("GET", "//api/v1/halls/nowhere/events", {"by": "siti"}),
        Refused(403, "FORBIDDEN"),
    ),
    (
        "who before the stored key",
        _request("/tickets", {"service": "kk"}, key="used"),
        Refused(401, "UNAUTHENTICATED"),
    ),
    (
        "the stored key before EXPIRED",
        _request("/tickets", {"service": "kk"}, by="siti", key="used", age_ms=60_000),
        Refused(422, "KEY_REUSED"),
    ),
    (
        "EXPIRED before unknown things",
        _request("/counters/loket-99/open", {}, by="siti", age_ms=60_000),
        Refused(409, "EXPIRED"),
    ),
    (
        "EXPIRED before an unknown service",
        _request("/tickets", {"service": "nothing"}, by="siti", age_ms=60_000),
        Refused(409, "EXPIRED"),
    ),
    (
        "unknown things before STALE_VIEW",
        _request(
            "/counters/loket-1/call", {"sees": "X", "ticket": "of-nobody", "reason": "other"}, by="siti"
        ),
        Refused(404, "UNKNOWN_TICKET"),
    ),
    (
        "STALE_VIEW before a counter that is closed",
        _request(NEXT, {"sees": "X"}, by="siti"),
        Refused(409, "STALE_VIEW"),
    ),
    (
        "a counter that is closed before the ticket's state",
        _request("/counters/loket-1/finish", {"sees": None}, by="siti"),
        Refused(409, "COUNTER_CLOSED"),
    ),
)
"""Each request deserves the refusals of its own step and of at least one later step."""


@pytest.mark.parametrize(("rule", "asked", "expected"), ORDER, ids=[rule for rule, _, _ in ORDER])
async def test_refusals_come_in_one_order(house: House, rule: str, asked: Request, expected: Refused) -> None:
    """Size and shape, who, stored key, `EXPIRED`, unknown things, `STALE_VIEW`, states."""
    await house.ok("POST", "/tickets", by="siti", body=TICKET, key="used")
    method, path, more = asked

    assert expected == await house.refused(method, path, **more), rule
