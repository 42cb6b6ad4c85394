"""The two tables that carry the hall: each command has its rule, each event its fold, and they fit."""

from typing import get_args, get_type_hints

import pytest

from queue_server.domain.commands import AnyCommand
from queue_server.domain.decide import RULES
from queue_server.domain.events import AnyEvent
from queue_server.domain.evolve import FOLDS


def test_every_command_has_a_rule_and_every_event_a_fold() -> None:
    """A new command or event without its line is a hall that stops."""
    assert set(get_args(AnyCommand)) == set(RULES)
    assert set(get_args(AnyEvent)) == set(FOLDS)


@pytest.mark.parametrize("command", RULES, ids=lambda command: command.__name__)
def test_a_rule_takes_the_command_it_is_paired_with(command: type[AnyCommand]) -> None:
    """The table is looser than its functions' types; here they are compared."""
    hints = list(get_type_hints(RULES[command]).values())

    assert command is hints[1]


@pytest.mark.parametrize("event", FOLDS, ids=lambda event: event.__name__)
def test_a_fold_takes_the_event_it_is_paired_with(event: type[AnyEvent]) -> None:
    """The same for folding; one fold may take two kinds."""
    hint = list(get_type_hints(FOLDS[event]).values())[2]

    assert event is hint or event in get_args(hint)
