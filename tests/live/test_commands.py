"""Wishes over the socket: each has its outcome, and none of them breaks the conversation."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_server.domain.decision import rejected
from queue_server.domain.refusals import Refusal
from queue_server.live.endpoint import COMMANDS_UNDER_WAY_MAX, outcome_of
from queue_server.wishes import Answer
from tests.live.rig import open_house, outcome
from tests.live.virtual_time import played


def test_a_command_is_answered_with_what_became_of_it() -> None:
    """The same commands as over HTTP; `seq` and `result` where accepted. Source: contract, 4."""

    async def scenario() -> None:
        async with open_house() as house:
            kiosk = await house.watch("kiosk", "k1")
            taken = await outcome(kiosk, "take_ticket", command_id="press-1", service="ktp")

            assert ("press-1", True, house.state.seq) == (taken["id"], taken["accepted"], taken["seq"])
            assert ("A001", "new-1", "waiting") == tuple(
                taken["result"][key] for key in ("number", "id", "state")
            )
            assert {"type", "id", "accepted", "seq", "result"} == taken.keys()

    played(scenario())


def test_the_same_id_again_is_the_same_command() -> None:
    """Over a reconnect too: the first answer, and one ticket. Source: contract, "Doing it once"."""

    async def scenario() -> None:
        async with open_house() as house:
            first = await outcome(await house.watch("kiosk", "k1"), "take_ticket", service="ktp")
            again = await outcome(await house.watch("kiosk", "k1"), "take_ticket", service="ktp")

            assert first["result"] == again["result"]
            assert 1 == len(house.state.tickets)

    played(scenario())


REFUSED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("officer", {"name": "dance"}, {"code": "INVALID", "errors": [{"path": "$.command"}]}),
    ("officer", {"name": "recall", "counter": "c1"}, {"code": "INVALID", "errors": [{"path": "$.sees"}]}),
    ("officer", {"name": "recall", "sees": None}, {"code": "INVALID", "errors": [{"path": "$.counter"}]}),
    ("officer", {"name": "recall", "sees": 7, "counter": "c1"}, {"code": "INVALID"}),
    ("officer", {"name": "return_ticket"}, {"code": "INVALID", "errors": [{"path": "$.ticket"}]}),
    ("officer", {"name": "call_next", "sees": None, "counter": "c9"}, {"code": "UNKNOWN_COUNTER"}),
    ("officer", {"name": "call_next", "sees": None, "counter": "c1"}, {"code": "COUNTER_CLOSED"}),
    ("officer", {"name": "open_counter", "counter": "c1", "age_ms": 5_001}, {"code": "EXPIRED"}),
    ("officer", {"name": "open_counter", "counter": "c1", "age_ms": -1}, {"code": "INVALID"}),
    ("officer", {"name": "open_counter", "counter": "c1", "command_id": ""}, {"code": "INVALID"}),
    ("officer", {"name": "open_counter", "counter": "c1", "command_id": "x" * 65}, {"code": "INVALID"}),
    (
        "officer",
        {"name": "report_print", "job": "j1", "attempt": 1, "status": "printed"},
        {"code": "FORBIDDEN"},
    ),
    ("officer", {"name": "settle_clock"}, {"code": "FORBIDDEN"}),
    (
        "of-c2",
        {"name": "open_counter", "counter": "c1"},
        {"code": "FORBIDDEN"},
    ),
    ("s1", {"name": "open_counter", "counter": "c1"}, {"code": "FORBIDDEN"}),
]
"""Who, which command, and what the outcome must say."""


@pytest.mark.parametrize(("token", "command", "expected"), REFUSED)
def test_a_command_that_is_refused_says_why_and_changes_nothing(
    token: str, command: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Shape, who, then the hall's rules; the connection goes on. Source: contract, 4 and "Refusals"."""

    async def scenario() -> None:
        async with open_house() as house:
            caller = await house.watch("hall", token)
            before = house.state
            refused = await outcome(caller, **command)
            errors = [{"path": error["path"]} for error in refused.get("errors", [])]

            assert (False, expected["code"]) == (refused["accepted"], refused["code"])
            assert expected.get("errors", errors) == errors
            assert refused["detail"]
            assert {"seq", "result"}.isdisjoint(refused)
            assert command.get("command_id", "c1")[:64] == refused["id"]
            assert before is house.state
            assert caller.is_served

    played(scenario())


def test_nobody_commands_without_a_credential() -> None:
    """But whoever knows a ticket may give it up. Source: contract, table of calls."""

    async def scenario() -> None:
        async with open_house() as house:
            await house.take("mine")
            phone = await house.watch("ticket", ticket="mine")
            refused = await outcome(phone, "take_ticket", service="ktp")
            accepted = await outcome(phone, "cancel_ticket", command_id="c2", ticket="mine")

            assert ("UNAUTHENTICATED", True) == (refused["code"], accepted["accepted"])

    played(scenario())


