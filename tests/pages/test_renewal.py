"""Pages that stay open for weeks take up a new version by themselves, and never under a citizen's finger."""

import contextlib
from collections.abc import Callable

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

TURNS_MAX = 200
"""Pages spread their looks over ten seconds and a kiosk is at its start after forty; a crowded machine answers late."""


class Opened:
    """A page that has been open since before, beside a hub whose own file is as old or as new as it is told."""

    def __init__(self, stage: Stage, page: Page, kept: str) -> None:
        self._stage = stage
        self._page = page
        self._looks = 0
        self._loads = 0

        def answer(route: Route) -> None:
            self._looks += route.request.resource_type == "fetch"
            route.fulfill(status=200, body="", headers={"Cache-Control": kept})

        def loaded(_: Page) -> None:
            self._loads += 1

        page.route("**/mark.svg", answer)
        page.on("domcontentloaded", loaded)
        page.clock.install()
        page.goto(stage.address())
        stage.wait_for_hello()

    def outlives_the_hub(self) -> None:
        """The line breaks and comes back, and the page has looked whether it is outdated."""
        self._stage.dismiss(CloseCode.GOING_AWAY)
        self._page.clock.run_for(3_000)
        self._stage.wait_for_hello(2)
        self._pass_until(lambda: self._looks > 0)

    def is_renewed(self, within_s: int) -> bool:
        """Whether it is opened anew within a time of its own clock; it looks about once a second."""
        with contextlib.suppress(TimeoutError):
            self._pass_until(lambda: self._loads > 1, within_s)
            return True
        return False

    def _pass_until(self, holds: Callable[[], bool], within_s: int = TURNS_MAX) -> None:
        """A second of the page's clock a turn, and a moment of ours in which its answers arrive."""
        for _ in range(within_s):
            self._page.clock.run_for(1_000)
            self._page.wait_for_timeout(250)
            if holds():
                return
        raise TimeoutError


@pytest.mark.parametrize(
    ("kept", "within_s", "is_renewed"), [(OUTDATED, TURNS_MAX, True), (CURRENT, 10, False)]
)
def test_a_screen_whose_hub_came_back_with_a_new_version_renews_itself(
    gallery: Gallery, page_at: PageAt, kept: str, within_s: int, is_renewed: bool
) -> None:
    """The hub was upgraded at noon; nobody goes round with a keyboard."""
    opened = Opened(gallery.stage("screen", "rested"), page_at(1280, 800), kept)

    opened.outlives_the_hub()

    assert is_renewed == opened.is_renewed(within_s)


def test_a_kiosk_waits_until_its_visitor_has_gone(gallery: Gallery, page_at: PageAt) -> None:
    """Somebody stands there and reads what to bring: the page is renewed when it is back at the start."""
    page = page_at(1280, 800)
    opened = Opened(gallery.stage("kiosk", "plain"), page, OUTDATED)
    page.locator(".tiles button:enabled").first.click()
    expect(page.locator(".kiosk-agency")).to_have_count(0)

    opened.outlives_the_hub()
    is_new_under_the_finger = opened.is_renewed(3)

    assert not is_new_under_the_finger
    assert opened.is_renewed(TURNS_MAX)
