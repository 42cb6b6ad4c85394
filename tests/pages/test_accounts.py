"""The accounts page: a list and one form, for an administrator who comes once a month.

Source: the requirements' paragraph on accounts ("make, disable, reset, role, counters allowed").
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from queue_server.identity.model import Role
from tests.pages.conftest import PageAt
from tests.pages.fixtures.accounts import DISABLED, OFFICER, OWN, SIZES, STAFF, account
from tests.pages.gallery import LANGUAGES, Gallery, fixtures_of

pytestmark = pytest.mark.browser

PATH = "/api/v1/accounts"
REFUSED = "Failed to load resource"
"""What Chromium writes of an answer of 4xx, which is what some of these tests ask for; axe asks for one too, since it
looks for the style sheet that another one imports in the wrong place."""

DESK, PHONE = SIZES
PASSWORD = "kebun teh di lereng"
NEW_ONE = account("officer:aaaabbbbccccdddd", "rina", Role.OFFICER, "loket-3", "loket-8")

Check = Callable[[Page], None]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", fixtures_of("accounts"))
def test_every_situation_reads_well_on_a_desk_and_on_a_phone(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, name: str, lang: str
) -> None:
    """axe-core finds nothing serious; one h1, which has the focus; nothing beyond the edge."""
    for width, height in SIZES:
        page = page_at(width, height, allowed=(REFUSED,))
        page.goto(gallery.stage("accounts", name).address(lang))
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("h1")).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert_accessible(page)


@pytest.mark.parametrize("name", ["new", "officer", "own", "disabled"])
def test_on_a_desk_the_whole_form_is_in_sight(gallery: Gallery, page_at: PageAt, name: str) -> None:
    """Whoever comes once a month does not look for a button below the edge."""
    page = opened(gallery, page_at, name)

    expect(page.locator("form button").last).to_be_in_viewport(ratio=1)


def test_the_list_tells_of_each_account_what_it_may(gallery: Gallery, page_at: PageAt) -> None:
    """Name, role, counters; many counters are a number, and those that are disabled stand apart."""
    page = opened(gallery, page_at, "staff")
    rows = page.get_by_role("list", name="Akun yang boleh masuk").get_by_role("link")

    assert [
        ["agus.setiawan", "Petugas", "Loket 1, Loket 2", "Ubah"],
        ["dewi.lestari", "Petugas", "Loket 3, Loket 4, Loket 5", "Ubah"],
        ["eko.prasetyo", "Petugas", "Semua loket", "Ubah"],
        ["kepala.mpp", "Kepala", "Semua loket", "Ubah"],
        ["muhammad.rizal.fauzi", "Petugas", "Jumlah loket: 7", "Ubah"],
        ["siti.rahmawati\nAnda", "Administrator", "Semua loket", "Ubah"],
    ] == [row.locator("> span").all_inner_texts() for row in rows.all()]
    expect(page.get_by_role("list", name="Dinonaktifkan").get_by_role("link")).to_contain_text(["bambang"])


def test_an_account_is_made_with_the_keyboard_alone(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """Name, role, password, counters, Enter; then the list says so, and the form is gone."""
    gallery.replies[PATH] = (201, listed(*STAFF, NEW_ONE))
    page = opened(gallery, page_at, "staff")
    tab_to(page, "text=Akun baru")
    page.keyboard.press("Enter")
    tab_to(page, "#name")
    page.keyboard.type("rina")
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    tab_to(page, "input[name=counters]")
    page.keyboard.press("ArrowRight")
    for counter in ("Loket 3", "Loket 8"):
        tab_to(page, f"label:text-is('{counter}') input")
        page.keyboard.press("Space")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_have_text("Akun rina telah dibuat.")
    expect(page.get_by_role("link", name="rina")).to_contain_text("Loket 3, Loket 8")
    wish = {"name": "rina", "password": PASSWORD, "role": "officer", "counters": ["loket-3", "loket-8"]}
    assert (PATH, wish) == sent_last(gallery)
    assert_accessible(page)


def test_a_password_that_was_made_up_is_shown_once_more(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """It is what was sent, it is hard to guess, and it is gone with the next form."""
    gallery.replies[PATH] = (201, listed(*STAFF, NEW_ONE))
    page = opened(gallery, page_at, "new")
    page.get_by_label("Nama pengguna").fill("rina")
    page.get_by_role("button", name="Buatkan").click()
    made_up = page.locator("#password").input_value()
    page.get_by_role("button", name="Buat akun").click()

    expect(page.get_by_role("status").locator("code")).to_have_text(made_up)
    assert made_up == sent_last(gallery)[1]["password"]
    assert [4, 4, 4] == [len(part) for part in made_up.split("-")]
    assert_accessible(page)
    page.get_by_role("link", name="dewi.lestari").click()
    page.get_by_role("link", name="Batal").click()
    expect(page.locator("code")).to_have_count(0)


def test_a_password_that_was_typed_is_not_shown(gallery: Gallery, page_at: PageAt) -> None:
    """Who typed it knows it; others may stand behind him."""
    gallery.replies[PATH] = (201, listed(*STAFF, NEW_ONE))
    page = opened(gallery, page_at, "new")
    page.get_by_role("button", name="Buatkan").click()
    page.get_by_label("Nama pengguna").fill("rina")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Buat akun").click()

    expect(page.get_by_role("status")).to_have_text("Akun rina telah dibuat.")


@pytest.mark.parametrize(
    ("name", "password", "focused", "told"),
    [
        ("", PASSWORD, "name", "Isi nama pengguna."),
        ("  Dewi.LESTARI ", PASSWORD, "name", "Nama ini sudah dipakai."),
        ("rina", "pendek", "password", "paling sedikit 10 karakter"),
        ("rina.wulandari", "Rina.Wulandari", "password", "tidak boleh sama"),
    ],
)
def test_what_is_not_right_is_said_before_anything_travels(
    gallery: Gallery,
    page_at: PageAt,
    assert_accessible: Check,
    name: str,
    password: str,
    focused: str,
    told: str,
) -> None:
    """In words, with the focus on the field, and what was typed stays."""
    page = opened(gallery, page_at, "new")
    sent = len(gallery.posts)
    page.get_by_label("Nama pengguna").fill(name)
    page.locator("#password").fill(password)
    page.get_by_role("button", name="Buat akun").click()

    said_at(page, told, page.locator(f".card:has(#{focused})"))
    expect(page.locator(f"#{focused}")).to_be_focused()
    expect(page.locator(f"#{focused}")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#password")).to_have_value(password)
    assert sent == len(gallery.posts)
    assert_accessible(page)


def test_on_a_phone_a_mistake_stands_beside_its_field(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """The button is far below the name that is taken."""
    page = opened(gallery, page_at, "new", PHONE)
    page.get_by_label("Nama pengguna").fill("dewi.lestari")
    page.locator("#password").fill(PASSWORD)
    page.get_by_label("Hanya loket ini").check()
    page.get_by_label("Loket 26").check()
    page.get_by_role("button", name="Buat akun").click()

    expect(page.get_by_text("Nama ini sudah dipakai.")).to_be_in_viewport()
    expect(page.locator("#name")).to_be_in_viewport()
    assert_accessible(page)


def test_an_officer_at_no_counter_is_a_mistake(gallery: Gallery, page_at: PageAt) -> None:
    """He could sign in and do nothing."""
    page = opened(gallery, page_at, "new")
    page.get_by_label("Nama pengguna").fill("rina")
    page.locator("#password").fill(PASSWORD)
    page.get_by_label("Hanya loket ini").check()
    page.get_by_role("button", name="Buat akun").click()

    said_at(page, "Pilih paling sedikit satu loket", page.locator(".card:has([name=counters])"))
    expect(page.get_by_label("Hanya loket ini")).to_be_focused()


def test_a_change_names_only_what_is_different(gallery: Gallery, page_at: PageAt) -> None:
    """Another administrator may have changed the rest meanwhile."""
    gallery.replies[f"{PATH}/{OFFICER}"] = (200, listed(*STAFF))
    page = opened(gallery, page_at, "officer")
    page.get_by_label("Loket 5").uncheck()
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("status")).to_have_text("Akun dewi.lestari telah diubah.")
    assert (f"{PATH}/{OFFICER}", {"counters": ["loket-3", "loket-4"]}) == sent_last(gallery)

    page.get_by_role("link", name="dewi.lestari").click()
    page.get_by_label("Semua loket").check()
    page.get_by_label("Kepala").check()
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Simpan").click()

    expect(page.get_by_role("status")).to_contain_text("dewi.lestari mendapat kata sandi baru")
    assert {"counters": None, "role": "manager", "password": PASSWORD} == sent_last(gallery)[1]


def test_saving_nothing_asks_nothing_of_the_hub(gallery: Gallery, page_at: PageAt) -> None:
    """Nobody is signed out because somebody looked."""
    page = opened(gallery, page_at, "officer")
    sent = len(gallery.posts)
    page.get_by_role("button", name="Simpan").click()

    expect(page.locator("h1")).to_have_text("Akun petugas")
    assert sent == len(gallery.posts)


def test_an_account_is_disabled_after_one_plain_question(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check
) -> None:
    """The safe answer has the focus, Escape means no; by keyboard alone."""
    gallery.replies[f"{PATH}/{OFFICER}"] = (
        200,
        listed(*(disabled(one) if one.account == OFFICER else one for one in STAFF)),
    )
    page = opened(gallery, page_at, "officer")
    sent = len(gallery.posts)
    tab_to(page, "text=Nonaktifkan…")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Nonaktifkan dewi.lestari?")).to_be_visible()
    expect(page.get_by_role("button", name="Batal")).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert sent == len(gallery.posts)
    expect(page.get_by_role("button", name="Nonaktifkan…")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_have_text("dewi.lestari dinonaktifkan dan dikeluarkan.")
    expect(page.get_by_role("list", name="Dinonaktifkan").get_by_role("link")).to_have_count(2)
    assert (f"{PATH}/{OFFICER}", {"disabled": True}) == sent_last(gallery)


def test_a_disabled_account_is_enabled_with_one_press(gallery: Gallery, page_at: PageAt) -> None:
    """Letting somebody in again needs no second thought."""
    gallery.replies[f"{PATH}/{DISABLED}"] = (200, listed(*STAFF))
    page = opened(gallery, page_at, "disabled")
    page.get_by_role("button", name="Aktifkan kembali").click()

    expect(page.get_by_role("status")).to_have_text("bambang boleh masuk lagi.")
    assert (f"{PATH}/{DISABLED}", {"disabled": False}) == sent_last(gallery)


def test_nobody_shuts_himself_out(gallery: Gallery, page_at: PageAt) -> None:
    """One's own role is fixed and there is no disabling; a new password leads to the sign-in page and back."""
    gallery.replies[f"{PATH}/{OWN}"] = (200, listed(*STAFF))
    page = opened(gallery, page_at, "own")
    expect(page.get_by_label("Petugas")).to_be_disabled()
    expect(page.get_by_role("button", name="Nonaktifkan…")).to_have_count(0)
    page.route("**/sign-in?next=/accounts", lambda route: route.fulfill(body="signed out"))
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Simpan").click()

    page.wait_for_url("**/sign-in?next=/accounts")
    assert {"password": PASSWORD} == sent_last(gallery)[1]


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (422, {"code": "INVALID", "errors": [{"path": "name"}]}, "Nama ini sudah dipakai atau"),
        (422, {"code": "INVALID", "errors": [{"path": "password"}]}, "Kata sandi ini tidak dapat dipakai."),
        (422, {"code": "INVALID", "errors": [{"path": "account"}]}, "administrator terakhir"),
        (401, {"code": "UNAUTHENTICATED"}, "Anda tidak lagi masuk."),
        (403, {"code": "FORBIDDEN"}, "Anda tidak boleh lagi mengubah akun."),
        (503, {"code": "BUSY"}, "Tidak ada yang disimpan."),
        (503, {"code": "OUTCOME_UNKNOWN"}, "Perubahan mungkin sudah tersimpan"),
    ],
)
def test_a_refusal_is_said_in_words(
    gallery: Gallery, page_at: PageAt, assert_accessible: Check, status: int, body: dict[str, Any], told: str
) -> None:
    """And the form stays as it was filled in."""
    gallery.replies[PATH] = (status, body)
    page = opened(gallery, page_at, "new")
    page.get_by_label("Nama pengguna").fill("rina")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Buat akun").click()

    said_at(page, told, page.locator("form"))
    expect(page.get_by_role("button", name="Buat akun")).to_be_enabled()
    expect(page.get_by_label("Nama pengguna")).to_have_value("rina")
    assert_accessible(page)


