"""Two nodes on one PostgreSQL (promise R14): stopped, killed, cut off, and never two truths.

Real processes, real sockets, a real database. Kiosks send their commands to either node and, where an answer does not
come, again to the other with the same key. The control is what a kiosk without keys does in the same round: it must
make numbers that nobody asked for.
"""

import asyncio
import itertools
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import msgspec
import pytest
from websockets.asyncio.client import connect

from tests.end_to_end.hubs import API, HALL, RunningHub, json_of, running_hub
from tests.pace import PATIENCE_S, allowed

KIOSKS = 8
TICKETS_EACH = 12
SERVICE = "ktp-el"

DEAF_EVERY = 3
"""Of each kiosk's tickets so many are asked for over a line that breaks before the answer comes back."""

STALL_MS_MAX = 2_000
"""How long the other node may hold anybody up."""

AGREE_WITHIN_S = 3.0
"""Screens on both nodes, after whatever it was is over."""

PAUSE_S = 1.5
"""In the quick round; longer ones are the whole run's."""


class Pair:
    """Two nodes, and what a client needs to use either."""

    def __init__(self, one: RunningHub, two: RunningHub, kiosk: str, officer: str, manager: str) -> None:
        self.nodes = (one, two)
        self.kiosk = kiosk
        self.officer = officer
        self.manager = manager


@pytest.fixture
def pair(postgres_url: str, tmp_path: Path) -> Iterator[Pair]:
    with _node(postgres_url, tmp_path / "one") as one, _node(postgres_url, tmp_path / "two") as two:
        kiosk = one.token("kiosk", "kiosk-1")
        officer = one.token("officer", name="Siti")
        manager = one.token("manager", name="Kepala")
        _until_known(two, manager)
        yield Pair(one, two, kiosk, officer, manager)


@contextmanager
def _node(url: str, data: Path) -> Iterator[RunningHub]:
    env = {"ANTREAN_STORE_URL": url, "ANTREAN_LIMITS": "off"}
    with running_hub(data, "--always-open", env=env) as hub:
        yield hub


@pytest.mark.promise("R14")
async def test_either_node_takes_any_command_and_both_tell_one_story(pair: Pair) -> None:
    """Tickets on both, calls on both: every number once, every citizen called once, one order."""
    await asyncio.to_thread(_opened, pair.nodes[0], "loket-1", pair.officer)
    async with _client() as client, _screen(pair, 0) as left, _screen(pair, 1) as right:
        tickets = await _taken(client, pair)
        called = await _called(client, pair, len(tickets))
        await _agree(left, right)

    numbers = [ticket["number"] for ticket in tickets]
    print(
        f"{len(numbers)} tickets, {len(set(numbers))} numbers; {len(called)} calls, {len(set(called))} citizens"
    )
    assert KIOSKS * TICKETS_EACH == len(numbers) == len(set(numbers)) == len(called) == len(set(called))
    assert _is_rising(left.seqs)
    assert _is_rising(right.seqs)


@pytest.mark.promise("R14")
async def test_a_key_answered_on_one_node_is_answered_alike_on_the_other(pair: Pair) -> None:
    """The same bytes, and marked as replayed."""
    async with _client() as client:
        answers = [
            await _post(client, pair.nodes[nth], "/tickets", pair.kiosk, {"service": SERVICE}, "one-key")
            for nth in (0, 1, 0)
        ]

    assert 1 == len({answer.content for answer in answers})
    assert [None, "true", "true"] == [answer.headers.get("Idempotent-Replayed") for answer in answers]


@pytest.mark.promise("R14")
async def test_a_ticket_is_known_on_the_other_node_at_once(pair: Pair) -> None:
    """A phone that scans its code a moment later may be sent anywhere."""
    async with _client() as client:
        for n in range(20):
            made = await _post(
                client, pair.nodes[n % 2], "/tickets", pair.kiosk, {"service": SERVICE}, f"{n}"
            )
            found = await client.get(f"{pair.nodes[1 - n % 2].url}{API}/tickets/{made.json()['id']}")
            assert (200, made.json()["number"]) == (found.status_code, found.json()["number"])


