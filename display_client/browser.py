"""The screen's page in a browser that fills the screen, brought back whenever it is gone.

The browser is signed in with a one-use link that the agent gets for its own token, so that no secret that lasts
stands in an address, in the list of processes or in the agent's files. Its profile is made anew at each start: no
lock of a browser that was killed, no "restore pages?", no cache that grows for years. Law: while `run` runs there is
one browser or a pause before the next one; proven by tests/display_client/test_browser.py.
"""

import asyncio
import fcntl
import os
import shlex
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import msgspec
import structlog

from queue_server.fetching import Fetcher, FetchTrouble, HubAddress
from queue_server.programs import bound_to_us, ended, started
from queue_server.wire.retry import HALL_DEVICES, RetryPolicy, delay_ms

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""What Debian, Ubuntu, Raspberry Pi OS and Google call it."""

RESTARTS = RetryPolicy(base_ms=1_000, cap_ms=30_000)
"""A browser that dies at once must not keep the machine busy; one that dies once a day is back in a second."""

IS_WELL_AFTER_S = 60.0
"""A browser that lived so long was well; the next pause is a short one again."""

END_WITHIN_S = 3.0
"""From asking the browser to end to ending it."""

LINK_PATH = "/api/v1/device-link"

OPTIONS = (
    "--kiosk",
    "--autoplay-policy=no-user-gesture-required",
    "--no-first-run",
    "--no-default-browser-check",
    "--noerrdialogs",
    "--disable-infobars",
    "--hide-crash-restore-bubble",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--disable-features=Translate,TranslateUI",
    "--disable-component-update",
    "--disable-background-networking",
    "--password-store=basic",
)
"""Chromium's: one page that fills the screen, nothing that opens over it, nothing that asks the internet."""

PREFERENCES = {"translate": {"enabled": False}, "credentials_enable_service": False}
"""Of the fresh profile. Without the first a bubble offers to translate the Indonesian page; the option above is not
enough for every version."""


class ProfileInUse(Exception):  # noqa: N818 -- a fact, not an error of ours
    """Another agent shows its screen from this folder. Blame: whoever started two for one screen."""


class _DeviceLink(msgspec.Struct, frozen=True):
    """What the hub answers: a one-use code, and the page that it is for."""

    code: str
    go: str


class Browser:
    """One screen's browser."""

    def __init__(
        self,
        *,
        hub: HubAddress,
        token: str,
        command: list[str],
        data: Path,
        restarts: RetryPolicy = RESTARTS,
        hub_policy: RetryPolicy = HALL_DEVICES,
    ) -> None:
        """`command`: the program and options of its user's own. `data`: folder for the profile."""
        self._hub = hub
        self._token = token
        self._command = command
        self._data = data
        self._restarts = restarts
        self._hub_policy = hub_policy
        self._log = structlog.get_logger("browser")

    async def run(self) -> None:
        """Until cancelled; then the browser is gone too.

        Raises: FetchTrouble that is final (the hub does not know the token); ProfileInUse; OSError where the program
            or the folder cannot be used.
        """
        guard = guarded(self._data)
        fetcher = Fetcher(self._hub)
        failures_count = 0
        try:
            while True:
                address = await self._signed_in_address(fetcher)
                started_s = time.monotonic()
                await self._show(address)
                if time.monotonic() - started_s > IS_WELL_AFTER_S:
                    failures_count = 0
                await asyncio.sleep(delay_ms(self._restarts, attempt=failures_count, jitter=1.0) / 1_000)
                failures_count += 1
        finally:
            fetcher.close()
            os.close(guard)

    async def _signed_in_address(self, fetcher: Fetcher) -> str:
        """Where the browser begins, asked for until the hub answers. The code holds once and for ten minutes."""
        failures_count = 0
        while True:
            try:
                link = msgspec.json.decode(await fetcher.post(LINK_PATH, token=self._token), type=_DeviceLink)
            except (FetchTrouble, msgspec.DecodeError) as trouble:
                if isinstance(trouble, FetchTrouble) and trouble.is_final:
                    raise
                if failures_count == 0:
                    self._log.warning("no_link", reason=str(trouble))
                await asyncio.sleep(delay_ms(self._hub_policy, attempt=failures_count, jitter=1.0) / 1_000)
                failures_count += 1
            else:
                page = quote(f"{link.go}?muted=1", safe="/")
                return f"{self._hub.url}/link?next={page}#{quote(link.code, safe='')}"

    async def _show(self, address: str) -> None:
        code = await shown(self._command, self._data, address)
        self._log.warning("browser_gone", exit_code=code)


async def shown(command: list[str], data: Path, address: str) -> int:
    """A browser that fills the screen with this address, until it ends (its exit code) or this is cancelled."""
    profile = data / "browser"
    await asyncio.to_thread(_made_anew, profile)
    process = await started(
        bound_to_us([*command, *OPTIONS, f"--user-data-dir={profile.resolve()}", address]),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    structlog.get_logger("browser").info("browser_started", program=command[0])
    try:
        return await process.wait()
    finally:
        await ended(process, within_s=END_WITHIN_S)


def command_of(text: str | None, *, find: Callable[[str], str | None] = shutil.which) -> list[str] | None:
    """What `--browser` means: a program with options of one's own; None (as text): the machine's; "none": no browser.

    Raises: ValueError with words for whoever typed it.
    """
    if text == "none":
        return None
    if text is None:
        found = next((path for name in PROGRAMS if (path := find(name)) is not None), None)
        if found is None:
            raise ValueError(
                f"no browser is installed ({', '.join(PROGRAMS)}): install one, name one, or say none"
            )
        return [found]
    try:
        words = shlex.split(text)
    except ValueError:
        words = []  # an open quotation mark
    program = find(words[0]) if words else None
    if program is None:
        raise ValueError(f"{text!r} is no program of this machine")
    return [program, *words[1:]]


def guarded(data: Path) -> int:
    """A lock that the kernel lets go when the process ends, however it ends: profiles are deleted here."""
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data / "browser.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ProfileInUse(
            f"another agent shows its screen from {data}; give each screen its own --data"
        ) from None
    return descriptor


def _made_anew(profile: Path) -> None:
    if profile.exists():
        shutil.rmtree(profile, ignore_errors=True)
    (profile / "Default").mkdir(parents=True, exist_ok=True)
    (profile / "Default" / "Preferences").write_bytes(msgspec.json.encode(PREFERENCES))
