"""The kiosk without its hub: late, lost, sent away, and the number that comes for somebody who has left.

Source: contract ("Doing it once"), design ("A screen comes back").
"""

import pytest
from playwright.sync_api import Page, expect

from queue_server.wire.messages import Outcome
from tests.pages.conftest import PageAt
from tests.pages.fixtures import hall
from tests.pages.gallery import Gallery
from tests.pages.kiosk_steps import (
    AGENCY,
    EACH_LANGUAGE,
    EACH_SIZE,
    TICKET,
    Check,
    at_confirm,
    at_result,
    check_step,
    no_outcome,
    opened,
    take_button,
    tile,
)
from tests.pages.stage import Stage

pytestmark = pytest.mark.browser

CONNECT_WITHIN_MS = 3_000
"""After so long the page gives up a connection that stays without a view, and tries another (design)."""

LEFT_AFTER_MS = 15_100
"""A moment more than a citizen waits for the outcome of his touch."""

WHERE_TO_ASK = ("petugas di pintu masuk", "the staff at the entrance")


@EACH_SIZE
def test_while_late_no_ticket_can_be_begun(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, size: tuple[int, int]
) -> None:
    """The strip says since when, the buttons wait, and all is as before when the hub is back."""
    stage = gallery.stage("kiosk", "plain")
    page = at_confirm(page_at, stage, size, "id")
    stage.go_silent()
    page.clock.fast_forward(9_000)
    expect(page.locator(".strip-late")).to_be_visible()
    expect(page.get_by_role("button", name="Menunggu sambungan…")).to_be_disabled()
    check_step(page, assert_accessible)
    page.get_by_role("button", name="Kembali").tap()
    page.get_by_role("button", name="Kembali").tap()
    expect(page.locator(".tiles button:enabled")).to_have_count(0)
    check_step(page, assert_accessible)
    stage.welcome()
    page.clock.fast_forward(CONNECT_WITHIN_MS)

    expect(page.locator(".tiles button:disabled")).to_have_count(0)
    assert [] == stage.commands


@EACH_SIZE
@EACH_LANGUAGE
def test_the_fullest_screen_still_fits(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, size: tuple[int, int], lang: str
) -> None:
    """Six things to bring, a number that did not come and a line that is late, with nothing to scroll for."""
    stage = gallery.stage("kiosk", "plain")
    stage.outcomes["take_ticket"] = no_outcome
    page = at_confirm(page_at, stage, size, lang)
    take_button(page, lang).tap()
    stage.wait_for_command("take_ticket")
    stage.go_silent()
    page.clock.fast_forward(LEFT_AFTER_MS)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator(".strip-late")).to_be_visible()
    expect(page.locator(".bring li")).to_have_count(6)

    check_step(page, assert_accessible)


def test_while_late_nobody_hears_of_paper(gallery: Gallery, page_at: PageAt) -> None:
    """One thing at a time: there is no ticket to be had at this moment, with paper or without."""
    stage = gallery.stage("kiosk", "paper_out")
    page = at_confirm(page_at, stage, (1080, 1920), "id")
    expect(page.locator(".note")).to_contain_text("Kertas sedang habis.")
    stage.go_silent()
    page.clock.fast_forward(9_000)
    expect(page.locator(".strip-late")).to_be_visible()

    expect(page.locator(".note")).to_have_count(0)


@EACH_SIZE
@EACH_LANGUAGE
def test_a_lost_hub_covers_the_page_and_says_where_to_ask(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, size: tuple[int, int], lang: str
) -> None:
    """No number of a minute ago is shown, the next one hears it in either language; the page comes back by itself."""
    stage = gallery.stage("kiosk", "plain")
    page = opened(page_at, stage, size, lang)
    stage.refuse()
    page.clock.fast_forward(61_000)
    for where in WHERE_TO_ASK:
        expect(page.get_by_role("alert")).to_contain_text(where)
    expect(page.locator(".tile")).to_have_count(0)
    check_step(page, assert_accessible)
    stage.welcome()
    page.clock.fast_forward(CONNECT_WITHIN_MS)

    expect(page.locator(".tiles-agency")).to_be_visible()


