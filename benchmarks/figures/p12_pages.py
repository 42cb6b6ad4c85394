"""P12: bytes of each page over the wire, as the hub serves them to a browser that has nothing yet; and its first view.

The demonstration opens every page without signing in. Pictures are left out, as the goals say, and so are
sounds (a screen fetches its chime); the note tells how much they are.
"""

from collections.abc import Iterator
from typing import NamedTuple

from playwright.sync_api import Browser

from benchmarks.figure import Goal, Line, Workplace, at_most
from benchmarks.hub_process import HALL, Desk, Hub, running_hub
from benchmarks.page_bytes import page_bytes
from benchmarks.samples import median
from benchmarks.slow_browser import SLOWED, chromium, fetched_bytes, first_paint_ms

PHONE_KB, WALL_KB = 60.0, 150.0
FIRST_VIEW_MS = 1_000.0


class Page(NamedTuple):
    """One page, what it may weigh, and the size of what it is shown on."""

    name: str
    path: str
    goal: Goal | None
    size: tuple[int, int]


def measure(place: Workplace) -> Iterator[Line]:
    """Bytes of every page, then the first view of those that have a goal."""
    with running_hub(place.folder / "hub", "--demo") as hub, chromium() as browser:
        pages = _pages(hub)
        for page in pages:
            place.say(page.name)
            yield _weight(hub, browser, page)
        for page in pages:
            if browser is not None and page.goal is not None:
                place.say(f"{page.name}: first view")
                yield _first_view(place, hub, browser, page)


def _weight(hub: Hub, browser: Browser | None, page: Page) -> Line:
    if browser is None:
        found, how = page_bytes(hub.port, page.path), "every file named, used or not: no Chromium here"
    else:
        found, how = fetched_bytes(browser, _url(hub, page), page.size), "as Chromium fetched it"
    more = f", pictures and sounds {found.pictures / 1000:.0f} kB more" if found.pictures else ""
    note = f"{found.files} files{more}; {how}"
    return Line("P12", f"{page.name} over the wire", found.total / 1000, "kB", goal=page.goal, note=note)


def _first_view(place: Workplace, hub: Hub, browser: Browser, page: Page) -> Line:
    """The first round warms the browser and is left out."""
    painted = [first_paint_ms(browser, _url(hub, page), page.size) for _ in range(place.rounds + 1)][1:]
    what = f"{page.name}, first view, processor slowed {SLOWED} times"
    return Line("P12", what, median(painted), "ms", goal=at_most(FIRST_VIEW_MS))


def _url(hub: Hub, page: Page) -> str:
    return f"http://127.0.0.1:{hub.port}{page.path}"


def _pages(hub: Hub) -> list[Page]:
    desk = Desk(hub)
    [ticket] = desk.take(1)
    hall = f"/halls/{HALL}"
    return [
        Page("phone", f"/t/{ticket['id']}", at_most(PHONE_KB), (360, 740)),
        Page("kiosk", f"{hall}/kiosk/kiosk-1", at_most(WALL_KB), (1080, 1920)),
        Page("screen", f"{hall}/screen/screen-b-1", at_most(WALL_KB), (1920, 1080)),
        Page("counter", f"{hall}/counter/loket-9", None, (1366, 768)),
        Page("manager", f"{hall}/manager", None, (1366, 768)),
    ]
