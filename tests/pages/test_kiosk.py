"""The kiosk page: one citizen, few touches, one number, and back to the start by itself.

Source: the kiosk's paragraph of the requirements, contract ("Doing it once"), design ("A citizen takes a ticket").
"""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.pages.conftest import PageAt
from tests.pages.fixtures import hall
from tests.pages.fixtures.kiosk import fixture
from tests.pages.gallery import Gallery
from tests.pages.kiosk_steps import (
    AGENCY,
    EACH_LANGUAGE,
    EACH_SIZE,
    PRIORITY,
    SERVICE,
    START,
    TICKET,
    Check,
    all_services,
    at_confirm,
    at_result,
    check_fit,
    check_step,
    decoded,
    no_outcome,
    opened,
    replaced,
    tab_to,
    take_button,
    tile,
    wish_of,
)

pytestmark = pytest.mark.browser

ELDERLY = {"id": "Lanjut usia", "en": "Older person"}
CHOSEN = {"id": "Antrean prioritas dipilih", "en": "Priority service chosen"}
LANGUAGE = {"id": "Indonesia", "en": "English"}
OTHER = {"id": "en", "en": "id"}

WAITING = next(one.waiting for one in all_services() if one.id == "skck")
LINE = {"id": f"{WAITING} orang menunggu", "en": f"{WAITING} waiting"}
LINE_FACT = {"id": f"Menunggu sekarang{WAITING} orang", "en": f"Waiting now{WAITING}"}


@EACH_SIZE
@EACH_LANGUAGE
def test_four_touches_lead_from_the_start_to_a_number(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, size: tuple[int, int], lang: str
) -> None:
    """Agency, service, what to bring, number: nothing scrolls, all can be hit, and axe is content with every step."""
    stage = gallery.stage("kiosk", "plain")
    page = opened(page_at, stage, size, lang)
    check_step(page, assert_accessible)
    tile(page, AGENCY[lang]).tap()
    check_step(page, assert_accessible)
    expect(tile(page, SERVICE[lang]).locator(".tile-hint")).to_contain_text(LINE[lang])
    tile(page, SERVICE[lang]).tap()
    expect(page.locator(".facts")).to_contain_text(LINE_FACT[lang])
    expect(page.locator(".bring li")).to_have_count(6)
    check_step(page, assert_accessible)
    take_button(page, lang).tap()

    expect(page.locator(".big")).to_have_text(TICKET.number)
    expect(page.locator(".facts")).to_contain_text("3")
    check_step(page, assert_accessible)
    assert {"service": "skck", "category": "regular", "language": lang} == wish_of(stage)
    assert f"https://antrean.lamongankab.go.id/t/{TICKET.id}" == decoded(page.locator(".qr"))


