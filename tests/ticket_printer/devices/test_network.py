"""A printer on the network, well and unwell."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.pace import PATIENCE_S
from tests.ticket_printer.devices.fake_printer import CUT, FakePrinter
from ticket_printer.devices.base import READY, Ending, Paper
from ticket_printer.devices.choice import device_of

PAPER = Paper(data=b"\x1b@A007\n" + b"x" * 30_000 + CUT, number="A007", width_dots=576, paper_width_mm=80)


@pytest.fixture
async def printer() -> AsyncIterator[FakePrinter]:
    """A printer that is well."""
    async with FakePrinter().running() as running:
        yield running


async def test_the_bytes_arrive_whole_and_once(printer: FakePrinter) -> None:
    """Open, ask, print, ask, close."""
    attempt = await device_of(printer.address).print(PAPER)

    assert (attempt.ending, printer.papers) == (Ending.PRINTED, [PAPER.data])


@pytest.mark.parametrize(
    ("is_offline", "is_low", "is_out", "expected"),
    [
        (False, False, False, "ready"),
        (False, True, False, "paper_low"),
        (False, True, True, "paper_out"),
        (True, False, False, "offline"),
        (True, False, True, "paper_out"),
    ],
)
async def test_the_status_bytes_tell_how_it_is(
    printer: FakePrinter,
    is_offline: bool,
    is_low: bool,
    is_out: bool,
    expected: str,
) -> None:
    """DLE EOT 1 and 4. The missing paper is named before what it causes."""
    printer.is_offline = is_offline
    printer.load(is_low=is_low, is_out=is_out)

    assert expected == (await device_of(printer.address).health()).status


async def test_without_paper_not_a_byte_of_the_ticket_is_sent(printer: FakePrinter) -> None:
    """Asked before the first byte."""
    printer.load(is_out=True)

    attempt = await device_of(printer.address).print(PAPER)

    assert (attempt.ending, printer.papers) == (Ending.PAPER_OUT, [])


async def test_a_roll_that_ends_in_mid_ticket_is_noticed(printer: FakePrinter) -> None:
    """Asked after the last byte."""
    printer.runs_out_while_printing = True

    attempt = await device_of(printer.address).print(PAPER)

    assert attempt.ending is Ending.PAPER_OUT


async def test_a_printer_that_never_answers_is_believed(printer: FakePrinter) -> None:
    """A raw port often confirms nothing: printed then means accepted."""
    printer.is_silent = True
    device = device_of(printer.address)

    assert await device.health() == READY
    attempt = await device.print(PAPER)
    async with asyncio.timeout(PATIENCE_S):
        await printer.printed.wait()

    assert (attempt.ending, printer.papers) == (Ending.PRINTED, [PAPER.data])


@pytest.mark.parametrize("bytes_count", [0, 3, 500, 20_000])
async def test_a_printer_that_dies_in_mid_job_has_failed(printer: FakePrinter, bytes_count: int) -> None:
    """Whatever reached it, nobody says that it printed."""
    printer.dies_after_bytes = bytes_count

    attempt = await device_of(printer.address).print(PAPER)

    assert (attempt.ending, printer.papers) == (Ending.FAILED, [])


async def test_a_printer_that_is_not_there_is_offline() -> None:
    """Refused at once, said in words for the staff."""
    async with FakePrinter().running() as gone:
        device = device_of(gone.address)

    health = await device.health()
    attempt = await device.print(PAPER)

    assert (health.status, attempt.ending) == ("offline", Ending.FAILED)
    assert "does not answer" in health.detail
