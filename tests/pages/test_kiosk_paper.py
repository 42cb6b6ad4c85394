"""The number on the kiosk and its paper: followed while it prints, remembered where none comes.

Source: contract ("Paper"), design ("A citizen takes a ticket").
"""

import pytest
from playwright.sync_api import expect

from queue_server.wire import shapes
from tests.pages.conftest import PageAt
from tests.pages.fixtures import hall
from tests.pages.fixtures.kiosk import fixture
from tests.pages.gallery import Gallery
from tests.pages.kiosk_steps import (
    EACH_LANGUAGE,
    EACH_SIZE,
    LANGUAGES,
    REMEMBER,
    TICKET,
    Check,
    at_result,
    box_of,
    check_fit,
    check_step,
    opened,
    take_button,
    to_confirm,
)

pytestmark = pytest.mark.browser


def test_the_paper_is_followed_from_printing_to_printed(gallery: Gallery, page_at: PageAt) -> None:
    """The kiosk's view tells what became of it (two-phase printing)."""
    stage = gallery.stage("kiosk", "plain")
    page = at_result(page_at, stage, (1080, 1920), "id")
    paper = page.locator(".paper")
    expect(paper).to_have_text("Kertas sedang dicetak…")
    stage.show(state_with_paper("printed"))

    expect(paper).to_have_text("Ambil kertas Anda")


@pytest.mark.parametrize("fate", ["on_screen", "abandoned"])
def test_paper_that_fails_asks_to_remember_and_gives_the_time_for_it(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, fate: shapes.PrintStateName
) -> None:
    """A citizen who is told late that no paper comes has 20 s from then."""
    stage = gallery.stage("kiosk", "plain")
    page = at_result(page_at, stage, (1080, 1920), "id")
    page.clock.fast_forward(15_000)
    stage.show(state_with_paper(fate))
    expect(page.locator(".paper")).to_contain_text(REMEMBER["id"])
    check_step(page, assert_accessible)
    page.clock.fast_forward(15_000)

    expect(page.locator(".big")).to_be_visible()


@EACH_LANGUAGE
@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("paper_out", ("Kertas sedang habis.", "There is no paper left.")),
        ("failed", ("Pencetak sedang terganggu.", "The printer has a fault.")),
        ("offline", ("Pencetak sedang tidak tersambung.", "The printer is not connected.")),
    ],
)
def test_a_printer_without_paper_is_said_before_the_ticket_is_taken(
    gallery: Gallery,
    page_at: PageAt,
    assert_accessible: Check,
    status: shapes.DeviceStatusName,
    words: tuple[str, str],
    lang: str,
) -> None:
    """On the start and beside the button, and the number is shown to be remembered."""
    state = hall.kiosk_state(printer=hall.device("printer-1", status))
    stage = gallery.stage_for(fixture(state=state))
    stage.outcomes["take_ticket"] = hall.accepted(hall.ticket_view(print="on_screen"))
    page = opened(page_at, stage, (1080, 1920), lang)
    said = words[LANGUAGES.index(lang)]
    expect(page.locator(".note")).to_contain_text(said)
    check_step(page, assert_accessible)
    to_confirm(page, lang)
    expect(page.locator(".note")).to_contain_text(said)
    check_step(page, assert_accessible)
    take_button(page, lang).tap()

    expect(page.locator(".paper")).to_contain_text(REMEMBER[lang])


def test_little_paper_is_no_news_for_citizens(gallery: Gallery, page_at: PageAt) -> None:
    """It still prints; the staff see it elsewhere."""
    state = hall.kiosk_state(printer=hall.device("printer-1", "paper_low"))
    page = opened(page_at, gallery.stage_for(fixture(state=state)), (1280, 800), "id")

    expect(page.locator(".note")).to_have_count(0)


@EACH_SIZE
def test_a_kiosk_without_printer_and_public_address_shows_the_number_alone(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, size: tuple[int, int]
) -> None:
    """No QR code where a phone could not follow it (contract, "Paper"); the first in line hears that he is."""
    page = at_result(page_at, gallery.stage("kiosk", "no_printer"), size, "en")
    expect(page.locator(".qr")).to_have_count(0)
    expect(page.locator(".facts")).to_contain_text("You are next")
    expect(page.locator(".paper")).to_contain_text(REMEMBER["en"])
    check_step(page, assert_accessible)


@EACH_SIZE
@pytest.mark.parametrize("number", ["A007", "A1000", "NP1000"])
def test_every_number_fits_on_one_line(
    gallery: Gallery, page_at: PageAt, size: tuple[int, int], number: str
) -> None:
    """Its size follows its length, and the longest name of a service fits below."""
    name = dict.fromkeys(LANGUAGES, "Pajak kendaraan dan pengesahan STNK tahunan, mutasi, balik nama")
    stage = gallery.stage("kiosk", "plain")
    stage.outcomes["take_ticket"] = hall.accepted(hall.ticket_view(number=number, service_name=name))
    page = at_result(page_at, stage, size, "id")
    box = box_of(page.locator(".big"))
    card = box_of(page.locator(".result-number"))

    assert "WIDE" == page.locator(".big").evaluate(
        "one => one.scrollWidth <= one.clientWidth ? 'WIDE' : one.scrollWidth"
    )
    assert card["x"] <= box["x"]
    assert box["x"] + box["width"] <= card["x"] + card["width"]
    check_fit(page)


def state_with_paper(fate: shapes.PrintStateName) -> shapes.KioskState:
    return hall.kiosk_state(tickets=[shapes.KioskTicket(id=TICKET.id, number=TICKET.number, print=fate)])
