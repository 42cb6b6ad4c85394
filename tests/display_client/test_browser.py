"""The screen's browser: signed in by a one-use link, brought back, never two of one profile."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from display_client.browser import PREFERENCES, PROGRAMS, Browser, ProfileInUse, command_of
from queue_server.fetching import FetchTrouble, HubAddress
from queue_server.wire.retry import AT_ONCE, RetryPolicy
from tests.pace import PATIENCE_S
from tests.programs.groups import is_gone


class LinkingHub:
    """Answers every request for a link with the next code, or as it is told."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: list[tuple[str, str]] = []
        """Request line and bearer token."""
        self.statuses: list[int] = []
        """Of the next answers that are no link."""

    @property
    def address(self) -> HubAddress:
        """Where it listens."""
        return HubAddress.parse(f"http://127.0.0.1:{self.port}")

    @asynccontextmanager
    async def running(self) -> AsyncIterator["LinkingHub"]:
        """Listens."""
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        async with server:
            self.port = server.sockets[0].getsockname()[1]
            yield self

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked.append((head.splitlines()[0], head.partition("Bearer ")[2].split()[0]))
        status = self.statuses.pop(0) if self.statuses else 201
        body = json.dumps({"code": f"code/{len(self.asked)}", "go": "/halls/h/screen/s-1"}).encode()
        writer.write(
            b"HTTP/1.1 %d .\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (status, len(body), body)
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()


class FakeBrowser:
    """A program that notes its options, one line per start, and lives as long as it is told."""

    def __init__(self, folder: Path) -> None:
        self._notes = folder / "starts"
        self._script = folder / "chromium"
        self.lives("exec sleep 60")

    def lives(self, then: str) -> None:
        """What the next starts do after the note."""
        note = f'echo "$$ $(date +%s%N) $*" >> {self._notes}'
        self._script.write_text(f"#!/bin/sh\n{note}\n{then}\n")
        self._script.chmod(0o755)

    @property
    def command(self) -> list[str]:
        """With an option of its user's own."""
        return [str(self._script), "--own-option"]

    def starts(self) -> list[list[str]]:
        """Words of each start: process id, instant in ns, options."""
        if not self._notes.exists():
            return []
        return [line.split() for line in self._notes.read_text().splitlines()]

    async def until_started(self, times: int = 1) -> list[list[str]]:
        """Until so many have been started."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.starts()) < times:  # noqa: ASYNC110 -- another process writes it
                await asyncio.sleep(0.01)
        return self.starts()


@pytest.fixture
def program(tmp_path: Path) -> FakeBrowser:
    """A browser of the machine."""
    return FakeBrowser(tmp_path)


@pytest.fixture
async def hub() -> AsyncIterator[LinkingHub]:
    """A hub that listens."""
    async with LinkingHub().running() as running:
        yield running


Opened = Callable[..., Browser]


@pytest.fixture
def opened(hub: LinkingHub, program: FakeBrowser, tmp_path: Path) -> Opened:
    """Makes the browser of a screen; it comes back at once."""

    def make(*, restarts: RetryPolicy = AT_ONCE) -> Browser:
        return Browser(
            hub=hub.address,
            token="T",
            command=program.command,
            data=tmp_path / "data",
            restarts=restarts,
            hub_policy=AT_ONCE,
        )

    return make


@asynccontextmanager
async def showing(browser: Browser) -> AsyncIterator[asyncio.Task[None]]:
    """The browser beside the test; leaving ends it."""
    task = asyncio.create_task(browser.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_it_opens_the_muted_page_in_kiosk_mode_signed_in_by_a_one_use_link(
    hub: LinkingHub, program: FakeBrowser, opened: Opened, tmp_path: Path
) -> None:
    """The lasting token stands in no address and in no list of processes."""
    async with showing(opened()):
        [[_, _, *options]] = await program.until_started()

    assert f"{hub.address.url}/link?next=/halls/h/screen/s-1%3Fmuted%3D1#code%2F1" == options[-1]
    assert [("POST /api/v1/device-link HTTP/1.1", "T")] == hub.asked
    assert {"--kiosk", "--autoplay-policy=no-user-gesture-required", "--own-option"} <= set(options)
    assert f"--user-data-dir={tmp_path / 'data' / 'browser'}" in options
    assert "T" not in options


async def test_the_profile_is_made_anew_and_offers_no_translation(
    program: FakeBrowser, opened: Opened, tmp_path: Path
) -> None:
    """What a killed browser left behind (a lock, a question about its pages) is gone."""
    profile = tmp_path / "data" / "browser"
    profile.mkdir(parents=True)
    (profile / "SingletonLock").symlink_to("another-host-1234")

    async with showing(opened()):
        await program.until_started()
        found = sorted(str(file.relative_to(profile)) for file in files_of(profile))

    assert ["Default", "Default/Preferences"] == found
    assert PREFERENCES == json.loads((profile / "Default" / "Preferences").read_text())


async def test_a_browser_that_dies_comes_back_with_a_link_of_its_own(
    program: FakeBrowser, opened: Opened
) -> None:
    """A link holds once."""
    program.lives("exit 1")
    async with showing(opened()):
        starts = await program.until_started(3)

    assert ["code%2F1", "code%2F2", "code%2F3"] == [words[-1].partition("#")[2] for words in starts[:3]]


async def test_one_that_dies_again_and_again_comes_back_less_and_less_often(
    program: FakeBrowser, opened: Opened
) -> None:
    """Each pause is twice the one before it, up to the cap."""
    program.lives("exit 1")
    async with showing(opened(restarts=RetryPolicy(base_ms=100, cap_ms=400))):
        starts = await program.until_started(4)

    instants_ms = [int(at_ns) // 1_000_000 for _, at_ns, *_ in starts]
    pauses_ms = [later - earlier for earlier, later in pairwise(instants_ms)]
    assert [True] * 3 == [pause >= least for pause, least in zip(pauses_ms, (100, 200, 400), strict=True)]


async def test_ended_the_browser_and_what_it_started_are_gone(program: FakeBrowser, opened: Opened) -> None:
    """Also one that does not listen when it is asked to end."""
    program.lives("trap '' TERM\nsleep 61 &\nwhile true; do sleep 0.1; done")
    async with showing(opened()):
        [[pid, *_]] = await program.until_started()

    assert await is_gone(int(pid), PATIENCE_S)


async def test_while_the_hub_is_away_it_waits_and_then_opens(
    hub: LinkingHub, program: FakeBrowser, opened: Opened
) -> None:
    """No error page on the wall, and one line in the log."""
    hub.statuses = [503, 429, 500]
    with capture_logs() as log:
        async with showing(opened()):
            [[_, _, *options]] = await program.until_started()
            async with asyncio.timeout(PATIENCE_S):  # it runs before the agent hears that it does
                while len(log) < 2:  # noqa: ASYNC110 -- a list tells nobody
                    await asyncio.sleep(0.01)

    assert options[-1].endswith("#code%2F4")
    assert ["no_link", "browser_started"] == [line["event"] for line in log]


@pytest.mark.parametrize("status", [401, 403])
async def test_a_token_that_opens_nothing_ends_it(
    hub: LinkingHub, program: FakeBrowser, opened: Opened, status: int
) -> None:
    """Whoever started it must hear of it."""
    hub.statuses = [status]
    async with showing(opened()) as task:
        with pytest.raises(FetchTrouble, match=f"answers {status}"):
            await task

    assert [] == program.starts()


async def test_two_agents_do_not_share_a_profile(program: FakeBrowser, opened: Opened) -> None:
    """The second would delete the first one's under its feet; when the first is gone, it may."""
    async with showing(opened()):
        await program.until_started()
        with pytest.raises(ProfileInUse, match="--data"):
            await opened().run()
    async with showing(opened()):
        await program.until_started(2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("none", None),
        (None, ["/usr/bin/chromium-browser"]),
        ("chromium-browser", ["/usr/bin/chromium-browser"]),
        ("chromium-browser --window-position=1920,0 '--x=a b'", [
            "/usr/bin/chromium-browser", "--window-position=1920,0", "--x=a b",
        ]),
    ],
    ids=["none", "the machine's", "a program", "a program with options"],
)  # fmt: skip
def test_what_the_option_means(text: str | None, expected: list[str] | None) -> None:
    """Contract: PROGRAM or none."""
    there = {"chromium-browser": "/usr/bin/chromium-browser"}

    assert expected == command_of(text, find=there.get)


@pytest.mark.parametrize(
    ("text", "told"),
    [(None, PROGRAMS[0]), ("firefoks", "firefoks"), ("", "no program"), ('"', "no program")],
)
def test_a_browser_that_is_not_there_is_told(text: str | None, told: str) -> None:
    """A mistake of the command line, or of the machine."""
    with pytest.raises(ValueError, match=told):
        command_of(text, find=lambda _: None)


def files_of(folder: Path) -> list[Path]:
    """Everything below."""
    return list(folder.rglob("*"))
