"""What a printer would make of given bytes, as a picture. Pure.

It obeys the ESC/POS commands that `paper.py` uses, byte by byte, and refuses any other: so the picture shows the
bytes, and not a second template that could differ from them. Source of the commands' meaning: Epson ESC/POS command
reference (for TM printers).
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

import msgspec
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

FONT_DOTS = {0: (12, 24), 1: (9, 17)}
"""Fonts A and B: width and height of a character."""

LINE_DOTS_DEFAULT = 30
"""`ESC 2`, and after `ESC @`."""

PAGE_DOTS_MAX = 8_000
"""One metre of paper; a ticket has 15 cm."""

DOTS_PER_MM = 8

PAPER_SHADE, INK_SHADE, GROUND_SHADE = 252, 28, 226

TOOTH_DOTS = 10

MONOSPACED_FONTS = ("DejaVuSansMono.ttf", "LiberationMono-Regular.ttf", "FreeMono.ttf")
"""Near to what printers have built in; where none is installed Pillow's own small font is doubled."""


class NotUnderstood(ValueError):  # noqa: N818 -- reads as what happened
    """Bytes that no command of ours has. Blame: whoever made them."""


class Page(msgspec.Struct, frozen=True):
    """What came out of the printer."""

    dots: Image.Image
    """One bit deep, as wide as the printable part of the paper, as high as what was printed and fed."""
    is_cut: bool
    text: str
    """Everything that was sent as text, a line for each line."""


def printed_page(data: bytes, width_dots: int) -> Page:
    """What `data` makes on paper with so many printable dots.

    Raises: NotUnderstood at the first byte that is no text and no known command.
    """
    head = _Head(width_dots)
    position = 0
    while position < len(data):
        position = head.obey(data, position)
    return head.page()


