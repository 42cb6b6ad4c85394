"""What anyone, and what a manager, may read over HTTP. Source: contract, the table of calls and "Hall view"."""

from pathlib import Path
from typing import Any

import pytest

from tests.contract.house import HALL, House, Refused, running_house
from tests.contract.shapes import COUNTER, EVENT, HALL_HEAD, HALL_VIEW, SERVICE, mistakes


@pytest.mark.parametrize(("path", "status"), [("//healthz", "alive"), ("//readyz", "ready")])
async def test_a_load_balancer_is_told_how_the_hub_is(house: House, path: str, status: str) -> None:
    """200, without a credential; what a store that cannot write makes of it is in `test_refusals.py`."""
    assert {"status": status} == await house.ok("GET", path)


async def test_prometheus_reads_the_figures(house: House) -> None:
    """Text, one line a figure, and it moves with the hall."""
    await house.take()

    answer = await house.call("GET", "//metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert f'antrean_tickets_waiting{{hall="{HALL}"}} 1.0' in answer.text.splitlines()


async def test_no_figure_names_anybody(house: House) -> None:
    """Neither a ticket nor an officer."""
    ticket = await house.take()
    await house.at_desk("open")
    text = (await house.call("GET", "//metrics")).text

    assert ticket["id"] not in text
    assert "siti" not in text


@pytest.mark.parametrize(
    ("path", "version"), [("//api/v1/openapi.json", "openapi"), ("//api/v1/asyncapi.json", "asyncapi")]
)
async def test_the_descriptions_are_served(house: House, path: str, version: str) -> None:
    """As JSON; what stands in them is in `tests/web/test_describe.py`."""
    assert {"openapi": "3.1.0", "asyncapi": "3.0.0"}[version] == (await house.ok("GET", path))[version]


async def test_halls_are_listed_by_id_and_name(house: House) -> None:
    """`[{id, name}]`."""
    assert [{"id": HALL, "name": "MPP Kabupaten Lamongan"}] == await house.ok("GET", "//api/v1/halls")


async def test_the_hall_view_has_the_contract_s_keys(house: House) -> None:
    """The hall, its services and its counters, each whole."""
    view = await house.ok("GET", "")

    assert {} == mistakes(HALL_VIEW, view)
    assert {} == mistakes(HALL_HEAD, view["hall"])
    assert [{}] * len(view["services"]) == [mistakes(SERVICE, one) for one in view["services"]]
    assert [{}] * len(view["counters"]) == [mistakes(COUNTER, one) for one in view["counters"]]
    assert {"Asia/Jakarta"} == {view["hall"]["timezone"]}
    assert ["id", "en"] == view["hall"]["languages"]


async def test_the_hall_view_follows_the_hall(house: House) -> None:
    """Who waits, which counter is open, and the number it has in hand; nothing else of the citizen."""
    ticket = await house.take(category="disabled")
    waiting = _of(await house.ok("GET", ""), "services", "ktp-el")
    await house.at_desk("open")
    await house.at_desk("next", sees=None)
    answer = await house.call("GET", "")
    view = answer.json()

    assert [1, 0] == [waiting["waiting"], _of(view, "services", "ktp-el")["waiting"]]
    assert ("open", "A001") == (
        _of(view, "counters", "loket-1")["state"],
        _of(view, "counters", "loket-1")["number"],
    )
    assert ticket["id"] not in answer.text
    assert "disabled" not in answer.text


async def test_seq_only_rises_and_the_journal_s_id_stays(tmp_path: Path) -> None:
    """Over a restart too; so a client knows a restored database from the one before."""
    async with running_house(tmp_path) as house:
        before = await house.ok("GET", "")
        ticket = await house.take()
        after = await house.ok("GET", "")
    async with running_house(tmp_path, clock=house.clock, tokens=house.tokens) as house:
        restarted = await house.ok("GET", "")

    assert before["seq"] < ticket["seq"] <= after["seq"] <= restarted["seq"]
    assert {before["journal_id"]} == {after["journal_id"], restarted["journal_id"]}


async def test_the_journal_is_told_in_order_and_by_pages(house: House) -> None:
    """`{events: [{seq, at_ms, type, actor, data}], last_seq}`: no gap, none twice, and an end."""
    for _ in range(5):
        await house.take()
    whole = await house.journal()
    paged: list[Any] = []
    while page := (await house.ok("GET", f"/events?after={len(paged)}&limit=3", by="manager"))["events"]:
        assert len(page) <= 3
        paged += page

    assert [{}] * len(whole) == [mistakes(EVENT, entry) for entry in whole]
    assert list(range(1, len(whole) + 1)) == [entry["seq"] for entry in whole]
    assert whole == paged
    assert {"kiosk:kiosk-1"} == {entry["actor"] for entry in whole if entry["type"] == "TicketIssued"}


async def test_behind_the_end_there_is_nothing_yet(house: House) -> None:
    """An empty page that says where the end is; a limit of 0 asks for that alone."""
    last_seq = (await house.journal())[-1]["seq"]

    for query in (f"after={last_seq}", f"after={2**53}", "limit=0"):
        assert {"events": [], "last_seq": last_seq} == await house.ok("GET", f"/events?{query}", by="manager")


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (None, Refused(401, "UNAUTHENTICATED")),
        ("kiosk", Refused(403, "FORBIDDEN")),
        ("siti", Refused(403, "FORBIDDEN")),
        ("manager", None),
        ("admin", None),
    ],
)
async def test_the_journal_is_for_managers(house: House, by: str | None, expected: Refused | None) -> None:
    """It tells who served whom."""
    if expected is None:
        assert (await house.ok("GET", "/events", by=by))["events"]
    else:
        assert expected == await house.refused("GET", "/events", by=by)


def _of(view: Any, kind: str, wanted: str) -> Any:
    return next(one for one in view[kind] if one["id"] == wanted)
