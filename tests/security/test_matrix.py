"""Nobody gets in who may not (promise S4): every role at every address, command and view of one real application.

What is asked for is read from the product's own tables, what must come of it stands below, written by hand: a new
route, command or view fails until it has its row. `tests/identity/test_permissions.py` holds the same of the pure rule;
here a door that forgot to ask it would be found out.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest
from starlette.routing import Mount, Route, WebSocketRoute

from queue_server.identity.permissions import PERMISSIONS
from queue_server.intake import ENTRANCES
from queue_server.live.seats import _WAYS
from queue_server.wire.close_codes import CloseCode
from queue_server.wire.messages import ViewName
from tests.contract.house import House, running_house
from tests.pace import allowed
from tests.security.matrix import (
    ADDRESSES,
    BODY,
    COMMANDS,
    FRAME,
    HELLO,
    PATH,
    QUERY,
    STRANGER,
    VIEWS,
    WHO,
)
from tests.web.doors import doors

FOREIGN_ORIGINS = (
    "http://evil.example",
    "null",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "http://localhost:8000",
    "ftp://{host}",
    "http://{host}.evil.example",
    "http://{host}@evil.example",
    "http://evil.example#{host}",
    "http://{host}/",
)

CLOSED_WITHIN_S = 2.0
"""Source: promise S4."""

PERSON = {"name": "Rini", "password": "kata-sandi-panjang", "role": "officer"}

LOSSES: Mapping[str, Mapping[str, object] | None] = {
    "the account is closed": {"disabled": True},
    "another role": {"role": "manager"},
    "another password": {"password": "kata-sandi-yang-lain"},
    "signed out in another window": None,
}
"""Each takes the credential away that a socket was opened with."""


async def addresses_of(folder: Path) -> set[str]:
    """METHOD and path of every route that the application has."""
    async with doors(folder) as (app, _):
        assert not [route for route in app.routes if not isinstance(route, Route | WebSocketRoute | Mount)]
        return {
            f"{method} {route.path}"
            for route in app.routes
            if isinstance(route, Route)
            for method in (route.methods or set()) - {"HEAD"}
        }


def rows() -> dict[str, str]:
    """Address to the letters of those who get in."""
    return {line.strip(): who for who, lines in ADDRESSES.items() for line in lines.strip().splitlines()}


@pytest.mark.promise("S4")
async def test_every_address_command_and_view_has_its_row(tmp_path: Path) -> None:
    """A new one is nobody's until somebody has written down whose it is. (The pages' files are everyone's.)"""
    found = {address for address in await addresses_of(tmp_path) if not address.startswith("GET /static/")}

    assert found == set(rows())
    assert set(ENTRANCES) == set(COMMANDS) == set(COMMANDS) & set(PERMISSIONS)
    assert set(_WAYS) == set(VIEWS) == set(get_args(ViewName))


@pytest.mark.promise("S4")
async def test_every_role_at_every_address_gets_in_or_is_turned_away_as_written(tmp_path: Path) -> None:
    """401 where nothing was shown, 403 where the wrong thing was; pages send to the sign-in."""
    wrong: list[str] = []
    async with running_house(tmp_path) as house:
        for address, allowed in rows().items():
            method, _, path = address.partition(" ")
            for letter, by in WHO.items():
                answer = await house.call(
                    method,
                    f"/{path.format(**PATH)}{QUERY.get(address, '')}",
                    by=by,
                    body=b"" if method in ("GET", "DELETE") else BODY | ({} if allowed else STRANGER),
                )
                code = (
                    answer.json().get("code") if "problem" in answer.headers.get("content-type", "") else ""
                )
                is_sent_away = answer.headers.get("location", "").startswith("/sign-in")
                expected = _refusal_at(address, letter, allowed)
                actual = "sign-in" if is_sent_away else _only_about_rights(code)
                if expected != actual or answer.status_code >= 500:
                    wrong.append(f"{address} by {by}: {answer.status_code} {code}, not {expected or 'in'}")

    assert [] == wrong


@pytest.mark.promise("S4")
async def test_every_role_with_every_command_on_a_socket(tmp_path: Path) -> None:
    """The same commands on the way that asks for no address."""
    wrong: list[str] = []
    async with running_house(tmp_path) as house:
        for letter, by in WHO.items():
            async with house.socket(view="hall", by=by) as socket:
                for command, allowed in COMMANDS.items():
                    more = {**FRAME, "place": "original"} if command == "return_ticket" else FRAME
                    outcome = await socket.command(command, id=f"{command}-{letter}", **more)
                    expected = "" if letter in allowed else _no(letter)
                    if expected != _only_about_rights(outcome.get("code")):
                        wrong.append(f"{command} by {by}: {outcome}, not {expected or 'in'}")

    assert [] == wrong


