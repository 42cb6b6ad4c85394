"""What the hub knows beside the journal, as a value: views are functions of `(state, presence)` and of nothing else."""

import msgspec
import pytest

from queue_server.domain.hall import ScreenId
from queue_server.views.heads import ABSENT
from queue_server.views.manager import manager_view
from queue_server.views.presence import Device, Presence, Trouble
from tests.views.build import BLANK, READY, T0
from tests.views.morning import PRESENCE, morning


def test_a_device_of_which_nothing_is_known_is_offline_since_never() -> None:
    """0 is read as "never seen", not as 1970."""
    assert ABSENT == Device() == Device(status="offline", detail="", since_ms=0)


def test_a_hub_that_just_started_knows_of_nobody() -> None:
    """Presence is gone with the process; the first view after a start is built from this."""
    fresh = Presence()

    assert ("", {}, {}, {}, {}, {}, {}, (), False) == tuple(
        getattr(fresh, field) for field in Presence.__struct_fields__
    )


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (READY, "status"),
        (BLANK, "journal_id"),
        (Trouble(code="speech_down", subject="", since_ms=T0), "code"),
    ],
)
def test_presence_is_frozen(value: msgspec.Struct, field: str) -> None:
    """A view that is being built never sees half a change."""
    with pytest.raises(AttributeError, match="immutable"):
        setattr(value, field, "other")


def test_a_change_of_presence_changes_the_view_and_not_the_state() -> None:
    """Devices come and go without an entry in the journal."""
    before = manager_view(morning(), PRESENCE)
    after = manager_view(morning(), msgspec.structs.replace(PRESENCE, screens={ScreenId("s2"): READY}))

    assert ["ready", "offline", "failed"] == [screen.status for screen in before.screens]
    assert ["offline", "ready", "offline"] == [screen.status for screen in after.screens]
    assert before == manager_view(morning(), PRESENCE)
