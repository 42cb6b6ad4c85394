"""Words from elsewhere lose everything that a printer or a reader could take for an order."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_printer.text import TEXT_CHARACTERS_MAX, ascii_twin, clean


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KTP-el", "KTP-el"),
        ("cut \x1dV\x00 the paper", "cut V the paper"),
        ("open\x1bp0\x19\xfathe drawer", "openp0úthe drawer"),
        ("C1 \x9b controls \x85 too", "C1 controls too"),
        ("\u202egnihtemos\u202c reversed", "gnihtemos reversed"),
        ("  two\n lines\tand\u2028more  ", "two lines and more"),
        ("\u201cSurat\u201d \u2013 \u2018baru\u2019\u2026", "\"Surat\" - 'baru'..."),
        ("", ""),
    ],
)
def test_only_what_is_meant_to_be_read_remains(text: str, expected: str) -> None:
    """C0, C1 and bidi controls go; spaces collapse; typographers' marks become plain ones."""
    assert expected == clean(text)


def test_a_text_without_end_is_cut_with_a_mark() -> None:
    """Every text has a bound."""
    assert len(clean("a" * 10_000)) == TEXT_CHARACTERS_MAX
    assert clean("a" * 10_000).endswith("...")


@given(st.text())
def test_no_control_character_survives_whatever_comes(text: str) -> None:
    """The law of the module, for any text."""
    left = clean(text)

    assert {unicodedata.category(character) for character in left}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})
    assert all(" " <= character <= "~" for character in ascii_twin(left))
