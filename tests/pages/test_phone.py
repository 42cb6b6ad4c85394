"""The citizen's own page at 360 by 740, without an account (`GET /t/{id}`)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

from queue_server.wire.close_codes import CloseCode
from tests.pages.conftest import PageAt
from tests.pages.fixtures import hall
from tests.pages.fixtures.ticket import FIXTURES
from tests.pages.gallery import Gallery
from tests.pages.stage import Stage

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 360, 740
OVER_THE_WIRE_BYTES_MAX = 60_000
"""The brief, the citizen's phone: a cheap phone on a shared network."""

RECORD = """
  window.rung = { sounds: 0, buzzes: 0 };
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (...when) { window.rung.sounds += 1; return start.apply(this, when); };
  const vibrate = navigator.vibrate.bind(navigator);
  navigator.vibrate = (pattern) => { if (Array.isArray(pattern)) window.rung.buzzes += 1; return vibrate(pattern); };
"""
"""Counts what would be heard and felt; both still happen."""

AccessCheck = Callable[[Page], None]


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("name", FIXTURES)
def test_every_state_reads_well_and_names_the_number(
    gallery: Gallery, page_at: PageAt, assert_accessible: AccessCheck, name: str, lang: str
) -> None:
    """axe-core finds nothing serious; the number is there in every state; nothing is cut off at the side."""
    stage, page = _opened(gallery, page_at, name, lang=lang)

    expect(page.locator(".ticket-number")).to_have_text(_number(stage))
    assert page.evaluate("document.documentElement.lang") == lang
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    page.wait_for_timeout(450)  # the called screen's arrival: axe measures colours while they still fade
    assert_accessible(page)


