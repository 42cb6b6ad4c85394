"""What the one tap on the citizen's page brings: a ring that is heard, and a screen that stays on while it may."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.pages.conftest import PageAt
from tests.pages.fixtures import hall
from tests.pages.gallery import Gallery
from tests.pages.stage import Stage

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 360, 740
EACH_LANGUAGE = pytest.mark.parametrize("lang", ["id", "en"])

RING = {"id": "Bunyikan saat dipanggil", "en": "Ring me when called"}
IS_KEPT_ON = {"id": "Layar ponsel dijaga tetap menyala.", "en": "Your phone's screen is kept on."}
IS_FORBIDDEN = {
    "id": "Peramban ini tidak mengizinkan bunyi.",
    "en": "This browser does not allow sound.",
}

LOCK = """
  window.locks = { asked: [], held: null, refuses: false, visibility: "visible" };
  const request = async (kind) => {
    locks.asked.push(kind);
    if (locks.refuses) throw new DOMException("battery low", "NotAllowedError");
    return (locks.held = new EventTarget());
  };
  Object.defineProperty(navigator, "wakeLock", { value: { request } });
  Object.defineProperty(document, "visibilityState", { get: () => locks.visibility });
  window.turn = (visibility) => {
    locks.visibility = visibility;
    if (visibility === "hidden") { locks.held?.dispatchEvent(new Event("release")); locks.held = null; }
    document.dispatchEvent(new Event("visibilitychange"));
  };
"""
"""A browser's lock on the screen, which it takes away whenever the page is hidden. Source: W3C, Screen Wake Lock API."""

NO_LOCK = "Object.defineProperty(navigator, 'wakeLock', { value: undefined });"
"""A browser without it, or a page that did not come over https."""

NO_SOUND = """
  Object.defineProperty(AudioContext.prototype, "state", { get: () => "suspended" });
  AudioContext.prototype.resume = () => Promise.reject(new DOMException("not allowed", "NotAllowedError"));
"""
"""A browser that lets no page sound, whatever is tapped."""

LISTEN = """
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (...when) { window.heard = this.buffer; return start.apply(this, when); };
"""

MEASURE = """
  () => {
    const wave = window.heard.getChannelData(0);
    const steps = wave.slice(1).map((value, place) => Math.abs(value - wave[place]));
    const loudness = (part) => Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / part.length);
    const pitch = (part) => part.slice(1).filter((value, place) => value >= 0 && part[place] < 0).length
      / (part.length / window.heard.sampleRate);
    const between = (fromS, toS) => wave.slice(fromS * window.heard.sampleRate, toS * window.heard.sampleRate);
    return {
      length_s: window.heard.duration,
      peak: wave.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
      first: wave[0],
      last: wave.at(-1),
      end: between(1.19, 1.2).reduce((most, value) => Math.max(most, Math.abs(value)), 0),
      step: steps.reduce((most, value) => Math.max(most, value), 0),
      loudness: loudness(between(0, 0.8)),
      pitches_hz: [pitch(between(0.1, 0.3)), pitch(between(0.9, 1.1))],
    };
  }
"""

Check = Callable[[Page], None]


class Ring(NamedTuple):
    """The sound of a call, as it went to the loudspeaker; full scale is 1."""

    length_s: float
    peak: float
    first: float
    last: float
    end: float
    """The loudest of the last hundredth of a second."""
    step: float
    """The largest from one sample to the next: a click would be one near the peak."""
    loudness: float
    """Root of the mean square of the first 0.8 s."""
    pitches_hz: list[float]
    """By crossings of zero, of the first tone and of the end."""


def test_the_ring_is_two_tones_loud_enough_for_a_bag_and_without_a_click(
    gallery: Gallery, page_at: PageAt
) -> None:
    """Made on the phone, and fetched from nowhere; pitched where a phone's loudspeaker is strong, above 1 kHz."""
    stage, page, _ = _asked(gallery, page_at, LISTEN)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    stage.show(hall.called_ticket())
    expect(page.locator(".ticket-counter")).to_be_visible()
    page.wait_for_function("() => window.heard !== undefined")
    ring = Ring(**page.evaluate(MEASURE))
    print(ring)

    assert [] == fetched
    assert 1.0 <= ring.length_s <= 1.5
    assert 0.85 <= ring.peak <= 0.95
    assert ring.loudness >= 0.15, "-16 dBFS: as loud as speech in the hall"
    assert (0, 0) == (ring.first, round(ring.last, 6))
    assert ring.end < 0.01
    assert ring.step < 0.5
    assert [1_318, 1_046] == pytest.approx(ring.pitches_hz, rel=0.03)


