"""The devices page, and the page on which a new device shows its code.

Source: docs/security.md, "Pairing" and "Revoking"; the requirements' words on a calm page for whoever comes once a month.
"""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import PageAt
from tests.pages.fixtures import devices as fixtures
from tests.pages.fixtures import hall
from tests.pages.fixtures.devices import KIOSK, LINK, SCREEN, SIZES, WAITING
from tests.pages.fixtures.pair import new
from tests.pages.gallery import LANGUAGES, Gallery, fixtures_of

pytestmark = pytest.mark.browser

REFUSED = "Failed to load resource"
"""What Chromium writes of an answer of 4xx, which is what some of these tests ask for."""

DEVICES, PAIRINGS = "/api/v1/devices", "/api/v1/pairings"
DESK, PHONE = SIZES
CODE = "ACDE-FGHJ"
SECRET = "secret-of-the-device"
STARTED = {
    "code": CODE,
    "secret": SECRET,
    "expires_at_ms": hall.NOW_MS + 600_000,
    "ask_after_ms": 50,
}
FOUND: dict[str, Any] = {**msgspec.to_builtins(WAITING[0]), "roles": ["kiosk", "display"]}

Check = Callable[[Page], None]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", fixtures_of("devices"))
def test_every_situation_reads_well_on_a_desk_and_on_a_phone(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, name: str, lang: str
) -> None:
    """axe-core finds nothing serious; one h1; nothing beyond the edge."""
    for width, height in SIZES:
        page = page_at(width, height, allowed=(REFUSED,))
        page.goto(gallery.stage("devices", name).address(lang))
        expect(page.locator("h1")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert_accessible(page)


def test_the_lists_tell_of_each_credential_whom_it_lets_in_and_when_that_was(
    gallery: Gallery, page_at: PageAt
) -> None:
    """Place, role, kind, when made, when last seen; links and people stand apart; nothing that opens a door."""
    page = opened(gallery, page_at)

    rows = page.get_by_role("list", name="Di gedung ini").get_by_role("listitem")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text(first_kiosk())
    expect(rows.nth(0)).to_contain_text("Terhubung")
    expect(rows.nth(1)).to_contain_text("Terakhir terlihat 24 Nov 2026")
    expect(rows.nth(2)).to_contain_text("Belum pernah dipakai")
    expect(page.get_by_role("list", name="Tautan yang belum dibuka").get_by_role("listitem")).to_have_count(1)
    own = page.get_by_role("list", name="Token orang").get_by_role("listitem").filter(has_text="Halaman ini")
    expect(own.get_by_role("button")).to_have_count(0)


def test_a_code_is_looked_up_and_then_the_device_gets_its_place(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """With the keyboard alone; before anything is decided the page says which device it is, and offers no other role."""
    gallery.replies[f"{PAIRINGS}/find"] = (200, FOUND)
    gallery.replies[f"{PAIRINGS}/{FOUND['id']}/approve"] = (200, {})
    gallery.replies[DEVICES] = (200, listed(KIOSK))
    page = opened(gallery, page_at)
    page.get_by_label("Kode di perangkat").focus()
    page.keyboard.type("acde fghj")
    page.keyboard.press("Enter")

    expect(page.locator("form .note")).to_contain_text("Peramban di 192.168.1.44")
    expect(page.get_by_label("Tempat")).to_be_visible()
    assert {"Kios", "Layar"} == set(
        page.locator("optgroup").evaluate_all("all => all.map((one) => one.label)")
    )
    assert_accessible(page)
    page.get_by_label("Tempat").select_option(index=1)
    page.get_by_role("button", name="Izinkan masuk").click()
    expect(page.get_by_role("status")).to_contain_text("diizinkan masuk")

    path, body = next(sent for sent in reversed(gallery.posts) if sent[0].endswith("/approve"))
    assert f"{PAIRINGS}/{FOUND['id']}/approve" == path
    assert {"code": "acde fghj", "hall": fixtures.HALL, "role": "kiosk", "device": "kiosk-2"} == body


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (
            (422, {"code": "INVALID", "errors": [{"path": "code"}]}),
            "Tidak ada perangkat yang kini menampilkan",
        ),
        ((429, {"code": "TOO_MANY"}), "Terlalu banyak percobaan"),
        ((503, {"code": "BUSY"}), "Tidak ada yang diubah"),
        ((401, {"code": "UNAUTHENTICATED"}), "Anda tidak lagi masuk"),
    ],
)
def test_a_code_that_does_not_work_says_why(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, reply: tuple[int, Any], told: str
) -> None:
    """And what was typed stays, so that only the mistake must be typed again."""
    gallery.replies[f"{PAIRINGS}/find"] = reply
    page = opened(gallery, page_at)
    page.get_by_label("Kode di perangkat").fill("ACDE-FGHK")
    page.get_by_role("button", name="Lanjut").click()

    expect(page.get_by_role("alert").filter(has_text=told)).to_be_visible()
    expect(page.get_by_label("Kode di perangkat")).to_have_value("ACDE-FGHK")
    assert_accessible(page)