@pytest.mark.parametrize("name", FIXTURES)
def test_nothing_is_cut_off_with_text_twice_as_large(gallery: Gallery, page_at: PageAt, name: str) -> None:
    """WCAG 2.2, 1.4.4: 200 % text, no sideways scrolling, no element beyond the edge."""
    _, page = _opened(gallery, page_at, name)

    page.evaluate("document.documentElement.style.fontSize = '200%'")

    beyond = page.evaluate(
        """() => [...document.querySelectorAll("main *, header *")]
            .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
            .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert beyond == []
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH


def test_the_wait_is_told_as_people_ahead_and_a_range(gallery: Gallery, page_at: PageAt) -> None:
    """Where the data is too thin there is no estimate, and the page says so."""
    stage, page = _opened(gallery, page_at, "waiting")
    facts = page.locator(".ticket-facts")

    expect(facts).to_contain_text("Orang di depan Anda3")
    expect(facts).to_contain_text("8\u201315 menit")
    stage.show(hall.ticket_view(ahead=2, estimate=None))
    expect(facts).to_contain_text("Belum bisa diperkirakan")
    stage.show(hall.ticket_view(ahead=0, estimate=None))
    expect(page.locator(".ticket-next")).to_have_text("Anda giliran berikutnya")


def test_a_call_fills_the_screen_with_counter_and_zone_and_is_read_out(
    gallery: Gallery, page_at: PageAt
) -> None:
    """Counter and zone in full colour; a screen reader says it by itself, and again at a recall."""
    stage, page = _opened(gallery, page_at, "waiting")
    alert = page.get_by_role("alert")
    expect(alert).to_have_text("")

    stage.show(hall.called_ticket())

    expect(page.locator(".ticket-counter")).to_have_text("Loket 1")
    expect(page.locator(".ticket-zone")).to_have_text("Zona A: Kependudukan")
    expect(alert).to_have_text("Nomor A044 dipanggil. Silakan menuju Loket 1, Zona A: Kependudukan.")
    expect(page).to_have_title("Loket 1 · A044")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.ticket')).backgroundColor")
        == "rgb(8, 70, 58)"
    )
    assert page.locator(".ticket-go").bounding_box()["height"] > HEIGHT / 3  # type: ignore[index]  # it is visible
    stage.show(hall.called_ticket(calls=2))
    expect(alert).to_contain_text("Panggilan ke-2")


def test_after_one_tap_a_call_sounds_and_vibrates_and_a_recall_does_again(
    gallery: Gallery, page_at: PageAt
) -> None:
    """Without the tap no browser would allow it; a touch on the page ends the ringing."""
    stage, page = _opened(gallery, page_at, "waiting", script=RECORD)
    page.get_by_role("button", name="Bunyikan saat dipanggil").click()
    expect(page.locator(".note-good")).to_contain_text("Akan berbunyi saat dipanggil")

    stage.show(hall.called_ticket())
    _wait_until(page, "window.rung.sounds === 1 && window.rung.buzzes === 1")
    stage.show(hall.called_ticket(calls=2))
    _wait_until(page, "window.rung.sounds === 2 && window.rung.buzzes === 2")
    page.locator(".ticket-counter").click()
    page.wait_for_timeout(4_500)

    assert page.evaluate("window.rung") == {"sounds": 2, "buzzes": 2}


def test_a_call_rings_three_times_when_nobody_touches_the_phone(gallery: Gallery, page_at: PageAt) -> None:
    """A phone in a bag is not heard at once; being served ends it."""
    stage, page = _opened(gallery, page_at, "waiting", script=RECORD)
    page.get_by_role("button", name="Bunyikan saat dipanggil").click()
    expect(page.locator(".note-good")).to_be_visible()

    stage.show(hall.called_ticket())
    _wait_until(page, "window.rung.sounds === 2")
    stage.show(hall.called_ticket(state="serving", started_at_ms=hall.NOW_MS))
    expect(page.locator(".ticket-told h2")).to_have_text("Anda sedang dilayani")
    page.wait_for_timeout(4_500)

    assert page.evaluate("window.rung.sounds") == 2


def test_without_the_tap_nothing_sounds(gallery: Gallery, page_at: PageAt) -> None:
    """The citizen decides whether his phone makes a noise."""
    stage, page = _opened(gallery, page_at, "waiting", script=RECORD)

    stage.show(hall.called_ticket())
    expect(page.locator(".ticket-counter")).to_be_visible()

    assert page.evaluate("window.rung") == {"sounds": 0, "buzzes": 0}


def test_a_page_opened_after_the_call_does_not_ring_for_it(gallery: Gallery, page_at: PageAt) -> None:
    """A reload is no call; a recall is one."""
    stage, page = _opened(gallery, page_at, "called", script=RECORD)
    stage.wait_for_hello()
    page.wait_for_timeout(300)

    assert page.evaluate("window.rung.buzzes") == 0


def test_cancelling_is_asked_twice_and_then_told(gallery: Gallery, page_at: PageAt) -> None:
    """One tap more than an accident makes; Escape leaves everything as it was."""
    stage, page = _opened(gallery, page_at, "waiting")
    page.get_by_role("button", name="Batalkan nomor").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert stage.commands == []

    page.get_by_role("button", name="Batalkan nomor").click()
    page.get_by_role("button", name="Ya, batalkan").click()
    frame = stage.wait_for_command("cancel_ticket")
    stage.show(hall.ticket_view(state="cancelled", ahead=None, estimate=None))

    assert frame["ticket"] == hall.ticket_view().id
    expect(page.locator(".ticket-told h2")).to_have_text("Nomor ini dibatalkan")
    expect(page.get_by_role("button", name="Batalkan nomor")).to_have_count(0)


def test_cancelling_too_late_says_why(gallery: Gallery, page_at: PageAt) -> None:
    """A refusal in words, never a code."""
    stage, page = _opened(gallery, page_at, "waiting")
    stage.outcomes["cancel_ticket"] = hall.refused("WRONG_STATE")

    page.get_by_role("button", name="Batalkan nomor").click()
    page.get_by_role("button", name="Ya, batalkan").click()

    expect(page.get_by_role("dialog")).to_contain_text("sudah dipanggil")


@pytest.mark.parametrize("name", ["called", "serving", "done", "cancelled", "unserved"])
def test_what_cannot_be_cancelled_offers_no_button(gallery: Gallery, page_at: PageAt, name: str) -> None:
    """The hub would refuse it (domain: only a waiting, parked or missed ticket)."""
    _, page = _opened(gallery, page_at, name)

    expect(page.get_by_role("button", name="Batalkan nomor")).to_have_count(0)


def test_late_says_when_the_last_news_came_and_lost_hides_the_figures(
    gallery: Gallery, page_at: PageAt
) -> None:
    """An old figure is never shown as current. The ticket's own number stays: it cannot grow old, and the desk asks for it."""
    stage, page = _staged(gallery, page_at, "waiting")
    page.clock.install()
    page.goto(stage.address())
    expect(page.locator(".ticket-ahead")).to_have_text("3")
    stage.wait_for_hello()
    page.clock.run_for(500)
    stage.go_silent()
    stage.refuse()

    page.clock.run_for(9_000)
    expect(page.locator(".strip-late")).to_contain_text("Kabar terakhir 10.04 WIB.")
    page.clock.run_for(60_000)
    expect(page.locator(".strip-lost")).to_be_visible()
    expect(page.locator(".ticket-ahead")).to_have_count(0)
    expect(page.locator(".ticket-told h2")).to_have_text("Tidak tersambung")
    expect(page.locator(".ticket-number")).to_have_text("A044")

    stage.welcome()
    page.evaluate("dispatchEvent(new Event('online'))")  # the phone found the network again: no waiting
    expect(page.locator(".ticket-ahead")).to_have_text("3")
    expect(page.locator(".strip")).to_have_count(0)


def test_a_lost_call_hides_the_counter(gallery: Gallery, page_at: PageAt) -> None:
    """Someone else may stand there by now."""
    stage, page = _staged(gallery, page_at, "called")
    page.clock.install()
    page.goto(stage.address())
    expect(page.locator(".ticket-counter")).to_be_visible()
    stage.wait_for_hello()
    stage.refuse()

    page.clock.run_for(70_000)

    expect(page.locator(".ticket-counter")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_text("")


def test_a_ticket_the_hub_no_longer_knows_is_told(
    gallery: Gallery, page_at: PageAt, assert_accessible: AccessCheck
) -> None:
    """Never means never: the page says whom to ask."""
    stage, page = _opened(gallery, page_at, "waiting")
    stage.wait_for_hello()

    stage.dismiss(CloseCode.UNKNOWN)

    expect(page.locator(".strip-stopped")).to_contain_text("meja informasi")
    assert_accessible(page)


def test_the_language_changes_on_the_spot(gallery: Gallery, page_at: PageAt) -> None:
    """Both catalogues came along; screen readers are told."""
    _, page = _opened(gallery, page_at, "waiting")

    page.get_by_role("button", name="English").click()

    expect(page.locator("h1")).to_have_text("Your number")
    assert page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("waiting", ["A044", "Orang di depan Anda", "3", "8\u201315 menit"]),
        ("called", ["Silakan menuju", "Loket 1", "Zona A", "A044"]),
        ("no_show", ["A044", "Nomor Anda sudah dipanggil", "meja informasi"]),
    ],
)
def test_without_javascript_the_page_still_shows_how_it_stands(
    gallery: Gallery, page_at: PageAt, name: str, told: list[str]
) -> None:
    """The first paint comes from the server (`test_shell.py` shows that the page renews itself)."""
    _, page = _opened(gallery, page_at, name, java_script_enabled=False)

    for text in told:
        expect(page.locator("body")).to_contain_text(text)