@pytest.mark.parametrize(
    "has_keys",
    [
        pytest.param(True, id="keys", marks=pytest.mark.promise("R14")),
        pytest.param(False, id="control", marks=pytest.mark.promise("R14", control=True)),
    ],
)
async def test_a_node_killed_under_load_loses_nothing_and_doubles_nothing(pair: Pair, has_keys: bool) -> None:
    """Each kiosk asks the other node again. Without keys it makes tickets that nobody holds: the control."""
    async with _client() as client:
        killing = asyncio.create_task(_killed_after(pair.nodes[0], 0.15))
        tickets, longest_ms = await _retried(client, pair, has_keys=has_keys)
        await killing
    journal = await _told_by([pair.nodes[1]], pair.manager, len(tickets))

    print(f"{len(tickets)} held, {len(journal)} issued; longest wait {longest_ms:.0f} ms")
    held = {ticket["number"] for ticket in tickets}
    assert KIOSKS * TICKETS_EACH == len(tickets) == len(held)
    assert held <= set(journal)
    assert len(journal) == len(set(journal))
    if has_keys:
        assert held == set(journal)
        assert longest_ms <= allowed(STALL_MS_MAX)
    else:
        assert len(journal) > len(held)


@pytest.mark.promise("R14")
async def test_a_stopped_node_holds_nobody_up_and_wakes_to_the_truth(pair: Pair) -> None:
    """Paused in the middle of its work, it writes nothing stale when it goes on, and its screens catch up."""
    async with _client() as client, _screen(pair, 0) as left, _screen(pair, 1) as right:
        await _retried(client, pair, has_keys=True)
        pair.nodes[0].process.send_signal(signal.SIGSTOP)
        try:
            longest_ms = 0.0
            until = time.monotonic() + PAUSE_S
            for n in itertools.count():
                if time.monotonic() > until:
                    break
                began = time.monotonic()
                await _post(client, pair.nodes[1], "/tickets", pair.kiosk, {"service": SERVICE}, f"late-{n}")
                longest_ms = max(longest_ms, (time.monotonic() - began) * 1_000)
        finally:
            pair.nodes[0].process.send_signal(signal.SIGCONT)
        woken = await _post(client, pair.nodes[0], "/tickets", pair.kiosk, {"service": SERVICE}, "woken")
        await _agree(left, right)
    journal = await _told_by([pair.nodes[0], pair.nodes[1]], pair.manager, KIOSKS * TICKETS_EACH + n + 1)

    print(f"{n} tickets beside a stopped node, the longest {longest_ms:.0f} ms")
    assert 201 == woken.status_code
    assert journal[-1] == woken.json()["number"]
    assert len(journal) == len(set(journal)) == KIOSKS * TICKETS_EACH + n + 1
    assert longest_ms <= allowed(STALL_MS_MAX)
    assert _is_rising(left.seqs)


@pytest.mark.promise("R14")
async def test_a_database_that_drops_everyone_costs_a_moment_and_no_ticket(
    pair: Pair, postgres_url: str
) -> None:
    """Every connection cut at once, the listening ones too: asked again, each command has one effect."""
    async with _client() as client, _screen(pair, 0) as left, _screen(pair, 1) as right:
        cutting = asyncio.create_task(_cut(postgres_url, 0.1))
        tickets, longest_ms = await _retried(client, pair, has_keys=True)
        await cutting
        await _agree(left, right)
    journal = await _told_by([pair.nodes[0], pair.nodes[1]], pair.manager, len(tickets))

    print(f"{len(tickets)} tickets over a cut of every connection, the longest {longest_ms:.0f} ms")
    assert sorted(ticket["number"] for ticket in tickets) == sorted(journal)


class _Screen:
    """Every hall view that one socket was sent."""

    def __init__(self) -> None:
        self.seqs: list[int] = []
        self.state: Any = None


@asynccontextmanager
async def _screen(pair: Pair, nth: int) -> AsyncIterator[_Screen]:
    screen = _Screen()
    url = f"{pair.nodes[nth].url.replace('http', 'ws')}/api/v1/halls/{HALL}/live"
    async with connect(url) as socket:
        await socket.send('{"type":"hello","protocol":1,"view":"hall","token":null}')

        async def watch() -> None:
            async for text in socket:
                frame = msgspec.json.decode(text)
                screen.seqs.append(frame["seq"])
                if frame["type"] == "view":
                    screen.state = frame["state"]

        watching = asyncio.create_task(watch())
        try:
            yield screen
        finally:
            watching.cancel()
            await asyncio.wait({watching})


async def _agree(left: _Screen, right: _Screen) -> None:
    """Both show the same within the promised time."""
    async with asyncio.timeout(allowed(AGREE_WITHIN_S)):
        while _without_seq(left.state) != _without_seq(right.state):  # noqa: ASYNC110 -- frames come by themselves
            await asyncio.sleep(0.02)


def _without_seq(state: Any) -> Any:
    return {key: value for key, value in state.items() if key != "seq"}


def _is_rising(seqs: list[int]) -> bool:
    return seqs == sorted(seqs)


