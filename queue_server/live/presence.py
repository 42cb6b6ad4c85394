"""Which devices are there and how they are: kept in memory, told to views as a frozen `Presence`.

A device is here as long as its newest socket is. One voice speaks in a zone and one agent serves a printer: this is
where it is granted, and where the next one in line gets it when the first is gone.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from queue_server.clock import Clock
from queue_server.domain.hall import KioskId, PrinterId, ScreenId, ZoneId
from queue_server.domain.model import ActorId, CallNo
from queue_server.views.presence import Device, Presence, Trouble
from queue_server.wire.shapes import DeviceStatusName, WarningCode

SHOWN_COUNT_MAX = 256
"""Calls whose screens are remembered: a storm's worth; older ones were settled long ago."""


class Seat(NamedTuple):
    """What a connection stands for."""

    kind: str
    """`screen`, `voice`, `kiosk` or `printer`."""
    id: str


class Sitter:
    """One connection on a seat; identity is the object itself."""

    def __init__(
        self,
        *,
        on_granted: Callable[[], None] = lambda: None,
        on_displaced: Callable[[], None] = lambda: None,
    ) -> None:
        self.on_granted = on_granted
        """Told when this connection becomes its seat's one after it had to wait."""
        self.on_displaced = on_displaced
        """Told when a newer connection took the seat."""
        self.device = Device(status="ready")


class PresenceBook:
    """The devices of one hall."""

    def __init__(
        self,
        *,
        journal_id: str,
        clock: Clock,
        name_of: Callable[[ActorId], str | None],
        on_change: Callable[[Seat], None],
    ) -> None:
        """
        Args:
            name_of: an officer's display name.
            on_change: called with the seat whose device changed; `Seat("trouble", "")` for the hall's own troubles.
        """
        self._journal_id = journal_id
        self._clock = clock
        self._name_of = name_of
        self._on_change = on_change
        self._sitters: dict[Seat, list[Sitter]] = {}
        self._gone: dict[Seat, Device] = {}
        self._shown: dict[CallNo, frozenset[ScreenId]] = {}
        self._troubles: dict[tuple[WarningCode, str], Trouble] = {}
        self._is_clock_in_doubt = False
        self._snapshot: Presence | None = None

    def join(self, seat: Seat, sitter: Sitter) -> None:
        """A connection takes a seat.

        Voices keep their order: the first speaks, the others wait. A newer printer agent displaces the older: it
        may be the one that came back while the hub had not yet noticed that it was gone. Everyone else may sit
        together.
        """
        sitters = self._sitters.setdefault(seat, [])
        if seat.kind == "printer" and sitters:
            sitters.pop().on_displaced()
        sitters.append(sitter)
        sitter.device = msgspec.structs.replace(sitter.device, since_ms=self._clock.now_ms())
        self._changed(seat)

    def leave(self, seat: Seat, sitter: Sitter) -> None:
        """The connection is gone; the next voice in line is granted."""
        sitters = self._sitters.get(seat, [])
        if sitter not in sitters:
            return
        was_first = sitters[0] is sitter
        sitters.remove(sitter)
        if not sitters:
            del self._sitters[seat]
            self._gone[seat] = Device(status="offline", since_ms=self._clock.now_ms())
        elif was_first and seat.kind == "voice":
            sitters[0].on_granted()
        self._changed(seat)

    def is_granted(self, seat: Seat, sitter: Sitter) -> bool:
        """Whether this connection is the seat's first."""
        sitters = self._sitters.get(seat)
        return bool(sitters) and sitters is not None and sitters[0] is sitter

    def tell(self, seat: Seat, sitter: Sitter, status: DeviceStatusName, detail: str) -> None:
        """What a device says of itself."""
        if (sitter.device.status, sitter.device.detail) == (status, detail):
            return
        sitter.device = Device(status=status, detail=detail, since_ms=self._clock.now_ms())
        self._changed(seat)

    def shown(self, call: CallNo, screen: ScreenId) -> int:
        """A screen shows a call. Returns on how many it is seen by now."""
        seen = self._shown.get(call, frozenset()) | {screen}
        self._shown[call] = seen
        while len(self._shown) > SHOWN_COUNT_MAX:
            del self._shown[next(iter(self._shown))]
        self._changed(Seat("shown", str(call)))
        return len(seen)

    def trouble(self, code: WarningCode, subject: str, detail: str | None) -> None:
        """Something is wrong (`detail` in plain words), or right again (None)."""
        known = self._troubles.pop((code, subject), None)
        if detail is not None:
            since_ms = self._clock.now_ms() if known is None else known.since_ms
            self._troubles[code, subject] = Trouble(
                code=code, subject=subject, since_ms=since_ms, detail=detail
            )
        self._changed(Seat("trouble", code))

    def clock_in_doubt(self, *, is_in_doubt: bool) -> None:
        """What the timekeeper thinks of the node's clock."""
        if is_in_doubt != self._is_clock_in_doubt:
            self._is_clock_in_doubt = is_in_doubt
            self._changed(Seat("trouble", "clock_in_doubt"))

    def snapshot(self) -> Presence:
        """Everything as a value; the same object until something changes."""
        if self._snapshot is None:
            self._snapshot = Presence(
                journal_id=self._journal_id,
                names=_Names(self._name_of),
                screens={ScreenId(name): device for name, device in self._devices("screen")},
                voices={ZoneId(name): device for name, device in self._devices("voice")},
                kiosks={KioskId(name): device for name, device in self._devices("kiosk")},
                printers={PrinterId(name): device for name, device in self._devices("printer")},
                shown=dict(self._shown),
                troubles=tuple(self._troubles.values()),
                is_clock_in_doubt=self._is_clock_in_doubt,
            )
        return self._snapshot

    def names_changed(self) -> None:
        """An officer was renamed: the views that show names are built anew."""
        self._changed(Seat("trouble", "names"))

    def _devices(self, kind: str) -> list[tuple[str, Device]]:
        gone = [(seat.id, device) for seat, device in self._gone.items() if seat.kind == kind]
        here = [(seat.id, sitters[0].device) for seat, sitters in self._sitters.items() if seat.kind == kind]
        return [*gone, *here]

    def _changed(self, seat: Seat) -> None:
        self._snapshot = None
        self._on_change(seat)


class _Names(Mapping[ActorId, str]):
    """Display names by actor, looked up when a view asks; never enumerated."""

    def __init__(self, name_of: Callable[[ActorId], str | None]) -> None:
        self._name_of = name_of

    def __getitem__(self, actor: ActorId) -> str:
        name = self._name_of(actor)
        if name is None:
            raise KeyError(actor)
        return name

    def __iter__(self):  # type: ignore[no-untyped-def]  # an empty iterator of actors
        return iter(())

    def __len__(self) -> int:
        return 0
