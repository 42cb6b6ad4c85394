"""RFC 6455 case by case against the hub's own server: every answer, every close code, and the end of each connection."""

import asyncio
import logging
from collections import Counter

import pytest

from tests.faults.raw_frames import Heard, Op, RawClient, closing
from tests.live.echo_server import echoing
from tests.live.rfc6455_cases import Case, cases
from tests.torture.figures import Report

ALL = tuple(cases())

BY_SECTION = {
    section: [one for one in ALL if one.number.partition(".")[0] == section] for section in "12345679"
} | {"10": [one for one in ALL if one.number.startswith("10.")]}

UVICORN_FAILS_AT = "6.16.1"
"""A text that is none: the answer is right, and the log gets a traceback each time."""


async def _failure(port: int, case: Case) -> str:
    """What was not as it should be; empty: nothing."""
    client = await RawClient.upgraded(port, "/")
    listening = asyncio.create_task(client.hear_all())
    for n, one in enumerate(case.send):
        if n == len(case.send) - 1 and one == closing() and not case.is_lenient:
            # The farewell ends everything: it is said when all answers are there, and not before.
            await client.heard_count(len(case.expects))
        await client.write(one, case.chop)
    try:
        heard = await listening
    except TimeoutError:
        client.cut()
        return f"{case.number} {case.says}: it never ended"
    return _judged(case, heard)


def _judged(case: Case, heard: list[Heard]) -> str:
    answers = tuple(one for one in heard if one.op is not Op.CLOSE)
    ends = [one.code for one in heard if one.op is Op.CLOSE]
    expected = case.expects[: len(answers)] if case.is_lenient else case.expects
    if answers != expected:
        return f"{case.number} {case.says}: {len(case.expects)} answers expected, found {answers!r:.200}"
    if len(ends) != 1 or ends[0] not in case.ends or heard[-1].op is not Op.CLOSE:
        return f"{case.number} {case.says}: an end with one of {case.ends} expected, found {ends}"
    return ""


@pytest.mark.promise("S1")
@pytest.mark.parametrize("section", BY_SECTION)
async def test_every_case_of_the_standard_is_answered_as_it_asks(
    section: str, caplog: pytest.LogCaptureFixture, report: Report
) -> None:
    """Framing, pings, reserved bits, opcodes, pieces, UTF-8, closing, limits: 0 failed, and a quiet log."""
    wanted = BY_SECTION[section]
    async with echoing() as port:
        failures = [failure for case in wanted if (failure := await _failure(port, case))]

    lenient = Counter(case.is_lenient for case in wanted if case.is_lenient)
    report.figure("S1", section=section, cases=len(wanted), failed=len(failures), not_strict=lenient.total())
    assert [] == failures
    assert [] == [one.getMessage() for one in caplog.records if one.exc_info or one.levelno >= logging.ERROR]


def test_the_table_has_every_case_of_the_public_suite_but_the_compressed_ones() -> None:
    """301, none twice."""
    assert 301 == len(ALL) == len({one.number for one in ALL})


@pytest.mark.promise("S1", control=True)
def test_a_wrong_answer_is_told_apart() -> None:
    """The judge finds a missing, a changed and an additional answer, a wrong code, no farewell and two."""
    case = next(one for one in ALL if one.number == "2.9")
    [expected], end = case.expects, Heard(Op.CLOSE, b"", 1000)
    right = [expected, end]
    wrong = (
        [end],
        [expected._replace(payload=b"other"), end],
        [expected, expected, end],
        [expected, end._replace(code=1002)],
        [expected],
        [expected, end, end],
        [end, expected],
    )

    assert "" == _judged(case, right)
    assert all(_judged(case, one) for one in wrong)


@pytest.mark.promise("S1", control=True)
async def test_uvicorns_own_class_would_fail_a_case(caplog: pytest.LogCaptureFixture) -> None:
    """The same case at the class that ours mends: the log is not quiet."""
    case = next(one for one in ALL if one.number == UVICORN_FAILS_AT)
    async with echoing(is_stock=True) as port:
        await _failure(port, case)

    assert any(one.exc_info for one in caplog.records)
