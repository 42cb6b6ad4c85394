"""What a promise of speed may take in a test: as promised on a machine of our own, more beside the whole suite.

`make test` runs three files at a time, with their hubs and browsers, on machines of two cores that may have other guests.
There a bound catches the wait that should not be there (a deadline, a poll, a retry), not the last millisecond.
`make torture` runs one test after the other and holds each to the promise itself; `make bench` measures.
"""

from tests.torture.whole import IS_WHOLE

CROWDED_FACTOR = 5
"""Two cores for three files of tests, their hubs and three browsers, with as much again for the machine's other guests."""

PATIENCE_S = 60.0
"""How long a test waits for what must come before it says that it never came. No promise: one that comes costs nothing."""


def allowed(promised: float) -> float:
    """What may be taken, in the unit of what is promised."""
    return promised if IS_WHOLE else promised * CROWDED_FACTOR
