"""Every figure in the order of performance.md's table."""

from collections.abc import Mapping

from benchmarks.figure import Measure
from benchmarks.figures import (
    p01_tickets,
    p02_idle_ticket,
    p03_one_view,
    p03b_phones,
    p04_answers_meanwhile,
    p05_memory,
    p06_return,
    p07_decide,
    p08_start,
    p09_encode,
    p11_sound,
    p12_pages,
    p13_calls,
)

FIGURES: Mapping[str, Measure] = {
    "P1": p01_tickets.measure,
    "P2": p02_idle_ticket.measure,
    "P3": p03_one_view.measure,
    "P3b": p03b_phones.measure,
    "P4": p04_answers_meanwhile.measure,
    "P5": p05_memory.measure,
    "P6": p06_return.measure,
    "P7": p07_decide.measure,
    "P8": p08_start.measure,
    "P9": p09_encode.measure,
    "P11": p11_sound.measure,
    "P12": p12_pages.measure,
    "P13": p13_calls.measure,
}
"""What `--only` names."""

LEFT_OUT = "P10 (PostgreSQL) is left out: it is not measured yet."
