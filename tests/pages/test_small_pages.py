"""Start, sign-in, one-use link, set-up and the page for wrong addresses."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import PageAt
from tests.pages.fixtures import hall
from tests.pages.gallery import LANGUAGES, Gallery, fixtures_of

pytestmark = pytest.mark.browser

SMALL_PAGES = ("start", "sign_in", "link", "setup", "missing")
SITUATIONS = [(page, name) for page in SMALL_PAGES for name in fixtures_of(page)]
REFUSED = "Failed to load resource"
"""What Chromium writes of an answer of 4xx, which is what these tests ask for."""

AccessCheck = Callable[[Page], None]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("page_name", "name"), SITUATIONS)
def test_every_small_page_reads_well_on_a_desk_and_on_a_phone(
    gallery: Gallery, page_at: PageAt, assert_accessible: AccessCheck, page_name: str, name: str, lang: str
) -> None:
    """axe-core finds nothing serious; one h1; nothing beyond the edge."""
    for width, height in ((1366, 768), (360, 740)):
        page = page_at(width, height, allowed=(REFUSED,))
        page.goto(gallery.stage(page_name, name).address(lang))
        expect(page.locator("h1")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert_accessible(page)


def test_the_start_page_leads_to_every_page_of_the_hall(gallery: Gallery, page_at: PageAt) -> None:
    """Kiosks, screens, counters, the manager's board, the accounts and the devices, each by its own address."""
    stage = gallery.stage("start", "demo")
    page = page_at(1366, 768)
    page.goto(stage.address())

    links = set(page.locator("main a").evaluate_all("all => all.map((one) => one.getAttribute('href'))"))

    base, config = f"/halls/{stage.key}", hall.config()
    expected = {
        f"{base}/counter",
        f"{base}/manager",
        "/accounts",
        "/devices",
        *(f"{base}/kiosk/{one.id}" for one in config.kiosks),
        *(f"{base}/screen/{one.id}" for one in config.screens),
        *(f"{base}/counter/{one.id}" for one in config.counters),
    }
    assert expected == links
    expect(page.locator("main")).to_contain_text("satu klik")


def test_where_there_are_several_halls_the_start_page_leads_to_each(
    gallery: Gallery, page_at: PageAt
) -> None:
    """Each with a start page of its own; where there is one hall, nothing of this is shown."""
    page = page_at(1366, 768)
    page.goto(gallery.stage("start", "one_of_many").address())

    expect(page.get_by_role("link", name="MPP Babat")).to_have_attribute("href", "/?hall=babat")
    expect(page.get_by_role("link", name="MPP Paciran")).to_have_attribute("href", "/?hall=paciran")


def test_outside_a_demonstration_the_start_page_says_how_a_device_gets_in(
    gallery: Gallery, page_at: PageAt
) -> None:
    """By a code that it shows, or a one-use link made on the hub's machine; people sign in."""
    stage = gallery.stage("start", "signed_out")
    page = page_at(1366, 768)
    page.goto(stage.address())

    expect(page.locator("main")).to_contain_text(f"antrean link --role kiosk --hall {stage.key} --id kiosk-1")
    expect(page.get_by_role("link", name="tampilkan kode").first).to_have_attribute("href", "/pair")
    expect(page.get_by_role("link", name="Masuk")).to_have_attribute("href", "/sign-in?next=/")


