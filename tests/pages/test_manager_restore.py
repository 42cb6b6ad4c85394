"""The hall manager's word after a restore: what the board says, and that calls go on only when asked twice."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import PageAt
from tests.pages.fixtures.manager import well
from tests.pages.gallery import Gallery
from tests.pages.manager_steps import opened, tab_to

pytestmark = pytest.mark.browser

AccessCheck = Callable[[Page], None]


def test_calls_go_on_after_a_restore_by_keyboard_and_only_when_confirmed(
    gallery: Gallery, page_at: PageAt, assert_accessible: AccessCheck
) -> None:
    """Escape sends nothing; the confirmation sends `confirm_restore` once; the warning goes with the next view."""
    stage, page = opened(gallery, page_at, "restored")
    button = page.get_by_role("button", name="Lanjutkan panggilan")

    expect(page.locator(".trouble h3")).to_have_text(["Antrean dipulihkan dari salinan"])
    expect(page.locator(".trouble-do")).to_contain_text("Panggilan menunggu Anda")
    tab_to(page, button)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Apakah antrean sudah dicocokkan")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert [] == stage.commands

    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Ya, lanjutkan"))
    page.keyboard.press("Enter")
    assert "confirm_restore" == stage.wait_for_command("confirm_restore")["command"]
    expect(page.get_by_role("dialog")).to_have_count(0)
    stage.show(well())
    expect(page.locator(".troubles")).to_have_text("Tidak ada gangguan")
    assert 1 == len(stage.commands)
