"""The officer's keys: one key, one command, meant for the one he sees, however often the finger trembles.

Source: the counter page's paragraph of the requirements ("1366x768 and keyboard alone"), contract ("sees").
"""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from queue_server.wire import shapes
from tests.pages.conftest import PageAt
from tests.pages.counter_steps import arguments_of, main_button, number, opened, pressed, said
from tests.pages.fixtures import hall
from tests.pages.fixtures.counter import SERVING, closed, fixture, foreign, last_call, view, without
from tests.pages.gallery import Gallery

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]

COUNTER = "loket-2"
SEEN = hall.called_ticket().id
OTHER = msgspec.structs.replace(hall.called_ticket(), id="other-ticket", number="A045")
PLACED = {"counter": COUNTER, "sees": SEEN}

KEYS: dict[str, tuple[shapes.CounterView, str, dict[str, Any]]] = {
    "n": (view(), "call_next", PLACED),
    "N": (without(), "call_next", {"counter": COUNTER, "sees": None}),
    "s": (view(), "start", PLACED),
    "r": (view(), "recall", PLACED),
    "x": (view(), "no_show", PLACED),
    "f": (view(ticket=SERVING), "finish", PLACED),
    "p": (view(ticket=SERVING), "park", PLACED),
    "u": (view(undo_until_at_ms=hall.NOW_MS + 60_000), "undo", PLACED),
    "k": (view(), "reprint_ticket", {"ticket": SEEN}),
    "o": (closed(), "open_counter", {"counter": COUNTER, "take": False}),
    "b": (without(state="paused"), "resume_counter", {"counter": COUNTER}),
    "c": (without(), "close_counter", {"counter": COUNTER}),
}

WORDS = {
    "STALE_VIEW": ("Keadaan loket sudah berubah.", "Things had already changed."),
    "EXPIRED": ("Perintah terlambat sampai", "The command came too late"),
    "WRONG_STATE": ("Dalam keadaan sekarang", "That cannot be done as things stand."),
    "NOT_YOUR_COUNTER": ("tidak lagi di tangan Anda", "no longer yours"),
    "BUSY": ("sedang sibuk", "The hub is busy"),
    "NEW_CODE": ("(NEW_CODE)", "(NEW_CODE)"),
}


@pytest.mark.parametrize("key", KEYS)
def test_a_key_sends_its_command_for_whom_the_officer_sees(
    gallery: Gallery, page_at: PageAt, key: str
) -> None:
    """Every command of the table names the ticket on the screen, large letter or small."""
    state, command, arguments = KEYS[key]
    stage = gallery.stage_for(fixture(state))
    page = opened(page_at, stage)
    page.keyboard.press(key)

    assert arguments == arguments_of(stage.wait_for_command(command))


def test_a_double_press_calls_once(gallery: Gallery, page_at: PageAt) -> None:
    """Also where the hub answers between the two, and the picture has changed already."""
    stage = gallery.stage_for(fixture(view()))
    page = opened(page_at, stage)
    pressed(page, stage, "n", view(ticket=OTHER))
    expect(number(page)).to_have_text("A045")
    page.keyboard.press("n")
    expect(said(page)).to_be_visible()
    page.keyboard.press("s")
    stage.wait_for_command("start")

    assert ["call_next", "start"] == [frame["command"] for frame in stage.commands]


def test_two_presses_in_the_same_moment_are_one_command(gallery: Gallery, page_at: PageAt) -> None:
    """Key and button at once, before anything could be drawn."""
    stage = gallery.stage_for(fixture(view()))
    page = opened(page_at, stage)
    main_button(page).evaluate(
        """button => {
            button.click(); button.click();
            for (const key of ["n", "n"]) dispatchEvent(new KeyboardEvent("keydown", { key }));
        }"""
    )
    stage.wait_for_command("call_next")
    expect(page.locator(".counter-said .note")).to_be_visible()

    assert ["call_next"] == [frame["command"] for frame in stage.commands]


