"""What the printer's own type cannot say, drawn in dots: the number, the QR code, other scripts, thin lines. Pure.

Every picture is one bit deep, black on white, and at most as wide as the paper.
"""

from functools import lru_cache

import segno
from PIL import Image, ImageChops, ImageDraw, ImageFont

NUMBER_MARGIN_DOTS = 12
"""White at each side of the number; a printer's edge dots are its weakest."""

NUMBER_HEIGHT_DOTS_MAX = 180
"""22 mm: a short number ("A7") would otherwise waste half the paper."""

TRIAL_SIZE = 300
"""Larger than any number comes out; what it measures at this size gives the right size by proportion."""

NUMBER_SIZE_MIN = 12
"""Only rubbish is long enough to need it; its end falls off the paper."""

QR_MODULE_DOTS_MIN = 4
"""0.5 mm; below that a cheap phone's camera fails on thermal paper."""

QR_MODULE_DOTS_MAX = 7

QR_SHARE_OF_PAPER = 0.62
"""Large enough for any camera, small enough to leave the number in charge."""

QR_BORDER_MODULES = 4
"""The quiet zone. Source: ISO/IEC 18004, 5.3.8."""

OTHER_SCRIPT_FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "FreeSans.ttf")
"""Looked for on the machine; the bundled font of Pillow knows ASCII only, so it is no help here."""

DLE = 0x10
REALTIME_COMMANDS = (0x04, 0x05, 0x14)
"""EOT, ENQ, DC4: what follows DLE in a command that a printer obeys at once."""

_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def number_picture(number: str, width_dots: int) -> Image.Image:
    """The number in bold, as large as fits into the width and `NUMBER_HEIGHT_DOTS_MAX`; printable ASCII."""
    font, stroke = _number_font(_number_size(number, width_dots - 2 * NUMBER_MARGIN_DOTS))
    left, top, right, bottom = _box(number, font, stroke)
    picture = _blank(width_dots, bottom - top)
    pen = ImageDraw.Draw(picture)
    x = (width_dots - (right - left)) / 2 - left
    for character in number:
        pen.text((x, -top), character, fill=0, font=font, stroke_width=stroke)
        x += font.getlength(character) + stroke
    return picture


def qr_picture(url: str, width_dots: int) -> Image.Image | None:
    """The QR code with its quiet zone, centred. None where it would need modules smaller than the least."""
    try:
        code = segno.make(url, error="m", micro=False, boost_error=False)
    except segno.DataOverflowError:
        return None
    modules = int(code.symbol_size(border=QR_BORDER_MODULES)[0])
    wished = int(width_dots * QR_SHARE_OF_PAPER) // modules
    module_dots = min(max(wished, QR_MODULE_DOTS_MIN), QR_MODULE_DOTS_MAX)
    if modules * module_dots > width_dots:
        return None
    picture = _blank(width_dots, modules * module_dots)
    pen = ImageDraw.Draw(picture)
    start = (width_dots - modules * module_dots) // 2
    for y, row in enumerate(code.matrix_iter(border=QR_BORDER_MODULES)):
        for x, is_dark in enumerate(row):
            if is_dark:
                left, top = start + x * module_dots, y * module_dots
                pen.rectangle((left, top, left + module_dots - 1, top + module_dots - 1), fill=0)
    return picture


def rule_picture(width_dots: int) -> Image.Image:
    """A line of two dots."""
    return Image.new("1", (width_dots, 2), 0)


