"""What the zone's voice says next, by the vectors that the hall screen's announcer.js runs too.

Their form is told in tests/pages/test_screen_rules.py.
"""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from display_client.announcer import Action, Announcer, Play, Report, Stop
from queue_server.wire.shapes import SpeechText
from tests.display_client.calls import announcer_state, call_view

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "announcer.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_voice_keeps_the_law_named_by_the_case(case: dict[str, Any]) -> None:
    """The same input leads to the same reports and sounds as in the browser."""
    announcer = Announcer()

    done = [
        {
            "then": [_as_vector(action) for action in _do(announcer, step)],
            "wake_at_ms": announcer.wake_at_ms,
        }
        for step in case["steps"]
    ]

    expected = [{"then": step["then"], "wake_at_ms": step.get("wake_at_ms")} for step in case["steps"]]
    assert expected == done


def test_a_language_without_words_is_passed_over() -> None:
    """The hub leaves out a language that it has no catalogue for."""
    announcer = Announcer()
    call = call_view(7)
    call = msgspec.structs.replace(call, speech={"en": call.speech["en"]})
    announcer.allowed(0, has_sound=True)
    announcer.viewed(0, announcer_state([call]))

    assert [Play(7, ("/audio/chime.wav", "/audio/7-en.wav"))] == announcer.answered(
        0, 7, accepted=True, code=None
    )


def _do(announcer: Announcer, step: dict[str, Any]) -> list[Action]:
    at_ms: int = step["at_ms"]
    match step["do"]:
        case "sound":
            return announcer.allowed(at_ms, has_sound=step["is_allowed"])
        case "view":
            return announcer.viewed(at_ms, _view(step))
        case "answer":
            return announcer.answered(at_ms, step["call"], accepted=step["accepted"], code=step.get("code"))
        case "played":
            return announcer.played(at_ms, step["call"], step["result"])
        case "woken":
            return announcer.woken(at_ms)
        case unknown:
            raise AssertionError(unknown)


def _view(step: dict[str, Any]) -> Any:
    calls = [
        msgspec.structs.replace(
            call_view(call, voice, called_at_ms),
            speech={
                language: SpeechText(text="", audio=[f"{call}-{language}"])
                for language in VECTORS["languages"]
            },
        )
        for call, voice, called_at_ms in step["calls"]
    ]
    return msgspec.structs.replace(
        announcer_state(calls, granted=step["granted"]),
        languages=VECTORS["languages"],
        chime="chime",
        announce_within_ms=VECTORS["announce_within_ms"],
    )


def _as_vector(action: Action) -> dict[str, Any]:
    match action:
        case Report(call=call, what=what):
            return {"report": call, "what": what}
        case Play(call=call, audio=audio):
            return {"play": call, "audio": list(audio)}
        case Stop(call=call):
            return {"stop": call}
