"""What an officer does at a counter, over HTTP. Source: contract, the rows of `…/counters/{counter}/…`."""

from typing import Any

import pytest

from tests.contract.house import House, Refused
from tests.contract.shapes import COUNTER_STATE, TICKET_VIEW, mistakes

NO_SHOW_WITHIN_MS = 20_000
UNDO_WITHIN_MS = 10_000

SEEING = ("next", "recall", "start", "finish", "no-show", "park", "undo")
"""Acts whose body is `sees` and nothing that must be there besides."""

EVERY_ACT: dict[str, dict[str, Any]] = {
    **{act: {"sees": None} for act in SEEING},
    "open": {},
    "pause": {},
    "resume": {},
    "close": {},
    "call": {"sees": None, "ticket": "X", "reason": "other"},
    "transfer": {"sees": None, "service": "kk", "place": "back"},
}


async def in_hand(house: House) -> str:
    """The id of a ticket that was just called at Loket 1."""
    ticket = await house.take()
    await house.at_desk("open")
    called = await house.at_desk("next", sees=None)
    assert ticket["id"] == called["ticket"]["id"]
    return str(ticket["id"])


async def state_of(house: House, ticket: str) -> str:
    return str((await house.ok("GET", f"/tickets/{ticket}"))["state"])


async def test_a_counter_opens_pauses_resumes_and_closes(house: House) -> None:
    """Each answers 200 with the counter view; the hall view shows the state."""
    told = []
    for act, body in (("open", {}), ("pause", {"reason": "prayer"}), ("resume", {}), ("close", {})):
        view = await house.at_desk(act, **body)
        hall = await house.ok("GET", "")
        shown = next(counter for counter in hall["counters"] if counter["id"] == "loket-1")
        told.append((view["state"], shown["state"]))
        assert {} == mistakes(COUNTER_STATE, view)
        assert "loket-1" == view["counter"]

    assert [("open", "open"), ("paused", "paused"), ("open", "open"), ("closed", "closed")] == told


async def test_a_counter_held_by_another_is_taken_only_on_purpose(house: House) -> None:
    """`COUNTER_TAKEN` tells by whom and since when; with `take` it changes hands."""
    await house.at_desk("open")
    house.clock.advance(60_000)

    answer = await house.call("POST", "/counters/loket-1/open", by="budi", body={})
    taken = await house.at_desk("open", by="budi", take=True)

    assert (409, "COUNTER_TAKEN") == (answer.status_code, answer.json()["code"])
    assert house.clock.now_ms() - 60_000 == answer.json()["since_at_ms"]
    assert answer.json()["officer"]
    assert "budi" == taken["officer"]["name"]
    assert Refused(409, "NOT_YOUR_COUNTER") == await house.refused(
        "POST", "/counters/loket-1/next", by="siti", body={"sees": None}
    )


async def test_next_calls_the_first_in_line(house: House) -> None:
    """200 `{ticket}`: called, at this counter, once."""
    ticket = await house.take()
    await house.at_desk("open")

    called = (await house.at_desk("next", sees=None))["ticket"]

    assert {} == mistakes(TICKET_VIEW, called)
    assert (ticket["id"], "called", "loket-1", 1, None) == (
        called["id"],
        called["state"],
        called["counter"],
        called["calls"],
        called["ahead"],
    )
    assert house.clock.now_ms() == called["called_at_ms"]


async def test_next_is_null_when_nobody_waits(house: House) -> None:
    """No refusal: the answer is that there is nobody."""
    await house.at_desk("open")

    assert {"ticket": None} == await house.at_desk("next", sees=None)


@pytest.mark.parametrize(
    ("after_ms", "expected"),
    [
        (0, "no_show"),
        (NO_SHOW_WITHIN_MS - 1, "no_show"),
        (NO_SHOW_WITHIN_MS, "done"),
        (10 * NO_SHOW_WITHIN_MS, "done"),
    ],
)
async def test_next_ends_a_called_ticket_as_missed_within_20_s_and_served_after(
    house: House, after_ms: int, expected: str
) -> None:
    """ "A ticket that was only called ends as a no-show within 20 s of its last call, as served after that"."""
    ticket = await in_hand(house)
    house.clock.advance(after_ms)

    await house.at_desk("next", sees=ticket)

    assert expected == await state_of(house, ticket)


