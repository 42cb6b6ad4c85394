"""Every kind of mistake, one line of a small hall changed at a time; then twenty at once."""

from pathlib import Path

import pytest

from queue_server.config import ConfigError, Mistake, load
from tests.config.cases import CASES, SMALL, Case


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule.replace(" ", "_"))
def test_each_mistake_is_reported_once_at_its_place_with_what_is_allowed(case: Case, tmp_path: Path) -> None:
    """Requirement: every mistake with its key path, what was found, what is allowed, what to do."""
    assert SMALL.count(case.old) >= 1, "the table no longer fits small.toml"

    mistakes = mistakes_in(tmp_path, SMALL.replace(case.old, case.new, 1))

    found = [(mistake.path, mistake.inside, case.says in mistake.message) for mistake in mistakes]
    assert [(case.path, case.inside, True)] == [place for place in found if place[2]], mistakes


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule.replace(" ", "_"))
def test_one_cause_makes_few_mistakes(case: Case, tmp_path: Path) -> None:
    """A broken value is replaced by a stand-in, so that one slip does not bring a page of consequences: at most two
    others (a renamed id leaves what referred to it without its end)."""
    count = len(mistakes_in(tmp_path, SMALL.replace(case.old, case.new, 1)))

    assert 1 <= count <= 3 or case.rule == "two halls"


def test_the_small_hall_itself_has_no_mistake(tmp_path: Path) -> None:
    """Else the table above would show nothing."""
    assert () == mistakes_in(tmp_path, SMALL)


def test_twenty_mistakes_are_reported_together(tmp_path: Path) -> None:
    """Requirement: all at once, not one per attempt."""
    chosen = [
        "an unknown key is no key", "an unknown engine", "an unknown rule", "an unknown time zone",
        "an address without scheme", "a table for a text", "an empty requirement", "a bad hour",
        "a prefix with the letter that looks like one", "a service of no agency", "a counter in no zone",
        "a counter for no service", "a kiosk with an unknown printer", "a name twice", "a name without a language",
        "a notice without a language", "paper of another width", "a limit of nothing", "a store without a file",
        "a screen in no zone", "a number for a text",
    ]  # fmt: skip
    cases = [case for case in CASES if case.rule in chosen]
    text = SMALL
    for case in cases:
        text = text.replace(case.old, case.new, 1)

    found = {mistake.path for mistake in mistakes_in(tmp_path, text)}

    assert len(chosen) == len(cases)
    assert {case.path for case in cases} <= found


def test_a_list_of_mistakes_ends_with_the_number_of_those_left_out(tmp_path: Path) -> None:
    """Everything has a bound, the report too."""
    keys = "\n".join(f"key_{number} = 1" for number in range(250))

    mistakes = mistakes_in(tmp_path, SMALL.replace("[server]", f"[server]\n{keys}"))

    assert 201 == len(mistakes)
    assert Mistake(path="...", message="50 more mistakes are not listed.") == mistakes[-1]


def test_a_password_in_the_stores_address_is_not_repeated(tmp_path: Path) -> None:
    """A report is pasted into tickets and chats."""
    text = SMALL.replace("sqlite:small.db", "postgre://antrean:geheim@db/antrean")

    assert all("geheim" not in mistake.message for mistake in mistakes_in(tmp_path, text))


def mistakes_in(folder: Path, text: str) -> tuple[Mistake, ...]:
    """What is wrong in a file with this text."""
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    try:
        load(file, env={})
    except ConfigError as error:
        return error.mistakes
    return ()
