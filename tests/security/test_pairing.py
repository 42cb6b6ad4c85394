"""Pairing and revocation at the real doors: what a stranger, a foreign page and a guesser get, and how fast a right ends.

Each protection stands beside a control that shows the same attack where the protection is not.
"""

import gc
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from queue_server.identity.model import PAIRING_LIVES_MS
from queue_server.live.outbox import Outbox
from queue_server.web.limits import LIMITS, Limit
from queue_server.wire.close_codes import CloseCode
from tests.contract.house import HALL, House, Refused, problem_of, running_house
from tests.pace import allowed
from tests.security.test_matrix import CLOSED_WITHIN_S, FOREIGN_ORIGINS

PAIRINGS = "//api/v1/pairings"
DEVICES = "//api/v1/devices"
WRONG_CODE = "ACDE-FGHJ"
LIMITED: Mapping[str, str] = {}
"""The environment of a hub whose limits hold; the houses of other tests have them off."""


async def started(house: House, wants: str = "page") -> Any:
    """A new device's code and secret."""
    return await house.ok("POST", PAIRINGS, body={"wants": wants})


async def asked(house: House, secret: str, headers: Mapping[bytes, bytes] | None = None) -> httpx2.Response:
    return await house.call("POST", f"{PAIRINGS}/ask", body={"secret": secret}, headers=headers)


async def found(house: House, code: str, by: str = "admin") -> httpx2.Response:
    return await house.call("POST", f"{PAIRINGS}/find", by=by, body={"code": code})


async def approved(
    house: House, code: str, role: str = "kiosk", device: str = "kiosk-1", hall: str = HALL
) -> httpx2.Response:
    """What the administrator's page sends, one call after the other."""
    pairing = (await found(house, code)).json()["id"]
    body = {"code": code, "hall": hall, "role": role, "device": device}
    return await house.call("POST", f"{PAIRINGS}/{pairing}/approve", by="admin", body=body)


async def test_a_printer_comes_in_by_its_code_and_is_listed_without_its_secret(tmp_path: Path) -> None:
    """From "who are you?" to its own view, with the administrator seeing what he lets in."""
    async with running_house(tmp_path) as house:
        device = await started(house, "printer")
        waiting = (await asked(house, device["secret"])).json()
        seen = (await found(house, device["code"].lower())).json()
        answer = await approved(house, device["code"], "printer", "printer-1")
        told = (await asked(house, device["secret"])).json()
        async with house.socket() as socket:
            await socket.send(type="hello", protocol=1, view="printer", token=told["token"])
            first = await socket.next()
            listed = await house.ok("GET", DEVICES, by="admin")

    assert {"state": "waiting", "token": None} == {key: waiting[key] for key in ("state", "token")}
    assert ("printer", ["printer"], "127.0.0.1") == (seen["wants"], seen["roles"], seen["address"])
    assert 204 == answer.status_code
    assert ("approved", "printer", HALL, "printer-1") == tuple(
        told[key] for key in ("state", "role", "hall", "device")
    )
    assert "view" == first["type"]
    (own,) = [one for one in listed["devices"] if one["device"] == "printer-1"]
    assert ("token", True) == (own["kind"], own["connected"])
    assert told["token"] not in str(listed)
    assert device["secret"] not in str(listed)


async def test_a_page_that_was_approved_has_the_cookie_and_no_token(tmp_path: Path) -> None:
    """As after a link: no script reads what it holds, and it opens this kiosk's page and no other."""
    async with running_house(tmp_path) as house:
        device = await started(house)
        await approved(house, device["code"])
        answer = await asked(house, device["secret"])
        cookie = {b"Cookie": answer.headers["set-cookie"].partition(";")[0].encode()}
        own = await house.call("GET", f"//halls/{HALL}/kiosk/kiosk-1", headers=cookie)
        other = await house.call("GET", f"//halls/{HALL}/kiosk/kiosk-2", headers=cookie)

    assert {"HttpOnly", "SameSite=strict"} <= {
        part.strip() for part in answer.headers["set-cookie"].split(";")
    }
    assert (None, f"/halls/{HALL}/kiosk/kiosk-1") == (answer.json()["token"], answer.json()["go"])
    assert (200, 404) == (own.status_code, other.status_code)


async def test_a_stranger_with_the_code_gets_nothing(tmp_path: Path) -> None:
    """He read it from across the room. He may not ask with it, nor look it up, nor approve it.

    The control is the device with its secret, and the administrator.
    """
    async with running_house(tmp_path) as house:
        device = await started(house)
        code = device["code"]
        before = problem_of(await asked(house, code))
        tries = [problem_of(await found(house, code, by=who)) for who in ("kiosk", "siti", "manager")]
        own = (await found(house, code)).status_code
        await approved(house, code)
        after = problem_of(await asked(house, code.replace("-", "")))
        mine = await asked(house, device["secret"])

    assert Refused(401, "UNAUTHENTICATED") == before == after
    assert [Refused(403, "FORBIDDEN")] * 3 == tries
    assert 200 == own == mine.status_code


