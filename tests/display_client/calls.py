"""Calls and views of the announcer, as short as a test wants them."""

from collections.abc import Iterable

from queue_server.wire.shapes import AnnouncerState, CallView, SpeechText, VoiceStateName

LANGUAGES = ("id", "en")
CHIME = "/audio/chime.wav"
ANNOUNCE_WITHIN_MS = 180_000


def call_view(call: int, voice: VoiceStateName = "pending", called_at_ms: int = 0) -> CallView:
    """One call; its sounds are named after it and the language."""
    return CallView(
        call=call,
        number=f"A{call:03}",
        service="ktp-el",
        counter="loket-1",
        counter_name="Loket 1",
        times=1,
        called_at_ms=called_at_ms,
        speech={
            language: SpeechText(text=f"{call} {language}", audio=[f"/audio/{call}-{language}.wav"])
            for language in LANGUAGES
        },
        voice=voice,
    )


def announcer_state(calls: Iterable[CallView], *, granted: bool = True) -> AnnouncerState:
    """What the hub shows to the voice of zone a."""
    return AnnouncerState(
        zone="a",
        granted=granted,
        languages=list(LANGUAGES),
        chime=CHIME,
        calls=list(calls),
        announce_within_ms=ANNOUNCE_WITHIN_MS,
    )
