"""The hall screen: what it shows, for how long, and what it says when it does not know."""

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.pages.conftest import ENDED, GRAVE, PageAt
from tests.pages.contrast import fainter_than, texts_of
from tests.pages.fixtures import hall
from tests.pages.fixtures.screen import FIXTURES, SIZES, after, call, rested, silent_voice, with_calls
from tests.pages.gallery import Gallery
from tests.pages.stage import Stage

pytestmark = pytest.mark.browser

LANGUAGES = ("id", "en")
COUNTERS = ("loket-1", "loket-2", "loket-3", "loket-4", "loket-5", "loket-6")
STORM = [call(f"A1{place:02}", counter, 950 + place) for place, counter in enumerate(COUNTERS)]

OUTSIDE = """
() => {
  const isOut = (box) => box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
  const seen = [...document.querySelectorAll(".screen *")].filter((one) => !one.closest(".notice-window, .only-spoken"));
  const cut = (one) => one.matches(".screen li, .board ul, .waiting ul, .main-call > p") && (one.scrollWidth > one.clientWidth + 1
    || one.scrollHeight > one.clientHeight + 6 && !one.matches("p")
    || one.getBoundingClientRect().bottom > one.parentElement.getBoundingClientRect().bottom + 1);
  const bad = seen.filter((one) => isOut(one.getBoundingClientRect()) || cut(one));
  return bad.map((one) => `${one.tagName} ${one.className} ${one.textContent}`);
}
"""
"""What stands outside the screen or does not fit its place; what a tight line height lets over is no text."""

CONTRAST_MIN = 7.0
"""WCAG 2.2, 1.4.6, for texts of every size: the brief asks no less of the large ones."""

FADE = "([selector, change]) => (document.querySelector(selector).style.cssText = change)"

SIZE_OF = "(selector) => parseFloat(getComputedStyle(document.querySelector(selector)).fontSize)"


def _opened(
    gallery: Gallery, page_at: PageAt, fixture: str = "rested", size: tuple[int, int] = SIZES[0]
) -> tuple[Stage, Page]:
    stage = gallery.stage("screen", fixture)
    page = page_at(*size)
    page.clock.install()
    page.goto(stage.address())
    expect(page.locator(".main-call")).to_be_visible()
    stage.wait_for_hello()
    return stage, page


def _featured(page: Page, number: str) -> None:
    expect(page.locator(".calls-featured .main-call-number")).to_have_text(number)


def _rests(page: Page, number: str) -> None:
    expect(page.locator(".calls:not(.calls-featured) .main-call-number")).to_have_text(number)


def test_calls_at_once_have_five_seconds_each_and_none_is_skipped(gallery: Gallery, page_at: PageAt) -> None:
    """The call being made fills the eye never less than 5 s; calls at once queue up."""
    stage, page = _opened(gallery, page_at)
    page.clock.pause_at(page.evaluate("Date.now() / 1000") + 1)  # a crowded machine's own delays add up

    stage.show(after(*STORM))
    for one in STORM:
        _featured(page, one.number)
        page.clock.fast_forward(4_900)
        _featured(page, one.number)
        page.clock.fast_forward(100)
    page.clock.fast_forward(7_000)

    _rests(page, STORM[-1].number)


def test_a_call_stays_in_the_eye_as_long_as_it_is_spoken(gallery: Gallery, page_at: PageAt) -> None:
    """Until the voice has finished, then it rests, quieter, until the next one."""
    stage, page = _opened(gallery, page_at)
    speaking, spoken = (call("A042", "loket-1", 950, voice=voice) for voice in ("speaking", "spoken"))

    stage.show(after(speaking))
    _featured(page, "A042")
    page.clock.fast_forward(14_000)
    _featured(page, "A042")
    stage.show(after(spoken))

    _rests(page, "A042")


def test_a_call_waits_for_the_one_that_is_spoken(gallery: Gallery, page_at: PageAt) -> None:
    """One after the other; its number stands at its counter at once."""
    stage, page = _opened(gallery, page_at)
    first = call("A042", "loket-1", 950, voice="speaking")
    second = call("B028", "loket-3", 951)

    stage.show(after(first))
    _featured(page, "A042")
    stage.show(after(first, second))
    expect(page.locator(".board li", has_text="B028")).to_be_visible()
    page.clock.fast_forward(7_000)
    _featured(page, "A042")
    stage.show(after(msgspec.structs.replace(first, voice="spoken"), second))

    _featured(page, "B028")


