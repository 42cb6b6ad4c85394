"""The voice between a small hub and a mouth: every call is said once, and the hub knows which were."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from random import Random

import pytest
from structlog.testing import capture_logs

from display_client.sounds import PAUSE_MS, Announcement, SoundTrouble
from display_client.voice import Voice
from queue_server.fetching import HubAddress
from queue_server.link import TurnedAway
from tests.display_client.calls import CHIME
from tests.display_client.speaking_hub import CHIME_MS, SENTENCE_MS, SpeakingHub
from tests.link.small_hub import SmallHub
from tests.pace import PATIENCE_S
from tests.torture.figures import Report

SHORT_MS = CHIME_MS + PAUSE_MS + SENTENCE_MS
LONG_MS = SHORT_MS + PAUSE_MS + SENTENCE_MS

SOUNDING_TURNS = 15
"""Of the loop: a sentence is long beside everything else, so that many deaths fall into the middle of one."""

TURNS_MAX = 60
"""Of the loop, from a report or a first sound to the death."""


class Mouth:
    """A way out for sound that counts. It may be killed with its agent, hang, or be dead."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int]] = []
        """Name and length of each announcement that began to sound."""
        self.ended_count = 0
        self.trouble_now: str | None = None
        self.fails_with: str | None = None
        self.failed = asyncio.Semaphore(0)
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.is_sounding = asyncio.Event()
        self.was_silenced = False

    def trouble(self) -> str | None:
        """As told."""
        return self.trouble_now

    async def play(self, announcement: Announcement, name: str) -> None:
        """It sounds for a few turns of the loop; the agent may die in each."""
        if self.fails_with is not None:
            self.failed.release()
            raise SoundTrouble(self.fails_with)
        self.begun.append((name, announcement.length_ms))
        self.is_sounding.set()
        try:
            for _ in range(SOUNDING_TURNS):
                await asyncio.sleep(0)
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.was_silenced = True
            raise
        self.ended_count += 1


def voice_of(hub: HubAddress, mouth: Mouth, *, zone: str | None = "a") -> Voice:
    """A voice that never waits longer than it must."""
    return Voice(hub=hub, hall="h", token="T", zone=zone, player=mouth, look_every_s=0.02)


