"""Sixty simulated days, audited entry by entry, and the proof that the auditor would have seen it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from queue_server.domain.decide import decide
from queue_server.domain.evolve import evolve
from tests.simulation import broken
from tests.simulation.hall_day import played
from tests.simulation.ledger import Decide, Evolve
from tests.torture.figures import Report
from tests.torture.whole import IS_WHOLE

DAYS_COUNT = 10_000 if IS_WHOLE else 60

DAYS_TOGETHER_COUNT = 500 if IS_WHOLE else 10
"""In one test: so many that a failure is near its seed, so few that workers share them."""

KEPT_SEEDS = tuple(
    int(line.split()[0])
    for line in (Path(__file__).parent / "seeds.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
"""Seeds that once failed."""

WRONG_DECIDING: dict[str, tuple[Decide, str]] = {
    "numbers are counted": (broken.number_by_counting, "a number is given once a day"),
    "next keeps the one before": (broken.next_without_sees, "one ticket at a counter"),
    "a friend is called": (broken.newest_first, "the one whose turn it is"),
    "priority has no ratio": (broken.priority_always_first, "the one whose turn it is"),
    "a call number comes twice": (broken.call_numbers_again, "calls are numbered upwards"),
    "the day forgets who waits": (broken.day_without_sweeping, "nobody is left over when the day closes"),
}
WRONG_FOLDING: dict[str, tuple[Evolve, str]] = {
    "undo forgets the line": (broken.undo_forgets_the_line, "nobody waiting is lost"),
    "a transfer keeps the hand full": (broken.transfer_leaves_the_hand_full, "Loket"),
    "a shut counter keeps its own": (broken.closing_forgets_the_reserved, "sent to one counter"),
    "sequences are forgotten": (broken.sequences_forgotten, "a number is given once a day"),
    "calls are forgotten": (broken.start_forgets_the_calls, "the state says"),
}
"""The mistake, and the law by whose name the auditor calls it."""


@pytest.mark.promise("R6")
@pytest.mark.parametrize("first_seed", range(1, DAYS_COUNT + 1, DAYS_TOGETHER_COUNT))
def test_simulated_days_keep_every_law(first_seed: int, report: Report) -> None:
    """The auditor's laws at every entry, and replay equals live, from the start and from the seal."""
    for seed in range(first_seed, first_seed + DAYS_TOGETHER_COUNT):
        report.step(seed - first_seed, DAYS_TOGETHER_COUNT)
        _keeps_every_law(seed)
    report.figure("R6", days_of_the_rules=DAYS_TOGETHER_COUNT, seed=f"{first_seed} and on")


@pytest.mark.promise("R6")
@pytest.mark.parametrize("seed", KEPT_SEEDS)
def test_seeds_that_once_failed_keep_every_law(seed: int) -> None:
    """A failing seed is kept for ever, in `seeds.txt`."""
    _keeps_every_law(seed)


@pytest.mark.promise("R6")
def test_a_seed_is_a_day_to_the_byte() -> None:
    """The same seed gives the same journal; another seed gives another."""
    digests = [played(seed).ledger.digest() for seed in (7, 7, 8)]

    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


@pytest.mark.promise("R6")
@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_a_seed_is_a_day_to_the_byte_in_any_process(hash_seed: str) -> None:
    """No order of a set or a map reaches the journal: another process, hashing otherwise, writes the same."""
    program = "from tests.simulation.hall_day import played; print(played(7).ledger.digest())"
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        check=True,
        timeout=60,
    )

    assert played(7).ledger.digest() == told.stdout.decode().strip()


def test_the_days_are_as_busy_as_a_hall() -> None:
    """What the simulation is said to play does happen, or its silence would prove nothing."""
    days = [played(seed) for seed in range(1, 7)]
    types = {type(entry.event).__name__ for day in days for entry in day.ledger.entries}
    refused = {code for day in days for code in day.refused}
    issued = [sum(type(e.event).__name__ == "TicketIssued" for e in day.ledger.entries) for day in days]
    laws = {law for day in days for law in day.auditor.counted}

    assert types >= {
        "TicketIssued", "TicketCancelled", "TicketUnserved", "CounterOpened", "CounterTaken", "CounterPaused",
        "CounterResumed", "CounterClosed", "TicketCalled", "TicketRecalled", "ServiceStarted", "TicketServed",
        "TicketMissed", "TicketParked", "TicketTransferred", "TicketReturned", "StepUndone", "CallShown",
        "CallSpeaking", "CallSpoken", "CallDropped", "PrintRequested", "PrintStarted", "PrintDone",
        "PrintTroubled", "NumberShownInstead", "PrintAbandoned", "HallConfigured", "DayOpened", "DayClosed",
        "HoursChanged", "ClockSettled",
    }  # fmt: skip
    assert refused >= {"STALE_VIEW", "WRONG_STATE", "COUNTER_TAKEN", "SERVICE_CLOSED", "UNKNOWN_SERVICE"}
    assert all(100 <= count <= 300 for count in issued)
    assert len(laws) > 20


@pytest.mark.promise("R6", control=True)
@pytest.mark.parametrize("mistake", WRONG_DECIDING)
def test_the_auditor_sees_a_wrong_decide(mistake: str) -> None:
    """Deliberately broken rules are found within ten days, under the name of the law they break."""
    rules, law = WRONG_DECIDING[mistake]

    with pytest.raises(AssertionError, match=law):
        _play_ten(decide_by=rules)


@pytest.mark.promise("R6", control=True)
@pytest.mark.parametrize("mistake", WRONG_FOLDING)
def test_the_auditor_sees_a_wrong_evolve(mistake: str) -> None:
    """The same for folding."""
    folding, law = WRONG_FOLDING[mistake]

    with pytest.raises(AssertionError, match=law):
        _play_ten(evolve_by=folding)


def _play_ten(*, decide_by: Decide = decide, evolve_by: Evolve = evolve) -> None:
    for seed in range(1, 11):
        played(seed, decide_by=decide_by, evolve_by=evolve_by)


def _keeps_every_law(seed: int) -> None:
    try:
        day = played(seed, decide_by=decide, evolve_by=evolve)
        assert day.ledger.state == day.ledger.replayed()
        assert day.ledger.state == day.ledger.replayed_from_seal()
    except BaseException:
        print(f"the day of seed {seed} broke a law: write it into tests/simulation/seeds.txt")
        raise
