"""The example hall for figures that need no process: its configuration, open at any hour, and today's plan."""

import time
from pathlib import Path

from benchmarks.children import ROOT
from queue_server.calendar import day_plan
from queue_server.config import load, with_always_open
from queue_server.domain.hall import DayPlan, HallConfig

LIMITS_OFF = {"ANTREAN_LIMITS": "off"}


def always_open_hall(config: Path = ROOT / "config.toml") -> HallConfig:
    """As `antrean serve --always-open` makes it, without a limit to its lines."""
    return with_always_open(load(config, LIMITS_OFF).halls[0])


def plan_now(hall: HallConfig) -> tuple[int, DayPlan]:
    """This instant, ms since 1970 UTC, and the business day that it falls into."""
    now_ms = time.time_ns() // 1_000_000
    return now_ms, day_plan(hall, now_ms)
