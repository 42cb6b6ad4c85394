"""A real Chromium: what it fetches for a page, and, with its processor slowed down, when the first view is painted.

Where no Chromium is found on the machine there is no first view to measure, and the result says so.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, sync_playwright

from benchmarks.page_bytes import PICTURES, PageBytes

SLOWED = 6
"""Times: what a cheap phone is slower than a desktop."""

PAINTED_WITHIN_MS = 30_000

SETTLED_MS = 1_500
"""After `load`: modules, fonts and the first sound that a page asks for on its own."""

_FIRST_PAINT = """() => new Promise(done => {
  const find = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
  const look = () => (find() === undefined ? setTimeout(look, 20) : done(find()));
  look();
})"""


@contextmanager
def chromium() -> Iterator[Browser | None]:
    """A browser until the block ends; None: there is none here."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))),
        None,
    )
    if found is None:
        yield None
        return
    with sync_playwright() as tools:
        try:
            browser = tools.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except Error:
            yield None
            return
        try:
            yield browser
        finally:
            browser.close()


def fetched_bytes(browser: Browser, url: str, size: tuple[int, int]) -> PageBytes:
    """What the browser itself fetched, with an empty cache, until the page had nothing more to ask for."""
    context, session = _opened(browser, size)
    kinds: dict[str, str] = {}
    lengths: dict[str, int] = {}

    def received(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["response"]["mimeType"]

    def finished(event: dict[str, Any]) -> None:
        lengths[event["requestId"]] = event["encodedDataLength"]

    session.on("Network.responseReceived", received)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    try:
        page = context.pages[0]
        page.goto(url, timeout=PAINTED_WITHIN_MS)
        page.wait_for_load_state("load")
        page.wait_for_timeout(SETTLED_MS)
    finally:
        context.close()
    pictures = sum(length for one, length in lengths.items() if kinds.get(one, "").startswith(PICTURES))
    return PageBytes(round(sum(lengths.values()) - pictures), round(pictures), len(lengths))


def first_paint_ms(browser: Browser, url: str, size: tuple[int, int]) -> float:
    """From the navigation to the first paint that shows something, with an empty cache."""
    context, session = _opened(browser, size)
    try:
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        page = context.pages[0]
        page.goto(url, timeout=PAINTED_WITHIN_MS)
        return float(page.evaluate(_FIRST_PAINT))
    finally:
        context.close()


def _opened(browser: Browser, size: tuple[int, int]) -> tuple[BrowserContext, CDPSession]:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    return context, context.new_cdp_session(context.new_page())
