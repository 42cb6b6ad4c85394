"""Words from elsewhere, made safe for paper: what a printer would take for an order never gets through.

ESC/POS mixes text and commands in one stream, so a name with an ESC in it could cut the paper, open a cash drawer
or reprogram the printer. `tests/ticket_printer/test_text.py` shows that nothing of the kind survives.
"""

import unicodedata

TEXT_CHARACTERS_MAX = 160
"""Five lines of narrow paper; the longest real service name has some 60 characters."""

# Cc: C0 and C1 controls. Cf: bidi overrides, zero-width marks. Cs, Co, Cn: nothing that could be printed.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})

_ASCII_TWINS = str.maketrans(
    {
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{SINGLE LOW-9 QUOTATION MARK}": ",",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{DOUBLE LOW-9 QUOTATION MARK}": '"',
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{MINUS SIGN}": "-",
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\N{MIDDLE DOT}": "-",
        "\N{BULLET}": "-",
        "\N{MULTIPLICATION SIGN}": "x",
        "\N{TRADE MARK SIGN}": "(TM)",
    }
)
"""Typographers' characters that a printer's own type has no shape for, though it has a good twin."""


def clean(text: str) -> str:
    """`text` in one line, without control characters, bounded; spaces collapsed.

    Returns: may be empty; holds no character of a refused category and no line or paragraph separator.
    """
    bounded = text[: 4 * TEXT_CHARACTERS_MAX]
    spaced = "".join(" " if character.isspace() else character for character in bounded)
    kept = "".join(
        character for character in spaced if unicodedata.category(character) not in _REFUSED_CATEGORIES
    )
    whole = unicodedata.normalize("NFC", " ".join(kept.split())).translate(_ASCII_TWINS)
    return whole if len(whole) <= TEXT_CHARACTERS_MAX else whole[: TEXT_CHARACTERS_MAX - 3].rstrip() + "..."


def ascii_twin(text: str) -> str:
    """The nearest text in printable ASCII: accents dropped, a question mark for what has no twin at all."""
    folded = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in folded if not unicodedata.combining(character))
    return "".join(character if " " <= character <= "~" else "?" for character in bare)
