"""The hall manager's board: who waits too long, every line and counter, and what it shows when it does not know."""

from collections.abc import Callable

import msgspec
import pytest
from playwright.sync_api import Page, expect

from queue_server.wire.close_codes import CloseCode
from tests.pages.conftest import PageAt
from tests.pages.fixtures import hall
from tests.pages.fixtures.manager import CALM_MINUTES, FIXTURES, SIZES, crush, lines, well
from tests.pages.gallery import LANGUAGES, Gallery
from tests.pages.manager_steps import opened, tab_to

pytestmark = pytest.mark.browser

AccessCheck = Callable[[Page], None]

READABLE_AT_3_M_PX = 70
"""By the sum in manager.css."""

SOON_MS = 4_000
"""Until somebody waits too long: time enough to see that he does not yet, on a busy machine too."""

CUT = """
() => [...document.querySelectorAll(".board *:not(.only-spoken)")]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && getComputedStyle(one).display !== "inline")
  .filter((one) => !one.closest(".only-spoken, svg"))
  .map((one) => `${one.tagName} ${one.className} ${one.textContent}`)
"""
"""What does not fit its width. Heights scroll within their panels."""

FITS = """
() => [...document.querySelectorAll(".late, .calm, .board-head")]
  .filter((one) => one.scrollHeight > one.clientHeight + 1 || one.getBoundingClientRect().right > innerWidth)
  .map((one) => one.textContent)
"""
"""What must be seen without scrolling, and is not."""

SIZE_OF = "(one) => parseFloat(getComputedStyle(one).fontSize)"


def test_who_waits_too_long_fills_the_eye(gallery: Gallery, page_at: PageAt) -> None:
    """Letters and minutes of the four worst lines, readable from three metres; all of them in the list below."""
    _, page = opened(gallery, page_at, "crush")

    assert ["P 58", "SP 71", "A 47", "U 55"] == _figures(page)
    for one in page.locator(".late-figures").all():
        assert one.evaluate(SIZE_OF) >= READABLE_AT_3_M_PX
    expect(page.locator(".late").nth(1)).to_contain_text("tidak ada loket buka")
    expect(page.locator(".lines .chip-danger")).to_have_text("9 lewat target")
    expect(page.locator(".line-late .line-prefix")).to_have_text(
        ["P", "SP", "A", "U", "M", "R", "B", "X", "D"]
    )
    expect(page.locator(".line")).to_have_count(len(hall.config().services))


def test_a_line_tells_its_wait_beside_the_target_its_people_and_its_counters(
    gallery: Gallery, page_at: PageAt
) -> None:
    """For every service, with its agency; a closed one says so."""
    _, page = opened(gallery, page_at, "crush")

    worst = page.locator(".line").first
    expect(worst.locator("th")).to_have_text("PPajak kendaraan dan pengesahan STNK tahunan Samsat Lamongan")
    expect(worst.locator("td")).to_have_text(["58/10 melewati target", "34", "1"])
    expect(page.locator(".line-late", has_text="SPT Tahunan").locator(".line-stuck")).to_contain_text("0")
    expect(page.locator(".line-closed").first).to_contain_text("Tutup")


def test_nobody_waiting_too_long_is_calm(gallery: Gallery, page_at: PageAt) -> None:
    """No red anywhere, one sentence, and still the longest wait."""
    _, page = opened(gallery, page_at, "calm")

    expect(page.locator(".calm-sentence")).to_have_text("Tidak ada yang menunggu melewati target.")
    expect(page.locator(".calm-row")).to_contain_text("Tunggu terlama, dalam menit")
    expect(page.locator(".calm-row")).to_contain_text("Paspor baru")
    expect(page.locator(".calm-row strong")).to_have_text("12")
    expect(page.locator(".troubles")).to_have_text("Tidak ada gangguan")
    for alarm in (".late", ".line-late", ".chip-danger", ".chip-warn", ".status-danger", ".trouble"):
        expect(page.locator(alarm)).to_have_count(0)


