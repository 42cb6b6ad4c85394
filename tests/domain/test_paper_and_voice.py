"""The life of a print job and of an announcement: reports come late, twice and out of order by nature."""

from queue_server.domain.commands import PrintReport, ReportPrint
from queue_server.domain.decide_device import call_of
from queue_server.domain.evolve_call import KEPT_COUNT_MAX
from queue_server.domain.hall import PrinterId, ZoneId
from queue_server.domain.model import ActorId, CallNo, JobId, VoiceState
from tests.domain.halls import instant
from tests.domain.stories import Story, answer


def test_a_job_is_announced_before_its_first_byte_and_confirmed_after_its_last() -> None:
    """Started (with its attempt), printed; a repeat of either changes nothing. Source: contract, `report_print`."""
    story = Story()
    story.tell("""
    time     | who | does                        | answer
    08:00    | -   | takes ktp on paper          | A001, A001 on its way to paper
    08:00:01 | p1  | prints j1 started           | j1 started
    08:00:01 | p1  | prints j1 started           |
    08:00:02 | p1  | prints j1 started attempt 3 | j1 started
    08:00:02 | p1  | prints j1 started attempt 2 |
    08:00:03 | p2  | prints j1 printed at p2     | UNKNOWN_JOB
    08:00:03 | p1  | prints j1 printed           | j1 printed
    08:00:04 | p1  | prints j1 printed           | UNKNOWN_JOB
    """)

    assert story.ticket("A001").print == "printed"
    assert dict(story.state.jobs) == {}


def test_paper_that_does_not_come_in_time_is_shown_on_the_kiosk() -> None:
    """After 8 s the number is shown; it may still print for 90 s; then the job dies, counted. Source: contract."""
    story = Story()
    story.tell("""
    time         | who | does               | answer
    08:00        | -   | takes ktp on paper | A001, A001 on its way to paper
    08:00:07.999 | hub | tick               |
    08:00:08     | hub | tick               | j1 shown instead
    08:01:37.999 | hub | tick               |
    08:01:38     | hub | tick               | j1 given up
    08:01:39     | p1  | prints j1 printed  | UNKNOWN_JOB
    """)

    assert story.ticket("A001").print == "abandoned"
    assert story.state.day is not None
    assert story.state.day.print_failed_count == 1


def test_paper_that_comes_late_is_paper() -> None:
    """Printed after the kiosk showed the number: the job is done, not given up."""
    story = Story()
    story.tell("""
    time     | who | does               | answer
    08:00    | -   | takes ktp on paper | A001, A001 on its way to paper
    08:00:08 | hub | tick               | j1 shown instead
    08:00:30 | p1  | prints j1 printed  | j1 printed
    08:02    | hub | tick               |
    """)

    assert story.ticket("A001").print == "printed"


def test_a_printer_in_trouble_is_not_waited_for() -> None:
    """Failed or out of paper: the kiosk shows the number at once; the same complaint is told once."""
    story = Story()
    story.tell("""
    time     | who | does                | answer
    08:00    | -   | takes ktp on paper  | A001, A001 on its way to paper
    08:00:01 | p1  | prints j1 started   | j1 started
    08:00:02 | p1  | prints j1 paper_out | j1 in trouble, j1 shown instead
    08:00:03 | p1  | prints j1 paper_out |
    08:00:04 | p1  | prints j1 failed    | j1 in trouble
    """)

    assert story.ticket("A001").print == "on_screen"
    assert story.state.jobs[JobId("j1")].trouble == PrintReport.FAILED


def test_a_reprint_is_a_copy_at_the_first_printer_or_a_named_one() -> None:
    """The paper again, marked; where the ticket came from no kiosk, a printer must be named."""
    story = Story()
    story.tell("""
    time  | who | does              | answer
    08:00 | -   | takes ktp         | A001
    08:01 | ani | reprints A001     | A001 on its way to paper
    08:02 | ani | reprints A001 at p1 | A001 on its way to paper
    08:02 | ani | reprints A001 at p9 | WRONG_STATE
    """)

    assert all(job.is_copy for job in story.state.jobs.values())
    assert {"j1", "j2"} == set(story.state.jobs)


def test_a_printer_names_only_its_own_jobs() -> None:
    """Another printer's report cannot end a job."""
    story = Story()
    story.does("08:00", "-", "takes ktp on paper")
    report = ReportPrint(job=JobId("j1"), attempt=1, status=PrintReport.PRINTED, printer=PrinterId("p7"))
    decision = story.ledger.submit(report, ActorId("p7"), instant("08:00:01"))

    assert answer(decision, {}) == "UNKNOWN_JOB"


