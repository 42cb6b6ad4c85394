"""Pages that stay open for weeks take up a new version by themselves, and never under a citizen's finger."""

import pytest
from playwright.sync_api import Page, Route, expect

from queue_server.wire.close_codes import CloseCode
from tests.pages.conftest import PageAt
from tests.pages.gallery import Gallery
from tests.pages.stage import Stage

pytestmark = pytest.mark.browser

CURRENT = "public, max-age=31536000, immutable"
OUTDATED = "no-cache"
"""How the hub serves a file of the page's own version, and one of an older version (`web/assets.py`)."""

LONG_ENOUGH_MS = 15_000
"""Past the ten seconds over which pages spread their looks."""


@pytest.mark.parametrize(("kept", "is_renewed"), [(OUTDATED, True), (CURRENT, False)], ids=["new", "control"])
def test_a_screen_whose_hub_came_back_with_a_new_version_renews_itself(
    gallery: Gallery, page_at: PageAt, kept: str, is_renewed: bool
) -> None:
    """The hub was upgraded at noon; nobody goes round with a keyboard."""
    stage, page = _opened(gallery, page_at, "screen", kept)
    _restart(stage, page)

    assert is_renewed == _is_new(page)


def test_a_kiosk_waits_until_its_visitor_has_gone(gallery: Gallery, page_at: PageAt) -> None:
    """Somebody stands there and reads what to bring: the page is renewed when it is back at the start."""
    stage, page = _opened(gallery, page_at, "kiosk", OUTDATED)
    page.locator(".tiles button:enabled").first.click()
    expect(page.locator(".kiosk-agency")).to_have_count(0)
    _restart(stage, page)
    was_new_under_the_finger = _is_new(page)
    page.clock.run_for(40_000)
    page.wait_for_function("() => window.isOld === undefined")

    assert not was_new_under_the_finger


def _opened(gallery: Gallery, page_at: PageAt, name: str, kept: str) -> tuple[Stage, Page]:
    stage = gallery.stage(name, "plain" if name == "kiosk" else "rested")
    page = page_at(1280, 800)

    def answer(route: Route) -> None:
        route.fulfill(status=200, body="", headers={"Cache-Control": kept})

    page.route("**/mark.svg", answer)
    page.clock.install()
    page.goto(stage.address())
    stage.wait_for_hello()
    page.evaluate("() => { window.isOld = true; }")
    return stage, page


def _restart(stage: Stage, page: Page) -> None:
    """The line breaks and comes back, and the time passes in which pages look."""
    stage.dismiss(CloseCode.GOING_AWAY)
    page.clock.run_for(3_000)
    stage.wait_for_hello(2)
    page.wait_for_timeout(300)
    page.clock.run_for(LONG_ENOUGH_MS)
    page.wait_for_timeout(300)
    page.clock.run_for(2_000)
    page.wait_for_timeout(300)


def _is_new(page: Page) -> bool:
    """Whether the document is another one than that which was opened."""
    return bool(page.evaluate("() => window.isOld === undefined"))
