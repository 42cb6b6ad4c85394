"""From what stands behind `--device` to a printer."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from ticket_printer.devices.base import Device
from ticket_printer.devices.dialogue import PrinterOnLine
from ticket_printer.devices.file import FilePort
from ticket_printer.devices.network import NetworkPort
from ticket_printer.devices.serial import SerialPort
from ticket_printer.devices.threaded import ThreadedPort
from ticket_printer.devices.usb import UsbPort
from ticket_printer.devices.virtual import VirtualPrinter

FORMS = "network:HOST:PORT, usb:VID:PID, serial:PATH, file:PATH or virtual:DIR"

PORT_MAX = 65_535
USB_NUMBER_MAX = 0xFFFF


def device_of(text: str) -> Device:
    """The printer that `text` names.

    Raises: ValueError in words for whoever typed it, also where a library is missing.
    """
    kind, separator, rest = text.partition(":")
    if kind not in _KINDS or not separator or not rest:
        raise ValueError(f"{text!r} names no printer; it is one of {FORMS}")
    return _KINDS[kind](rest)


def _network(rest: str) -> Device:
    host, separator, digits = rest.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not separator or not host or not digits.isdecimal() or not 0 < int(digits) <= PORT_MAX:
        raise ValueError(f"'network:{rest}' is no address; it looks like network:192.168.1.50:9100")
    return PrinterOnLine(lambda: NetworkPort.open(host, int(digits)))


def _usb(rest: str) -> Device:
    numbers = rest.split(":")
    try:
        vendor, product = (int(number.lower().removeprefix("0x"), 16) for number in numbers)
    except ValueError:
        raise ValueError(f"'usb:{rest}' is no USB printer; it looks like usb:04b8:0e15 (see lsusb)") from None
    if not (0 <= vendor <= USB_NUMBER_MAX and 0 <= product <= USB_NUMBER_MAX):
        raise ValueError(f"'usb:{rest}' has a number above ffff")
    _need("usb", "pyusb", "usb")
    return PrinterOnLine(lambda: ThreadedPort.open(f"usb:{rest}", lambda: UsbPort(vendor, product)))


def _serial(rest: str) -> Device:
    _need("serial", "pyserial", "serial")
    return PrinterOnLine(lambda: ThreadedPort.open(rest, lambda: SerialPort(rest)))


def _file(rest: str) -> Device:
    return PrinterOnLine(lambda: ThreadedPort.open(rest, lambda: FilePort(rest)))


def _virtual(rest: str) -> Device:
    return VirtualPrinter(Path(rest))


def _need(module: str, package: str, extra: str) -> None:
    if find_spec(module) is None:
        raise ValueError(
            f"this printer needs {package}, which is not installed: pip install 'antrean[{extra}]'"
        )


_KINDS: Mapping[str, Callable[[str], Device]] = {
    "network": _network,
    "usb": _usb,
    "serial": _serial,
    "file": _file,
    "virtual": _virtual,
}
