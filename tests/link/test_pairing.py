"""An agent's way in: the code is shown while it waits, the token is kept for its user and its hub alone.

Against a small real server that says what the test tells it to; the real hub is in `end_to_end/test_pairing.py`.
"""

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from queue_server.fetching import FetchTrouble, HubAddress
from queue_server.link import TurnedAway
from queue_server.pairing import FILE_NAME, Admission, Membership, NotLetIn, told
from queue_server.wire.close_codes import CloseCode
from queue_server.wire.session import Ending
from tests.pace import PATIENCE_S

HALL = "lamongan"
REVOKED = TurnedAway(Ending(code=CloseCode.UNAUTHENTICATED, meaning="No valid token or session."))
DISPLACED = TurnedAway(Ending(code=CloseCode.DISPLACED, meaning="A newer agent serves this device."))

Answer = tuple[int, dict[str, Any]]

WAITING: Answer = (200, {"state": "waiting"})
ENDED: Answer = (401, {"code": "UNAUTHENTICATED"})
AWAY: Answer = (503, {"code": "BUSY"})


def approved(token: str) -> Answer:
    return 200, {"state": "approved", "token": token, "role": "display", "hall": HALL, "device": "screen-a-1"}


class PairingHub:
    """Gives a new code to each start, and the next answer of its script to each question."""

    def __init__(self, *answers: Answer) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.refusals_of_start: list[Answer] = []
        self._answers = list(answers)
        self._codes_count = 0
        self.address = HubAddress.parse("http://127.0.0.1:9")

    @asynccontextmanager
    async def running(self) -> AsyncIterator["PairingHub"]:
        """Listens."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            self.address = HubAddress.parse(f"http://127.0.0.1:{port}")
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().partition("content-length: ")[2].split()[0])
        path, body = head.split()[1], json.loads(await reader.readexactly(length))
        self.asked.append((path, body))
        status, answer = self._started() if path == "/api/v1/pairings" else self._answers.pop(0)
        raw = json.dumps(answer).encode()
        writer.write(
            b"HTTP/1.1 %d .\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (status, len(raw), raw)
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    def _started(self) -> Answer:
        if self.refusals_of_start:
            return self.refusals_of_start.pop(0)
        self._codes_count += 1
        number = self._codes_count
        return 201, {
            "code": f"CODE-{number}",
            "secret": f"secret-{number}",
            "expires_at_ms": 0,
            "ask_after_ms": 1,
        }


class Shown:
    """Notes which codes were shown and whether one is now."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.now: str | None = None

    @asynccontextmanager
    async def __call__(self, code: str) -> AsyncIterator[None]:
        self.codes.append(code)
        self.now = code
        yield
        self.now = None


@pytest.fixture
def shown() -> Iterator[Shown]:
    noted = Shown()
    yield noted
    assert noted.now is None, "no code stays on a display"


def member(hub: PairingHub, shown: Shown, data: Path, token: str | None = None) -> Membership:
    return Membership(
        hub=hub.address, token=token, wants="display", data=data, show=shown, again_after_s=0.001
    )


async def test_it_shows_the_code_asks_with_the_secret_and_keeps_the_token(
    tmp_path: Path, shown: Shown
) -> None:
    """For its user alone; the code is never sent back, and an outage in between costs a question."""
    async with PairingHub(WAITING, AWAY, WAITING, approved("antrean_t")).running() as hub:
        admission = await member(hub, shown, tmp_path / "agent").admitted()

    file = tmp_path / "agent" / FILE_NAME
    assert Admission(token="antrean_t", hall=HALL) == admission
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert ["CODE-1"] == shown.codes
    assert ("/api/v1/pairings", {"wants": "display"}) == hub.asked[0]
    assert {("/api/v1/pairings/ask", "secret-1")} == {(path, body["secret"]) for path, body in hub.asked[1:]}
    assert [FILE_NAME] == [file.name for file in (tmp_path / "agent").iterdir()]


