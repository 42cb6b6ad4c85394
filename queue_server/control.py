"""How command-line verbs reach a running hub: `control.sock` in its data folder, for the hub's own user only.

One line of JSON each way: `{"verb": "token", "args": {...}}`, answered by an `Answer`. The file's mode (0600) is the
only guard, so whoever may read the hub's database may also call it, and nobody else. The hub's single-instance lock
comes first: where a socket file stands and nobody listens, its owner died, and it is replaced.
"""

import asyncio
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from queue_server.domain.refusals import Refusal, Rejected
from queue_server.errors import AntreanError, WorldError

SOCKET_NAME = "control.sock"

LINE_BYTES_MAX = 2_500_000
"""Room for the largest file of a hall, 1 MiB with its quotes and line ends escaped; most lines have some hundred bytes."""

REQUEST_WITHIN_S = 2.0
"""The client has its line ready before it connects."""

ANSWER_WITHIN_S = 600.0
"""The slowest verb copies a database, on a memory card some 10 MB a second; most take milliseconds."""

CONNECTIONS_MAX = 8
"""One person types at a time; a script may run a few at once."""

PATH_BYTES_MAX = 100
"""A socket's path has room for 104 bytes on macOS and 108 on Linux, its end included (unix(7))."""

_SOCKET_MODE = 0o600

Verb = Callable[[Mapping[str, Any]], Awaitable[object]]
"""Takes the arguments, gives anything that JSON can say, or a Rejected."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the client asks."""

    verb: str
    args: dict[str, Any] = {}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub says: `value` where accepted, `code` and `detail` where refused."""

    accepted: bool
    value: Any = None
    code: str | None = None
    detail: str | None = None


class ControlError(WorldError):
    """A hub is there but gave no answer, or another one already listens on this folder."""


@asynccontextmanager
async def listening(data: Path, verbs: Mapping[str, Verb]) -> AsyncIterator[None]:
    """Answers verbs for as long as the block lasts.

    Raises:
        ControlError: another hub listens here.
        OSError: the folder cannot be written.
    """
    desk = _Desk(verbs)
    with _bound(data) as bound:
        server = await asyncio.start_unix_server(desk.serve, sock=bound, limit=LINE_BYTES_MAX)
        try:
            yield
        finally:
            server.close()
            (data / SOCKET_NAME).unlink(missing_ok=True)
            await desk.close()


def call(data: Path, verb: str, **args: Any) -> Answer | None:
    """Asks the hub that runs on this data folder; blocks until it has answered.

    Returns:
        None: no hub runs here.

    Raises:
        ControlError: there is one, and it did not answer in time or not in full.
    """
    request = msgspec.json.encode(Request(verb=verb, args=args)) + b"\n"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(ANSWER_WITHIN_S + REQUEST_WITHIN_S)
        try:
            with _short_path(data) as path:
                link.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        try:
            link.sendall(request)
            with link.makefile("rb") as lines:
                line = lines.readline(LINE_BYTES_MAX + 1)
            return msgspec.json.decode(line, type=Answer)
        except (OSError, msgspec.DecodeError) as trouble:
            raise ControlError(f"The hub on {data} gave no answer to {verb!r}: {trouble}.") from trouble


class _Desk:
    """Serves the connections of one hub."""

    def __init__(self, verbs: Mapping[str, Verb]) -> None:
        self._verbs = verbs
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: one line in, one line out."""
        task = asyncio.current_task()
        assert task is not None, "a connection is served by a task"
        self._tasks.add(task)
        try:
            if len(self._tasks) <= CONNECTIONS_MAX:
                answer = await self._answer(reader)
                writer.write(msgspec.json.encode(answer) + b"\n")
                async with asyncio.timeout(REQUEST_WITHIN_S):
                    await writer.drain()
        except (ConnectionError, TimeoutError):
            pass  # It went away, does not read, or its verb took too long: it is told by the closed socket.
        finally:
            self._tasks.discard(task)
            writer.close()

    async def close(self) -> None:
        """Ends what is under way."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, reader: asyncio.StreamReader) -> Answer:
        try:
            async with asyncio.timeout(REQUEST_WITHIN_S):
                line = await reader.readuntil(b"\n")
            request = msgspec.json.decode(line, type=Request)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, msgspec.DecodeError):
            return _refused(
                Rejected(code=Refusal.INVALID, detail="One line of JSON with verb and args, please.")
            )
        verb = self._verbs.get(request.verb)
        if verb is None:
            return _refused(Rejected(code=Refusal.INVALID, detail=f"This hub has no verb {request.verb!r}."))
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                value = await verb(request.args)
        except AntreanError as trouble:
            return _refused(Rejected(code=Refusal.BUSY, detail=str(trouble)))
        return _refused(value) if isinstance(value, Rejected) else Answer(accepted=True, value=value)


def _refused(refusal: Rejected) -> Answer:
    return Answer(accepted=False, code=refusal.code, detail=refusal.detail)


@contextmanager
def _bound(data: Path) -> Iterator[socket.socket]:
    """A listening place in the folder, in the stead of one whose owner died."""
    place = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _short_path(data) as path:
            if _is_answered(path):
                raise ControlError(f"Another hub listens on {data}.")
            (data / SOCKET_NAME).unlink(missing_ok=True)
            # Linux gives the file the socket's own mode, so there is no moment at which others could connect;
            # elsewhere the second line does it a moment later.
            os.fchmod(place.fileno(), _SOCKET_MODE)
            place.bind(path)
        (data / SOCKET_NAME).chmod(_SOCKET_MODE)
        yield place
    finally:
        place.close()


def _is_answered(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            return False
    return True


@contextmanager
def _short_path(data: Path) -> Iterator[str]:
    """A path of the socket that is short enough to bind or to connect.

    A deep folder is reached through a symbolic link that lives only for that moment. The other way, changing the
    working directory, would change it for every thread of the hub.
    """
    path = data.absolute() / SOCKET_NAME
    if len(os.fsencode(path)) <= PATH_BYTES_MAX:
        yield str(path)
        return
    with tempfile.TemporaryDirectory(prefix="antrean-") as folder:
        near = Path(folder) / "d"
        near.symlink_to(path.parent, target_is_directory=True)
        yield str(near / SOCKET_NAME)
