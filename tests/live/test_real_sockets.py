"""The same over a real network: uvicorn's own limits, real tokens and accounts, and a hub that is told to stop."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from queue_server.wire.close_codes import CloseCode
from queue_server.wire.messages import FRAME_BYTES_MAX
from tests.end_to_end.hubs import API, RunningHub, json_of, running_hub
from tests.pace import PATIENCE_S

HELLO = {"type": "hello", "protocol": 1}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """The example hall, whatever the hour."""
    with running_hub(tmp_path_factory.mktemp("hub"), "--always-open") as running:
        yield running


def live(hub: RunningHub, **headers: str) -> connect:
    """A socket to the hall, its hello not yet said; no proxy of the machine's stands between."""
    address = f"{hub.url.replace('http', 'ws', 1)}{API}/live"
    return connect(address, additional_headers=headers, proxy=None, compression=None)


async def hear(socket: ClientConnection) -> dict[str, Any]:
    """The next frame."""
    async with asyncio.timeout(PATIENCE_S):
        frame: dict[str, Any] = json.loads(await socket.recv())
        return frame


async def farewell(socket: ClientConnection) -> tuple[dict[str, Any] | None, int | None]:
    """The bye, where one came, and the close code."""
    bye = None
    try:
        while True:
            frame = await hear(socket)
            bye = frame if frame["type"] == "bye" else bye
    except ConnectionClosed as closed:
        return bye, None if closed.rcvd is None else closed.rcvd.code


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("rubbish", CloseCode.BAD_FRAME),
        (b'{"type":"hello","protocol":1,"view":"hall"}', CloseCode.BAD_FRAME),
        (json.dumps({**HELLO, "view": "everything"}), CloseCode.BAD_FRAME),
        (json.dumps({**HELLO, "view": "hall", "protocol": 9}), CloseCode.PROTOCOL_UNKNOWN),
        (json.dumps({**HELLO, "view": "hall", "token": "wrong"}), CloseCode.UNAUTHENTICATED),
        (json.dumps({**HELLO, "view": "manager"}), CloseCode.UNAUTHENTICATED),
        (json.dumps({**HELLO, "view": "ticket", "ticket": "nobody"}), CloseCode.UNKNOWN),
    ],
)
async def test_a_bad_first_frame_gets_its_bye_and_its_code(
    hub: RunningHub, frame: str | bytes, code: CloseCode
) -> None:
    """Source: contract, "Live socket", 6."""
    async with live(hub) as socket:
        await socket.send(frame)
        bye, closed_with = await farewell(socket)

    assert bye is not None
    assert (code, code) == (bye["code"], closed_with)


async def test_a_frame_above_64_kib_closes_the_socket(hub: RunningHub) -> None:
    """The server itself refuses to hold it: its close code is the contract's, and a bye is not waited for."""
    async with live(hub) as socket:
        await socket.send(" " * (FRAME_BYTES_MAX + 1))
        _, closed_with = await farewell(socket)

    assert CloseCode.TOO_LARGE == closed_with


async def test_a_device_with_its_token_sees_its_view_at_once(hub: RunningHub) -> None:
    """A credential made by the command line opens what is its own, and nothing else."""
    token = await asyncio.to_thread(hub.token, "display", "screen-a-1")
    async with live(hub) as socket, live(hub) as other:
        await socket.send(json.dumps({**HELLO, "view": "display", "token": token}))
        await other.send(json.dumps({**HELLO, "view": "manager", "token": token}))
        view = await hear(socket)
        bye, _ = await farewell(other)

    assert ("view", "display") == (view["type"], view["view"])
    assert bye is not None
    assert CloseCode.FORBIDDEN == bye["code"]


async def test_an_account_that_is_disabled_loses_its_sockets(hub: RunningHub) -> None:
    """At once, and not to come back: an officer who was sent home sees nothing more. Source: issue, "accounts"."""
    admin = await asyncio.to_thread(hub.token, "admin", None, "Admin")
    headers = {"Authorization": f"Bearer {admin}"}
    async with httpx2.AsyncClient(base_url=f"{hub.url}/api/v1", trust_env=False) as client:
        person = {"name": "Rini", "password": "kata-sandi-panjang", "role": "officer"}
        accounts = json_of(await client.post("/accounts", json=person, headers=headers))
        account = next(one["account"] for one in accounts if one["name"] == "Rini")
        signed_in = await client.post("/session", json={key: person[key] for key in ("name", "password")})
        cookie = signed_in.headers["set-cookie"].partition(";")[0]
        async with live(hub, Cookie=cookie, Origin=hub.url) as socket:
            await socket.send(json.dumps({**HELLO, "view": "hall"}))
            view = await hear(socket)
            client.cookies.clear()
            disabled = await client.patch(f"/accounts/{account}", json={"disabled": True}, headers=headers)
            bye, closed_with = await farewell(socket)

    assert ("view", True) == (view["type"], disabled.is_success)
    assert bye is not None
    assert (CloseCode.UNAUTHENTICATED, False, CloseCode.UNAUTHENTICATED) == (
        bye["code"],
        bye["retry"],
        closed_with,
    )


def test_a_hub_that_stops_tells_every_socket_to_come_back(tmp_path: Path) -> None:
    """SIGTERM: bye 1001 to all, and exit code 0, which leaving the block asserts. Source: contract, "Processes"."""

    async def watched(hub: RunningHub) -> list[tuple[dict[str, Any] | None, int | None]]:
        async with live(hub) as one, live(hub) as two:
            for socket in (one, two):
                await socket.send(json.dumps({**HELLO, "view": "hall"}))
                await hear(socket)
            hub.process.terminate()
            return [await farewell(socket) for socket in (one, two)]

    with running_hub(tmp_path, "--always-open") as hub:
        byes = asyncio.run(watched(hub))

    assert [1001, 1001] == [code for _, code in byes]
    assert [True, True] == [bye is not None and bye["retry"] for bye, _ in byes]
