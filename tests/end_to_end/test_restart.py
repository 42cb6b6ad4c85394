"""`kill -9`: whoever was answered keeps what he has, whoever was not asks again and gets one answer, and it is quick.

Source: contract, "Doing it once" and "What an answer promises"; the line is whole again within two seconds of the
kill, imports included, with a year of history in the journal.
"""

import asyncio
import itertools
import statistics
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest

from benchmarks.example_hall import always_open_hall, plan_now
from benchmarks.history import TICKETS_A_DAY, write_history
from tests.end_to_end.hubs import API, RunningHub, Start, json_of, running_hub
from tests.pace import PATIENCE_S, allowed
from tests.torture.figures import Report
from tests.torture.whole import IS_WHOLE

KIOSKS = 8
ROUNDS = 300 if IS_WHOLE else 3
CONTROL_ROUNDS = HISTORY_ROUNDS = 3
TICKETS_A_ROUND = 60
"""So many answers between two kills: the kill falls among requests under way."""

LOST_EVERY = 5
"""Every fifth first answer is lost on its way, as a network does on its own."""

AGAIN_AFTER_S = 0.02
GIVE_UP_AFTER_S = 60
READY_WITHIN_MS = 2_000
"""For the quickest of a few starts, without the time for which the machine gave it no processor."""
HISTORY_DAYS = 365
OPTIONS = ("--always-open",)
UNLIMITED = {"ANTREAN_LIMITS": "off"}


class Kiosk:
    """Takes one ticket after the other and never gives one up; notes every answer."""

    def __init__(self, name: int, token: str, *, has_keys: bool) -> None:
        self._name = name
        self._headers = {"Authorization": f"Bearer {token}"}
        self._has_keys = has_keys
        self.answers: dict[str, httpx2.Response] = {}

    async def run(self, client: httpx2.AsyncClient, is_over: asyncio.Event) -> None:
        for n in itertools.count(1):
            if is_over.is_set():
                return
            key = f"kiosk-{self._name}-{n}"
            self.answers[key] = await self.ask(client, key)
            if n % LOST_EVERY == 0:
                # The answer above never reached anybody, so it is asked for again and this one counts.
                self.answers[key] = await self.ask(client, key)

    async def ask(self, client: httpx2.AsyncClient, key: str) -> httpx2.Response:
        """Asks until there is an answer, whatever happens to the hub meanwhile."""
        headers = {**self._headers, **({"Idempotency-Key": key} if self._has_keys else {})}
        async with asyncio.timeout(GIVE_UP_AFTER_S):
            while True:
                try:
                    answer = await client.post(f"{API}/tickets", json={"service": "ktp-el"}, headers=headers)
                except httpx2.TransportError:
                    await asyncio.sleep(AGAIN_AFTER_S)
                    continue
                if answer.status_code != 503:
                    assert 201 == answer.status_code, answer.text
                    return answer
                await asyncio.sleep(AGAIN_AFTER_S)


class Ended:
    """How it came out."""

    def __init__(self, kiosks: list[Kiosk], again: dict[str, httpx2.Response], journal: list[Any]) -> None:
        self.answers = {key: answer for kiosk in kiosks for key, answer in kiosk.answers.items()}
        self.again = again
        self.issued = [entry["data"]["number"] for entry in journal if entry["type"] == "TicketIssued"]
        self.waiting = 0
        self.starts: list[Start] = []


async def _stormed(data: Path, rounds: int, report: Report, *, has_keys: bool) -> Ended:
    """Eight kiosks at once while the hub is killed and started again on its port, a few times."""
    with ExitStack() as stack:
        hub = await _started(stack, data)
        kiosks = [Kiosk(n, hub.token("kiosk", "kiosk-1"), has_keys=has_keys) for n in range(KIOSKS)]
        is_over = asyncio.Event()
        starts = []
        async with httpx2.AsyncClient(base_url=hub.url, timeout=PATIENCE_S) as client:
            async with asyncio.TaskGroup() as tasks:
                for kiosk in kiosks:
                    tasks.create_task(kiosk.run(client, is_over))
                for done in range(1, rounds + 1):
                    report.step(done - 1, rounds)
                    await _until(lambda goal=done * TICKETS_A_ROUND: _count(kiosks) >= goal)  # type: ignore[misc]  # the goal of this round
                    hub.kill()
                    stack.close()
                    hub = await _started(stack, data, hub.port)
                    starts.append(hub.start)
                await _until(lambda: _count(kiosks) >= (rounds + 1) * TICKETS_A_ROUND)
                is_over.set()
            asked = kiosks if has_keys else []
            again = {key: await kiosk.ask(client, key) for kiosk in asked for key in kiosk.answers}
        hall = json_of(hub.call("GET", ""))
        ended = Ended(kiosks, again, _journal(hub))
        ended.waiting = next(one["waiting"] for one in hall["services"] if one["id"] == "ktp-el")
        ended.starts = starts
    return ended


