"""A hub that is broken on purpose, to show that the tests of the live socket would tell: `broken_hub VARIANT python -m …`.

`stock` takes uvicorn's own class as it is; `deaf` answers no wrong frame; `trusting` takes frames that are not masked.
"""

import sys

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from queue_server import cli, server
from queue_server.live.protocol import FrameProtocol


class Deaf(FrameProtocol):
    """What the parser refuses is passed over, and the connection stays."""

    def handle_parser_exception(self) -> None:
        return


class Trusting(FrameProtocol):
    """A frame without a mask is read as one that has a mask."""

    def data_received(self, data: bytes) -> None:
        if self.handshake_complete and len(data) > 1 and not data[1] & 0x80:
            data = bytes((data[0], data[1] | 0x80)) + bytes(4) + data[2:]
        super().data_received(data)


VARIANTS: dict[str, type] = {"stock": WebSocketsSansIOProtocol, "deaf": Deaf, "trusting": Trusting}

if __name__ == "__main__":
    variant, *command = sys.argv[1:]
    vars(server)["FrameProtocol"] = VARIANTS[variant]
    sys.argv = command[command.index("-m") + 1 :]
    cli.main()
