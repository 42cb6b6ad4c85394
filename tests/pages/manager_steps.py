"""What the tests of the hall manager's board do again and again: open it, and go through it with the Tab key."""

from playwright.sync_api import Locator, Page, expect

from tests.pages.conftest import PageAt
from tests.pages.fixtures.manager import SIZES
from tests.pages.gallery import Gallery
from tests.pages.stage import Stage

PRESSES_MAX = 40
"""More than the page has stops for the Tab key."""


def opened(
    gallery: Gallery,
    page_at: PageAt,
    fixture: str = "calm",
    size: tuple[int, int] = SIZES[0],
    lang: str = "id",
) -> tuple[Stage, Page]:
    """Connected, with a clock that the test can move."""
    stage = gallery.stage("manager", fixture)
    page = page_at(*size)
    page.clock.install()
    page.goto(stage.address(lang))
    expect(page.locator(".board-main")).to_be_visible()
    stage.wait_for_hello()
    return stage, page


def tab_to(page: Page, wanted: Locator) -> None:
    """By the Tab key alone."""
    for _ in range(PRESSES_MAX):
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {wanted}")
