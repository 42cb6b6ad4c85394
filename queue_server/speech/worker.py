"""The speech worker: a child process that says sentences into files, one request at a time.

`python -m queue_server.speech.worker [--engine auto|system|wheel|none]`. One JSON line in, one JSON line out
(`requests.py`); the first line out is `Ready`. It ends when its input does, so it never outlives the hub.

It is a process of its own because the engine blocks, is not safe with threads, can hang or crash, and is GPL.
Standard output belongs to the answers alone: pyttsx3 prints to it, so everybody else's goes to /dev/null.

Measured on two shared cores, Python 3.11: process start to `Ready` 0.2 s (the first time, from a cold disk, 0.35); a
sentence of 1.6 to 2.8 s takes 30 to 50 ms, of which the engine 12 and the levelling 30. Proven by tests/speech/test_engine.py and test_voice.py.
"""

import argparse
import contextlib
import os
import signal
import sys
import wave
from pathlib import Path
from typing import BinaryIO, assert_never

import msgspec

from queue_server.speech.engine import EngineError, Synthesiser, found_library
from queue_server.speech.requests import (
    LINE_BYTES_MAX,
    Answer,
    Done,
    EngineChoice,
    Failed,
    Join,
    Ready,
    Request,
    Speak,
)
from queue_server.speech.waves import (
    Samples,
    SoundError,
    joined,
    length_ms,
    levelled,
    read_wav,
    trimmed,
    write_wav,
)

GAP_MS = 60
"""Silence between two recorded clips of one sentence: words of one breath."""

NICE = 5
"""Below the hub, above a backup."""

SUICIDE_S = 15
"""A request that holds the process this long ends it, even if the hub that would kill it is gone."""


def main() -> None:
    """Reads requests until there are no more."""
    parser = argparse.ArgumentParser(prog="queue_server.speech.worker")
    parser.add_argument("--engine", type=EngineChoice, choices=list(EngineChoice), default=EngineChoice.AUTO)
    choice = parser.parse_args().engine
    # Rendering ahead must not take a small board's cores from the hub.
    os.nice(NICE)
    answers = _private_output()
    synthesiser, ready = _opened(choice)
    _send(answers, ready)
    requests = msgspec.json.Decoder(Request)
    while line := sys.stdin.buffer.readline(LINE_BYTES_MAX):
        signal.alarm(SUICIDE_S)
        _send(answers, _answer(synthesiser, requests, line))
        signal.alarm(0)


def _private_output() -> BinaryIO:
    """The pipe to the hub under a new number; what was number 1 leads nowhere from now on."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return answers


def _opened(choice: EngineChoice) -> tuple[Synthesiser | None, Ready]:
    if choice is EngineChoice.NONE:
        return None, Ready(engine=None, reason="")
    try:
        library = found_library(choice)
        return Synthesiser(library), Ready(engine=library.name, reason="")
    except EngineError as trouble:
        return None, Ready(engine=None, reason=str(trouble))


def _answer(synthesiser: Synthesiser | None, requests: msgspec.json.Decoder[Request], line: bytes) -> Answer:
    try:
        request = requests.decode(line)
    except msgspec.DecodeError as error:
        return Failed(id=0, reason=f"not a request: {error}")
    try:
        return _done(synthesiser, request)
    except (EngineError, SoundError, wave.Error, EOFError, OSError) as error:
        return Failed(id=request.id, reason=str(error) or type(error).__name__)


def _done(synthesiser: Synthesiser | None, request: Request) -> Done:
    """Raises: EngineError, SoundError, wave.Error, EOFError, OSError."""
    out = Path(request.out)
    samples = _levelled(synthesiser, request)
    write_wav(out, samples)
    return Done(id=request.id, length_ms=length_ms(samples))


def _levelled(synthesiser: Synthesiser | None, request: Request) -> Samples:
    """The sound, once more where the engine wrote one that cannot be served: under load it now and
    then writes a file of silence, and the next attempt speaks. A recorded clip stays what it is.

    Raises: as `_done`.
    """
    try:
        return levelled(_raw(synthesiser, request))
    except SoundError:
        if isinstance(request, Join):
            raise
        return levelled(_raw(synthesiser, request))


def _raw(synthesiser: Synthesiser | None, request: Request) -> Samples:
    match request:
        case Speak():
            if synthesiser is None:
                raise EngineError("no speech engine")
            out = Path(request.out)
            synthesiser.save(request.text, request.language, out)
            return read_wav(out)
        case Join():
            return joined([trimmed(read_wav(Path(clip))) for clip in request.clips], GAP_MS)
        case _:
            assert_never(request)


def _send(answers: BinaryIO, answer: Answer) -> None:
    answers.write(msgspec.json.encode(answer) + b"\n")


if __name__ == "__main__":
    # The hub went while an answer was on its way: there is nobody left to tell.
    with contextlib.suppress(BrokenPipeError):
        main()
