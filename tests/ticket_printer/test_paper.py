"""The bytes: golden ones, and what holds for all of them."""

import hashlib
import re
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_server.wire.shapes import Estimate, PaperTicket
from tests.ticket_printer.papers import URL, paper
from ticket_printer.drawing import DLE, REALTIME_COMMANDS
from ticket_printer.paper import code_bytes, dots_of, ticket_bytes
from ticket_printer.raster import NotUnderstood, paper_picture, printed_page

GOLDEN = Path(__file__).parent / "golden"

RASTER = re.compile(rb"\x1dv0\x00(..)(..)", re.DOTALL)


@pytest.mark.parametrize("paper_width_mm", [58, 72, 80])
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("is_copy", [False, True], ids=["first", "copy"])
def test_the_bytes_are_the_golden_ones(paper_width_mm: int, language: str, is_copy: bool) -> None:
    """A change of the paper is a change of these files, which a reviewer can read."""
    data = ticket_bytes(paper(language=language), is_copy=is_copy, width_dots=dots_of(paper_width_mm))

    name = f"{paper_width_mm}-{language}{'-copy' if is_copy else ''}.txt"
    assert (GOLDEN / name).read_text(encoding="ascii") == readable(data)


@pytest.mark.parametrize("paper_width_mm", [58, 72, 80])
def test_the_qr_code_read_back_from_the_paper_is_the_address(paper_width_mm: int) -> None:
    """Read by an independent reader from the picture of the bytes."""
    width_dots = dots_of(paper_width_mm)
    page = printed_page(ticket_bytes(paper(), is_copy=True, width_dots=width_dots), width_dots)

    found = zxingcpp.read_barcodes(paper_picture(page, paper_width_mm))

    assert [URL] == [code.text for code in found]
    assert page.is_cut


@pytest.mark.parametrize("number", ["A007", "A1000", "AB0123", "K1"])
@pytest.mark.parametrize("paper_width_mm", [58, 80])
def test_the_number_fills_the_paper_and_stays_on_it(number: str, paper_width_mm: int) -> None:
    """The largest type that fits: at least three quarters of the width, or the full height of a number."""
    width_dots = dots_of(paper_width_mm)
    data = ticket_bytes(paper(number=number), is_copy=False, width_dots=width_dots)

    sizes = [
        (int.from_bytes(across, "little") * 8, int.from_bytes(down, "little"))
        for across, down in RASTER.findall(data)
    ]
    width, height = sizes[1]  # the first picture is a rule
    assert width >= width_dots * 3 // 4 or height >= 170
    assert width <= width_dots


def test_other_scripts_are_drawn_or_spelled_but_never_sent() -> None:
    """A printer prints characters outside its code page as garbage and tells nobody."""
    data = ticket_bytes(paper(service_name={"id": "Pelayanan ꦥꦱꦥꦺꦴꦂ 護照 é"}), is_copy=False, width_dots=576)

    text = printed_page(data, 576).text
    assert all(character == "\n" or " " <= character <= "~" for character in text)


anything = st.text(max_size=40)
names = st.dictionaries(st.sampled_from(["id", "en", "jv"]), anything, max_size=3)
papers = st.builds(
    PaperTicket,
    hall_name=anything,
    agency_name=names,
    service_name=names,
    number=anything,
    language=anything,
    timezone=anything,
    issued_at_ms=st.integers(),
    ahead=st.none() | st.integers(),
    estimate=st.none() | st.builds(Estimate, low_ms=st.integers(), high_ms=st.integers()),
    url=st.none() | anything | anything.map("http://hub/t/".__add__),
    wifi=st.none() | anything,
)


@settings(max_examples=60, deadline=None)
@given(ticket=papers, width_dots=st.sampled_from([384, 512, 576]))
def test_no_text_can_smuggle_a_command_to_the_printer(ticket: PaperTicket, width_dots: int) -> None:
    """S5: the page understands every byte as one of our own commands or as printable text; nothing else is left."""
    page = printed_page(ticket_bytes(ticket, is_copy=True, width_dots=width_dots), width_dots)

    assert all(character == "\n" or " " <= character <= "~" for character in page.text)


@settings(max_examples=30, deadline=None)
@given(number=st.from_regex(r"[A-Z]{1,2}[0-9]{3,4}", fullmatch=True))
def test_no_picture_spells_a_command_that_printers_obey_at_once(number: str) -> None:
    """Epson ESC/POS reference: DLE EOT, DLE ENQ and DLE DC4 act even in the middle of a picture."""
    data = ticket_bytes(paper(number=number), is_copy=False, width_dots=576)

    assert not any(bytes((DLE, second)) in data for second in REALTIME_COMMANDS)


@pytest.mark.parametrize(
    "data",
    [b"\x1bp0\x19\xfa", b"\x07", b"\x1dv0\x00\x02\x00\x02\x00abc", b"caf\xe9", b"\x1b", b"\x1bd\xff" * 3],
)
def test_the_page_refuses_what_is_none_of_our_commands(data: bytes) -> None:
    """Only so does the picture prove anything about the bytes. (The last one feeds a metre of paper.)"""
    with pytest.raises(NotUnderstood):
        printed_page(data, 384)


@pytest.mark.parametrize(
    ("width_mm", "expected"), [(58, 384), (72, 512), (79, 512), (80, 576), (112, 576), (40, 384)]
)
def test_the_dots_follow_from_the_width_of_the_paper(width_mm: int, expected: int) -> None:
    """A wider picture than the paper is lost at its right."""
    assert expected == dots_of(width_mm)


def readable(data: bytes) -> str:
    """Bytes as text: a line for each command or run of text; a picture as its size and the digest of its dots."""
    lines: list[str] = []
    position = 0
    while position < len(data):
        raster = RASTER.match(data, position)
        if raster is not None:
            width_bytes, height = (int.from_bytes(part, "little") for part in raster.groups())
            end = raster.end() + width_bytes * height
            digest = hashlib.sha256(data[raster.end() : end]).hexdigest()[:16]
            lines.append(f"GS v 0  {width_bytes * 8} x {height} dots, sha256 {digest}")
        else:
            end = _end_of_command(data, position)
            lines.append(ascii(data[position:end])[2:-1])
        position = end
    return "\n".join(lines) + "\n"


def _end_of_command(data: bytes, position: int) -> int:
    if data[position] in (0x1B, 0x1D):
        return position + (2 if data[position + 1 : position + 2] == b"@" else 3)
    end = position + 1
    while end < len(data) and data[end - 1] != 0x0A and data[end] not in (0x1B, 0x1D):
        end += 1
    return end


@pytest.mark.parametrize("paper_width_mm", [58, 80])
def test_the_slip_with_a_code_says_where_to_type_it_and_fits(paper_width_mm: int) -> None:
    """Nothing on it that our own reader of printers' bytes does not understand, and no line wider than the paper."""
    width_dots = dots_of(paper_width_mm)
    data = code_bytes("ACDE-FGHJ", "http://192.168.1.10:8000/devices", width_dots=width_dots)
    page = printed_page(data, width_dots)

    assert paper_picture(page, paper_width_mm).width > 0
    assert b"types this code" in data.replace(b"\n", b" ")
    assert b"http://192.168.1.10:8000" in data
