"""From the first start's one-time link to an officer who is kept to his counter, and to the end of his session.

A real hub that is no demonstration, and two browsers that share nothing: the administrator's and the officer's.
Source: the requirements' paragraph on accounts ("no default password"), contract ("HTTP", credentials).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.hubs import API, HALL, RunningHub, running_hub
from tests.pace import PATIENCE_S
from tests.pages.gallery import chromium

pytestmark = pytest.mark.browser

WAIT_MS = PATIENCE_S * 1_000
"""A password costs 35 ms of one core and a page some files; the machine may have other work."""

OWN, OTHER = "loket-3", "loket-4"
PASSWORD = "kebun teh di lereng"
CALL_FROM_PAGE = """async (path) => {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
  return [answer.status, (await answer.json()).code ?? null];
}"""


def test_from_the_first_start_to_an_officer_who_is_shut_out(tmp_path: Path) -> None:
    """Set-up link, administrator, officer at one counter only, new password, disabled, session over."""
    with (
        running_hub(tmp_path / "hub", "--always-open") as hub,
        chromium() as browser,
        person(browser) as administrator,
        person(browser) as officer,
    ):
        set_up(administrator, hub)
        password = make_officer(administrator, hub)

        sign_in(officer, hub, "dewi.lestari", password)
        kept_to_his_counter(officer, hub)

        reset_password(administrator)
        expect(officer.locator(".strip-stopped")).to_be_visible()
        sign_in(officer, hub, "dewi.lestari", PASSWORD)
        officer.get_by_role("link", name="Loket 3").click()
        expect(officer.locator("h1")).to_have_text("Loket 3")

        disable(administrator)
        expect(officer.locator(".strip-stopped")).to_be_visible()
        assert (401, "UNAUTHENTICATED") == called(officer, OWN, "open")
        sign_in(officer, hub, "dewi.lestari", PASSWORD)
        expect(officer.get_by_role("alert")).to_contain_text("tidak cocok")


def set_up(page: Page, hub: RunningHub) -> None:
    """The link makes the first administrator once; nobody else gets in by it."""
    link = set_up_link(hub)
    page.goto(link)
    page.get_by_label("Nama pengguna").fill("siti.rahmawati")
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Buat akun").click()
    page.wait_for_url(f"{hub.url}/")
    page.goto(link)
    page.get_by_label("Nama pengguna").fill("orang.lain")
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Buat akun").click()
    expect(page.get_by_role("alert")).to_contain_text("sudah dipakai")


def set_up_link(hub: RunningHub) -> str:
    """What the hub prints after its `ready` line."""
    assert hub.process.stdout is not None
    patience = threading.Timer(PATIENCE_S, hub.process.kill)
    patience.start()
    try:
        line = hub.process.stdout.readline()
    finally:
        patience.cancel()
    assert f"{hub.url}/setup#" in line, line
    return line.split()[-1]


def make_officer(page: Page, hub: RunningHub) -> str:
    """One counter only; the password that the page made up."""
    page.goto(f"{hub.url}/accounts")
    expect(page.get_by_role("link", name="siti.rahmawati")).to_contain_text("Anda")
    page.get_by_role("link", name="Akun baru").click()
    page.get_by_label("Nama pengguna").fill("dewi.lestari")
    page.get_by_label("Hanya loket ini").check()
    page.get_by_label("Loket 3", exact=True).check()
    page.get_by_role("button", name="Buatkan").click()
    page.get_by_role("button", name="Buat akun").click()
    expect(page.get_by_role("status")).to_contain_text("Akun dewi.lestari telah dibuat.")
    expect(page.get_by_role("link", name="dewi.lestari")).to_contain_text("Loket 3")
    return page.get_by_role("status").locator("code").inner_text()


def sign_in(page: Page, hub: RunningHub, name: str, password: str) -> None:
    """At the choice of counters, or with the form's refusal in sight."""
    page.goto(f"{hub.url}/halls/{HALL}/counter")
    page.get_by_label("Nama pengguna").fill(name)
    page.get_by_label("Kata sandi", exact=True).fill(password)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("alert").or_(page.locator(".chooser")).first).to_be_visible()


def kept_to_his_counter(page: Page, hub: RunningHub) -> None:
    """He is offered his own, led away from another, and refused it by the hub itself; the accounts are not his."""
    expect(page.locator(".chooser-counter strong")).to_have_text(["Loket 3"])
    page.goto(f"{hub.url}/halls/{HALL}/counter/{OTHER}")
    assert f"{hub.url}/halls/{HALL}/counter" == page.url
    assert (403, "FORBIDDEN") == called(page, OTHER, "open")
    page.goto(f"{hub.url}/accounts")
    assert f"{hub.url}/sign-in?next=/accounts" == page.url
    page.goto(f"{hub.url}/halls/{HALL}/counter/{OWN}")
    assert (200, None) == called(page, OWN, "open")
    expect(page.locator(".counter-standing .chip")).to_have_text("Buka")


def reset_password(page: Page) -> None:
    page.get_by_role("link", name="dewi.lestari").click()
    page.get_by_label("Kata sandi baru").fill(PASSWORD)
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("status")).to_contain_text("kata sandi baru")


def disable(page: Page) -> None:
    page.get_by_role("link", name="dewi.lestari").click()
    page.get_by_role("button", name="Nonaktifkan…").click()
    page.get_by_role("dialog").get_by_role("button", name="Nonaktifkan", exact=True).click()
    expect(page.get_by_role("list", name="Dinonaktifkan")).to_contain_text("dewi.lestari")


def called(page: Page, counter: str, part: str) -> tuple[int, str | None]:
    """What the hub says to this browser's session: status, and the code of a refusal."""
    status, code = page.evaluate(CALL_FROM_PAGE, f"{API}/counters/{counter}/{part}")
    return status, code


@contextmanager
def person(browser: Browser) -> Iterator[Page]:
    """A browser of his own, in which no mistake of a page goes unseen."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    context.close()
    assert [] == troubles
