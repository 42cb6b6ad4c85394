"""A printer on a USB port, by vendor and product number, through pyusb (the extra `usb`)."""

from typing import Any

WRITE_WITHIN_MS = 20_000


class UsbPort:
    """The bulk endpoints of the printer's first interface. pyusb's errors are OSErrors."""

    answers = True

    def __init__(self, vendor: int, product: int, backend: Any = None) -> None:
        """Args: backend: how pyusb reaches the bus; its own choice where there is none.

        Raises: OSError where there is no such device, or it is no printer.
        """
        import usb.core  # noqa: PLC0415 -- optional: only who has such a printer installs it
        import usb.util  # noqa: PLC0415 -- same

        device = usb.core.find(idVendor=vendor, idProduct=product, backend=backend)
        if device is None:
            raise OSError("no such device is plugged in")
        if device.is_kernel_driver_active(0):
            device.detach_kernel_driver(0)
        interface = device.get_active_configuration()[(0, 0)]
        self._usb = usb
        self._device = device
        self._down = self._endpoint(interface, usb.util.ENDPOINT_OUT)
        self._up = self._endpoint(interface, usb.util.ENDPOINT_IN)
        if self._down is None:
            raise OSError("the device has nowhere to write to; is it a printer?")

    def write(self, data: bytes) -> None:
        """All of it."""
        self._down.write(data, WRITE_WITHIN_MS)

    def read_byte(self, within_s: float) -> int | None:
        """None too where the printer has no way back."""
        if self._up is None:
            return None
        try:
            received = self._up.read(self._up.wMaxPacketSize, int(within_s * 1_000))
        except self._usb.core.USBTimeoutError:
            return None
        return received[-1] if len(received) else None

    def close(self) -> None:
        """Ends it."""
        self._usb.util.dispose_resources(self._device)

    def _endpoint(self, interface: object, direction: int) -> Any:
        return self._usb.util.find_descriptor(
            interface,
            custom_match=lambda found: self._usb.util.endpoint_direction(found.bEndpointAddress) == direction,
        )
