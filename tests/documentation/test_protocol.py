"""docs/protocol.md and the code's own tables say the same, row by row."""

import inspect
import re
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import argon2
import msgspec
import pytest
from starlette.routing import Route, WebSocketRoute

from queue_server.clock import FakeClock
from queue_server.config import load
from queue_server.domain import events
from queue_server.domain.commands import FinishResult, OrderReason, PauseReason, TransferPlace
from queue_server.domain.refusals import Refusal
from queue_server.halls import Halls
from queue_server.identity.permissions import PERMISSIONS
from queue_server.identity.store import open_identity
from queue_server.intake import ENTRANCES
from queue_server.journal.memory import MemoryJournal
from queue_server.speech.service import SpeechService
from queue_server.web.assets import Assets
from queue_server.web.demo import Demo
from queue_server.web.describe import VIEW_STATES
from queue_server.web.limits import Limiter, SocketCounts
from queue_server.web.problems import STATUS
from queue_server.web.routes import routes
from queue_server.web.services import Services
from queue_server.web.shell import Shell
from queue_server.wire import messages, requests, shapes
from queue_server.wire.close_codes import CLOSE_RULES
from tests.documentation.markdown import ROOT, codes, rows

PAGE = "docs/protocol.md"

METHODS = {"GET", "POST", "PATCH", "DELETE", "PUT"}
NOT_CALLS = re.compile(r"/audio/\{name\}|/static/.*")
"""Files, under addresses that views and pages carry."""


async def test_every_route_is_described(tmp_path: Path) -> None:
    """Calls and pages: method and path as the route table has them."""
    calls = {tuple(codes(row[0])[0].split(" ")) for row in rows(PAGE, "Calls", "call")}
    pages = {tuple(codes(row[0])[0].split(" ")) for row in rows(PAGE, "Pages", "page")}

    assert await _routes(tmp_path) == calls | pages
    assert set() == calls & pages


def test_every_refusal_is_described_with_its_status() -> None:
    """In the order of precedence of their own list."""
    described = [(codes(row[0])[0], int(row[1])) for row in rows(PAGE, "Refusals", "code")]

    assert [(code.value, STATUS[code]) for code in Refusal] == described


def test_every_close_code_is_described() -> None:
    """Number, name, meaning, and whether and how soon to come back."""
    described = {(int(row[0]), codes(row[1])[0], row[2], row[3]) for row in rows(PAGE, "Close codes", "code")}

    assert {
        (code.value, code.name, rule.meaning, f"yes, after {rule.after_ms} ms" if rule.retry else "no")
        for code, rule in CLOSE_RULES.items()
    } == described


@pytest.mark.parametrize(
    ("heading", "frames"),
    [("Frames up", get_args(messages.Upward)), ("Frames down", get_args(messages.Downward))],
)
def test_every_frame_is_described_with_its_keys(heading: str, frames: tuple[type[Any], ...]) -> None:
    """In the order in which the code has them."""
    described = {codes(row[0])[0]: codes(row[1]) for row in rows(PAGE, heading, "frame")}

    assert {_tag(frame): list(frame.__struct_fields__) for frame in frames} == described


def test_every_command_is_described_with_its_keys_and_its_age() -> None:
    """The keys of a frame: the target, then what the command carries."""
    described = {codes(row[0])[0]: (codes(row[1]), row[2]) for row in rows(PAGE, "Commands", "command")}

    assert {name: (_keys(name), _age(name)) for name in ENTRANCES} == described


def test_every_view_is_described() -> None:
    """With what the hello must say; who may is the permissions' matter."""
    described = {codes(row[0])[0] for row in rows(PAGE, "Views", "view")}

    assert set(VIEW_STATES) == set(get_args(messages.ViewName)) == described
    assert {f"view_{name}" for name in described} <= set(PERMISSIONS)


def test_every_shape_is_described_with_its_keys() -> None:
    """All that can travel down; in the order in which the code has them."""
    described = {codes(row[0])[0]: codes(row[1]) for row in rows(PAGE, "Shapes", "shape")}

    assert {shape.__name__: list(shape.__struct_fields__) for shape in _shapes()} == described


def test_every_event_is_described_with_its_keys() -> None:
    """An integrator who reads the journal meets nothing that is not here."""
    described = {codes(row[0])[0]: codes(row[1]) for row in rows(PAGE, "The journal", "event")}

    assert {event.__name__: list(event.__struct_fields__) for event in get_args(events.AnyEvent)} == described


def test_every_closed_set_of_words_is_described() -> None:
    """States, reasons, statuses: word by word."""
    described = {row[0]: codes(row[1]) for row in rows(PAGE, "Words in them", "set")}

    assert {
        "ticket state": _words(shapes.TicketStateName),
        "category": _words(shapes.CategoryName),
        "counter state": _words(shapes.CounterStateName),
        "voice of a call": _words(shapes.VoiceStateName),
        "paper of a ticket": _words(shapes.PrintStateName),
        "device status": _words(shapes.DeviceStatusName),
        "place in line": [place.value for place in TransferPlace],
        "reason for a call out of order": [reason.value for reason in OrderReason],
        "reason for a pause": [reason.value for reason in PauseReason],
        "result of a visit": [result.value for result in FinishResult],
        "report of a call": _words(_field(requests.ReportCallRequest, "what")),
        "report of a print": _words(_field(requests.ReportPrintRequest, "status")),
        "warning": _words(shapes.WarningCode),
    } == described


async def _routes(folder: Path) -> set[tuple[str, ...]]:
    """The table as the composition root has it made; nothing behind it is started, and no handler called."""
    clock = FakeClock()
    async with open_identity(folder, clock=clock, hasher=argon2.PasswordHasher(1, 8, 1)) as identity:
        services = Services(
            config=load(ROOT / "config.toml", {}),
            clock=clock,
            halls=Halls({}),
            identity=identity,
            speech=SpeechService(folder / "speech", None, None),
            shell=Shell(assets=Assets.read()),
            limiter=Limiter(),
            socket_counts=SocketCounts(),
            outboxes={},
            new_id=lambda: "",
            is_demo=False,
            is_store_well=lambda: True,
        )
        table = routes(services, MemoryJournal(), Demo(identity, is_on=False))
    found: set[tuple[str, ...]] = set()
    for route in table:
        if isinstance(route, WebSocketRoute):
            found.add(("GET", route.path))
        elif isinstance(route, Route) and not NOT_CALLS.fullmatch(route.path):
            found |= {(method, route.path) for method in METHODS & (route.methods or set())}
    return found


def _keys(command: str) -> list[str]:
    entrance = ENTRANCES[command]
    target = () if entrance.target is None else entrance.target.__struct_fields__
    return [*target, *(entrance.frame or entrance.request).__struct_fields__]


def _age(command: str) -> str:
    age_ms_max = ENTRANCES[command].age_ms_max
    return "none" if age_ms_max is None else f"{age_ms_max // 1000} s"


def _tag(frame: type[Any]) -> str:
    return str(frame.__struct_config__.tag)


def _shapes() -> Iterable[type[msgspec.Struct]]:
    return [found for found in _classes(shapes) if found is not shapes.Shape]


def _classes(module: ModuleType) -> list[type[shapes.Shape]]:
    found = (value for _, value in inspect.getmembers(module, inspect.isclass))
    return [
        value for value in found if issubclass(value, shapes.Shape) and value.__module__ == module.__name__
    ]


def _field(struct: type[msgspec.Struct], name: str) -> Any:
    return next(field.type for field in msgspec.structs.fields(struct) if field.name == name)


def _words(literal: Any) -> list[str]:
    return [str(word) for word in get_args(literal)]