def paper_picture(page: Page, paper_width_mm: int) -> Image.Image:
    """The page as a piece of thermal paper lying on a table: margins, a cut edge, a soft shadow."""
    paper_dots = paper_width_mm * DOTS_PER_MM
    side = (paper_dots - page.dots.width) // 2
    height = page.dots.height + side + TOOTH_DOTS
    paper = Image.new("L", (paper_dots, height), PAPER_SHADE)
    shades = page.dots.convert("L").point(lambda white: PAPER_SHADE if white else INK_SHADE)
    # Heat spreads a little: the dots of thermal paper are never as hard as pixels.
    paper.paste(shades.filter(ImageFilter.GaussianBlur(0.45)), (side, side))
    outline = _outline(paper.size)
    ground = Image.new("L", (paper_dots + 64, height + 64), GROUND_SHADE)
    shadow = Image.new("L", ground.size, 0)
    shadow.paste(outline.point(lambda inside: inside * 2 // 5), (32, 38))
    ground = Image.composite(
        Image.new("L", ground.size, 120), ground, shadow.filter(ImageFilter.GaussianBlur(10))
    )
    ground.paste(paper, (32, 32), outline)
    return ground


class _Head:
    """The print head: where it stands, how it prints."""

    def __init__(self, width_dots: int) -> None:
        self.canvas = Image.new("1", (width_dots, PAGE_DOTS_MAX), 1)
        self.y = 0
        self.is_cut = False
        self.lines: list[str] = []
        self.reset()

    def reset(self) -> None:
        self.font, self.width, self.height = 0, 1, 1
        self.is_bold = self.is_inverted = False
        self.align = 0
        self.line_dots = LINE_DOTS_DEFAULT
        self.row: list[tuple[str, Image.Image]] = []

    def page(self) -> Page:
        """All that was printed."""
        return Page(self.canvas.crop((0, 0, self.canvas.width, self.y)), self.is_cut, "\n".join(self.lines))

    def obey(self, data: bytes, position: int) -> int:
        """The command or character at `position`. Returns: the position behind it."""
        for prefix, (arguments_count, act) in _COMMANDS.items():
            if data.startswith(prefix, position):
                end = position + len(prefix) + arguments_count
                arguments = data[position + len(prefix) : end]
                if len(arguments) < arguments_count:
                    raise NotUnderstood(f"the command at byte {position} is cut short")
                return end + act(self, arguments, data[end:])
        if data[position] < 0x20 or data[position] > 0x7E:
            raise NotUnderstood(f"byte {data[position]:#04x} at {position} is no command of ours")
        self.row.append((chr(data[position]), self._character(data[position])))
        return position + 1

    def _character(self, code: int) -> Image.Image:
        shape = _glyph(chr(code), *FONT_DOTS[self.font])
        if self.is_bold:
            shape = ImageChops.logical_and(shape, ImageChops.offset(shape, 1, 0))
        if self.is_inverted:
            shape = ImageChops.invert(shape)
        return shape.resize((shape.width * self.width, shape.height * self.height), Image.Resampling.NEAREST)

    def feed_line(self) -> None:
        """Prints the row that has gathered, on a common base line, and moves on."""
        width = sum(shape.width for _, shape in self.row)
        height = max((shape.height for _, shape in self.row), default=0)
        x = (0, (self.canvas.width - width) // 2, self.canvas.width - width)[self.align]
        for _, shape in self.row:
            self.canvas.paste(shape, (x, self.y + height - shape.height))
            x += shape.width
        if self.row:
            self.lines.append("".join(character for character, _ in self.row))
        self.row = []
        self.advance(max(self.line_dots, height))

    def advance(self, dots: int) -> None:
        self.y += dots
        if self.y > PAGE_DOTS_MAX:
            raise NotUnderstood(f"more than {PAGE_DOTS_MAX} dots of paper")

    def put_raster(self, arguments: bytes, rest: bytes) -> int:
        """`GS v 0 m xL xH yL yH d…`: the size in bytes across and dots down, then the dots, set is black."""
        width_bytes, height = (
            int.from_bytes(arguments[1:3], "little"),
            int.from_bytes(arguments[3:5], "little"),
        )
        size = width_bytes * height
        if len(rest) < size:
            raise NotUnderstood("a picture is cut short")
        if width_bytes * 8 > self.canvas.width + 7:
            raise NotUnderstood("a picture is wider than the paper")
        dots = Image.frombytes("1", (width_bytes * 8, height), bytes(byte ^ 0xFF for byte in rest[:size]))
        self.canvas.paste(dots, (0, self.y))
        self.advance(height)
        return size

    def feed_lines(self, count: int) -> None:
        """That many lines, the first with what has gathered."""
        for _ in range(count):
            self.feed_line()

    def cut(self, _mode: int) -> None:
        """The end of the page."""
        self.is_cut = True

    def set_size(self, magnification: int) -> None:
        self.width, self.height = (magnification >> 4) + 1, (magnification & 0x0F) + 1


_Act = Callable[[_Head, bytes, bytes], int]
"""The head, the command's arguments, all that follows -> how many further bytes belong to the command."""


def _setting(name: str, value_of: Callable[[int], int | bool]) -> _Act:
    def act(head: _Head, arguments: bytes, _rest: bytes) -> int:
        setattr(head, name, value_of(arguments[0]))
        return 0

    return act


def _deed(deed: Callable[[_Head, int], None]) -> _Act:
    def act(head: _Head, arguments: bytes, _rest: bytes) -> int:
        deed(head, arguments[0] if arguments else 0)
        return 0

    return act


_COMMANDS: Mapping[bytes, tuple[int, _Act]] = {
    b"\n": (0, _deed(lambda head, _: head.feed_lines(1))),
    b"\x1b@": (0, _deed(lambda head, _: head.reset())),
    b"\x1b3": (1, _setting("line_dots", int)),
    b"\x1ba": (1, _setting("align", lambda n: n % 48)),  # 0 and "0" mean the same
    b"\x1bd": (1, _deed(_Head.feed_lines)),
    b"\x1bE": (1, _setting("is_bold", bool)),
    b"\x1bM": (1, _setting("font", lambda n: n % 48)),
    b"\x1d!": (1, _deed(_Head.set_size)),
    b"\x1dB": (1, _setting("is_inverted", bool)),
    b"\x1dV": (1, _deed(_Head.cut)),
    b"\x1dv0": (5, _Head.put_raster),
}
"""Command -> number of fixed argument bytes, and what it does."""


@lru_cache(maxsize=512)
def _glyph(character: str, width: int, height: int) -> Image.Image:
    """One character in its cell, black on white."""
    cell = Image.new("L", (width, height), 255)
    font = _monospaced(round(width / 0.602))  # a character of the fonts above is 0.602 of its size wide
    if font is None:
        small = Image.new("1", (6, 11), 1)
        ImageDraw.Draw(small).text((0, 0), character, fill=0, font=ImageFont.load_default_imagefont())
        return small.resize((width, height), Image.Resampling.NEAREST)
    base = round(height * 0.77)
    ImageDraw.Draw(cell).text((width / 2, base), character, fill=0, font=font, anchor="ms")
    return cell.point(lambda shade: 255 if shade > 150 else 0).convert("1")


@lru_cache(maxsize=8)
def _monospaced(size: int) -> ImageFont.FreeTypeFont | None:
    for name in MONOSPACED_FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return None


def _outline(size: tuple[int, int]) -> Image.Image:
    """White where the paper is: straight at the top, toothed at the bottom, where the cutter's comb tore it."""
    width, height = size
    outline = Image.new("L", size, 255)
    pen = ImageDraw.Draw(outline)
    for left in range(0, width, TOOTH_DOTS):
        tip = (left + TOOTH_DOTS // 2, height - TOOTH_DOTS // 2)
        pen.polygon([(left, height), tip, (left + TOOTH_DOTS, height)], fill=0)
    return outline