def test_a_call_is_granted_to_one_voice_and_spoken_once() -> None:
    """`speaking` is granted once; `spoken` may come twice. Source: contract, `report_call`."""
    story = _called()
    story.tell("""
    time     | who   | does            | answer
    08:01:01 | voice | says 1 spoken   | WRONG_STATE
    08:01:02 | voice | says 1 speaking | call 1 speaking
    08:01:02 | other | says 1 speaking | WRONG_STATE
    08:01:06 | voice | says 1 spoken   | call 1 spoken
    08:01:06 | voice | says 1 spoken   |
    08:01:07 | voice | says 1 shown    |
    08:01:07 | voice | says 2 spoken   | UNKNOWN_CALL
    08:05    | hub   | tick            |
    """)
    call = call_of(story.state, CallNo(1))

    assert call is not None
    assert (instant("08:01:02"), instant("08:01:06")) == (call.speaking_at_ms, call.spoken_at_ms)


def test_a_call_that_nobody_speaks_is_dropped_after_180_s_and_counted() -> None:
    """Dropped, told, counted; one in mid-sentence is not. Source: issue, "Voice"."""
    story = _called()
    story.tell("""
    time         | who   | does            | answer
    08:01:01     | ani   | recall at 1     | A001 recalled
    08:01:02     | voice | says 2 speaking | call 2 speaking
    08:03:59.999 | hub   | tick            |
    08:04        | hub   | tick            | call 1 dropped
    08:04        | voice | says 1 speaking | WRONG_STATE
    08:09        | hub   | tick            |
    """)

    assert story.state.day is not None
    assert story.state.day.dropped_count == 1


def test_a_call_taken_back_is_taken_out_of_the_voices_mouth() -> None:
    """Undone before it was spoken: withdrawn, and no voice is granted it."""
    story = _called()
    story.tell("""
    time     | who   | does            | answer
    08:01:01 | ani   | undo at 1       | undone A001 waits
    08:01:02 | voice | says 1 speaking | WRONG_STATE
    08:05    | hub   | tick            |
    """)
    call = call_of(story.state, CallNo(1))

    assert call is not None
    assert call.voice is VoiceState.WITHDRAWN


def test_how_many_screens_showed_a_call_is_journaled_once() -> None:
    """The first count stands. Source: contract, "journaled once per call"."""
    _called().tell("""
    time     | who | does                | answer
    08:01:01 | hub | counts 1 on 3 screens | call 1 shown
    08:01:02 | hub | counts 1 on 4 screens |
    08:01:02 | hub | counts 9 on 4 screens |
    """)


def test_a_recall_is_an_announcement_of_its_own() -> None:
    """Its own number, one more time."""
    story = _called()
    story.does("08:01:10", "ani", "recall at 1")
    calls = story.state.calls[ZoneId("east")]

    assert [(1, 1), (2, 2)] == [(call.call, call.times) for call in calls]


def test_a_zone_keeps_64_calls_and_drops_none_in_silence() -> None:
    """With a dead voice and a busy hour, what no longer fits is dropped by an event, and counted."""
    story = _called()
    for second in range(KEPT_COUNT_MAX - 1):
        story.ledger.submit(
            story.command("recall at 1"), ActorId("ani"), instant("08:01:01") + second * 1_000
        )
    full = len(story.state.calls[ZoneId("east")])
    decision = story.does("08:02:30", "ani", "recall at 1")
    numbers = {story.ticket("A001").id: "A001"}

    assert full == KEPT_COUNT_MAX == len(story.state.calls[ZoneId("east")])
    assert answer(decision, numbers) == "call 1 dropped, A001 recalled"
    assert story.state.day is not None
    assert story.state.day.dropped_count == 1


def test_a_call_that_was_spoken_leaves_the_list_without_a_word() -> None:
    """Only what nobody spoke is dropped; the counter's last call may be older than the list."""
    story = _called()
    story.does("08:01", "voice", "says 1 speaking")
    story.does("08:01", "citra", "opens 2")
    story.does("08:01", "-", "takes ktp")
    story.does("08:01", "citra", "next at 2")
    for _ in range(KEPT_COUNT_MAX):
        story.does("08:01:01", "citra", "recall at 2")
    undone = story.does("08:01:02", "ani", "undo at 1")

    assert answer(undone, {story.ticket("A001").id: "A001"}) == "undone A001 waits"
    assert call_of(story.state, CallNo(1)) is None
    assert story.state.day is not None
    assert story.state.day.dropped_count == 1


def _called() -> Story:
    story = Story()
    story.does("08:00", "-", "takes ktp")
    story.does("08:00:30", "ani", "opens 1")
    story.does("08:01", "ani", "next at 1")
    return story
