"""A network printer that is a program: it parses what it gets, answers DLE EOT, and fails as told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ticket_printer.devices.status import OFFLINE_BIT, PAPER_LOW_BITS, PAPER_OUT_BITS

FIXED_BITS = 0x12
CUT = b"\x1dV\x01"


class FakePrinter:
    """What comes between two questions is gathered; each cut ends a paper."""

    def __init__(self) -> None:
        self.port = 0
        self.papers: list[bytes] = []
        """Finished ones."""
        self.is_silent = False
        self.is_offline = False
        self.roll_bits = 0
        self.dies_after_bytes: int | None = None
        """Breaks the connection off in the middle of the job."""
        self.runs_out_while_printing = False
        self.is_stuck = False
        """Takes the job, cuts no paper, and answers nothing after it."""
        self.printed = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        """As `--device` wants it."""
        return f"network:127.0.0.1:{self.port}"

    def load(self, *, is_low: bool = False, is_out: bool = False) -> None:
        """The roll."""
        self.roll_bits = (PAPER_OUT_BITS if is_out else 0) | (PAPER_LOW_BITS if is_low else 0)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FakePrinter"]:
        """Plugged in; may be plugged in again on the same port."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for writer in self._writers:
                writer.transport.abort()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        gathered = b""
        received = 0
        try:
            while chunk := await reader.read(4096):
                received += len(chunk)
                if self.dies_after_bytes is not None and received > self.dies_after_bytes:
                    writer.transport.abort()
                    return
                gathered = await self._work_off(gathered + chunk, writer)
        except OSError:
            return
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _work_off(self, gathered: bytes, writer: asyncio.StreamWriter) -> bytes:
        """Questions and finished papers. Returns: what is neither yet."""
        while not (self.is_stuck and CUT in gathered):
            question, cut = gathered.find(b"\x10\x04"), gathered.find(CUT)
            if cut >= 0 and (question < 0 or cut < question):
                self._finish(gathered[: cut + len(CUT)])
                gathered = gathered[cut + len(CUT) :]
            elif question >= 0 and len(gathered) > question + 2:
                await self._answer(gathered[question + 2], writer)
                gathered = gathered[:question] + gathered[question + 3 :]
            else:
                return gathered
        return b""

    def _finish(self, paper: bytes) -> None:
        if self.runs_out_while_printing:
            self.load(is_out=True)
        else:
            self.papers.append(paper)
            self.printed.set()

    async def _answer(self, which: int, writer: asyncio.StreamWriter) -> None:
        if self.is_silent:
            return
        offline = OFFLINE_BIT if self.is_offline or self.roll_bits & PAPER_OUT_BITS else 0
        writer.write(bytes([FIXED_BITS | (offline if which == 1 else self.roll_bits)]))
        await writer.drain()
