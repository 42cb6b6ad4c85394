"""Which Chromium the tests drive: what tools/browser.sh found or installed, in the same order."""

import os
import shutil

from playwright.async_api import Playwright as AsyncPlaywright
from playwright.sync_api import Playwright

VARIABLE = "ANTREAN_CHROMIUM"
LIGHT = ("chromium-headless-shell",)
"""Debian's build without windows: the same engine, at half of the processor's time."""

WHOLE = ("chromium", "chromium-browser", "google-chrome")

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def light_browser() -> str | None:
    """For a test of a page. None: the test tool's own download."""
    return _found((*LIGHT, *WHOLE))


def whole_browser(playwright: Playwright | AsyncPlaywright) -> str:
    """For what a screen's computer runs, with everything that belongs to a browser."""
    return _found(WHOLE) or playwright.chromium.executable_path


def _found(programs: tuple[str, ...]) -> str | None:
    paths = (os.environ.get(VARIABLE), *(shutil.which(program) for program in programs))
    return next((path for path in paths if path), None)
