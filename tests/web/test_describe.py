"""The two descriptions: valid, whole, and made from the types that the code uses. Source: contract, first lines."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR
from starlette.routing import Route

from queue_server.domain.refusals import Refusal
from queue_server.intake import ENTRANCES
from queue_server.web.describe import VIEW_STATES, asyncapi, openapi
from queue_server.web.operations import OPERATIONS
from queue_server.web.problems import STATUS
from queue_server.wire.close_codes import CLOSE_RULES, CloseCode
from queue_server.wire.requests import NoBody
from tests.contract.house import House, running_house
from tests.web.doors import doors

CALLS = msgspec.json.decode(openapi())
SOCKET = msgspec.json.decode(asyncapi())

DEVICES_ONLY = {Refusal.UNKNOWN_CALL, Refusal.UNKNOWN_JOB}
"""Of reports, which have no HTTP call."""

PAGES = {"/audio/{name}", "/static/{path:path}"}
"""Addresses outside `/api` that are files; pages are HTML and no part of the description."""


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in CALLS["paths"].items():
        for method, described in methods.items():
            yield method, path, described


def refs(value: object) -> Iterator[str]:
    """Every `$ref` anywhere in a document."""
    if isinstance(value, dict):
        yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
        for inner in value.values():
            yield from refs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from refs(inner)


def at(document: Any, ref: str) -> Any:
    """What a local reference points at."""
    found = document
    for part in ref.removeprefix("#/").split("/"):
        found = found[part]
    return found


def test_the_calls_are_a_valid_openapi_3_1_document() -> None:
    """Against the specification's own schema (as schemathesis ships it)."""
    assert "3.1.0" == CALLS["openapi"]
    assert [] == [str(error) for error in OPENAPI_31_VALIDATOR.iter_errors(CALLS)]


async def test_every_route_of_the_interface_is_described_and_nothing_else(tmp_path: Path) -> None:
    """So that neither table can grow without the other."""
    async with doors(tmp_path) as (app, _):
        routed = {
            (method.lower(), route.path)
            for route in app.routes
            if isinstance(route, Route) and route.path not in PAGES
            for method in route.methods or ()
            if method != "HEAD"
        }
    pages = {("get", path) for method, path in routed if method == "get" and _is_page(path)}

    assert routed - pages == {(method, path) for method, path, _ in operations()}


def _is_page(path: str) -> bool:
    return not path.startswith("/api/") and path not in {"/healthz", "/readyz", "/metrics"}


def test_every_operation_has_a_name_of_its_own() -> None:
    """Client generators make functions of them."""
    names = [described["operationId"] for _, _, described in operations()]

    assert len(set(names)) == len(names) == len(OPERATIONS)


def test_every_refusal_of_http_stands_at_some_call_with_its_status() -> None:
    """And with the form of a problem document."""
    found: set[tuple[int, str]] = set()
    for _, _, described in operations():
        for status, answer in described["responses"].items():
            problem = answer.get("content", {}).get("application/problem+json")
            if problem is not None:
                assert {"$ref": "#/components/schemas/Problem"} == problem["schema"]
                found |= {(int(status), code) for code in answer["description"].split(", ")}

    assert {(STATUS[code], str(code)) for code in Refusal if code not in DEVICES_ONLY} == found


def test_every_command_takes_a_key_and_an_age() -> None:
    """ "Every POST and DELETE takes `Idempotency-Key`" of a hall's commands."""
    for method, path, described in operations():
        names = {parameter["name"] for parameter in described["parameters"]}
        is_command = "{hall}" in path and method in ("post", "delete")

        assert is_command == ({"Idempotency-Key", "Command-Age-Ms"} <= names), path


def test_a_body_is_asked_for_where_something_must_be_in_it() -> None:
    """`sees` at a counter, `service` of a ticket; opening a counter needs none."""
    required = {
        described["operationId"]: described["requestBody"]["required"]
        for _, _, described in operations()
        if "requestBody" in described
    }

    assert (True, True, False) == (
        required["next_at_counter"],
        required["take_ticket"],
        required["open_at_counter"],
    )


