"""What a client may ask for: what is let in, and with which path the rest is refused."""

import contextlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.wire import requests as ask
from queue_server.wire.requests import Request
from tests.wire.anything import JSON, anything_of

KINDS = [
    kind
    for kind in vars(ask).values()
    if isinstance(kind, type) and issubclass(kind, Request) and kind is not Request
]
UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_is_read_as_it_was_sent(kind: type[Request]) -> None:
    """decode(encode(x)) == x, for every value within the bounds."""

    @given(anything_of(kind))
    def law(request: Request) -> None:
        assert request == msgspec.json.decode(msgspec.json.encode(request), type=kind)

    law()


@pytest.mark.parametrize("kind", KINDS)
def test_keys_that_are_not_known_are_passed_over(kind: type[Request]) -> None:
    """A newer client may say more than this hub knows. Source: contract, on additions."""

    @given(anything_of(kind), JSON)
    def law(request: Request, value: Any) -> None:
        more = json.loads(msgspec.json.encode(request)) | {"zz_of_a_later_version": value}

        assert request == msgspec.json.decode(json.dumps(more), type=kind)

    law()


@pytest.mark.parametrize("kind", KINDS)
def test_rubbish_never_crashes_a_decoder(kind: type[Request]) -> None:
    """Bytes, texts, JSON: a request or one of the errors that the doors answer."""

    @given(st.binary() | st.text(st.characters()) | JSON.map(msgspec.json.encode))
    def law(rubbish: bytes | str) -> None:
        with contextlib.suppress(*UNREADABLE):
            assert isinstance(msgspec.json.decode(rubbish, type=kind), kind)

    law()


LET_IN: list[tuple[str, Request]] = [
    ('{"service":"ktp"}', ask.TakeTicketRequest(service="ktp")),
    (
        '{"service":"ktp","category":"elderly","language":"en"}',
        ask.TakeTicketRequest(service="ktp", category="elderly", language="en"),
    ),
    ("{}", ask.NoBody()),
    ("{}", ask.OpenCounterRequest(take=False)),
    ("{}", ask.PauseCounterRequest(reason=None)),
    ('{"sees":null}', ask.SeesRequest(sees=None)),
    ('{"sees":"t1"}', ask.FinishRequest(sees="t1", result=None)),
    (
        '{"sees":null,"ticket":"t1","reason":"frail"}',
        ask.CallTicketRequest(sees=None, ticket="t1", reason="frail"),
    ),
    (
        '{"sees":"t1","counter":"2","place":"front"}',
        ask.TransferRequest(sees="t1", counter="2", place="front"),
    ),
    (
        '{"sees":"t1","counter":"1","service":"kk","place":"back"}',
        ask.TransferFrame(sees="t1", service="kk", place="back"),
    ),
    ("{}", ask.ReturnRequest(place="original")),
    ("{}", ask.ReprintRequest(printer=None)),
    ('{"call":1,"what":"spoken"}', ask.ReportCallRequest(call=1, what="spoken")),
    (
        '{"job":"j1","attempt":1,"status":"printed"}',
        ask.ReportPrintRequest(job="j1", attempt=1, status="printed"),
    ),
]
"""The bodies of the contract's table and what is meant where a key is left out."""


@pytest.mark.parametrize(("text", "request_"), LET_IN, ids=lambda case: case if isinstance(case, str) else "")
def test_a_body_of_the_contract_is_read_as_it_says(text: str, request_: Request) -> None:
    """Source: contract, "HTTP" and "Live socket"; over the socket `counter` is the one that sends."""
    assert request_ == msgspec.json.decode(text, type=type(request_))


