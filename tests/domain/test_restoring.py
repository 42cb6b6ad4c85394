"""A journal that came back from a copy: numbers jump, calls wait for a manager's word. Source: faults, "back from a copy"."""

import msgspec

from queue_server.domain import restoring
from queue_server.domain.commands import Configure, RevisePlan
from queue_server.domain.hall import Service, ServiceId
from tests.domain.halls import day_plan, instant, small_hall
from tests.domain.stories import HUB, Story


def test_every_prefix_jumps_by_the_gap_on_the_day_of_the_restore() -> None:
    """A prefix that had given one, and one that had given none; the second restore of a day jumps again."""
    Story().tell("""
    time  | who | does         | answer   | line after
    08:00 | -   | takes ktp    | A001     | A001
    09:00 | hub | restores 100 | restored | A001
    09:01 | -   | takes ktp    | A102     | A001 A102
    09:01 | -   | takes sim    | B101     | A001 A102 B101
    10:00 | hub | restores 50  | restored | A001 A102 B101
    10:01 | -   | takes ktp    | A153     | A001 A102 B101 A153
    """)


def test_calls_wait_for_a_managers_word_and_tickets_do_not() -> None:
    """Whoever holds a ticket that the copy does not know must be found before the line moves."""
    Story().tell("""
    time  | who   | does                   | answer            | line after      | in hand
    08:00 | -     | takes ktp              | A001              | A001            |
    08:00 | -     | takes ktp              | A002              | A001 A002       |
    08:01 | ani   | opens 1                | 1 open            | A001 A002       |
    08:01 | ani   | next at 1              | A001 called       | A002            | 1:A001
    09:00 | hub   | restores 100           | restored          | A002            | 1:A001
    09:01 | ani   | next at 1              | WRONG_STATE       | A002            | 1:A001
    09:01 | ani   | calls A002 at 1        | WRONG_STATE       | A002            | 1:A001
    09:01 | ani   | next at 1 seeing A002  | STALE_VIEW        | A002            | 1:A001
    09:02 | -     | takes ktp              | A103              | A002 A103       | 1:A001
    09:02 | ani   | finish at 1            | A001 served       | A002 A103       |
    09:03 | admin | confirms               | restore confirmed | A002 A103       |
    09:03 | admin | confirms               |                   | A002 A103       |
    09:04 | ani   | next at 1              | A002 called       | A103            | 1:A002
    """)


def test_there_is_nothing_to_confirm_where_nothing_was_restored() -> None:
    """A press on an old page journals nothing."""
    Story().tell("""
    time  | who   | does     | answer
    08:00 | admin | confirms |
    """)


def test_a_day_that_opens_after_the_restore_jumps_and_still_waits() -> None:
    """A copy of yesterday, put back this morning: numbers of this morning may be on paper already."""
    story = Story()
    story.does("14:00", "-", "takes ktp")
    story.does("+1 09:00", "hub", "restores 100")
    story.does("+1 09:01", "hub", "proposes 2026-03-18")
    story.tell("""
    time     | who   | does      | answer            | line after
    +1 09:02 | -     | takes ktp | A101              | A101
    +1 09:02 | ani   | opens 1   | 1 open            | A101
    +1 09:03 | ani   | next at 1 | WRONG_STATE       | A101
    +1 09:03 | admin | confirms  | restore confirmed | A101
    +1 09:04 | ani   | next at 1 | A101 called       |
    """)


def test_the_day_after_begins_at_one() -> None:
    """The gap is for the day of the restore, not for ever; and so is the wait, once it was ended."""
    story = Story()
    story.does("08:00", "hub", "restores 100")
    story.does("08:01", "admin", "confirms")
    story.does("+1 08:00", "hub", "proposes 2026-03-18")
    story.tell("""
    time     | who | does      | answer      | line after
    +1 08:02 | -   | takes ktp | A001        | A001
    +1 08:02 | ani | opens 1   | 1 open      | A001
    +1 08:03 | ani | next at 1 | A001 called |
    """)


def test_a_service_that_the_copy_did_not_know_jumps_too() -> None:
    """The file may have had it since an hour before the loss, and it gave numbers."""
    story = Story()
    story.does("08:00", "hub", "restores 100")
    first = story.state.hall.services[0]
    added: Service = msgspec.structs.replace(first, id=ServiceId("new"), prefix="X")
    hall = small_hall()
    loket = msgspec.structs.replace(hall.counters[0], services=(*hall.counters[0].services, added.id))
    wider = msgspec.structs.replace(
        hall, services=(*hall.services, added), counters=(loket, *hall.counters[1:])
    )
    story.ledger.submit(Configure(hall=wider), HUB, instant("08:01"))
    opening = msgspec.structs.replace(day_plan().openings[0], service=added.id)
    plan = msgspec.structs.replace(day_plan(), openings=(*day_plan().openings, opening))
    story.ledger.submit(RevisePlan(plan=plan), HUB, instant("08:01"))
    story.tell("""
    time  | who | does      | answer | line after
    08:02 | -   | takes new | X101   | X101
    """)


def test_a_replay_and_a_start_from_the_seal_give_the_same() -> None:
    """What waits and what was passed over outlives the day and the process."""
    story = Story()
    story.does("08:00", "-", "takes ktp")
    story.does("09:00", "hub", "restores 100")
    story.does("+1 08:00", "hub", "proposes 2026-03-18")

    assert story.state == story.ledger.replayed() == story.ledger.replayed_from_seal()
    assert restoring.is_waiting(story.state)


def test_a_manager_is_told_why_nobody_may_be_called() -> None:
    """In words that say what to do."""
    story = Story()
    story.does("08:00", "hub", "restores 100")
    refusal = restoring.refusal(story.state)

    assert refusal is not None
    assert "manager" in refusal.detail
    assert restoring.refusal(Story().state) is None
