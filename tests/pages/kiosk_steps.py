"""The kiosk's steps as its tests walk them: what is on them by name, and what holds on every one.

It knows the page from outside only: by the words and the roles that a citizen meets.
"""

import io
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page, expect

from queue_server.wire import shapes
from queue_server.wire.messages import Outcome
from tests.pages.conftest import PageAt
from tests.pages.fixtures import hall
from tests.pages.fixtures.kiosk import SIZES
from tests.pages.stage import Stage

LANGUAGES = ("id", "en")
EACH_SIZE = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
EACH_LANGUAGE = pytest.mark.parametrize("lang", LANGUAGES)

TOUCH_MIN_PX = 64
"""The least height and width of what a finger must hit on a standing machine."""

TICKET = hall.ticket_view()

AGENCY = {"id": "Polres Lamongan", "en": "Police"}
SERVICE = {"id": "SKCK: surat keterangan catatan kepolisian", "en": "Police clearance certificate (SKCK)"}
TAKE = {"id": "Ambil nomor", "en": "Take a ticket"}
START = {"id": "Ambil nomor antrean", "en": "Take a ticket"}
PRIORITY = {"id": "Saya membutuhkan antrean prioritas", "en": "I need priority service"}
REMEMBER = {"id": "Ingat atau foto nomor ini.", "en": "Remember or photograph this number."}

Check = Callable[[Page], None]


def opened(page_at: PageAt, stage: Stage, size: tuple[int, int], lang: str) -> Page:
    """At the start, with a clock that the test can move, and connected."""
    page = page_at(*size, has_touch=True)
    page.clock.install()
    page.goto(stage.address(lang))
    expect(page.locator(".tiles-agency")).to_be_visible()
    return page


def at_confirm(page_at: PageAt, stage: Stage, size: tuple[int, int], lang: str) -> Page:
    page = opened(page_at, stage, size, lang)
    to_confirm(page, lang)
    expect(take_button(page, lang)).to_be_enabled()
    return page


def to_confirm(page: Page, lang: str) -> None:
    tile(page, AGENCY[lang]).tap()
    tile(page, SERVICE[lang]).tap()


def at_result(page_at: PageAt, stage: Stage, size: tuple[int, int], lang: str) -> Page:
    page = at_confirm(page_at, stage, size, lang)
    take_button(page, lang).tap()
    expect(page.locator(".big")).to_be_visible()
    return page


def tile(page: Page, name: str) -> Locator:
    return page.locator(".tiles button").filter(has=page.locator(".tile-name", has_text=name)).first


def take_button(page: Page, lang: str) -> Locator:
    return page.get_by_role("button", name=TAKE[lang], exact=True)


def wish_of(stage: Stage) -> dict[str, Any]:
    """What the last ticket was asked with."""
    frame = stage.wait_for_command("take_ticket")
    return {key: frame[key] for key in ("service", "category", "language")}


def tab_to(page: Page, wanted: Locator) -> None:
    """By Tab alone, within the number of things that the page has to offer."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"Tab never came to {wanted}")


def check_step(page: Page, assert_accessible: Check) -> None:
    """What holds on every screen of the kiosk."""
    check_fit(page)
    check_targets(page)
    # A colour on its way is neither the old nor the new.
    page.evaluate("() => Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    assert_accessible(page)


def check_fit(page: Page) -> None:
    """Nothing scrolls, neither the page nor a part of it."""
    scrolling = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll("*")]
            .filter((one) => /auto|scroll/.test(getComputedStyle(one).overflowY) || one === document.documentElement)
            .filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
            .map((one) => `${one.className} ${one.scrollHeight} > ${one.clientHeight}`)"""
    )
    assert [] == scrolling, scrolling


def check_targets(page: Page) -> None:
    """What is pressed is large enough for a finger and a shaking hand."""
    small = page.evaluate(
        """(least) => [...document.querySelectorAll("button")]
            .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
            .filter(([, box]) => box.height < least || box.width < least)
            .map(([text, box]) => `${text} ${box.width} x ${box.height}`)""",
        TOUCH_MIN_PX,
    )
    assert [] == small, small


def box_of(locator: Locator) -> FloatRect:
    box = locator.bounding_box()
    assert box is not None
    return box


def decoded(code: Locator) -> str:
    """What an independent reader finds in the QR code on the screen."""
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(code.screenshot())))
    assert 1 == len(found)
    return str(found[0].text)


def no_outcome(_: dict[str, Any]) -> Outcome | None:
    return None


def all_services() -> list[shapes.KioskService]:
    return hall.kiosk_state().services


def replaced(service: shapes.KioskService, **changes: Any) -> shapes.KioskService:
    return msgspec.structs.replace(service, **changes)
