"""What is not well on the hall manager's board: devices, warnings with what to do, and the doubtful clock."""

from collections.abc import Callable

import msgspec
import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import PageAt
from tests.pages.fixtures import hall
from tests.pages.fixtures.manager import FULL_DISK, doubtful, warning, well
from tests.pages.gallery import Gallery
from tests.pages.manager_steps import opened, tab_to

pytestmark = pytest.mark.browser

AccessCheck = Callable[[Page], None]


def test_every_device_tells_how_it_is(gallery: Gallery, page_at: PageAt) -> None:
    """Screens and voices by zone, kiosks, printers with their paper; what is not well says since when."""
    _, page = opened(gallery, page_at, "failing")

    config = hall.config()
    devices = page.locator(".devices li")
    expect(devices).to_have_count(
        len(config.screens) + len(config.zones) + len(config.kiosks) + len(config.printers)
    )
    for told in (
        "screen-a-1 siap",
        "Suara menunggu ketukan, 7 mnt, 3 menunggu giliran",
        "screen-b-2 terputus, 9 mnt",
        "Suara siap, 2 tidak sempat terucap",
        "kiosk-2 terputus, 2 mnt",
        "printer-1 kertas habis, 12 mnt",
        "printer-2 kertas hampir habis, 25 mnt",
    ):
        expect(devices.filter(has_text=told)).to_have_count(1)


def test_a_printer_that_is_well_says_that_it_has_paper(gallery: Gallery, page_at: PageAt) -> None:
    """Paper is the one thing that a manager wants to know of a device that works."""
    _, page = opened(gallery, page_at, "calm")

    expect(page.locator(".device-words")).to_have_text(["kertas cukup", "kertas cukup"])


def test_what_is_not_well_comes_by_urgency_with_what_to_do(gallery: Gallery, page_at: PageAt) -> None:
    """The store before the paper, the paper before a voice, what is over at the end; each kind once."""
    _, page = opened(gallery, page_at, "failing")

    expect(page.locator(".trouble h3")).to_have_text(
        [
            "Pusat antrean tidak dapat menyimpan",
            "Kertas tiket habis",
            "Panggilan tidak terdengar",
            "Layar menunggu ketukan untuk bersuara",
            "Layar mati atau terputus",
            "Tiket tidak tercetak",
            "Panggilan tidak sempat diucapkan",
            "Panggilan belum pasti terdengar",
            "Kertas tiket hampir habis",
            "Kios mati atau terputus",
            "Perubahan pengaturan ditolak",
        ]
    )
    expect(page.locator(".troubles .chip")).to_have_text("11")
    dropped = page.locator(".trouble", has_text="tidak sempat diucapkan")
    expect(dropped.locator(".cases li")).to_have_text(["P047 · Loket 17 5 mnt", "X010 · Loket 22 6 mnt"])
    expect(dropped.locator(".trouble-do")).to_contain_text("petugas memanggil ulang")


def test_a_full_disk_tells_the_hubs_own_words_to_the_technician(gallery: Gallery, page_at: PageAt) -> None:
    """First what it means for the hall; the hub's words behind one key."""
    _, page = opened(gallery, page_at, "failing")
    store = page.locator(".trouble").first

    expect(store.locator(".trouble-do")).to_contain_text("Nomor dan panggilan baru ditolak")
    expect(store.get_by_text(FULL_DISK)).to_be_hidden()
    tab_to(page, store.locator("summary"))
    page.keyboard.press("Enter")
    expect(store.get_by_text(FULL_DISK)).to_be_visible()


def test_many_of_one_kind_are_counted(gallery: Gallery, page_at: PageAt) -> None:
    """A bad afternoon of the loudspeaker must not push a dead printer out of sight."""
    dropped = [warning("call_dropped", f"A{place:03}", place, "Loket 1") for place in range(40)]
    stage, page = opened(gallery, page_at)

    stage.show(well(warnings=[*dropped, warning("printer_offline", "printer-1", 90)]))

    expect(page.locator(".trouble h3")).to_have_text(
        ["Pencetak terputus", "Panggilan tidak sempat diucapkan"]
    )
    expect(page.locator(".trouble").last.locator(".cases li")).to_have_count(7)
    expect(page.locator(".cases li").last).to_have_text("dan 34 lagi")


def test_a_warning_of_a_later_hub_is_shown_all_the_same(gallery: Gallery, page_at: PageAt) -> None:
    """By its code and before the others: nobody knows how urgent it is."""
    stage, page = opened(gallery, page_at)

    known = warning("printer_offline", "printer-1", 3)
    later = msgspec.structs.replace(known, code="roof_leaks", subject="b")
    stage.show(msgspec.structs.replace(well(), warnings=[known, later]))

    expect(page.locator(".trouble h3").first).to_have_text("Peringatan dari pusat antrean: roof_leaks")
    expect(page.locator(".trouble").first).to_contain_text("Zona B: Perizinan dan Pajak")


def test_a_doubtful_clock_is_settled_by_keyboard_after_a_question(
    gallery: Gallery, page_at: PageAt, assert_accessible: AccessCheck
) -> None:
    """Escape sends nothing; the confirmation sends `settle_clock` once; the warning goes with the next view."""
    stage, page = opened(gallery, page_at, "clock_in_doubt")
    button = page.get_by_role("button", name="Tetapkan jam")

    expect(page.locator(".board-time-doubt")).to_be_visible()
    tab_to(page, button)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Apakah jam pusat antrean sudah benar?")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert [] == stage.commands

    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Ya, sudah benar"))
    page.keyboard.press("Enter")
    assert "settle_clock" == stage.wait_for_command("settle_clock")["command"]
    expect(page.get_by_role("dialog")).to_have_count(0)
    stage.show(well())
    expect(page.locator(".board-time-doubt")).to_have_count(0)
    expect(page.locator(".troubles")).to_have_text("Tidak ada gangguan")
    assert 1 == len(stage.commands)


def test_a_doubtful_clock_is_told_once(gallery: Gallery, page_at: PageAt) -> None:
    """The hub says it by a flag and mostly by a warning too."""
    stage, page = opened(gallery, page_at, "clock_in_doubt")

    expect(page.locator(".trouble h3")).to_have_text(["Jam pusat antrean diragukan"])
    stage.show(doubtful(warnings=[]))
    expect(page.locator(".trouble h3")).to_have_text(["Jam pusat antrean diragukan"])


def test_a_refused_clock_is_told_in_words(
    gallery: Gallery, page_at: PageAt, assert_accessible: AccessCheck
) -> None:
    """And the question stays, so that it can be tried again."""
    stage, page = opened(gallery, page_at, "busy")

    page.get_by_role("button", name="Tetapkan jam").click()
    confirm = page.get_by_role("button", name="Ya, sudah benar")
    confirm.click()
    expect(page.get_by_role("alert")).to_contain_text("sedang tidak dapat menyimpan")
    assert_accessible(page)
    confirm.click()

    stage.wait_for_command("settle_clock", count=2)


def test_nobody_settles_a_clock_over_a_line_that_is_down(gallery: Gallery, page_at: PageAt) -> None:
    """It would come through later and settle another clock than was looked at."""
    stage, page = opened(gallery, page_at, "clock_in_doubt")

    page.get_by_role("button", name="Tetapkan jam").click()
    stage.refuse()
    page.clock.fast_forward(3_000)

    expect(page.get_by_role("button", name="Ya, sudah benar")).to_be_disabled()
    expect(page.get_by_role("dialog")).to_contain_text("Sambungan terputus")
