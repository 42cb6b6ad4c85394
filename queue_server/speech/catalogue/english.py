"""English.

Ticket numbers are read digit by digit: `A007` "zero zero seven", `A113` "one one three". As numbers, 113 and 130
("thirteen", "thirty") are the classic mishearing of a noisy hall, and half the listeners are not native. Only
round hundreds and thousands are read as numbers (`A200` "two hundred", `A1000` "one thousand"): they are short,
and a run of zeros is hard to count by ear. Zero is "zero", never "oh", which is a letter.

Counters are few and stand on the screen beside the call: they are read as numbers ("counter twelve").
"""

from string import ascii_uppercase

from queue_server.speech.grammar import Catalogue

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def ticket_number(digits: str) -> str:
    """ "007" -> "zero zero seven", "200" -> "two hundred"."""
    if digits.startswith("0") or not digits.endswith("00"):
        return " ".join(DIGITS[int(digit)] for digit in digits)
    return cardinal(int(digits))


def cardinal(number: int) -> str:
    """0 to 999,999 in words, British: "one hundred and eleven"."""
    if number < 20:
        return (*DIGITS, *TEENS)[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        return f"{TENS[tens]}-{DIGITS[rest]}" if rest else TENS[tens]
    if number < 1_000:
        hundreds, rest = divmod(number, 100)
        return f"{DIGITS[hundreds]} hundred" + (f" and {cardinal(rest)}" if rest else "")
    thousands, rest = divmod(number, 1_000)
    link = " and " if rest < 100 else " "
    return f"{cardinal(thousands)} thousand" + (f"{link}{cardinal(rest)}" if rest else "")


CATALOGUE = Catalogue(
    language="en",
    # The comma after each letter matters: without it the voice reads "A B" as the article and a letter.
    letters={letter: letter for letter in ascii_uppercase},
    digits=DIGITS,
    ticket_number=ticket_number,
    counter_number=cardinal,
    counter_words=("counter", "desk", "window"),
    conjunction="and",
    number_sentence="Ticket, {number}.",
    counter_sentence="Please go to {counter}.",
)
