"""The hub's half of printing, small: it asks for jobs, counts attempts, and hears what became of each."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from queue_server.fetching import HubAddress
from queue_server.wire.shapes import PrinterState
from tests.pace import PATIENCE_S
from tests.ticket_printer.papers import job


class PrintingHub:
    """Keeps to the rules of the real one: `attempt` is one more than those started; printed jobs leave the view."""

    def __init__(self, jobs_count: int) -> None:
        self.port = 0
        self.started = {f"J{number}": 0 for number in range(1, jobs_count + 1)}
        """Last attempt started, by job; a printed or given-up job is gone."""
        self.reports: list[tuple[str, int, str]] = []
        """Job, attempt, status, in the order heard."""
        self.statuses: list[str] = []
        self.refuses_started = False
        self.refused_count = 0
        self.forgets_outcome_of: set[str] = set()
        """Statuses whose next report is taken, but answered by a broken connection."""
        self._outcomes: dict[str, dict[str, Any]] = {}
        self._changed = asyncio.Event()
        self._seq = 0

    @property
    def address(self) -> HubAddress:
        """Where it listens."""
        return HubAddress.parse(f"http://127.0.0.1:{self.port}")

    @asynccontextmanager
    async def running(self) -> AsyncIterator["PrintingHub"]:
        """May be entered again, on the same port, with all that it knew."""
        async with serve(self._answer, "127.0.0.1", self.port, compression=None) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            yield self

    async def until(self, *, job_name: str = "", status: str = "", reports_count: int = 1) -> None:
        """Until that has been reported so often (empty: any)."""
        async with asyncio.timeout(PATIENCE_S):
            while reports_count > sum(
                job_name in ("", heard[0]) and status in ("", heard[2]) for heard in self.reports
            ):
                await self._change()

    async def until_nothing_is_asked_for(self) -> None:
        """Until every job is printed or given up."""
        async with asyncio.timeout(PATIENCE_S):
            while self.started:
                await self._change()

    async def until_status(self, status: str) -> None:
        """Until the printer's last word on itself is this."""
        async with asyncio.timeout(PATIENCE_S):
            while not self.statuses or self.statuses[-1] != status:
                await self._change()

    async def until_refused(self) -> None:
        """Until some report was refused."""
        async with asyncio.timeout(PATIENCE_S):
            while not self.refused_count:
                await self._change()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    async def _answer(self, socket: ServerConnection) -> None:
        try:
            await socket.recv()
            await self._show(socket)
            async for text in socket:
                await self._hear(socket, msgspec.json.decode(text))
        except ConnectionClosed:
            return

    async def _show(self, socket: ServerConnection) -> None:
        jobs = [
            job(name, attempt=started + 1, number=f"A{int(name[1:]):03}")
            for name, started in self.started.items()
        ]
        state = PrinterState(printer="p1", paper_width_mm=80, jobs=jobs)
        self._seq += 1
        frame = {"type": "view", "view": "printer", "seq": self._seq, "journal_id": "j", "state": state}
        await socket.send(msgspec.json.encode(frame).decode())

    async def _hear(self, socket: ServerConnection, frame: dict[str, Any]) -> None:
        if frame["type"] == "status":
            self.statuses.append(frame["status"])
            self._changed.set()
            return
        outcome = self._outcomes.get(frame["id"])
        if outcome is None:
            outcome = self._decide(frame)
            if outcome["accepted"]:
                self._outcomes[frame["id"]] = outcome
        self._changed.set()
        if frame["status"] in self.forgets_outcome_of:
            self.forgets_outcome_of.discard(frame["status"])
            socket.transport.abort()
            return
        await socket.send(msgspec.json.encode({"type": "outcome", "id": frame["id"], **outcome}).decode())
        await self._show(socket)

    def _decide(self, frame: dict[str, Any]) -> dict[str, Any]:
        name, attempt, status = frame["job"], frame["attempt"], frame["status"]
        if name not in self.started or (status == "started" and self.refuses_started):
            self.refused_count += 1
            return {"accepted": False, "code": "UNKNOWN_JOB"}
        self.reports.append((name, attempt, status))
        if status == "started":
            self.started[name] = max(self.started[name], attempt)
        if status == "printed":
            del self.started[name]
        return {"accepted": True, "seq": self._seq}
