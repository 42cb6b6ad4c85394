"""What a call says: ticket number and counter -> sentences, and the address of each sentence's sound.

Pure: no file, no clock, no engine. One language per sentence: a voice that meets a word of another language
reads it wrongly, so a counter that bears a generic name is named in the sentence's own language ("Loket 3" is
"counter three" in English), and only proper names ("Loket Prioritas") pass as they are written.

An announcement is cut into a sentence for the number and one for the counter, so that the first can be rendered
when the ticket is issued and the second when the counter opens; 1,500 tickets and 24 counters are then 1,524
sentences a language and not 36,000. A recall says the same again.

Proven by tests/speech/test_phrases.py: a table per language, and properties over any text.
"""

import re
import unicodedata
from collections.abc import Sequence
from hashlib import sha256

from msgspec import Struct

from queue_server.speech.catalogue import catalogues
from queue_server.speech.grammar import Catalogue

CHIME_ADDRESS = "/audio/chime.wav"

NAME_CHARS_MAX = 80
"""The longest counter name that is spoken, about six seconds of speech; the rest is cut at a word."""

TEXT_CHARS_MAX = 200
"""No sentence is longer: the name, the pattern around it, and room for spelled characters."""

ADDRESS_VERSION = "antrean-speech-1"
"""Part of what is hashed. Change it when the same text must be rendered anew everywhere."""

_TICKET = re.compile(r"([A-Z]{0,2})([0-9]{1,6})")
_NAME_WITH_NUMBER = re.compile(r"(?:(?P<name>.*)\s)?(?P<digits>[0-9]{1,3})")
_MARKUP = re.compile(r"<[^<>]*>|\[\[.*?\]\]")
# What is left of markup after its tags are gone, and what an engine might take for a command. A letter, a digit
# and the marks of ordinary writing stay.
_NOT_SPOKEN = re.compile(r"[<>\[\]{}|\\^~`*_#=+\"]")


class Segment(Struct, frozen=True):
    """One sentence in one language: the unit that is rendered, cached and served."""

    language: str
    """A language that has a catalogue."""

    text: str
    """The sentence; never empty, no control characters, at most `TEXT_CHARS_MAX` characters."""


def announcement(languages: Sequence[str], number: str, counter_name: str) -> tuple[Segment, ...]:
    """The sentences of one call in the order they are spoken: number, then counter, for each language.

    Args:
        languages: the hall's, in its order; one without a catalogue is left out.
        number: as on the paper, "A007".
        counter_name: as in the configuration, "Loket 3".
    Returns: two sentences per language; empty when no language has a catalogue.
    """
    return tuple(
        segment
        for language in spoken(languages)
        for segment in (number_segment(language, number), counter_segment(language, counter_name))
    )


def spoken(languages: Sequence[str]) -> list[str]:
    """Those of the languages that have a catalogue, in the same order."""
    return [language for language in languages if language in catalogues()]


def number_segment(language: str, number: str) -> Segment:
    """The sentence that names a ticket, "Nomor antrean, A, nol nol tujuh."

    Raises: KeyError when the language has no catalogue.
    """
    catalogue = catalogues()[language]
    words = _number_words(catalogue, number)
    return Segment(language, catalogue.number_sentence.format(number=words))


def counter_segment(language: str, counter_name: str) -> Segment:
    """The sentence that names a counter, "Silakan menuju loket tiga."

    Raises: KeyError when the language has no catalogue.
    """
    catalogue = catalogues()[language]
    words = _counter_words(catalogue, counter_name)
    return Segment(language, catalogue.counter_sentence.format(counter=words))


def address(segment: Segment) -> str:
    """Where the sound of a sentence is served: `/audio/{32 hex digits}.wav`, the same for the same words for ever."""
    content = f"{ADDRESS_VERSION}\n{segment.language}\n{segment.text}"
    return f"/audio/{sha256(content.encode()).hexdigest()[:32]}.wav"


def cleaned(text: str, conjunction: str) -> str:
    """Text as it may be handed to an engine: no control characters, no markup, single spaces, bounded.

    Engines read SSML tags and `[[phonemes]]` as commands; a counter name comes from a file that people edit.
    """
    plain = "".join(" " if _is_control(char) else char for char in unicodedata.normalize("NFC", text))
    words = _NOT_SPOKEN.sub(" ", _MARKUP.sub(" ", plain)).replace("&", f" {conjunction} ").split()
    kept = " ".join(words)
    if len(kept) <= NAME_CHARS_MAX:
        return kept
    return kept[: NAME_CHARS_MAX + 1].rpartition(" ")[0] or kept[:NAME_CHARS_MAX]


def _is_control(char: str) -> bool:
    # Category C is control, format, surrogate, private use and unassigned; Z holds the line separators.
    category = unicodedata.category(char)
    return category.startswith("C") or category in ("Zl", "Zp")


def _number_words(catalogue: Catalogue, number: str) -> str:
    ticket = _TICKET.fullmatch(number)
    if ticket is None:
        return _spelled(catalogue, number)
    prefix, digits = ticket.groups()
    return ", ".join((*(catalogue.letters[letter] for letter in prefix), catalogue.ticket_number(digits)))


def _spelled(catalogue: Catalogue, number: str) -> str:
    """A number of another system's making: its letters and digits one by one, the first twelve, the rest left out."""
    said = [char.upper() for char in number if char.isascii() and char.isalnum()]
    words = [catalogue.digits[int(char)] if char.isdigit() else catalogue.letters[char] for char in said[:12]]
    return ", ".join(words) or catalogue.digits[0]


def _counter_words(catalogue: Catalogue, counter_name: str) -> str:
    written = cleaned(counter_name, catalogue.conjunction)
    if not any(char.isalnum() for char in written):
        return catalogue.counter_words[0]
    numbered = _NAME_WITH_NUMBER.fullmatch(written)
    if numbered is None:
        return written
    name = numbered["name"] or ""
    spoken = catalogue.counter_words[0] if _is_generic(name) else name
    return f"{spoken} {catalogue.counter_number(int(numbered['digits']))}"


def _is_generic(name: str) -> bool:
    """Whether a name says no more than "a desk". "Loket Prioritas 2" does say more, and keeps its name."""
    return not name or any(name.lower() in catalogue.counter_words for catalogue in catalogues().values())
