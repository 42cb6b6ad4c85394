"""What one printer has to print, and what stands on the paper."""

import msgspec
import pytest

from queue_server.domain import commands as wish
from queue_server.domain.hall import Category, PrinterId
from queue_server.domain.model import JobId, TicketId
from queue_server.views.printer import JOB_COUNT_MAX, printer_view
from queue_server.wire.shapes import PaperTicket, PrinterState
from tests.views.build import BLANK, HALL, Story, changed, names
from tests.views.morning import PRESENCE, morning

P1 = PrinterId("p1")
STARTED, PRINTED, FAILED = wish.PrintReport.STARTED, wish.PrintReport.PRINTED, wish.PrintReport.FAILED


def seen(story: Story, printer: str = "p1") -> PrinterState:
    view = printer_view(story.state, BLANK, PrinterId(printer))
    assert view is not None, f"{printer} is there"
    return view


def reports(story: Story, job: str, status: wish.PrintReport, attempt: int = 1) -> None:
    story.do(wish.ReportPrint(job=JobId(job), attempt=attempt, status=status, printer=P1), by="printer:p1")


def test_a_printer_that_is_not_there_has_no_view() -> None:
    """None, so that the socket can say UNKNOWN."""
    assert printer_view(morning(), PRESENCE, PrinterId("p9")) is None


def test_a_job_is_there_from_the_ticket_to_its_print() -> None:
    """Requested with the ticket, gone when it is printed."""
    story = Story()
    counts = [len(seen(story).jobs)]
    story.take("one", kiosk="k1", printer="p1")
    counts.append(len(seen(story).jobs))
    reports(story, "j1", STARTED)
    counts.append(len(seen(story).jobs))
    reports(story, "j1", PRINTED)
    counts.append(len(seen(story).jobs))

    assert [0, 1, 1, 0] == counts


@pytest.mark.parametrize(
    ("attempts", "is_reprint", "expected"),
    [
        ((), False, (1, False)),
        ((1,), False, (2, True)),
        ((1, 4), False, (5, True)),
        ((), True, (1, True)),
        ((1,), True, (2, True)),
    ],
)
def test_an_attempt_above_the_first_and_a_reprint_are_copies(
    attempts: tuple[int, ...], is_reprint: bool, expected: tuple[int, bool]
) -> None:
    """`attempt` is the one to make now; two papers with one number do no harm if one says COPY. Source: contract."""
    story = Story()
    story.take("one", kiosk="k1", printer="p1")
    if is_reprint:
        reports(story, "j1", PRINTED)
        story.do(wish.ReprintTicket(ticket=TicketId("one")))
    for attempt in attempts:
        reports(story, "j2" if is_reprint else "j1", STARTED, attempt)
    (job,) = seen(story).jobs

    assert expected == (job.attempt, job.copy)


def test_a_failed_job_is_tried_again_as_a_copy() -> None:
    """Nobody knows how much of it came out."""
    story = Story()
    story.take("one", kiosk="k1", printer="p1")
    reports(story, "j1", STARTED)
    reports(story, "j1", FAILED)

    assert [("j1", 2, True)] == [(job.job, job.attempt, job.copy) for job in seen(story).jobs]


def test_jobs_stand_oldest_first_and_by_their_count_within_an_instant() -> None:
    """`j9` before `j10`: an id is a count, not a text."""
    story = Story(msgspec.structs.replace(HALL, rules=msgspec.structs.replace(HALL.rules, line_max=99)))
    story.take("first", kiosk="k1", printer="p1")
    for _ in range(11):
        story.do(wish.ReprintTicket(ticket=TicketId("first")))

    assert [f"j{count}" for count in range(1, 13)] == [job.job for job in seen(story).jobs]


def test_an_older_job_comes_before_a_newer_whatever_their_ids() -> None:
    """By when the paper was asked for."""
    story = Story()
    story.take("one", kiosk="k1", printer="p1")
    story.take("two", kiosk="k1", printer="p1")
    first, second = (story.state.jobs[JobId(job)] for job in ("j1", "j2"))
    later = msgspec.structs.replace(first, requested_at_ms=second.requested_at_ms + 1)
    view = printer_view(changed(story.state, jobs=story.state.jobs.set(first.id, later)), BLANK, P1)

    assert view is not None
    assert ["j2", "j1"] == [job.job for job in view.jobs]


def test_a_storm_of_paper_ends_at_the_bound_with_the_oldest_kept() -> None:
    """Sixty-four, the next to be printed among them."""
    story = Story()
    story.take("one", kiosk="k1", printer="p1")
    for _ in range(JOB_COUNT_MAX + 5):
        story.do(wish.ReprintTicket(ticket=TicketId("one")))

    assert [f"j{count}" for count in range(1, JOB_COUNT_MAX + 1)] == [job.job for job in seen(story).jobs]


def test_a_printer_sees_its_own_jobs_and_its_own_width() -> None:
    """Each agent prints at one place, on its own paper."""
    story = Story()
    story.take("one", kiosk="k1", printer="p1")
    story.take("two", printer="p2")
    one, two = seen(story), seen(story, "p2")

    assert ([("A001")], [("A002")]) == (
        [j.paper.number for j in one.jobs],
        [j.paper.number for j in two.jobs],
    )
    assert ((P1, 80), ("p2", 58)) == ((one.printer, one.paper_width_mm), (two.printer, two.paper_width_mm))


def test_paper_carries_what_the_contract_says() -> None:
    """Source: contract, "Paper": hall, agency, number, service, time and zone, people ahead, estimate, QR code, Wi-Fi."""
    view = printer_view(morning(), PRESENCE, P1)

    assert view is not None
    (job,) = view.jobs
    assert ("MPP Lamongan", names("dukcapil"), names("ktp")) == (
        job.paper.hall_name,
        job.paper.agency_name,
        job.paper.service_name,
    )
    assert ("A012", "id", "Asia/Jakarta", 2) == (
        job.paper.number,
        job.paper.language,
        job.paper.timezone,
        job.paper.ahead,
    )
    assert ("http://antrean.local/t/first", "MPP") == (job.paper.url, job.paper.wifi)
    assert job.paper.estimate is not None


@pytest.mark.parametrize("category", Category)
def test_no_paper_tells_a_category(category: Category) -> None:
    """A slip of paper lies about: whoever finds it learns a number, and of every group the same one."""
    story = Story()
    story.take("one", category=category, kiosk="k1", printer="p1")
    plain = Story()
    plain.take("one", kiosk="k1", printer="p1")

    assert seen(plain) == seen(story)
    assert "category" not in PaperTicket.__struct_fields__


def test_without_an_address_for_phones_there_is_no_qr_code() -> None:
    """Source: contract, "none where no address is configured that a phone can reach"."""
    story = Story(msgspec.structs.replace(HALL, public_url=None))
    story.take("one", kiosk="k1", printer="p1")

    assert [None] == [job.paper.url for job in seen(story).jobs]


def test_a_paper_that_comes_after_the_call_says_nothing_of_people_ahead() -> None:
    """The ticket is in hand by then."""
    story = Story()
    story.open("c1")
    story.take("one", kiosk="k1", printer="p1")
    story.next("c1")
    (job,) = seen(story).jobs

    assert (None, None) == (job.paper.ahead, job.paper.estimate)
