"""What the officer's page shows: the number in hand, its times, what became of its call, who is next, and how sure it is.

Source: the counter page's paragraph of the requirements; product promises 2 and 5; the design's *late* and *lost*.
"""

import re
from collections.abc import Callable

import msgspec
import pytest
from playwright.sync_api import Page, expect

from queue_server.wire import shapes
from queue_server.wire.close_codes import CloseCode
from tests.pages.conftest import PageAt
from tests.pages.counter_steps import main_button, number, opened, said
from tests.pages.fixtures import hall
from tests.pages.fixtures.counter import (
    CALLED,
    FIXTURES,
    LONG,
    SERVING,
    busy,
    fixture,
    foreign,
    last_call,
    view,
    without,
)
from tests.pages.gallery import Gallery
from tests.pages.stage import Stage

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]

PLACES = [name for name in FIXTURES if not name.startswith("choose")]
SIZES = ((1366, 768), (1366, 640), (1920, 1080), (1024, 768))
"""The second is what a browser with its bars leaves of the first."""

OUTSIDE = """
() => {
  const mayScroll = (one) => one.closest(".scroll") !== null;
  const isOut = ({ left, top, right, bottom }) => left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1;
  const isCut = (one) => one.matches(".in-hand, .button, .chip, .side-card, .counter-head, .counter-said, h1, h2")
    && (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline"
      || one.matches(".in-hand, .side-card, .counter-head") && one.scrollHeight > one.clientHeight + 1);
  const seen = [...document.querySelectorAll(".counter *")].filter((one) => !one.closest(".only-spoken, svg") && !mayScroll(one));
  return seen.filter((one) => isOut(one.getBoundingClientRect()) || isCut(one))
    .map((one) => `${one.tagName} ${one.className} ${one.textContent.slice(0, 40)}`);
}
"""
"""What stands outside the window or does not fit its place. The lists may scroll."""


@pytest.mark.parametrize("name", PLACES)
def test_every_situation_fits_every_size_and_pleases_a_reader(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, name: str
) -> None:
    """In both languages; the page itself never scrolls."""
    page = opened(page_at, gallery.stage("counter", name))
    for lang in ("English", "Indonesia"):
        page.get_by_role("button", name=lang).click()
        assert_accessible(page)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert [] == page.evaluate(OUTSIDE), (lang, width, height)


def test_the_number_is_the_largest_thing_and_the_button_the_next(gallery: Gallery, page_at: PageAt) -> None:
    """Read from an arm's length without looking for it; the button is as wide as the work."""
    page = opened(page_at, gallery.stage("counter", "called"))
    size = "one => parseFloat(getComputedStyle(one).fontSize)"
    number_px, button_px = number(page).evaluate(size), main_button(page).evaluate(size)
    others_px = page.evaluate(
        """() => Math.max(...[...document.querySelectorAll(".counter *")]
            .filter((one) => !one.matches(".in-hand-number, .times dd") && !one.closest(".main-button"))
            .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""
    )
    button, work = main_button(page).bounding_box(), page.locator(".counter-work").bounding_box()

    assert number_px >= 5 * button_px
    assert button_px > others_px
    assert button is not None
    assert work is not None
    assert (work["width"], True) == (button["width"], button["height"] >= 80)


def test_waiting_stands_still_and_the_time_since_the_call_runs(gallery: Gallery, page_at: PageAt) -> None:
    """Called a minute and 34 s ago after 19:26 of waiting, by the hub's clock."""
    stage = gallery.stage("counter", "called")
    page = opened(page_at, stage)
    times = page.locator(".times")
    expect(times).to_contain_text(re.compile(r"Waktu tunggu19:26Sejak dipanggil1:[345]\d"))
    stage.go_silent()  # no beat sets the page's clock back
    page.clock.fast_forward(40_000)

    expect(times).to_contain_text(re.compile(r"Waktu tunggu19:26Sejak dipanggil2:[123]\d"))


def test_from_start_on_the_service_time_runs(gallery: Gallery, page_at: PageAt) -> None:
    """Of its own, beginning with the command and not with the call."""
    stage = gallery.stage("counter", "called")
    page = opened(page_at, stage)
    stage.show(view(ticket=SERVING))

    expect(page.locator(".times")).to_contain_text(re.compile(r"Waktu layanan1:[0-3]\d"))
    expect(page.locator(".ticket-state")).to_contain_text("Sedang dilayani")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (last_call(), ("Tampil di 2 dari 2 layar", "Diucapkan 10.02.39")),
        (last_call(shown=3, screens=4), ("Tampil di 3 dari 4 layar", "Diucapkan 10.02.39")),
        (last_call(shown=0), ("Tidak tampil di satu pun dari 2 layar", "Diucapkan 10.02.39")),
        (
            last_call(voice="speaking", spoken_at_ms=None),
            ("Tampil di 2 dari 2 layar", "Mulai diucapkan 10.02.33, belum dipastikan"),
        ),
        (last_call(voice="dropped"), ("Tampil di 2 dari 2 layar", "Tidak diucapkan")),
        (last_call(voice="pending"), ("Tampil di 2 dari 2 layar", "Belum diucapkan")),
    ],
)
def test_the_officer_sees_on_how_many_screens_and_when_spoken(
    gallery: Gallery, page_at: PageAt, call: shapes.LastCall, words: tuple[str, str]
) -> None:
    """Promise 2: "shown on 3 of 4 screens, spoken 10:04:07", and what is not confirmed is not claimed."""
    page = opened(page_at, gallery.stage_for(fixture(view(last_call=call))))

    for row, expected in zip(page.locator(".report").all(), words, strict=True):
        expect(row).to_contain_text(expected)


