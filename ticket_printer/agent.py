"""The printer agent: the hub's jobs become paper, and the hub hears what became of each.

One worker takes one step at a time, as `jobs.next_step` says; beside it the line to the hub is kept and the printer
is asked how it is. `tests/ticket_printer/test_agent.py` kills it at every moment and counts the papers.
"""

import asyncio
from pathlib import Path
from typing import Any, assert_never
from urllib.parse import quote

import structlog

from queue_server.fetching import HubAddress
from queue_server.link import Link
from queue_server.wire.messages import PROTOCOL, Hello, Outcome
from queue_server.wire.retry import RetryPolicy, delay_ms
from queue_server.wire.session import Phase
from queue_server.wire.shapes import PrinterState
from ticket_printer.devices.base import Attempt, Device, Ending, Health, Paper
from ticket_printer.jobs import Complain, Confirm, Forget, Print, Step, next_step
from ticket_printer.paper import dots_of, ticket_bytes
from ticket_printer.spool import Fact, Spool, Stage

HEALTH_EVERY_S = 3.0
"""The staff hears of a missing roll within that; the question costs the printer nothing."""

AFTER_TROUBLE = RetryPolicy(base_ms=2_000, cap_ms=30_000)
"""Between failed attempts. A job lives about 90 s, so a printer that fails in mid-ticket spoils five papers at most."""

DETAIL_CHARACTERS_MAX = 200
"""What the hub takes of a detail."""

REFUSALS_FOR_GOOD = frozenset({"UNKNOWN_JOB", "WRONG_STATE"})
"""The hub no longer wants the paper."""