def test_each_call_is_reported_as_shown_once_when_its_turn_comes(gallery: Gallery, page_at: PageAt) -> None:
    """`report_call` with "shown", over the display's own socket, not again after a reconnect."""
    stage, page = _opened(gallery, page_at)

    stage.show(after(*STORM[:2]))
    assert (950, "shown") == _report(stage, 1)
    page.clock.fast_forward(5_050)
    assert (951, "shown") == _report(stage, 2)
    stage.close(1001)
    stage.wait_for_hello(2)
    stage.show(after(*STORM[:2]))
    _featured(page, STORM[1].number)

    assert [950, 951] == [frame["call"] for frame in stage.commands]


def test_a_call_that_was_taken_back_disappears(gallery: Gallery, page_at: PageAt) -> None:
    """Undo takes it off the screen, also where a hub still lists it as withdrawn."""
    stage, page = _opened(gallery, page_at)

    for gone in (rested(), after(call("A042", "loket-1", 950, voice="withdrawn"))):
        stage.show(after(call("A042", "loket-1", 950, voice="speaking")))
        _featured(page, "A042")
        stage.show(with_calls(rested(), *gone.calls))
        _rests(page, "A041")
        expect(page.get_by_text("A042")).to_have_count(0)


def test_a_repeat_call_is_marked(gallery: Gallery, page_at: PageAt) -> None:
    """So that nobody takes it for a new number."""
    _, page = _opened(gallery, page_at, "recalled")

    expect(page.locator(".main-call-again .both > span")).to_have_text(["Panggilan ulang", "Repeat call"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_headline_speaks_every_language_of_the_hall(gallery: Gallery, page_at: PageAt, lang: str) -> None:
    """Number and counter in each, the page's own language first, one numeral for all; a proper name stands once."""
    labels = {"id": ["Nomor", "Number"], "en": ["Number", "Nomor"]}
    words = {"id": ["Loket", "Counter"], "en": ["Counter", "Loket"]}
    page = page_at(*SIZES[0])

    page.goto(gallery.stage("screen", "called").address(lang))
    expect(page.locator(".main-call-label .both > span")).to_have_text(labels[lang])
    expect(page.locator(".main-call-words .both > span")).to_have_text(words[lang])
    expect(page.locator(".main-call-numeral")).to_have_text("1")
    expect(page.locator(".main-call-counter .only-spoken")).to_have_text(f"{words[lang][0]} 1")
    page.goto(gallery.stage("screen", "named_counter").address(lang))
    expect(page.locator(".main-call-words")).to_have_count(0)
    expect(page.locator(".main-call-numeral")).to_have_text("Anjungan Mandiri")


def test_the_earlier_calls_the_counters_and_the_lines_are_told(gallery: Gallery, page_at: PageAt) -> None:
    """Every counter of the zone with its number or its state, every service with its line, and the clock's zone."""
    _, page = _opened(gallery, page_at, "called")

    expect(page.locator(".last-number")).to_have_text(["A041", "D012", "B027", "E009", "C018"])
    expect(page.locator(".board li")).to_have_count(8)
    expect(page.locator(".board-called .board-number")).to_have_text("A042")
    expect(page.locator(".board-closed .board-state .first")).to_have_text("Tutup")
    expect(page.locator(".waiting li").first).to_have_text("AKTP-el: perekaman dan cetak12")
    expect(page.locator(".screen-clock")).to_have_text("10.04 WIB")
    expect(page.locator("[role=alert]")).to_have_text("Nomor A042, silakan menuju Loket 1.")


def test_a_silent_hub_makes_it_late_and_then_hides_the_numbers(gallery: Gallery, page_at: PageAt) -> None:
    """8 s: a strip with the time of the last news; 60 s: no numbers, "ask at the desk"; then all is well again."""
    stage, page = _opened(gallery, page_at)

    stage.show(after(call("A042", "loket-1", 950)))
    _featured(page, "A042")
    stage.go_silent()
    page.clock.fast_forward(9_000)
    expect(page.locator(".strip-late")).to_contain_text("Kabar terakhir 10.04 WIB")
    expect(page.locator(".main-call-number")).to_be_visible()
    stage.refuse()
    page.clock.fast_forward(60_000)
    expect(page.locator(".cover")).to_contain_text("Please ask at the information desk")
    for gone in (".main-call", ".board", ".waiting", ".last-calls"):
        expect(page.locator(gone)).to_have_count(0)

    stage.welcome()
    page.clock.fast_forward(3_000)
    expect(page.locator(".strip")).to_have_count(0)
    _featured(page, "A042")


def test_it_survives_a_restart_of_the_hub_and_misses_no_call(gallery: Gallery, page_at: PageAt) -> None:
    """What was called and spoken meanwhile is shown all the same."""
    stage, page = _opened(gallery, page_at)

    stage.refuse()
    page.clock.fast_forward(3_000)
    expect(page.locator(".strip-late")).to_be_visible()
    stage.show(after(call("D013", "loket-2", 950, voice="spoken", age_ms=2_000)))
    stage.welcome()
    page.clock.fast_forward(2_500)

    _featured(page, "D013")
    expect(page.locator(".strip")).to_have_count(0)


def test_an_older_database_is_not_taken_for_news_of_this_one(gallery: Gallery, page_at: PageAt) -> None:
    """Call numbers of a restored journal begin anew: 950 is another call now, and is shown and reported."""
    stage, page = _opened(gallery, page_at)

    stage.show(after(call("A042", "loket-1", 950)))
    _featured(page, "A042")
    stage.restore_older(after(call("B007", "loket-3", 950)))

    _featured(page, "B007")
    stage.wait_for_command("report_call", count=2)


def test_before_the_first_call_it_says_so(gallery: Gallery, page_at: PageAt) -> None:
    """An empty screen looks broken; a sentence does not."""
    _, page = _opened(gallery, page_at, "morning")

    expect(page.locator(".main-call")).to_contain_text("Belum ada panggilan")


def test_the_running_text_can_be_stopped(gallery: Gallery, page_at: PageAt) -> None:
    """WCAG 2.2, 2.2.2: what moves longer than five seconds can be paused, by keyboard too."""
    _, page = _opened(gallery, page_at)
    state_of = "() => getComputedStyle(document.querySelector('.notice-belt')).animationPlayState"

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Jalankan teks")).to_be_visible()
    assert page.evaluate(state_of) == "paused"
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Hentikan teks berjalan")).to_be_visible()
    assert page.evaluate(state_of) == "running"


def test_who_wants_no_motion_gets_sentences_that_stand_still(gallery: Gallery, page_at: PageAt) -> None:
    """`prefers-reduced-motion`: one sentence after the other, in every language."""
    stage = gallery.stage("screen", "rested")
    page = page_at(*SIZES[0], reduced_motion="reduce")
    page.clock.install()
    page.goto(stage.address())

    expect(page.locator(".notice-standing")).to_contain_text("bebas dari pungutan liar")
    page.clock.fast_forward(12_100)
    expect(page.locator(".notice-standing")).to_contain_text("Siapkan dokumen asli")
    expect(page.locator(".notice-belt")).to_have_count(0)


@pytest.mark.parametrize("fixture", FIXTURES)
@pytest.mark.parametrize("size", SIZES, ids=("landscape", "upright"))
def test_everything_fits_and_can_be_read_by_everyone(
    gallery: Gallery, page_at: PageAt, fixture: str, size: tuple[int, int]
) -> None:
    """No scrolling, nothing cut in any language; contrast 7:1 (WCAG 2.2, 1.4.6) and nothing serious for axe."""
    page = page_at(*size)
    for lang in LANGUAGES:
        page.goto(gallery.stage("screen", fixture).address(lang))
        expect(page.locator(".main-call")).to_be_visible()
        page.evaluate(ENDED)

        assert (lang, []) == (lang, page.evaluate(OUTSIDE))
        assert (lang, []) == (lang, fainter_than(CONTRAST_MIN, texts_of(page)))
        assert (lang, []) == (lang, _found_by_axe(page))


def test_the_contrast_of_every_text_is_measured_and_a_fainter_colour_is_found(
    gallery: Gallery, page_at: PageAt
) -> None:
    """The control, with what axe does not judge: the counter's numeral of one sign, and the plates of the others."""
    page = page_at(*SIZES[0])
    page.goto(gallery.stage("screen", "called").address())
    expect(page.locator(".main-call-numeral")).to_be_visible()
    page.evaluate(ENDED)
    large = {"main-call-number", "main-call-numeral", "board-number", "last-number"}
    texts = texts_of(page)
    print(f"{len(texts)} texts, the faintest {min(texts, key=lambda one: one.ratio)}")
    assert large <= {name for one in texts for name in one.css_class.split()}
    assert [] == fainter_than(CONTRAST_MIN, texts)

    for selector, change in ((".main-call-numeral", "color: #7a8f88"), (".board-called", "opacity: 0.5")):
        page.evaluate(FADE, [selector, change])
        assert [] != [one for one in fainter_than(CONTRAST_MIN, texts_of(page)) if one not in texts], selector
        page.evaluate(FADE, [selector, ""])
    assert texts == texts_of(page)


@pytest.mark.parametrize("size", SIZES, ids=("landscape", "upright"))
def test_the_call_being_made_can_be_read_from_ten_metres(
    gallery: Gallery, page_at: PageAt, size: tuple[int, int]
) -> None:
    """137 px and more for number and counter, by the sum in screen.css; the longest number and name included."""
    page = page_at(*size)
    for fixture in ("rested", "called", "zone_c", "large"):
        page.goto(gallery.stage("screen", fixture).address())
        expect(page.locator(".main-call-number")).to_be_visible()

        assert page.evaluate(SIZE_OF, ".main-call-number") >= 137
        if fixture != "large":  # its counter has a long proper name, see screen.css
            assert page.evaluate(SIZE_OF, ".main-call-numeral") >= 137


@pytest.mark.parametrize("size", SIZES, ids=("landscape", "upright"))
def test_a_late_and_a_lost_screen_can_be_read_by_everyone(
    gallery: Gallery, page_at: PageAt, size: tuple[int, int]
) -> None:
    """The same rules."""
    stage, page = _opened(gallery, page_at, "rested", size)

    stage.refuse()
    for elapsed_ms, shown in ((3_000, ".strip-late"), (60_000, ".cover")):
        page.clock.fast_forward(elapsed_ms)
        expect(page.locator(shown)).to_be_visible()
        page.evaluate(ENDED)
        assert [] == page.evaluate(OUTSIDE)
        assert [] == fainter_than(CONTRAST_MIN, texts_of(page))
        assert [] == _found_by_axe(page)


def test_where_the_browser_forbids_sound_a_tap_brings_it(gallery: Gallery, page_at: PageAt) -> None:
    """The hub hears "sound_blocked", nothing is begun; after the tap the call that still waits is said.

    A test tool's evaluate(), and with it each expect(), counts as a touch: the hub's side is asked first.
    """
    stage = gallery.stage("screen", "voiced")
    page = page_at(*SIZES[0])
    page.goto(stage.address())
    stage.wait_for_status("sound_blocked")

    stage.show_more("announcer", silent_voice(calls=[call("A042", "loket-1", 950)]))
    prompt = page.get_by_role("button", name="Ketuk untuk suara")
    expect(prompt).to_be_visible()
    assert [] == stage.commands
    prompt.click()
    stage.wait_for_status("ready")
    stage.wait_for_command("report_call", count=2)

    assert ["speaking", "spoken"] == [frame["what"] for frame in stage.commands]
    expect(prompt).to_have_count(0)


def test_the_fixtures_tell_of_one_hall() -> None:
    """A large zone is drawn from the example hall's own counters."""
    assert len(FIXTURES["large"].state.counters) == 14  # type: ignore[union-attr]
    assert hall.config().name == FIXTURES["large"].title


def _report(stage: Stage, count: int) -> tuple[int, str]:
    frame = stage.wait_for_command("report_call", count)
    return frame["call"], frame["what"]


def _found_by_axe(page: Page) -> list[tuple[str, list[str]]]:
    """What has less contrast than 7:1, and whatever else is serious or critical."""
    options = {"rules": {"color-contrast-enhanced": {"enabled": True}}}
    found = Axe().run(page, options=options).response["violations"]
    return [
        (one["id"], [node["html"] for node in one["nodes"]])
        for one in found
        if one["impact"] in GRAVE or one["id"] == "color-contrast-enhanced"
    ]