@pytest.mark.parametrize(
    ("fixture", "sentence"),
    [
        ("nobody", "Tidak ada yang menunggu."),
        ("before_opening", "Hari pelayanan belum dimulai."),
        ("near", "Belum ada yang lewat target, tetapi sudah dekat."),
    ],
)
def test_every_other_moment_of_the_day_has_its_sentence(
    gallery: Gallery, page_at: PageAt, fixture: str, sentence: str
) -> None:
    """Before opening, with an empty hall, and shortly before somebody waits too long."""
    _, page = opened(gallery, page_at, fixture)

    expect(page.locator(".calm-sentence")).to_have_text(sentence)


def test_waits_grow_with_the_clock_and_not_with_the_news(gallery: Gallery, page_at: PageAt) -> None:
    """Nothing is said while nothing happens in a line, and that is just when somebody waits too long."""
    stage = gallery.stage("manager", "calm")
    page = page_at(*SIZES[0])
    page.goto(stage.address())
    almost = [
        msgspec.structs.replace(one, oldest_arrived_at_ms=stage.now_ms() - 15 * hall.MINUTE_MS + SOON_MS)
        if one.id == "ktp-el"
        else one
        for one in lines(CALM_MINUTES)
    ]

    stage.show(well(services=almost))
    expect(page.locator(".worst-near .late-figures")).to_have_text("A 15 menit")

    expect(page.locator(".worst-late .late-figures")).to_have_text("A 16 menit", timeout=4 * SOON_MS)
    expect(page).to_have_title("(1) Papan kepala MPP · MPP Kabupaten Lamongan")


def test_every_counter_tells_how_it_is_and_since_when(gallery: Gallery, page_at: PageAt) -> None:
    """State, officer, number in hand and for how long; a pause by its reason; a closed one since when."""
    _, page = opened(gallery, page_at, "calm")

    tiles = page.locator(".tile")
    expect(tiles).to_have_count(len(hall.config().counters))
    for name, told in {
        "Loket 1": ["Loket 1A041", "Ditangani 1 mnt", "Siti Rahmawati"],
        "Loket 4": ["Loket 4E009", "Jeda: Gangguan 14 mnt", "Muhammad Rizal Fauzi"],
        "Loket 6": ["Loket 6", "Buka 08.07", "Eko Prasetyo"],
        "Loket 7": ["Loket 7", "Tutup 08.08"],
    }.items():
        tile = tiles.filter(has=page.get_by_text(name, exact=True))
        assert told == [text.strip() for text in tile.locator("p").all_text_contents()]
    expect(page.locator(".counters-zone .panel-head")).to_have_text(
        [
            "Zona A: Kependudukan6 dari 8 buka",
            "Zona B: Perizinan dan Pajak6 dari 8 buka",
            "Zona C: Polri, Samsat, Imigrasi, Utilitas9 dari 11 buka",
        ]
    )


def test_a_counter_that_never_opened_names_no_hour(gallery: Gallery, page_at: PageAt) -> None:
    """Neither does one that was closed on another day: "15.00" would be read as today's."""
    _, page = opened(gallery, page_at, "before_opening")

    expect(page.locator(".tile").first.locator("p")).to_have_text(["Loket 1", "Tutup"])


def test_a_silent_hub_makes_it_late_and_then_hides_every_figure(
    gallery: Gallery, page_at: PageAt, assert_accessible: AccessCheck
) -> None:
    """8 s: a strip with the time of the last news; 60 s: no figures, and what to do; then all is well again."""
    stage, page = opened(gallery, page_at, "crush")

    stage.go_silent()
    page.clock.fast_forward(9_000)
    expect(page.locator(".strip-late")).to_contain_text("Kabar terakhir 10.04 WIB")
    expect(page.locator(".late")).to_have_count(4)
    assert_accessible(page)
    stage.refuse()
    page.clock.fast_forward(60_000)
    expect(page.locator(".board-cover")).to_contain_text("Keadaan sekarang tidak diketahui")
    for gone in (".board-main", ".totals", ".late", ".tile", ".line"):
        expect(page.locator(gone)).to_have_count(0)
    expect(page).to_have_title("Papan kepala MPP · MPP Kabupaten Lamongan")
    assert_accessible(page)

    stage.welcome()
    page.clock.fast_forward(3_000)
    expect(page.locator(".strip")).to_have_count(0)
    expect(page.locator(".late")).to_have_count(4)


