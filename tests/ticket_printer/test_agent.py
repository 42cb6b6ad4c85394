"""The whole agent between a small hub and a printer: every paper comes, and a second one only with a mark."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from queue_server.wire.retry import AT_ONCE
from tests.pace import PATIENCE_S
from tests.ticket_printer.devices.fake_printer import FakePrinter
from tests.ticket_printer.printing_hub import PrintingHub
from tests.torture.figures import Report
from ticket_printer.agent import PrinterAgent
from ticket_printer.devices.base import READY, Attempt, Device, Ending, Health, Paper
from ticket_printer.devices.choice import device_of
from ticket_printer.raster import printed_page
from ticket_printer.spool import Spool


class Sheets:
    """A printer that counts: each paper is its number and whether it is marked. It may be killed with its agent."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, bool]] = []
        self.health_now = READY
        self.fails_count = 0
        self.pauses_before = False
        self.pauses_after = False
        self.is_printing = asyncio.Event()
        self.paper_came = asyncio.Event()

    async def health(self) -> Health:
        """As told."""
        return self.health_now

    async def print(self, paper: Paper) -> Attempt:
        """The paper is out in one step; the agent may die before or after it."""
        self.is_printing.set()
        if self.pauses_before:
            await asyncio.Event().wait()
        if self.fails_count:
            self.fails_count -= 1
            return Attempt(ending=Ending.FAILED, detail="jammed")
        await asyncio.sleep(0)
        self.sheets.append((paper.number, "SALINAN" in printed_page(paper.data, paper.width_dots).text))
        self.paper_came.set()
        await asyncio.sleep(0)
        if self.pauses_after:
            await asyncio.Event().wait()
        return Attempt(ending=Ending.PRINTED)


def agent_of(hub: PrintingHub, device: Device, data: Path) -> PrinterAgent:
    """An agent that never waits longer than it must."""
    return PrinterAgent(
        hub=hub.address,
        hall="h",
        token="T",
        device=device,
        data=data,
        health_every_s=0.02,
        after_trouble=AT_ONCE,
    )