@asynccontextmanager
async def working(voice: Voice) -> AsyncIterator[None]:
    """The voice beside the test; leaving kills it wherever it stands."""
    task = asyncio.create_task(voice.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
    if not task.cancelled():
        task.result()


async def test_every_call_is_said_once_and_in_order() -> None:
    """Short while another waits, whole at the end; speaking before the first sound, spoken after the last."""
    mouth = Mouth()
    async with SpeakingHub(3).running() as hub, working(voice_of(hub.address, mouth)):
        await hub.until((3, "spoken"))

    assert [("000001-A001", SHORT_MS), ("000002-A002", SHORT_MS), ("000003-A003", LONG_MS)] == mouth.begun
    assert [(call, what) for call in (1, 2, 3) for what in ("speaking", "spoken")] == hub.reports


async def test_it_says_who_it_is_and_for_which_zone() -> None:
    """Contract, live socket 1: the role display, the view announcer, the zone."""
    async with SpeakingHub().running() as hub, working(voice_of(hub.address, Mouth(), zone="b")):
        await hub.until_said_hello()

    (hello,) = hub.hellos
    assert ("announcer", "T", "b") == (hello["view"], hello["token"], hello["zone"])


async def test_the_hub_has_accepted_it_before_the_first_sound() -> None:
    """While it sounds, "speaking" is reported and "spoken" is not."""
    mouth = Mouth()
    mouth.may_end.clear()
    async with SpeakingHub(1).running() as hub, working(voice_of(hub.address, mouth)):
        async with asyncio.timeout(PATIENCE_S):
            await mouth.is_sounding.wait()
        reported = list(hub.reports)
        mouth.may_end.set()
        await hub.until((1, "spoken"))

    assert [(1, "speaking")] == reported


async def test_a_voice_that_is_not_the_zone_s_is_silent_until_it_is() -> None:
    """The hub grants a zone's voice to one; a silent one fetches nothing either."""
    mouth, hub = Mouth(), SpeakingHub(1)
    hub.granted = False
    async with hub.running(), working(voice_of(hub.address, mouth)):
        await hub.until_status("ready")
        before = (list(hub.reports), dict(hub.fetched))
        await hub.grant()
        await hub.until((1, "spoken"))

    assert ([], {}) == before
    assert ["000001-A001"] == [name for name, _ in mouth.begun]


async def test_what_the_hub_does_not_grant_is_not_said() -> None:
    """Another voice has it already; the next call has its turn."""
    mouth, hub = Mouth(), SpeakingHub(2)
    hub.refusals = ["WRONG_STATE"]
    async with hub.running(), working(voice_of(hub.address, mouth)):
        await hub.until((2, "spoken"))

    assert ["000002-A002"] == [name for name, _ in mouth.begun]


async def test_a_busy_hub_is_asked_again() -> None:
    """A second later, on the same line and without another view."""
    mouth, hub = Mouth(), SpeakingHub(1)
    hub.refusals = ["BUSY"]
    async with hub.running(), working(voice_of(hub.address, mouth)):
        await hub.until((1, "spoken"))

    assert (1, 1) == (len(mouth.begun), len(hub.hellos))


@pytest.mark.parametrize("called_at_ms", [1_000, 4_000_000_000_000])
async def test_the_clock_of_the_device_decides_nothing(called_at_ms: int) -> None:
    """A small computer without a battery begins in 1970: its calls are as young as the hub's newest."""
    mouth, hub = Mouth(), SpeakingHub(1)
    hub.called_at_ms = called_at_ms
    async with hub.running(), working(voice_of(hub.address, mouth)):
        await hub.until((1, "spoken"))

    assert 1 == len(mouth.begun)


async def test_sounds_are_fetched_once_and_kept() -> None:
    """A recall says the same again, and the chime is always the same."""
    mouth, hub = Mouth(), SpeakingHub(2)
    async with hub.running(), working(voice_of(hub.address, mouth)):
        await hub.until((2, "spoken"))
        hub.calls[1] = "pending"
        await hub.show()
        await hub.until(reports_count=6)

    assert 1 == hub.fetched[CHIME]
    assert {1} == set(hub.fetched.values())


async def test_words_that_cannot_be_had_leave_the_chime_and_are_not_told_as_spoken() -> None:
    """It still makes the hall look up; the next call is whole again."""
    mouth, hub = Mouth(), SpeakingHub(1)
    hub.lacks = {"/audio/1-en.wav"}
    async with hub.running(), working(voice_of(hub.address, mouth)):
        detail = await hub.until_status("failed")
        await hub.call(2)
        await hub.until((2, "spoken"))
        await hub.until_status("ready")

    assert [("000001-A001", CHIME_MS), ("000002-A002", LONG_MS)] == mouth.begun
    assert [(1, "speaking"), (2, "speaking"), (2, "spoken")] == hub.reports
    assert "404" in detail


async def test_a_dead_sound_device_costs_the_sound_and_is_said_once() -> None:
    """The agent lives, the staff reads why, the log has one line going and one coming back."""
    mouth, hub = Mouth(), SpeakingHub(3)
    mouth.fails_with = "aplay ended with 1: no such device"
    with capture_logs() as log:
        async with hub.running(), working(voice_of(hub.address, mouth)):
            await hub.until((3, "speaking"))
            detail = await hub.until_status("failed")
            async with asyncio.timeout(PATIENCE_S):
                for _ in range(3):
                    await mouth.failed.acquire()
            mouth.fails_with = None
            await hub.call(4)
            await hub.until((4, "spoken"))

    assert "aplay ended with 1: no such device" == detail
    assert [(1, "speaking"), (2, "speaking"), (3, "speaking"), (4, "speaking"), (4, "spoken")] == hub.reports
    told = [line["event"] for line in log if line["event"] in {"no_sound", "sound_back"}]
    assert ["no_sound", "sound_back"] == told


async def test_without_any_way_to_sound_nothing_is_begun_until_there_is_one() -> None:
    """No program for sound is installed: calls wait for as long as they are young."""
    mouth, hub = Mouth(), SpeakingHub(1)
    mouth.trouble_now = "no program that plays sound is installed"
    async with hub.running(), working(voice_of(hub.address, mouth)):
        detail = await hub.until_status("sound_blocked")
        before = list(hub.reports)
        mouth.trouble_now = None
        await hub.until((1, "spoken"))
        await hub.until_status("ready")

    assert ("no program that plays sound is installed", []) == (detail, before)


async def test_a_call_that_is_taken_back_falls_silent() -> None:
    """The officer's undo: nobody is sent to a counter that does not want him; the next call does not wait."""
    mouth, hub = Mouth(), SpeakingHub(1)
    mouth.may_end.clear()
    async with hub.running(), working(voice_of(hub.address, mouth)):
        await hub.until((1, "speaking"))
        async with asyncio.timeout(PATIENCE_S):
            await mouth.is_sounding.wait()
        await hub.take_back(1)
        await hub.call(2)
        await hub.until((2, "speaking"))
        mouth.may_end.set()
        await hub.until((2, "spoken"))

    assert (True, 1) == (mouth.was_silenced, mouth.ended_count)
    assert [(1, "speaking"), (2, "speaking"), (2, "spoken")] == hub.reports


async def test_a_hub_that_restarts_in_mid_sentence_hears_of_its_end_when_it_is_back() -> None:
    """The sentence goes on; it is said once and confirmed once."""
    mouth, hub = Mouth(), SpeakingHub(1)
    mouth.may_end.clear()
    async with hub.running():
        task = asyncio.create_task(voice_of(hub.address, mouth).run())
        async with asyncio.timeout(PATIENCE_S):
            await mouth.is_sounding.wait()
    mouth.may_end.set()
    async with hub.running():
        await hub.until((1, "spoken"))
        task.cancel()
        await asyncio.wait([task])

    assert [(1, "speaking"), (1, "spoken")] == hub.reports
    assert (1, 1) == (len(mouth.begun), mouth.ended_count)


async def test_told_to_stop_it_ends_its_sentence_and_begins_no_other() -> None:
    """An orderly end leaves nothing unconfirmed."""
    mouth, hub = Mouth(), SpeakingHub(2)
    mouth.may_end.clear()
    async with hub.running():
        voice = voice_of(hub.address, mouth)
        task = asyncio.create_task(voice.run())
        async with asyncio.timeout(PATIENCE_S):
            await mouth.is_sounding.wait()
            voice.stop()
            mouth.may_end.set()
            await task

    assert [(1, "speaking"), (1, "spoken")] == hub.reports
    assert "pending" == hub.calls[2]


async def test_a_hub_that_turns_it_away_ends_it() -> None:
    """A wrong token: whoever started it must hear of it."""
    async with SmallHub().running() as hub:
        task = asyncio.create_task(voice_of(hub.address, Mouth()).run())
        caller = await hub.caller()
        await caller.socket.close(4401)
        with pytest.raises(TurnedAway, match="No valid token"):
            await task


async def killed_often(hub: SpeakingHub, mouth: Mouth, kills_count: int) -> list[int]:
    """Voices that have one to three calls to say and die a few turns of the loop after a report or a first sound.

    Returns: how many calls each life left granted and not confirmed.
    """
    chance, lost = Random(12), []  # noqa: S311 -- a seed that can be played again
    for _ in range(kills_count):
        before = list(hub.calls.values()).count("speaking")
        newest = max(hub.calls, default=0)
        await hub.call(*range(newest + 1, newest + 1 + chance.randrange(1, 4)))
        async with working(voice_of(hub.address, mouth)):
            mouth.is_sounding.clear()
            until_reported = partial(hub.until, reports_count=len(hub.reports) + chance.randrange(1, 3))
            moments = (mouth.is_sounding.wait, until_reported)
            async with asyncio.timeout(PATIENCE_S):
                await chance.choice(moments)()
            for _ in range(chance.randrange(TURNS_MAX)):
                await asyncio.sleep(0)
        lost.append(list(hub.calls.values()).count("speaking") - before)
    return lost


@pytest.mark.promise("R12")
async def test_killed_a_hundred_times_no_call_is_said_twice_and_each_death_costs_one_at_most(
    report: Report,
) -> None:
    """R12. What was in the mouth is lost, and the hub shows it as not confirmed; everything else is said once."""
    mouth = Mouth()
    async with SpeakingHub().running() as hub:
        lost = await killed_often(hub, mouth, 100)
        async with working(voice_of(hub.address, mouth)):
            await hub.call(max(hub.calls) + 1)
            await hub.until((max(hub.calls), "spoken"))

    said = Counter(int(name.partition("-")[0]) for name, _ in mouth.begun)
    unconfirmed = {call for call, voice in hub.calls.items() if voice == "speaking"}
    spoken = {call for call, voice in hub.calls.items() if voice == "spoken"}
    report.figure(
        "R12",
        kills=100,
        calls=len(hub.calls),
        twice=said.total() - len(said),
        not_confirmed=len(unconfirmed),
        at_most_in_one_death=max(lost),
    )
    assert 1 == max(said.values())
    assert 1 == max(lost)
    assert len(unconfirmed) == sum(lost)
    assert set(hub.calls) == spoken | unconfirmed
    assert spoken <= set(said)


@pytest.mark.promise("R12", control=True)
async def test_a_hub_that_forgot_what_it_granted_would_have_calls_said_twice(report: Report) -> None:
    """The negative control: without the hub's memory of "speaking" the same deaths repeat calls."""
    mouth, hub = Mouth(), SpeakingHub()
    hub.remembers_speaking = False
    async with hub.running():
        await killed_often(hub, mouth, 50)

    said = Counter(name for name, _ in mouth.begun)
    report.figure("R12", kills=50, twice=said.total() - len(said))
    assert max(said.values()) > 1


async def test_the_command_killed_in_mid_sentence_loses_that_call_and_the_next_one_goes_on(
    tmp_path: Path,
) -> None:
    """The command itself, SIGKILL while it asks, the same command again; then SIGTERM, and it exits with 0."""
    hub = SpeakingHub(1)
    hub.lacks = {CHIME}
    async with hub.running():
        first = await start(hub, tmp_path)
        await hub.until((1, "speaking"))
        first.kill()
        await first.wait()
        hub.lacks = set()
        await hub.call(2)
        second = await start(hub, tmp_path)
        await hub.until((2, "spoken"))
        second.terminate()
        async with asyncio.timeout(PATIENCE_S):
            _, said = await second.communicate()

    assert ["000002-A002.wav"] == files_in(tmp_path)
    assert (1, "spoken") not in hub.reports
    assert 0 == second.returncode
    assert b"event=spoken call=2" in said


def files_in(folder: Path) -> list[str]:
    """Names of the announcements written."""
    return sorted(file.name for file in folder.iterdir())


async def start(hub: SpeakingHub, folder: Path) -> asyncio.subprocess.Process:
    """The command, as `antrean display` runs it."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from display_client.cli import display; display()",
        *("--hub", hub.address.url, "--hall", "h", "--audio", f"wav:{folder}", "--browser", "none"),
        env={**os.environ, "ANTREAN_TOKEN": "T"},
        stderr=asyncio.subprocess.PIPE,
    )