def test_signing_in_leads_back_to_the_page_that_asked(gallery: Gallery, page_at: PageAt) -> None:
    """By keyboard alone; name and password travel as JSON, never in an address."""
    gallery.replies["/api/v1/session"] = (200, {"role": "officer", "name": "Siti", "go": "/elsewhere"})
    page = page_at(1366, 768, allowed=(REFUSED,))
    page.goto(gallery.stage("sign_in", "empty").address())

    page.keyboard.type("siti")
    page.keyboard.press("Tab")
    page.keyboard.type("rahasia sekali")
    page.keyboard.press("Enter")
    page.wait_for_url("**/halls/lamongan/counter")

    assert gallery.posts[-1] == ("/api/v1/session", {"name": "siti", "password": "rahasia sekali"})


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ((401, {"code": "UNAUTHENTICATED"}), "tidak cocok"),
        ((429, {"code": "TOO_MANY"}), "Tunggu satu menit"),
        ((503, {"code": "BUSY"}), "Belum berhasil masuk"),
    ],
)
def test_a_refused_sign_in_is_told_in_words(
    gallery: Gallery, page_at: PageAt, assert_accessible: AccessCheck, reply: tuple[int, Any], told: str
) -> None:
    """And what was typed stays, so that only the mistake must be typed again."""
    gallery.replies["/api/v1/session"] = reply
    page = page_at(1366, 768, allowed=(REFUSED,))
    page.goto(gallery.stage("sign_in", "empty").address())

    page.get_by_label("Nama pengguna").fill("siti")
    page.get_by_label("Kata sandi", exact=True).fill("salah")
    page.get_by_role("button", name="Masuk").click()

    expect(page.get_by_role("alert")).to_contain_text(told)
    expect(page.get_by_label("Nama pengguna")).to_have_value("siti")
    assert_accessible(page)


def test_a_link_is_exchanged_and_its_code_forgotten(gallery: Gallery, page_at: PageAt) -> None:
    """The code stands behind the # (no log sees it), and leaves the history at once."""
    gallery.replies["/api/v1/link"] = (200, {"role": "kiosk", "name": None, "go": "/sign_in/empty?lang=id"})
    page = page_at(1366, 768)
    page.goto(gallery.stage("link", "with_code").address())
    page.wait_for_url("**/sign_in/empty?lang=id")

    assert gallery.posts[-1] == ("/api/v1/link", {"code": "k7Qw-one-use"})
    page.go_back()
    assert "k7Qw" not in page.url


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ((401, {"code": "UNAUTHENTICATED"}), "tidak berlaku lagi"),
        ((503, {"code": "BUSY"}), "Belum tersambung"),
    ],
)
def test_a_link_that_does_not_work_says_why(
    gallery: Gallery, page_at: PageAt, assert_accessible: AccessCheck, reply: tuple[int, Any], told: str
) -> None:
    """Used or expired: how to get a new one. No hub: try again, the code is kept in the page."""
    gallery.replies["/api/v1/link"] = reply
    page = page_at(1366, 768, allowed=(REFUSED,))
    page.goto(gallery.stage("link", "with_code").address())

    expect(page.locator("h1")).to_contain_text(told)
    assert_accessible(page)
    assert "#" not in page.url


def test_trying_a_link_again_sends_the_same_code(gallery: Gallery, page_at: PageAt) -> None:
    """After an outage nobody has to walk to the hub's machine for a new one."""
    gallery.replies["/api/v1/link"] = (503, {"code": "BUSY"})
    page = page_at(1366, 768, allowed=(REFUSED,))
    page.goto(gallery.stage("link", "with_code").address())
    again = page.get_by_role("button", name="Coba lagi")
    expect(again).to_be_visible()

    gallery.replies["/api/v1/link"] = (200, {"role": "kiosk", "name": None, "go": "/sign_in/empty?lang=id"})
    again.click()
    page.wait_for_url("**/sign_in/empty?lang=id")

    assert gallery.posts[-1][1] == gallery.posts[-2][1]


