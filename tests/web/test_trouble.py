"""When the store is in trouble: what a client is told over HTTP. Source: contract, "Refusals"."""

import asyncio
from pathlib import Path

import pytest

from queue_server.errors import OutcomeUnknown
from queue_server.identity.model import Role
from tests.contract.house import Refused, problem_of
from tests.domain.halls import HALL
from tests.hub.houses import FailingJournal, running_hub
from tests.web.doors import around, client_of, doors


async def test_neither_yes_nor_no_is_said_as_such_and_asks_to_come_again(tmp_path: Path) -> None:
    """OUTCOME_UNKNOWN, 503 with `Retry-After`: the commit may be on disk; the key decides after the restart."""
    journal = FailingJournal()
    answers = []
    with pytest.RaisesGroup(OutcomeUnknown):
        async with (
            running_hub(journal) as bench,
            doors(tmp_path, around(bench.hub, bench.clock), journal) as (app, identity),
            client_of(app) as client,
        ):
            token = await identity.make_token(Role.KIOSK, HALL, "k1", None)
            journal.failures.append(OutcomeUnknown("input/output error"))
            answers.append(
                await client.post(
                    f"/api/v1/halls/{HALL}/tickets",
                    json={"service": "ktp"},
                    headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k"},
                )
            )
            await asyncio.get_running_loop().create_future()  # until the hub's end cancels this

    assert [Refused(503, "OUTCOME_UNKNOWN")] == [problem_of(answer) for answer in answers]
    assert ["1"] == [answer.headers["retry-after"] for answer in answers]
