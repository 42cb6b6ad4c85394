"""Passwords: their rules, and argon2id in two threads of its own.

A check takes some 35 ms of one core and 19 MiB; at most two run at once, so that a storm of sign-ins neither
takes the memory nor both cores from the hall. Parameters: OWASP Password Storage Cheat Sheet (argon2id, m = 19 MiB,
t = 2, p = 1).
"""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import argon2
from argon2.exceptions import VerifyMismatchError

from queue_server.domain.refusals import Refusal, Rejected

PASSWORD_CHARS_MIN = 10
"""NIST SP 800-63B asks for 8 at least; ten costs an officer nothing."""

PASSWORD_CHARS_MAX = 128
"""Room for a sentence; a bound on what is hashed."""

HASHES_AT_ONCE = 2
"""Times 19 MiB is what a storm of sign-ins can take."""

HASHES_WAITING_MAX = 32
"""Some 600 ms of work; beyond it the answer is BUSY instead of a page that hangs."""

_T = TypeVar("_T")


def standard_hasher() -> argon2.PasswordHasher:
    """argon2id as the halls use it; tests hand in a cheaper one."""
    return argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def password_fault(name: str, password: str) -> Rejected | None:
    """Why this password is not taken; None: it is. No rules about kinds of characters, on purpose: they make
    passwords worse (NIST SP 800-63B, 3.1.1.2)."""
    if not PASSWORD_CHARS_MIN <= len(password) <= PASSWORD_CHARS_MAX:
        text = f"A password has {PASSWORD_CHARS_MIN} to {PASSWORD_CHARS_MAX} characters."
    elif _canonical(password).casefold() == _canonical(name).strip().casefold():
        text = "The password must not be the name."
    else:
        return None
    return Rejected(code=Refusal.INVALID, detail=text, more={"path": "password"})


class Passwords:
    """Hashes and checks, two at once, off the event loop."""

    def __init__(self, hasher: argon2.PasswordHasher) -> None:
        self._hasher = hasher
        self._threads = ThreadPoolExecutor(HASHES_AT_ONCE, thread_name_prefix="password")
        self._waiting_count = 0
        # Checked where no account has the name, so that the answer takes as long as for a wrong password and
        # nobody learns by the clock which names exist.
        self._nobody = hasher.hash("the password of nobody")

    async def hash(self, password: str) -> str | Rejected:
        """The argon2id string to keep, or BUSY."""
        return await self._in_thread(lambda: self._hasher.hash(_canonical(password)))

    async def fits(self, kept: str | None, password: str) -> bool | Rejected:
        """Whether the password belongs to the kept hash; always one full check, also where nothing is kept."""
        found = await self._in_thread(lambda: self._fits(kept or self._nobody, password))
        return found if isinstance(found, Rejected) else found and kept is not None

    def close(self) -> None:
        """Ends the threads; a check under way takes some 35 ms more."""
        self._threads.shutdown()

    def _fits(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, _canonical(password))
        except VerifyMismatchError:
            return False

    async def _in_thread(self, work: Callable[[], _T]) -> _T | Rejected:
        if self._waiting_count >= HASHES_WAITING_MAX:
            return Rejected(code=Refusal.BUSY, detail="Too many people sign in at this moment.")
        self._waiting_count += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting_count -= 1


def _canonical(text: str) -> str:
    """One spelling of the same characters: keyboards compose accents differently. A lone surrogate, which JSON can
    spell but UTF-8 cannot, becomes a question mark."""
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode("utf-8")
