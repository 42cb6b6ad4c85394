"""Connections to PostgreSQL, and what its errors mean to us.

Every statement has a deadline on both sides, so that a paused server or a severed network is noticed: the server's own
`statement_timeout` and `lock_timeout` end a statement that waits, and ours gives a connection up that says nothing.
A connection that was given up in the middle of a commit is the one case in which nobody knows (`LinkLost`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

from queue_server.errors import (
    Conflict,
    LinkLost,
    NotStored,
    StoreAway,
    StoreBroken,
    StoreBusy,
    StoreFull,
    StoreStopped,
)

CONNECT_WITHIN_S = 2.0
"""A node that cannot reach its store says so soon: `/readyz` sends its clients to another."""

ANSWER_WITHIN_S = 5.0
"""Ours, for one statement; longer than the server's own, so that the server's clearer word comes first."""

CONNECTIONS_MAX = 8
"""Per node: halls append one batch at a time each, and most at different moments."""

_SERVER_SETTINGS = {
    "application_name": "antrean",
    "statement_timeout": "4000",
    "lock_timeout": "2000",
    "idle_in_transaction_session_timeout": "2000",
    "tcp_user_timeout": "8000",
    "synchronous_commit": "on",
    "client_encoding": "UTF8",
}
"""Milliseconds. `synchronous_commit`: a 2xx is a promise, whatever the server's own default."""


async def connect(url: str) -> Any:
    """One connection of its own, outside the pool.

    Raises:
        StoreAway: nobody answers there, or not as a server that takes writes.
    """
    with reaching():
        return await asyncpg.connect(url, **_options())


async def make_pool(url: str) -> Any:
    """The pool of a node, with one connection made at once.

    Raises:
        StoreAway: as `connect`.
    """
    with reaching():
        return await asyncpg.create_pool(
            url, min_size=1, max_size=CONNECTIONS_MAX, reset=_left_as_it_was, **_options()
        )


async def _left_as_it_was(_db: Any) -> None:
    """Nothing here sets what would have to be reset, and the pool's own way is one more round trip per batch."""


def _options() -> dict[str, Any]:
    return {
        "timeout": CONNECT_WITHIN_S,
        "command_timeout": ANSWER_WITHIN_S,
        "server_settings": _SERVER_SETTINGS,
        # A standby would show an older truth as the newest one.
        "target_session_attrs": "read-write",
    }


@contextmanager
def reaching() -> Iterator[None]:
    """Failures of connecting, of reading, and of anything that stores nothing."""
    try:
        yield
    except (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        # Internal: a server's last word that comes between two statements leaves the driver in a state it cannot leave.
        raise StoreAway(f"the database cannot be reached ({_told(error)})") from error
    except asyncpg.PostgresError as error:
        raise _meaning(error) from error


@contextmanager
def appending() -> Iterator[None]:
    """Failures of the one statement that stores a batch."""
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        raise Conflict(f"another node was first ({error.constraint_name})") from error
    except (
        OSError,
        TimeoutError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
        asyncpg.PostgresConnectionError,
        asyncpg.AdminShutdownError,
        asyncpg.CrashShutdownError,
    ) as error:
        raise LinkLost(
            f"the connection to the database broke under a batch ({_told(error)}); reading the journal tells"
        ) from error
    except asyncpg.PostgresError as error:
        raise _meaning(error) from error


def _meaning(error: asyncpg.PostgresError) -> NotStored | StoreBroken | StoreStopped:
    """By SQLSTATE. Source: PostgreSQL manual, appendix A."""
    match (error.sqlstate or "")[:2]:
        case "53" if isinstance(error, asyncpg.DiskFullError):
            return StoreFull(f"no space left for the database ({error}); make room, it goes on by itself")
        case "08" | "53" | "57" | "58":
            return StoreAway(f"the database does not answer as it should ({error})")
        case "40" | "55" | "25":
            return StoreBusy(f"the database is held up ({error})")
        case "XX":
            return StoreBroken(f"the database is damaged ({error}); restore it from a backup")
        case _:
            return StoreStopped(f"the database cannot be used ({error}); look at its rights and its schema")


def _told(error: BaseException) -> str:
    return str(error) or type(error).__name__
