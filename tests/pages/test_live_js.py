"""The browser's half of the live conversation keeps the laws of `wire/session.py`, shown by the same vectors."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from queue_server.wire.close_codes import CLOSE_RULES, CloseCode
from queue_server.wire.messages import Outcome
from tests.pages.conftest import PageAt
from tests.pages.fixtures import hall
from tests.pages.fixtures.ticket import FIXTURES
from tests.pages.gallery import Gallery
from tests.pages.stage import Stage

pytestmark = pytest.mark.browser

VECTORS = Path(__file__).parents[1] / "vectors" / "session.json"
CASES: list[dict[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]

RUN = """
async ([address, testCase]) => {
  const { Session } = await import(address);
  const { base_ms, cap_ms } = testCase;
  const session = new Session({ hello: testCase.hello, policy: { base_ms, cap_ms } });
  const perform = (step) => {
    const [now, jitter] = [step.at_ms, step.jitter ?? 0.5];
    switch (step.do) {
      case "start": return session.start(now);
      case "opened": return session.opened(now);
      case "frame": return session.received(now, step.text ?? JSON.stringify(step.frame), jitter);
      case "closed": return session.closed(now, step.code, jitter);
      case "woken": return session.woken(now, jitter);
      case "command": return session.command(now, step.id, step.command, step.args);
      case "status": return session.report(now, step.status, step.detail);
      case "forget": session.forget(step.id); return [];
    }
    throw new Error(step.do);
  };
  const shown = (action) => ({
    connect: () => "connect",
    drop: () => "drop",
    send: () => ({ send: action.frame }),
    deliver: () => ({ view: action.frame.seq }),
    settle: () => ({ outcome: action.outcome.id }),
  })[action.do]();
  return testCase.steps.map((step) => ({
    then: perform(step).filter((action) => action.do !== "tell-time").map(shown),
    phase: session.phase,
    wake_at_ms: session.wakeAtMs,
  }));
}
"""

SEEDED = """
async (address) => {
  const { POLICIES, Session } = await import(address);
  const session = new Session({ hello: { view: "hall" }, policy: POLICIES.phone, seed: { seq: 7 } });
  session.start(0);
  const [hello] = session.opened(20);
  const phases = [session.phase];
  for (const now of [7_999, 8_000, 60_000]) {
    session.woken(now, 0);
    phases.push(session.phase);
  }
  return { seq: hello.frame.seq, phases };
}
"""


@pytest.fixture
def bench(gallery: Gallery, page_at: PageAt) -> Callable[[str, Any], Any]:
    """Runs a piece of script with a module of ours at hand."""
    page = page_at(400, 300)
    page.goto(gallery.origin)
    return page.evaluate


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_browsers_session_keeps_the_law_named_by_the_case(
    bench: Callable[[str, Any], Any], case: dict[str, Any]
) -> None:
    """The same input leads to the same actions, phase and alarm as in Python."""
    done = bench(RUN, ["/static/x/js/lib/session.js", case])

    for number, (step, result) in enumerate(zip(case["steps"], done, strict=True)):
        expected = (number, _plain(step["then"]), step["phase"], step["wake_at_ms"])
        assert expected == (number, _plain(result["then"]), result["phase"], result["wake_at_ms"])


def test_a_page_that_came_with_a_state_is_late_when_nothing_confirms_it(
    bench: Callable[[str, Any], Any],
) -> None:
    """What the server drew was true then: 8 s later it is late, 60 s later lost. The hello names its seq."""
    done = bench(SEEDED, "/static/x/js/lib/session.js")

    assert done == {"seq": 7, "phases": ["connecting", "connecting", "late", "lost"]}


def test_the_close_codes_are_those_of_the_wire(bench: Callable[[str, Any], Any]) -> None:
    """One table; the browser's copy may not drift."""
    text = bench("async (address) => (await fetch(address)).text()", "/static/x/js/lib/session.js")
    told = {code: (rule.after_ms if rule.retry else None) for code, rule in CLOSE_RULES.items()}

    for code, after_ms in told.items():
        number = "null" if after_ms is None else f"{after_ms:_}" if after_ms >= 1_000 else str(after_ms)
        assert f"[{int(code)}, {number}]," in text
    assert len(told) == text.split("CLOSE_RULES = new Map([")[1].split("]);")[0].count("],")


