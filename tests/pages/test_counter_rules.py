"""The pure rules of the officer's page, as tables: what may be done now, what a call became, what a search finds.

The situations follow docs/states.md: what the page lets through the hub accepts, but for what only the hub can know.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.pages.gallery import Gallery

pytestmark = pytest.mark.browser

ME = "siti"
NOW_MS = 1_000_000

VIEW: dict[str, Any] = {
    "state": "open",
    "officer": {"id": ME, "name": "Siti"},
    "ticket": None,
    "waiting_count": 3,
    "parked": [],
    "missed": [],
    "undo_until_at_ms": None,
}
CALLED = {"id": "t1", "state": "called"}
SERVING = {"id": "t1", "state": "serving"}
NOBODY = {"waiting_count": 0}
CLOSED = {"state": "closed", "officer": None}
FOREIGN = {"officer": {"id": "budi", "name": "Budi"}}
HELD = {"parked": [{"id": "p1"}]}

SITUATIONS: dict[str, dict[str, Any]] = {
    "ready": {},
    "idle": NOBODY,
    "called": {"ticket": CALLED},
    "serving": {"ticket": SERVING},
    "paused": {"state": "paused"},
    "paused, in hand": {"state": "paused", "ticket": CALLED},
    "closed": CLOSED,
    "foreign": FOREIGN,
    "foreign, in hand": {**FOREIGN, "ticket": CALLED},
    "held": HELD,
    "undoable": {"undo_until_at_ms": NOW_MS + 1},
    "undone too late": {"undo_until_at_ms": NOW_MS},
}

# What is missing, by action and situation; "-" is nothing. The columns are in the order of the heads.
TABLE = """
action   | ready    | idle     | called             | serving            | paused   | paused, in hand    | closed    | foreign   | foreign, in hand
open     | closed_or_foreign | closed_or_foreign | closed_or_foreign | closed_or_foreign | closed_or_foreign | closed_or_foreign | - | - | -
next     | -        | somebody | -                  | -                  | running  | running            | opened    | own       | own
start    | in_hand  | in_hand  | -                  | called             | in_hand  | -                  | opened    | own       | own
recall   | in_hand  | in_hand  | -                  | called             | in_hand  | -                  | opened    | own       | own
no_show  | in_hand  | in_hand  | -                  | called             | in_hand  | -                  | opened    | own       | own
finish   | in_hand  | in_hand  | -                  | -                  | in_hand  | -                  | opened    | own       | own
result   | in_hand  | in_hand  | -                  | -                  | in_hand  | -                  | opened    | own       | own
park     | in_hand  | in_hand  | -                  | -                  | in_hand  | -                  | opened    | own       | own
transfer | in_hand  | in_hand  | -                  | -                  | in_hand  | -                  | opened    | own       | own
reprint  | in_hand  | in_hand  | -                  | -                  | in_hand  | -                  | opened    | own       | own
find     | -        | -        | -                  | -                  | -        | -                  | opened    | own       | own
call     | -        | -        | -                  | -                  | running  | running            | opened    | own       | own
return   | -        | -        | -                  | -                  | -        | -                  | opened    | own       | own
pause    | -        | -        | -                  | -                  | running  | running            | opened    | own       | own
resume   | paused   | paused   | paused             | paused             | -        | -                  | opened    | own       | own
close    | -        | -        | empty_hand         | empty_hand         | -        | empty_hand         | opened    | own       | own
undo     | undoable | undoable | undoable           | undoable           | undoable | undoable           | opened    | own       | own
"""

MAIN = {
    "ready": ("next", "ready"),
    "idle": ("next", "idle"),
    "called": ("next", "ticket"),
    "serving": ("next", "ticket"),
    "paused": ("resume", "paused"),
    "paused, in hand": ("resume", "ticket"),
    "closed": ("open", "closed"),
    "foreign": ("take", "taken"),
    "foreign, in hand": ("take", "ticket"),
}

HINDRANCES = """
async ([situations, action]) => {
  const { hindrance } = await import("/static/x/js/pages/counter/rules.js");
  return situations.map((one) => hindrance(action, one));
}
"""

PICTURES = """
async (situation) => {
  const { mainAction, picture } = await import("/static/x/js/pages/counter/rules.js");
  return [mainAction(situation), picture(situation)];
}
"""

REPORT = """
async ([name, call, nowMs]) => {
  const { tone, key } = (await import("/static/x/js/pages/counter/call_report.js"))[name](call, nowMs);
  return [tone, key.replace("counter.report.", "")];
}
"""

MATCH = """
async ([option, typed]) => (await import("/static/x/js/pages/counter/picker.js")).matches(option, typed)
"""

Bench = Callable[[str, Any], Any]


@pytest.fixture(scope="module")
def bench(gallery: Gallery, browser: Browser) -> Bench:
    """Runs a piece of script with a module of ours at hand; some modules want a page that they belong to."""
    page = browser.new_page()
    page.goto(gallery.stage("counter", "called").address())
    return page.evaluate


def situation(name: str, **changes: Any) -> dict[str, Any]:
    """What the rules are asked about."""
    plain = {"me": ME, "nowMs": NOW_MS, "isConnected": True, "isSending": False}
    return {"view": VIEW | SITUATIONS[name], **plain, **changes}


def rows() -> tuple[list[str], dict[str, list[str]]]:
    """The heads of the table and its rows by action."""
    lines = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
    return lines[0][1:], {line[0]: line[1:] for line in lines[1:]}


HEADS, ROWS = rows()


@pytest.mark.parametrize("action", ROWS)
def test_an_action_is_open_exactly_where_the_table_says(bench: Bench, action: str) -> None:
    """The first thing that is missing is the one that is told."""
    found = bench(HINDRANCES, [[situation(head) for head in HEADS], action])

    assert dict(zip(HEADS, ROWS[action], strict=True)) == dict(
        zip(HEADS, [why or "-" for why in found], strict=True)
    )


def test_without_a_connection_nothing_is_sent(bench: Bench) -> None:
    """What is asked in vain would come too late and meet another citizen."""
    for action in ROWS:
        assert ["connected"] == bench(HINDRANCES, [[situation("called", isConnected=False)], action])


def test_while_a_command_is_under_way_no_other_one_leaves(bench: Bench) -> None:
    """The next press would be made before an old picture."""
    for action in ROWS:
        assert ["idle_line"] == bench(HINDRANCES, [[situation("called", isSending=True)], action])


def test_a_step_can_be_undone_until_its_instant_and_not_at_it(bench: Bench) -> None:
    """`undo_until_at_ms` is the hub's promise; a button that is refused is worse than none."""
    found = bench(HINDRANCES, [[situation("undoable"), situation("undone too late")], "undo"])

    assert [None, "undoable"] == found


