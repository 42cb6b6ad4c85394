"""The frames of the live socket: what is sent is what is read, and nothing that is read breaks anything."""

import json
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.wire import messages
from queue_server.wire.messages import (
    Beat,
    Bye,
    CommandFrame,
    Downward,
    Hello,
    Outcome,
    StatusFrame,
    Upward,
    View,
)
from tests.wire.anything import INT_MAX, JSON, anything_of

UPWARD, DOWNWARD = get_args(Upward), get_args(Downward)
UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)
"""All that decoding may raise; whoever decodes for the outside answers each of them."""

FRAMES: list[tuple[str, Any]] = [
    (
        '{"type":"hello","protocol":1,"view":"display","token":"t","zone":"east"}',
        Hello(protocol=1, view="display", token="t", zone="east"),
    ),
    ('{"type":"hello","protocol":1,"view":"hall","token":null}', Hello(protocol=1, view="hall")),
    (
        '{"type":"command","id":"k1","command":"call_next","counter":"1","sees":null}',
        CommandFrame(id="k1", command="call_next"),
    ),
    (
        '{"type":"command","id":"k1","command":"recall","age_ms":250}',
        CommandFrame(id="k1", command="recall", age_ms=250),
    ),
    (
        '{"type":"status","status":"paper_out","detail":"empty"}',
        StatusFrame(status="paper_out", detail="empty"),
    ),
    (
        '{"type":"view","view":"hall","seq":7,"journal_id":"j","state":{"a":[1]}}',
        View(view="hall", seq=7, journal_id="j", state=msgspec.Raw(b'{"a":[1]}')),
    ),
    ('{"type":"beat","seq":7,"now_ms":1790000000000}', Beat(seq=7, now_ms=1_790_000_000_000)),
    (
        '{"type":"outcome","id":"k1","accepted":true,"seq":8,"result":{}}',
        Outcome(id="k1", accepted=True, seq=8, result={}),
    ),
    (
        '{"type":"outcome","id":"k1","accepted":false,"code":"STALE_VIEW","detail":"moved on"}',
        Outcome(id="k1", accepted=False, code="STALE_VIEW", detail="moved on"),
    ),
    (
        '{"type":"bye","code":1001,"retry":true,"after_ms":250}',
        Bye(code=1001, retry=True, after_ms=250),
    ),
]
"""As the contract writes them, and what they are."""


@pytest.mark.parametrize(("text", "frame"), FRAMES, ids=lambda case: case if isinstance(case, str) else "")
def test_a_frame_of_the_contract_is_read_as_it_says(text: str, frame: Any) -> None:
    """Source: contract, "Live socket", 1 to 6. Keys of a command that intake reads are passed over here."""
    union = Upward if isinstance(frame, UPWARD) else Downward

    assert frame == msgspec.json.decode(text, type=union)


@pytest.mark.parametrize(
    ("text", "frame"), [case for case in FRAMES if isinstance(case[1], DOWNWARD)], ids=lambda _: ""
)
def test_what_the_hub_says_is_word_for_word_the_contracts(text: str, frame: Any) -> None:
    """Keys that say nothing are left out of an outcome, never of a view, a beat or a bye."""
    assert json.loads(text) == json.loads(msgspec.json.encode(frame))


@pytest.mark.parametrize("kind", [*UPWARD, *DOWNWARD])
def test_a_frame_is_read_as_it_was_sent(kind: type[msgspec.Struct]) -> None:
    """decode(encode(x)) == x, for every frame and every value that its fields may have."""
    union = Upward if kind in UPWARD else Downward

    @given(anything_of(kind))
    def law(frame: msgspec.Struct) -> None:
        assert _comparable(frame) == _comparable(msgspec.json.decode(msgspec.json.encode(frame), type=union))

    law()