def text_picture(text: str, width_dots: int, height_dots: int, *, is_bold: bool) -> Image.Image | None:
    """Text in whatever script, centred and wrapped. None where no font on this machine has all its characters."""
    font = _font_for(text, int(height_dots * 0.85))
    if font is None:
        return None
    lines = _wrapped_to_width(text, font, width_dots)
    picture = _blank(width_dots, len(lines) * height_dots)
    pen = ImageDraw.Draw(picture)
    for index, line in enumerate(lines):
        middle = (width_dots // 2, index * height_dots + height_dots // 2)
        pen.text(middle, line, fill=0, font=font, anchor="mm", stroke_width=1 if is_bold else 0)
    return picture


def trimmed(picture: Image.Image) -> Image.Image:
    """The picture as it is sent: without the white at its right (a serial line has better to do), whole bytes wide.

    A single dot is missing wherever the dots would spell a real-time command. Printers obey DLE EOT, DLE ENQ and
    DLE DC4 in the middle of picture data (Epson ESC/POS reference, "Real-time commands"), and their answer would be
    taken for an answer to our own question.
    """
    ink_box = ImageChops.invert(picture).getbbox()
    width_dots = -(-(ink_box[2] if ink_box else 1) // 8) * 8
    whole = _blank(width_dots, picture.height)
    whole.paste(picture)
    # Pillow keeps a set bit for white, the printer for black.
    ink = bytes(byte ^ 0xFF for byte in whole.tobytes())
    for second in REALTIME_COMMANDS:
        ink = ink.replace(bytes((DLE, second)), bytes((0x00, second)))
    return Image.frombytes("1", whole.size, bytes(byte ^ 0xFF for byte in ink))


def _blank(width_dots: int, height_dots: int) -> Image.Image:
    return Image.new("1", (width_dots, max(1, height_dots)), 1)


def _number_size(number: str, width_dots_max: int) -> int:
    """The largest size of type that keeps the number within its bounds."""
    left, top, right, bottom = _box(number, *_number_font(TRIAL_SIZE))
    by_width = TRIAL_SIZE * width_dots_max // max(1, right - left)
    by_height = TRIAL_SIZE * NUMBER_HEIGHT_DOTS_MAX // max(1, bottom - top)
    size = max(NUMBER_SIZE_MIN, min(by_width, by_height, TRIAL_SIZE))
    while size > NUMBER_SIZE_MIN:
        left, _, right, _ = _box(number, *_number_font(size))
        if right - left <= width_dots_max:
            break
        size -= 1
    return size


def _box(text: str, font: _Font, stroke: int) -> tuple[int, int, int, int]:
    """Of text whose characters stand one stroke further apart, since each is a stroke fatter than its font says."""
    left, top, _, bottom = font.getbbox(text, stroke_width=stroke)
    last = font.getbbox(text[-1:], stroke_width=stroke)[2]
    right = sum(font.getlength(character) + stroke for character in text[:-1]) + last
    return int(left), int(top), int(right), int(bottom)


@lru_cache(maxsize=512)
def _number_font(size: int) -> tuple[_Font, int]:
    """Pillow's own font, and the stroke that makes it bold: the same on every machine."""
    return ImageFont.load_default(size), max(1, size // 30)


def _font_for(text: str, size: int) -> ImageFont.FreeTypeFont | None:
    for name in OTHER_SCRIPT_FONTS:
        font = _installed(name, size)
        if font is not None and all(_has_glyph(font, character) for character in set(text)):
            return font
    return None


@lru_cache(maxsize=64)
def _installed(name: str, size: int) -> ImageFont.FreeTypeFont | None:
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return None


def _has_glyph(font: ImageFont.FreeTypeFont, character: str) -> bool:
    """Whether the font draws anything but its mark for "no such character"."""
    shape, unknown = font.getmask(character), font.getmask("\U0010ffff")
    return shape.size != unknown.size or bytes(shape) != bytes(unknown)


def _wrapped_to_width(text: str, font: ImageFont.FreeTypeFont, width_dots: int) -> list[str]:
    """Broken between words where possible; every line is at least one character long."""
    lines: list[str] = []
    rest = text
    while rest:
        count = len(rest)
        while count > 1 and font.getlength(rest[:count]) > width_dots:
            count -= 1
        if count < len(rest) and " " in rest[1:count]:
            count = rest.rindex(" ", 1, count)
        lines.append(rest[:count].strip())
        rest = rest[count:].lstrip()
    return lines