def test_the_list_of_held_tickets_needs_somebody_in_it(bench: Bench) -> None:
    """Also for whoever only looks: it takes nothing away."""
    found = bench(HINDRANCES, [[situation("held"), situation("ready"), situation("closed")], "held"])

    assert [None, "held_some", "held_some"] == found


@pytest.mark.parametrize("name", MAIN)
def test_the_large_button_and_the_picture_follow_the_counter(bench: Bench, name: str) -> None:
    """One key is enough to go on, whatever happened."""
    assert list(MAIN[name]) == bench(PICTURES, situation(name))
    assert [MAIN[name][0], "lost"] == bench(PICTURES, situation(name, isConnected=False))


@pytest.mark.parametrize(
    ("shown", "screens", "age_ms", "expected"),
    [
        (2, 2, 100, ("good", "shown")),
        (4, 3, 100, ("good", "shown")),
        (1, 2, 9_999, ("quiet", "shown")),
        (1, 2, 10_000, ("warn", "shown")),
        (0, 2, 9_999, ("quiet", "showing")),
        (0, 2, 10_000, ("danger", "shown_nowhere")),
        (0, 0, 60_000, ("quiet", "no_screens")),
    ],
)
def test_the_screens_of_a_call_are_told_with_patience_and_then_plainly(
    bench: Bench, shown: int, screens: int, age_ms: int, expected: tuple[str, str]
) -> None:
    """Screens feature calls one by one; after 10 s a missing one is news (promise 2: "shown on 3 of 4 screens")."""
    call = {"shown": shown, "screens": screens, "called_at_ms": NOW_MS - age_ms}

    assert list(expected) == bench(REPORT, ["screensReport", call, NOW_MS])


@pytest.mark.parametrize(
    ("voice", "age_ms", "expected"),
    [
        ("pending", 19_999, ("quiet", "pending")),
        ("pending", 20_000, ("warn", "unspoken")),
        ("speaking", 59_999, ("quiet", "speaking")),
        ("speaking", 60_000, ("warn", "unconfirmed")),
        ("spoken", 600_000, ("good", "spoken")),
        ("dropped", 100, ("danger", "dropped")),
    ],
)
def test_the_voice_of_a_call_is_believed_only_when_it_reports(
    bench: Bench, voice: str, age_ms: int, expected: tuple[str, str]
) -> None:
    """A voice that began and never ended is "not confirmed" (design, "Announcements are state too")."""
    at_ms = NOW_MS - age_ms
    call = {"voice": voice, "called_at_ms": at_ms, "speaking_at_ms": at_ms, "spoken_at_ms": at_ms}

    assert list(expected) == bench(REPORT, ["voiceReport", call, NOW_MS])


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("", True),
        ("skck", True),
        ("POLRES surat", True),
        ("surat  kete", True),
        ("sim", False),
        ("skck x", False),
    ],
)
def test_a_search_finds_by_parts_of_name_and_agency(bench: Bench, typed: str, is_found: bool) -> None:
    """In any order, large or small letters."""
    option = {"words": "SKCK: surat keterangan", "hint": "Polres Lamongan"}

    assert is_found is bench(MATCH, [option, typed])
