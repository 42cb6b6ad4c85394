"""Which nodes share the database and what the oldest of them reads: so long a newer one writes no more than that.

Every node signs the register when it opens the store and every few seconds after, by the database's clock. One that has
not signed for a while is gone for good, or will find what it cannot read, refuse it, and drain: being told wrong costs a
node, never an entry. Nobody signs off: a machine that restarts in the middle of an upgrade must find the hall as it left it.
"""

import secrets
from typing import Any

from queue_server.journal.versions import Versions

GONE_AFTER_S = 600.0
"""Longer than a machine takes to restart, or an administrator to start the old program again."""

SIGN_EVERY_S = 5.0

_SIGN_SQL = """
WITH signed AS (
    INSERT INTO nodes (node, level, seen_at) VALUES ($1, $2, clock_timestamp())
    ON CONFLICT (node) DO UPDATE SET level = excluded.level, seen_at = excluded.seen_at
), forgotten AS (
    DELETE FROM nodes WHERE seen_at < clock_timestamp() - interval '7 days'
)
SELECT min(level) FROM nodes WHERE node <> $1 AND seen_at > clock_timestamp() - make_interval(secs => $3)
"""


class Node:
    """This process among those that share a database."""

    def __init__(self, versions: Versions, gone_after_s: float = GONE_AFTER_S) -> None:
        self.versions = versions
        self.write_level = 1
        """At which events are written: what every node reads."""
        self._name = secrets.token_hex(8)
        self._gone_after_s = gone_after_s

    async def sign(self, db: Any) -> None:
        """Signs the register and learns who else is there. Raises: asyncpg's errors."""
        oldest = await db.fetchval(_SIGN_SQL, self._name, self.versions.level, self._gone_after_s)
        self.write_level = self.versions.level if oldest is None else min(self.versions.level, oldest)