async def test_codes_are_guessed_slowly_and_in_vain(tmp_path: Path) -> None:
    """Ten tries at once, then one every ten seconds, and `Retry-After` says so; the right code is no exception."""
    burst = LIMITS[Limit.TRY_CODE].burst
    async with running_house(tmp_path, env=LIMITED) as house:
        device = await started(house)
        tries = [problem_of(await found(house, WRONG_CODE)) for _ in range(burst + 5)]
        last = await found(house, device["code"])
        house.clock.advance(int(last.headers["retry-after"]) * 1_000)
        later = await found(house, device["code"])

    assert [Refused(422, "INVALID")] * burst + [Refused(429, "TOO_MANY")] * 5 == tries
    assert Refused(429, "TOO_MANY") == problem_of(last)
    assert 200 == later.status_code


async def test_without_the_limit_codes_are_guessed_without_an_end(tmp_path: Path) -> None:
    """The control of the test above: limits are off here."""
    async with running_house(tmp_path) as house:
        tries = [problem_of(await found(house, WRONG_CODE)) for _ in range(40)]

    assert [Refused(422, "INVALID")] * 40 == tries


async def test_one_address_fills_no_more_than_its_share(tmp_path: Path) -> None:
    """Eight codes wait for one address, limits off or not; ten minutes later there is room again."""
    async with running_house(tmp_path) as house:
        codes = [(await started(house))["code"] for _ in range(8)]
        refused = await house.call("POST", PAIRINGS, body={"wants": "page"})
        house.clock.advance(PAIRING_LIVES_MS)
        again = await house.call("POST", PAIRINGS, body={"wants": "page"})

    assert 8 == len(set(codes))
    assert Refused(429, "TOO_MANY") == problem_of(refused)
    assert str(PAIRING_LIVES_MS // 1_000) == refused.headers["retry-after"]
    assert 201 == again.status_code


async def test_a_code_is_too_old_after_ten_minutes(tmp_path: Path) -> None:
    """By the hub's clock, at both doors; a moment before that it holds."""
    async with running_house(tmp_path) as house:
        device = await started(house)
        house.clock.advance(PAIRING_LIVES_MS - 1)
        in_time = (await found(house, device["code"])).status_code
        house.clock.advance(1)
        late = problem_of(await found(house, device["code"]))
        told = problem_of(await asked(house, device["secret"]))

    assert 200 == in_time
    assert Refused(422, "INVALID") == late
    assert Refused(401, "UNAUTHENTICATED") == told


async def test_what_the_configuration_does_not_have_is_no_place(tmp_path: Path) -> None:
    """Nor is a role that no device has; the device waits on."""
    async with running_house(tmp_path) as house:
        device = await started(house)
        answers = [
            problem_of(await approved(house, device["code"], role, place, hall))
            for role, place, hall in [
                ("kiosk", "kiosk-99", HALL),
                ("officer", "kiosk-1", HALL),
                ("printer", "printer-1", HALL),
                ("kiosk", "kiosk-1", "nowhere"),
            ]
        ]
        still = (await asked(house, device["secret"])).json()["state"]

    assert [Refused(422, "INVALID")] * 3 + [Refused(403, "FORBIDDEN")] == answers
    assert "waiting" == still


async def test_no_foreign_page_pairs_a_browser(tmp_path: Path) -> None:
    """Else a stranger's page could sign a browser in as a device of his choice. Our own page may, which is the control."""
    async with running_house(tmp_path) as house:
        host = house.url.removeprefix("http://")
        device = await started(house)
        await approved(house, device["code"])
        foreign = [
            await asked(house, device["secret"], {b"Origin": origin.format(host=host).encode()})
            for origin in FOREIGN_ORIGINS
        ]
        ours = await asked(house, device["secret"], {b"Origin": house.url.encode()})

    assert [403] * len(FOREIGN_ORIGINS) == [answer.status_code for answer in foreign]
    assert not any("set-cookie" in answer.headers for answer in foreign)
    assert "antrean_session" in ours.headers["set-cookie"]


@pytest.mark.promise("S4")
async def test_a_revoked_socket_is_ended_before_the_administrator_has_his_answer(tmp_path: Path) -> None:
    """And not only at its next beat, some seconds later, which a crowded machine could not tell from being slow.

    The control is the other device's socket, counted the same way.
    """
    gc.collect()
    earlier = open_outboxes()
    async with running_house(tmp_path) as house:
        token, headers = await _come_in(house, "paired token")
        device = (await house.ok("GET", DEVICES, by="admin"))["devices"][0]["id"]
        async with (
            house.socket(headers=headers) as socket,
            house.socket(view="kiosk", by="kiosk", kiosk="kiosk-1"),
        ):
            await socket.send(type="hello", protocol=1, view="display", zone="a", token=token)
            assert "view" == (await socket.next())["type"]
            before = len(open_outboxes()) - len(earlier)
            await house.ok("DELETE", f"{DEVICES}/{device}", by="admin")
            after = len(open_outboxes()) - len(earlier)

    assert (2, 1) == (before, after)


@pytest.mark.promise("S4")
@pytest.mark.parametrize("kind", ["token", "paired token", "paired page", "agent's browser"])
async def test_a_revoked_device_loses_its_socket_within_two_seconds(tmp_path: Path, kind: str) -> None:
    """Whatever it came in with; another device's socket stays, which is the control."""
    async with running_house(tmp_path) as house:
        token, headers = await _come_in(house, kind)
        before = await house.ok("GET", DEVICES, by="admin")
        device = before["devices"][0]["id"]
        hello = {"protocol": 1, "type": "hello", "view": "display", "zone": "a"}
        async with (
            house.socket(headers=headers) as socket,
            house.socket(view="kiosk", by="kiosk", kiosk="kiosk-1") as other,
        ):
            await socket.send(**hello, token=token)
            assert "view" == (await socket.next())["type"]
            began_s = time.monotonic()
            after = await house.ok("DELETE", f"{DEVICES}/{device}", by="admin")
            bye, closed_with = await socket.ending()
            took_s = time.monotonic() - began_s
            await (await other.connection.ping())
        again = problem_of(await house.call("DELETE", f"{DEVICES}/{device}", by="admin"))
        async with house.socket(headers=headers) as socket:
            await socket.send(**hello, token=token)
            refused = await socket.next()

    assert (CloseCode.UNAUTHENTICATED, CloseCode.UNAUTHENTICATED) == (bye["code"], closed_with)
    assert took_s <= allowed(CLOSED_WITHIN_S)
    assert device not in {one["id"] for one in after["devices"]}
    assert Refused(422, "INVALID") == again
    assert CloseCode.UNAUTHENTICATED == refused["code"]


async def test_a_link_that_was_withdrawn_opens_nothing(tmp_path: Path) -> None:
    """One that was not does, which is the control."""
    async with running_house(tmp_path) as house:
        token = {"Authorization": f"Bearer {await house.token('screen')}"}
        sent = {key.encode(): value.encode() for key, value in token.items()}
        kept = (await house.ok("POST", "//api/v1/device-link", headers=sent))["code"]
        links = [await house.link("kiosk", "kiosk-1") for _ in range(2)]
        listed = [
            one for one in (await house.ok("GET", DEVICES, by="admin"))["devices"] if one["kind"] == "link"
        ]
        await house.ok("DELETE", f"{DEVICES}/{listed[0]['id']}", by="admin")
        opened = [
            (await house.call("POST", "//api/v1/link", body={"code": code})).status_code
            for code in (*links, kept)
        ]

    assert 2 == len(listed), "the link of an agent's own browser goes with its token"
    assert [200, 200, 401] == sorted(opened)


def open_outboxes() -> list[Outbox]:
    """Of every socket of this process that the hub has not ended; the application runs in the test's own loop."""
    return [one for one in gc.get_objects() if isinstance(one, Outbox) and one._end is None]


async def _come_in(house: House, kind: str) -> tuple[str | None, dict[bytes, bytes]]:
    """A screen of zone a: its token, or the headers of its browser. The newest row of the list is its own."""
    await house.token("admin")
    await house.token("kiosk")
    house.clock.advance(1_000)
    if kind == "token":
        return await house.token("screen"), {}
    if kind == "agent's browser":
        token = await house.token("screen")
        sent = {b"Authorization": f"Bearer {token}".encode()}
        code = (await house.ok("POST", "//api/v1/device-link", headers=sent))["code"]
        return None, _cookie(house, await house.call("POST", "//api/v1/link", body={"code": code}))
    device = await started(house, "page" if kind == "paired page" else "display")
    assert 204 == (await approved(house, device["code"], "display", "screen-a-1")).status_code
    answer = await asked(house, device["secret"])
    return (None, _cookie(house, answer)) if kind == "paired page" else (answer.json()["token"], {})


def _cookie(house: House, answer: httpx2.Response) -> dict[bytes, bytes]:
    """What the browser sends with the handshake."""
    return {
        b"Cookie": answer.headers["set-cookie"].partition(";")[0].encode(),
        b"Origin": house.url.encode(),
    }
