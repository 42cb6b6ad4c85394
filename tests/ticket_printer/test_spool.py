"""What the spool promises to a machine without a battery."""

from pathlib import Path

import pytest

from ticket_printer.spool import LINES_MAX, Fact, Spool, SpoolInUse, Stage


def fact(job: str, stage: Stage, attempt: int = 1) -> Fact:
    """A fact."""
    return Fact(job=job, requested_at_ms=5, attempt=attempt, stage=stage)


STORY = (
    fact("J1", Stage.STARTED),
    fact("J1", Stage.PRINTED),
    fact("J2", Stage.STARTED),
    fact("J1", Stage.GONE),
    fact("J2", Stage.STARTED, 2),
    fact("J3", Stage.STARTED),
    fact("J2", Stage.PRINTED, 2),
)


def known_after(count: int) -> dict[str, Fact]:
    """What is known after the first `count` facts of the story: a naive second model."""
    known: dict[str, Fact] = {}
    for told in STORY[:count]:
        known[told.job] = told
        if told.stage is Stage.GONE:
            del known[told.job]
    return known


def test_what_was_noted_is_known_after_a_restart(tmp_path: Path) -> None:
    """Facts outlive the process."""
    path = tmp_path / "p.spool"
    spool = Spool(path)
    for told in STORY:
        spool.note(told)
    spool.close()

    again = Spool(path)
    found = again.facts
    again.close()
    assert known_after(len(STORY)) == found


def test_a_power_cut_at_any_byte_costs_at_most_the_line_being_written(tmp_path: Path) -> None:
    """Truncated at every offset, the file tells the story up to its last whole line."""
    path = tmp_path / "p.spool"
    spool = Spool(path)
    ends = [0]
    for told in STORY:
        spool.note(told)
        ends.append(path.stat().st_size)
    spool.close()
    whole = path.read_bytes()

    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        again = Spool(path)
        found = again.facts
        again.close()
        # A line that lacks nothing but its newline is whole.
        lines_count = sum(1 for end in ends[1:] if end <= length + 1)
        assert (length, known_after(lines_count)) == (length, found)


def test_what_is_noted_after_a_torn_line_is_not_lost_with_it(tmp_path: Path) -> None:
    """The next line never continues the torn one."""
    path = tmp_path / "p.spool"
    spool = Spool(path)
    spool.note(STORY[0])
    spool.close()
    path.write_bytes(path.read_bytes() + b'0badc0de {"job":"J9","requ')
    torn = Spool(path)
    torn.note(fact("J4", Stage.STARTED))
    torn.close()

    again = Spool(path)
    found = set(again.facts)
    again.close()
    assert found == {"J1", "J4"}


@pytest.mark.parametrize("rubbish", [b"\x00" * 512, b"\xff\xfe\n\n\n", b"00000000 {}\n"])
def test_rubbish_in_the_file_is_passed_over(tmp_path: Path, rubbish: bytes) -> None:
    """A damaged disk must not stop the printer."""
    path = tmp_path / "p.spool"
    path.write_bytes(rubbish)

    spool = Spool(path)
    found = spool.facts
    spool.close()
    assert found == {}


def test_the_file_stays_small(tmp_path: Path) -> None:
    """Bounded however long it runs, and nothing is lost when it is written anew."""
    path = tmp_path / "p.spool"
    spool = Spool(path)
    for number in range(LINES_MAX + 10):
        spool.note(fact("J1", Stage.STARTED, number + 1))
    size, found = path.stat().st_size, spool.facts
    spool.close()

    assert size < 20 * 100
    assert found == {"J1": fact("J1", Stage.STARTED, LINES_MAX + 10)}


def test_forgetting_what_is_not_known_changes_nothing(tmp_path: Path) -> None:
    """Harmless twice."""
    spool = Spool(tmp_path / "p.spool")
    spool.forget("J1")
    found = spool.facts
    spool.close()

    assert found == {}


def test_a_second_agent_is_kept_out(tmp_path: Path) -> None:
    """Two agents with one spool would each believe the other's papers."""
    spool = Spool(tmp_path / "p.spool")
    with pytest.raises(SpoolInUse, match="--data"):
        Spool(tmp_path / "p.spool")
    spool.close()
    Spool(tmp_path / "p.spool").close()
