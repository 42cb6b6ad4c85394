"""One HTTP operation as data: the type of a row of `operations`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from queue_server.domain.refusals import Refusal

GUARDED = (Refusal.UNAUTHENTICATED, Refusal.FORBIDDEN)
"""What every door that wants a role may say."""


class Operation(NamedTuple):
    """One method of one path."""

    method: str
    path: str
    id: str
    summary: str
    answers: dict[int, Any]
    """Status to the type of the body; None: no body."""
    body: Any = None
    refusals: tuple[Refusal, ...] = ()
    query: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    """Parameter to its schema; `required` among the keys where it is."""
    is_command: bool = False
    """Takes Idempotency-Key and Command-Age-Ms."""
    needs_token: bool = True
    media: str = "application/json"
    """Of the answers."""