def test_a_page_that_was_sent_away_tells_the_staff_the_code(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """A token that is no longer good: nobody but the staff can help."""
    stage = gallery.stage("kiosk", "plain")
    page = opened(page_at, stage, (1080, 1920), "id")
    stage.close(4401)
    expect(page.get_by_role("alert")).to_contain_text("Kode 4401")
    check_step(page, assert_accessible)


def test_a_link_that_breaks_after_the_tap_and_comes_back_in_time_gives_the_number(
    gallery: Gallery, page_at: PageAt
) -> None:
    """The command is kept under its id and asked again on the next connection."""
    stage = gallery.stage("kiosk", "plain")
    stage.outcomes["take_ticket"] = no_outcome
    page = at_confirm(page_at, stage, (1080, 1920), "id")
    take_button(page, "id").tap()
    first = stage.wait_for_command("take_ticket")
    stage.outcomes["take_ticket"] = hall.accepted(TICKET)
    stage.close(1001)
    again = stage.wait_for_command("take_ticket", count=2)

    expect(page.locator(".big")).to_have_text(TICKET.number)
    assert first["id"] == again["id"]
    assert 0 == len([frame for frame in stage.commands if frame["command"] == "cancel_ticket"])


@EACH_LANGUAGE
def test_a_number_that_comes_after_15_s_is_cancelled_and_that_is_said(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, lang: str
) -> None:
    """Nobody is called who has left (contract, "Doing it once"); who stayed is told that the number is void."""
    stage = gallery.stage("kiosk", "plain")
    page = left_waiting(page_at, stage, lang)
    cancel = stage.wait_for_command("cancel_ticket")
    said = {"id": f"Nomor {TICKET.number} dibatalkan", "en": f"Number {TICKET.number} was cancelled"}[lang]
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.locator(".big")).to_have_count(0)
    check_step(page, assert_accessible)
    page.locator(".foot-button").tap()
    page.locator(".foot-button").tap()
    expect(page.get_by_role("alert")).to_contain_text(said)
    check_step(page, assert_accessible)
    tile(page, AGENCY[lang]).tap()

    expect(page.get_by_role("alert")).to_have_count(0)
    assert TICKET.id == cancel["ticket"]


def test_a_cancellation_that_came_too_late_is_asked_again(gallery: Gallery, page_at: PageAt) -> None:
    """An outage within the outage: EXPIRED says that nothing was done, so it is still to be done."""
    answers = [hall.refused("EXPIRED"), hall.refused("BUSY", retry_after_ms=1), cancelled()]
    stage = gallery.stage("kiosk", "plain")
    stage.outcomes["cancel_ticket"] = lambda _: answers.pop(0)
    page = left_waiting(page_at, stage, "id")

    expect(page.get_by_role("alert")).to_contain_text("dibatalkan")
    assert 3 == len({one["id"] for one in stage.commands if one["command"] == "cancel_ticket"})


def test_a_ticket_that_was_called_meanwhile_is_left_as_it_is(gallery: Gallery, page_at: PageAt) -> None:
    """WRONG_STATE: it is at a counter; nothing is said of a cancellation that did not happen."""
    stage = gallery.stage("kiosk", "plain")
    stage.outcomes["cancel_ticket"] = hall.refused("WRONG_STATE")
    page = left_waiting(page_at, stage, "id")
    stage.wait_for_command("cancel_ticket")

    expect(page.get_by_role("button", name="Coba lagi")).to_be_enabled()
    expect(page.get_by_role("alert")).not_to_contain_text("dibatalkan")


def test_a_number_on_show_stays_though_the_hub_is_lost(gallery: Gallery, page_at: PageAt) -> None:
    """It was issued and is on disk: it is the citizen's, and he may still be writing it down."""
    stage = gallery.stage("kiosk", "plain")
    page = at_result(page_at, stage, (1080, 1920), "id")
    stage.refuse()
    page.mouse.move(500, 300)
    page.mouse.down()
    page.clock.fast_forward(50_000)
    page.mouse.up()
    page.clock.fast_forward(12_000)
    expect(page.locator(".strip-lost")).to_be_visible()
    expect(page.locator(".big")).to_have_text(TICKET.number)
    page.clock.fast_forward(9_000)

    expect(page.locator(".cover")).to_be_visible()


def test_a_doubtful_clock_is_a_note_for_staff(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """Citizens go on; who passes by can see it."""
    page = opened(page_at, gallery.stage("kiosk", "clock_in_doubt"), (1080, 1920), "id")
    expect(page.locator(".staff-note")).to_contain_text("Untuk petugas")
    check_step(page, assert_accessible)


def left_waiting(page_at: PageAt, stage: Stage, lang: str) -> Page:
    """15 s without an outcome; then the hub answers that the ticket had been issued."""
    stage.outcomes["take_ticket"] = no_outcome
    page = at_confirm(page_at, stage, (1080, 1920), lang)
    take_button(page, lang).tap()
    stage.wait_for_command("take_ticket")
    stage.outcomes["take_ticket"] = hall.accepted(TICKET)
    page.clock.fast_forward(16_000)
    return page


def cancelled() -> Outcome:
    return hall.accepted(hall.ticket_view(state="cancelled", ahead=None, estimate=None))
