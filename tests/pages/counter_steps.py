"""Steps that the tests of the officer's page share: opening it, pressing, and finding what it says."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from queue_server.wire import shapes
from tests.pages.conftest import PageAt
from tests.pages.fixtures.counter import SIZES
from tests.pages.stage import Stage


def opened(page_at: PageAt, stage: Stage, *, lang: str = "id", allowed: tuple[str, ...] = ()) -> Page:
    """With a clock that the test can move, and connected: the stage has had its hello and the page its first view."""
    page = page_at(*SIZES[0], allowed)
    page.clock.install()
    page.goto(stage.address(lang))
    expect(page.locator(".counter-head h1")).to_have_text("Loket 2")
    stage.wait_for_hello()
    return page


def pressed(page: Page, stage: Stage, key: str, state: shapes.CounterView, count: int = 1) -> None:
    """Calls the next, and the hub shows this."""
    page.keyboard.press(key)
    stage.wait_for_command("call_next", count)
    stage.show(state)


def arguments_of(frame: dict[str, Any]) -> dict[str, Any]:
    """What a command carries beyond what every command does."""
    return {key: value for key, value in frame.items() if key not in {"type", "id", "command", "age_ms"}}


def main_button(page: Page) -> Locator:
    return page.locator(".main-button")


def number(page: Page) -> Locator:
    return page.locator(".in-hand-number")


def said(page: Page) -> Locator:
    return page.locator(".counter-said .note")