def test_a_later_press_calls_again(gallery: Gallery, page_at: PageAt) -> None:
    """The guard is against trembling, not against work."""
    stage = gallery.stage_for(fixture(view()))
    page = opened(page_at, stage)
    pressed(page, stage, "n", view(ticket=OTHER))
    expect(said(page)).to_be_visible()
    page.clock.fast_forward(800)
    page.keyboard.press("n")

    assert {"counter": COUNTER, "sees": "other-ticket"} == arguments_of(
        stage.wait_for_command("call_next", count=2)
    )


@pytest.mark.parametrize("key", ["n", "Enter"])
def test_a_held_key_acts_once(gallery: Gallery, page_at: PageAt, key: str) -> None:
    """An elbow on the keyboard, also where the button has the focus and Enter would click it again and again."""
    stage = gallery.stage_for(fixture(view()))
    page = opened(page_at, stage)
    main_button(page).focus()
    page.keyboard.down(key)
    stage.wait_for_command("call_next")
    stage.show(view(ticket=OTHER))
    expect(said(page)).to_be_visible()
    for _ in range(5):
        page.clock.fast_forward(1_000)
        page.keyboard.down(key)
    page.keyboard.up(key)
    page.keyboard.press("s")
    stage.wait_for_command("start")

    assert ["call_next", "start"] == [frame["command"] for frame in stage.commands]


def test_a_browsers_own_shortcut_and_a_field_keep_their_keys(gallery: Gallery, page_at: PageAt) -> None:
    """Ctrl+P prints a page and parks nobody; an N in a search is a letter."""
    stage = gallery.stage_for(fixture(view()))
    page = opened(page_at, stage)
    for key in ("Control+KeyR", "Alt+KeyP", "Meta+KeyF"):
        page.evaluate(
            """([ctrlKey, altKey, metaKey, key]) =>
                dispatchEvent(new KeyboardEvent("keydown", { ctrlKey, altKey, metaKey, key }))""",
            [key.startswith("Control"), key.startswith("Alt"), key.startswith("Meta"), key[-1].lower()],
        )
    page.keyboard.press("/")
    page.keyboard.type("nxf")
    expect(page.locator("#number")).to_have_value("nxf")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    stage.wait_for_command("start")

    assert ["start"] == [frame["command"] for frame in stage.commands]


def test_letters_can_be_switched_off_on_this_machine(gallery: Gallery, page_at: PageAt) -> None:
    """Speech input types by itself (WCAG 2.2, 2.1.4); Tab and Enter still do everything, and back is the same way."""
    stage = gallery.stage_for(fixture(view()))
    page = opened(page_at, stage)
    page.keyboard.press("?")
    page.get_by_role("checkbox").press("Space")
    page.keyboard.press("Escape")
    page.reload()
    expect(number(page)).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Mulai layani").press("Enter")
    stage.wait_for_command("start")
    stage.show(view())
    assert ["start"] == [frame["command"] for frame in stage.commands]
    page.get_by_role("button", name="Tombol papan ketik").press("Enter")
    page.get_by_role("checkbox").press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("r")

    stage.wait_for_command("recall")


def test_a_mouse_leaves_no_focus_behind_for_the_space_bar(gallery: Gallery, page_at: PageAt) -> None:
    """The key that an elbow finds must not press the button of the last click."""
    stage = gallery.stage_for(fixture(view()))
    page = opened(page_at, stage)
    main_button(page).click()
    stage.wait_for_command("call_next")

    expect(main_button(page)).not_to_be_focused()


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("code", WORDS)
def test_a_refusal_is_said_in_words(gallery: Gallery, page_at: PageAt, code: str, lang: str) -> None:
    """Each that an officer can meet; an unknown one shows its code. The ticket in hand stays as it is."""
    stage = gallery.stage_for(fixture(view()))
    stage.outcomes["call_next"] = hall.refused(code)
    page = opened(page_at, stage, lang=lang)
    page.keyboard.press("n")

    expect(said(page)).to_contain_text(WORDS[code][lang == "en"])
    expect(number(page)).to_have_text("D012")


