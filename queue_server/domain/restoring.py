"""A journal that came back from a copy: what was given since the copy is gone from it, but not from citizens' hands.

So no number of that business day may be given again: every prefix jumps by a gap. And nobody is called before a manager
has looked, because the line of the copy is not the line in the hall. The journal notes both, and a day that opens after
the restore, or a service that the file adds later, jumps all the same. Proven in `tests/domain/test_restoring.py`.
"""

import msgspec
from immutables import Map

from queue_server.domain import numbering
from queue_server.domain.commands import ConfirmRestore, NoteRestore
from queue_server.domain.decision import Accepted, Decision, rejected
from queue_server.domain.events import Entry, JournalRestored, RestoreConfirmed
from queue_server.domain.hall import DayPlan
from queue_server.domain.model import ActorId, Restored, State
from queue_server.domain.refusals import Refusal, Rejected

replace = msgspec.structs.replace


def note_restore(_state: State, command: NoteRestore, _by: ActorId, _now_ms: int) -> Decision:
    """Always: a copy restored twice has jumped twice."""
    return Accepted((JournalRestored(gap=command.gap),))


def confirm_restore(state: State, _command: ConfirmRestore, _by: ActorId, _now_ms: int) -> Decision:
    """Calls go on. Harmless twice, and where nothing was restored."""
    return Accepted((RestoreConfirmed(),) if is_waiting(state) else ())


def refusal(state: State) -> Rejected | None:
    """Why nobody may be called; None: nothing of this stands in the way."""
    if not is_waiting(state):
        return None
    return rejected(
        Refusal.WRONG_STATE,
        "The hall was restored from a copy. Calls wait until a manager has compared the line with the hall.",
    )


def is_waiting(state: State) -> bool:
    """Whether a restore still waits for a manager's word."""
    return state.restored is not None and not state.restored.is_confirmed


def skipped(state: State) -> int:
    """How many first numbers of each prefix are not given on the running day; 0: it is not the day of a restore."""
    if state.restored is None or state.day is None or not _covers(state.day.plan, state.restored.at_ms):
        return 0
    return state.restored.gap


def restored(state: State, entry: Entry, event: JournalRestored) -> State:
    """Every number that the running day's prefixes may have given since the copy is passed over."""
    before = skipped(state)
    after = replace(state, restored=Restored(gap=event.gap + before, at_ms=entry.at_ms))
    if state.day is None or skipped(after) == 0:
        return after
    date = state.day.plan.date
    sequences = after.sequences
    for prefix, ordinal in state.sequences.get(date, Map()).items():
        sequences = numbering.advanced(sequences, date, prefix, ordinal + event.gap)
    return replace(after, sequences=sequences)


def confirmed(state: State, _entry: Entry, _event: RestoreConfirmed) -> State:
    assert state.restored is not None, "only a restore is confirmed"
    return replace(state, restored=replace(state.restored, is_confirmed=True))


def _covers(plan: DayPlan, at_ms: int) -> bool:
    return plan.starts_at_ms <= at_ms < plan.ends_at_ms