def test_the_page_weighs_less_than_sixty_kilobytes_over_the_wire(gallery: Gallery, page_at: PageAt) -> None:
    """Everything, from the document to the chime's absence; the files travel compressed."""
    stage, page = _staged(gallery, page_at, "waiting")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 -- Playwright marks what it is handed; a builtin takes no mark
    page.goto(stage.address())
    expect(page.locator(".ticket-ahead")).to_be_visible()
    page.wait_for_load_state("networkidle")

    travelled = sum(answer.request.sizes()["responseBodySize"] for answer in answers)
    unpacked = sum(len(answer.body()) for answer in answers)
    print(f"{len(answers)} files, {travelled} bytes over the wire, {unpacked} unpacked")

    assert travelled < OVER_THE_WIRE_BYTES_MAX
    assert not any("woff2" in answer.url for answer in answers)


def _staged(gallery: Gallery, page_at: PageAt, name: str) -> tuple[Stage, Page]:
    return gallery.stage("ticket", name), page_at(WIDTH, HEIGHT)


def _opened(
    gallery: Gallery,
    page_at: PageAt,
    name: str,
    *,
    lang: str = "id",
    script: str = "",
    **options: bool,
) -> tuple[Stage, Page]:
    stage, page = gallery.stage("ticket", name), page_at(WIDTH, HEIGHT, **options)
    if script:
        page.add_init_script(script)
    page.goto(stage.address(lang))
    return stage, page


def _wait_until(page: Page, condition: str) -> None:
    """Playwright's own wait_for_function evaluates strings inside the page, which its policy forbids."""
    for _ in range(1_000):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{condition}: {page.evaluate('window.rung')}")


def _number(stage: Stage) -> str:
    return str(getattr(stage.fixture.state, "number", ""))
