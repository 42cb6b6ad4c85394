"""Indonesian.

A number that begins with zero is read digit by digit, as it stands on the paper: `A007` "nol nol tujuh", `A012`
"nol satu dua". Mixed reading ("nol dua belas") was refused: it asks the listener to turn a word back into two
digits, and `A012` and `A020` would then begin alike ("nol dua …").

A number without leading zero is read as a number: `A111` "seratus sebelas", `A1000` "seribu". So banks and
clinics call, and it holds up in a noisy hall: the words that tell 13 from 30 are *belas* and *puluh*, which sound
nothing like each other, whereas "satu satu satu" leaves people counting the ones.
"""

from string import ascii_uppercase

from queue_server.speech.grammar import Catalogue

DIGITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")


def ticket_number(digits: str) -> str:
    """ "007" -> "nol nol tujuh", "111" -> "seratus sebelas"."""
    if digits.startswith("0"):
        return " ".join(DIGITS[int(digit)] for digit in digits)
    return cardinal(int(digits))


def cardinal(number: int) -> str:
    """0 to 999,999 in words. One hundred and one thousand take *se-* instead of *satu*, as does eleven."""
    if number < 12:
        return (*DIGITS, "sepuluh", "sebelas")[number]
    if number < 20:
        return f"{DIGITS[number - 10]} belas"
    if number < 100:
        return _with_rest(f"{DIGITS[number // 10]} puluh", number % 10)
    if number < 1_000:
        return _with_rest("seratus" if number < 200 else f"{DIGITS[number // 100]} ratus", number % 100)
    return _with_rest("seribu" if number < 2_000 else f"{cardinal(number // 1_000)} ribu", number % 1_000)


def _with_rest(head: str, rest: int) -> str:
    return f"{head} {cardinal(rest)}" if rest else head


CATALOGUE = Catalogue(
    language="id",
    # Between commas the Indonesian voice names each letter rightly (be, ce, … ef, … eks); nothing needs respelling.
    letters={letter: letter for letter in ascii_uppercase},
    digits=DIGITS,
    ticket_number=ticket_number,
    counter_number=cardinal,
    counter_words=("loket", "konter", "meja"),
    conjunction="dan",
    number_sentence="Nomor antrean, {number}.",
    counter_sentence="Silakan menuju {counter}.",
)