@pytest.mark.parametrize("document", [CALLS, SOCKET], ids=["OpenAPI", "AsyncAPI"])
def test_every_reference_leads_somewhere_and_every_schema_is_one(document: Any) -> None:
    """JSON Schema of 2020-12, the dialect of OpenAPI 3.1."""
    for ref in refs(document):
        assert isinstance(at(document, ref), dict), ref
    for name, schema in document["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid(schema), name


def test_the_socket_is_a_whole_asyncapi_3_document() -> None:
    """What the specification requires: version, info, channels with addresses, operations that name them."""
    channel = SOCKET["channels"]["live"]

    assert "3.0.0" == SOCKET["asyncapi"]
    assert {"title", "version"} <= SOCKET["info"].keys()
    assert "/api/v1/halls/{hall}/live" == channel["address"]
    assert {"hall"} == channel["parameters"].keys()
    assert {"receive", "send"} == {operation["action"] for operation in SOCKET["operations"].values()}
    told = [ref for operation in SOCKET["operations"].values() for ref in refs(operation["messages"])]
    assert sorted(f"#/channels/live/messages/{name}" for name in channel["messages"]) == sorted(told)
    assert {"#/channels/live"} == {
        operation["channel"]["$ref"] for operation in SOCKET["operations"].values()
    }


def test_every_command_view_frame_refusal_and_close_code_is_in_it() -> None:
    """From the tables that the hub works by."""
    assert (
        {"Hello", "StatusFrame", "Beat", "Outcome", "Bye"}
        | {f"Command_{name}" for name in ENTRANCES}
        | {f"View_{name}" for name in VIEW_STATES}
    ) == SOCKET["channels"]["live"]["messages"].keys()
    assert [str(code) for code in Refusal] == SOCKET["x-refusals"]
    assert {code: CLOSE_RULES[code].retry for code in CloseCode} == {
        CloseCode(rule["code"]): rule["retry"] for rule in SOCKET["x-close-codes"]
    }


def _validator(document: Any, schema: Any) -> jsonschema_rs.Validator:
    """A schema of a document, with everything that it refers to."""
    return jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]})


def _message(name: str) -> jsonschema_rs.Validator:
    return _validator(SOCKET, SOCKET["channels"]["live"]["messages"][name]["payload"])


async def test_what_the_hub_sends_is_what_the_description_says(tmp_path: Path) -> None:
    """Real frames of every view, and outcomes of both kinds, against their messages."""
    async with running_house(tmp_path) as house:
        ticket = await _morning(house)
        posts: dict[str, dict[str, Any]] = {
            "hall": {},
            "ticket": {"ticket": ticket},
            "display": {"by": "screen"},
            "announcer": {"by": "screen"},
            "kiosk": {"by": "kiosk"},
            "printer": {"by": "printer"},
            "counter": {"by": "siti", "counter": "loket-1"},
            "manager": {"by": "manager"},
        }
        assert VIEW_STATES.keys() == posts.keys()
        for view, more in posts.items():
            async with house.socket() as socket:
                by = more.pop("by", None)
                token = None if by is None else await house.token(by)
                hello = {"type": "hello", "protocol": 1, "view": view, "token": token, **more}
                _message("Hello").validate(hello)
                await socket.send(**hello)
                _message(f"View_{view}").validate(await socket.next())
                _message("Outcome").validate(await socket.command("fly", id="k"))
        async with house.socket(view="kiosk", by="kiosk") as socket:
            frame = {"type": "command", "id": "k2", "command": "take_ticket", "service": "kk"}
            _message("Command_take_ticket").validate(frame)
            await socket.send(**frame)
            outcome = await socket.of_type("outcome")
            _message("Outcome").validate(outcome)
            assert outcome["accepted"]
            await socket.connection.send(b"bytes")
            _message("Bye").validate(await socket.of_type("bye"))


async def _morning(house: House) -> str:
    """A line, a call, a parked and a missed ticket; the id of the one in hand."""
    tickets = [
        await house.take(category=category) for category in ("regular", "elderly", "regular", "regular")
    ]
    await house.at_desk("open")
    first = (await house.at_desk("next", sees=None))["ticket"]["id"]
    await house.at_desk("park", sees=first)
    second = (await house.at_desk("next", sees=None))["ticket"]["id"]
    third = (await house.at_desk("next", sees=second))["ticket"]["id"]
    assert len({first, second, third}) == 3 < len(tickets)
    return str(third)


def test_a_frame_that_is_none_fits_no_message() -> None:
    """The control: a schema that lets everything pass would prove nothing."""
    bye = {"type": "bye", "code": "4400", "retry": False}

    assert not _message("Bye").is_valid(bye)
    assert not _message("View_hall").is_valid(
        {"type": "view", "view": "hall", "seq": 1, "journal_id": "x", "state": {}}
    )
    assert not _message("Command_call_next").is_valid({"type": "command", "id": "k", "command": "call_next"})


def test_commands_without_a_body_are_named() -> None:
    """What takes nothing beyond its path says so by having no body at all or an empty one."""
    empty = {
        operation.id for operation in OPERATIONS if operation.is_command and operation.body in (None, NoBody)
    }

    assert {
        "cancel_ticket",
        "resume_at_counter",
        "close_at_counter",
        "settle_clock",
        "confirm_restore",
    } == empty