@asynccontextmanager
async def working(agent: PrinterAgent) -> AsyncIterator[None]:
    """The agent beside the test; leaving kills it wherever it stands."""
    task = asyncio.create_task(agent.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
    if not task.cancelled():
        task.result()


async def test_every_job_becomes_one_unmarked_paper_in_order(tmp_path: Path) -> None:
    """Started before the first byte, printed after the last."""
    sheets = Sheets()
    async with PrintingHub(3).running() as hub, working(agent_of(hub, sheets, tmp_path)):
        await hub.until_nothing_is_asked_for()

    assert sheets.sheets == [("A001", False), ("A002", False), ("A003", False)]
    assert hub.reports == [(f"J{n}", 1, status) for n in (1, 2, 3) for status in ("started", "printed")]


async def test_a_real_printer_gets_the_bytes(tmp_path: Path) -> None:
    """The whole way, over a socket that answers status questions."""
    async with (
        PrintingHub(1).running() as hub,
        FakePrinter().running() as printer,
        working(agent_of(hub, device_of(printer.address), tmp_path)),
    ):
        await hub.until_nothing_is_asked_for()

    (paper,) = printer.papers
    text = printed_page(paper, 576).text
    assert "MPP Kabupaten Lamongan" in text
    assert "KTP-el" in text
    assert "A001" in text


async def test_killed_before_the_paper_it_prints_again_marked(tmp_path: Path) -> None:
    """A power cut between started and printed: COPY, for nobody knows."""
    sheets = Sheets()
    async with PrintingHub(1).running() as hub:
        sheets.pauses_before = True
        async with working(agent_of(hub, sheets, tmp_path)):
            await hub.until(status="started")
            await sheets.is_printing.wait()
        sheets.pauses_before = False
        async with working(agent_of(hub, sheets, tmp_path)):
            await hub.until_nothing_is_asked_for()

    assert sheets.sheets == [("A001", True)]
    assert hub.reports == [("J1", 1, "started"), ("J1", 2, "started"), ("J1", 2, "printed")]


async def test_killed_after_the_paper_and_before_the_spool_it_prints_a_marked_second_one(
    tmp_path: Path,
) -> None:
    """Two papers with one number do no harm, as long as one is marked."""
    sheets = Sheets()
    async with PrintingHub(1).running() as hub:
        sheets.pauses_after = True
        async with working(agent_of(hub, sheets, tmp_path)):
            await hub.until(status="started")
            await sheets.paper_came.wait()
        sheets.pauses_after = False
        async with working(agent_of(hub, sheets, tmp_path)):
            await hub.until_nothing_is_asked_for()

    assert sheets.sheets == [("A001", False), ("A001", True)]


async def test_a_paper_that_the_hub_did_not_hear_of_is_reported_and_not_printed_again(tmp_path: Path) -> None:
    """The connection breaks between the report and its outcome."""
    sheets = Sheets()
    hub = PrintingHub(2)
    hub.forgets_outcome_of = {"printed"}
    async with hub.running(), working(agent_of(hub, sheets, tmp_path)):
        await hub.until_nothing_is_asked_for()
        await hub.until(job_name="J2", status="printed")

    assert sheets.sheets == [("A001", False), ("A002", False)]
    assert Counter(hub.reports).most_common(1)[0][1] == 1


async def test_a_hub_that_restarts_in_mid_job_learns_of_the_paper_when_it_is_back(tmp_path: Path) -> None:
    """Printed is on the agent's disk; the report waits for the hub."""
    sheets = Sheets()
    hub = PrintingHub(1)
    async with hub.running():
        sheets.pauses_after = True
        async with working(agent_of(hub, sheets, tmp_path)):
            await hub.until(status="started")
            await sheets.paper_came.wait()
    spool = Spool(tmp_path / "p1.spool")
    (started,) = spool.facts.values()
    spool.close()
    async with hub.running():
        sheets.pauses_after = False
        async with working(agent_of(hub, sheets, tmp_path)):
            await hub.until_nothing_is_asked_for()

    assert (started.job, started.attempt) == ("J1", 1)
    assert sheets.sheets == [("A001", False), ("A001", True)]


async def test_what_the_hub_does_not_grant_is_not_printed(tmp_path: Path) -> None:
    """The job died while the agent was busy: no paper for someone who left."""
    sheets = Sheets()
    hub = PrintingHub(1)
    hub.refuses_started = True
    async with hub.running(), working(agent_of(hub, sheets, tmp_path)):
        await hub.until_refused()
        printed_meanwhile = list(sheets.sheets)
        hub.refuses_started = False
        await hub.until_nothing_is_asked_for()

    assert (printed_meanwhile, sheets.sheets) == ([], [("A001", False)])


async def test_a_jam_is_reported_and_the_next_paper_is_marked(tmp_path: Path) -> None:
    """Some of the first may be on paper."""
    sheets = Sheets()
    sheets.fails_count = 1
    async with PrintingHub(1).running() as hub, working(agent_of(hub, sheets, tmp_path)):
        await hub.until_nothing_is_asked_for()

    assert sheets.sheets == [("A001", True)]
    assert hub.reports[:3] == [("J1", 1, "started"), ("J1", 1, "failed"), ("J1", 2, "started")]


async def test_without_paper_the_hub_hears_it_once_and_a_new_roll_brings_the_ticket_unmarked(
    tmp_path: Path,
) -> None:
    """Nothing was started, so nothing is in doubt."""
    async with PrintingHub(1).running() as hub, FakePrinter().running() as printer:
        printer.load(is_out=True)
        async with working(agent_of(hub, device_of(printer.address), tmp_path)):
            await hub.until(status="paper_out")
            await hub.until_status("paper_out")
            printer.load(is_low=True)
            await hub.until_nothing_is_asked_for()
            await hub.until_status("paper_low")

    assert hub.reports == [("J1", 1, "paper_out"), ("J1", 1, "started"), ("J1", 1, "printed")]
    assert "SALINAN" not in printed_page(printer.papers[0], 576).text


async def test_the_status_is_told_again_to_a_restarted_hub(tmp_path: Path) -> None:
    """It is never journaled, and gone with the socket."""
    sheets = Sheets()
    hub = PrintingHub(0)
    async with asyncio.timeout(PATIENCE_S):
        async with hub.running():
            agent = agent_of(hub, sheets, tmp_path)
            task = asyncio.create_task(agent.run())
            await hub.until_status("ready")
        hub.statuses.clear()
        async with hub.running():
            await hub.until_status("ready")
            agent.stop()
            await task

    assert hub.statuses == ["ready"]


async def test_told_to_stop_it_finishes_the_paper_under_way(tmp_path: Path) -> None:
    """No doubt is left behind by an orderly end."""
    async with PrintingHub(1).running() as hub, FakePrinter().running() as printer:
        agent = agent_of(hub, device_of(printer.address), tmp_path)
        task = asyncio.create_task(agent.run())
        await hub.until(status="started")
        agent.stop()
        async with asyncio.timeout(PATIENCE_S):
            await task
    spool = Spool(tmp_path / "p1.spool")
    stages = [fact.stage.value for fact in spool.facts.values()]
    spool.close()

    assert (len(printer.papers), stages) == (1, ["printed"])


@pytest.mark.promise("R12")
async def test_killed_a_hundred_times_no_paper_is_missing_and_every_second_one_is_marked(
    tmp_path: Path, report: Report
) -> None:
    """R12. Each life ends a few turns of the loop after a report or a paper, where a death matters most."""
    sheets, chance, kills_count = Sheets(), Random(12), 0  # noqa: S311 -- a seed that can be played again
    async with PrintingHub(150).running() as hub:
        while kills_count < 100 and hub.started:
            async with working(agent_of(hub, sheets, tmp_path)):
                sheets.is_printing.clear()
                moments = (sheets.is_printing.wait, lambda: hub.until(reports_count=len(hub.reports) + 1))
                await chance.choice(moments)()
                for _ in range(chance.randrange(8)):
                    await asyncio.sleep(0)
            kills_count += 1
        async with working(agent_of(hub, sheets, tmp_path)):
            await hub.until_nothing_is_asked_for()

    papers = Counter(number for number, _ in sheets.sheets)
    unmarked = Counter(number for number, is_marked in sheets.sheets if not is_marked)
    report.figure(
        "R12",
        kills=kills_count,
        numbers=150,
        missing=150 - len(papers),
        papers=papers.total(),
        marked=papers.total() - unmarked.total(),
    )
    assert kills_count == 100
    assert papers.keys() == {f"A{number:03}" for number in range(1, 151)}
    assert max(unmarked.values()) == 1


async def test_the_process_killed_in_mid_job_prints_a_marked_paper_when_it_is_back(tmp_path: Path) -> None:
    """The command itself, SIGKILL after *started*, the same command again; then SIGTERM, and it exits with 0."""
    async with PrintingHub(1).running() as hub, FakePrinter().running() as printer:
        printer.is_stuck = True
        first = await start(hub, printer, tmp_path)
        await hub.until(status="started")
        first.kill()
        await first.wait()
        printer.is_stuck = False
        second = await start(hub, printer, tmp_path)
        await hub.until_nothing_is_asked_for()
        second.terminate()
        async with asyncio.timeout(PATIENCE_S):
            _, said = await second.communicate()

    marks = ["SALINAN" in printed_page(paper, 576).text for paper in printer.papers]
    assert (marks[-1], marks.count(False) <= 1, second.returncode) == (True, True, 0)
    assert b"event=printed" in said


async def start(hub: PrintingHub, printer: FakePrinter, data: Path) -> asyncio.subprocess.Process:
    """The command, as `antrean printer` runs it."""
    arguments = ("--hub", hub.address.url, "--hall", "h", "--device", printer.address, "--data", str(data))
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from ticket_printer.cli import printer; printer()",
        *arguments,
        env={**os.environ, "ANTREAN_TOKEN": "T"},
        stderr=asyncio.subprocess.PIPE,
    )
