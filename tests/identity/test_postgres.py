"""Identities that several nodes share: what is given on one opens doors on all, what is taken opens none."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Protocol

import asyncpg
import pytest

from queue_server.clock import FakeClock
from queue_server.domain.hall import CounterId
from queue_server.domain.refusals import Refusal
from queue_server.identity.model import CredentialId, Role
from queue_server.identity.postgres import PostgresShelf
from queue_server.identity.shelf import IdentityTrouble, RegisterMoved
from queue_server.identity.store import IdentityStore, open_identity
from tests.identity.examples import HALL, PASSWORD, CountingHasher, actor, code_of, granted
from tests.pace import allowed

HEARD_WITHIN_S = 2.0
"""Contract of the shared register: a revoked token's socket is closed within two seconds on every node."""


class Node(Protocol):
    """Opens the shared store as one more machine does."""

    def __call__(self) -> AbstractAsyncContextManager[IdentityStore]: ...


@pytest.fixture
def node(postgres_url: str, tmp_path: Path, clock: FakeClock, hasher: CountingHasher) -> Node:
    return partial(open_identity, tmp_path, clock=clock, hasher=hasher, store_url=postgres_url)


@pytest.fixture
async def pair(node: Node) -> AsyncIterator[tuple[IdentityStore, IdentityStore]]:
    async with node() as one, node() as two:
        yield one, two


async def test_a_restart_keeps_everything(node: Node) -> None:
    """The same round trip as on a file, each kind of row with every field set."""
    async with node() as store:
        siti = actor(
            await store.create_account("Siti", PASSWORD, Role.OFFICER, (CounterId("loket-3"),), HALL)
        )
        granted(await store.make_token(Role.KIOSK, HALL, "kiosk-1"))
        session = granted(await store.sign_in("Siti", PASSWORD))
        before = (store.accounts(), store.tokens(), store.sessions(), store.identify(None, session))
    async with node() as store:
        assert before == (store.accounts(), store.tokens(), store.sessions(), store.identify(None, session))
        assert "Siti" == store.display_name(siti)


async def test_a_token_made_on_one_node_opens_doors_on_the_other(
    pair: tuple[IdentityStore, IdentityStore],
) -> None:
    """A load balancer without stickiness sends the kiosk anywhere."""
    one, two = pair
    token = granted(await one.make_token(Role.KIOSK, HALL, "kiosk-1"))

    assert await _soon(lambda: two.identify(token, None) is not None)


async def test_what_one_node_revokes_is_gone_on_the_other_and_its_sockets_hear_it(
    pair: tuple[IdentityStore, IdentityStore],
) -> None:
    """The listener is what closes sockets."""
    one, two = pair
    token = granted(await one.make_token(Role.KIOSK, HALL, "kiosk-1"))
    assert await _soon(lambda: two.identify(token, None) is not None)
    heard: set[CredentialId] = set()
    two.on_revoked(heard.update)
    (head,) = one.tokens()
    await one.revoke(head.id)

    assert await _soon(lambda: heard == {head.id})
    assert two.identify(token, None) is None


async def test_changes_on_both_nodes_at_once_are_all_kept(
    pair: tuple[IdentityStore, IdentityStore], node: Node
) -> None:
    """Each is decided on the newest register; none overwrites another's."""
    await asyncio.gather(
        *(store.make_token(Role.KIOSK, HALL, f"kiosk-{n}") for n in range(6) for store in pair)
    )
    async with node() as third:
        assert [f"kiosk-{n}" for n in range(6) for _ in pair] == sorted(
            str(head.device) for head in third.tokens()
        )


async def test_one_name_is_one_account_whichever_nodes_are_asked(
    pair: tuple[IdentityStore, IdentityStore],
) -> None:
    """Of two who make it at once, one is told that it exists."""
    codes = [
        code_of(answer)
        for answer in await asyncio.gather(
            *(store.create_account("Siti", PASSWORD, Role.OFFICER) for store in pair)
        )
    ]

    assert [None, Refusal.INVALID] == sorted(codes, key=lambda code: code is not None)


async def test_an_address_where_nobody_answers_is_trouble_with_a_reason(
    tmp_path: Path, clock: FakeClock
) -> None:
    """It says what cannot be reached, and starts nothing."""
    with pytest.raises(IdentityTrouble, match="cannot be reached"):
        async with open_identity(tmp_path, clock=clock, store_url="postgresql://nobody@127.0.0.1:1/x"):
            pass


async def test_a_connection_that_was_cut_is_made_anew(
    pair: tuple[IdentityStore, IdentityStore], postgres_url: str
) -> None:
    """A database that restarts costs the changes under way, not the node."""
    one, _ = pair
    await _cut_all(postgres_url)
    answers: list[object] = []
    for _ in range(3):
        try:
            answers.append(await one.make_token(Role.KIOSK, HALL, "kiosk-1"))
        except IdentityTrouble:
            continue

    assert [None] * len(answers) == [code_of(answer) for answer in answers]
    assert 2 <= len(answers)
    assert len(answers) == len(one.tokens())


async def test_to_lose_to_another_node_costs_no_connection(postgres_url: str) -> None:
    """Two nodes that change identities at once do so over the connections that they have."""
    one, two = await PostgresShelf.open(postgres_url), await PostgresShelf.open(postgres_url)
    before = two._db.get_server_pid()
    await one.load()
    await two.load()
    await one.write(())
    with pytest.raises(RegisterMoved):
        await two.write(())
    await two.load()
    await two.write(())
    after = two._db.get_server_pid()
    await one.close()
    await two.close()

    assert before == after


async def _cut_all(url: str) -> None:
    """Ends every other connection to the database, as a restart would."""
    db = await asyncpg.connect(url)
    try:
        await db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        await db.close()


async def _soon(is_so: Callable[[], bool]) -> bool:
    """Whether it becomes so within the promised time."""
    async with asyncio.timeout(allowed(HEARD_WITHIN_S)):
        while not is_so():  # noqa: ASYNC110 -- what another node does arrives on the wire, by no event of ours
            await asyncio.sleep(0.01)
    return True
