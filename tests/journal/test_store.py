"""From an address to a journal."""

from pathlib import Path

import pytest

from queue_server.errors import BadStoreUrl
from queue_server.journal.memory import MemoryJournal
from queue_server.journal.sqlite import SqliteJournal
from queue_server.journal.store import open_store


async def test_memory_needs_no_folder(tmp_path: Path) -> None:
    """Nothing is made on disk."""
    journal = await open_store("memory:", tmp_path / "data")

    assert isinstance(journal, MemoryJournal)
    assert not (tmp_path / "data").exists()


async def test_a_sqlite_path_is_relative_to_the_data_folder(tmp_path: Path) -> None:
    """The default of the contract: `sqlite:antrean.db`, relative to `--data`."""
    journal = await open_store("sqlite:antrean.db", tmp_path / "data")
    await journal.close()

    assert isinstance(journal, SqliteJournal)
    assert (tmp_path / "data" / "antrean.db").is_file()


async def test_an_absolute_sqlite_path_stays_where_it_is(tmp_path: Path) -> None:
    """Beside it stands its lock."""
    journal = await open_store(f"sqlite:{tmp_path}/elsewhere/hall.db", tmp_path / "data")
    await journal.close()

    assert {"hall.db", "antrean.lock"} == {path.name for path in (tmp_path / "elsewhere").iterdir()}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sqlite:",
        "sqlite",
        "sqlite://antrean.db",
        "memory",
        "memory:x",
        "mysql://u:secret@h/d",
        "antrean.db",
    ],
)
async def test_any_other_address_is_refused_with_what_is_allowed(url: str, tmp_path: Path) -> None:
    """And a password in it is not repeated."""
    with pytest.raises(BadStoreUrl, match="allowed: sqlite:PATH") as caught:
        await open_store(url, tmp_path)

    assert "secret" not in str(caught.value)
