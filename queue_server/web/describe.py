"""The two descriptions, made from the types that the code uses: OpenAPI 3.1 for HTTP, AsyncAPI 3 for the live socket."""

from functools import cache
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from queue_server import __version__
from queue_server.domain.refusals import Refusal
from queue_server.intake import ENTRANCES
from queue_server.web.operation import Operation
from queue_server.web.operations import OPERATIONS
from queue_server.web.problems import MEDIA_TYPE, STATUS, Problem
from queue_server.wire import messages, shapes
from queue_server.wire.close_codes import CLOSE_RULES

REF = "#/components/schemas/{name}"

VIEW_STATES: dict[str, type[shapes.Shape]] = {
    "hall": shapes.HallView,
    "ticket": shapes.TicketView,
    "display": shapes.DisplayState,
    "announcer": shapes.AnnouncerState,
    "kiosk": shapes.KioskState,
    "printer": shapes.PrinterState,
    "counter": shapes.CounterView,
    "manager": shapes.ManagerState,
}
"""What `state` is in a view frame."""

_INFO = {
    "title": "Antrean",
    "version": __version__,
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}

_PATH_SCHEMA = {"type": "string", "minLength": 1, "maxLength": 64}


async def openapi_document(_request: Request) -> Response:
    """`GET /api/v1/openapi.json`."""
    return Response(openapi(), media_type="application/json")


async def asyncapi_document(_request: Request) -> Response:
    """`GET /api/v1/asyncapi.json`."""
    return Response(asyncapi(), media_type="application/json")


@cache
def openapi() -> bytes:
    """The HTTP calls."""
    types = [Problem]
    for operation in OPERATIONS:
        types += [kind for kind in (operation.body, *operation.answers.values()) if kind is not None]
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    schema_of = {_name(kind): schema for kind, schema in zip(types, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation, schema_of)
    document = {
        "openapi": "3.1.0",
        "info": _INFO
        | {"description": "The calls of a public service hall's hub. Instants are ms since 1970 UTC."},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "antrean_session"},
            },
        },
    }
    return msgspec.json.encode(document)


@cache
def asyncapi() -> bytes:
    """The live socket."""
    received, sent, components = _socket_messages()
    channel = {"$ref": "#/channels/live"}
    document = {
        "asyncapi": "3.0.0",
        "info": _INFO | {"description": "Whole views down, commands up. " + _close_codes()},
        "x-close-codes": [
            {"code": code.value, "name": code.name, **msgspec.structs.asdict(rule)}
            for code, rule in CLOSE_RULES.items()
        ],
        "x-refusals": [refusal.value for refusal in Refusal],
        "channels": {
            "live": {
                "address": "/api/v1/halls/{hall}/live",
                "parameters": {"hall": {"description": "The hall's id."}},
                "messages": {name: {"payload": payload} for name, payload in (received | sent).items()},
            }
        },
        "operations": {
            action: {
                "action": action,
                "channel": channel,
                "messages": [{"$ref": f"#/channels/live/messages/{name}"} for name in names],
            }
            for action, names in (("receive", received), ("send", sent))
        },
        "components": {"schemas": components},
    }
    return msgspec.json.encode(document)


def _socket_messages() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """By name, the payloads of what the hub receives and of what it sends; then the schemas that they refer to."""
    upward: list[Any] = [messages.Hello, messages.StatusFrame]
    downward: list[Any] = [messages.Beat, messages.Outcome, messages.Bye]
    requests = {name: entrance.frame or entrance.request for name, entrance in ENTRANCES.items()}
    targets = {name: entrance.target for name, entrance in ENTRANCES.items() if entrance.target is not None}
    types = [
        *upward,
        *downward,
        messages.CommandFrame,
        *requests.values(),
        *targets.values(),
        *VIEW_STATES.values(),
    ]
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    schema_of = {_name(kind): schema for kind, schema in zip(types, schemas, strict=True)}
    commands = {
        f"Command_{name}": {
            "allOf": [
                schema_of[_name(messages.CommandFrame)],
                {"type": "object", "properties": {"command": {"const": name}}},
                schema_of[_name(requests[name])],
                *([schema_of[_name(targets[name])]] if name in targets else []),
            ]
        }
        for name in sorted(requests)
    }
    views = {f"View_{name}": _view(name, schema_of[_name(state)]) for name, state in VIEW_STATES.items()}
    received, sent = ({kind.__name__: schema_of[_name(kind)] for kind in way} for way in (upward, downward))
    return received | commands, sent | views, components


def _view(name: str, state: Any) -> dict[str, Any]:
    """The frame of one view; its state is a type of its own, so the frame's type cannot hold it."""
    return {
        "type": "object",
        "required": ["type", "view", "seq", "journal_id", "state"],
        "properties": {
            "type": {"const": "view"},
            "view": {"const": name},
            "seq": {"type": "integer"},
            "journal_id": {"type": "string"},
            "state": state,
        },
    }


def _operation(operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": _parameters(operation),
        "responses": _responses(operation, schema_of),
    }
    if operation.needs_token:
        described["security"] = [{"token": []}, {"session": []}]
    if operation.body is not None:
        schema = schema_of[_name(operation.body)]
        described["requestBody"] = {
            "required": _is_needed(operation.body),
            "content": {"application/json": {"schema": schema}},
        }
    return described


def _is_needed(body: Any) -> bool:
    """Whether something must stand in a body; an empty one counts as an empty object."""
    struct = getattr(body, "__origin__", body)
    return any(field.required for field in msgspec.structs.fields(struct))


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    path = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _PATH_SCHEMA} for name in path
    ]
    for name, schema in operation.query.items():
        plain = {key: value for key, value in schema.items() if key != "required"}
        parameters.append(
            {"name": name, "in": "query", "required": schema.get("required", False), "schema": plain}
        )
    if operation.is_command:
        key = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[!-~]+$"}
        age = {"type": "integer", "minimum": 0, "maximum": 7 * 24 * 3_600_000}
        parameters += [
            {"name": "Idempotency-Key", "in": "header", "required": False, "schema": key},
            {"name": "Command-Age-Ms", "in": "header", "required": False, "schema": age},
        ]
    return parameters


def _responses(operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, kind in operation.answers.items():
        responses[str(status)] = {"description": operation.summary}
        if kind is not None:
            schema = schema_of[_name(kind)]
            responses[str(status)]["content"] = {operation.media: {"schema": schema}}
    by_status: dict[int, list[Refusal]] = {}
    for refusal in operation.refusals:
        by_status.setdefault(STATUS[refusal], []).append(refusal)
    for status, refusals in sorted(by_status.items()):
        responses[str(status)] = {
            "description": ", ".join(refusals),
            "content": {MEDIA_TYPE: {"schema": schema_of[_name(Problem)]}},
        }
    return responses


def _name(kind: Any) -> str:
    return repr(kind)


def _close_codes() -> str:
    return "Close codes: " + " ".join(
        f"{code.value} {rule.meaning} {'Come back.' if rule.retry else 'Do not come back.'}"
        for code, rule in CLOSE_RULES.items()
    )
