"""The synthesiser: pyttsx3 over espeak-ng, with its traps fenced in. Runs in the speech worker's process only.

What pyttsx3 2.99 does, each seen here, and what is done about it:

- The first `runAndWait()` does not wait: an empty one is run at the start, and `finished-utterance` awaited besides.
- Of two queued saves only the last is written: one save, one wait.
- `finished-utterance` may come once more with `completed=False` for the sentence before, and cancel this one:
  only `completed=True` counts, and a sentence that was cancelled is said once more.
- An unknown voice raises nothing: the voice is read back.
- A file that cannot be written raises in the engine's own thread and `runAndWait()` never returns: the file is opened
  here first. (A disk that fills in between still hangs it; the caller's deadline ends that.)
- Errors go to an "error" topic and nowhere else: it is listened to.
- Empty text fails an assertion: it is refused before.
- It knows espeak-ng by its soname only: the wheel's library is loaded first, under that same soname.

espeak-ng is GPL; this process is the border. Proven by tests/speech/test_engine.py.
"""

import ctypes
import os
import threading
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pyttsx3
from msgspec import Struct

from queue_server.speech.requests import EngineChoice

RATE_WPM = 150
"""A calm hall voice. At 130 a call in two languages passes 12 s, at 175 old listeners lose digits."""

UTTERANCE_WAIT_S = 4.0
"""A sentence takes 20 ms; one that takes this long will not come. Below the caller's deadline of 5 s, so
that a reason can still be told."""

SAYINGS_MAX = 2
"""A sentence that the engine cancelled is said once more."""

SYSTEM_LIBRARIES = ("libespeak-ng.so.1", "libespeak-ng.1.dylib")
MISSING = "no speech engine: install espeak-ng (apt install espeak-ng) or the Python package espeakng-loader"


class Library(Struct, frozen=True, kw_only=True):
    """An espeak-ng that can be loaded."""

    name: str
    """For the status line."""
    path: str
    """What the loader takes: a soname, or the wheel's file."""
    data: str | None
    """Directory of the voices; None where the library knows its own."""


class EngineError(Exception):
    """The engine is missing, or did not say a sentence. The text says why."""


class Synthesiser:
    """One espeak-ng through one pyttsx3 engine; used by one thread."""

    def __init__(self, library: Library) -> None:
        """Loads the library and speaks nothing. Raises: EngineError."""
        if library.data is not None:
            os.environ["ESPEAK_DATA_PATH"] = library.data
        try:
            ctypes.CDLL(library.path)
            self._engine: Any = pyttsx3.init("espeak")
        except (OSError, RuntimeError) as error:
            raise EngineError(f"{library.name} cannot be started: {error}") from error
        self._finished = threading.Event()
        self._errors: list[str] = []
        self._engine.connect("finished-utterance", self._on_finished)
        self._engine.connect("error", self._on_error)
        self._engine.runAndWait()
        self._voices = _voices_by_language(self._engine)

    def save(self, text: str, language: str, out: Path) -> None:
        """Writes a sentence as the engine says it, 22,050 Hz mono 16 bits, not yet levelled.

        Raises: EngineError; OSError when the file cannot be written.
        """
        if not text.strip():
            raise EngineError("there is nothing to say")
        self._use_voice(language)
        for _ in range(SAYINGS_MAX):
            if self._is_saved(text, out):
                return
        raise EngineError("; ".join(self._errors) or "the engine wrote no sound")

    def _use_voice(self, language: str) -> None:
        voice = self._voices.get(language)
        if voice is None:
            raise EngineError(f"the engine has no voice for {language!r}")
        self._engine.setProperty("voice", voice)
        self._engine.setProperty("rate", RATE_WPM)
        if self._engine.getProperty("voice") != voice:
            raise EngineError(f"the engine refused the voice {voice!r}")

    def _is_saved(self, text: str, out: Path) -> bool:
        # Empty before, so that no older file passes for this one; and it raises here what would hang below.
        out.write_bytes(b"")
        self._finished.clear()
        self._errors.clear()
        self._engine.save_to_file(text, str(out))
        self._engine.runAndWait()
        return self._finished.wait(UTTERANCE_WAIT_S) and out.stat().st_size > 0

    def _on_finished(self, *, completed: bool, **_details: object) -> None:
        if completed:
            self._finished.set()

    def _on_error(self, *, exception: Exception, **_details: object) -> None:
        self._errors.append(str(exception))


def found_library(choice: EngineChoice, system_libraries: Sequence[str] = SYSTEM_LIBRARIES) -> Library:
    """The espeak-ng to use.

    Args:
        choice: not `NONE`, with which nothing is looked for.
        system_libraries: names that the system's loader is asked for, in order.
    Raises: EngineError when there is none of that kind, in one line that says what to install.
    """
    system = None if choice is EngineChoice.WHEEL else _system_library(system_libraries)
    found = system or (None if choice is EngineChoice.SYSTEM else _wheel_library())
    if found is None:
        raise EngineError(MISSING)
    return found


def _system_library(names: Sequence[str]) -> Library | None:
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return Library(name="espeak-ng of the system", path=name, data=None)
    return None


def _wheel_library() -> Library | None:
    try:
        wheel: Any = import_module("espeakng_loader")
        return Library(
            name="espeak-ng of the wheel", path=wheel.get_library_path(), data=wheel.get_data_path()
        )
    except (ImportError, RuntimeError):
        return None


def _voices_by_language(engine: Any) -> dict[str, str]:
    """Language code -> the engine's id of its plain voice ("poz/id", "gmw/en").

    mbrola's voices (`mb/…`) are left out: pyttsx3 writes every file as 22,050 Hz, and they speak at 16,000. Who has
    a licence for one runs it as an external command.
    """
    ids = (str(voice.id) for voice in engine.getProperty("voices"))
    return {id_.rpartition("/")[2]: id_ for id_ in ids if not id_.startswith(("mb/", "!v/"))}
