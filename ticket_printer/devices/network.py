"""A printer on the network: raw TCP, usually port 9100. Every step has its own deadline."""

import asyncio

from ticket_printer.devices.base import PortTrouble

CONNECT_WITHIN_S = 3.0
WRITE_WITHIN_S = 20.0
"""A ticket has 35 KB; a printer that stopped for paper in the middle takes them never."""
CLOSE_WITHIN_S = 2.0


class NetworkPort:
    """One connection."""

    answers = True

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # With no buffer of our own, "written" means that the network took it.
        writer.transport.set_write_buffer_limits(high=0)
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, host: str, port: int) -> "NetworkPort":
        """Raises: PortTrouble where nobody takes the connection in time."""
        try:
            async with asyncio.timeout(CONNECT_WITHIN_S):
                return cls(*await asyncio.open_connection(host, port))
        except OSError as error:  # TimeoutError is one
            raise PortTrouble(f"The printer at {host}:{port} does not answer.") from error

    async def write(self, data: bytes) -> None:
        """All of it, handed to the network."""
        try:
            async with asyncio.timeout(WRITE_WITHIN_S):
                self._writer.write(data)
                await self._writer.drain()
        except OSError as error:
            raise PortTrouble("The printer broke the connection off, or takes no more data.") from error

    async def read_byte(self, within_s: float) -> int | None:
        """The end of the connection is trouble: bytes sent into it would be lost without a word."""
        try:
            async with asyncio.timeout(within_s):
                received = await self._reader.read(1)
        except TimeoutError:
            return None
        except OSError as error:
            raise PortTrouble("The printer broke the connection off.") from error
        if not received:
            raise PortTrouble("The printer closed the connection.")
        return received[0]

    async def close(self) -> None:
        """What is still buffered goes out first, if the printer takes it."""
        self._writer.close()
        try:
            async with asyncio.timeout(CLOSE_WITHIN_S):
                await self._writer.wait_closed()
        except OSError:
            self._writer.transport.abort()
