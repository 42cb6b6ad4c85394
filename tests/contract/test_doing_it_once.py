"""The same command twice acts once. Source: contract, "Doing it once"."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from queue_server.clock import FakeClock
from tests.contract.house import MORNING_MS, House, Refused, running_house

TICKET = {"service": "ktp-el"}
KEPT_MS = 48 * 3_600_000

REPLAYED = "idempotent-replayed"


async def issued(house: House) -> int:
    """Tickets that the journal knows of."""
    return sum(entry["type"] == "TicketIssued" for entry in await house.journal())


async def prepared(house: House) -> dict[str, tuple[str, str, Any]]:
    """Every POST and DELETE of the halls' table in an order in which each is accepted: method, path, body."""
    missed, served, given_up = [(await house.take())["id"] for _ in range(3)]
    desk = "/counters/loket-1"
    seeing_missed, seeing_served = {"sees": missed}, {"sees": served}
    return {
        "take": ("POST", "/tickets", TICKET),
        "cancel": ("DELETE", f"/tickets/{given_up}", b""),
        "reprint": ("POST", f"/tickets/{missed}/reprint", {}),
        "open": ("POST", f"{desk}/open", {}),
        "pause": ("POST", f"{desk}/pause", {"reason": "meal"}),
        "resume": ("POST", f"{desk}/resume", {}),
        "next": ("POST", f"{desk}/next", {"sees": None}),
        "recall": ("POST", f"{desk}/recall", seeing_missed),
        "no-show": ("POST", f"{desk}/no-show", seeing_missed),
        "return": ("POST", f"/tickets/{missed}/return", {}),
        "call": ("POST", f"{desk}/call", {"sees": None, "ticket": missed, "reason": "citizen_returned"}),
        "park": ("POST", f"{desk}/park", seeing_missed),
        "next-again": ("POST", f"{desk}/next", {"sees": None}),
        "start": ("POST", f"{desk}/start", seeing_served),
        "finish": ("POST", f"{desk}/finish", {**seeing_served, "result": "completed"}),
        "undo": ("POST", f"{desk}/undo", {"sees": None}),
        "transfer": ("POST", f"{desk}/transfer", {**seeing_served, "service": "kk", "place": "back"}),
        "close": ("POST", f"{desk}/close", {}),
        "settle": ("POST", "/clock/settle", {}),
    }


async def test_every_command_twice_is_one_and_gets_the_first_answer_again(tmp_path: Path) -> None:
    """Body and all, with `Idempotent-Replayed: true`; at once, and, when all is over, after a restart."""
    clock = FakeClock(MORNING_MS)
    firsts: dict[str, httpx2.Response] = {}
    async with running_house(tmp_path, clock=clock) as house:
        calls = await prepared(house)
        for key, (method, path, body) in calls.items():
            firsts[key] = await house.call(method, path, by="manager", body=body, key=key)
            assert firsts[key].is_success, f"{key}: {firsts[key].text}"
            assert REPLAYED not in firsts[key].headers
            told = await house.journal()
            again = await house.call(method, path, by="manager", body=body, key=key)
            assert replay_of(firsts[key]) == seen(again), key
            assert told == await house.journal(), key
    async with running_house(tmp_path, clock=clock, tokens=house.tokens) as house:
        told = await house.journal()
        for key, (method, path, body) in calls.items():
            again = await house.call(method, path, by="manager", body=body, key=key)
            assert replay_of(firsts[key]) == seen(again), key
        assert told == await house.journal()


def replay_of(first: httpx2.Response) -> tuple[int, bytes, str | None]:
    """What a replay of this answer looks like."""
    return first.status_code, first.content, "true"


def seen(answer: httpx2.Response) -> tuple[int, bytes, str | None]:
    return answer.status_code, answer.content, answer.headers.get(REPLAYED)


async def test_without_a_key_two_requests_are_two_tickets(house: House) -> None:
    """The control: it is the key that makes it once."""
    await house.take()
    await house.take()

    assert 2 == await issued(house)


