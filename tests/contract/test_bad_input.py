"""Rubbish over HTTP: the contract's refusal, never a 500, and nothing changed. Source: contract, "Refusals"."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.house import HALL_PATH, MORNING_MS, House, Refused

BODY_BYTES_MAX = 64 * 1024

POSTS = (
    "/tickets",
    "/tickets/X/return",
    "/tickets/X/reprint",
    "/clock/settle",
    *(
        f"/counters/loket-1/{act}"
        for act in ("open", "pause", "resume", "close", "next", "call", "recall", "start")
    ),
    *(f"/counters/loket-1/{act}" for act in ("finish", "no-show", "park", "transfer", "undo")),
    "//api/v1/session",
    "//api/v1/link",
    "//api/v1/setup",
    "//api/v1/accounts",
)
"""Everything that takes a body."""

NO_JSON: dict[str, bytes] = {
    "a word": b"hello",
    "half an object": b'{"service": "ktp-el"',
    "a comma too many": b'{"service": "ktp-el",}',
    "single quotes": b"{'service': 'ktp-el'}",
    "NaN": b'{"service": NaN}',
    "Infinity": b'{"sees": Infinity}',
    "a number too large": b"1e999",
    "two values": b"{} {}",
    "null": b"null",
    "a list": b"[]",
    "a string": b'"ktp-el"',
    "no UTF-8": b"\xff\xfe{}",
    "UTF-16": '{"service": "ktp-el"}'.encode("utf-16"),
    "a lone surrogate": b'{"service": "\\ud800", "sees": "\\udfff", "code": "\\ud800"}',
    "a byte of nothing": b"\x00",
    "deep lists": b'{"x": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "deep objects": b'{"x":' * 10_000 + b"1" + b"}" * 10_000,
}


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
async def test_what_is_no_object_of_json_is_invalid_everywhere(house: House, body: bytes) -> None:
    """422 at every call that takes a body, with the place of what is wrong."""
    before = await house.journal()
    for path in POSTS:
        answer = await house.call("POST", path, by="admin", body=body)

        assert (422, "INVALID") == (answer.status_code, answer.json()["code"]), path
        assert [{"path", "message"}] == [set(error) for error in answer.json()["errors"]], path
    assert before == await house.journal()


WRONG: tuple[tuple[str, bytes | dict[str, Any], str], ...] = (
    ("/tickets", {}, "$.service"),
    ("/tickets", {"service": None}, "$.service"),
    ("/tickets", {"service": 7}, "$.service"),
    ("/tickets", {"service": ""}, "$.service"),
    ("/tickets", {"service": "x" * 65}, "$.service"),
    ("/tickets", b'{"service": "\xff\xfe"}', "$"),
    ("/tickets", {"service": ["ktp-el"]}, "$.service"),
    ("/tickets", {"service": "ktp-el", "category": "vip"}, "$.category"),
    ("/tickets", {"service": "ktp-el", "language": "Indonesian"}, "$.language"),
    ("/tickets", {"service": "ktp-el", "language": "fr"}, "$.language"),
    ("/tickets", {"service": "ktp-el", "kiosk": "kiosk-99"}, "$.kiosk"),
    ("/counters/loket-1/open", {"take": "yes"}, "$.take"),
    ("/counters/loket-1/pause", {"reason": "football"}, "$.reason"),
    ("/counters/loket-1/next", {"sees": 7}, "$.sees"),
    ("/counters/loket-1/next", {"sees": ""}, "$.sees"),
    ("/counters/loket-1/call", {"sees": None, "ticket": "X", "reason": "a friend"}, "$.reason"),
    ("/counters/loket-1/call", {"sees": None, "reason": "other"}, "$.ticket"),
    ("/counters/loket-1/finish", {"sees": None, "result": "happy"}, "$.result"),
    ("/counters/loket-1/transfer", {"sees": None, "service": "kk"}, "$.place"),
    ("/counters/loket-1/transfer", {"sees": None, "service": "kk", "place": "middle"}, "$.place"),
    ("/counters/loket-1/transfer", {"sees": None, "place": "back"}, "$"),
    ("/tickets/X/return", {"place": "middle"}, "$.place"),
    ("/tickets/X/reprint", {"printer": 7}, "$.printer"),
    ("//api/v1/session", {"name": "siti"}, "$.password"),
    ("//api/v1/accounts", {"name": "ani", "password": "short"}, "$.password"),
)


@pytest.mark.parametrize(("path", "body", "where"), WRONG)
async def test_a_wrong_value_is_invalid_and_named(
    house: House, path: str, body: bytes | dict[str, Any], where: str
) -> None:
    """`errors: [{path, message}]`, so that a program's author sees which key it is."""
    before = await house.journal()

    answer = await house.call("POST", path, by="admin", body=body)

    assert (422, "INVALID") == (answer.status_code, answer.json()["code"])
    assert [where] == [error["path"] for error in answer.json()["errors"]]
    assert before == await house.journal()


