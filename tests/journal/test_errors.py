"""The one tree of errors."""

import pytest

from queue_server import errors
from queue_server.errors import AntreanError, Fault

BASES = (errors.OurError, errors.PeerError, errors.WorldError)

KINDS = tuple(
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, AntreanError) and kind is not AntreanError
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_says_who_is_at_fault_and_whether_to_retry(kind: type[AntreanError]) -> None:
    """The type says it, so that whoever catches it need not read the text (style, "Trouble")."""
    assert kind.fault in Fault
    assert isinstance(kind.may_retry, bool)
    assert 1 == sum(issubclass(kind, base) for base in BASES)


def test_only_what_left_nothing_behind_may_be_retried() -> None:
    """An unknown outcome is neither yes nor no: trying again could do it twice."""
    retried = {kind.__name__ for kind in KINDS if kind.may_retry}

    assert {"Conflict", "NotStored", "StoreFull", "StoreBusy"} <= retried
    assert not {"OutcomeUnknown", "StoreStopped", "StoreBroken", "AlreadyRunning"} & retried