async def test_a_replayed_ticket_says_where_it_is(house: House) -> None:
    """201 and `Location` as the first time."""
    first, again = [await house.call("POST", "/tickets", by="kiosk", body=TICKET, key="k") for _ in range(2)]

    assert (201, first.headers["location"]) == (again.status_code, again.headers["location"])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/tickets", {"service": "kk"}),
        ("POST", "/tickets", {**TICKET, "category": "elderly"}),
        ("POST", "/counters/loket-1/open", {}),
        ("DELETE", "/tickets/{ticket}", b""),
    ],
)
async def test_the_same_key_with_another_request_is_refused(
    house: House, method: str, path: str, body: Any
) -> None:
    """`KEY_REUSED`: another body, another command, another target."""
    first = await house.ok("POST", "/tickets", by="siti", body=TICKET, key="k")

    refusal = await house.refused(method, path.format(ticket=first["id"]), by="siti", body=body, key="k")

    assert Refused(422, "KEY_REUSED") == refusal


async def test_what_means_the_same_is_the_same_request(house: House) -> None:
    """The order of keys, white space, a default written out, and keys that nobody knows change nothing."""
    first = await house.ok("POST", "/tickets", by="kiosk", body=TICKET, key="k")
    same = b' {"colour": "red", "language": null, "category": "regular",\n "service": "ktp-el"}'

    assert first == await house.ok("POST", "/tickets", by="kiosk", body=same, key="k")


async def test_keys_belong_to_the_one_who_sends_them(house: House) -> None:
    """Two kiosks may count their keys from one."""
    one = await house.ok("POST", "/tickets", by="kiosk", body=TICKET, key="1")
    other = await house.ok("POST", "/tickets", by="kiosk 2", body=TICKET, key="1")

    assert ["A001", "A002"] == [one["number"], other["number"]]


async def test_a_refusal_is_not_remembered(house: House) -> None:
    """It is decided afresh: once the counter is open the same key is accepted."""
    refused = await house.refused("POST", "/counters/loket-1/next", by="siti", body={"sees": None}, key="k")
    await house.at_desk("open")
    answer = await house.call("POST", "/counters/loket-1/next", by="siti", body={"sees": None}, key="k")

    assert Refused(409, "COUNTER_CLOSED") == refused
    assert (200, None) == (answer.status_code, answer.headers.get(REPLAYED))


async def test_a_next_that_found_nobody_is_remembered(house: House) -> None:
    """A retry that comes when somebody waits must not call him: his number would be called to an empty desk."""
    await house.at_desk("open")
    nobody = await house.ok("POST", "/counters/loket-1/next", by="siti", body={"sees": None}, key="k")
    waiting = await house.take()

    again = await house.call("POST", "/counters/loket-1/next", by="siti", body={"sees": None}, key="k")

    assert {"ticket": None} == nobody == again.json()
    assert "true" == again.headers[REPLAYED]
    assert "waiting" == (await house.ok("GET", f"/tickets/{waiting['id']}"))["state"]


@pytest.mark.parametrize("is_http_first", [True, False])
async def test_keys_are_shared_by_http_and_socket(house: House, is_http_first: bool) -> None:
    """A page that lost its socket may ask over HTTP what became of its command, and the other way round."""
    async with house.socket(view="kiosk", by="kiosk") as socket:
        if is_http_first:
            first = await house.ok("POST", "/tickets", by="kiosk", body=TICKET, key="k")
            again = (await socket.command("take_ticket", id="k", **TICKET))["result"]
        else:
            first = (await socket.command("take_ticket", id="k", **TICKET))["result"]
            again = await house.ok("POST", "/tickets", by="kiosk", body=TICKET, key="k")
        other = await socket.command("take_ticket", id="k", service="kk")

    assert first == again
    assert 1 == await issued(house)
    assert (False, "KEY_REUSED") == (other["accepted"], other["code"])


