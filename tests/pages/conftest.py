"""What every test of a page needs: the gallery, a browser, a page that fails on any mistake, a reader's check.

The browser lives as long as one test module: Playwright's own event loop stands in the way of asyncio's while it
runs, so a module of pages has no async tests.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.pages.gallery import Gallery, chromium, served

GRAVE = frozenset({"serious", "critical"})
OUTAGE = ("WebSocket connection to", "net::ERR_", "WebSocket is closed before")
"""What Chromium itself writes when a test closes the line on purpose; nothing of ours."""

ENDED = """
() => document.getAnimations()
  .filter((one) => one.effect.getTiming().iterations !== Infinity).forEach((one) => one.finish())
"""
"""Every movement that has an end comes to it."""

PageAt = Callable[..., Page]


@pytest.fixture(scope="module")
def gallery() -> Iterator[Gallery]:
    """Served on a free port."""
    with served() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with chromium() as running:
        yield running


@pytest.fixture
def page_at(browser: Browser) -> Iterator[PageAt]:
    """`page_at(width, height, **context_options)`: a page on which any error fails the test.

    With `allowed=("text", …)` a console error that holds one of the texts is expected: an answer of 4xx, for example.
    """
    troubles: list[str] = []
    contexts = []

    def open_page(width: int, height: int, allowed: tuple[str, ...] = (), **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()

        def hear(message: ConsoleMessage) -> None:
            is_axe = "inline style" in message.text and not message.location["url"]
            expected = any(text in message.text for text in (*OUTAGE, *allowed))
            if message.type == "error" and not expected and not is_axe:  # axe sets styles while it measures
                troubles.append(f"{message.text} {message.location}")

        page.on("console", hear)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """axe-core finds nothing serious or critical on the page as it stands."""

    def check(page: Page) -> None:
        page.evaluate(ENDED)  # between two colours a button is as faint as neither
        found = Axe().run(page).response["violations"]
        grave = [
            (one["id"], one["help"], [node["html"] for node in one["nodes"]])
            for one in found
            if one["impact"] in GRAVE
        ]
        assert grave == []

    return check
