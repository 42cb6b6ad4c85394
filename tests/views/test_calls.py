"""Calls as screens show them and voices say them."""

import msgspec
import pytest

from queue_server.domain.model import VoiceState
from queue_server.speech.phrases import address, announcement
from queue_server.views.calls import UNSPOKEN, call_view
from tests.views.build import HALL
from tests.views.test_display import calls_with

(CALL,) = calls_with([VoiceState.PENDING])


def test_a_call_is_told_with_its_words_and_the_addresses_of_its_sounds() -> None:
    """Source: contract, "by language, `text` and `audio`": two sentences each, number then counter."""
    view = call_view(HALL, CALL)

    assert ["id", "en"] == list(view.speech)
    assert "Nomor antrean, A, nol nol satu. Silakan menuju loket satu." == view.speech["id"].text
    assert "Ticket, A, zero zero one. Please go to counter one." == view.speech["en"].text
    assert [[2, 2], 4] == [
        [len(said.audio) for said in view.speech.values()],
        len({sound for said in view.speech.values() for sound in said.audio}),
    ]


def test_a_sound_is_asked_for_where_it_is_served() -> None:
    """The same sentence has the same address for the screen, for the voice and for whoever renders it ahead."""
    sentences = announcement(HALL.languages, CALL.number, CALL.counter_name)

    assert [address(sentence) for sentence in sentences] == [
        sound for said in call_view(HALL, CALL).speech.values() for sound in said.audio
    ]


@pytest.mark.parametrize(
    ("languages", "expected"),
    [(("en", "id"), ["en", "id"]), (("jv", "id"), ["id"]), (("jv",), []), (("id",), ["id"])],
)
def test_languages_keep_the_halls_order_and_one_without_words_is_left_out(
    languages: tuple[str, ...], expected: list[str]
) -> None:
    """A hall may show a language that no voice has."""
    hall = msgspec.structs.replace(HALL, languages=languages)

    assert expected == list(call_view(hall, CALL).speech)


def test_a_view_may_be_changed_without_harm_to_the_next() -> None:
    """Sentences are remembered between views; what is handed out is a mapping of its own."""
    call_view(HALL, CALL).speech.clear()

    assert ["id", "en"] == list(call_view(HALL, CALL).speech)


def test_unspoken_is_what_a_voice_may_still_say_or_finish() -> None:
    """The set that both display and announcer go by."""
    assert {VoiceState.PENDING, VoiceState.SPEAKING} == UNSPOKEN
