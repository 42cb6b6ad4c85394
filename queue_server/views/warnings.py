"""What staff should know: devices that are not well, calls that nobody heard, paper that never came.

The manager sees all of it, an officer what concerns his counter and its zone, and why he cannot call. Lasting troubles
come before passing ones where the list is full, so that a bad afternoon of the loudspeaker never hides a dead printer.
"""

from collections.abc import Iterable, Iterator, Mapping

from queue_server.domain import restoring
from queue_server.domain.hall import CounterPlace, ZoneId
from queue_server.domain.model import Call, PrintState, State, TicketState, VoiceState
from queue_server.views.heads import ABSENT
from queue_server.views.presence import Device, Presence, Trouble
from queue_server.wire.shapes import DeviceStatusName, Warning, WarningCode  # noqa: A004 -- the shape's own name

WARNING_COUNT_MAX = 50
"""The shape's bound: more than anyone reads."""

UNCONFIRMED_AFTER_MS = 60_000
"""A voice that began so long ago and never reported its end fell silent: an announcement takes some ten seconds."""

VOICE_TROUBLES: Mapping[DeviceStatusName, WarningCode] = {
    "offline": "voice_missing",
    "failed": "voice_missing",
    "muted": "voice_missing",
    "sound_blocked": "voice_blocked",
}

SCREEN_TROUBLES: Mapping[DeviceStatusName, WarningCode] = {
    "offline": "screen_missing",
    "failed": "screen_missing",
}

PRINTER_TROUBLES: Mapping[DeviceStatusName, WarningCode] = {
    "paper_low": "printer_paper_low",
    "paper_out": "printer_paper_out",
    "failed": "printer_failed",
    "offline": "printer_offline",
}


ABANDONED = PrintState.ABANDONED
"""Plain names: looked up for every ticket and call, an enum's attribute would cost more than the rest."""

SPEAKING = VoiceState.SPEAKING


def hall_warnings(state: State, presence: Presence) -> list[Warning]:
    """Everything in the hall, newest first."""
    calls = (call for calls in state.calls.values() for call in calls)
    lasting = (
        *_clock(state, presence),
        *_restore(state),
        *map(_told, presence.troubles),
        *_printers(state, presence),
        *(warning for zone in state.hall.zones for warning in _zone(state, presence, zone.id)),
    )
    return _newest_first(lasting, (*_calls(state, calls), *_abandoned(state)))


def counter_warnings(state: State, presence: Presence, place: CounterPlace) -> list[Warning]:
    """What concerns one counter, its own calls and its zone's devices, newest first."""
    calls = (call for call in state.calls.get(place.zone, ()) if call.counter == place.id)
    told = (_told(trouble) for trouble in presence.troubles if trouble.subject in {place.id, place.zone})
    lasting = (*_restore(state), *told, *_zone(state, presence, place.zone))
    return _newest_first(lasting, _calls(state, calls))


def is_unconfirmed(call: Call, at_ms: int) -> bool:
    """Whether a call's voice began too long before an instant and never reported its end."""
    return call.voice is SPEAKING and at_ms - (call.speaking_at_ms or 0) > UNCONFIRMED_AFTER_MS


def _newest_first(lasting: Iterable[Warning], passing: Iterable[Warning]) -> list[Warning]:
    kept = [*sorted(lasting, key=_newest), *sorted(passing, key=_newest)][:WARNING_COUNT_MAX]
    return sorted(kept, key=_newest)


def _newest(warning: Warning) -> tuple[int, str, str, str]:
    """Newest first; of one instant by what is told: a map's own order may differ after a replay."""
    return (-warning.since_at_ms, warning.code, warning.subject, warning.detail)


def _clock(state: State, presence: Presence) -> Iterator[Warning]:
    is_told = any(trouble.code == "clock_in_doubt" for trouble in presence.troubles)
    if presence.is_clock_in_doubt and not is_told:
        yield Warning(code="clock_in_doubt", subject=state.hall.id, since_at_ms=0, detail="")


def _restore(state: State) -> Iterator[Warning]:
    if state.restored is not None and restoring.is_waiting(state):
        since_ms = state.restored.at_ms
        yield Warning(code="restore_unconfirmed", subject=state.hall.id, since_at_ms=since_ms, detail="")


def _told(trouble: Trouble) -> Warning:
    return Warning(
        code=trouble.code, subject=trouble.subject, since_at_ms=trouble.since_ms, detail=trouble.detail
    )


def _zone(state: State, presence: Presence, zone: ZoneId) -> Iterator[Warning]:
    """A zone's voice and screens. Where no screen is configured nobody expects a voice either."""
    screens = [screen.id for screen in state.hall.screens if screen.zone == zone]
    voice = presence.voices.get(zone)
    if screens or voice is not None:
        yield from _device(VOICE_TROUBLES, zone, voice)
    for screen in screens:
        yield from _device(SCREEN_TROUBLES, screen, presence.screens.get(screen))


def _printers(state: State, presence: Presence) -> Iterator[Warning]:
    for printer in state.hall.printers:
        yield from _device(PRINTER_TROUBLES, printer.id, presence.printers.get(printer.id))


def _device(
    troubles: Mapping[DeviceStatusName, WarningCode], subject: str, device: Device | None
) -> Iterator[Warning]:
    seen = device or ABSENT
    code = troubles.get(seen.status)
    if code is not None:
        yield Warning(code=code, subject=subject, since_at_ms=seen.since_ms, detail=seen.detail)


def _calls(state: State, calls: Iterable[Call]) -> Iterator[Warning]:
    """Calls that nobody heard, and calls of which nobody knows."""
    for call in calls:
        if call.voice is VoiceState.DROPPED:
            yield _of_call("call_dropped", call, call.called_at_ms)
        elif is_unconfirmed(call, state.at_ms):
            yield _of_call("call_unconfirmed", call, call.speaking_at_ms or 0)


def _of_call(code: WarningCode, call: Call, since_ms: int) -> Warning:
    return Warning(code=code, subject=call.number, since_at_ms=since_ms, detail=call.counter_name)


def _abandoned(state: State) -> Iterator[Warning]:
    """Those who wait with nothing in hand. Once called, they were found without paper."""
    for ticket in state.tickets.values():
        if ticket.print is ABANDONED and ticket.state is TicketState.WAITING:
            yield Warning(
                code="print_abandoned", subject=ticket.number, since_at_ms=ticket.issued_at_ms, detail=""
            )
