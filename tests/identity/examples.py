"""What the tests of identity share: an instant, a hall, a hasher that is quick and counts."""

from contextlib import AbstractAsyncContextManager
from typing import Literal, Protocol

import argon2

from queue_server.domain.hall import HallId
from queue_server.domain.model import ActorId
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.identity.store import IdentityStore

START_MS = 1_795_500_000_000
"""24 November 2026; any instant would do."""

HALL = HallId("lamongan")
PASSWORD = "lapangan hijau luas"


class Reopen(Protocol):
    """Opens the store of the test's folder, as a start of the hub does."""

    def __call__(self, *, is_demo: bool = False) -> AbstractAsyncContextManager[IdentityStore]: ...


class CountingHasher(argon2.PasswordHasher):
    """argon2id at its cheapest, which counts how often it checks."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified_count = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 -- the parent's
        self.verified_count += 1
        return super().verify(hash, password)


def granted(answer: str | Rejected) -> str:
    """The secret or actor, where a refusal would be the test's own mistake."""
    assert isinstance(answer, str), answer
    return answer


def actor(answer: str | Rejected) -> ActorId:
    """The same for the id of an account."""
    return ActorId(granted(answer))


def code_of(answer: object) -> Refusal | None:
    """The refusal's code; None: it was granted."""
    return answer.code if isinstance(answer, Rejected) else None
