"""Signing in and out over HTTP. Source: contract, "Credentials" and `POST /api/v1/session`."""

import httpx2

from tests.contract.house import House, Refused, problem_of

HOURS_12_MS = 12 * 3_600_000
PASSWORD = "kuda-lumping-72"
SESSION = "//api/v1/session"
OPEN = "/counters/loket-1/open"
ANI = {"name": "Ani Petugas", "password": PASSWORD}


async def signed_in(house: House) -> dict[bytes, bytes]:
    """An officer's cookie and the origin of our own page, as her browser sends them."""
    await house.ok("POST", "//api/v1/accounts", by="admin", body=ANI)
    answer = await house.call("POST", SESSION, body=ANI)
    assert 200 == answer.status_code, answer.text
    cookie = answer.headers["set-cookie"].partition(";")[0]
    return {b"Cookie": cookie.encode(), b"Origin": house.url.encode()}


async def test_the_first_administrator_is_made_with_the_code_of_the_first_start(house: House) -> None:
    """No default password: the start prints a one-time code, and it works once."""
    told = {"code": house.setup_code, "name": "Kepala", "password": PASSWORD}

    first = await house.call("POST", "//api/v1/setup", body=told)
    again = await house.call("POST", "//api/v1/setup", body=told)

    assert (200, "admin") == (first.status_code, first.json()["role"])
    assert 401 == problem_of(again).status


async def test_a_name_and_a_password_make_a_session(house: House) -> None:
    """With its cookie an officer opens a counter from our own page."""
    answer = await house.call("POST", OPEN, body={}, headers=await signed_in(house))

    assert (200, "Ani Petugas") == (answer.status_code, answer.json()["officer"]["name"])


async def test_a_session_s_cookie_is_for_no_script_and_for_no_other_site(house: House) -> None:
    """12 hours."""
    await signed_in(house)
    set_cookie = (await house.call("POST", SESSION, body=ANI)).headers["set-cookie"]

    assert {"HttpOnly", "SameSite=strict", "Max-Age=43200"} <= set(set_cookie.split("; "))


async def test_a_cookie_from_a_foreign_page_changes_nothing(house: House) -> None:
    """The origin check: FORBIDDEN from another site and from one that does not say."""
    headers = await signed_in(house)
    foreign = {**headers, b"Origin": b"http://evil.example"}
    silent = {b"Cookie": headers[b"Cookie"]}

    for sent in (foreign, silent):
        assert Refused(403, "FORBIDDEN") == await house.refused("POST", OPEN, body={}, headers=sent)


async def test_a_wrong_password_opens_nothing(house: House) -> None:
    """UNAUTHENTICATED, the same for a name that nobody has, and no cookie."""
    await signed_in(house)
    answers: list[httpx2.Response] = [
        await house.call("POST", SESSION, body={"name": name, "password": "wrong-password"})
        for name in ("Ani Petugas", "Nobody")
    ]

    assert [Refused(401, "UNAUTHENTICATED")] * 2 == [problem_of(answer) for answer in answers]
    assert answers[0].content == answers[1].content
    assert not any("set-cookie" in answer.headers for answer in answers)


async def test_signing_out_ends_the_session(house: House) -> None:
    """204, and the old cookie opens nothing."""
    headers = await signed_in(house)

    answer = await house.call("DELETE", SESSION, headers=headers)

    assert 204 == answer.status_code
    assert Refused(401, "UNAUTHENTICATED") == await house.refused("POST", OPEN, body={}, headers=headers)


async def test_a_session_ends_after_12_h(house: House) -> None:
    """A shift and a half."""
    headers = await signed_in(house)
    house.clock.advance(HOURS_12_MS - 1)
    assert (await house.call("POST", OPEN, body={}, headers=headers)).is_success
    house.clock.advance(1)

    assert Refused(401, "UNAUTHENTICATED") == await house.refused("POST", OPEN, body={}, headers=headers)


async def test_a_page_without_a_token_is_known_on_the_socket_by_its_cookie(house: House) -> None:
    """Whose session it is, and that it came from our own page: else the socket is anybody's."""
    headers = await signed_in(house)
    told = {"type": "hello", "protocol": 1, "view": "counter", "counter": "loket-1", "token": None}
    async with house.socket(headers=headers) as socket:
        await socket.send(**told)
        view = await socket.of_type("view")
    async with house.socket(headers={**headers, b"Origin": b"http://evil.example"}) as socket:
        await socket.send(**told)
        bye, _ = await socket.ending()

    assert "loket-1" == view["state"]["counter"]
    assert 4401 == bye["code"]
