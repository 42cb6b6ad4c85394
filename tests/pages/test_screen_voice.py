"""The hall screen as its zone's voice, in a browser that may sound. What it says when is in test_screen_rules.py."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from queue_server.wire.messages import Outcome
from tests.pace import allowed
from tests.pages.conftest import PageAt
from tests.pages.fixtures import hall
from tests.pages.fixtures.screen import SIZES, after, call, silent_voice
from tests.pages.gallery import CHIME, Gallery, chromium
from tests.pages.stage import Stage

pytestmark = pytest.mark.browser

CHIME_S = 1.2
"""The length of each sound that the gallery has."""

STARTS_WITHIN_S = 0.3
"""The promise for sounds that are at hand."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Started as a hall's screen should be: sound needs no touch."""
    with chromium("--autoplay-policy=no-user-gesture-required") as running:
        yield running


def _speaking(gallery: Gallery, page_at: PageAt, *, granted: bool = True) -> Stage:
    stage = gallery.stage("screen", "voiced")
    stage.show_more("announcer", silent_voice(granted=granted))
    page = page_at(*SIZES[0])
    page.goto(stage.address())
    stage.wait_for_status("ready")
    return stage


def _said(stage: Stage) -> list[tuple[int, str]]:
    return [(frame["call"], frame["what"]) for frame in stage.commands if frame["what"] != "shown"]


def _wait_until_said(stage: Stage, call_no: int, what: str) -> float:
    """Seconds until the report came."""
    started_s = time.monotonic()
    count = len(stage.commands)
    while (call_no, what) not in _said(stage):
        count += 1
        stage.wait_for_command("report_call", count)
    return time.monotonic() - started_s


def test_a_call_is_asked_for_at_once_and_told_when_its_sound_has_ended(
    gallery: Gallery, page_at: PageAt
) -> None:
    """Chime and both languages: three sounds of the gallery's, after which "spoken" comes."""
    stage = _speaking(gallery, page_at)

    stage.show_more("announcer", silent_voice(calls=[call("A042", "loket-1", 950)]))
    asked_s = _wait_until_said(stage, 950, "speaking")
    lasted_s = _wait_until_said(stage, 950, "spoken")

    assert asked_s < allowed(STARTS_WITHIN_S)
    assert 3 * CHIME_S - 0.1 <= lasted_s < 3 * CHIME_S + allowed(1)


def test_several_are_said_in_order_each_once_and_shorter(gallery: Gallery, page_at: PageAt) -> None:
    """While another waits, chime and first language: two sounds; the last one has the whole again."""
    stage = _speaking(gallery, page_at)
    first, second = call("A042", "loket-1", 950), call("B028", "loket-3", 951)

    stage.show_more("announcer", silent_voice(calls=[first, second]))
    _wait_until_said(stage, 950, "speaking")
    assert _wait_until_said(stage, 950, "spoken") < 3 * CHIME_S - 0.2
    stage.show_more("announcer", silent_voice(calls=[second]))
    _wait_until_said(stage, 951, "spoken")
    stage.show_more("announcer", silent_voice(calls=[second]))
    stage.close(1001)
    stage.wait_for_hello(len(stage.hellos) + 2)

    assert [(950, "speaking"), (950, "spoken"), (951, "speaking"), (951, "spoken")] == _said(stage)


def test_the_screen_marks_its_own_voice_while_it_sounds(gallery: Gallery, page_at: PageAt) -> None:
    """So that whoever stands before it sees that the sound is meant to come from here."""
    stage = gallery.stage("screen", "voiced")
    page = page_at(*SIZES[0])
    page.goto(stage.address())
    stage.wait_for_status("ready")

    stage.show(after(call("A042", "loket-1", 950)))
    stage.show_more("announcer", silent_voice(calls=[call("A042", "loket-1", 950)]))
    expect(page.locator(".main-call-sound")).to_be_visible()
    _wait_until_said(stage, 950, "spoken")
    expect(page.locator(".main-call-sound")).to_have_count(0)


