"""The choice of counters: those at which an officer may sit, found by typing, and nothing for anyone else."""

from collections.abc import Callable

import msgspec
import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import PageAt
from tests.pages.fixtures import hall
from tests.pages.fixtures.counter import SIZES, chooser
from tests.pages.gallery import Gallery
from tests.pages.stage import Stage

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]


@pytest.mark.parametrize("name", ["choose", "choose_few", "choose_none"])
def test_the_choice_pleases_a_reader_in_both_languages(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, name: str
) -> None:
    """At every size nothing is wider than the window; it may be longer."""
    page = opened(page_at, gallery.stage("counter", name))
    for lang in ("English", "Indonesia"):
        page.get_by_role("button", name=lang).click()
        assert_accessible(page)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (lang, width)


def test_only_the_counters_of_the_account_are_offered(gallery: Gallery, page_at: PageAt) -> None:
    """By zone, with their services and how they stand."""
    page = opened(page_at, gallery.stage("counter", "choose_few"))
    rows = page.locator(".chooser-counter")

    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Loket 2")
    expect(rows.first).to_contain_text("Dipakai")
    expect(rows.first).to_contain_text("Kartu Identitas Anak (KIA)")
    expect(page.locator(".chooser-zone")).to_have_text(["Zona A: Kependudukan"])


def test_without_a_counter_the_officer_reads_what_to_do(gallery: Gallery, page_at: PageAt) -> None:
    """An empty page would look broken."""
    page = opened(page_at, gallery.stage("counter", "choose_none"))

    expect(page.locator(".note-warn")).to_contain_text("Belum ada loket untuk akun ini.")


def test_a_number_and_enter_lead_to_the_counter(gallery: Gallery, page_at: PageAt) -> None:
    """The field has the focus from the start; the language goes along."""
    stage = gallery.stage("counter", "choose")
    page = opened(page_at, stage, lang="en")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("loket 12")
    expect(page.locator(".chooser-counter")).to_have_count(1)
    page.route("**/halls/**", lambda route: route.fulfill(body="there"))
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/halls/{stage.key}/counter/loket-12?lang=en")


def test_arrows_walk_through_what_was_found(gallery: Gallery, page_at: PageAt) -> None:
    """Two counters serve the police clearance."""
    page = opened(page_at, gallery.stage("counter", "choose"))
    page.keyboard.type("skck")
    expect(page.locator(".chooser-counter")).to_have_count(2)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")

    expect(page.locator(".chooser-counter").nth(1)).to_be_focused()


def test_what_does_not_exist_is_said(gallery: Gallery, page_at: PageAt) -> None:
    """And Enter leads nowhere."""
    page = opened(page_at, gallery.stage("counter", "choose"))
    page.keyboard.type("kantin")
    page.keyboard.press("Enter")

    expect(page.locator("#find-hint")).to_have_text("Tidak ada yang cocok.")


def test_the_states_follow_the_hall_and_hide_when_it_is_lost(gallery: Gallery, page_at: PageAt) -> None:
    """A free counter that was taken meanwhile says so; an old state is not shown as a current one."""
    stage = gallery.stage_for(chooser(["loket-7"]))
    page = opened(page_at, stage)
    chip = page.locator(".chooser-counter .chip")
    expect(chip).to_have_text("Bebas")
    opened_now = [
        msgspec.structs.replace(one, state="open") if one.id == "loket-7" else one for one in hall.counters()
    ]
    stage.show(hall.hall_view(counters=opened_now))
    expect(chip).to_have_text("Dipakai")
    stage.refuse()
    page.clock.fast_forward(62_000)

    expect(chip).to_have_count(0)
    expect(page.locator(".strip-lost")).to_be_visible()


def test_leaving_signs_out_and_a_failure_is_said(gallery: Gallery, page_at: PageAt) -> None:
    """The next one at this machine must not be taken for the last."""
    page = opened(page_at, gallery.stage("counter", "choose"), allowed=("503",))
    gallery.replies["/api/v1/session"] = (503, {"code": "BUSY"})
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_role("alert")).to_contain_text("Belum keluar")
    gallery.replies["/api/v1/session"] = (200, {})
    page.route("**/sign-in", lambda route: route.fulfill(body="signed out"))
    page.get_by_role("button", name="Keluar").click()

    page.wait_for_url("**/sign-in")


def test_in_a_demonstration_nobody_signs_out(gallery: Gallery, page_at: PageAt) -> None:
    """Nobody signed in: the page has its token in itself."""
    page = opened(page_at, gallery.stage_for(chooser(token="demo")))

    expect(page.get_by_role("button", name="Keluar")).to_have_count(0)


def opened(page_at: PageAt, stage: Stage, *, lang: str = "id", allowed: tuple[str, ...] = ()) -> Page:
    """With a clock that the test can move, and connected."""
    page = page_at(*SIZES[0], allowed)
    page.clock.install()
    page.goto(stage.address(lang))
    expect(page.locator("h1")).to_be_visible()
    stage.wait_for_hello()
    return page
