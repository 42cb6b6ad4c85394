"""The worker hangs, dies, babbles: what it costs, and that the next sentence is spoken."""

import asyncio
import sys
from pathlib import Path

from queue_server.speech.phrases import Segment
from queue_server.speech.requests import Done, Failed
from queue_server.speech.voice import Voice, worker_argv

FAKES = Path(__file__).parent / "fakes"
SENTENCE = Segment("id", "Nomor antrean, A, nol nol tujuh.")


def fake(name: str, *arguments: str) -> tuple[str, ...]:
    """The command line of a worker in `fakes/`."""
    return (sys.executable, str(FAKES / name), *arguments)


async def test_a_worker_killed_in_the_middle_costs_that_request_and_the_next_is_spoken(
    tmp_path: Path,
) -> None:
    """The engine can crash ("double free"): one sentence is lost, none after it."""
    voice = Voice(fake("dying_worker.py", str(tmp_path / "first_life")))
    await voice.start()

    lost = await voice.speak(SENTENCE, tmp_path / "lost.wav")
    spoken = await voice.speak(SENTENCE, tmp_path / "spoken.wav")
    starts_count = voice.starts_count
    await voice.stop()

    assert isinstance(lost, Failed)
    assert lost.reason == "the speech worker ended unexpectedly"
    assert isinstance(spoken, Done)
    assert starts_count == 2


async def test_a_hung_worker_is_ended_at_the_deadline_and_started_again(tmp_path: Path) -> None:
    """A deadline per request; each request after a hang meets a new process."""
    voice = Voice(fake("hung_worker.py"), request_deadline_ms=100, rest_ms_first=1)
    await voice.start()
    loop = asyncio.get_running_loop()

    began_s = loop.time()
    first = await voice.speak(SENTENCE, tmp_path / "out.wav")
    took_s = loop.time() - began_s
    second = await voice.speak(SENTENCE, tmp_path / "out.wav")
    starts_count = voice.starts_count
    await voice.stop()

    assert isinstance(first, Failed)
    assert first.reason == "the speech engine hung for 100 ms and was ended"
    assert 0.1 <= took_s < 2
    assert isinstance(second, Failed)
    assert starts_count == 2


async def test_a_worker_that_keeps_failing_is_left_alone_for_a_while(tmp_path: Path) -> None:
    """Bounded back-off: requests in the rest fail at once, and no process is started for them."""
    voice = Voice(fake("hung_worker.py"), request_deadline_ms=50, rest_ms_first=60_000)
    await voice.start()
    for _ in range(2):
        await voice.speak(SENTENCE, tmp_path / "out.wav")

    refused = await voice.speak(SENTENCE, tmp_path / "out.wav")
    rest_ms, starts_count = voice.rest_ms, voice.starts_count
    await voice.stop()

    assert isinstance(refused, Failed)
    assert 0 < rest_ms <= 30_000
    assert starts_count == 2


async def test_a_worker_that_babbles_is_ended(tmp_path: Path) -> None:
    """pyttsx3 prints to standard output: what is no answer must never be taken for one."""
    voice = Voice(fake("babbling_worker.py"))
    await voice.start()

    outcome = await voice.speak(SENTENCE, tmp_path / "out.wav")
    engine = voice.engine
    await voice.stop()

    assert isinstance(outcome, Failed)
    assert outcome.reason == "the speech worker's answer is no answer"
    assert engine is None


async def test_two_requests_at_once_are_served_one_after_the_other(tmp_path: Path) -> None:
    """Two threads at once kill the engine; the worker sees one request at a time and nothing behind it."""
    voice = Voice(fake("watching_worker.py"))
    await voice.start()

    outcomes = await asyncio.gather(*(voice.speak(SENTENCE, tmp_path / f"{i}.wav") for i in range(4)))
    await voice.stop()

    assert [outcome.length_ms for outcome in outcomes if isinstance(outcome, Done)] == [0, 0, 0, 0]


async def test_a_request_that_is_cancelled_leaves_no_answer_for_the_next(tmp_path: Path) -> None:
    """The late answer to a cancelled request would be taken for the next one's: that worker goes."""
    voice = Voice(worker_argv())
    await voice.start()
    request = asyncio.create_task(voice.speak(SENTENCE, tmp_path / "cancelled.wav"))
    await asyncio.sleep(0)  # it is written, not answered
    request.cancel()
    await asyncio.wait({request})

    spoken = await voice.speak(SENTENCE, tmp_path / "spoken.wav")
    await voice.stop()

    assert request.cancelled()
    assert isinstance(spoken, Done)
    assert (tmp_path / "spoken.wav").is_file()


async def test_a_worker_that_cannot_be_started_is_a_reason_and_no_error(tmp_path: Path) -> None:
    """Nothing here raises for the engine's sake."""
    voice = Voice(("/nonexistent/python",))
    await voice.start()

    outcome = await voice.speak(SENTENCE, tmp_path / "out.wav")
    await voice.stop()

    assert isinstance(outcome, Failed)
    assert outcome.reason.startswith("the speech worker cannot be started")


async def test_stopping_fails_the_request_in_flight_and_starts_no_other(tmp_path: Path) -> None:
    """The hub shuts down while a sentence is being said."""
    voice = Voice(fake("hung_worker.py"))
    await voice.start()
    requests = [asyncio.create_task(voice.speak(SENTENCE, tmp_path / f"{i}.wav")) for i in range(2)]
    await asyncio.sleep(0)

    await voice.stop()
    outcomes = await asyncio.gather(*requests)

    assert [type(outcome) for outcome in outcomes] == [Failed, Failed]
    assert voice.starts_count == 1
    assert not voice.is_down
