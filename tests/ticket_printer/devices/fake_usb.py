"""A USB printer that is a program: a backend of pyusb with one device, which its kernel driver holds.

Source of the descriptors' fields: USB 2.0, 9.6; of the printer class (7): USB Printer Class 1.1.
"""

# ruff: noqa: ARG002 -- a backend's methods have pyusb's parameters

import errno
from types import SimpleNamespace
from typing import Any

import usb.backend
import usb.core

VENDOR, PRODUCT = 0x04B8, 0x0E15
OUT, IN = 0x01, 0x82
BULK = 0x02
PACKET_BYTES = 64
ONLINE = 0x12


class FakeUsb(usb.backend.IBackend):  # type: ignore[misc]  # pyusb has no types
    """Takes what is written, and answers each DLE EOT that it ends with."""

    def __init__(self, *, endpoints: tuple[int, ...] = (OUT, IN), is_held: bool = True) -> None:
        self.written = bytearray()
        self.is_held = is_held
        """By the kernel's own printer driver: nobody else may claim it until that is detached."""
        self.is_claimed = False
        self.is_pulled_out = False
        self._endpoints = endpoints
        self._answers = bytearray()

    def enumerate_devices(self) -> Any:
        return iter(["printer"])

    def get_device_descriptor(self, dev: Any) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=VENDOR, idProduct=PRODUCT, bcdDevice=0x100, iManufacturer=0, iProduct=0,
            iSerialNumber=0, bNumConfigurations=1, address=4, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: Any, config: int) -> Any:
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: Any, intf: int, alt: int, config: int) -> Any:
        if (intf, alt) != (0, 0):
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0,
            bNumEndpoints=len(self._endpoints), bInterfaceClass=7, bInterfaceSubClass=1, bInterfaceProtocol=2,
            iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: Any, ep: int, intf: int, alt: int, config: int) -> Any:
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=self._endpoints[ep], bmAttributes=BULK,
            wMaxPacketSize=PACKET_BYTES, bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: Any) -> Any:
        return "handle"

    def close_device(self, dev_handle: Any) -> None:
        self.is_claimed = False

    def get_configuration(self, dev_handle: Any) -> int:
        return 1

    def is_kernel_driver_active(self, dev_handle: Any, intf: int) -> bool:
        return self.is_held

    def detach_kernel_driver(self, dev_handle: Any, intf: int) -> None:
        self.is_held = False

    def claim_interface(self, dev_handle: Any, intf: int) -> None:
        if self.is_held:
            raise usb.core.USBError("Resource busy", errno=errno.EBUSY)
        self.is_claimed = True

    def release_interface(self, dev_handle: Any, intf: int) -> None:
        self.is_claimed = False

    def bulk_write(self, dev_handle: Any, ep: int, intf: int, data: Any, timeout: int) -> int:
        if self.is_pulled_out or not self.is_claimed:
            raise usb.core.USBError("No such device", errno=errno.ENODEV)
        self.written += bytes(data)
        if bytes(data).startswith(b"\x10\x04"):
            self._answers += bytes([ONLINE]) * bytes(data).count(b"\x10\x04")
        return len(data)

    def bulk_read(self, dev_handle: Any, ep: int, intf: int, buff: Any, timeout: int) -> int:
        if self.is_pulled_out:
            raise usb.core.USBError("No such device", errno=errno.ENODEV)
        if not self._answers:
            raise usb.core.USBTimeoutError("Operation timed out", errno=errno.ETIMEDOUT)
        buff[0] = self._answers.pop(0)
        return 1
