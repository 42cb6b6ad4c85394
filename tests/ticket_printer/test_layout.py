"""What stands on the paper, and what never does."""

import pytest

from queue_server.wire.shapes import Estimate, PaperTicket
from tests.ticket_printer.papers import URL, paper
from ticket_printer.layout import Banner, Line, Number, QrCode, Row, Text, lines_of, wrapped


def said(ticket: PaperTicket, *, is_copy: bool = False) -> list[str]:
    """Every word on the paper, line by line."""
    words: list[str] = []
    for line in lines_of(ticket, is_copy=is_copy):
        match line:
            case Text(text=text) | Banner(text=text) | Number(text=text) | QrCode(url=text):
                words.append(text)
            case Row(label=label, value=value):
                words.append(f"{label}: {value}")
            case Line():
                continue
    return words


def test_the_paper_says_what_the_contract_lists() -> None:
    """Hall, agency, number, service, date and time, people ahead, estimate, QR code, Wi-Fi."""
    expected = [
        "MPP Kabupaten Lamongan",
        "Dinas Kependudukan dan Pencatatan Sipil",
        "Nomor antrean",
        "A007",
        "KTP-el: perekaman dan pencetakan",
        "Selasa, 24 Nov 2026: 10.04 WIB",
        "Di depan Anda: 3 orang",
        "Perkiraan tunggu: 9-16 menit",
        "Bila A007 dipanggil, silakan menuju loket yang tertera di layar.",
        URL,
        "Pindai untuk memantau antrean lewat ponsel",
        "192.168.10.2:8000/t/0f8cY2bVQm6Zk3xR1sT9uw",
        "Wi-Fi gedung: MPP-Lamongan",
    ]
    assert expected == said(paper())


def test_the_paper_speaks_the_citizens_language() -> None:
    """Words and names in the language that the citizen chose."""
    words = said(paper(language="en"))

    assert "Civil Registry Office" in words
    assert "Tuesday, 24 Nov 2026: 10:04 WIB" in words
    assert "Ahead of you: 3 people" in words


def test_a_missing_name_is_told_in_the_halls_first_language() -> None:
    """Names come in the order of the hall's languages; a language without words of ours takes that one's too."""
    words = said(paper(language="jv", service_name={"en": "Passport", "id": "Paspor"}, agency_name={}))

    assert "Passport" in words
    assert "Your number" in words


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("Asia/Jakarta", "10.04 WIB"), ("Asia/Makassar", "11.04 WITA"), ("Asia/Jayapura", "12.04 WIT")],
)
def test_the_time_is_the_halls_wall_clock_with_its_zone(zone: str, expected: str) -> None:
    """Three zones of one country; the abbreviation tells them apart."""
    assert any(line.endswith(expected) for line in said(paper(timezone=zone)))


def test_an_unknown_zone_or_instant_does_not_stop_the_paper() -> None:
    """The clock that is shown is named; an impossible instant is left out."""
    assert "Selasa, 24 Nov 2026: 03.04 UTC" in said(paper(timezone="No/Where"))
    assert "A007" in said(paper(issued_at_ms=10**18))


@pytest.mark.parametrize(
    ("low_ms", "high_ms", "expected"),
    [
        (0, 0, "s.d. 1 menit"),
        (30_000, 240_000, "s.d. 4 menit"),
        (300_000, 300_000, "sekitar 5 menit"),
        (359_999, 360_001, "5-7 menit"),
    ],
)
def test_an_estimate_is_rounded_outwards_to_minutes(low_ms: int, high_ms: int, expected: str) -> None:
    """So that the range stays true."""
    estimate = Estimate(low_ms=low_ms, high_ms=high_ms)
    assert f"Perkiraan tunggu: {expected}" in said(paper(estimate=estimate))


def test_what_there_is_not_is_not_on_the_paper() -> None:
    """No estimate when the data is too thin, no QR code without an address that a phone can reach."""
    words = said(paper(ahead=None, estimate=None, url=None, wifi=None))

    assert not any(
        "Perkiraan" in line or "Di depan" in line or "Wi-Fi" in line or "/t/" in line for line in words
    )


@pytest.mark.parametrize("ahead", [(0, "Anda berikutnya"), (1, "1 orang"), (2, "2 orang")])
def test_people_ahead_are_counted_in_words(ahead: tuple[int, str]) -> None:
    """Nobody, one, several."""
    count, expected = ahead
    assert f"Di depan Anda: {expected}" in said(paper(ahead=count))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://a/\x1b", "http://a/ b", "http://" + "a" * 400, ""]
)
def test_what_is_no_address_becomes_no_qr_code(url: str) -> None:
    """A broken address must not reach a phone, nor the printer."""
    assert not any(isinstance(line, QrCode) for line in lines_of(paper(url=url), is_copy=False))


def test_a_copy_says_so_first_of_all() -> None:
    """Two papers with one number do no harm as long as one is marked."""
    assert said(paper(), is_copy=True)[0] == "SALINAN"
    assert said(paper(language="en"), is_copy=True)[0] == "COPY"


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("", 10, []),
        ("KTP-el", 10, ["KTP-el"]),
        ("please go to the counter shown", 28, ["please go to the", "counter shown"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
    ],
)
def test_lines_are_few_and_of_nearly_equal_length(text: str, columns: int, expected: list[str]) -> None:
    """No single word stands alone at the end."""
    assert expected == wrapped(text, columns)
