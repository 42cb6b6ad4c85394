"""The client's half of the conversation, shown by vectors that Python and the browser's `live.js` both run.

`tests/vectors/session.json` is `{"cases": [CASE, …]}`. A CASE has a `name` that states the rule, the retry policy
(`base_ms`, `cap_ms`), the `hello` (without `seq`) and `steps`. Each step is one input and all that must follow:

- `at_ms`: the instant of the input; `jitter`: the number from 0 to 1 that goes with it (0.5 where it is absent)
- `do`: the input. `start`; `opened`; `frame` with `frame` (an object) or `text` (as it came); `closed` with `code`
  (null: no close frame came); `woken`; `command` with `id`, `command`, `args`; `status` with `status`, `detail`;
  `forget` with `id`
- `then`: the actions, in order: `"connect"`, `"drop"`, `{"send": FRAME}`, `{"view": SEQ}` (deliver the view with
  that seq), `{"outcome": ID}` (settle that command). In a FRAME, a key that is null and an absent one are the same.
- `phase`: after the input. `wake_at_ms`: when `woken` is due at the latest; null: never.

A wait is `after_ms + floor(min(cap_ms, base_ms * 2 ** failures) * jitter)`.
"""

import json
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.wire.messages import Downward, Hello, StatusFrame
from queue_server.wire.retry import AT_ONCE, HALL_DEVICES, PHONES, RetryPolicy, delay_ms
from queue_server.wire.session import (
    PENDING_COUNT_MAX,
    Action,
    Connect,
    Deliver,
    Drop,
    Phase,
    Send,
    Session,
    Settle,
)

VECTORS = Path(__file__).parents[1] / "vectors" / "session.json"
CASES = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_session_keeps_the_law_named_by_the_case(case: dict[str, Any]) -> None:
    """The laws stand at the head of `session.py`."""
    session = Session(
        hello=Hello(protocol=1, **case["hello"]),
        policy=RetryPolicy(base_ms=case["base_ms"], cap_ms=case["cap_ms"]),
    )

    for number, step in enumerate(case["steps"]):
        actions = [_as_vector(action) for action in _do(session, step)]
        expected = (number, _without_null(step["then"]), step["phase"], step["wake_at_ms"])
        assert expected == (number, actions, session.phase.value, session.wake_at_ms)


def test_the_ceiling_of_the_wait_doubles_up_to_the_cap() -> None:
    """0.25 s at first; 2 s at most for the hall's devices, 15 s for phones (design, "A screen comes back")."""
    devices = [delay_ms(HALL_DEVICES, attempt=attempt, jitter=1.0) for attempt in range(6)]
    phones = [delay_ms(PHONES, attempt=attempt, jitter=1.0) for attempt in range(8)]

    assert devices == [250, 500, 1_000, 2_000, 2_000, 2_000]
    assert phones == [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]


@given(attempt=st.integers(min_value=0, max_value=10**9), jitter=st.floats(min_value=0, max_value=1))
def test_a_wait_lies_between_nothing_and_its_cap(attempt: int, jitter: float) -> None:
    """Full jitter, however often it failed; tests switch every wait to zero."""
    assert 0 <= delay_ms(HALL_DEVICES, attempt=attempt, jitter=jitter) <= HALL_DEVICES.cap_ms
    assert delay_ms(AT_ONCE, attempt=attempt, jitter=jitter) == 0


def test_more_commands_than_the_bound_are_refused_at_once() -> None:
    """A device that outruns its hub is told BUSY; what waits already keeps its place."""
    session = Session(hello=Hello(protocol=1, view="printer"), policy=HALL_DEVICES)
    session.start(0)
    for number in range(PENDING_COUNT_MAX):
        session.command(0, id=f"c{number}", command="report_print", args={})

    (settled,) = session.command(0, id="one too many", command="report_print", args={})

    assert isinstance(settled, Settle)
    assert (settled.outcome.accepted, settled.outcome.code) == (False, "BUSY")


