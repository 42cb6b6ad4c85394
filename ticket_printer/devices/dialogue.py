"""The conversation with a thermal printer over any line: open, ask, print, ask again, close.

Many printers take one connection at a time, so the line is open for one job only. A printer that never answers is
taken to be well, and *printed* then means that it accepted the bytes; one that answered before the job and not
after it has failed, and the paper is printed again as a copy.
"""

import asyncio
from collections.abc import Awaitable, Callable

from ticket_printer.devices.base import Attempt, Ending, Health, Paper, Port, PortTrouble
from ticket_printer.devices.status import ASK_PAPER, ASK_PRINTER, health_of, is_status

ANSWER_BEFORE_WITHIN_S = 0.7
"""A real-time question is answered in milliseconds; a silent printer costs this much for each ticket."""

ANSWER_AFTER_WITHIN_S = 8.0
"""Some answer only when the job is out: 15 cm at 100 mm/s, and the buffers on the way."""

STRAY_BYTES_MAX = 16
"""Bytes passed over in search of an answer."""


class PrinterOnLine:
    """A printer behind a line that is opened for each conversation."""

    def __init__(self, open_port: Callable[[], Awaitable[Port]]) -> None:
        self._open_port = open_port
        self._line_in_use = asyncio.Lock()

    async def health(self) -> Health:
        """Both questions, on a line of their own."""
        async with self._line_in_use:
            try:
                port = await self._open_port()
            except PortTrouble as trouble:
                return Health(status="offline", detail=str(trouble))
            try:
                printer = await _ask(port, ASK_PRINTER, ANSWER_BEFORE_WITHIN_S)
                paper = None if printer is None else await _ask(port, ASK_PAPER, ANSWER_BEFORE_WITHIN_S)
            except PortTrouble as trouble:
                return Health(status="offline", detail=str(trouble))
            finally:
                await port.close()
        return health_of(printer, paper)

    async def print(self, paper: Paper) -> Attempt:
        """One job on one line."""
        async with self._line_in_use:
            try:
                port = await self._open_port()
            except PortTrouble as trouble:
                return Attempt(ending=Ending.FAILED, detail=str(trouble))
            try:
                return await _print_on(port, paper)
            except PortTrouble as trouble:
                return Attempt(ending=Ending.FAILED, detail=str(trouble))
            finally:
                await port.close()


async def _print_on(port: Port, paper: Paper) -> Attempt:
    roll = await _ask(port, ASK_PAPER, ANSWER_BEFORE_WITHIN_S)
    before = health_of(None, roll)
    if not before.can_print:
        return Attempt(ending=Ending.PAPER_OUT, detail=before.detail)
    await port.write(paper.data)
    printer = await _ask(port, ASK_PRINTER, ANSWER_BEFORE_WITHIN_S if roll is None else ANSWER_AFTER_WITHIN_S)
    if printer is None:
        if roll is None:
            return Attempt(ending=Ending.PRINTED)
        return Attempt(ending=Ending.FAILED, detail="The printer fell silent in the middle of the job.")
    after = health_of(printer, await _ask(port, ASK_PAPER, ANSWER_BEFORE_WITHIN_S))
    if after.can_print:
        return Attempt(ending=Ending.PRINTED)
    ending = Ending.PAPER_OUT if after.status == "paper_out" else Ending.FAILED
    return Attempt(ending=ending, detail=after.detail)


async def _ask(port: Port, question: bytes, within_s: float) -> int | None:
    """The answer; None: it did not come. Bytes that cannot be one (an earlier job's leftovers) are passed over."""
    if not port.answers:
        return None
    await port.write(question)
    for _ in range(STRAY_BYTES_MAX):
        byte = await port.read_byte(within_s)
        if byte is None or is_status(byte):
            return byte
    return None
