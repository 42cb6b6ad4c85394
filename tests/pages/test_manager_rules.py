"""The pure rules of the hall manager's board: who waits too long, which line is told, and words for every code."""

import json
from typing import Any, get_args

import pytest

from queue_server.web.shell import HERE
from queue_server.wire.requests import PauseReasonName
from queue_server.wire.shapes import DeviceStatusName, ManagerService, WarningCode
from tests.pages.conftest import PageAt
from tests.pages.fixtures import hall
from tests.pages.fixtures.manager import CALM_MINUTES, lines
from tests.pages.gallery import LANGUAGES, Gallery

pytestmark = pytest.mark.browser

JUDGE = """
async ([address, services, nowMs]) => {
  const { calmRowOf, judged, summaryOf } = await import(address);
  const rows = judged(services, nowMs);
  return {
    rows: rows.map((row) => [row.service.id, row.minutes, row.level, row.isStuck]),
    summary: summaryOf(rows, "2026-11-24"),
    told: calmRowOf(rows)?.service.id ?? null,
  };
}
"""


def test_worst_is_who_waits_longest_beyond_what_was_promised(gallery: Gallery, page_at: PageAt) -> None:
    """Late beyond the target, near from 80 % of it; without a target never before a broken promise; empty, closed."""
    judged = _judged(
        gallery,
        page_at,
        _service("closed", wait_s=None, target_minutes=10, open=False),
        _service("empty", wait_s=None, target_minutes=10),
        _service("fine", wait_s=7 * 60, target_minutes=10),
        _service("near", wait_s=8 * 60, target_minutes=10),
        _service("on_time", wait_s=15 * 60, target_minutes=15),
        _service("a_second_late", wait_s=15 * 60 + 1, target_minutes=15),
        _service("long_but_promised", wait_s=40 * 60, target_minutes=60),
        _service("unpromised", wait_s=50 * 60, target_minutes=None),
        _service("worst", wait_s=30 * 60, target_minutes=5, counters_open=0),
    )

    assert [
        ["worst", 30, "late", True],
        ["a_second_late", 16, "late", False],
        ["on_time", 15, "near", False],
        ["unpromised", 50, "fine", False],
        ["near", 8, "near", False],
        ["fine", 7, "fine", False],
        ["long_but_promised", 40, "fine", False],
        ["empty", None, "empty", False],
        ["closed", None, "closed", False],
    ] == judged["rows"]


@pytest.mark.parametrize(
    ("waits_s", "is_open", "summary"),
    [
        ((601,), True, "late"),
        ((500,), True, "near"),
        ((60,), True, "calm"),
        ((None,), True, "empty"),
        ((None,), False, "closed"),
        ((60, 601), True, "late"),
    ],
)
def test_one_sentence_tells_how_the_lines_are(
    gallery: Gallery, page_at: PageAt, waits_s: tuple[int | None, ...], is_open: bool, summary: str
) -> None:
    """The gravest line decides it."""
    services = [
        _service(f"s{place}", wait_s=one, target_minutes=10, open=is_open)
        for place, one in enumerate(waits_s)
    ]

    assert summary == _judged(gallery, page_at, *services)["summary"]


@pytest.mark.parametrize(
    ("services", "told"),
    [
        ({"near": (8, 10), "long": (40, 60), "unpromised": (50, None)}, "near"),
        ({"fine": (7, 10), "long": (40, 60)}, "long"),
        ({"fine": (7, 10), "unpromised": (50, None)}, "unpromised"),
        ({"empty": (None, 10)}, None),
    ],
)
def test_while_nobody_waits_too_long_one_line_is_told(
    gallery: Gallery, page_at: PageAt, services: dict[str, tuple[int | None, int | None]], told: str | None
) -> None:
    """The one that comes near its target; else the longest wait of all, whatever was promised."""
    shown = [
        _service(name, wait_s=None if minutes is None else minutes * 60, target_minutes=target)
        for name, (minutes, target) in services.items()
    ]

    assert told == _judged(gallery, page_at, *shown)["told"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_are_words_for_everything_that_the_hub_can_say(lang: str) -> None:
    """Every warning with what to do, every reason to pause, every status of a device."""
    words = json.loads((HERE / "locale" / f"manager.{lang}.json").read_text(encoding="utf-8"))

    expected = {
        *(f"manager.trouble.{code}{end}" for code in get_args(WarningCode) for end in ("", ".do")),
        *(f"manager.pause.{reason}" for reason in get_args(PauseReasonName)),
        *(f"manager.device.{status}" for status in get_args(DeviceStatusName)),
    }
    assert set() == expected - words.keys()


def test_the_calm_morning_of_the_fixtures_is_calm() -> None:
    """Everybody in it waits less than 80 % of the target."""
    shown = {one.id: one for one in lines(CALM_MINUTES) if one.waiting}

    assert CALM_MINUTES.keys() == shown.keys()
    assert all(_is_calm(one) for one in shown.values())


def _service(name: str, *, wait_s: int | None, target_minutes: int | None, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "waiting": 0 if wait_s is None else 3,
        "oldest_arrived_at_ms": None if wait_s is None else hall.NOW_MS - wait_s * 1_000,
        "target_ms": None if target_minutes is None else target_minutes * hall.MINUTE_MS,
        "counters_open": 1,
        "open": True,
    } | more


def _judged(gallery: Gallery, page_at: PageAt, *services: dict[str, Any]) -> Any:
    page = page_at(400, 300)
    page.goto(gallery.origin)
    return page.evaluate(JUDGE, ["/static/x/js/pages/manager/waits.js", list(services), hall.NOW_MS])


def _is_calm(one: ManagerService) -> bool:
    assert one.oldest_arrived_at_ms is not None
    assert one.target_ms is not None
    return hall.NOW_MS - one.oldest_arrived_at_ms < 0.8 * one.target_ms