def test_nothing_is_heard_after_the_end() -> None:
    """Never means never: after a final bye no input brings a socket or a view back."""
    session = Session(hello=Hello(protocol=1, view="hall"), policy=AT_ONCE)
    session.start(0)
    session.opened(1)
    session.received(2, '{"type":"bye","code":4401,"retry":false,"after_ms":0}', jitter=0.0)

    late = '{"type":"view","view":"hall","seq":1,"journal_id":"j","state":{}}'
    assert session.received(3, late, jitter=0.0) == []
    assert session.woken(10**9, jitter=0.0) == []
    assert (session.phase, session.wake_at_ms) == (Phase.STOPPED, None)
    assert session.ending is not None
    assert (session.ending.code, session.ending.meaning) == (4401, "No valid token or session.")


@given(st.lists(st.one_of(st.text(), st.binary()), max_size=20))
def test_rubbish_from_the_hub_never_breaks_the_session(rubbish: list[str | bytes]) -> None:
    """Rubbish in never crashes, and shows nothing."""
    session = Session(hello=Hello(protocol=1, view="hall"), policy=HALL_DEVICES)
    session.start(0)
    session.opened(1)

    assert [session.received(2, text, jitter=0.5) for text in rubbish] == [[] for _ in rubbish]
    assert session.phase is Phase.CONNECTING


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"view","view":"hall","seq":1,"journal_id":"j","state":' + "[" * 30_000 + "]" * 30_000 + "}",
        '{"type":"beat","seq":1,"now_ms":1,"of_a_later_version":' + "[" * 30_000 + "]" * 30_000 + "}",
        "[" * 30_000,
        '{"type":"beat\ud800"}',
        "\ud800",
    ],
    ids=["a view too deep", "a beat too deep", "brackets", "half a letter", "half a letter alone"],
)
def test_a_frame_that_no_parser_reads_is_passed_over(text: str) -> None:
    """Neither depth nor half a letter ends an agent: it waits for the next frame that it can read."""
    session = Session(hello=Hello(protocol=1, view="hall"), policy=HALL_DEVICES)
    session.start(0)
    session.opened(1)

    assert [] == session.received(2, text, jitter=0.5)
    view = '{"type":"view","view":"hall","seq":1,"journal_id":"j","state":{}}'
    assert [1] == [
        action.view.seq for action in session.received(3, view, jitter=0.5) if isinstance(action, Deliver)
    ]


def test_a_frame_that_the_session_forgot_is_our_own_mistake() -> None:
    """Every frame of `Downward` has its answer; one that was added without it fails here, not in the hall."""
    session = Session(hello=Hello(protocol=1, view="hall"), policy=HALL_DEVICES)

    with pytest.raises(AssertionError, match="unreachable"):
        session._answer(0, cast(Downward, Hello(protocol=1, view="hall")), 0.5)


def _do(session: Session, step: dict[str, Any]) -> list[Action]:
    now_ms, jitter = step["at_ms"], step.get("jitter", 0.5)
    match step["do"]:
        case "start":
            return session.start(now_ms)
        case "opened":
            return session.opened(now_ms)
        case "frame":
            text = step["text"] if "text" in step else json.dumps(step["frame"])
            return session.received(now_ms, text, jitter=jitter)
        case "closed":
            return session.closed(now_ms, step["code"], jitter=jitter)
        case "woken":
            return session.woken(now_ms, jitter=jitter)
        case "command":
            return session.command(now_ms, id=step["id"], command=step["command"], args=step["args"])
        case "status":
            return session.report(now_ms, StatusFrame(status=step["status"], detail=step["detail"]))
        case "forget":
            session.forget(step["id"])
            return []
        case other:
            raise AssertionError(other)


def _as_vector(action: Action) -> Any:
    match action:
        case Connect():
            return "connect"
        case Drop():
            return "drop"
        case Send(text=text):
            return {"send": _without_null(json.loads(text))}
        case Deliver(view=view):
            return {"view": view.seq}
        case Settle(outcome=outcome):
            return {"outcome": outcome.id}


def _without_null(value: Any) -> Any:
    match value:
        case dict():
            return {key: _without_null(item) for key, item in value.items() if item is not None}
        case list():
            return [_without_null(item) for item in value]
        case _:
            return value
