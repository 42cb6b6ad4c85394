"""Speech as the hub sees it: rendered ahead, served by address, calm when the engine is not."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from queue_server.speech.chime import chime
from queue_server.speech.phrases import CHIME_ADDRESS, address, announcement, number_segment
from queue_server.speech.requests import EngineChoice
from queue_server.speech.service import SpeechService, VoiceStatus
from queue_server.speech.sources import VoiceState
from queue_server.speech.voice import worker_argv
from queue_server.speech.waves import dbfs, joined, length_ms, read_wav, speech_rms, trimmed, write_wav

FAKES = Path(__file__).parent / "fakes"
CALL = announcement(("id", "en"), "A007", "Loket 3")
DEADLINE_MS = 20_000
"""Far past what anything here takes, for a machine that is busy."""

Running = Callable[..., AbstractAsyncContextManager[SpeechService]]


def fake(name: str) -> tuple[str, ...]:
    """The command line of a worker in `fakes/`."""
    return (sys.executable, str(FAKES / name))


@pytest.fixture
def running(tmp_path: Path) -> Running:
    """A service over one cache folder, started and stopped around a block."""

    @asynccontextmanager
    async def run(
        sounds: Path | None = None,
        command: str | None = None,
        argv: tuple[str, ...] | None = None,
        on_status: Callable[[VoiceStatus], None] | None = None,
    ) -> AsyncIterator[SpeechService]:
        service = SpeechService(tmp_path / "cache", sounds, command, argv=argv, on_status=on_status)
        await service.start()
        try:
            yield service
        finally:
            await service.stop()

    return run


async def test_a_whole_announcement_can_be_heard(running: Running) -> None:
    """3 to 12 s with its chime, in both languages, louder than -30 dBFS (the brief: audible, not silence)."""
    async with running() as service:
        service.prepare(CALL)
        files = [await service.file(one, DEADLINE_MS) for one in (CHIME_ADDRESS, *map(address, CALL))]
        status = service.status()
    whole = joined([read_wav(file) for file in files if file is not None], 250)

    assert len(files) == 5
    assert None not in files
    assert 3_000 < length_ms(whole) < 12_000
    assert dbfs(speech_rms(whole)) > -30
    assert length_ms(trimmed(whole)) > length_ms(whole) - 200
    assert (status.state, status.detail, status.rendered_count) == (VoiceState.READY, "", 4)


async def test_a_cached_sentence_does_not_touch_the_engine(running: Running) -> None:
    """Rendered once, it is served after a restart by a hub whose engine can do nothing."""
    async with running() as service:
        service.prepare(CALL)
        rendered = [await service.file(address(segment), DEADLINE_MS) for segment in CALL]
    async with running(argv=fake("refusing_worker.py")) as service:
        service.prepare(CALL)
        served = [await service.file(address(segment), 0) for segment in CALL]
        status = service.status()

    assert None not in rendered
    assert served == rendered
    assert (status.rendered_count, status.failed_count) == (0, 0)


async def test_what_somebody_waits_for_overtakes_what_is_rendered_ahead(running: Running) -> None:
    """A call never waits behind a morning's tickets."""
    ahead = [number_segment("id", f"B{number:03}") for number in range(1, 200)]
    urgent = number_segment("id", "A007")
    async with running() as service:
        service.prepare([*ahead, urgent])
        file = await service.file(address(urgent), DEADLINE_MS)
        status = service.status()

    assert file is not None
    assert status.backlog_count > 150


async def test_many_who_ask_for_one_sentence_cause_one_rendering(running: Running) -> None:
    """Twenty screens fetch the same address at once."""
    async with running() as service:
        service.prepare(CALL[:1])
        files = await asyncio.gather(*(service.file(address(CALL[0]), DEADLINE_MS) for _ in range(20)))
        status = service.status()

    assert len(set(files)) == 1
    assert None not in files
    assert status.rendered_count == 1