@pytest.mark.promise("S4")
async def test_every_role_with_every_view(tmp_path: Path) -> None:
    """A view, or the bye that says why not; a ticket that is not there is told so to everybody alike."""
    wrong: list[str] = []
    codes = {"UNAUTHENTICATED": CloseCode.UNAUTHENTICATED, "FORBIDDEN": CloseCode.FORBIDDEN}
    async with running_house(tmp_path) as house:
        for view, allowed in VIEWS.items():
            for letter, by in WHO.items():
                token = None if by is None else await house.token(by)
                async with house.socket() as socket:
                    await socket.send(type="hello", protocol=1, token=token, view=view, **HELLO)
                    first = await socket.next()
                seen = CloseCode.UNKNOWN if view == "ticket" else None
                expected = seen if letter in allowed else codes[_no(letter)]
                if expected != first.get("code"):
                    wrong.append(
                        f"{view} for {by}: {first.get('code', 'a view')}, not {expected or 'a view'}"
                    )

    assert [] == wrong


@pytest.mark.promise("S4")
async def test_ten_foreign_pages_do_nothing_with_an_officers_cookie(tmp_path: Path) -> None:
    """Neither over HTTP nor on a socket, and the journal stays as it was; our own page does both."""
    async with running_house(tmp_path) as house:
        cookie, _ = await _signed_in(house)
        host = house.url.removeprefix("http://")
        before = await house.journal()
        origins = [origin.format(host=host) for origin in FOREIGN_ORIGINS]
        answers = [await _with_cookie(house, cookie, origin) for origin in origins]
        unchanged = before == await house.journal()
        ours = await _with_cookie(house, cookie, house.url)

    assert [(origin, 403, CloseCode.UNAUTHENTICATED) for origin in origins] == [
        (origin, *answer) for origin, answer in zip(origins, answers, strict=True)
    ]
    assert unchanged
    assert (200, None) == ours


@pytest.mark.promise("S4")
@pytest.mark.parametrize("way", LOSSES)
async def test_who_loses_the_right_loses_the_socket_within_two_seconds(tmp_path: Path, way: str) -> None:
    """Before his next beat and without a command of his; the same cookie then opens nothing any more."""
    async with running_house(tmp_path) as house:
        cookie, account = await _signed_in(house)
        headers = {b"Cookie": cookie, b"Origin": house.url.encode()}
        async with house.socket(headers=headers, view="counter", counter="loket-1") as socket:
            began_s = time.monotonic()
            if (change := LOSSES[way]) is None:
                await house.call("DELETE", "//api/v1/session", headers=headers)
            else:
                await house.ok("PATCH", f"//api/v1/accounts/{account}", by="admin", body=change)
            bye, closed_with = await socket.ending()
            took_s = time.monotonic() - began_s
        again = await house.call("POST", "/counters/loket-1/open", headers=headers, body={})

    assert (CloseCode.UNAUTHENTICATED, CloseCode.UNAUTHENTICATED) == (bye["code"], closed_with)
    assert took_s <= allowed(CLOSED_WITHIN_S)
    assert 401 == again.status_code


async def _signed_in(house: House) -> tuple[bytes, str]:
    """An officer's session cookie, and his account."""
    accounts = await house.ok("POST", "//api/v1/accounts", by="admin", body=PERSON)
    answer = await house.call("POST", "//api/v1/session", body=PERSON)
    account = next(one["account"] for one in accounts if one["name"] == PERSON["name"])
    return answer.headers["set-cookie"].partition(";")[0].encode(), account


async def _with_cookie(house: House, cookie: bytes, origin: str) -> tuple[int, int | None]:
    """What a page of this origin gets with the cookie: an HTTP status, and the code of a socket's bye."""
    headers = {b"Cookie": cookie, b"Origin": origin.encode()}
    answer = await house.call("POST", "/counters/loket-1/open", headers=headers, body={})
    async with house.socket(headers=headers) as socket:
        await socket.send(type="hello", protocol=1, view="counter", counter="loket-1")
        first = await socket.next()
    return answer.status_code, first.get("code")


def _no(letter: str) -> str:
    return "UNAUTHENTICATED" if letter == "a" else "FORBIDDEN"


def _refusal_at(address: str, letter: str, allowed: str) -> str:
    """What the door of an address must say; empty: come in."""
    if letter in allowed:
        return ""
    if not allowed:
        return "UNAUTHENTICATED"
    return _no(letter) if " /api/" in address else "sign-in"


def _only_about_rights(code: str | None) -> str:
    """A refusal of anything else comes from behind the door."""
    return code if code in ("UNAUTHENTICATED", "FORBIDDEN") else ""
