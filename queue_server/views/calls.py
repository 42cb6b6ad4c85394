"""Calls as screens show them and voices say them."""

from functools import lru_cache
from itertools import groupby

from queue_server.domain.hall import HallConfig
from queue_server.domain.model import Call, VoiceState
from queue_server.speech.phrases import address, announcement
from queue_server.views.codes import VOICE_STATES
from queue_server.wire.shapes import CallView, SpeechText

UNSPOKEN = frozenset({VoiceState.PENDING, VoiceState.SPEAKING})

REMEMBERED_CALLS = 1_024
"""Sentences of so many number and counter pairs are kept: the 64 newest calls of sixteen zones."""


def call_view(hall: HallConfig, call: Call) -> CallView:
    """One call with its sentences; the chime before it is the view's, not the call's."""
    return CallView(
        call=call.call,
        number=call.number,
        service=call.service,
        counter=call.counter,
        counter_name=call.counter_name,
        times=call.times,
        called_at_ms=call.called_at_ms,
        speech=dict(_spoken(hall.languages, call.number, call.counter_name)),
        voice=VOICE_STATES[call.voice],
    )


@lru_cache(maxsize=REMEMBERED_CALLS)
def _spoken(languages: tuple[str, ...], number: str, counter_name: str) -> tuple[tuple[str, SpeechText], ...]:
    """Language and what is said in it, in the hall's order; one without words is left out.

    Kept because hashing the sentences costs more than the rest of a view, and a call stays in view for long.
    """
    sentences = announcement(languages, number, counter_name)
    said = ((language, tuple(of)) for language, of in groupby(sentences, lambda sentence: sentence.language))
    return tuple(
        (
            language,
            SpeechText(
                text=" ".join(sentence.text for sentence in of),
                audio=[address(sentence) for sentence in of],
            ),
        )
        for language, of in said
    )