@pytest.mark.parametrize(
    "wrong", ["/audio/../config.toml", f"/audio/{'0' * 32}.wav", "", "/audio/", "\x00", address(CALL[3])]
)
async def test_an_address_that_nobody_prepared_is_unknown(running: Running, wrong: str) -> None:
    """At once, without the engine, and without a look at the disk."""
    async with running(argv=fake("hung_worker.py")) as service:
        service.prepare(CALL[:1])

        assert await service.file(wrong, DEADLINE_MS) is None


async def test_a_hung_engine_costs_the_sound_and_nothing_else(running: Running) -> None:
    """`file` gives up at its own deadline; `prepare` and `status` answer at once."""
    async with running(argv=fake("hung_worker.py")) as service:
        service.prepare(CALL)
        file = await service.file(address(CALL[0]), 100)

        assert file is None
        assert service.status().backlog_count == 4


async def test_while_the_engine_starts_nothing_is_wrong(running: Running) -> None:
    """Whoever starts the hub is not told of a trouble that is none."""
    told: list[VoiceStatus] = []
    is_known = asyncio.Event()

    def note(status: VoiceStatus) -> None:
        told.append(status)
        is_known.set()

    async with running(argv=fake("watching_worker.py"), on_status=note) as service:
        status = service.status()
        async with asyncio.timeout(DEADLINE_MS / 1_000):
            await is_known.wait()

    assert (status.state, status.detail) == (VoiceState.STARTING, "")
    assert [one.state for one in told[:1]] == [VoiceState.READY]


async def test_a_machine_without_an_engine_says_so(running: Running) -> None:
    """State off, a reason in plain words, the callback told; the chime sounds all the same."""
    told: list[VoiceStatus] = []
    async with running(argv=worker_argv(EngineChoice.NONE), on_status=told.append) as service:
        service.prepare(CALL)
        file = await service.file(address(CALL[0]), DEADLINE_MS)
        gong = await service.file(CHIME_ADDRESS, DEADLINE_MS)
        status = service.status()

    assert file is None
    assert gong is not None
    assert (status.state, status.engine, status.failed_count > 0) == (VoiceState.OFF, "", True)
    assert status.detail == "no speech engine"
    assert [one.state for one in told] == [VoiceState.OFF] * len(told)


async def test_recorded_clips_come_first(running: Running, tmp_path: Path) -> None:
    """Even where the synthesiser is switched off; a sentence that they do not cover is not half said."""
    pack = tmp_path / "sounds" / "siti"
    pack.mkdir(parents=True)
    write_wav(pack / "word.wav", chime())
    texts = ("nomor antrean", "a", "nol", "tujuh")
    (pack / "MANIFEST.toml").write_text(
        "".join(
            f'[[clip]]\nfile = "word.wav"\ntext = "{text}"\nlanguage = "id"\nlength_ms = 1200\nlicence = "CC0-1.0"\n'
            for text in texts
        )
    )
    async with running(sounds=tmp_path / "sounds", argv=worker_argv(EngineChoice.NONE)) as service:
        service.prepare(CALL)
        said = await service.file(address(CALL[0]), DEADLINE_MS)
        state = service.status().state
        not_covered = await service.file(address(CALL[1]), DEADLINE_MS)
        engine = service.status().engine

    assert said is not None
    assert length_ms(read_wav(said)) > 4 * 1_000
    assert not_covered is None
    assert (state in VoiceState, engine) == (True, "1 voice pack")


async def test_an_external_command_comes_before_the_synthesiser(running: Running, tmp_path: Path) -> None:
    """What it writes is levelled like everything else."""
    write_wav(tmp_path / "piper.wav", chime())
    async with running(command=f"cp {tmp_path}/piper.wav {{out}}") as service:
        service.prepare(CALL)
        said = await service.file(address(CALL[0]), DEADLINE_MS)
        status = service.status()

    assert said is not None
    assert abs(length_ms(read_wav(said)) - 1_200) < 300
    assert status.state == VoiceState.READY
    assert status.engine.startswith("the speech command, ")


