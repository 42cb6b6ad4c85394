"""What a language has to say about itself before the hall can speak it. Pure: values only.

Each file in `catalogue/` holds one `Catalogue`. Proven by tests/speech/test_phrases.py.
"""

from collections.abc import Callable, Mapping

from msgspec import Struct


class Catalogue(Struct, frozen=True, kw_only=True):
    """One language: its words, its number grammar, its sentences."""

    language: str
    """ISO 639 code as halls write it in their configuration: "id", "en"."""

    letters: Mapping[str, str]
    """Each of A to Z as it is written for the voice. Letters are said one by one, a comma after each."""

    digits: tuple[str, ...]
    """The ten digits, zero first."""

    ticket_number: Callable[[str], str]
    """Digits as printed ("007", never empty, at most 6) -> words. Each language argues its grammar in its file."""

    counter_number: Callable[[int], str]
    """A counter's number (0 to 999) -> words."""

    counter_words: tuple[str, ...]
    """Words for a desk in lower case; the first is the one spoken. A counter that is called by one of
    these, in any language, and a number, is spoken by that number."""

    conjunction: str
    """What "&" in a name is read as."""

    number_sentence: str
    """With one field, `{number}`."""

    counter_sentence: str
    """With one field, `{counter}`."""
