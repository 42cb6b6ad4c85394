"""How an agent gets its token without anybody typing one on its machine: it shows a code, waits, and keeps what it gets.

The token is kept in the agent's own folder, for its user alone, with the address of the hub that gave it: it is never
shown to another hub. A token that the hub no longer takes is forgotten, and the agent shows a new code.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import msgspec
import structlog

from queue_server.fetching import Fetcher, FetchTrouble, HubAddress
from queue_server.link import TurnedAway
from queue_server.wire.close_codes import CloseCode
from queue_server.wire.pairings import PAIRINGS_PATH, PairingStarted, PairingStatus, WantsName

FILE_NAME = "token.json"

FILE_MODE = 0o600

AGAIN_AFTER_S = 5.0
"""Between two attempts while the hub is away."""

FULL_AFTER_S = 30.0
"""The same while too many devices show a code: codes live ten minutes."""

CODE_LIVES_S = 10 * 60
"""Of the hub's rule. A pairing that ended later ran out; one that ended before was turned away."""

UNAUTHENTICATED, TOO_MANY = 401, 429

NOT_TAKEN = "The hub does not take this token (any more): it was revoked, or is wrong."

Show = Callable[[str], AbstractAsyncContextManager[None]]
"""Shows a code, as `ACDE-FGHJ`, for as long as the block lasts."""


class NotLetIn(Exception):  # noqa: N818 -- a fact, not an error of ours
    """An administrator turned this device away."""

    def __init__(self) -> None:
        super().__init__("An administrator turned this device away. Start it again for another code.")


class Admission(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent comes in with."""

    token: str
    hall: str | None = None
    """Where the hub said it; None: a token from elsewhere."""


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The file."""

    hub: str
    token: str
    hall: str


class Membership:
    """One agent's way in: a token that it was given, or one that it pairs for."""

    def __init__(
        self,
        *,
        hub: HubAddress,
        token: str | None,
        wants: WantsName,
        data: Path,
        show: Show,
        again_after_s: float = AGAIN_AFTER_S,
    ) -> None:
        """`token` None: it pairs. `data`: the agent's folder."""
        self._hub = hub
        self._token = token
        self._wants: WantsName = wants
        self._path = data / FILE_NAME
        self._show = show
        self._again_after_s = again_after_s
        self._log = structlog.get_logger("pairing").bind(hub=hub.url)

    async def serve(self, work: Callable[[Admission], Awaitable[None]]) -> None:
        """Does the work with a token that the hub takes; where it pairs, over every revocation.

        Raises:
            TurnedAway, FetchTrouble: as `work` does. NotLetIn. OSError of the folder.
        """
        while True:
            admission = await self.admitted()
            try:
                await work(admission)
            except (TurnedAway, FetchTrouble) as trouble:
                if self._token is not None or not is_revoked(trouble):
                    raise
                self._log.warning("token_not_taken", reason="it was revoked; pairing again")
                self._path.unlink(missing_ok=True)
            else:
                return

    async def admitted(self) -> Admission:
        """The token given or kept, else one that is paired for, for as long as it takes."""
        if self._token is not None:
            return Admission(token=self._token)
        kept = self._kept()
        if kept is None:
            kept = await self._paired()
            _write(self._path, kept)
        return Admission(token=kept.token, hall=kept.hall)

    def _kept(self) -> _Kept | None:
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        except (FileNotFoundError, msgspec.DecodeError):
            return (
                None  # A file that is not whole was cut off by a power cut: the next pairing writes it anew.
            )
        return kept if kept.hub == self._hub.url else None

    async def _paired(self) -> _Kept:
        fetcher = Fetcher(self._hub)
        try:
            while True:
                started, began_s = await self._started(fetcher), time.monotonic()
                async with self._show(started.code):
                    status = await self._decided(fetcher, started)
                if status is not None:
                    assert status.token is not None, "an agent is told its token"
                    assert status.hall is not None, "and its hall"
                    self._log.info("paired", role=status.role, hall=status.hall, device=status.device)
                    return _Kept(hub=self._hub.url, token=status.token, hall=status.hall)
                if time.monotonic() - began_s < CODE_LIVES_S:
                    raise NotLetIn
        finally:
            fetcher.close()

    async def _started(self, fetcher: Fetcher) -> PairingStarted:
        has_said = False
        while True:
            try:
                answer = await fetcher.send(PAIRINGS_PATH, {"wants": self._wants})
                return msgspec.json.decode(answer, type=PairingStarted)
            except (FetchTrouble, msgspec.DecodeError) as trouble:
                if not has_said:
                    self._log.warning("no_code_yet", reason=str(trouble))
                    has_said = True
                is_full = isinstance(trouble, FetchTrouble) and trouble.status == TOO_MANY
            await asyncio.sleep(FULL_AFTER_S if is_full else self._again_after_s)

    async def _decided(self, fetcher: Fetcher, started: PairingStarted) -> PairingStatus | None:
        """What the device has become; None: the code has ended."""
        pause_s = started.ask_after_ms / 1_000
        while True:
            await asyncio.sleep(pause_s)
            try:
                answer = await fetcher.send(f"{PAIRINGS_PATH}/ask", {"secret": started.secret})
                status = msgspec.json.decode(answer, type=PairingStatus)
            except FetchTrouble as trouble:
                if trouble.status == UNAUTHENTICATED:
                    return None
            except msgspec.DecodeError as trouble:
                self._log.warning("answer_not_understood", reason=str(trouble))
            else:
                if status.state == "approved":
                    return status


def is_revoked(trouble: TurnedAway | FetchTrouble) -> bool:
    """Whether the hub said that it does not take the token (any more)."""
    if isinstance(trouble, TurnedAway):
        return trouble.ending.code == CloseCode.UNAUTHENTICATED
    return trouble.status == UNAUTHENTICATED


def told(trouble: Exception) -> str:
    """The trouble in one line for whoever started the agent."""
    if isinstance(trouble, TurnedAway | FetchTrouble) and is_revoked(trouble):
        return f"{NOT_TAKEN} Start it with another one, or with --pair."
    return str(trouble)


def _write(path: Path, kept: _Kept) -> None:
    """Whole or not at all, for its owner alone from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(kept))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
