"""The real application in the test's own loop: real socket, real store, real sign-in; only the clock stands still.

So the rules that speak of seconds (20 s to a no-show, 10 s to undo, 15 s to EXPIRED) are shown without waiting for
any of them. What needs a process of its own (`kill -9`, the command line) is in `tests/end_to_end`.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import msgspec
from websockets.asyncio.client import ClientConnection, connect

from queue_server import control
from queue_server.clock import FakeClock
from queue_server.compose import Ready, Settings, run
from tests.pace import PATIENCE_S

ROOT = Path(__file__).parents[2]
HALL = "lamongan"
HALL_PATH = f"/api/v1/halls/{HALL}"

MORNING_MS = 1_773_712_800_000
"""Tuesday 17 March 2026, 09:00 in Jakarta: every service is open."""

PEOPLE = {"siti": "officer", "budi": "officer", "manager": "manager", "admin": "admin"}
DEVICES = {
    "kiosk": ("kiosk", "kiosk-1"),
    "kiosk 2": ("kiosk", "kiosk-2"),
    "screen": ("display", "screen-a-1"),
    "printer": ("printer", "printer-1"),
}
WHO = (*PEOPLE, *DEVICES)

NOTHING = b""
"""For a body that is not sent at all; None is JSON's null."""


class Refused(NamedTuple):
    """What a test compares of a refusal."""

    status: int
    code: str


class House:
    """One running application, with the credentials of whoever has done something."""

    def __init__(
        self,
        ready: Ready,
        data: Path,
        clock: FakeClock,
        client: httpx2.AsyncClient,
        tokens: dict[str, str],
    ) -> None:
        self.url = ready.url
        self.setup_code = ready.setup_code
        self.clock = clock
        self.tokens = tokens
        """Those made so far; a house that is started again takes them over."""
        self._data = data
        self._client = client

    async def token(self, who: str) -> str:
        """One's credential, made when it is needed first."""
        if who not in self.tokens:
            self.tokens[who] = await asyncio.to_thread(_token, self._data, who)
        return self.tokens[who]

    async def call(
        self,
        method: str,
        path: str,
        *,
        by: str | None = None,
        body: object = NOTHING,
        key: str | None = None,
        age_ms: int | None = None,
        headers: Mapping[bytes, bytes] | None = None,
    ) -> httpx2.Response:
        """One HTTP call.

        Args:
            path: what follows the hall's; with two slashes it begins at the root: `//healthz`.
            by: one of `WHO`; None: nothing is shown.
            body: bytes as they are, in pieces without a length from an iterator, anything else as JSON.
            headers: as they go over the wire.
        """
        sent = {
            **({} if by is None else {b"Authorization": f"Bearer {await self.token(by)}".encode()}),
            **({} if key is None else {b"Idempotency-Key": key.encode()}),
            **({} if age_ms is None else {b"Command-Age-Ms": str(age_ms).encode()}),
            **(headers or {}),
        }
        content = body if isinstance(body, bytes | AsyncIterator) else msgspec.json.encode(body)
        where = path[1:] if path.startswith("//") else f"{HALL_PATH}{path}"
        return await self._client.request(method, where, content=content, headers=sent)

    async def ok(self, method: str, path: str, **more: Any) -> Any:
        """The body of a call that must succeed."""
        answer = await self.call(method, path, **more)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def refused(self, method: str, path: str, **more: Any) -> Refused:
        """Status and code of a call that must be refused in the contract's form, and that changed nothing."""
        before = await self.journal()
        answer = await self.call(method, path, **more)
        assert before == await self.journal(), "a refusal changes nothing"
        return problem_of(answer)

    async def take(self, service: str = "ktp-el", **more: Any) -> Any:
        """A ticket from the first kiosk."""
        return await self.ok("POST", "/tickets", by="kiosk", body={"service": service, **more})

    async def at_desk(self, act: str, *, by: str = "siti", counter: str = "loket-1", **body: Any) -> Any:
        """What an officer does at a counter; what he sees is right unless `sees` says otherwise."""
        return await self.ok("POST", f"/counters/{counter}/{act}", by=by, body=body)

    async def journal(self) -> list[Any]:
        """All of it, for the manager's eyes."""
        page = await self.ok("GET", "/events?limit=1000", by="manager")
        assert page["last_seq"] == len(page["events"]), "a test's journal fits into one page"
        return list(page["events"])

    async def told_of(self, ticket: str) -> list[str]:
        """The types of the entries that name a ticket, in order."""
        return [entry["type"] for entry in await self.journal() if entry["data"].get("ticket") == ticket]

    @asynccontextmanager
    async def socket(
        self, headers: Mapping[bytes, bytes] | None = None, **hello: Any
    ) -> AsyncIterator["Socket"]:
        """A live socket; with `view` given it has said hello, and its first view has come."""
        address = f"{self.url.replace('http', 'ws')}{HALL_PATH}/live"
        more = {name.decode(): value.decode() for name, value in (headers or {}).items()}
        async with connect(
            address, additional_headers=more, compression=None, close_timeout=1, proxy=None
        ) as connection:
            socket = Socket(connection)
            if hello:
                by = hello.pop("by", None)
                token = None if by is None else await self.token(by)
                await socket.send(type="hello", protocol=1, token=token, **hello)
                assert "view" == (await socket.next())["type"]
            yield socket


