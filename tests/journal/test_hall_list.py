"""The list of added halls, which every store keeps: the same suite on each of them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from queue_server.domain.hall import HallId
from queue_server.journal.base import AddedHall, HallList, Journal
from queue_server.journal.store import open_store
from tests.journal.examples import BABAT, LAMONGAN, tickets
from tests.journal.test_contract import STORE_URLS


@pytest.fixture(params=STORE_URLS)
def store_url(request: pytest.FixtureRequest) -> str:
    if request.param == "postgresql:":
        return str(request.getfixturevalue("postgres_url"))
    return str(request.param)


@pytest.fixture
async def journal(store_url: str, tmp_path: Path) -> AsyncIterator[Journal]:
    opened = await open_store(store_url, tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
def halls(journal: Journal) -> HallList:
    assert isinstance(journal, HallList), "every store of ours keeps the list"
    return journal


def added(hall: HallId, name: str = "MPP Babat", text: str = "[[hall]]\n") -> AddedHall:
    return AddedHall(hall=hall, name=name, text=text, at_ms=1_773_712_800_000)


async def test_what_was_added_is_listed_in_the_order_of_ids_and_comes_back_as_it_was(halls: HallList) -> None:
    """Hyphens and digits sort as bytes on every store, so that all nodes list alike."""
    ids = [HallId(name) for name in ("b", "a-b", "a1", "ab", "a")]
    for one in ids:
        assert await halls.list_hall(added(one, name=f"Hall {one}", text="Ünïcode\n"), is_replacing=False)

    assert {one: f"Hall {one}" for one in sorted(ids)} == await halls.hall_names()
    assert sorted(ids) == list(await halls.hall_names())
    assert added(ids[0], name="Hall b", text="Ünïcode\n") == await halls.added_hall(ids[0])
    assert await halls.added_hall(HallId("c")) is None


async def test_an_id_is_added_once_and_replaced_only_where_it_is(halls: HallList) -> None:
    """The second to add an id changes nothing, and nothing is replaced that was never added."""
    first = await halls.list_hall(added(BABAT, text="one"), is_replacing=False)
    second = await halls.list_hall(added(BABAT, text="two"), is_replacing=False)
    kept = await halls.added_hall(BABAT)
    replaced = await halls.list_hall(added(BABAT, text="three"), is_replacing=True)
    unknown = await halls.list_hall(added(LAMONGAN), is_replacing=True)

    assert (True, False, True, False) == (first, second, replaced, unknown)
    assert kept is not None
    assert "one" == kept.text
    assert added(BABAT, text="three") == await halls.added_hall(BABAT)
    assert [BABAT] == list(await halls.hall_names())


async def test_of_many_who_add_one_id_at_once_one_is_told_yes(halls: HallList) -> None:
    """Two administrators, or a command sent twice."""
    told = await asyncio.gather(
        *(halls.list_hall(added(BABAT, text=f"{n}"), is_replacing=False) for n in range(8))
    )

    assert [True] == [one for one in told if one]


async def test_a_hall_taken_off_the_list_keeps_its_journal(journal: Journal, halls: HallList) -> None:
    """Removing says that it is not served; what happened in it stays."""
    await journal.open_hall(BABAT)
    await journal.append(BABAT, 0, tickets(1, 2), [])
    await halls.list_hall(added(BABAT), is_replacing=False)
    removed = await halls.unlist_hall(BABAT)
    again = await halls.unlist_hall(BABAT)

    assert (True, False) == (removed, again)
    assert {} == await halls.hall_names()
    assert tickets(1, 2) == await journal.read(BABAT, 0, 10)


@pytest.mark.parametrize("store_url", [url for url in STORE_URLS if url != "memory:"], indirect=True)
async def test_the_list_is_there_for_whoever_opens_the_store_next(
    journal: Journal, halls: HallList, store_url: str, tmp_path: Path
) -> None:
    """After a restart, and on the other nodes of a shared store."""
    await halls.list_hall(added(BABAT), is_replacing=False)
    await journal.close()
    later = await open_store(store_url, tmp_path)
    assert isinstance(later, HallList)
    found = await later.added_hall(BABAT)
    await later.close()

    assert added(BABAT) == found
