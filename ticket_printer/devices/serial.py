"""A printer on a serial line, through pyserial (the extra `serial`)."""

BAUD = 115_200
"""What today's printers are set to when they leave the factory."""

WRITE_WITHIN_S = 20.0
"""A ticket of 35 KB takes 3 s at this speed."""


class SerialPort:
    """An open serial line, 8 data bits, no parity, hardware hand-shake off (as shipped)."""

    answers = True

    def __init__(self, path: str) -> None:
        import serial  # noqa: PLC0415 -- optional: only who has such a printer installs it

        self._line = serial.Serial(path, BAUD, write_timeout=WRITE_WITHIN_S, exclusive=True)

    def write(self, data: bytes) -> None:
        """All of it; pyserial's errors are OSErrors."""
        self._line.write(data)
        self._line.flush()

    def read_byte(self, within_s: float) -> int | None:
        """The next byte."""
        self._line.timeout = within_s
        received = self._line.read(1)
        return received[0] if received else None

    def close(self) -> None:
        """Ends it."""
        self._line.close()
