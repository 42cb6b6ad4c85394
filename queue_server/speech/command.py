"""An external program that speaks: text on its standard input, a WAV file where it is told to write one.

From the configuration, for instance `piper --model {language}.onnx --output_file {out}`. It is started without a
shell, once per sentence, with a deadline; one that fails is left alone for a minute and the synthesiser speaks in
its place. Proven by tests/speech/test_command.py.
"""

import asyncio
import contextlib
import os
import shlex
import signal
from pathlib import Path

from queue_server.programs import started
from queue_server.speech.phrases import Segment

DEADLINE_MS = 10_000
"""A neural voice on a small board takes 1 to 3 s a sentence, its model's loading included."""

REST_MS = 60_000
"""How long a program that failed is left alone, so that a broken one does not cost every sentence its deadline."""

REAP_DEADLINE_MS = 2_000
"""A killed process is gone in a millisecond; one that the kernel holds is not waited for any longer."""


class Command:
    """One configured command line."""

    def __init__(self, line: str, *, deadline_ms: int = DEADLINE_MS, rest_ms: int = REST_MS) -> None:
        """Args: line: words as in a shell, without its features; `{out}` and `{language}` are filled in."""
        self.reason = ""
        """Why it cannot speak now, in plain words; empty when all is well."""
        self._deadline_ms = deadline_ms
        self._rest_ms = rest_ms
        self._rests_until_s = 0.0
        try:
            self._words = tuple(shlex.split(line))
        except ValueError as error:
            self._words = ()
            self.reason = f"the speech command cannot be read: {error}"
        if self._words and not any("{out}" in word for word in self._words):
            self._words = ()
            self.reason = "the speech command has no {out}, the file to write"

    @property
    def is_usable(self) -> bool:
        """Whether it may be asked now."""
        return bool(self._words) and asyncio.get_running_loop().time() >= self._rests_until_s

    async def is_said(self, segment: Segment, out: Path) -> bool:
        """Has the program write a sentence; False, with `reason`, when it did not within its deadline."""
        failure = await self._ran(segment, out)
        if failure:
            self.fail(failure)
        else:
            self.reason = ""
        return not failure

    def fail(self, reason: str) -> None:
        """Leaves the program alone for a while: it failed, or what it wrote was no use."""
        self.reason = reason
        self._rests_until_s = asyncio.get_running_loop().time() + self._rest_ms / 1_000

    async def _ran(self, segment: Segment, out: Path) -> str:
        """Runs it; the reason of a failure, or nothing."""
        argv = [
            word.replace("{out}", str(out)).replace("{language}", segment.language) for word in self._words
        ]
        try:
            process = await started(
                argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            return f"the speech command cannot be started: {error}"
        try:
            async with asyncio.timeout(self._deadline_ms / 1_000):
                await process.communicate(segment.text.encode() + b"\n")
        except TimeoutError:
            return f"the speech command hung for {self._deadline_ms} ms and was ended"
        except OSError as error:
            return f"the speech command cannot be spoken to: {error}"
        finally:
            await _ended(process)
        return "" if process.returncode == 0 else f"the speech command ended with code {process.returncode}"


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Ends the process and whatever it started, also when the caller is being cancelled."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError, OSError):
        async with asyncio.timeout(REAP_DEADLINE_MS / 1_000):
            await process.communicate()
