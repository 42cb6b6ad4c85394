"""The floor of P3 where there is no C compiler: the same loop of `send`, the same lines in and out, in Python."""

import socket
import sys
import time
from pathlib import Path

from queue_server.server import SEND_BUFFER_BYTES


def main() -> None:
    """See send_loop.c."""
    count, frame = int(sys.argv[1]), Path(sys.argv[2]).read_bytes()
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        print("ready", listener.getsockname()[1], flush=True)
        sockets = [listener.accept()[0] for _ in range(count)]
    print("connected", flush=True)
    for _ in sys.stdin:
        start_ns, cpu_ns = time.monotonic_ns(), time.process_time_ns()
        for one in sockets:
            one.sendall(frame)
        print(time.monotonic_ns() - start_ns, time.process_time_ns() - cpu_ns, flush=True)


if __name__ == "__main__":
    main()