def test_a_counter_that_is_taken_tells_by_whom_and_since_when() -> None:
    """Source: contract, `COUNTER_TAKEN`."""

    async def scenario() -> None:
        async with open_house() as house:
            since_ms = house.hall.hub.now_ms()
            await house.open("c1")
            manager = await house.watch("manager", "manager")
            refused = await outcome(manager, "open_counter", counter="c1")

            assert ("COUNTER_TAKEN", "officer:siti") == (refused["code"], refused["officer"])
            assert since_ms == refused["since_at_ms"]

    played(scenario())


def test_a_command_sent_too_often_is_refused_with_the_time_to_wait() -> None:
    """The door's limit, as over HTTP. Source: contract, `TOO_MANY`."""

    async def scenario() -> None:
        async with open_house() as house:
            kiosk = await house.watch("kiosk", "k1")
            house.limit = rejected(Refusal.TOO_MANY, "Slower, please.", retry_after_ms=750)
            refused = await outcome(kiosk, "take_ticket", service="ktp")

            assert ("TOO_MANY", 750) == (refused["code"], refused["retry_after_ms"])
            assert 0 == len(house.state.tickets)

    played(scenario())


def test_every_command_of_a_burst_has_its_outcome() -> None:
    """As many as a client may have pending, all at once, as after a reconnect: none is lost without a word."""

    async def scenario() -> None:
        async with open_house() as house:
            kiosk = await house.watch("kiosk", "k1")
            names = [f"burst-{count}" for count in range(64)]
            for name in names:
                kiosk.command("take_ticket", command_id=name, service="kk", language="en")
            outcomes = [await kiosk.hear_next("outcome") for _ in names]

            assert sorted(names) == sorted(one["id"] for one in outcomes)
            assert {"LINE_FULL", None, "BUSY"} >= {one.get("code") for one in outcomes}
            assert 6 == len(house.state.tickets)

    played(scenario())


def test_more_commands_than_may_be_under_way_are_busy_at_once() -> None:
    """A socket that outruns the hub is told so, and the hub holds no more of it than the bound."""

    async def scenario() -> None:
        async with open_house() as house:
            kiosk = await house.watch("kiosk", "k1")
            for count in range(COMMANDS_UNDER_WAY_MAX + 3):
                kiosk.command("take_ticket", command_id=f"c{count}", service="kk")
            outcomes = [await kiosk.hear_next("outcome") for _ in range(COMMANDS_UNDER_WAY_MAX + 3)]
            busy = [one["id"] for one in outcomes if one.get("code") == "BUSY"]

            assert [f"c{COMMANDS_UNDER_WAY_MAX + count}" for count in range(3)] == busy

    played(scenario())


@given(
    st.lists(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(str), max_size=4)
)
@settings(max_examples=40, deadline=None)
def test_arguments_that_are_rubbish_are_refused_and_nothing_is_changed(rubbish: list[str]) -> None:
    """Every command, with anything for its keys: an outcome each, and the connection stays."""

    async def scenario() -> None:
        async with open_house() as house:
            caller = await house.watch("manager", "manager")
            before = house.state
            words = dict(zip(("counter", "ticket", "sees", "service"), rubbish, strict=False))
            for name in ("call_next", "transfer", "finish", "return_ticket", "call_ticket", "reprint_ticket"):
                refused = await outcome(caller, name, **words)
                assert not refused["accepted"]

            assert before is house.state

    played(scenario())


def test_an_outcome_is_the_answer_in_the_wires_words() -> None:
    """As a table: an answer or a refusal, and the keys that it fills."""
    table: dict[str, tuple[Any, dict[str, Any]]] = {
        "accepted": (
            Answer(body=b'{"a":1}', seq=7),
            {"accepted": True, "seq": 7, "result": {"a": 1}},
        ),
        "accepted with nothing to say": (Answer(seq=7), {"accepted": True, "seq": 7, "result": {}}),
        "refused": (
            Answer(refusal=rejected(Refusal.STALE_VIEW, "moved on"), seq=7),
            {"accepted": False, "code": "STALE_VIEW", "detail": "moved on"},
        ),
        "busy": (
            rejected(Refusal.BUSY, "later"),
            {"accepted": False, "code": "BUSY", "detail": "later", "retry_after_ms": 1_000},
        ),
        "unknown": (
            rejected(Refusal.OUTCOME_UNKNOWN, "who knows"),
            {"accepted": False, "code": "OUTCOME_UNKNOWN", "detail": "who knows", "retry_after_ms": 1_000},
        ),
        "invalid": (
            rejected(Refusal.INVALID, "no", path="$.a", message="no"),
            {
                "accepted": False,
                "code": "INVALID",
                "detail": "no",
                "errors": [{"path": "$.a", "message": "no"}],
            },
        ),
    }
    told = {
        name: msgspec.json.decode(msgspec.json.encode(outcome_of("c1", answer)))
        for name, (answer, _) in table.items()
    }

    assert {name: {"type": "outcome", "id": "c1", **keys} for name, (_, keys) in table.items()} == told
