"""A hall screen and a phone beside a real hub that is killed and started again on its port, with its data.

Nothing is staged but the screen's clock: it spares the test the minute until a screen covers itself, and it holds the
screen back while calls are made that it must not miss. Source: the brief, "It survives a hub restart, and covers itself
when it is stale", and the phone's 60 KB.
"""

from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from queue_server import control
from tests.end_to_end.agents import People
from tests.end_to_end.hubs import HALL, RunningHub, running_hub
from tests.pages.gallery import chromium
from tests.pages.weight import Weight

pytestmark = pytest.mark.browser

PHONE_BYTES_MAX = 60_000
FEATURED_MS = 5_000
"""A call's time on the screen where another waits."""

NUMBERS = ".main-call-number, .board-number, .last-number"


@pytest.mark.slow
def test_a_screen_covers_itself_comes_back_and_misses_no_call_and_the_phone_turns(tmp_path: Path) -> None:
    """SIGKILL: late at once, no number after a minute; then each call since, in turn, without a hand on the machine.

    The phone is weighed on a real hub, its ring asked for, the return and the call included.
    """
    data = tmp_path / "hub"
    with ExitStack() as stack:
        hub = stack.enter_context(running_hub(data, "--always-open"))
        people = People(hub)
        before = people.call_next()["number"]
        browser = stack.enter_context(chromium())
        screen = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
        screen.clock.install()
        screen.goto(f"{hub.url}/link#{_one_use_code(hub)}")
        expect(_main_number(screen)).to_have_text(before)

        hub.kill()
        expect(screen.locator(".strip-late")).to_be_visible()
        screen.clock.fast_forward(61_000)
        expect(screen.locator(".cover")).to_be_visible()
        expect(screen.locator(NUMBERS)).to_have_count(0)

        screen.clock.pause_at(screen.evaluate("Date.now() / 1000") + 1)
        hub = stack.enter_context(running_hub(data, "--always-open", port=hub.port))
        called = [people.call_next()["number"] for _ in range(2)]
        mine = people.take()
        phone = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
        weight = Weight(phone)
        phone.goto(f"{hub.url}/t/{mine['id']}")
        phone.get_by_role("button", name="Bunyikan saat dipanggil").click()
        expect(phone.locator(".note-good")).to_be_visible()
        expect(screen.locator(".cover")).to_be_visible()
        screen.clock.resume()
        for number in called:
            expect(_main_number(screen)).to_have_text(number)
            expect(screen.locator(".strip, .cover")).to_have_count(0)
            screen.clock.fast_forward(FEATURED_MS)

        people.call_next()
        screen.clock.fast_forward(FEATURED_MS)
        expect(phone.locator(".ticket-counter")).to_be_visible()
        expect(_main_number(screen)).to_have_text(mine["number"])
        print(f"the phone's page, ring and call: {weight.files_count} files, {weight.came_bytes:.0f} bytes")
        assert 30_000 < weight.came_bytes < PHONE_BYTES_MAX


def _one_use_code(hub: RunningHub) -> str:
    """As `antrean link` makes it: the screen is signed in with a cookie, as in a hall, and the kill does not end that."""
    answer = control.call(hub.data, "link", role="display", hall=HALL, id="screen-a-1", name=None)
    assert answer is not None
    assert answer.accepted, answer.detail
    return str(answer.value)


def _main_number(screen: Page) -> Locator:
    return screen.locator(".main-call-number").first
