"""What the officer chooses in a dialog: by digit or arrow, for the one he saw when it opened, and for nobody else.

Source: the counter page's paragraph of the requirements, docs/states.md (call, return, transfer, take).
"""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from queue_server.wire import shapes
from queue_server.wire.messages import Outcome
from tests.pages.conftest import PageAt
from tests.pages.counter_steps import arguments_of, main_button, opened, said
from tests.pages.fixtures import hall
from tests.pages.fixtures.counter import SERVING, fixture, foreign, held, view
from tests.pages.gallery import Gallery

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]

COUNTER = "loket-2"
SEEN = hall.called_ticket().id
OTHER = msgspec.structs.replace(hall.called_ticket(), id="other-ticket", number="A045")
PLACED = {"counter": COUNTER, "sees": SEEN}

CHOICES: dict[str, tuple[shapes.CounterView, list[str], str, dict[str, Any]]] = {
    "pause for prayer": (view(), ["b", "2"], "pause_counter", {"counter": COUNTER, "reason": "prayer"}),
    "pause by arrows": (
        view(),
        ["b", "ArrowDown", "ArrowDown", "Enter"],
        "pause_counter",
        {"counter": COUNTER, "reason": "meal"},
    ),
    "finish with a result": (
        view(ticket=SERVING),
        ["g", "2"],
        "finish",
        {**PLACED, "result": "incomplete_documents"},
    ),
    "transfer to a service": (
        view(ticket=SERVING),
        ["t", "*skck", "Enter", "2"],
        "transfer",
        {**PLACED, "service": "skck", "place": "back"},
    ),
    "transfer to a counter": (
        view(ticket=SERVING),
        ["t", "*loket 3", "ArrowDown", "Enter", "1"],
        "transfer",
        {**PLACED, "to_counter": "loket-3", "place": "original"},
    ),
    "call a parked one": (
        view(),
        ["h", "Enter", "1", "2"],
        "call_ticket",
        {**PLACED, "ticket": "parked-1", "reason": "frail"},
    ),
    "return a missed one": (
        view(),
        ["h", "ArrowDown", "Enter", "2"],
        "return_ticket",
        {"ticket": "missed-1", "place": "original"},
    ),
}


@pytest.mark.parametrize("case", CHOICES)
def test_a_choice_is_made_by_its_digit_or_by_arrows(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, case: str
) -> None:
    """A dialog begins at its first choice and is gone with the last; the mouse is never needed, nor are eyes."""
    state, keys, command, arguments = CHOICES[case]
    stage = gallery.stage_for(fixture(state))
    page = opened(page_at, stage)
    for key in keys[:-1]:
        if key.startswith("*"):
            page.keyboard.type(key[1:])
        else:
            page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press(keys[-1])

    assert arguments == arguments_of(stage.wait_for_command(command))
    expect(page.locator("dialog")).to_have_count(0)


def test_a_citizen_at_the_desk_is_found_by_his_number_and_called(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """Out of order needs a reason (promise 5); the category of one who only waits is not shown."""
    stage = gallery.stage_for(fixture(view()))
    waiting = hall.ticket_view(id="waiting-1", category="elderly")
    gallery.replies[f"/api/v1/halls/{stage.key}/tickets"] = (200, msgspec.to_builtins(waiting))
    page = opened(page_at, stage)
    page.keyboard.press("/")
    expect(page.locator("#number")).to_be_focused()
    assert_accessible(page)
    page.keyboard.type("a044")
    page.keyboard.press("Enter")
    expect(page.locator(".found")).to_contain_text("A044")
    expect(page.locator("dialog")).not_to_contain_text("lanjut usia")
    assert_accessible(page)
    page.keyboard.press("1")
    page.keyboard.press("4")

    assert {**PLACED, "ticket": "waiting-1", "reason": "appointment"} == arguments_of(
        stage.wait_for_command("call_ticket")
    )


def test_a_number_that_is_not_there_is_said_in_words(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """The field stays, to be typed anew."""
    stage = gallery.stage_for(fixture(view()))
    gallery.replies[f"/api/v1/halls/{stage.key}/tickets"] = (404, {"code": "UNKNOWN_TICKET", "detail": ""})
    page = opened(page_at, stage, allowed=("404",))
    page.keyboard.press("/")
    page.keyboard.type("z999")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_have_text("Tidak ada nomor ini hari ini.")
    expect(page.locator("#number")).to_be_focused()
    assert_accessible(page)


def test_a_taken_counter_is_taken_over_only_after_a_question(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """COUNTER_TAKEN names the holder by id; the page says his name, since when, and whom he has in hand."""
    stage = gallery.stage_for(fixture(foreign()))
    stage.outcomes["open_counter"] = taken
    page = opened(page_at, stage)
    expect(main_button(page)).to_contain_text("Ambil alih loket")
    page.keyboard.press("o")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Budi Santoso, sejak 08.04")
    expect(dialog).to_contain_text("D012")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.clock.fast_forward(1_000)
    page.keyboard.press("o")
    expect(dialog).to_be_visible()
    page.keyboard.press("1")

    assert {"counter": COUNTER, "take": True} == arguments_of(stage.wait_for_command("open_counter", count=3))


def test_a_dialog_about_a_ticket_that_left_is_closed_and_changes_nothing(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """A choice that was begun for one citizen never meets the next."""
    stage = gallery.stage_for(fixture(view(ticket=SERVING)))
    page = opened(page_at, stage)
    page.keyboard.press("t")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)
    stage.show(view(ticket=OTHER))

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(said(page)).to_contain_text("Tidak ada yang diubah.")
    assert [] == stage.commands


def test_focus_comes_back_where_it_was_when_a_dialog_closes(gallery: Gallery, page_at: PageAt) -> None:
    """Whoever works with Tab is not thrown to the top of the page."""
    stage = gallery.stage_for(fixture(view(parked=held(3, "C", "kk"))))
    page = opened(page_at, stage)
    page.keyboard.press("h")
    page.keyboard.press("ArrowDown")
    row = page.locator(".held-row").nth(1)
    expect(row).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("C030")
    page.keyboard.press("Escape")

    expect(row).to_be_focused()


def taken(frame: dict[str, Any]) -> Outcome:
    if frame["take"]:
        return hall.accepted({})
    return hall.refused("COUNTER_TAKEN", officer="budi", since_at_ms=hall.NOW_MS - 2 * hall.HOUR_MS)
