"""What is UTF-8 and what only looks like it, by the sections of the suite that `rfc6455_cases` counts by."""

GREEK = "\u03ba\u1f79\u03c3\u03bc\u03b5"
"""Eleven bytes; its second sign has three."""
MIXED = "Hello-µ@ßöäüàá-UTF-8!!"

GOOD_TEXT: dict[str, tuple[bytes, ...]] = {
    "6.5": (GREEK.encode()[:2], GREEK.encode()[:5], GREEK.encode()[:7], GREEK.encode()[:9], GREEK.encode()),
    "6.7": (b"\x00", b"\xc2\x80", b"\xe0\xa0\x80", b"\xf0\x90\x80\x80"),
    "6.9": (b"\x7f", b"\xdf\xbf", b"\xef\xbf\xbf", b"\xf4\x8f\xbf\xbf"),
    "6.11": (b"\xed\x9f\xbf", b"\xee\x80\x80", b"\xef\xbf\xbd", b"\xf4\x8f\xbf\xbf", b"\xf0\x90\x80\x81"),
    "6.22": tuple(chr(plane << 16 | last).encode() for plane in range(17) for last in (0xFFFE, 0xFFFF)),
    "6.23": tuple(chr(point).encode() for point in range(0xFFF9, 0x10000)),
}
"""Text of the last places and of points that mean nothing: still text, and none of our business."""

_SURROGATES = tuple(
    bytes((0xED, 0x80 | (point >> 6 & 0x3F), 0x80 | (point & 0x3F)))
    for point in (0xD800, 0xDB7F, 0xDB80, 0xDBFF, 0xDC00, 0xDF80, 0xDFFF)
)

BAD_TEXT: dict[str, tuple[bytes, ...]] = {
    "6.6": (
        GREEK.encode()[:1],
        GREEK.encode()[:3],
        GREEK.encode()[:4],
        GREEK.encode()[:6],
        GREEK.encode()[:8],
        GREEK.encode()[:10],
        b"\xce",
        b"\xe1",
        b"\xe1\xbd",
        b"\xf0\x90",
        b"\xf0\x90\x80",
    ),
    "6.8": (b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80"),
    "6.10": (b"\xf7\xbf\xbf\xbf", b"\xfb\xbf\xbf\xbf\xbf", b"\xfd\xbf\xbf\xbf\xbf\xbf"),
    "6.12": (
        b"\x80",
        b"\xbf",
        b"\x80\xbf",
        b"\x80\xbf\x80",
        b"\x80\xbf\x80\xbf",
        b"\x80\xbf\x80\xbf\x80",
        b"\x80\xbf\x80\xbf\x80\xbf",
        bytes(range(0x80, 0xC0)),
    ),
    "6.13": tuple(
        b"".join(bytes((lead, 0x20)) for lead in leads)
        for leads in (
            range(0xC0, 0xE0),
            range(0xE0, 0xF0),
            range(0xF0, 0xF8),
            range(0xF8, 0xFC),
            range(0xFC, 0xFE),
        )
    ),
    "6.14": (
        b"\xc0",
        b"\xe0\x80",
        b"\xf0\x80\x80",
        b"\xf8\x80\x80\x80",
        b"\xfc\x80\x80\x80\x80",
        b"\xdf",
        b"\xef\xbf",
        b"\xf7\xbf\xbf",
        b"\xfb\xbf\xbf\xbf",
        b"\xfd\xbf\xbf\xbf\xbf",
    ),
    "6.15": (b"\xc0\xe0\x80\xf0\x80\x80\xf8\x80\x80\x80\xfc\x80\x80\x80\x80\xdf\xef\xbf\xf7\xbf\xbf",),
    "6.16": (b"\xfe", b"\xff", b"\xfe\xfe\xff\xff"),
    "6.17": (
        b"\xc0\xaf",
        b"\xe0\x80\xaf",
        b"\xf0\x80\x80\xaf",
        b"\xf8\x80\x80\x80\xaf",
        b"\xfc\x80\x80\x80\x80\xaf",
    ),
    "6.18": (
        b"\xc1\xbf",
        b"\xe0\x9f\xbf",
        b"\xf0\x8f\xbf\xbf",
        b"\xf8\x87\xbf\xbf\xbf",
        b"\xfc\x83\xbf\xbf\xbf\xbf",
    ),
    "6.19": (
        b"\xc0\x80",
        b"\xe0\x80\x80",
        b"\xf0\x80\x80\x80",
        b"\xf8\x80\x80\x80\x80",
        b"\xfc\x80\x80\x80\x80\x80",
    ),
    "6.20": _SURROGATES,
    "6.21": tuple(high + low for high in _SURROGATES[:4] for low in (_SURROGATES[4], _SURROGATES[6])),
}
"""Cut off, too long, alone, written longer than need be, halves of pairs, beyond the last point: not text. RFC 3629."""