def test_what_the_hub_denies_does_not_sound(gallery: Gallery, page_at: PageAt) -> None:
    """No "spoken", no sound, and the next call has its turn."""
    stage = _speaking(gallery, page_at)

    def answer(frame: dict[str, Any]) -> Outcome:
        return hall.refused("WRONG_STATE") if frame["call"] == 950 else hall.accepted({})

    stage.outcomes["report_call"] = answer
    first, second = call("A042", "loket-1", 950), call("B028", "loket-3", 951)
    stage.show_more("announcer", silent_voice(calls=[first, second]))
    _wait_until_said(stage, 951, "spoken")

    assert [(950, "speaking"), (951, "speaking"), (951, "spoken")] == _said(stage)


def test_a_call_that_is_taken_back_falls_silent(gallery: Gallery, page_at: PageAt) -> None:
    """The next one does not wait for its end."""
    stage = _speaking(gallery, page_at)

    stage.show_more("announcer", silent_voice(calls=[call("A042", "loket-1", 950)]))
    _wait_until_said(stage, 950, "speaking")
    stage.show_more("announcer", silent_voice(calls=[call("B028", "loket-3", 951)]))
    assert _wait_until_said(stage, 951, "speaking") < 2 * CHIME_S
    _wait_until_said(stage, 951, "spoken")

    assert [(950, "speaking"), (951, "speaking"), (951, "spoken")] == _said(stage)


def test_a_screen_that_is_not_the_voice_says_nothing_until_it_is(gallery: Gallery, page_at: PageAt) -> None:
    """The hub grants a zone's voice to one; the second screen takes over when the first is gone."""
    stage = _speaking(gallery, page_at, granted=False)
    waiting = [call("A042", "loket-1", 950)]

    stage.show_more("announcer", silent_voice(granted=False, calls=waiting))
    stage.show(after(*waiting))
    stage.wait_for_command("report_call")
    assert [] == _said(stage)
    stage.show_more("announcer", silent_voice(calls=waiting))
    _wait_until_said(stage, 950, "speaking")


def test_a_sound_that_cannot_be_had_is_not_told_as_spoken(gallery: Gallery, page_at: PageAt) -> None:
    """The chime still sounds, the officer reads "not confirmed", the next call follows."""
    stage = gallery.stage("screen", "voiced")
    page = page_at(*SIZES[0], allowed=("404",))
    page.goto(stage.address())
    stage.wait_for_status("ready")
    mute = {lang: {"text": "…", "audio": ["/static/none/none.wav"]} for lang in ("id", "en")}

    stage.show_more(
        "announcer",
        silent_voice(calls=[call("A042", "loket-1", 950, speech=mute), call("B028", "loket-3", 951)]),
    )
    _wait_until_said(stage, 951, "spoken")

    assert [(950, "speaking"), (951, "speaking"), (951, "spoken")] == _said(stage)


def test_the_chime_does_not_wait_for_the_words(gallery: Gallery, page_at: PageAt) -> None:
    """The hall looks up at once; words that are still on their way follow when they come."""
    stage = gallery.stage("screen", "voiced")
    page = page_at(*SIZES[0])
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/audio/slow.wav", hold)
    page.goto(stage.address())
    stage.wait_for_status("ready")
    slow = {lang: {"text": "…", "audio": ["/audio/slow.wav"]} for lang in ("id", "en")}

    stage.show(after(call("A042", "loket-1", 950)))
    stage.show_more("announcer", silent_voice(calls=[call("A042", "loket-1", 950, speech=slow)]))
    expect(page.locator(".main-call-sound")).to_be_visible()
    assert [(950, "speaking")] == _said(stage)
    assert 1 == len(held)
    held[0].fulfill(path=CHIME)
    _wait_until_said(stage, 950, "spoken")

    assert [(950, "speaking"), (950, "spoken")] == _said(stage)


def test_a_muted_screen_has_no_voice_and_says_so(gallery: Gallery, page_at: PageAt) -> None:
    """`antrean display` speaks itself and opens its page muted: one socket, and a small mark."""
    stage = gallery.stage("screen", "rested")
    page = page_at(*SIZES[0])
    page.goto(stage.address())

    expect(page.locator(".screen-muted")).to_have_text("Layar ini tanpa suara")
    stage.wait_for_hello()
    assert ["display"] == [hello["view"] for hello in stage.hellos]
