"""The hub's end of the speech worker: starts it, asks it one thing at a time, ends it when it hangs.

Nothing here raises because of the engine: an answer is `Done` or `Failed` with a reason, within a deadline, and the
event loop waits on pipes only. A worker that hangs, dies or talks nonsense is killed and costs the request in
hand; the next request starts another. From the second failure in a row it is left alone for a while first, 0.25 s
doubling to 30 s, and requests fail at once until then.

Measured here: `start()` 0.2 s, a sentence 45 ms. Proven by tests/speech/test_voice.py.
"""

import asyncio
import contextlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec

from queue_server.speech.phrases import Segment
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

REQUEST_DEADLINE_MS = 5_000
"""A sentence takes 45 ms here and perhaps 400 on the smallest board; ten times that is a hang."""

START_DEADLINE_MS = 15_000
"""From process start to `Ready`: 0.2 s here, seconds from a slow card with cold caches."""

END_DEADLINE_MS = 2_000
"""A killed process is gone in a millisecond; one that the kernel holds is not waited for any longer."""

REST_MS_FIRST = 250
REST_MS_MAX = 30_000
"""How long a broken worker is left alone: after its second failure in a row, and at most."""

Outcome: TypeAlias = Done | Failed

ANSWERS: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)


class WorkerError(Exception):
    """The worker hung, died or talked nonsense. The text says which, in the words of the status line."""


class Voice:
    """One worker process, or none for the moment. One request in flight; the others wait their turn."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        request_deadline_ms: int = REQUEST_DEADLINE_MS,
        start_deadline_ms: int = START_DEADLINE_MS,
        rest_ms_first: int = REST_MS_FIRST,
    ) -> None:
        """Args: argv: the worker's command line, see `worker_argv`."""
        self.engine: str | None = None
        """The synthesiser's name; None while none is known to work."""
        self.reason = "not started"
        """Why nothing can be synthesised now, in plain words; empty when all is well."""
        self.starts_count = 0
        """How many worker processes were started."""
        self._argv = tuple(argv)
        self._request_deadline_ms = request_deadline_ms
        self._start_deadline_ms = start_deadline_ms
        self._rest_ms_first = rest_ms_first
        self._failures_in_a_row = 0
        self._rests_until_s = 0.0
        self._is_open = False
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._last_id = 0

    @property
    def rest_ms(self) -> int:
        """How long the worker is left alone from now; 0 when it may be asked."""
        left_s = self._rests_until_s - asyncio.get_running_loop().time()
        return int(left_s * 1_000) + 1 if left_s > 0 else 0

    @property
    def is_down(self) -> bool:
        """Whether it should have a worker and has none."""
        return self._is_open and (self._process is None or self._process.returncode is not None)

    async def start(self) -> None:
        """Starts the worker if there is none, so that its engine is known and the first sentence is quick."""
        self._is_open = True
        async with self._turn:
            await self._guarded(None)

    async def stop(self) -> None:
        """Ends the worker; a request in flight fails. May be called twice, and before `start`."""
        self._is_open = False
        self._kill()
        async with self._turn:
            await self._end()
        self.engine, self.reason = None, "stopped"

    async def speak(self, segment: Segment, out: Path) -> Outcome:
        """Has the synthesiser write a sentence to `out`."""
        return await self._asked(
            lambda id_: Speak(id=id_, language=segment.language, text=segment.text, out=str(out))
        )

    async def join(self, clips: Sequence[Path], out: Path) -> Outcome:
        """Has recorded sounds laid end to end, levelled, and written to `out`."""
        return await self._asked(lambda id_: Join(id=id_, clips=tuple(map(str, clips)), out=str(out)))

    async def _asked(self, request_with: Callable[[int], Request]) -> Outcome:
        async with self._turn:
            self._last_id += 1
            if not self._is_open or self.rest_ms:
                return Failed(id=self._last_id, reason=self.reason)
            outcome = await self._guarded(request_with(self._last_id))
            return outcome or Failed(id=self._last_id, reason=self.reason)

    async def _guarded(self, request: Request | None) -> Outcome | None:
        """The worker's answer; None when the worker failed, or when there was no request and it started.

        Whatever way this is left without an answer, cancellation too, the worker goes: its late answer must
        never be taken for the next one's.
        """
        settled = False
        try:
            process = await self._ready_process()
            outcome = await self._exchange(process, request) if request else None
            settled = True
        except WorkerError as trouble:
            self._rest(str(trouble))
            return None
        finally:
            if not settled:
                await self._end()
        if request is not None:
            self._failures_in_a_row = 0
        return outcome

    async def _ready_process(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        await self._end()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=LINE_BYTES_MAX,
                # Ctrl-C in the hub's terminal is for the hub, which then ends the worker in its own order.
                start_new_session=True,
            )
        except OSError as error:
            raise WorkerError(f"the speech worker cannot be started: {error}") from error
        self.starts_count += 1
        answer = await _answer(self._process, self._start_deadline_ms)
        if not isinstance(answer, Ready):
            raise WorkerError("the speech worker spoke out of turn")
        self.engine, self.reason = answer.engine, answer.reason
        return self._process

    async def _exchange(self, process: asyncio.subprocess.Process, request: Request) -> Outcome:
        assert process.stdin is not None
        # A line is far below the pipe's 64 KiB and the worker has read the one before: this does not block.
        process.stdin.write(msgspec.json.encode(request) + b"\n")
        answer = await _answer(process, self._request_deadline_ms)
        if isinstance(answer, Ready) or answer.id != request.id:
            raise WorkerError("the speech worker spoke out of turn")
        return answer

    def _rest(self, reason: str) -> None:
        self._failures_in_a_row += 1
        doublings = min(self._failures_in_a_row - 2, 10)  # 2^10 times the first rest is past the longest one
        rest_ms = min(REST_MS_MAX, int(self._rest_ms_first * 2**doublings)) if doublings >= 0 else 0
        self._rests_until_s = asyncio.get_running_loop().time() + rest_ms / 1_000
        self.engine, self.reason = None, reason

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def _end(self) -> None:
        self._kill()
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(END_DEADLINE_MS / 1_000):
                # Reads what is left, closes the pipes, and reaps.
                await process.communicate()


def worker_argv(engine: EngineChoice = EngineChoice.AUTO) -> tuple[str, ...]:
    """The command line of our own worker, run by the interpreter that runs us."""
    return (sys.executable, "-m", "queue_server.speech.worker", "--engine", engine)


async def _answer(process: asyncio.subprocess.Process, deadline_ms: int) -> Answer:
    """The worker's next line. Raises: WorkerError when it does not come, or is no answer."""
    assert process.stdout is not None
    try:
        async with asyncio.timeout(deadline_ms / 1_000):
            line = await process.stdout.readline()
    except TimeoutError as error:
        raise WorkerError(f"the speech engine hung for {deadline_ms} ms and was ended") from error
    except (ValueError, OSError) as error:
        raise WorkerError(f"the speech worker's answer cannot be read: {error}") from error
    if not line:
        raise WorkerError("the speech worker ended unexpectedly")
    try:
        return ANSWERS.decode(line)
    except msgspec.DecodeError as error:
        raise WorkerError("the speech worker's answer is no answer") from error