@EACH_SIZE
@EACH_LANGUAGE
def test_priority_is_asked_with_dignity_and_never_named_again(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, size: tuple[int, int], lang: str
) -> None:
    """The six groups of UU 25/2009, art. 29; the choice travels in the command and appears on no later screen."""
    stage = gallery.stage("kiosk", "plain")
    page = at_confirm(page_at, stage, size, lang)
    page.get_by_role("button", name=PRIORITY[lang]).tap()
    expect(page.locator(".tiles-priority button")).to_have_count(6)
    check_step(page, assert_accessible)
    page.get_by_role("button", name=ELDERLY[lang]).tap()
    expect(page.locator(".priority-chosen")).to_be_visible()
    check_step(page, assert_accessible)
    expect(page.locator("body")).not_to_contain_text(ELDERLY[lang])
    take_button(page, lang).tap()

    expect(page.locator(".big")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text(ELDERLY[lang])
    assert "elderly" == wish_of(stage)["category"]


def test_a_chosen_priority_can_be_changed_and_taken_back(gallery: Gallery, page_at: PageAt) -> None:
    """A touch on the wrong tile binds nobody, and the screen fits with the way back on it."""
    stage = gallery.stage("kiosk", "plain")
    page = at_confirm(page_at, stage, (1280, 800), "id")
    page.get_by_role("button", name=PRIORITY["id"]).tap()
    page.get_by_role("button", name="Ibu hamil").tap()
    page.locator(".priority-chosen").tap()
    expect(page.get_by_role("button", name="Ibu hamil")).to_have_attribute("aria-pressed", "true")
    check_fit(page)
    page.get_by_role("button", name="Tanpa prioritas").tap()
    take_button(page, "id").tap()

    assert "regular" == wish_of(stage)["category"]


def test_priority_is_forgotten_with_the_service(gallery: Gallery, page_at: PageAt) -> None:
    """Going back to the services begins the choice anew; the next citizen inherits nothing."""
    stage = gallery.stage("kiosk", "plain")
    page = at_confirm(page_at, stage, (1280, 800), "id")
    page.get_by_role("button", name=PRIORITY["id"]).tap()
    page.get_by_role("button", name="Ibu hamil").tap()
    page.get_by_role("button", name="Kembali").tap()
    tile(page, SERVICE["id"]).tap()
    take_button(page, "id").tap()

    assert "regular" == wish_of(stage)["category"]


def test_a_double_tap_makes_one_ticket(gallery: Gallery, page_at: PageAt) -> None:
    """Two presses in the same moment, before anything could be drawn, are one command (contract, "Doing it once")."""
    stage = gallery.stage("kiosk", "plain")
    page = at_confirm(page_at, stage, (1080, 1920), "id")
    take_button(page, "id").evaluate("button => { button.click(); button.click(); }")
    expect(page.locator(".big")).to_be_visible()

    assert ["take_ticket"] == [frame["command"] for frame in stage.commands]


def test_nothing_can_be_pressed_while_a_ticket_is_taken(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """The button says that it works, after 3 s that the line is slow; there is no way back from a press."""
    stage = gallery.stage("kiosk", "plain")
    stage.outcomes["take_ticket"] = no_outcome
    page = at_confirm(page_at, stage, (1080, 1920), "id")
    take_button(page, "id").tap()
    expect(page.get_by_role("button", name="Mengambil nomor…")).to_be_disabled()
    expect(page.get_by_role("button", name="Kembali")).to_be_disabled()
    expect(page.get_by_role("button", name=PRIORITY["id"])).to_be_disabled()
    page.clock.fast_forward(3_100)
    expect(page.locator(".take-slow")).to_contain_text("Sambungan sedang lambat.")
    check_step(page, assert_accessible)


@EACH_LANGUAGE
def test_the_whole_way_can_be_gone_with_the_keyboard(gallery: Gallery, page_at: PageAt, lang: str) -> None:
    """Tab and Enter choose, language and priority too; Escape goes back; focus starts at each step's heading."""
    stage = gallery.stage("kiosk", "plain")
    page = opened(page_at, stage, (1280, 800), OTHER[lang])
    expect(page.locator("h1")).to_be_focused()
    _press(page, page.get_by_role("button", name=LANGUAGE[lang]))
    expect(page.locator("h1")).to_have_text(START[lang])
    _press(page, tile(page, AGENCY[lang]))
    expect(page.locator("h1")).to_be_focused()
    _press(page, tile(page, SERVICE[lang]))
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("Escape")
    _press(page, tile(page, SERVICE[lang]))
    _press(page, page.get_by_role("button", name=PRIORITY[lang]))
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("Escape")
    _press(page, page.get_by_role("button", name=PRIORITY[lang]))
    _press(page, page.get_by_role("button", name=ELDERLY[lang]))
    expect(page.locator(".priority-chosen")).to_contain_text(CHOSEN[lang])
    _press(page, take_button(page, lang))
    expect(page.locator(".big")).to_be_visible()
    _press(page, page.get_by_role("button", name={"id": "Selesai", "en": "Done"}[lang], exact=True))

    expect(page.locator("h1")).to_have_text(START[lang])
    assert {"service": "skck", "category": "elderly", "language": lang} == wish_of(stage)
    assert 1 == len(stage.commands)


def _press(page: Page, wanted: Locator) -> None:
    """With the keyboard alone."""
    expect(wanted).to_be_enabled()
    tab_to(page, wanted)
    page.keyboard.press("Enter")


def test_the_language_can_be_changed_on_every_step(gallery: Gallery, page_at: PageAt) -> None:
    """The choice is always in sight, keeps the step, and goes onto the ticket."""
    stage = gallery.stage("kiosk", "plain")
    page = at_confirm(page_at, stage, (1080, 1920), "id")
    page.get_by_role("button", name="English").tap()
    expect(page.locator("h1")).to_have_text(SERVICE["en"])
    take_button(page, "en").tap()
    expect(page.locator("h1")).to_have_text("Your number")
    page.get_by_role("button", name="Indonesia").tap()
    expect(page.locator("h1")).to_have_text("Nomor antrean Anda")

    assert "en" == wish_of(stage)["language"]


def test_an_agency_with_one_open_service_goes_straight_to_it(gallery: Gallery, page_at: PageAt) -> None:
    """No needless step; the way back leads to the agencies."""
    services = [
        replaced(one, open=True, opens_at_ms=None) if one.agency == "adm" else one for one in all_services()
    ]
    stage = gallery.stage_for(fixture(state=hall.kiosk_state(services=services)))
    page = opened(page_at, stage, (1080, 1920), "id")
    tile(page, "Anjungan Dukcapil Mandiri").tap()
    expect(page.locator("h1")).to_have_text("Cetak dokumen mandiri")
    page.get_by_role("button", name="Kembali").tap()

    expect(page.locator("h1")).to_have_text(START["id"])


def test_an_idle_visit_ends_after_30_s_and_says_so_before(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """The next citizen finds the start, in the hall's own language."""
    page = at_confirm(page_at, gallery.stage("kiosk", "plain"), (1080, 1920), "en")
    page.clock.fast_forward(21_000)
    expect(page.locator(".foot-quiet")).to_contain_text("Touch the screen to go on.")
    expect(
        take_button(page, "en")
    ).to_be_enabled()  # for a moment the skipped seconds looked like the hub's silence
    check_step(page, assert_accessible)
    page.clock.fast_forward(10_000)

    expect(page.locator("h1")).to_have_text(START["id"])


def test_a_touch_begins_the_idle_time_anew(gallery: Gallery, page_at: PageAt) -> None:
    """Whoever touches the screen is there."""
    page = at_confirm(page_at, gallery.stage("kiosk", "plain"), (1080, 1920), "id")
    page.clock.fast_forward(25_000)
    page.locator(".bring").tap()
    page.clock.fast_forward(25_000)

    expect(page.locator("h1")).to_have_text(SERVICE["id"])


def test_the_number_goes_after_20_s_but_not_under_a_finger(gallery: Gallery, page_at: PageAt) -> None:
    """The countdown is in sight and stands still while the screen is touched."""
    page = at_result(page_at, gallery.stage("kiosk", "plain"), (1080, 1920), "id")
    expect(page.locator(".foot-quiet")).to_contain_text("detik")
    page.mouse.move(500, 300)
    page.mouse.down()
    page.clock.fast_forward(30_000)
    expect(page.locator(".big")).to_be_visible()
    page.mouse.up()
    page.clock.fast_forward(18_000)
    expect(page.locator(".big")).to_be_visible()
    page.clock.fast_forward(2_500)

    expect(page.locator("h1")).to_have_text(START["id"])


def test_a_screen_that_is_touched_for_ever_comes_back_too(gallery: Gallery, page_at: PageAt) -> None:
    """A bag on the shelf, a drop of rain: after a minute a touch counts no longer."""
    page = at_result(page_at, gallery.stage("kiosk", "plain"), (1080, 1920), "id")
    page.mouse.move(500, 300)
    page.mouse.down()
    page.clock.run_for(61_000)
    page.clock.run_for(21_000)

    expect(page.locator("h1")).to_have_text(START["id"])


def test_done_leads_to_the_start_at_once(gallery: Gallery, page_at: PageAt) -> None:
    """Nobody waits for a countdown."""
    page = at_result(page_at, gallery.stage("kiosk", "plain"), (1280, 800), "id")
    page.get_by_role("button", name="Selesai").tap()

    expect(page.locator("h1")).to_have_text(START["id"])
