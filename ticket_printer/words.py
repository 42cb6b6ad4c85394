"""What the paper says in its own words, by language. A citizen's paper is in the language that he chose."""

from collections.abc import Mapping

import msgspec


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """One language. All in printable ASCII, so that every printer has the type."""

    number: str
    copy: str
    copy_note: str
    ahead: str
    ahead_none: str
    """In the place of a count."""
    people_one: str
    people_many: str
    """{count}"""
    wait: str
    wait_up_to: str
    """{high}"""
    wait_about: str
    """{high}; where both ends fall on the same minute."""
    wait_between: str
    """{low}, {high}"""
    advice: str
    """{number}"""
    scan: str
    wifi: str
    """{name}"""
    weekdays: tuple[str, ...]
    """From Monday."""
    months: tuple[str, ...]
    date: str
    """{weekday}, {day}, {month}, {year}"""
    time: str
    """{hour}, {minute}, {zone}"""


WORDS: Mapping[str, Words] = {
    "id": Words(
        number="Nomor antrean",
        copy="SALINAN",
        copy_note="Cetak ulang. Nomor ini berlaku satu kali.",
        ahead="Di depan Anda",
        ahead_none="Anda berikutnya",
        people_one="1 orang",
        people_many="{count} orang",
        wait="Perkiraan tunggu",
        wait_up_to="s.d. {high} menit",
        wait_about="sekitar {high} menit",
        wait_between="{low}-{high} menit",
        advice="Bila {number} dipanggil, silakan menuju loket yang tertera di layar.",
        scan="Pindai untuk memantau antrean lewat ponsel",
        wifi="Wi-Fi gedung: {name}",
        weekdays=("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
        months=("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
        date="{weekday}, {day} {month} {year}",
        time="{hour:02}.{minute:02} {zone}",
    ),
    "en": Words(
        number="Your number",
        copy="COPY",
        copy_note="Printed again. The number counts once.",
        ahead="Ahead of you",
        ahead_none="You are next",
        people_one="1 person",
        people_many="{count} people",
        wait="Estimated wait",
        wait_up_to="up to {high} min",
        wait_about="about {high} min",
        wait_between="{low}-{high} min",
        advice="When {number} is called, please go to the counter shown on the screen.",
        scan="Scan to follow the line on your phone",
        wifi="Wi-Fi of the hall: {name}",
        weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        date="{weekday}, {day} {month} {year}",
        time="{hour:02}:{minute:02} {zone}",
    ),
}

LANGUAGE_ELSE = "id"
"""For a paper in a language that nobody has written words for yet."""


def words_of(language: str, names: Mapping[str, str]) -> Words:
    """The words for a paper in `language`; where there are none, in the first language of `names` that has some."""
    for candidate in (language, *names):
        if candidate in WORDS:
            return WORDS[candidate]
    return WORDS[LANGUAGE_ELSE]