async def _taken(client: httpx2.AsyncClient, pair: Pair) -> list[Any]:
    """Every kiosk turns to the two nodes in turn."""

    async def kiosk(nth: int) -> list[Any]:
        return [
            json_of(
                await _post(
                    client, pair.nodes[n % 2], "/tickets", pair.kiosk, {"service": SERVICE}, f"{nth}-{n}"
                )
            )
            for n in range(TICKETS_EACH)
        ]

    return [ticket for some in await asyncio.gather(*map(kiosk, range(KIOSKS))) for ticket in some]


async def _called(client: httpx2.AsyncClient, pair: Pair, count: int) -> list[str]:
    """One counter, its officer's presses sent to the two nodes in turn."""
    called: list[str] = []
    sees: str | None = None
    for n in range(count):
        answer = json_of(
            await _post(
                client, pair.nodes[n % 2], "/counters/loket-1/next", pair.officer, {"sees": sees}, f"next-{n}"
            )
        )
        sees = answer["ticket"]["id"]
        called.append(answer["ticket"]["id"])
    return called


async def _retried(client: httpx2.AsyncClient, pair: Pair, *, has_keys: bool) -> tuple[list[Any], float]:
    """Every kiosk until it holds all its tickets, asking the other node whenever one does not say yes."""
    longest_ms = 0.0

    async def ticket(nth: int, n: int) -> Any:
        nonlocal longest_ms
        began = time.monotonic()
        for attempt in range(60):
            node = pair.nodes[(n + attempt) % 2]
            key = f"retried-{nth}-{n}" if has_keys else None
            is_deaf = attempt == 0 and n % DEAF_EVERY == 0
            try:
                answer = await _post(
                    client, node, "/tickets", pair.kiosk, {"service": SERVICE}, key, is_deaf=is_deaf
                )
            except httpx2.HTTPError:
                continue
            if answer.status_code == 201:
                longest_ms = max(longest_ms, (time.monotonic() - began) * 1_000)
                return answer.json()
            await asyncio.sleep(0.05)
        raise AssertionError("no node answered")

    async def kiosk(nth: int) -> list[Any]:
        return [await ticket(nth, n) for n in range(TICKETS_EACH)]

    found = [ticket for some in await asyncio.gather(*map(kiosk, range(KIOSKS))) for ticket in some]
    return found, longest_ms


async def _post(
    client: httpx2.AsyncClient,
    node: RunningHub,
    path: str,
    token: str,
    body: object,
    key: str | None,
    *,
    is_deaf: bool = False,
) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
    answer = await client.post(f"{node.url}{API}{path}", json=body, headers=headers)
    if is_deaf:
        raise httpx2.ReadError("the line broke before the answer had come")
    return answer


def _client() -> httpx2.AsyncClient:
    return httpx2.AsyncClient(timeout=PATIENCE_S)


async def _killed_after(node: RunningHub, delay_s: float) -> None:
    await asyncio.sleep(delay_s)
    await asyncio.to_thread(node.kill)


async def _cut(url: str, delay_s: float) -> None:
    await asyncio.sleep(delay_s)
    db = await asyncpg.connect(url)
    try:
        await db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        await db.close()


async def _told_by(nodes: list[RunningHub], manager: str, least_count: int) -> list[str]:
    """Every number in the journal, once all these nodes have read it to the same place, and so far at least."""
    async with asyncio.timeout(allowed(AGREE_WITHIN_S)):
        while True:
            first, *others = [await asyncio.to_thread(_issued, node, manager) for node in nodes]
            if len(first) >= least_count and all(other == first for other in others):
                return first
            await asyncio.sleep(0.1)


def _issued(node: RunningHub, manager: str) -> list[str]:
    """Every number in the journal, in order."""
    numbers: list[str] = []
    after = 0
    while True:
        page = json_of(node.call("GET", f"/events?after={after}&limit=1000", token=manager))
        numbers += [event["data"]["number"] for event in page["events"] if event["type"] == "TicketIssued"]
        if not page["events"]:
            return numbers
        after = page["events"][-1]["seq"]


def _opened(node: RunningHub, counter: str, officer: str) -> None:
    json_of(node.call("POST", f"/counters/{counter}/open", token=officer, body={}))


def _until_known(node: RunningHub, token: str) -> None:
    """Until a node has heard of a credential that was made on the other."""
    until = time.monotonic() + 5
    while node.call("GET", "/events?limit=1", token=token).status_code != 200:
        assert time.monotonic() < until, "the other node never heard of the token"
        time.sleep(0.05)
