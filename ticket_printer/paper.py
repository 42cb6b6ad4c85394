"""A ticket as the bytes that a thermal printer takes (ESC/POS). Pure: the same ticket gives the same bytes.

Text in ASCII is sent as text: it is sharp, fast and printed by everything. Everything else is drawn, because a
printer prints characters outside its code page as garbage and tells nobody. Pictures go through `GS v 0`, padded by
ourselves, since cheap printers ignore the alignment of pictures. `tests/ticket_printer/golden/` holds the bytes.
"""

from typing import assert_never

from escpos.printer import Dummy
from PIL import Image

from queue_server.wire.shapes import PaperTicket
from ticket_printer.drawing import (
    number_picture,
    qr_picture,
    rule_picture,
    text_picture,
    trimmed,
)
from ticket_printer.layout import (
    COLUMN_DOTS,
    PAPER_DOTS,
    SMALL_COLUMN_DOTS,
    AnyLine,
    Banner,
    Gap,
    Number,
    QrCode,
    Row,
    Rule,
    Text,
    lines_of,
    wrapped,
)
from ticket_printer.text import ascii_twin

LINE_DOTS = 30
"""From one line of text to the next; font A is 24 high."""

SMALL_LINE_DOTS = 24
"""The same for font B, 17 high."""

WIDE_LINES_MAX = 2
"""Words in wide type that take more lines are set narrower."""

GAP_DOTS_MAX = 255
"""One byte of `ESC 3`."""


def ticket_bytes(paper: PaperTicket, *, is_copy: bool, width_dots: int) -> bytes:
    """Everything from waking the printer to cutting the paper."""
    pen = _Pen(width_dots)
    for line in lines_of(paper, is_copy=is_copy):
        pen.put(line)
    return pen.finished()


def code_bytes(code: str, address: str, *, width_dots: int) -> bytes:
    """The slip of a printer that nobody knows yet: where to type which code, in both languages."""
    pen = _Pen(width_dots)
    for line in (
        Text(text="Antrean", is_bold=True, height=2, width=2),
        Gap(dots=GAP_DOTS_MAX // 8),
        Text(text="Administrator mengetik kode ini di / An administrator types this code at"),
        Text(text=address, is_bold=True),
        Number(text=code),
        Text(text="10 menit / 10 minutes"),
    ):
        pen.put(line)
    return pen.finished()


def dots_of(paper_width_mm: int) -> int:
    """Printable dots of the widest known paper that is not wider than this."""
    known = [dots for width_mm, dots in PAPER_DOTS.items() if width_mm <= paper_width_mm]
    return max(known, default=min(PAPER_DOTS.values()))


class _Pen:
    """Turns lines into bytes, by way of python-escpos's printer that prints nowhere."""

    def __init__(self, width_dots: int) -> None:
        self._width_dots = width_dots
        self._printer = Dummy(magic_encode_args={"encoding": "CP437"})
        # The library measures pictures by its profile, and its default one knows no width.
        profile = self._printer.profile
        profile.profile_data = {**profile.profile_data, "media": {"width": {"pixels": width_dots}}}
        self._printer.hw("INIT")
        self._printer.line_spacing(LINE_DOTS)

    def finished(self) -> bytes:
        """The bytes so far, with feed and cut."""
        self._printer.cut(mode="PART")
        return bytes(self._printer.output)

    def put(self, line: AnyLine) -> None:
        """One line below the last."""
        match line:
            case Text():
                self._put_text(line)
            case Row():
                self._put_row(line)
            case Banner():
                self._put_banner(line)
            case Number():
                self._put_picture(number_picture(ascii_twin(line.text), self._width_dots))
            case QrCode():
                picture = qr_picture(line.url, self._width_dots)
                if picture is not None:
                    self._put_picture(picture)
            case Rule():
                self._put_picture(rule_picture(self._width_dots))
            case Gap():
                self._put_gap(line.dots)
            case _:
                assert_never(line)

    def _put_text(self, line: Text) -> None:
        if not line.text.isascii():
            height_dots = (SMALL_LINE_DOTS if line.is_small else LINE_DOTS) * line.height
            picture = text_picture(line.text, self._width_dots, height_dots, is_bold=line.is_bold)
            if picture is not None:
                self._put_picture(picture)
                return
        column_dots = SMALL_COLUMN_DOTS if line.is_small else COLUMN_DOTS
        text = ascii_twin(line.text)
        width, parts = line.width, wrapped(text, self._width_dots // (column_dots * line.width))
        if len(parts) > WIDE_LINES_MAX:
            width, parts = 1, wrapped(text, self._width_dots // column_dots)
        self._printer.set(
            align="center",
            font="b" if line.is_small else "a",
            bold=line.is_bold,
            custom_size=True,
            width=width,
            height=line.height,
        )
        self._printer.line_spacing((SMALL_LINE_DOTS if line.is_small else LINE_DOTS) * line.height)
        for part in parts:
            self._printer.textln(part)

    def _put_row(self, row: Row) -> None:
        columns = self._width_dots // COLUMN_DOTS
        self._printer.set(align="left", font="a", bold=False, custom_size=True, width=1, height=1)
        self._printer.line_spacing(LINE_DOTS)
        if len(row.label) + 1 + len(row.value) > columns:
            self._printer.textln(row.label)
            self._printer.set(align="right", bold=True)
            self._printer.textln(row.value)
            return
        self._printer.text(row.label + " " * (columns - len(row.label) - len(row.value)))
        self._printer.set(bold=True)
        self._printer.textln(row.value)

    def _put_banner(self, banner: Banner) -> None:
        columns = self._width_dots // (2 * COLUMN_DOTS)
        self._printer.set(align="left", font="a", bold=True, invert=True, custom_size=True, width=2, height=2)
        self._printer.line_spacing(2 * COLUMN_DOTS * 2)
        self._printer.textln(banner.text.center(columns))
        self._printer.set(invert=False)

    def _put_picture(self, picture: Image.Image) -> None:
        self._printer.set(align="left")
        self._printer.image(trimmed(picture))

    def _put_gap(self, dots: int) -> None:
        self._printer.line_spacing(min(dots, GAP_DOTS_MAX))
        self._printer.ln()