def test_a_board_that_is_sent_away_leads_back_to_signing_in(
    gallery: Gallery, page_at: PageAt, assert_accessible: AccessCheck
) -> None:
    """By its own address: the hub asks whoever is not signed in any more."""
    stage, page = opened(gallery, page_at)

    stage.dismiss(CloseCode.UNAUTHENTICATED)

    expect(page.get_by_role("link", name="Buka lagi")).to_have_attribute("href", stage.address())
    expect(page.locator(".board-main")).to_have_count(0)
    assert_accessible(page)


def test_every_panel_can_be_reached_and_scrolled_by_keyboard(gallery: Gallery, page_at: PageAt) -> None:
    """The list scrolls beneath the worst, which stay where they are."""
    _, page = opened(gallery, page_at, "failing")
    panels = [page.locator(f".{name} .scroll") for name in ("lines", "counters", "troubles", "devices")]

    for panel in panels:
        tab_to(page, panel)
    tab_to(page, panels[0])
    page.keyboard.press("End")

    page.wait_for_function("() => document.querySelector('.lines .scroll').scrollTop > 100")
    expect(page.locator(".late").first).to_be_in_viewport()
    expect(page.locator(".lines thead th").first).to_be_in_viewport()


def test_the_language_changes_by_keyboard(gallery: Gallery, page_at: PageAt) -> None:
    """Everything at once, without a reload."""
    _, page = opened(gallery, page_at, "crush")

    tab_to(page, page.get_by_role("button", name="English"))
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Hall manager's board")
    expect(page.locator(".late").first).to_contain_text("target 10 min, 34 waiting")
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("fixture", FIXTURES)
def test_everything_fits_and_can_be_read_by_everyone(
    gallery: Gallery, page_at: PageAt, assert_accessible: AccessCheck, fixture: str
) -> None:
    """Nothing is cut at any size in any language, the worst is in sight, and axe-core finds nothing serious."""
    for size in SIZES:
        page = page_at(*size)
        for lang in LANGUAGES:
            page.goto(gallery.stage("manager", fixture).address(lang))
            expect(page.locator(".board-main")).to_be_visible()

            assert (size, lang, []) == (size, lang, page.evaluate(CUT))
            assert (size, lang, []) == (size, lang, page.evaluate(FITS))
        if size == SIZES[0]:
            assert_accessible(page)
        page.close()


@pytest.mark.parametrize("count", range(1, 5))
def test_the_longest_letters_names_and_waits_still_fit(gallery: Gallery, page_at: PageAt, count: int) -> None:
    """Hours of waiting without a counter, one line or four: nobody should wait so long, but all must be seen."""
    worst = {"spt": (605, 42), "pajak-kendaraan": (233, 88), "npwp": (141, 88), "skck": (139, 71)}
    named = dict(list(worst.items())[:count])
    services = [msgspec.structs.replace(one, counters_open=0) for one in lines(named)]
    for size in SIZES:
        stage, page = opened(gallery, page_at, size=size)

        stage.show(crush(services=services))
        expect(page.locator(".late")).to_have_count(count)

        assert (size, []) == (size, page.evaluate(CUT))
        assert (size, []) == (size, page.evaluate(FITS))
        page.close()


def _figures(page: Page) -> list[str]:
    """Letters and minutes as the eye sees them."""
    found: list[str] = page.locator(".late-figures").evaluate_all(
        "all => all.map((one) => `${one.children[0].textContent} ${one.children[1].textContent}`)"
    )
    return found
