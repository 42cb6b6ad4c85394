"""What a call says, as tables that an officer can read, and laws that hold for any text."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.speech.catalogue import catalogues
from queue_server.speech.phrases import (
    CHIME_ADDRESS,
    TEXT_CHARS_MAX,
    Segment,
    address,
    announcement,
    counter_segment,
    number_segment,
)

INDONESIAN_NUMBERS = """
    A001   | A, nol nol satu
    A007   | A, nol nol tujuh
    A010   | A, nol satu nol
    A011   | A, nol satu satu
    A012   | A, nol satu dua
    A020   | A, nol dua nol
    A099   | A, nol sembilan sembilan
    A100   | A, seratus
    A101   | A, seratus satu
    A110   | A, seratus sepuluh
    A111   | A, seratus sebelas
    A112   | A, seratus dua belas
    A120   | A, seratus dua puluh
    A199   | A, seratus sembilan puluh sembilan
    A200   | A, dua ratus
    A215   | A, dua ratus lima belas
    A350   | A, tiga ratus lima puluh
    A999   | A, sembilan ratus sembilan puluh sembilan
    A1000  | A, seribu
    A1001  | A, seribu satu
    A1100  | A, seribu seratus
    A1999  | A, seribu sembilan ratus sembilan puluh sembilan
    A2000  | A, dua ribu
    A2045  | A, dua ribu empat puluh lima
    KB034  | K, B, nol tiga empat
    AB118  | A, B, seratus delapan belas
    012    | nol satu dua
"""

ENGLISH_NUMBERS = """
    A001   | A, zero zero one
    A007   | A, zero zero seven
    A010   | A, zero one zero
    A012   | A, zero one two
    A100   | A, one hundred
    A111   | A, one one one
    A113   | A, one one three
    A130   | A, one three zero
    A200   | A, two hundred
    A350   | A, three five zero
    A999   | A, nine nine nine
    A1000  | A, one thousand
    A1001  | A, one zero zero one
    A1200  | A, one thousand two hundred
    A2045  | A, two zero four five
    KB034  | K, B, zero three four
    AB118  | A, B, one one eight
    012    | zero one two
"""

INDONESIAN_COUNTERS = """
    3                   | loket tiga
    Loket 3             | loket tiga
    LOKET 3             | loket tiga
    Loket 03            | loket tiga
    Counter 3           | loket tiga
    Loket 10            | loket sepuluh
    Loket 11            | loket sebelas
    Loket 12            | loket dua belas
    Loket 24            | loket dua puluh empat
    Loket 100           | loket seratus
    Loket Prioritas     | Loket Prioritas
    Loket Prioritas 2   | Loket Prioritas dua
    Loket 3A            | Loket 3A
    Akta & KK           | Akta dan KK
    <b>Loket</b> 3      | loket tiga
    Loket [[x@]] 3      | loket tiga
    ...                 | loket
"""

ENGLISH_COUNTERS = """
    3                   | counter three
    Loket 3             | counter three
    Counter 3           | counter three
    Window 7            | counter seven
    Counter 12          | counter twelve
    Counter 20          | counter twenty
    Loket 24            | counter twenty-four
    Counter 101         | counter one hundred and one
    Loket Prioritas     | Loket Prioritas
    Priority desk 2     | Priority desk two
    Tax & Customs       | Tax and Customs
"""

ENGLISH_WORDS = {
    "ticket",
    "counter",
    "please",
    "go",
    "to",
    "zero",
    "one",
    "two",
    "three",
    "hundred",
    "and",
    "desk",
}


def rows(table: str) -> list[tuple[str, str]]:
    """The two columns of a table."""
    return [
        (left.strip(), right.strip())
        for left, _, right in (row.partition("|") for row in table.split("\n"))
        if right
    ]


@pytest.mark.parametrize(("number", "words"), rows(INDONESIAN_NUMBERS))
def test_a_number_is_read_in_indonesian(number: str, words: str) -> None:
    """Leading zero: digit by digit as printed; otherwise as a number (catalogue/indonesian.py argues it)."""
    said = number_segment("id", number)

    assert Segment("id", f"Nomor antrean, {words}.") == said


@pytest.mark.parametrize(("number", "words"), rows(ENGLISH_NUMBERS))
def test_a_number_is_read_in_english(number: str, words: str) -> None:
    """Digit by digit, but for round hundreds and thousands (catalogue/english.py argues it)."""
    said = number_segment("en", number)

    assert Segment("en", f"Ticket, {words}.") == said


@pytest.mark.parametrize(("name", "words"), rows(INDONESIAN_COUNTERS))
def test_a_counter_is_named_in_indonesian(name: str, words: str) -> None:
    """A generic name with a number is spoken by that number, any other name as it is written, without markup."""
    said = counter_segment("id", name)

    assert Segment("id", f"Silakan menuju {words}.") == said


@pytest.mark.parametrize(("name", "words"), rows(ENGLISH_COUNTERS))
def test_a_counter_is_named_in_english(name: str, words: str) -> None:
    """As in Indonesian, in the sentence's own words."""
    said = counter_segment("en", name)

    assert Segment("en", f"Please go to {words}.") == said