async def test_a_transfer_to_a_counter_is_the_same_request_on_both_ways(house: House) -> None:
    """The socket calls the target `to_counter`, because `counter` is the desk that sends; the request is one."""
    ticket = await house.take()
    for counter in ("loket-1", "loket-2"):
        await house.at_desk("open", counter=counter)
    await house.at_desk("next", sees=None)
    body = {"sees": ticket["id"], "counter": "loket-2", "place": "back"}
    frame = {"sees": ticket["id"], "counter": "loket-1", "to_counter": "loket-2", "place": "back"}

    first = await house.ok("POST", "/counters/loket-1/transfer", by="siti", body=body, key="k")
    async with house.socket(view="counter", counter="loket-1", by="siti") as socket:
        again = await socket.command("transfer", id="k", **frame)

    assert first == again["result"]


async def test_a_key_lives_for_48_h(house: House) -> None:
    """Over the night and into another day; what is forgotten after that is the journal's suite's to show."""
    first = await house.ok("POST", "/tickets", by="kiosk", body=TICKET, key="k")
    house.clock.advance(KEPT_MS - 1)

    again = await house.call("POST", "/tickets", by="kiosk", body=TICKET, key="k")

    assert ("true", first) == (again.headers[REPLAYED], again.json())


@pytest.mark.parametrize("key", ["!", "~" * 64, "0", "a-b_c:d/e"])
async def test_a_key_is_1_to_64_visible_signs(house: House, key: str) -> None:
    """Any of them."""
    assert "A001" == (await house.ok("POST", "/tickets", by="kiosk", body=TICKET, key=key))["number"]


@pytest.mark.parametrize("key", ["", "x" * 65, "with space", "tab\there", "k\xe9y"])
async def test_any_other_key_is_no_key(house: House, key: str) -> None:
    """`INVALID`: a key that we cut would be another's."""
    headers = {b"Idempotency-Key": key.encode("latin-1")}

    refusal = await house.refused("POST", "/tickets", by="kiosk", body=TICKET, headers=headers)

    assert Refused(422, "INVALID") == refusal


@pytest.mark.parametrize(
    ("name", "age_ms_max"),
    [("take", 15_000), ("cancel", 15_000), ("open", 5_000), ("next", 5_000)],
)
async def test_a_press_of_long_ago_is_expired(house: House, name: str, age_ms_max: int) -> None:
    """`Command-Age-Ms`: 15 s for a ticket, 5 s at a counter; as old as that is still in time."""
    if name == "next":
        await house.at_desk("open")
    method, path, body = (await prepared(house))[name]

    late = await house.refused(method, path, by="siti", body=body, age_ms=age_ms_max + 1)
    in_time = await house.call(method, path, by="siti", body=body, age_ms=age_ms_max)

    assert Refused(409, "EXPIRED") == late
    assert in_time.is_success


async def test_the_socket_says_the_age_in_its_frame(house: House) -> None:
    """`age_ms`, the same law."""
    async with house.socket(view="kiosk", by="kiosk") as socket:
        late = await socket.command("take_ticket", id="a", age_ms=15_001, **TICKET)
        in_time = await socket.command("take_ticket", id="b", age_ms=15_000, **TICKET)

    assert [(False, "EXPIRED"), (True, None)] == [
        (outcome["accepted"], outcome.get("code")) for outcome in (late, in_time)
    ]


async def test_a_retry_of_what_was_accepted_is_never_expired(house: House) -> None:
    """The stored key comes before the age: who asks again is told what became of it, however late."""
    first = await house.ok("POST", "/tickets", by="kiosk", body=TICKET, key="k")

    assert first == await house.ok("POST", "/tickets", by="kiosk", body=TICKET, key="k", age_ms=3_600_000)


@pytest.mark.parametrize("age", ["-1", "1.5", "soon", "", "1e3", str(10**13), "\u0663"])
async def test_an_age_that_is_no_number_is_refused(house: House, age: str) -> None:
    """A whole number of ms."""
    headers = {b"Command-Age-Ms": age.encode()}

    refusal = await house.refused("POST", "/tickets", by="kiosk", body=TICKET, headers=headers)

    assert Refused(422, "INVALID") == refusal
