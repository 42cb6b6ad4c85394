"""The officer's page before a real hub: a morning at one counter with the keyboard alone, and two officers at one desk.

Nothing is staged, so the shapes that the fixtures show are the hub's own, and every word is about what truly happened.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.hubs import HALL, RunningHub, json_of, running_hub
from tests.pages.conftest import PageAt
from tests.pages.counter_steps import main_button, number, said

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """The example hall, open at any hour, in a demonstration."""
    with running_hub(tmp_path_factory.mktemp("counter"), "--demo") as running:
        yield running


def test_a_morning_at_one_counter_with_the_keyboard_alone(hub: RunningHub, page_at: PageAt) -> None:
    """Choose, open, call, start, undo, park, return, transfer, miss, pause, close; each tells what became of it."""
    first, second, third = (take(hub, "kk") for _ in range(3))
    page = page_at(1366, 768)
    page.goto(f"{hub.url}/halls/{HALL}/counter?lang=en")
    page.keyboard.type("loket 3")
    page.keyboard.press("Enter")
    expect(main_button(page)).to_contain_text("Open counter")
    page.keyboard.press("o")
    expect(main_button(page)).to_contain_text("3 waiting")

    page.keyboard.press("n")
    expect(number(page)).to_have_text(first)
    expect(page.locator(".report").first).to_contain_text("Waiting to be shown")
    page.keyboard.press("s")
    expect(page.locator(".ticket-state")).to_contain_text("Being served")
    page.keyboard.press("f")
    expect(said(page)).to_have_text(f"{first} is finished.")
    page.keyboard.press("u")
    expect(number(page)).to_have_text(first)
    expect(page.locator(".ticket-state")).to_contain_text("Being served")

    page.keyboard.press("p")
    expect(page.locator(".held-row")).to_contain_text(first)
    page.keyboard.press("n")
    expect(number(page)).to_have_text(second)
    expect(page.locator(".time-running dd")).not_to_have_text("0:00")
    page.keyboard.press("n")
    expect(said(page)).to_have_text(f"{second} is recorded as a no-show.")
    expect(number(page)).to_have_text(third)
    page.keyboard.press("t")
    page.keyboard.type("loket 4")
    expect(page.locator(".picker-list li")).to_have_count(0)
    page.keyboard.press("Control+a")
    page.keyboard.type("moving")
    page.keyboard.press("Enter")
    page.keyboard.press("2")
    expect(said(page)).to_have_text(f"{third} is transferred.")

    page.keyboard.press("h")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text(first)
    page.keyboard.press("1")
    page.keyboard.press("1")
    expect(number(page)).to_have_text(first)
    page.keyboard.press("c")
    expect(said(page)).to_contain_text("There is still a ticket in hand.")
    page.keyboard.press("f")
    expect(number(page)).to_have_count(0)
    page.keyboard.press("b")
    page.keyboard.press("2")
    expect(page.locator(".without")).to_contain_text("Prayer")
    page.keyboard.press("b")
    expect(main_button(page)).to_contain_text("Call next")
    page.keyboard.press("c")
    expect(main_button(page)).to_contain_text("Open counter")


def test_a_double_press_calls_one_citizen(hub: RunningHub, page_at: PageAt) -> None:
    """Two keys as fast as a browser takes them; the second citizen still waits."""
    first, _ = (take(hub, "nib") for _ in range(2))
    page = at_counter(hub, page_at, "loket-8")
    page.keyboard.press("o")
    expect(main_button(page)).to_contain_text("2 menunggu")
    page.keyboard.press("n")
    page.keyboard.press("n")

    expect(number(page)).to_have_text(first)
    expect(main_button(page)).to_contain_text("1 menunggu")


def test_two_officers_at_one_desk(hub: RunningHub, page_at: PageAt) -> None:
    """The second is asked before he takes over; the first is told; his old press changes nothing."""
    budi = hub.token("officer", name="Budi")
    called = take(hub, "npwp")
    json_of(hub.call("POST", "/counters/loket-14/open", budi, {}))
    json_of(hub.call("POST", "/counters/loket-14/next", budi, {"sees": None}))
    page = at_counter(hub, page_at, "loket-14")
    expect(page.locator(".counter-standing")).to_contain_text("Dipakai orang lain")
    page.keyboard.press("o")
    expect(page.get_by_role("dialog")).to_contain_text("Budi")
    expect(page.get_by_role("dialog")).to_contain_text(called)
    page.keyboard.press("1")
    expect(main_button(page)).to_contain_text("Panggil berikutnya")
    expect(number(page)).to_have_text(called)
    refused = hub.call("POST", "/counters/loket-14/recall", budi, {"sees": None})

    assert 409 == refused.status_code
    json_of(hub.call("POST", "/counters/loket-14/open", budi, {"take": True}))
    expect(said(page)).to_contain_text("diambil alih oleh Budi")


def test_a_citizen_is_found_by_number_and_called_out_of_order(hub: RunningHub, page_at: PageAt) -> None:
    """The last of three, for a reason that the journal keeps."""
    *_, last = (take(hub, "spt") for _ in range(3))
    page = at_counter(hub, page_at, "loket-15")
    page.keyboard.press("o")
    expect(main_button(page)).to_contain_text("3 menunggu")
    page.keyboard.press("/")
    page.keyboard.type(last.lower())
    page.keyboard.press("Enter")
    expect(page.locator(".found")).to_contain_text("2 di depannya")
    page.keyboard.press("1")
    page.keyboard.press("2")
    expect(number(page)).to_have_text(last)
    manager = hub.token("manager", name="Kepala")
    events = json_of(hub.call("GET", "/events?limit=1000", manager))["events"]

    reasons = [one["data"]["why"].get("reason") for one in events if one["type"] == "TicketCalled"]
    assert "frail" == reasons[-1]


def take(hub: RunningHub, service: str) -> str:
    """A number from the kiosk."""
    return str(
        json_of(hub.call("POST", "/tickets", hub.token("kiosk", "kiosk-3"), {"service": service}))["number"]
    )


def at_counter(hub: RunningHub, page_at: PageAt, counter: str) -> Page:
    page = page_at(1366, 768)
    page.goto(f"{hub.url}/halls/{HALL}/counter/{counter}")
    expect(main_button(page)).to_be_visible()
    return page