class Socket:
    """The client's end of a live socket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, **frame: Any) -> None:
        """One frame."""
        await self.connection.send(msgspec.json.encode(frame).decode())

    async def next(self) -> Any:
        """The next frame."""
        async with asyncio.timeout(PATIENCE_S):
            return msgspec.json.decode(await self.connection.recv())

    async def of_type(self, kind: str) -> Any:
        """The next frame of a type; others are passed over."""
        async with asyncio.timeout(PATIENCE_S):  # Beats go on for ever.
            while (frame := await self.next())["type"] != kind:
                pass
        return frame

    async def command(self, command: str, *, id: str, **more: Any) -> Any:  # noqa: A002 -- the frame's own key
        """A command and its outcome."""
        await self.send(type="command", id=id, command=command, **more)
        outcome = await self.of_type("outcome")
        assert id == outcome["id"]
        return outcome

    async def ending(self) -> tuple[Any, int | None]:
        """The hub's bye, and the code with which it closed."""
        bye = await self.of_type("bye")
        async with asyncio.timeout(PATIENCE_S):
            await self.connection.wait_closed()
        return bye, self.connection.close_code


def problem_of(answer: httpx2.Response) -> Refused:
    """A refusal's status and code, after its form was found right (RFC 9457)."""
    assert "application/problem+json" == answer.headers["content-type"], answer.text
    problem = answer.json()
    assert answer.status_code == problem["status"]
    assert problem["detail"], "a plain sentence"
    assert problem["code"] == problem["code"].upper()
    return Refused(answer.status_code, problem["code"])


def config_in(folder: Path, changes: Mapping[str, str] | None = None) -> Path:
    """The example hall without a voice, since nothing here listens; `changes` maps a line's text to another."""
    text = (ROOT / "config.toml").read_text()
    standing = {'sounds = "sounds"': f'sounds = "{ROOT / "sounds"}"', 'engine = "auto"': 'engine = "none"'}
    for old, new in {**standing, **(changes or {})}.items():
        assert old in text, f"{old!r} is no line of the example"
        text = text.replace(old, new, 1)
    config = folder / "config.toml"
    config.write_text(text)
    return config


@asynccontextmanager
async def running_house(
    folder: Path,
    *,
    clock: FakeClock | None = None,
    changes: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    tokens: dict[str, str] | None = None,
    is_always_open: bool = True,
) -> AsyncIterator[House]:
    """The application on `folder` until the block ends; the same folder again is a restart.

    Args:
        tokens: those of the house before a restart; None: none yet.
    """
    clock = clock or FakeClock(MORNING_MS)
    settings = Settings(
        config_path=config_in(folder, changes),
        data=folder / "data",
        port=0,
        is_always_open=is_always_open,
        env={"ANTREAN_LIMITS": "off"} if env is None else env,
    )
    is_ready: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(run(settings, is_ready.set_result, clock), name="application")
    try:
        async with asyncio.timeout(PATIENCE_S):
            waited: set[asyncio.Future[Any]] = {is_ready, serving}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        assert is_ready.done(), serving.exception()
        ready = is_ready.result()
        async with httpx2.AsyncClient(base_url=ready.url, timeout=PATIENCE_S, trust_env=False) as client:
            yield House(ready, settings.data, clock, client, {} if tokens is None else tokens)
        assert not serving.done(), "the application ended under the test"
        signal.raise_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE_S):
            await serving
    finally:
        serving.cancel()
        await asyncio.wait([serving])


def _token(data: Path, who: str) -> str:
    """As `antrean token` gets it from the running hub."""
    role, device = DEVICES.get(who, (PEOPLE.get(who, ""), None))
    arguments = {"name": who} if device is None else {"id": device}
    answer = control.call(data, "token", hall=HALL, role=role, **arguments)
    assert answer is not None, "the hub listens"
    assert answer.accepted, answer.detail
    return str(answer.value)
