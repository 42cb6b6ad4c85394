"""The kiosk where there is no number to be had: closed, full, refused, gone; in words, with what to do next.

Source: contract ("Refusals"), the kiosk's paragraph of the requirements.
"""

import pytest
from playwright.sync_api import expect

from tests.pages.conftest import PageAt
from tests.pages.fixtures import hall
from tests.pages.fixtures.kiosk import fixture
from tests.pages.gallery import Gallery
from tests.pages.kiosk_steps import (
    EACH_LANGUAGE,
    EACH_SIZE,
    LANGUAGES,
    START,
    TICKET,
    Check,
    all_services,
    at_confirm,
    check_step,
    opened,
    replaced,
    take_button,
    tile,
)

pytestmark = pytest.mark.browser

REFUSALS = {
    "SERVICE_CLOSED": ("Layanan ini sudah tutup.", "This service has closed."),
    "LINE_FULL": ("Antrean layanan ini sudah penuh.", "The line for this service is full."),
    "TOO_MANY": ("Terlalu banyak nomor", "Too many tickets"),
    "BUSY": ("Sistem sedang sibuk.", "The system is busy."),
    "EXPIRED": ("Sambungan sempat terputus", "The connection was interrupted"),
    "NEW_CODE": ("(NEW_CODE)", "(NEW_CODE)"),
}


@EACH_SIZE
@EACH_LANGUAGE
def test_closed_and_full_services_say_so_and_cannot_be_chosen(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, size: tuple[int, int], lang: str
) -> None:
    """The fixture's IMEI registration is closed until tomorrow, new passports are full."""
    page = opened(page_at, gallery.stage("kiosk", "plain"), size, lang)
    tile(page, {"id": "Kantor Imigrasi", "en": "Immigration"}[lang]).tap()
    off = page.locator(".tile-off")
    expect(off).to_contain_text({"id": "Antrean penuh", "en": "Line is full"}[lang])
    expect(page.locator(".tiles button")).to_have_count(1)
    check_step(page, assert_accessible)
    page.locator(".foot-button").tap()
    tile(page, {"id": "Bea Cukai", "en": "Customs and Excise"}[lang]).tap()
    expect(off).to_contain_text({"id": "Buka besok 08.04", "en": "Opens tomorrow 08:04"}[lang])
    expect(page.locator(".tiles button")).to_have_count(1)
    check_step(page, assert_accessible)


@pytest.mark.parametrize(
    ("after_h", "words"),
    [
        (3, ("Buka pukul 13.04", "Opens at 13:04")),
        (13, ("Buka pukul 23.04", "Opens at 23:04")),
        (14, ("Buka besok 00.04", "Opens tomorrow 00:04")),
        (3 * 24, ("Buka Jumat 10.04", "Opens Friday 10:04")),
        (9 * 24, ("Buka 3 Desember 10.04", "Opens 3 December 10:04")),
        (None, ("Sedang tutup", "Closed at present")),
    ],
)
def test_a_closed_service_says_when_it_opens(
    gallery: Gallery, page_at: PageAt, after_h: int | None, words: tuple[str, str]
) -> None:
    """Today by the hour, tomorrow by its name, then the weekday, then the date; by the hall's calendar (WIB)."""
    opens_at_ms = None if after_h is None else hall.NOW_MS + after_h * hall.HOUR_MS
    services = [
        replaced(one, open=False, opens_at_ms=opens_at_ms, closes_at_ms=None) for one in all_services()
    ]
    stage = gallery.stage_for(fixture(state=hall.kiosk_state(services=services)))
    page = opened(page_at, stage, (1280, 800), "id")
    expect(page.locator(".tile-hint").first).to_have_text(words[0])
    page.get_by_role("button", name="English").tap()
    expect(page.locator(".tile-hint").first).to_have_text(words[1])


@EACH_LANGUAGE
@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_is_said_in_words(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, code: str, lang: str
) -> None:
    """Each code of the contract that a kiosk can meet; an unknown one shows itself for the staff."""
    stage = gallery.stage("kiosk", "plain")
    stage.outcomes["take_ticket"] = hall.refused(code)
    page = at_confirm(page_at, stage, (1280, 800), lang)
    take_button(page, lang).tap()

    expect(page.get_by_role("alert")).to_contain_text(REFUSALS[code][LANGUAGES.index(lang)])
    check_step(page, assert_accessible)


def test_after_a_refusal_another_try_is_another_command(gallery: Gallery, page_at: PageAt) -> None:
    """A refusal changed nothing: the next press is decided afresh, under an id of its own."""
    stage = gallery.stage("kiosk", "busy")
    page = at_confirm(page_at, stage, (1280, 800), "id")
    take_button(page, "id").tap()
    expect(page.get_by_role("alert")).to_be_visible()
    stage.outcomes["take_ticket"] = hall.accepted(TICKET)
    page.get_by_role("button", name="Coba lagi").tap()
    expect(page.locator(".big")).to_be_visible()

    assert 2 == len({frame["id"] for frame in stage.commands})


def test_a_service_that_closes_under_the_finger_offers_another(gallery: Gallery, page_at: PageAt) -> None:
    """The view changes while the citizen reads: the button does not promise what is gone."""
    stage = gallery.stage("kiosk", "plain")
    page = at_confirm(page_at, stage, (1280, 800), "id")
    stage.show(
        hall.kiosk_state(
            services=[replaced(one, open=False) if one.id == "skck" else one for one in all_services()]
        )
    )
    expect(page.get_by_role("alert")).to_contain_text("Layanan ini sudah tutup.")
    page.get_by_role("button", name="Pilih layanan lain").tap()

    expect(page.locator("h1")).to_have_text("Polres Lamongan")


def test_a_service_that_is_gone_leads_back_to_the_start(gallery: Gallery, page_at: PageAt) -> None:
    """A changed configuration never leaves a citizen before an empty page."""
    stage = gallery.stage("kiosk", "plain")
    page = at_confirm(page_at, stage, (1280, 800), "id")
    stage.show(hall.kiosk_state(services=[one for one in all_services() if one.id != "skck"]))

    expect(page.locator("h1")).to_have_text(START["id"])
