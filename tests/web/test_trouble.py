"""When the store is in trouble: what a client is told over HTTP. Source: contract, "Refusals"."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest

from queue_server.errors import OutcomeUnknown
from queue_server.identity.model import Role
from queue_server.identity.register import Register, Row
from queue_server.identity.shelf import IdentityTrouble
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


async def test_a_store_of_identities_that_fails_is_no_500(tmp_path: Path) -> None:
    """What only reads is BUSY, of anything else nobody knows; both say when to come back. Then it goes on."""
    async with doors(tmp_path) as (app, identity), client_of(app) as client:
        keeper = identity._keeper
        shelf = keeper._shelf
        keeper._shelf = _BrokenShelf()
        failed = await client.post("/api/v1/pairings", json={"wants": "page"})
        keeper._shelf = shelf
        works = await client.post("/api/v1/pairings", json={"wants": "page"})

    assert Refused(503, "OUTCOME_UNKNOWN") == problem_of(failed)
    assert "1" == failed.headers["retry-after"]
    assert 201 == works.status_code


class _BrokenShelf:
    """A disk that is gone."""

    async def load(self) -> Register:
        raise IdentityTrouble("the disk is gone")

    async def write(self, rows: Iterable[Row]) -> None:
        raise IdentityTrouble(f"the disk is gone: {len(list(rows))} rows were not written")

    async def close(self) -> None:
        """There is nothing to close."""