def test_set_up_wants_ten_characters_and_then_goes_on(gallery: Gallery, page_at: PageAt) -> None:
    """A short password is refused on the spot; nothing of it travels."""
    gallery.replies["/api/v1/setup"] = (
        200,
        {"role": "admin", "name": "siti", "go": "/sign_in/empty?lang=id"},
    )
    sent = len(gallery.posts)
    page = page_at(1366, 768)
    page.goto(gallery.stage("setup", "with_code").address())

    page.get_by_label("Nama pengguna").fill("siti")
    page.get_by_label("Kata sandi", exact=True).fill("pendek")
    page.get_by_role("button", name="Buat akun").click()
    expect(page.get_by_role("alert")).to_contain_text("paling sedikit 10 karakter")
    assert len(gallery.posts) == sent

    page.get_by_label("Kata sandi", exact=True).fill("cukup panjang")
    page.get_by_role("button", name="Buat akun").click()
    page.wait_for_url("**/sign_in/empty?lang=id")

    assert gallery.posts[-1] == (
        "/api/v1/setup",
        {"code": "first-start", "name": "siti", "password": "cukup panjang"},
    )


def test_a_used_set_up_link_says_so(
    gallery: Gallery, page_at: PageAt, assert_accessible: AccessCheck
) -> None:
    """Whoever comes second learns it, and that a new one comes with a new start."""
    gallery.replies["/api/v1/setup"] = (401, {"code": "UNAUTHENTICATED"})
    page = page_at(1366, 768, allowed=(REFUSED,))
    page.goto(gallery.stage("setup", "with_code").address())

    page.get_by_label("Nama pengguna").fill("siti")
    page.get_by_label("Kata sandi", exact=True).fill("cukup panjang")
    page.get_by_role("button", name="Buat akun").click()

    expect(page.get_by_role("alert")).to_contain_text("sudah dipakai")
    assert_accessible(page)


def test_where_the_network_can_read_along_the_sign_in_page_says_so(gallery: Gallery, page_at: PageAt) -> None:
    """In either language, before anything is typed; over https or on one's own machine it says nothing."""
    words = {"id": "tidak terenkripsi", "en": "is not encrypted"}
    page = page_at(1366, 768)
    for lang, told in words.items():
        page.goto(gallery.stage("sign_in", "plain").address(lang))
        expect(page.locator(".note-warn")).to_contain_text(told)
        page.goto(gallery.stage("sign_in", "empty").address(lang))
        expect(page.get_by_role("button").last).to_be_visible()
        expect(page.locator(".note-warn")).to_have_count(0)


@pytest.mark.parametrize(("page_name", "name"), [("sign_in", "empty"), ("setup", "with_code")])
def test_a_password_is_masked_until_asked_and_may_be_pasted_and_kept(
    gallery: Gallery, page_at: PageAt, page_name: str, name: str
) -> None:
    """The browser's own helper is told what the field is, and nothing stands in the way of a paste."""
    page = page_at(1366, 768)
    page.goto(gallery.stage(page_name, name).address())
    field = page.get_by_label("Kata sandi", exact=True)
    kept_for = field.get_attribute("autocomplete")
    field.focus()
    pasted = field.evaluate(
        """(input) => input.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true }))"""
    )
    field.fill("aksara ꦲ dan spasi")

    expect(field).to_have_attribute("type", "password")
    page.get_by_label("Tampilkan kata sandi").check()
    expect(field).to_have_attribute("type", "text")
    expect(field).to_have_value("aksara ꦲ dan spasi")
    page.get_by_label("Tampilkan kata sandi").uncheck()
    expect(field).to_have_attribute("type", "password")
    assert pasted, "nobody cancelled the paste"
    assert {"sign_in": "current-password", "setup": "new-password"}[page_name] == kept_for


def test_figures_have_one_width(gallery: Gallery, page_at: PageAt) -> None:
    """The typeface as vendored keeps its tabular figures, so that no number jumps when it changes."""
    page = page_at(1366, 768)
    page.goto(gallery.stage("sign_in", "empty").address())

    widths = page.evaluate(
        """async () => {
          await document.fonts.load("700 40px 'Atkinson Hyperlegible Next'");
          const line = document.body.appendChild(document.createElement("span"));
          line.className = "number";
          return [..."0123456789"].map((digit) => {
            line.textContent = digit.repeat(10);
            return Math.round(line.getBoundingClientRect().width);
          });
        }"""
    )

    assert len(set(widths)) == 1, widths
