"""From the store's address in the settings to an open journal."""

from pathlib import Path

from queue_server.errors import BadStoreUrl
from queue_server.journal.base import Journal
from queue_server.journal.memory import MemoryJournal
from queue_server.journal.sqlite import open_sqlite

ALLOWED = (
    "sqlite:PATH (relative to --data, for example sqlite:antrean.db), postgresql://USER:PASSWORD@HOST/DATABASE "
    "(for several machines) or memory: (forgets at the end)"
)

WITHOUT_DRIVER = "a shared store needs the extra 'postgres': pip install 'antrean[postgres]'"


async def open_store(url: str, data: Path) -> Journal:
    """The journal that an address names, open and with today's schema.

    Args:
        url: see ALLOWED.
        data: folder for everything that changes; made where it is missing.

    Raises:
        BadStoreUrl: anything else, with what is allowed.
        AlreadyRunning, StoreBroken, StoreTooNew, NotStored, StoreStopped: as `open_sqlite` and `open_postgres`.
    """
    scheme, colon, path = url.partition(":")
    if url == "memory:":
        return MemoryJournal()
    if url.startswith(("postgresql://", "postgres://")):
        return await _open_postgres(url)
    if scheme + colon == "sqlite:" and path and not path.startswith("//"):
        return await open_sqlite(data / path)
    # The address is not repeated: one of another kind may hold a password.
    raise BadStoreUrl(f"the store's address begins with {scheme[:20]!r}; allowed: {ALLOWED}")


async def _open_postgres(url: str) -> Journal:
    # Only here: a hall on one machine need not install the driver.
    try:
        from queue_server.journal.postgres import open_postgres  # noqa: PLC0415
    except ImportError as error:
        raise BadStoreUrl(WITHOUT_DRIVER) from error
    return await open_postgres(url)
