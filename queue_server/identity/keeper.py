"""Keeps the register: one task that owns the file, one change after the other, and whoever wants to hear of losses.

A rule decides, the rows become durable, and only then memory follows and the listeners hear which credentials are
gone, with no await between. A change that fails on disk grants nothing; since it may have been written all the same,
the register is read again before the next.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog

from queue_server.clock import Clock
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.identity.model import CredentialId
from queue_server.identity.register import Register, Rows
from queue_server.identity.rules import expired
from queue_server.identity.shelf import CopiedShelf, IdentityTrouble, RegisterMoved, SharedShelf, Shelf

CHANGES_WAITING_MAX = 64
"""Each takes some milliseconds of disk; beyond it the answer is BUSY."""

ROUNDS_MAX = 8
"""Times that a change is decided anew because another node was first."""

_BUSY = Rejected(code=Refusal.BUSY, detail="Nothing can be changed at this moment.")

log = structlog.get_logger(__name__)

Decide = Callable[[Register], Rows | Rejected]
OnRevoked = Callable[[frozenset[CredentialId]], None]


class _Change(msgspec.Struct, frozen=True, kw_only=True):
    decide: Decide
    done: asyncio.Future[Rejected | None]


class _Copy(msgspec.Struct, frozen=True, kw_only=True):
    target: Path
    done: asyncio.Future[Rejected | None]


class Keeper:
    """The register as it stands on disk; `run` is its one writer."""

    def __init__(self, shelf: Shelf, register: Register, clock: Clock) -> None:
        self._shelf = shelf
        self._clock = clock
        self._register = register
        self._is_in_doubt = False
        """What is durable may not be what is in memory: load before the next change."""
        self._is_running = True
        self._inbox: asyncio.Queue[_Change | _Copy | None] = asyncio.Queue()
        self._listeners: list[OnRevoked] = []

    @property
    def register(self) -> Register:
        """What is durable, as of now."""
        return self._register

    def on_revoked(self, callback: OnRevoked) -> None:
        """See `IdentityStore.on_revoked`."""
        self._listeners.append(callback)

    async def change(self, decide: Decide) -> Rejected | None:
        """Makes a change durable; None: done.

        Raises:
            IdentityTrouble: the disk failed; whether the change was made is unknown.
        """
        if not self._is_running or self._inbox.qsize() >= CHANGES_WAITING_MAX:
            return _BUSY
        change = _Change(decide=decide, done=asyncio.get_running_loop().create_future())
        self._inbox.put_nowait(change)
        return await change.done

    async def copy(self, target: Path) -> None:
        """The register as one new file, between two changes.

        Raises:
            IdentityTrouble: it cannot be copied, or the hub is about to stop.
        """
        if not self._is_running:
            raise IdentityTrouble("The hub is about to stop.")
        copy = _Copy(target=target, done=asyncio.get_running_loop().create_future())
        self._inbox.put_nowait(copy)
        await copy.done

    def moved(self) -> None:
        """Another node may have changed the register: it is loaded anew, and the listeners hear what is gone."""
        self._is_in_doubt = True
        if self._is_running and self._inbox.empty():
            nobody = asyncio.get_running_loop().create_future()
            self._inbox.put_nowait(_Change(decide=lambda _register: (), done=nobody))

    @property
    def is_shared(self) -> bool:
        """Whether other nodes change the register too."""
        return isinstance(self._shelf, SharedShelf)

    async def refresh(self) -> Rejected | None:
        """Reads the register anew, so that it is not older than this call; BUSY where that cannot be now.

        Raises:
            IdentityTrouble: it cannot be read.
        """
        self._is_in_doubt = True
        return await self.change(lambda _register: ())

    def stop(self) -> None:
        """Lets `run` return once the changes that wait are made; later ones are refused."""
        self._is_running = False
        self._inbox.put_nowait(None)

    async def run(self) -> None:
        """Makes the changes until `stop`. One task, never cancelled, so that no transaction is left open."""
        while (change := await self._inbox.get()) is not None:
            result: Rejected | None = None
            try:
                if isinstance(change, _Copy):
                    await self._make_copy(change.target)
                else:
                    result = await self._make(change.decide)
            except IdentityTrouble as trouble:
                self._is_in_doubt = True
                _answer(change, trouble)
            except RegisterMoved:
                _answer(change, _BUSY)
            except Exception as error:
                # A mistake of ours costs this one. Without this nobody would make the next ones, nor say so.
                log.exception("change_failed")
                self._is_in_doubt = True
                _answer(change, IdentityTrouble(f"The change failed: {error!r}."))
            else:
                _answer(change, result)

    async def _make_copy(self, target: Path) -> None:
        assert isinstance(self._shelf, CopiedShelf), "who asks knows that the store is a file"
        await self._shelf.copy(target)

    async def _make(self, decide: Decide) -> Rejected | None:
        for _ in range(ROUNDS_MAX):
            if self._is_in_doubt:
                self._is_in_doubt = False
                self._take(await self._shelf.load())
            forgotten = expired(self._register, self._clock.now_ms())
            rows = decide(self._register.after(forgotten))
            if isinstance(rows, Rejected):
                return rows
            if not rows and not forgotten:
                return None
            try:
                await self._shelf.write((*forgotten, *rows))
            except RegisterMoved:
                self._is_in_doubt = True
                continue
            self._take(self._register.after((*forgotten, *rows)))
            return None
        raise RegisterMoved("other nodes change the register all the time")

    def _take(self, register: Register) -> None:
        gone = frozenset(self._register.by_id) - frozenset(register.by_id)
        self._register = register
        if gone:
            for tell in self._listeners:
                tell(gone)


def _answer(change: _Change | _Copy, result: Rejected | IdentityTrouble | None) -> None:
    """Tells the one who asked, unless he has given up."""
    if change.done.done():
        return
    if isinstance(result, IdentityTrouble):
        change.done.set_exception(result)
    else:
        change.done.set_result(result)