@pytest.mark.parametrize("kind", [*UPWARD, *DOWNWARD])
def test_keys_that_are_not_known_are_passed_over(kind: type[msgspec.Struct]) -> None:
    """Additions break nobody. Source: contract, "clients ignore what they do not know"."""
    union = Upward if kind in UPWARD else Downward

    @given(anything_of(kind), JSON)
    def law(frame: msgspec.Struct, value: Any) -> None:
        more = json.loads(msgspec.json.encode(frame)) | {"zz_of_a_later_version": value}
        read = msgspec.json.decode(json.dumps(more), type=union)

        assert _comparable(frame) == _comparable(read)

    law()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "hello",
        "{}",
        '{"type":"hello"}',
        '{"type":"hello","protocol":"1","view":"hall"}',
        '{"type":"hello","protocol":1,"view":"everything"}',
        '{"type":"hello","protocol":1.5,"view":"hall"}',
        '{"type":"hello","protocol":1,"view":"hall","token":7}',
        '{"type":"hello","protocol":1,"view":"hall","seq":"7"}',
        '{"type":"command","id":"k1"}',
        '{"type":"command","id":7,"command":"recall"}',
        '{"type":"status","status":"on fire"}',
        '{"type":"view","view":"hall","seq":1,"journal_id":"j","state":{}}',
        '{"type":"bye","code":1001,"retry":true}',
        '{"type":["hello"]}',
        '{"type":"hello","protocol":1,"view":"hall"}{}',
    ],
)
def test_a_frame_that_is_not_one_is_refused(text: str) -> None:
    """Missing keys, wrong types, unknown words, the hub's own frames: each ends in the one error that is caught."""
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(text, type=Upward)


@given(st.binary() | st.text(st.characters()) | JSON.map(msgspec.json.encode))
def test_rubbish_is_refused_by_one_of_three_errors(rubbish: bytes | str) -> None:
    """Bytes, texts with halves of letters, any JSON: whatever comes, decoding ends in a frame or in these."""
    for union in (Upward, Downward):
        try:
            read: Any = msgspec.json.decode(rubbish, type=union)
        except UNREADABLE:
            continue
        raise AssertionError(read)


@pytest.mark.parametrize("depth", [2_000, 30_000])
def test_a_frame_nested_without_end_is_refused_by_one_of_them_too(depth: int) -> None:
    """Fits in 64 KiB, and the parser's depth is not ours to choose."""
    nested = '{"type":"hello","protocol":1,"view":"hall","x":' + "[" * depth + "]" * depth + "}"

    assert len(nested) < messages.FRAME_BYTES_MAX
    with pytest.raises(UNREADABLE):
        msgspec.json.decode(nested, type=Upward)


def test_the_times_of_the_conversation_fit_together() -> None:
    """A beat at least every 5 s, hello within 5 s, late after two beats, lost after a minute. Source: contract, design."""
    assert (1, 64 * 1024, 5_000) == (
        messages.PROTOCOL,
        messages.FRAME_BYTES_MAX,
        messages.HELLO_WITHIN_MS,
    )
    assert messages.BEAT_EVERY_MS < 5_000
    assert 2 * messages.BEAT_EVERY_MS <= messages.LATE_AFTER_MS == 8_000
    assert (2_000, 60_000) == (messages.LATE_CLOSED_AFTER_MS, messages.LOST_AFTER_MS)


def test_a_frame_is_frozen_and_bears_its_type() -> None:
    """No two share one; the word is what the other side reads first."""
    types = {kind: kind.__struct_config__.tag for kind in (*UPWARD, *DOWNWARD)}

    assert {
        Hello: "hello",
        CommandFrame: "command",
        StatusFrame: "status",
        View: "view",
        Beat: "beat",
        Outcome: "outcome",
        Bye: "bye",
    } == types
    assert {True} == {kind.__struct_config__.frozen for kind in types}


@given(seq=st.integers(0, INT_MAX))
def test_a_number_that_javascript_reads_exactly_comes_through(seq: int) -> None:
    """`live.js` is the other half: beyond 2 to the 53rd it would read another number."""
    beat = Beat(seq=seq, now_ms=seq)

    assert [seq, seq] == [json.loads(msgspec.json.encode(beat))[key] for key in ("seq", "now_ms")]


def _comparable(frame: Any) -> Any:
    """A raw state is compared by what it says, not by how it is spaced."""
    if isinstance(frame, View):
        return (frame.view, frame.seq, frame.journal_id, json.loads(bytes(frame.state)))
    return frame
