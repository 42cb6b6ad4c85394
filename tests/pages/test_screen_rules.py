"""The two pure rules of the hall screen, by vectors: which call fills the eye, and what the zone's voice says.

`tests/vectors/announcer.json` is shared with the announcer of `antrean display`. A case is a list of steps, each an
input at an instant `at_ms` of the hub's time and what must follow. Inputs (`do`):

    sound   {is_allowed}                whether sound can be made at all; until the first it cannot
    view    {granted, calls}            the announcer's view; a call is [call, voice, called_at_ms]. Its sounds are
                                        "{call}-id" and "{call}-en", the chime is "chime"; `languages` and
                                        `announce_within_ms` stand at the head of the file
    answer  {call, accepted, code?}     the hub's outcome for the report "speaking"
    played  {call, result}              the player is done: "played", "failed", "stopped" or "blocked"
    woken   {}                          the instant that was asked for has come

`then` lists in order what must be done: {"report": call, "what": "speaking" | "spoken"}, {"play": call, "audio": […]},
{"stop": call}. `wake_at_ms` (absent: none) is when the announcer wants to be woken. What is too old, refused or taken
back shows as nothing being done.

`tests/vectors/featured.json`: each step gives the calls of a new view ([call, voice, called_at_ms], or none: time went
by), and then `featured`, those `due` after it, and `wake_at_ms`.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.pages.conftest import PageAt
from tests.pages.gallery import Gallery

pytestmark = pytest.mark.browser

VECTORS = Path(__file__).parents[1] / "vectors"
ANNOUNCER: dict[str, Any] = json.loads((VECTORS / "announcer.json").read_text(encoding="utf-8"))
FEATURED: dict[str, Any] = json.loads((VECTORS / "featured.json").read_text(encoding="utf-8"))

ANNOUNCE = """
async ([address, file, testCase]) => {
  const { Announcer } = await import(address);
  const announcer = new Announcer();
  const { languages, announce_within_ms } = file;
  const said = (call) => Object.fromEntries(languages.map((lang) => [lang, { audio: [`${call}-${lang}`] }]));
  const view = ({ granted, calls }) => ({
    granted, languages, announce_within_ms, chime: "chime",
    calls: calls.map(([call, voice, called_at_ms]) => ({ call, voice, called_at_ms, speech: said(call) })),
  });
  const inputs = {
    sound: ({ at_ms, is_allowed }) => announcer.allowed(at_ms, is_allowed),
    view: (step) => announcer.viewed(step.at_ms, view(step)),
    answer: ({ at_ms, call, ...outcome }) => announcer.answered(at_ms, call, outcome),
    played: ({ at_ms, call, result }) => announcer.played(at_ms, call, result),
    woken: ({ at_ms }) => announcer.woken(at_ms),
  };
  const shown = { report: ({ call, what }) => ({ report: call, what }), play: ({ call, audio }) => ({ play: call, audio }),
    stop: ({ call }) => ({ stop: call }) };
  return testCase.steps.map((step) => ({
    then: inputs[step.do](step).map((action) => shown[action.do](action)), wake_at_ms: announcer.wakeAtMs,
  }));
}
"""

FEATURE = """
async ([address, file, testCase]) => {
  const { advanced, NOTHING_YET, wakesAtMs } = await import(address);
  let [memory, calls] = [NOTHING_YET, []];
  return testCase.steps.map(({ at_ms, calls: news }) => {
    if (news) calls = news.map(([call, voice, called_at_ms]) => ({ call, voice, called_at_ms }));
    memory = advanced(memory, calls, { steadyMs: at_ms, hubMs: at_ms, announceWithinMs: file.announce_within_ms });
    return { featured: memory.featured, due: memory.due, wake_at_ms: wakesAtMs(memory, calls) };
  });
}
"""


@pytest.fixture
def bench(gallery: Gallery, page_at: PageAt) -> Callable[[str, Any], Any]:
    """Runs a piece of script with a module of ours at hand."""
    page = page_at(400, 300)
    page.goto(gallery.origin)
    return page.evaluate


@pytest.mark.parametrize("case", ANNOUNCER["cases"], ids=lambda case: case["name"])
def test_the_voice_keeps_the_law_named_by_the_case(
    bench: Callable[[str, Any], Any], case: dict[str, Any]
) -> None:
    """The same input leads to the same reports and sounds as in Python."""
    done = bench(ANNOUNCE, ["/static/x/js/pages/screen/announcer.js", ANNOUNCER, case])

    expected = [{"then": step["then"], "wake_at_ms": step.get("wake_at_ms")} for step in case["steps"]]
    assert expected == done


@pytest.mark.parametrize("case", FEATURED["cases"], ids=lambda case: case["name"])
def test_the_screen_keeps_the_law_named_by_the_case(
    bench: Callable[[str, Any], Any], case: dict[str, Any]
) -> None:
    """One call at a time, five seconds at least, none skipped."""
    done = bench(FEATURE, ["/static/x/js/pages/screen/featured.js", FEATURED, case])

    expected = [{key: step[key] for key in ("featured", "due", "wake_at_ms")} for step in case["steps"]]
    assert expected == done