@pytest.mark.promise("R2")
@pytest.mark.slow
async def test_killed_under_eight_kiosks_nobody_loses_a_ticket_and_nobody_gets_two(
    tmp_path: Path, report: Report
) -> None:
    """Every retry gets its first answer, word for word; the line is whole; the hub serves within two seconds."""
    ended = await _stormed(tmp_path / "data", ROUNDS, report, has_keys=True)

    numbers = [answer.json()["number"] for answer in ended.answers.values()]
    report.figure(
        "R2",
        kills=ROUNDS,
        kiosks=KIOSKS,
        answered=len(numbers),
        lost=len(set(numbers) - set(ended.issued)),
        twice=len(ended.issued) - len(set(ended.issued)),
        **_shown(ended.starts),
    )
    assert len(numbers) == len(set(numbers))
    assert sorted(ended.issued) == sorted(numbers)
    assert len(numbers) == ended.waiting
    assert {key: answer.content for key, answer in ended.answers.items()} == {
        key: answer.content for key, answer in ended.again.items()
    }
    assert {"true"} == {answer.headers["idempotent-replayed"] for answer in ended.again.values()}
    assert min(start.own_ms for start in ended.starts) <= allowed(READY_WITHIN_MS)


@pytest.mark.promise("R2", control=True)
@pytest.mark.slow
async def test_without_keys_the_same_storm_gives_tickets_to_nobody(tmp_path: Path, report: Report) -> None:
    """The control: a retry without a key is a second ticket, whose number is called to an empty desk."""
    ended = await _stormed(tmp_path / "data", CONTROL_ROUNDS, report, has_keys=False)

    surplus = len(ended.issued) - len(ended.answers)
    report.figure("R2", kills=CONTROL_ROUNDS, asked_for=len(ended.answers), too_many=surplus)
    assert surplus >= len(ended.answers) // LOST_EVERY // 2 > 0


@pytest.mark.promise("R2")
@pytest.mark.slow
def test_with_a_year_of_history_the_line_is_whole_two_seconds_after_a_kill(
    tmp_path: Path, report: Report
) -> None:
    """From the start of the process to `ready`, imports included; the line of before the kill, and its retries."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    hall = always_open_hall()
    now_ms, _ = plan_now(hall)
    written = asyncio.run(write_history(data / "antrean.db", hall, now_ms, HISTORY_DAYS))
    starts = []
    with ExitStack() as stack:
        hub = stack.enter_context(running_hub(data, *OPTIONS, env=UNLIMITED))
        kiosk = hub.token("kiosk", "kiosk-1")
        for n in range(HISTORY_ROUNDS):
            ticket = json_of(hub.call("POST", "/tickets", kiosk, {"service": "ktp-el"}, key=f"k{n}"))
            before = json_of(hub.call("GET", ""))
            hub.kill()
            hub = stack.enter_context(running_hub(data, *OPTIONS, port=hub.port, env=UNLIMITED))
            starts.append(hub.start)

            after = json_of(hub.call("GET", ""))
            assert _line(before) == _line(after)
            assert before["seq"] <= after["seq"]
            assert ticket == json_of(hub.call("POST", "/tickets", kiosk, {"service": "ktp-el"}, key=f"k{n}"))
    report.figure("R2", days_of_history=written.days, entries=written.entries, **_shown(starts))
    assert HISTORY_DAYS * TICKETS_A_DAY == written.tickets
    assert min(start.own_ms for start in starts) <= allowed(READY_WITHIN_MS)


async def _started(stack: ExitStack, data: Path, port: int = 0) -> RunningHub:
    """The hub, while others go on."""
    return await asyncio.to_thread(stack.enter_context, running_hub(data, *OPTIONS, port=port, env=UNLIMITED))


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(GIVE_UP_AFTER_S):
        while not holds():  # noqa: ASYNC110 -- the kiosks know nothing of rounds
            await asyncio.sleep(0.005)


def _count(kiosks: list[Kiosk]) -> int:
    return sum(len(kiosk.answers) for kiosk in kiosks)


def _journal(hub: RunningHub) -> list[Any]:
    manager = hub.token("manager", name="Kepala")
    entries: list[Any] = []
    while page := json_of(hub.call("GET", f"/events?after={len(entries)}&limit=1000", manager))["events"]:
        entries += page
    return entries


def _line(hall: Any) -> tuple[str, dict[str, int], dict[str, tuple[str, str | None]]]:
    """The journal, who waits for what, and what every counter has in hand."""
    return (
        hall["journal_id"],
        {service["id"]: service["waiting"] for service in hall["services"]},
        {counter["id"]: (counter["state"], counter["number"]) for counter in hall["counters"]},
    )


def _shown(starts: list[Start]) -> dict[str, int]:
    """How long they took without the time for which the machine gave them no processor, and with it at worst."""
    return {
        "ready_after_ms": round(statistics.median(start.own_ms for start in starts)),
        "at_most_ms": round(max(start.own_ms for start in starts)),
        "at_most_by_the_clock_ms": round(max(start.ready_ms for start in starts)),
    }