@pytest.mark.parametrize(
    ("one", "told"), [(SCREEN, "haknya tidak berlaku lagi"), (LINK, "tidak membuka apa-apa lagi")]
)
def test_nothing_is_revoked_without_a_question(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, one: Any, told: str
) -> None:
    """Escape changes its mind; only the second button sends, and then the row is gone."""
    path = f"{DEVICES}/{one.id}"
    gallery.replies[path] = (200, listed(KIOSK))
    page = opened(gallery, page_at)
    button = page.get_by_role("listitem").filter(has_text=one.device).get_by_role("button")
    button.click()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert path not in {sent[0] for sent in gallery.posts}

    button.click()
    page.get_by_role("dialog").get_by_role("button", name="Cabut", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(told)
    expect(page.get_by_role("listitem").filter(has_text=one.device)).to_have_count(0)
    gallery.posts.clear()


def test_a_stranger_who_waits_is_turned_away(gallery: Gallery, page_at: PageAt) -> None:
    """One press; the list shows where he is, and no code."""
    path = f"{PAIRINGS}/{WAITING[0].id}/withdraw"
    gallery.replies[path] = (200, {})
    gallery.replies[DEVICES] = (200, listed(KIOSK))
    page = opened(gallery, page_at)
    page.get_by_role("list", name="Perangkat yang menampilkan kode").get_by_role("button").click()

    expect(page.get_by_text("Saat ini tidak ada perangkat yang menampilkan kode.")).to_be_visible()
    assert path in {sent[0] for sent in gallery.posts}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_new_device_shows_its_code_large_and_says_where_it_is_typed(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, lang: str
) -> None:
    """On a desk and on a phone; the secret that it asks with is neither on the page nor in its address."""
    replies(gallery, waits)
    for width, height in SIZES:
        page = page_at(width, height, allowed=(REFUSED,))
        page.goto(gallery.stage("pair", "new").address(lang))
        expect(page.locator(".pair-symbols")).to_have_text(CODE)
        expect(page.locator(".pair-address")).to_contain_text("/devices")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".pair-symbols").evaluate("one => one.scrollWidth <= one.clientWidth")
        assert SECRET not in page.content() + page.url
        assert_accessible(page)


def test_an_approved_device_goes_to_its_own_page(gallery: Gallery, page_at: PageAt) -> None:
    """By itself, and without a way back to the code."""
    replies(gallery, lambda _: (200, {"state": "approved", "go": "/sign_in/empty?lang=id"}))
    page = page_at(*DESK, allowed=(REFUSED,))
    page.goto(gallery.stage("pair", "new").address())
    page.wait_for_url("**/sign_in/empty?lang=id")

    assert (f"{PAIRINGS}/ask", {"secret": SECRET}) in gallery.posts


def test_a_device_that_was_turned_away_does_not_ask_again_by_itself(
    gallery: Gallery, page_at: PageAt
) -> None:
    """Somebody said no; whoever stands before it may ask for a new code."""
    replies(gallery, lambda _: (401, {"code": "UNAUTHENTICATED"}))
    page = page_at(*DESK, allowed=(REFUSED,))
    page.goto(gallery.stage("pair", "new").address())
    again = page.get_by_role("button", name="Kode baru")
    expect(again).to_be_visible()
    expect(page.locator(".pair-symbols")).to_have_count(0)
    replies(gallery, waits)
    again.click()

    expect(page.locator(".pair-symbols")).to_have_text(CODE)


def test_a_code_that_ran_out_is_replaced_by_itself(gallery: Gallery, page_at: PageAt) -> None:
    """Nobody may be standing there; the same answer within the ten minutes ends it, which is the control above."""
    codes = iter(("ACDE-FGHJ", "KMNP-QRTV"))
    last = "ACDE-FGHJ"

    def start(_: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        nonlocal last
        last = next(codes, last)
        return 201, {**STARTED, "code": last}

    def ask(_: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return (401, {"code": "UNAUTHENTICATED"}) if last.startswith("ACDE") else (200, {"state": "waiting"})

    gallery.replies[PAIRINGS] = start
    gallery.replies[f"{PAIRINGS}/ask"] = ask
    page = page_at(*DESK, allowed=(REFUSED,))
    page.goto(gallery.stage_for(new(lives_ms=0), "short").address())

    expect(page.locator(".pair-symbols")).to_have_text("KMNP-QRTV")


def test_a_hub_that_is_away_is_waited_for(gallery: Gallery, page_at: PageAt) -> None:
    """The page says so, and keeps the code that it shows."""
    replies(gallery, lambda _: (503, {"code": "BUSY"}))
    page = page_at(*DESK, allowed=(REFUSED,))
    page.goto(gallery.stage("pair", "new").address())

    expect(page.get_by_role("status")).to_contain_text("tidak menjawab")
    expect(page.locator(".pair-symbols")).to_have_text(CODE)


def opened(gallery: Gallery, page_at: PageAt, size: tuple[int, int] = DESK) -> Page:
    """The hall's devices, in Indonesian."""
    page = page_at(*size, allowed=(REFUSED,))
    page.goto(gallery.stage("devices", "hall").address())
    expect(page.locator("h1")).to_have_text("Perangkat")
    return page


def replies(gallery: Gallery, ask: Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]) -> None:
    gallery.replies[PAIRINGS] = (201, STARTED)
    gallery.replies[f"{PAIRINGS}/ask"] = ask


def waits(_: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    return 200, {"state": "waiting"}


def listed(*devices: Any) -> dict[str, Any]:
    """As the hub answers every change; nobody waits."""
    return {"devices": msgspec.to_builtins(devices), "waiting": []}


def first_kiosk() -> str:
    """Its name as the configuration has it."""
    return dict(hall.config().kiosks[0].name)["id"]