def test_a_call_is_announced_in_the_halls_languages_in_order() -> None:
    """Number, then counter, language by language."""
    said = announcement(("en", "id"), "A007", "Loket 3")

    assert (
        Segment("en", "Ticket, A, zero zero seven."),
        Segment("en", "Please go to counter three."),
        Segment("id", "Nomor antrean, A, nol nol tujuh."),
        Segment("id", "Silakan menuju loket tiga."),
    ) == said


def test_a_language_without_a_catalogue_is_left_out() -> None:
    """There is no Javanese voice; the others are spoken all the same."""
    said = announcement(("jv", "id"), "A007", "Loket 3")

    assert ["id", "id"] == [segment.language for segment in said]


def test_no_english_word_stands_in_an_indonesian_sentence() -> None:
    """A voice reads words of another language wrongly: "counter" becomes "chown-ter"."""
    sentences = [
        segment.text.lower()
        for number in range(1, 1_100)
        for segment in announcement(("id",), f"A{number:03}", f"Counter {number % 60}")
    ]

    assert set() == ENGLISH_WORDS & {word for sentence in sentences for word in re.findall(r"\w+", sentence)}


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_two_tickets_and_no_two_counters_sound_alike(language: str) -> None:
    """Different numbers are different words."""
    numbers = {number_segment(language, f"A{number:03}").text for number in range(2_000)}
    counters = {counter_segment(language, f"Loket {number}").text for number in range(1_000)}

    assert (2_000, 1_000) == (len(numbers), len(counters))


def test_a_recall_says_the_same_again() -> None:
    """The same words, hence the same files: a recall needs no rendering."""
    once, again = (announcement(("id", "en"), "B012", "3") for _ in range(2))

    assert [address(segment) for segment in once] == [address(segment) for segment in again]


def test_an_address_is_made_of_the_content() -> None:
    """`/audio/` and 32 hex digits; language and text both count."""
    addresses = [address(Segment(language, text)) for language in ("id", "en") for text in ("A.", "B.")]

    assert 4 == len(set(addresses))
    assert all(re.fullmatch(r"/audio/[0-9a-f]{32}\.wav", one) for one in addresses)
    assert CHIME_ADDRESS not in addresses


def test_every_catalogue_is_complete() -> None:
    """26 letters, 10 digits, a word for a counter, patterns with exactly their one field."""
    for language, catalogue in catalogues().items():
        assert language == catalogue.language
        assert (26, 10) == (len(catalogue.letters), len(catalogue.digits))
        assert catalogue.counter_words
        assert 1 == catalogue.number_sentence.count("{number}")
        assert 1 == catalogue.counter_sentence.count("{counter}")


@given(number=st.text(), name=st.text(), languages=st.lists(st.sampled_from(["id", "en", "jv", ""])))
def test_whatever_is_called_every_sentence_can_be_spoken(
    number: str, name: str, languages: list[str]
) -> None:
    """Never empty, bounded, without control characters or markup, and its address can be made."""
    for segment in announcement(languages, number, name):
        assert 0 < len(segment.text) <= TEXT_CHARS_MAX
        assert any(char.isalnum() for char in segment.text)
        assert not [char for char in segment.text if unicodedata.category(char).startswith("C")]
        assert not set("<>[]{}|\\") & set(segment.text)
        assert address(segment)


@given(digits=st.integers(0, 999_999))
def test_every_number_has_words_in_both_languages(digits: int) -> None:
    """Up to six digits; no digit is left as a digit, which a voice might read in its own way."""
    for language in catalogues():
        assert not re.search(r"[0-9]", number_segment(language, f"A{digits:03}").text)