@pytest.mark.parametrize(
    "command", ["false {out}", "cp /etc/hostname {out}", "true {out}", "no quote ' {out}"]
)
async def test_a_broken_command_leaves_the_synthesiser_speaking_and_is_told(
    running: Running, command: str
) -> None:
    """Degraded, with a reason: nobody should wonder why the voice changed."""
    async with running(command=command) as service:
        service.prepare(CALL)
        said = await service.file(address(CALL[0]), DEADLINE_MS)
        status = service.status()

    assert said is not None
    assert status.state == VoiceState.DEGRADED
    assert "speech command" in status.detail


async def test_a_folder_that_cannot_be_written_is_told_and_not_raised(tmp_path: Path) -> None:
    """A full or foreign disk costs the sound."""
    (tmp_path / "cache").write_text("a file where the folder should be")
    service = SpeechService(tmp_path / "cache", None, None)
    await service.start()
    service.prepare(CALL)

    assert await service.file(address(CALL[0]), DEADLINE_MS) is None
    assert await service.file(CHIME_ADDRESS, DEADLINE_MS) is None
    assert service.status().state == VoiceState.OFF
    assert "folder for rendered speech" in service.status().detail
    await service.stop()


async def test_the_halls_own_chime_is_used(running: Running, tmp_path: Path) -> None:
    """`sounds/chime.wav` where it can be read; a broken one is replaced by ours."""
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    write_wav(sounds / "chime.wav", chime()[:11_025])
    async with running(sounds=sounds) as service:
        own = await service.file(CHIME_ADDRESS, 0)
        assert own is not None
        own_ms = length_ms(read_wav(own))
    (sounds / "chime.wav").write_text("rubbish")
    async with running(sounds=sounds) as service:
        ours = await service.file(CHIME_ADDRESS, 0)
        assert ours is not None
        ours_ms = length_ms(read_wav(ours))

    assert (own_ms, ours_ms) == (500, 1_200)


async def test_stopping_answers_whoever_waits(running: Running) -> None:
    """Nobody hangs in a shutdown, and it may be called twice."""
    async with running(argv=fake("hung_worker.py")) as service:
        service.prepare(CALL)
        waiting = asyncio.create_task(service.file(address(CALL[0]), DEADLINE_MS))
        await asyncio.sleep(0)
        await service.stop()
        answer = await waiting
        status = service.status()

    assert answer is None
    assert (status.state, status.detail) == (VoiceState.OFF, "stopped")


async def test_the_backlog_is_bounded_and_what_found_it_full_can_still_be_had(running: Running) -> None:
    """A storm of tickets fills it; a call of the last of them is rendered on demand."""
    storm = [number_segment("id", f"C{number}") for number in range(1_000, 4_000)]
    async with running() as service:
        service.prepare(storm)
        service.prepare(storm)
        backlog_count = service.status().backlog_count
        last = await service.file(address(storm[-1]), DEADLINE_MS)

    assert backlog_count == 2_000
    assert last is not None


async def test_an_engine_that_fails_is_told_and_started_again(running: Running) -> None:
    """The status says it at once, and by itself a new process is ready before the next sentence."""
    told: list[VoiceStatus] = []
    is_back = asyncio.Event()

    def note(status: VoiceStatus) -> None:
        told.append(status)
        if len(told) == 3:
            is_back.set()

    async with running(argv=fake("babbling_worker.py"), on_status=note) as service:
        service.prepare(CALL[:1])
        file = await service.file(address(CALL[0]), DEADLINE_MS)
        async with asyncio.timeout(DEADLINE_MS / 1_000):
            await is_back.wait()

    assert file is None
    assert [status.state for status in told[:3]] == [VoiceState.READY, VoiceState.OFF, VoiceState.DEGRADED]
    assert told[1].detail == "the speech worker's answer is no answer"