def test_silence_of_the_line_is_not_held_against_the_screens(gallery: Gallery, page_at: PageAt) -> None:
    """A page that hears nothing knows nothing: "not shown" is said of screens, never of a lost line."""
    call = last_call(shown=0, called_at_ms=hall.NOW_MS - 1_000, voice="pending", spoken_at_ms=None)
    stage = gallery.stage_for(fixture(view(last_call=call)))
    page = opened(page_at, stage)
    expect(page.locator(".report").first).to_contain_text("Menunggu giliran tampil")
    stage.go_silent()
    page.clock.fast_forward(30_000)
    expect(page.locator(".strip-late")).to_be_visible()

    expect(page.locator(".report").first).to_contain_text("Menunggu giliran tampil")
    expect(page.locator(".report").last).to_contain_text("Menunggu giliran diucapkan")


def test_the_report_of_another_ticket_is_not_shown(gallery: Gallery, page_at: PageAt) -> None:
    """After an undo the ticket in hand is not the one of the last call."""
    page = opened(page_at, gallery.stage_for(fixture(view(last_call=last_call(number="A001")))))
    expect(number(page)).to_have_text("D012")

    expect(page.locator(".reports")).to_have_count(0)


def test_those_who_wait_have_no_number_and_no_category(gallery: Gallery, page_at: PageAt) -> None:
    """Promise 5: identity is hidden until called. Service and waiting time are all there is, oldest first."""
    page = opened(page_at, gallery.stage("counter", "ready"))
    rows = page.locator(".line-row")
    expect(rows).to_have_count(17)
    expect(rows.first).to_have_text("DKartu Identitas Anak (KIA)19 menit")
    expect(page.locator(".side-count")).to_have_text("17")

    assert [] == [one for one in rows.all_inner_texts() if "waiting-" in one]
    expect(rows.locator("button, a")).to_have_count(0)


def test_more_than_fifty_are_counted_and_said(gallery: Gallery, page_at: PageAt) -> None:
    """The view holds fifty; the rest is a number at the end of the list."""
    page = opened(page_at, gallery.stage("counter", "busy"))

    expect(page.locator(".line > li").last).to_have_text("dan 30 lagi")


def test_the_category_shows_for_the_ticket_in_his_own_hand_only(gallery: Gallery, page_at: PageAt) -> None:
    """Its holder and staff who serve him know it (contract); whoever looks at another's counter does not."""
    elderly = msgspec.structs.replace(CALLED, category="elderly")
    stage = gallery.stage_for(fixture(view(ticket=elderly)))
    page = opened(page_at, stage)
    expect(page.locator(".ticket-service")).to_contain_text("Prioritas: lanjut usia")
    stage.show(foreign(ticket=elderly))
    expect(main_button(page)).to_contain_text("Ambil alih loket")

    expect(page.locator("body")).not_to_contain_text("lanjut usia")


def test_a_new_number_is_told_to_a_screen_reader_and_to_the_tab(gallery: Gallery, page_at: PageAt) -> None:
    """An officer who works in another program beside it finds it in the window's title."""
    stage = gallery.stage("counter", "ready")
    page = opened(page_at, stage)
    expect(page).to_have_title("(17) · Loket 2 · MPP Kabupaten Lamongan")
    stage.show(view(ticket=LONG))

    expect(page.locator(".only-spoken[role=status]")).to_have_text("Nomor SP1024, Sedang dilayani.")
    expect(page).to_have_title("SP1024 · Loket 2 · MPP Kabupaten Lamongan")