async def test_a_kept_token_is_used_without_asking_and_shown_to_no_other_hub(
    tmp_path: Path, shown: Shown
) -> None:
    """The second hub, at another address, is a stranger: there it pairs anew."""
    async with (
        PairingHub(approved("first")).running() as hub,
        PairingHub(approved("second")).running() as other,
    ):
        before = await member(hub, shown, tmp_path).admitted()
        again = await member(hub, shown, tmp_path).admitted()
        elsewhere = await member(other, shown, tmp_path).admitted()

    assert 2 == len(hub.asked)
    assert before == again
    assert "second" == elsewhere.token
    assert not any("first" in str(asked) for asked in other.asked)


async def test_a_file_that_a_power_cut_tore_is_as_good_as_none(tmp_path: Path, shown: Shown) -> None:
    """It pairs again rather than never start."""
    (tmp_path / FILE_NAME).write_bytes(b'{"hub": "http://1')
    async with PairingHub(approved("t")).running() as hub:
        assert "t" == (await member(hub, shown, tmp_path).admitted()).token


async def test_who_is_turned_away_is_told_and_does_not_ask_again(tmp_path: Path, shown: Shown) -> None:
    """Within the code's ten minutes an end is a no."""
    async with PairingHub(WAITING, ENDED).running() as hub:
        with pytest.raises(NotLetIn, match="turned this device away"):
            await member(hub, shown, tmp_path).admitted()

    assert not (tmp_path / FILE_NAME).exists()
    assert ["CODE-1"] == shown.codes


async def test_a_hub_that_is_away_is_asked_until_it_is_there(tmp_path: Path, shown: Shown) -> None:
    """A device is often switched on before its hub."""
    hub = PairingHub(approved("t"))
    hub.refusals_of_start = [AWAY, AWAY]
    async with hub.running(), asyncio.timeout(PATIENCE_S):
        assert "t" == (await member(hub, shown, tmp_path).admitted()).token


async def test_a_revoked_device_forgets_its_token_and_shows_a_new_code(tmp_path: Path, shown: Shown) -> None:
    """By whichever line it heard it, the socket or a call; then it works with the new one."""
    worked: list[str] = []
    ends: list[Exception] = [REVOKED, FetchTrouble("401", is_final=True, status=401)]

    async def work(admission: Admission) -> None:
        worked.append(admission.token)
        if ends:
            raise ends.pop(0)

    async with PairingHub(approved("one"), approved("two"), approved("three")).running() as hub:
        await member(hub, shown, tmp_path).serve(work)

    assert ["one", "two", "three"] == worked
    assert ["CODE-1", "CODE-2", "CODE-3"] == shown.codes


@pytest.mark.parametrize("trouble", [DISPLACED, FetchTrouble("503", status=503)], ids=["displaced", "away"])
async def test_any_other_end_keeps_the_token(tmp_path: Path, shown: Shown, trouble: Exception) -> None:
    """The control: only a hub that does not take the token makes it forgotten."""

    async def work(_: Admission) -> None:
        raise trouble

    async with PairingHub(approved("one")).running() as hub:
        with pytest.raises(type(trouble)):
            await member(hub, shown, tmp_path).serve(work)

    assert (tmp_path / FILE_NAME).exists()
    assert "does not take this token" not in told(trouble)


async def test_a_token_that_was_given_ends_with_its_revocation(tmp_path: Path, shown: Shown) -> None:
    """Nobody asked it to pair; what it says names the reason and the way on."""

    async def work(admission: Admission) -> None:
        assert "given" == admission.token
        raise REVOKED

    hub = PairingHub()
    with pytest.raises(TurnedAway):
        await member(hub, shown, tmp_path, token="given").serve(work)

    assert [] == shown.codes
    assert "revoked" in told(REVOKED)
    assert "--pair" in told(REVOKED)
