"""What more than one ring of tests needs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.pace import PATIENCE_S
from tests.postgres import fresh_database, running_postgres

pytest_plugins = ("tests.torture.plugin",)

expect.set_options(timeout=PATIENCE_S * 1_000)

LONG_FIRST = ("faults", "end_to_end", "display_client", "ticket_printer", "contract", "pages")
"""Folders whose files take tens of seconds: a run that began with the short ones would end in one process alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within a folder as written."""
    items.sort(
        key=lambda item: next(
            (LONG_FIRST.index(one) for one in item.path.parts if one in LONG_FIRST), len(LONG_FIRST)
        )
    )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """One server for the whole run, started by the first test that wants it."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database of the test's own."""
    with fresh_database(postgres_server) as url:
        yield url