def test_the_page_follows_the_views(gallery: Gallery, page_at: PageAt) -> None:
    """Whole views, newest only: what the hub shows is what the page shows."""
    stage, page = _opened(gallery, page_at)

    stage.show(hall.ticket_view(ahead=2))
    expect(page.locator(".ticket-ahead")).to_have_text("2")
    stage.restore_older(hall.ticket_view(ahead=9))
    expect(page.locator(".ticket-ahead")).to_have_text("9")


def test_the_page_comes_back_by_itself_and_says_what_it_saw(gallery: Gallery, page_at: PageAt) -> None:
    """A first start, a reconnect and a restarted hub are one case (contract, live socket 2)."""
    stage, page = _opened(gallery, page_at)
    stage.show(hall.ticket_view(ahead=2))
    expect(page.locator(".ticket-ahead")).to_have_text("2")

    stage.dismiss(CloseCode.GOING_AWAY)
    page.wait_for_timeout(600)
    stage.show(hall.ticket_view(ahead=1))

    expect(page.locator(".ticket-ahead")).to_have_text("1")
    assert [hello["seq"] for hello in stage.hellos] == [hall.SEQ, hall.SEQ + 1]
    assert stage.hellos[0] == {
        "type": "hello",
        "protocol": 1,
        "view": "ticket",
        "ticket": hall.ticket_view().id,
        "seq": hall.SEQ,
    }


def test_a_command_keeps_its_id_over_a_broken_line(gallery: Gallery, page_at: PageAt) -> None:
    """The wish is sent again with the same id and its true age until its outcome comes (contract, "Doing it once")."""
    stage, page = _opened(gallery, page_at)
    answers: list[Outcome | None] = [None, hall.accepted()]
    stage.outcomes["cancel_ticket"] = lambda _: answers.pop(0)

    page.get_by_role("button", name="Batalkan nomor").click()
    page.get_by_role("button", name="Ya, batalkan").click()
    stage.wait_for_command("cancel_ticket")
    stage.close(1012)
    stage.wait_for_command("cancel_ticket", count=2)

    expect(page.get_by_role("dialog")).to_have_count(0)
    first, second = stage.commands
    assert first["id"] == second["id"]
    assert len(first["id"]) == 36
    assert second["age_ms"] >= first["age_ms"] >= 0


def test_sent_away_for_good_the_page_says_so_and_stays_away(gallery: Gallery, page_at: PageAt) -> None:
    """Never means never; a wish that still waits is settled, not left hanging."""
    stage, page = _opened(gallery, page_at)
    stage.outcomes["cancel_ticket"] = lambda _: None
    page.get_by_role("button", name="Batalkan nomor").click()
    page.get_by_role("button", name="Ya, batalkan").click()
    stage.wait_for_command("cancel_ticket")

    stage.dismiss(CloseCode.UNKNOWN)

    expect(page.locator(".strip-stopped")).to_be_visible()
    page.wait_for_timeout(800)
    assert len(stage.hellos) == 1


def _opened(gallery: Gallery, page_at: PageAt) -> tuple[Stage, Page]:
    stage = gallery.stage_for(FIXTURES["waiting"], "live")
    page = page_at(360, 740)
    page.goto(stage.address())
    expect(page.locator(".ticket-ahead")).to_have_text("3")
    stage.wait_for_hello()
    return stage, page


def _plain(actions: list[Any]) -> list[Any]:
    """In a frame, a key that is null and an absent one are the same."""
    return [
        {"send": {key: value for key, value in action["send"].items() if value is not None}}
        if isinstance(action, dict) and "send" in action
        else action
        for action in actions
    ]