def test_warnings_are_counted_and_told_in_words(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """What concerns this counter and its zone, with since when."""
    page = opened(page_at, gallery.stage("counter", "unheard"))
    expect(page.locator(".head-warnings")).to_contain_text("3")
    page.keyboard.press("w")
    dialog = page.get_by_role("dialog")

    expect(dialog).to_contain_text("Panggilan D011 tidak diucapkan.")
    expect(dialog).to_contain_text("Pengeras suara zona ini tidak tersambung.")
    expect(dialog).to_contain_text("Sejak 09.55.")
    expect(dialog).to_contain_text("Layar screen-a-2 tidak tersambung.")
    assert_accessible(page)


def test_an_old_picture_is_called_old(gallery: Gallery, page_at: PageAt, assert_accessible: Check) -> None:
    """8 s without a sign of life: *late*, with the time of the last news; the numbers stay."""
    stage = gallery.stage("counter", "called")
    page = opened(page_at, stage)
    stage.go_silent()
    page.clock.fast_forward(9_000)

    expect(page.locator(".strip-late")).to_contain_text("Data mungkin tidak terbaru.")
    expect(number(page)).to_be_visible()
    assert_accessible(page)


def test_a_lost_page_hides_every_number_and_sends_nothing(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """60 s: a number that nobody confirms is no number; an open dialog with one closes too. And it comes back."""
    stage = gallery.stage_for(fixture(busy()))
    page = opened(page_at, stage)
    page.keyboard.press("h")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("C031")
    stage.refuse()
    page.clock.fast_forward(62_000)
    expect(page.locator(".strip-lost")).to_be_visible()
    for hidden in ("SP1024", "C031", "80", "190"):
        expect(page.locator("body")).not_to_contain_text(hidden)
    page.keyboard.press("n")
    expect(said(page)).to_have_text("Tidak tersambung ke pusat antrean.")
    assert_accessible(page)
    stage.welcome()
    page.clock.fast_forward(4_000)

    expect(number(page)).to_have_text("SP1024")
    assert [] == stage.commands


def test_a_session_that_ended_leads_to_the_sign_in(gallery: Gallery, page_at: PageAt) -> None:
    """And back to this counter."""
    stage = gallery.stage("counter", "called")
    page = opened(page_at, stage)
    stage.dismiss(CloseCode.UNAUTHENTICATED)

    expect(page.get_by_role("link", name="Masuk kembali")).to_have_attribute(
        "href", "/sign-in?next=/counter/called"
    )
    expect(page.locator("body")).not_to_contain_text("D012")


def test_a_slow_answer_says_that_the_press_was_heard(gallery: Gallery, page_at: PageAt) -> None:
    """Else a finger presses again and again."""
    stage = gallery.stage("counter", "called")
    page = opened(page_at, stage)
    stage.go_silent()
    page.keyboard.press("n")
    stage.wait_for_command("call_next")
    page.clock.fast_forward(700)

    expect(said(page)).to_have_text("Mengirim…")


def test_a_day_of_work_leaves_nothing_behind(gallery: Gallery, page_at: PageAt) -> None:
    """It works all day without a reload: views, dialogs and messages come and go; nodes and listeners stay few."""
    stage = gallery.stage("counter", "called")
    page = opened(page_at, stage)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def held() -> dict[str, float]:
        session.send("HeapProfiler.collectGarbage")
        metrics = session.send("Performance.getMetrics")["metrics"]
        return {one["name"]: one["value"] for one in metrics}

    live_through(page, stage, rounds=20)
    before = held()
    live_through(page, stage, rounds=100)
    after = held()

    assert after["JSEventListeners"] <= before["JSEventListeners"] + 5
    assert after["Nodes"] <= before["Nodes"] + 100
    assert after["JSHeapUsedSize"] <= before["JSHeapUsedSize"] + 500_000


def live_through(page: Page, stage: Stage, rounds: int) -> None:
    """A citizen comes, a dialog is opened and left, the citizen goes."""
    for place in range(rounds):
        ticket = msgspec.structs.replace(SERVING, id=f"t{place}", number=f"A{place:03}")
        stage.show(view(ticket=ticket, undo_until_at_ms=stage.now_ms() + 5_000))
        expect(number(page)).to_have_text(ticket.number)
        page.keyboard.press("tgb"[place % 3])
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("s")
        stage.show(without())
        expect(number(page)).to_have_count(0)
        page.clock.fast_forward(3_000)