def test_a_hub_that_does_not_answer_leaves_it_open_whether_it_was_saved(
    gallery: Gallery, page_at: PageAt
) -> None:
    """Saying "not saved" would be a guess."""
    page = opened(gallery, page_at, "new")
    page.route(f"**{PATH}", lambda route: route.abort())
    page.get_by_label("Nama pengguna").fill("rina")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Buat akun").click()

    said_at(page, "mungkin sudah tersimpan", page.locator("form"))


def test_the_browsers_way_back_leads_from_the_form_to_the_list(gallery: Gallery, page_at: PageAt) -> None:
    """The address names the form, so that the habit of going back loses nobody."""
    page = opened(gallery, page_at, "staff")
    page.get_by_role("link", name="eko.prasetyo").click()
    expect(page.locator("h1")).to_have_text("eko.prasetyo")
    page.go_back()

    expect(page.locator("h1")).to_have_text("Akun petugas")


def opened(gallery: Gallery, page_at: PageAt, name: str, size: tuple[int, int] = DESK) -> Page:
    """One situation, in Indonesian; nothing on the page may ask with the browser's own window."""
    page = page_at(*size, allowed=(REFUSED,))
    page.on("dialog", refuse)
    page.goto(gallery.stage("accounts", name).address())
    expect(page.locator("h1")).to_be_focused()
    return page


def refuse(dialog: Dialog) -> None:
    raise AssertionError(f"the browser asked: {dialog.message}")


def said_at(page: Page, told: str, place: Locator) -> None:
    """One alert speaks, there, and no other."""
    alerts = page.get_by_role("alert").filter(has_text=re.compile("."))
    expect(alerts).to_have_count(1)
    expect(place.get_by_role("alert").filter(has_text=told)).to_be_visible()


def sent_last(gallery: Gallery) -> tuple[str, dict[str, Any]]:
    """Path and body of the newest request."""
    return gallery.posts[-1]


def tab_to(page: Page, selector: str) -> None:
    """By Tab alone, within the number of things that the page has to offer."""
    wanted = page.locator(selector).first
    expect(wanted).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"Tab never came to {selector}")


def listed(*accounts: Any) -> Any:
    """As the hub answers every change."""
    return msgspec.to_builtins(accounts)


def disabled(one: Any) -> Any:
    return msgspec.structs.replace(one, is_disabled=True)