REFUSED: list[tuple[type[Request], str, str]] = [
    (ask.TakeTicketRequest, "{}", "missing required field `service`"),
    (ask.TakeTicketRequest, '{"service":""}', "$.service"),
    (ask.TakeTicketRequest, '{"service":"' + "x" * 65 + '"}', "$.service"),
    (ask.TakeTicketRequest, '{"service":"ktp","category":"vip"}', "$.category"),
    (ask.TakeTicketRequest, '{"service":"ktp","language":"Indonesian"}', "$.language"),
    (ask.TakeTicketRequest, '{"service":["ktp"]}', "$.service"),
    (ask.OpenCounterRequest, '{"take":1}', "$.take"),
    (ask.PauseCounterRequest, '{"reason":"because I want to"}', "$.reason"),
    (ask.SeesRequest, "{}", "missing required field `sees`"),
    (ask.SeesRequest, '{"sees":7}', "$.sees"),
    (ask.CallTicketRequest, '{"sees":null,"ticket":"t1"}', "missing required field `reason`"),
    (ask.CallTicketRequest, '{"sees":null,"ticket":"t1","reason":"a friend"}', "$.reason"),
    (ask.FinishRequest, '{"result":"completed"}', "missing required field `sees`"),
    (ask.TransferRequest, '{"sees":null,"service":"kk"}', "missing required field `place`"),
    (ask.TransferRequest, '{"sees":null,"service":"kk","place":"top"}', "$.place"),
    (ask.TransferRequest, '{"sees":null,"place":"front"}', ask.NOWHERE),
    (ask.TransferFrame, '{"sees":null,"counter":"1","place":"front"}', ask.NOWHERE),
    (ask.ReportCallRequest, '{"call":0,"what":"spoken"}', "$.call"),
    (ask.ReportCallRequest, '{"call":9007199254740993,"what":"spoken"}', "$.call"),
    (ask.ReportCallRequest, '{"call":1.5,"what":"spoken"}', "$.call"),
    (ask.ReportCallRequest, '{"call":1,"what":"sung"}', "$.what"),
    (ask.ReportPrintRequest, '{"job":"j1","attempt":0,"status":"printed"}', "$.attempt"),
    (ask.ReportPrintRequest, '{"job":"j1","attempt":10001,"status":"printed"}', "$.attempt"),
    (ask.ReportPrintRequest, '{"job":"j1","attempt":1,"status":"burnt"}', "$.status"),
    (
        ask.ReportPrintRequest,
        '{"job":"j1","attempt":1,"status":"failed","detail":"' + "x" * 201 + '"}',
        "$.detail",
    ),
    (ask.CounterTarget, "{}", "missing required field `counter`"),
    (ask.TicketTarget, '{"ticket":""}', "$.ticket"),
    (ask.SignInRequest, '{"name":"","password":"x"}', "$.name"),
    (ask.SignInRequest, '{"name":"siti","password":"' + "x" * 257 + '"}', "$.password"),
    (ask.LinkRequest, '{"code":""}', "$.code"),
    (ask.SetupRequest, '{"code":"c","name":"siti"}', "missing required field `password`"),
]
"""Request, body, and what the refusal must name: the path of what is wrong, or the field that is not there."""


@pytest.mark.parametrize(("kind", "text", "named"), REFUSED)
def test_what_is_wrong_is_named(kind: type[Request], text: str, named: str) -> None:
    """Source: contract, 422 `INVALID` with `errors: [{path, message}]`: the words stand in the decoder's error."""
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(text, type=kind)

    assert named in str(refused.value)


def test_what_an_officer_sees_is_never_taken_for_granted() -> None:
    """`sees` may be null and may not be left out, wherever it stands. Source: contract, "it is required"."""
    required = {
        kind
        for kind in KINDS
        for field in msgspec.structs.fields(kind)
        if field.name == "sees" and field.required
    }

    assert (
        {
            ask.SeesRequest,
            ask.CallTicketRequest,
            ask.FinishRequest,
            ask.TransferRequest,
            ask.TransferFrame,
        }
        == required
        == {kind for kind in KINDS if "sees" in kind.__struct_fields__}
    )


@given(anything_of(ask.TransferFrame))
def test_a_transfer_is_the_same_request_on_both_ways(frame: ask.TransferFrame) -> None:
    """The socket's `to_counter` is HTTP's `counter`: one idempotency key is one request."""
    body = frame.as_request()

    assert (frame.sees, frame.service, frame.to_counter, frame.place) == (
        body.sees,
        body.service,
        body.counter,
        body.place,
    )


def test_every_text_that_comes_in_has_a_bound() -> None:
    """Length, pattern or a closed list of words; `IdOnly` alone reads what the hub itself wrote."""
    unbounded = {
        f"{kind.__name__}.{field.name}"
        for kind in KINDS
        for field in msgspec.inspect.type_info(kind).fields  # type: ignore[attr-defined]  # a struct's info
        for one in getattr(field.type, "types", (field.type,))
        if isinstance(one, msgspec.inspect.StrType) and one.max_length is None and one.pattern is None
    }

    assert {"IdOnly.id"} == unbounded