async def test_the_20_s_count_from_the_last_call(house: House) -> None:
    """A recall starts them anew."""
    ticket = await in_hand(house)
    house.clock.advance(NO_SHOW_WITHIN_MS)
    await house.at_desk("recall", sees=ticket)
    house.clock.advance(NO_SHOW_WITHIN_MS - 1)

    await house.at_desk("next", sees=ticket)

    assert "no_show" == await state_of(house, ticket)


async def test_next_ends_a_started_ticket_as_served_at_once(house: House) -> None:
    """Whoever sat at the desk was there."""
    ticket = await in_hand(house)
    await house.at_desk("start", sees=ticket)

    await house.at_desk("next", sees=ticket)

    assert "done" == await state_of(house, ticket)


async def test_a_ticket_is_called_out_of_order_with_a_reason_that_is_kept(house: House) -> None:
    """`call` ends the ticket in hand as `next` does; the journal keeps the reason."""
    first, _, third = [await house.take() for _ in range(3)]
    await house.at_desk("open")
    await house.at_desk("next", sees=None)

    answer = await house.at_desk("call", sees=first["id"], ticket=third["id"], reason="frail")
    called = [entry["data"] for entry in await house.journal() if entry["type"] == "TicketCalled"]

    assert (third["id"], "called") == (answer["ticket"]["id"], answer["ticket"]["state"])
    assert "no_show" == await state_of(house, first["id"])
    assert "frail" == called[-1]["why"]["reason"]


async def test_from_recall_to_finish(house: House) -> None:
    """Each answers 200 with the ticket: called twice, serving, done."""
    ticket = await in_hand(house)

    again = await house.at_desk("recall", sees=ticket)
    begun = await house.at_desk("start", sees=ticket)
    ended = await house.at_desk("finish", sees=ticket, result="completed")

    assert [("called", 2), ("serving", 2), ("done", 2)] == [
        (answer["ticket"]["state"], answer["ticket"]["calls"]) for answer in (again, begun, ended)
    ]
    assert ["loket-1", "loket-1", None] == [answer["ticket"]["counter"] for answer in (again, begun, ended)]
    assert [
        "TicketIssued",
        "PrintRequested",
        "TicketCalled",
        "TicketRecalled",
        "ServiceStarted",
        "TicketServed",
    ] == await house.told_of(ticket)


@pytest.mark.parametrize(("act", "expected"), [("no-show", "no_show"), ("park", "parked")])
async def test_a_ticket_leaves_the_counter_unserved(house: House, act: str, expected: str) -> None:
    """200 `{ticket}`; the counter has nobody in hand and may call the next."""
    ticket = await in_hand(house)

    answer = await house.at_desk(act, sees=ticket)

    assert (expected, None) == (answer["ticket"]["state"], answer["ticket"]["counter"])
    assert {"ticket": None} == await house.at_desk("next", sees=None)


@pytest.mark.parametrize(("place", "expected"), [("front", 0), ("original", 1), ("back", 2)])
async def test_a_transfer_keeps_the_number_and_takes_its_place(
    house: House, place: str, expected: int
) -> None:
    """`front`; `original`: by first arrival, between one who came before and one who came after; `back`."""
    await house.take("kk")
    house.clock.advance(1_000)
    ticket = await in_hand(house)
    house.clock.advance(1_000)
    await house.take("kk")

    moved = (await house.at_desk("transfer", sees=ticket, service="kk", place=place))["ticket"]

    assert ("A001", "kk", "waiting", expected) == (
        moved["number"],
        moved["service"],
        moved["state"],
        moved["ahead"],
    )


async def test_a_transfer_to_a_counter_is_called_there_alone(house: House) -> None:
    """`counter`: that desk's own line, and no other's that serves the same service."""
    ticket = await in_hand(house)
    for counter in ("loket-2", "loket-3"):
        await house.at_desk("open", by="budi", counter=counter)

    to_it = {"sees": ticket, "counter": "loket-3", "place": "back"}
    await house.ok("POST", "/counters/loket-1/transfer", by="siti", body=to_it)

    assert {"ticket": None} == await house.at_desk("next", by="budi", counter="loket-2", sees=None)
    called = await house.at_desk("next", by="budi", counter="loket-3", sees=None)
    assert ticket == called["ticket"]["id"]