def test_what_cannot_be_done_now_says_why_and_sends_nothing(gallery: Gallery, page_at: PageAt) -> None:
    """A button stays where it is, may be focused, and answers (aria-disabled, not disabled)."""
    stage = gallery.stage_for(fixture(view(ticket=SERVING)))
    page = opened(page_at, stage)
    start = page.get_by_role("button", name="Mulai layani")
    expect(start).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("s")
    expect(said(page)).to_have_text("Nomor ini sedang dilayani.")
    page.keyboard.press("c")
    expect(said(page)).to_contain_text("Masih ada nomor di loket.")

    assert [] == stage.commands


def test_next_tells_how_the_one_before_ended(gallery: Gallery, page_at: PageAt) -> None:
    """Soon after its call a ticket ends as a no-show, later as served: the hub decides, the officer must hear it."""
    stage = gallery.stage_for(fixture(view()))
    gone = shapes.HeldTicket(id=SEEN, number="D012", service="kia", since_at_ms=hall.NOW_MS)
    page = opened(page_at, stage)
    pressed(page, stage, "n", view(ticket=OTHER, missed=[gone]))
    expect(said(page)).to_have_text("D012 dicatat tidak hadir.")
    page.clock.fast_forward(1_000)
    pressed(page, stage, "n", without(), count=2)

    expect(said(page)).to_have_text("A045 selesai.")


def test_whoever_loses_his_counter_is_told_by_whom(gallery: Gallery, page_at: PageAt) -> None:
    """And his next key does nothing to the other's citizen."""
    stage = gallery.stage_for(fixture(view()))
    page = opened(page_at, stage)
    stage.show(foreign())
    expect(said(page)).to_contain_text("diambil alih oleh Budi Santoso")
    page.keyboard.press("n")
    expect(said(page)).to_contain_text("Loket ini dipakai orang lain.")

    assert [] == stage.commands


def test_a_step_can_be_undone_for_as_long_as_the_countdown_runs(gallery: Gallery, page_at: PageAt) -> None:
    """Counted on the button by the hub's clock; afterwards it is gone and its key says so."""
    stage = gallery.stage_for(fixture(without(undo_until_at_ms=hall.NOW_MS + 30_000)))
    page = opened(page_at, stage)
    undo = page.get_by_role("button", name="Batalkan")
    expect(undo).to_contain_text("dtk")
    page.keyboard.press("u")
    assert {"counter": COUNTER, "sees": None} == arguments_of(stage.wait_for_command("undo"))
    expect(said(page)).to_have_text("Langkah terakhir dibatalkan.")
    stage.go_silent()
    page.clock.fast_forward(31_000)
    expect(undo).to_have_count(0)
    page.keyboard.press("u")

    expect(said(page)).to_have_text("Tidak ada langkah yang dapat dibatalkan.")
    assert 1 == len(stage.commands)


def test_every_key_stands_on_its_button_and_in_the_help(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """A key that nobody can find is none; a reader hears of it through aria-keyshortcuts."""
    stage = gallery.stage_for(fixture(view(last_call=last_call(), undo_until_at_ms=hall.NOW_MS + 60_000)))
    page = opened(page_at, stage)
    shown = page.locator("button kbd").all_inner_texts()
    told = page.locator("button[aria-keyshortcuts]").evaluate_all(
        "all => all.map((one) => one.getAttribute('aria-keyshortcuts'))"
    )
    page.keyboard.press("?")
    helped = page.locator(".help kbd").all_inner_texts()

    assert sorted(shown) == sorted(told)
    assert {*shown, "O", "H", "W", "Esc"} == set(helped)
    assert_accessible(page)