async def test_a_value_that_only_the_hall_can_judge_is_named_too(house: House) -> None:
    """A name that is taken, an account that is not there: the same form, with words."""
    ani = {"name": "Ani Petugas", "password": "kuda-lumping-72"}
    await house.ok("POST", "//api/v1/accounts", by="admin", body=ani)
    taken = await house.call("POST", "//api/v1/accounts", by="admin", body=ani)
    nobody = await house.call("PATCH", "//api/v1/accounts/X", by="admin", body={"disabled": True})

    for answer, path in ((taken, "name"), (nobody, "account")):
        problem = answer.json()
        assert (422, "INVALID") == (answer.status_code, problem["code"])
        assert [{"path": path, "message": problem["detail"]}] == problem["errors"]


async def test_a_body_above_64_kib_is_too_large_everywhere(house: House) -> None:
    """One byte above is refused by its announced length; without one, once it has come so far."""
    big = b" " * (BODY_BYTES_MAX + 1)

    async def trickling() -> AsyncIterator[bytes]:
        for _ in range(BODY_BYTES_MAX // 4_096 + 1):
            yield b" " * 4_096

    for path in POSTS:
        announced = await house.refused("POST", path, by="admin", body=big)
        chunked = await house.refused("POST", path, by="admin", body=trickling())

        assert [Refused(413, "TOO_LARGE")] * 2 == [announced, chunked], path


async def test_a_body_of_64_kib_is_taken(house: House) -> None:
    """The bound itself is allowed, with a length and without."""
    body = b'{"service": "ktp-el"}'.ljust(BODY_BYTES_MAX)

    async def chunked() -> AsyncIterator[bytes]:
        yield body[:10]
        yield body[10:]

    numbers = [
        (await house.ok("POST", "/tickets", by="kiosk", body=one))["number"] for one in (body, chunked())
    ]

    assert ["A001", "A002"] == numbers


ODD = ("%00", "%ff%fe", "%F0%9F%8E%AB", "%2e%2e%2f", "a%20b", "%0d%0aX:y", "x" * 65, "x" * 4_000, "'--", "{}")
"""Ids that are none: no bytes of text, too long, out of the folder, into the header, into the query."""

PLACES: tuple[tuple[str, str, object], ...] = (
    ("GET", "//api/v1/halls/{}", b""),
    ("GET", "//api/v1/halls/{}/tickets/X", b""),
    ("GET", "//api/v1/halls/{}/events", b""),
    ("POST", "//api/v1/halls/{}/tickets", {"service": "ktp-el"}),
    ("GET", "/tickets/{}", b""),
    ("DELETE", "/tickets/{}", b""),
    ("POST", "/tickets/{}/return", {}),
    ("POST", "/tickets/{}/reprint", {}),
    ("POST", "/counters/{}/open", {}),
    ("POST", "/counters/{}/next", {"sees": None}),
    ("GET", "//audio/{}", b""),
    ("GET", "//t/{}", b""),
    ("GET", "//static/{}", b""),
    ("GET", "//halls/lamongan/kiosk/{}", b""),
    ("GET", "//halls/{}/manager", b""),
    ("PATCH", "//api/v1/accounts/{}", {"disabled": True}),
)


@pytest.mark.parametrize(("method", "path", "body"), PLACES)
async def test_an_id_of_rubbish_is_unknown(house: House, method: str, path: str, body: object) -> None:
    """404 or 422 (a page may send to the sign-in instead), whatever stands in the address."""
    before = await house.journal()
    for odd in ODD:
        answer = await house.call(method, path.format(odd), by="admin", body=body)

        assert answer.status_code in (303, 307, 404, 405, 422), (
            f"{odd}: {answer.status_code} {answer.text[:200]}"
        )
    assert before == await house.journal()


@pytest.mark.parametrize(
    "query",
    [
        "after=-1",
        "after=x",
        "after=1.5",
        "after=",
        "after=%00",
        "after=99999999999999999",
        "limit=-1",
        "limit=1001",
        "limit=%D9%A3",
    ],
)
async def test_a_journal_page_of_rubbish_is_invalid(house: House, query: str) -> None:
    """Whole numbers in their bounds."""
    assert Refused(422, "INVALID") == await house.refused("GET", f"/events?{query}", by="manager")


@pytest.mark.parametrize("query", ["", "?number=", "?number=" + "A" * 17, "?numero=A001"])
async def test_a_number_of_rubbish_is_invalid(house: House, query: str) -> None:
    """1 to 16 signs."""
    assert Refused(422, "INVALID") == await house.refused("GET", f"/tickets{query}", by="siti")


@pytest.mark.parametrize(
    "shown", ["x", "x" * 5_000, "\xff\xfe", "Bearer", "a b c", "null", "../../etc", "'; DROP TABLE"]
)
async def test_a_wrong_token_opens_nothing(house: House, shown: str) -> None:
    """401 with `WWW-Authenticate`, at every call that looks at it."""
    headers = {b"Authorization": b"Bearer " + shown.encode("latin-1")}
    for method, path, body in (
        ("POST", "/tickets", b'{"service": "ktp-el"}'),
        ("GET", "/events", b""),
        ("GET", "/tickets?number=A001", b""),
        ("POST", "/counters/loket-1/open", b"{}"),
        ("GET", "//api/v1/accounts", b""),
    ):
        answer = await house.call(method, path, body=body, headers=headers)

        assert (401, "UNAUTHENTICATED", "Bearer") == (
            answer.status_code,
            answer.json()["code"],
            answer.headers["www-authenticate"],
        ), path


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/tickets"), ("DELETE", "/counters/loket-1/open"), ("PATCH", "/events"), ("PUT", "//healthz")],
)
async def test_a_wrong_method_is_refused_in_the_same_form(house: House, method: str, path: str) -> None:
    """405 with `Allow`, as a problem document."""
    answer = await house.call(method, path, by="admin")

    assert (405, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert answer.headers["allow"]


@pytest.mark.parametrize("path", ["//api/v1/nothing", "//api/v2/halls", "/nothing", "/counters/loket-1/fly"])
async def test_an_address_of_nothing_is_refused_in_the_same_form(house: House, path: str) -> None:
    """404, as a problem document."""
    assert Refused(404, "NOT_FOUND") == await house.refused("GET", path, by="admin")


RAW: dict[str, bytes] = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no version": b"GET /healthz\r\n\r\n",
    "a length of letters": b"POST %s/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
    "a length below zero": b"POST %s/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    "a length beyond all bounds": b"POST %s/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: "
    + b"9" * 5_000
    + b"\r\n\r\n",
    "two lengths": b"POST %s/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a chunk of letters": b"POST %s/tickets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n",
    "a header with a NUL": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
}


@pytest.mark.parametrize("raw", RAW.values(), ids=RAW)
async def test_bytes_that_are_no_request_never_make_a_500(house: House, raw: bytes) -> None:
    """Refused below the application, or closed; the hub goes on."""
    host, port = house.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(raw.replace(b"%s", HALL_PATH.encode()))
    writer.write_eof()
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()

    status = answer.split(b" ", 2)[1:2]
    assert status in ([], *([code] for code in (b"200", b"400", b"401", b"413", b"422"))), answer
    assert {"status": "alive"} == await house.ok("GET", "//healthz")
    assert MORNING_MS == (await house.take())["issued_at_ms"]