async def test_undo_takes_back_next(house: House) -> None:
    """The ticket that was called waits again at its place, the one before is in hand again."""
    ticket = await in_hand(house)
    following = await house.take()
    await house.at_desk("start", sees=ticket)
    await house.at_desk("next", sees=ticket)

    answer = await house.at_desk("undo", sees=following["id"])

    assert (ticket, "serving") == (answer["ticket"]["id"], answer["ticket"]["state"])
    assert "waiting" == await state_of(house, following["id"])


@pytest.mark.parametrize("act", ["finish", "no-show"])
async def test_undo_takes_back_finish_and_no_show(house: House, act: str) -> None:
    """The ticket is in hand again."""
    ticket = await in_hand(house)
    await house.at_desk(act, sees=ticket)

    answer = await house.at_desk("undo", sees=None)

    assert (ticket, "called") == (answer["ticket"]["id"], answer["ticket"]["state"])


@pytest.mark.parametrize(("after_ms", "is_taken_back"), [(UNDO_WITHIN_MS, True), (UNDO_WITHIN_MS + 1, False)])
async def test_undo_is_possible_for_10_s(house: House, after_ms: int, is_taken_back: bool) -> None:
    """Later the citizen has gone home with the answer."""
    ticket = await in_hand(house)
    await house.at_desk("finish", sees=ticket)
    house.clock.advance(after_ms)

    answer = await house.call("POST", "/counters/loket-1/undo", by="siti", body={"sees": None})

    assert (200 if is_taken_back else 409) == answer.status_code
    assert ("called" if is_taken_back else "done") == await state_of(house, ticket)


@pytest.mark.parametrize("act", [*SEEING, "call", "transfer"])
async def test_a_late_press_reaches_nobody(house: House, act: str) -> None:
    """`sees` is another ticket than the one in hand: `STALE_VIEW`, and nothing happens to either."""
    ticket = await in_hand(house)
    body = {**EVERY_ACT[act], **({"ticket": ticket} if act == "call" else {}), "sees": "somebody-else"}

    assert Refused(409, "STALE_VIEW") == await house.refused(
        "POST", f"/counters/loket-1/{act}", by="siti", body=body
    )


@pytest.mark.parametrize("act", [*SEEING, "call", "transfer"])
async def test_sees_is_required(house: House, act: str) -> None:
    """Null says that the officer sees nobody; leaving it out says nothing: `INVALID`, with its path."""
    await in_hand(house)
    body = {key: value for key, value in EVERY_ACT[act].items() if key != "sees"}

    answer = await house.call("POST", f"/counters/loket-1/{act}", by="siti", body=body)

    assert (422, "INVALID") == (answer.status_code, answer.json()["code"])
    assert ["$.sees"] == [error["path"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (None, Refused(401, "UNAUTHENTICATED")),
        ("kiosk", Refused(403, "FORBIDDEN")),
        ("screen", Refused(403, "FORBIDDEN")),
        ("printer", Refused(403, "FORBIDDEN")),
    ],
)
async def test_a_counter_is_for_officers(house: House, by: str | None, expected: Refused) -> None:
    """No device and nobody without a credential, whatever the act."""
    answers = {
        act: await house.refused("POST", f"/counters/loket-1/{act}", by=by, body=body)
        for act, body in EVERY_ACT.items()
    }

    assert dict.fromkeys(EVERY_ACT, expected) == answers


@pytest.mark.parametrize("by", ["siti", "manager", "admin"])
async def test_each_may_do_what_the_one_before_may(house: House, by: str) -> None:
    """A manager may stand in for an officer, an administrator for both."""
    assert "open" == (await house.at_desk("open", by=by))["state"]


async def test_an_unknown_counter_is_said_to_be_unknown(house: House) -> None:
    """404, whatever the act; a call out of order names a ticket that is there, so that only the counter is at fault."""
    ticket = await house.take()
    answers = {}
    for act, body in EVERY_ACT.items():
        asked = {**body, **({"ticket": ticket["id"]} if act == "call" else {})}
        answers[act] = await house.refused("POST", f"/counters/loket-99/{act}", by="siti", body=asked)

    assert dict.fromkeys(EVERY_ACT, Refused(404, "UNKNOWN_COUNTER")) == answers