@EACH_LANGUAGE
def test_the_screen_is_kept_on_from_the_tap_and_again_after_the_page_was_hidden(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, lang: str
) -> None:
    """Asked for by the tap and not before; a browser takes it whenever the page is hidden, and the page says so."""
    stage = gallery.stage("ticket", "waiting")
    page = page_at(WIDTH, HEIGHT)
    page.add_init_script(LOCK)
    page.goto(stage.address(lang))
    expect(page.get_by_role("button", name=RING[lang])).to_be_visible()
    assert [] == page.evaluate("locks.asked")

    page.get_by_role("button", name=RING[lang]).click()
    note = page.locator(".note-good")
    expect(note).to_contain_text(IS_KEPT_ON[lang])
    assert ["screen"] == page.evaluate("locks.asked")
    assert_accessible(page)
    page.evaluate("turn('hidden')")
    expect(note).not_to_contain_text(IS_KEPT_ON[lang])
    assert ["screen"] == page.evaluate("locks.asked")
    page.evaluate("turn('visible')")
    expect(note).to_contain_text(IS_KEPT_ON[lang])
    assert ["screen", "screen"] == page.evaluate("locks.asked")
    page.evaluate("turn('visible')")
    assert ["screen", "screen"] == page.evaluate("locks.asked")


def test_a_refused_lock_changes_nothing_else_and_is_asked_for_again(
    gallery: Gallery, page_at: PageAt
) -> None:
    """A low battery: the page promises no lit screen, rings all the same, and asks when it is seen again."""
    stage, page, note = _asked(gallery, page_at, LOCK + "locks.refuses = true;" + LISTEN)
    assert ["screen"] == page.evaluate("locks.asked")
    expect(note).not_to_contain_text(IS_KEPT_ON["id"])

    page.evaluate("locks.refuses = false; turn('hidden'); turn('visible')")
    expect(note).to_contain_text(IS_KEPT_ON["id"])
    stage.show(hall.called_ticket())

    page.wait_for_function("() => window.heard !== undefined")


def test_where_a_browser_has_no_lock_the_page_rings_and_promises_none(
    gallery: Gallery, page_at: PageAt
) -> None:
    """Over plain http, as in most halls, there is none."""
    stage, page, note = _asked(gallery, page_at, NO_LOCK + LISTEN)
    expect(note).not_to_contain_text(IS_KEPT_ON["id"])
    stage.show(hall.called_ticket())

    page.wait_for_function("() => window.heard !== undefined")


@EACH_LANGUAGE
def test_a_browser_that_forbids_sound_is_told_and_the_screen_stays_on_all_the_same(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, lang: str
) -> None:
    """The page promises no ring that nobody would hear."""
    stage = gallery.stage("ticket", "waiting")
    page = page_at(WIDTH, HEIGHT)
    page.add_init_script(LOCK + NO_SOUND)
    page.goto(stage.address(lang))
    page.get_by_role("button", name=RING[lang]).click()

    expect(page.locator(".note-warn")).to_contain_text(IS_FORBIDDEN[lang])
    expect(page.locator(".note-warn")).to_contain_text(IS_KEPT_ON[lang])
    assert_accessible(page)


def _asked(gallery: Gallery, page_at: PageAt, script: str) -> tuple[Stage, Page, Locator]:
    """A page that waits and may ring, and its note that says so."""
    stage = gallery.stage("ticket", "waiting")
    page = page_at(WIDTH, HEIGHT)
    page.add_init_script(script)
    page.goto(stage.address())
    page.get_by_role("button", name=RING["id"]).click()
    note = page.locator(".note-good")
    expect(note).to_be_visible()
    return stage, page, note
