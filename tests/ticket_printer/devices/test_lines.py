"""The other lines to a printer: files, serial lines, folders; and what stands behind `--device`."""

import asyncio
import os
import pty
import tty
from pathlib import Path

import pytest
from PIL import Image

from tests.ticket_printer.devices.fake_usb import IN, PRODUCT, VENDOR, FakeUsb
from tests.ticket_printer.papers import paper
from ticket_printer.devices.base import READY, Device, Ending, Paper
from ticket_printer.devices.choice import device_of
from ticket_printer.devices.dialogue import PrinterOnLine
from ticket_printer.devices.status import is_status
from ticket_printer.devices.threaded import ThreadedPort
from ticket_printer.devices.usb import UsbPort
from ticket_printer.paper import ticket_bytes

TICKET = Paper(
    data=ticket_bytes(paper(), is_copy=False, width_dots=384),
    number="A007",
    width_dots=384,
    paper_width_mm=58,
)


async def test_a_file_gathers_papers_and_nothing_else(tmp_path: Path) -> None:
    """No question is ever written into it."""
    device = device_of(f"file:{tmp_path / 'lp'}")

    assert await device.health() == READY
    endings = [(await device.print(TICKET)).ending for _ in range(2)]

    assert (endings, (tmp_path / "lp").read_bytes()) == ([Ending.PRINTED] * 2, TICKET.data * 2)


async def test_a_printer_that_is_unplugged_does_not_come_back_as_a_plain_file() -> None:
    """Nothing is made under /dev."""
    device = device_of("file:/dev/no-such-printer")

    assert (await device.health()).status == "offline"
    assert (await device.print(TICKET)).ending is Ending.FAILED
    assert "no-such-printer" not in os.listdir("/dev")  # noqa: PTH208 -- names only


async def test_a_serial_printer_is_asked_and_printed_to() -> None:
    """Over a pair of terminals, the far end played by the test."""
    near, far = pty.openpty()
    tty.setraw(near)
    tty.setraw(far)
    heard = bytearray()

    def play() -> None:
        heard.extend(os.read(near, 4096))
        if heard.endswith((b"\x10\x04\x01", b"\x10\x04\x04")):
            os.write(near, b"\x12")

    asyncio.get_running_loop().add_reader(near, play)
    try:
        device = device_of(f"serial:{os.ttyname(far)}")
        health = await device.health()
        attempt = await device.print(TICKET)
    finally:
        asyncio.get_running_loop().remove_reader(near)
        os.close(near)
        os.close(far)

    assert (health, attempt.ending) == (READY, Ending.PRINTED)
    assert TICKET.data in bytes(heard)


async def test_a_virtual_printer_makes_a_picture_for_each_ticket(tmp_path: Path) -> None:
    """Named by time and number, whole or not at all."""
    device = device_of(f"virtual:{tmp_path / 'out'}")

    assert await device.health() == READY
    endings = [(await device.print(TICKET)).ending for _ in range(2)]

    pictures = sorted((tmp_path / "out").iterdir())
    assert (endings, len(pictures)) == ([Ending.PRINTED] * 2, 2)
    assert all(picture.suffix == ".png" and "-A007" in picture.name for picture in pictures)
    with Image.open(pictures[0]) as picture:
        assert picture.width > 58 * 8


async def test_a_virtual_printer_refuses_bytes_that_no_printer_of_ours_gets(tmp_path: Path) -> None:
    """The picture shows the bytes, or there is none."""
    rubbish = Paper(data=b"\x1bp0", number="", width_dots=384, paper_width_mm=58)

    attempt = await device_of(f"virtual:{tmp_path}").print(rubbish)

    assert (attempt.ending, os.listdir(tmp_path)) == (Ending.FAILED, [])  # noqa: PTH208 -- names only


async def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").touch()

    assert (await device_of(f"virtual:{tmp_path / 'file'}").health()).status == "offline"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no printer"),
        ("network", "names no printer"),
        ("cups:laser", "network:HOST:PORT"),
        ("network:10.0.0.9", "looks like network:"),
        ("network:10.0.0.9:99999", "looks like network:"),
        ("usb:04b8", "looks like usb:"),
        ("usb:xyz:0e15", "looks like usb:"),
        ("usb:1ffff:0e15", "above ffff"),
        ("file:", "names no printer"),
    ],
)
def test_a_device_that_is_none_is_refused_in_words(text: str, words: str) -> None:
    """Said at the start: what was found, what it looks like."""
    with pytest.raises(ValueError, match=words):
        device_of(text)


async def test_a_usb_printer_that_is_not_plugged_in_is_offline() -> None:
    """Or its library finds no USB at all; either way it is said, and nothing breaks."""
    assert (await device_of("usb:ffff:fffe").health()).status == "offline"


@pytest.mark.parametrize("is_held", [True, False], ids=["by the kernel's driver", "by nobody"])
async def test_a_usb_printer_is_asked_and_printed_to(is_held: bool) -> None:
    """Whoever holds it: the kernel's own driver gives way. In pieces or not, every byte arrives."""
    bus = FakeUsb(is_held=is_held)
    device = usb_printer(bus)

    health = await device.health()
    attempt = await device.print(TICKET)

    assert (health, attempt.ending, bus.is_claimed) == (READY, Ending.PRINTED, False)
    assert TICKET.data in bytes(bus.written)


async def test_a_usb_printer_that_is_pulled_out_has_printed_nothing() -> None:
    """Said as offline, and the paper is not called printed."""
    bus = FakeUsb()
    bus.is_pulled_out = True
    device = usb_printer(bus)

    assert "offline" == (await device.health()).status
    assert Ending.PRINTED is not (await device.print(TICKET)).ending


async def test_a_usb_device_without_a_way_in_is_no_printer() -> None:
    """A keyboard's number was given."""
    health = await usb_printer(FakeUsb(endpoints=(IN,))).health()

    assert ("offline", True) == (health.status, "printer" in health.detail)


def usb_printer(bus: FakeUsb) -> Device:
    """As `device_of` makes it, on a bus of the test's own."""
    return PrinterOnLine(lambda: ThreadedPort.open("usb", lambda: UsbPort(VENDOR, PRODUCT, bus)))


def test_a_status_byte_is_told_from_a_stray_one() -> None:
    """Epson: bits 1 and 4 set, bits 0 and 7 clear."""
    assert [is_status(byte) for byte in (0x12, 0x1E, 0x7E, 0x00, 0x11, 0x92, 0xFF)] == [
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]
