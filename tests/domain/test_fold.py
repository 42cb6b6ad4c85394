"""Folding a whole journal: what a start does with it, by the domain's own `folded`."""

from queue_server.domain.evolve import folded
from tests.domain.stories import Story
from tests.simulation.ledger import read

A_MORNING = """
time     | who   | does                        | answer
08:00    | -     | takes ktp elderly on paper  | A001, A001 on its way to paper
08:00:01 | p1    | prints j1 started           | j1 started
08:00:02 | p1    | prints j1 printed           | j1 printed
08:00    | -     | takes kk                    | A002
08:01    | ani   | opens 1                     | 1 open
08:01:05 | ani   | next at 1                   | A001 called
08:01:06 | voice | says 1 speaking             | call 1 speaking
08:01:09 | voice | says 1 spoken               | call 1 spoken
08:01:10 | ani   | start at 1                  | A001 started
08:03    | ani   | transfer at 1 to sim back   | A001 transferred
08:04    | ani   | next at 1                   | A002 called
08:04:05 | ani   | undo at 1                   | undone A002 waits
"""


def test_a_journal_read_back_folds_to_the_state_that_lived() -> None:
    """Replay == live, through the text that is stored. Source: design, "Restart"."""
    story = Story()
    story.tell(A_MORNING)

    assert story.state == folded(story.ledger.empty, read(story.ledger.text()))


def test_a_journal_may_be_folded_in_pieces() -> None:
    """A start reads so many entries at a time; where one piece ends makes no difference."""
    story = Story()
    story.tell(A_MORNING)
    entries = story.ledger.entries

    pieces = {
        cut: folded(folded(story.ledger.empty, entries[:cut]), entries[cut:]) for cut in range(len(entries))
    }

    assert dict.fromkeys(pieces, story.state) == pieces


def test_nothing_to_fold_leaves_the_state_as_it_is() -> None:
    """A hub that finds no entry after its own goes on with the very state that it held."""
    story = Story()

    assert folded(story.state, []) is story.state