class PrinterAgent:
    """One printer's agent."""

    def __init__(
        self,
        *,
        hub: HubAddress,
        hall: str,
        token: str,
        device: Device,
        data: Path,
        paper_width_mm: int | None = None,
        health_every_s: float = HEALTH_EVERY_S,
        after_trouble: RetryPolicy = AFTER_TROUBLE,
    ) -> None:
        """`data`: folder of the spool. `paper_width_mm` None: as the hub says."""
        self._link = Link(
            hub=hub,
            hall=hall,
            hello=Hello(protocol=PROTOCOL, view="printer", token=token),
            state_type=PrinterState,
            on_phase=self._note_phase,
        )
        self._device = device
        self._data = data
        self._paper_width_mm = paper_width_mm
        self._health_every_s = health_every_s
        self._after_trouble = after_trouble
        self._log = structlog.get_logger("printer")
        self._state: PrinterState | None = None
        self._health: Health | None = None
        self._spool: Spool | None = None
        self._acknowledged: set[tuple[str, int]] = set()
        self._complained: set[tuple[str, int]] = set()
        self._failures_count = 0
        self._news = asyncio.Event()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """No further step; `run` returns when the one under way is done."""
        self._stopping.set()
        self._news.set()

    async def run(self) -> None:
        """Prints until stopped or cancelled.

        Raises: TurnedAway, SpoolInUse, OSError of the spool's disk.
        """
        try:
            async with asyncio.TaskGroup() as group:
                helpers = (self._link.run(), self._follow_views(), self._watch_printer())
                tasks = [group.create_task(helper) for helper in helpers]
                await self._work()
                for task in tasks:
                    task.cancel()
        except ExceptionGroup as troubles:
            raise troubles.exceptions[0] from None
        finally:
            if self._spool is not None:
                self._spool.close()

    async def _follow_views(self) -> None:
        async for state in self._link.views():
            if self._spool is None:
                self._spool = Spool(self._data / f"{quote(state.printer, safe='')}.spool")
            self._state = state
            wanted = {job.job for job in state.jobs}
            self._acknowledged = {report for report in self._acknowledged if report[0] in wanted}
            self._complained = {report for report in self._complained if report[0] in wanted}
            self._news.set()

    async def _watch_printer(self) -> None:
        while True:
            self._set_health(await self._device.health())
            await asyncio.sleep(self._health_every_s)

    async def _work(self) -> None:
        while not self._stopping.is_set():
            self._news.clear()
            step = self._next_step()
            if step is None:
                await self._news.wait()
            else:
                await self._take(step)

    def _next_step(self) -> Step | None:
        """None too while there is no hub: without its word nothing may be started."""
        if (
            self._state is None
            or self._spool is None
            or self._health is None
            or self._link.phase is not Phase.LIVE
        ):
            return None
        return next_step(
            self._state.jobs,
            self._spool.facts,
            self._health,
            acknowledged=self._acknowledged,
            complained=self._complained,
        )

    async def _take(self, step: Step) -> None:
        assert self._spool is not None, "a step comes from a view, and the first view opens the spool"
        match step:
            case Forget(jobs=jobs):
                for job in jobs:
                    self._spool.forget(job)
            case Confirm():
                outcome = await self._report(step.job, step.attempt, Ending.PRINTED)
                if await self._is_settled(outcome):
                    self._acknowledged.add((step.job, step.attempt))
            case Complain():
                outcome = await self._report(step.job, step.attempt, step.ending, step.detail)
                if await self._is_settled(outcome):
                    self._complained.add((step.job, step.attempt))
            case Print():
                await self._print(step, self._spool)
            case _:
                assert_never(step)

    async def _print(self, step: Print, spool: Spool) -> None:
        """Spool, hub, paper, spool: in this order, so that whatever dies in between leaves a doubt, never a lie."""
        job = step.job
        before = spool.facts.get(job.job)
        spool.note(_fact(step, Stage.STARTED))
        outcome = await self._report(job.job, step.attempt, "started")
        if not outcome.accepted:
            # Not a byte of this attempt was sent: what was known before is what is known now.
            spool.forget(job.job) if before is None else spool.note(before)
            self._log.warning("print_not_granted", job=job.job, attempt=step.attempt, code=outcome.code)
            await self._pause()
            return
        attempt = await self._device.print(self._paper(step))
        if attempt.ending is Ending.PRINTED:
            spool.note(_fact(step, Stage.PRINTED))
            self._failures_count = 0
            self._log.info("printed", job=job.job, attempt=step.attempt, is_copy=step.is_copy)
            return
        await self._tell_failure(step, attempt)

    async def _tell_failure(self, step: Print, attempt: Attempt) -> None:
        """The spool keeps saying *started*, for some of it may be on paper."""
        self._log.warning("print_failed", job=step.job.job, attempt=step.attempt, ending=attempt.ending.value)
        await self._report(step.job.job, step.attempt, attempt.ending, attempt.detail)
        self._set_health(await self._device.health())
        await self._pause()

    def _paper(self, step: Print) -> Paper:
        assert self._state is not None, "a step comes from a view"
        paper_width_mm = self._paper_width_mm or self._state.paper_width_mm
        width_dots = dots_of(paper_width_mm)
        return Paper(
            data=ticket_bytes(step.job.paper, is_copy=step.is_copy, width_dots=width_dots),
            number=step.job.paper.number,
            width_dots=width_dots,
            paper_width_mm=paper_width_mm,
        )

    async def _report(self, job: str, attempt: int, status: str, detail: str = "") -> Outcome:
        more: dict[str, Any] = {"detail": detail[:DETAIL_CHARACTERS_MAX]} if detail else {}
        return await self._link.command("report_print", job=job, attempt=attempt, status=status, **more)

    async def _is_settled(self, outcome: Outcome) -> bool:
        """Whether the hub has taken the report, or wants none; if not, a while passes before the next try."""
        if outcome.accepted or outcome.code in REFUSALS_FOR_GOOD:
            return True
        await self._pause()
        return False

    async def _pause(self) -> None:
        """After trouble; longer each time until something is printed."""
        pause_ms = delay_ms(self._after_trouble, attempt=self._failures_count, jitter=1.0)
        self._failures_count += 1
        try:
            async with asyncio.timeout(pause_ms / 1_000):
                await self._stopping.wait()
        except TimeoutError:
            return

    def _set_health(self, health: Health) -> None:
        if health == self._health:
            return
        before, self._health = self._health, health
        self._link.status(health.status, health.detail)
        if before is None or before.status != health.status:
            say = self._log.info if health.can_print else self._log.warning
            say("printer_status", status=health.status, detail=health.detail)
        self._news.set()

    def _note_phase(self, phase: Phase) -> None:
        """One line going, one coming back."""
        if phase is Phase.LIVE:
            self._log.info("hub_here")
        elif phase is Phase.LATE:
            self._log.warning("hub_away", reason=self._link.trouble)
        self._news.set()


def _fact(step: Print, stage: Stage) -> Fact:
    return Fact(job=step.job.job, requested_at_ms=step.job.requested_at_ms, attempt=step.attempt, stage=stage)
