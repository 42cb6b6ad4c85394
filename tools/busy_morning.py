"""A busy morning of the example hall, played through the doors that everybody uses: HTTP and the live socket.

The hub under it is the real one; only its clock is ours, so that a hundred minutes pass in some ten seconds and every
picture shows the same morning. One seed makes it: the same citizens come, in the same order. Nobody here has a name of
his own; officers are called after their desks. For pictures alone: it proves nothing, tests do.
"""

import asyncio
import time
from collections.abc import Mapping
from random import Random
from typing import Any

import httpx2
import msgspec

from queue_server.domain.hall import CounterPlace, HallConfig
from queue_server.fetching import HubAddress
from queue_server.link import Link
from queue_server.wire.messages import PROTOCOL, Hello

STARTS_AT_MS = 1_795_481_520_000
"""Tuesday, 24 November 2026, 07:52 WIB: who comes early stands at the door before the officers sit down."""

ENDS_AFTER_MS = 109 * 60_000
"""At 09:41 the hall is full and nobody has lost his patience yet."""

STEP_MS = 20_000
"""Hall time between two looks at every desk; the shortest thing that happens takes longer."""

OFFICERS_COME_AFTER_MS = 7 * 60_000

VISIT_MS_UNKNOWN = 8 * 60_000
"""Where the service standard promises nothing."""

CITIZENS_PER_VISIT = 0.75
"""How many come while one is served at a usual service …"""

CROWDED = {"ktp-el": 1.4, "kk": 1.3, "kia": 1.2, "pajak-kendaraan": 1.1, "paspor-baru": 1.0, "pbb-p2": 1.0}
"""… and at those that everybody needs in the same week."""

NO_SHOW_SHARE, PARK_SHARE, RECALL_SHARE, PRIORITY_SHARE = 0.07, 0.05, 0.12, 0.14

CLOSED = frozenset({"loket-11", "loket-25"})
ON_BREAK = {"loket-15": "prayer"}
"""Desks without an officer, and with one who is away for a while."""

MISSING_SCREEN = "screen-c-2"
"""Never came on this morning: the manager's board has to have something to say."""

CATEGORIES = ("elderly", "elderly", "disabled", "pregnant", "child")


class StoryClock:
    """The hub's wall clock: it goes on with the machine's steady one and leaps where the story says."""

    def __init__(self) -> None:
        self._ahead_ms = STARTS_AT_MS - self.monotonic_ms()

    def now_ms(self) -> int:
        return self.monotonic_ms() + self._ahead_ms

    def monotonic_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000

    def leap_to(self, now_ms: int) -> None:
        """Where the story is behind already, nothing."""
        self._ahead_ms += max(0, now_ms - self.now_ms())


class Desk(msgspec.Struct, kw_only=True):
    """A counter and the officer at it."""

    place: CounterPlace
    token: str
    ticket: dict[str, Any] | None = None
    called_at_ms: int = 0
    ends_at_ms: int = 0
    """When this visit is over."""
    has_started: bool = False


class Devices:
    """Screens, voices, kiosks and the second printer: each on a line of its own, as good as the real one."""

    def __init__(self, hall: HallConfig, hub: HubAddress, tasks: asyncio.TaskGroup) -> None:
        self._hall = hall
        self._hub = hub
        self._tasks = tasks
        self._screens: dict[str, Link[Any]] = {}
        self._voices: dict[str, Link[Any]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}

    def connect(self, tokens: Mapping[str, str]) -> None:
        """Takes every device's place that has a token here, by the device's id."""
        for screen in self._hall.screens:
            if screen.id == MISSING_SCREEN:
                continue
            self._screens[screen.id] = self._line(screen.id, view="display", token=tokens[screen.id])
            self.speak(screen.zone, tokens[screen.id])
        for kiosk in self._hall.kiosks:
            if kiosk.id in tokens:
                self._line(kiosk.id, view="kiosk", token=tokens[kiosk.id])
        for printer in self._hall.printers:
            if printer.id in tokens:
                self._line(printer.id, view="printer", token=tokens[printer.id]).status("paper_low")

    async def tell(self, call: int, zone: str) -> None:
        """The zone's screens show a call and its voice says it, from the first word to the last."""
        for screen in self._hall.screens:
            if screen.zone == zone and screen.id in self._screens:
                await _told(self._screens[screen.id], call, "shown")
        if zone in self._voices:
            await _told(self._voices[zone], call, "speaking")
            await _told(self._voices[zone], call, "spoken")

    def speak(self, zone: str, token: str) -> None:
        """Takes a zone's voice, where nobody here has it yet."""
        if zone not in self._voices:
            self._voices[zone] = self._line(f"voice of {zone}", view="announcer", token=token)
            self._voices[zone].status("ready")

    async def fall_silent(self, zone: str) -> None:
        """Leaves the zone's voice to the next one who asks for it."""
        del self._voices[zone]
        await self._end(f"voice of {zone}")

    async def close(self) -> None:
        """Ends every line."""
        for name in list(self._running):
            await self._end(name)

    def _line(self, name: str, *, view: Any, token: str) -> Link[Any]:
        link: Link[Any] = Link(
            hub=self._hub,
            hall=self._hall.id,
            hello=Hello(protocol=PROTOCOL, view=view, token=token),
            state_type=dict,
        )
        self._running[name] = self._tasks.create_task(link.run(), name=name)
        return link

    async def _end(self, name: str) -> None:
        task = self._running.pop(name)
        task.cancel()
        await asyncio.wait([task])


class Morning:
    """Citizens and officers."""

    def __init__(
        self,
        *,
        hall: HallConfig,
        api: httpx2.AsyncClient,
        clock: StoryClock,
        devices: Devices,
        officers: Mapping[str, str],
        greeter: str,
    ) -> None:
        """`officers`: a token for each counter. `greeter`: the token with which tickets are taken. `api`: at the hall."""
        self.desks: dict[str, Desk] = {
            place.id: Desk(place=place, token=officers[place.id])
            for place in hall.counters
            if place.id not in CLOSED
        }
        self._hall = hall
        self._api = api
        self._clock = clock
        self._devices = devices
        self._greeter = greeter
        self._chance = Random(2026)  # noqa: S311 -- a story's dice guard nothing
        self._owed: dict[str, float] = {service.id: self._chance.random() for service in hall.services}
        self._calls_count = 0

    async def play(self) -> None:
        """From the first at the door to a full hall."""
        is_staffed = False
        for past_ms in range(0, ENDS_AFTER_MS, STEP_MS):
            self._clock.leap_to(STARTS_AT_MS + past_ms)
            await self._citizens_come()
            if past_ms >= OFFICERS_COME_AFTER_MS:
                if not is_staffed:
                    await self._officers_come()
                    is_staffed = True
                for desk in self.desks.values():
                    await self._look_at(desk)
        for counter, reason in ON_BREAK.items():
            desk = self.desks[counter]
            await self.press(desk, "finish", sees=self.sees(desk))
            await self.press(desk, "pause", reason=reason)
            desk.ticket = None

    async def take(self, service: str, category: str = "regular") -> dict[str, Any]:
        """A ticket from the greeter's tablet."""
        body = {"service": service, "category": category, "kiosk": "kiosk-3"}
        return await self._asked("/tickets", self._greeter, body)

    async def call_next(self, desk: Desk, *, is_told: bool = True) -> dict[str, Any] | None:
        """The desk's next one; unless told otherwise, its screens and voice do their work at once."""
        answer = await self.press(desk, "next", sees=self.sees(desk))
        desk.ticket, desk.has_started = answer["ticket"], False
        if desk.ticket is not None:
            await self._called(desk, is_told=is_told)
        return desk.ticket

    async def press(self, desk: Desk, act: str, **body: object) -> dict[str, Any]:
        """One key of an officer."""
        return await self._asked(f"/counters/{desk.place.id}/{act}", desk.token, body)

    def sees(self, desk: Desk) -> str | None:
        """What stands on the officer's screen."""
        return None if desk.ticket is None else str(desk.ticket["id"])

    async def _citizens_come(self) -> None:
        for service in self._hall.services:
            desks = sum(
                1 / len(desk.place.services)
                for desk in self.desks.values()
                if service.id in desk.place.services
            )
            citizens = desks * CROWDED.get(service.id, CITIZENS_PER_VISIT)
            self._owed[service.id] += citizens * STEP_MS / self._visit_ms(service.id)
            if self._owed[service.id] >= 1:
                self._owed[service.id] -= self._chance.uniform(0.4, 1.6)
                is_first = self._chance.random() < PRIORITY_SHARE
                await self.take(service.id, self._chance.choice(CATEGORIES) if is_first else "regular")

    async def _officers_come(self) -> None:
        for desk in self.desks.values():
            await self.press(desk, "open")
            desk.ends_at_ms = self._clock.now_ms() + self._chance.randrange(0, 180_000)

    async def _look_at(self, desk: Desk) -> None:
        now_ms = self._clock.now_ms()
        if now_ms >= desk.ends_at_ms:
            await self._end_visit(desk)
            await self.call_next(desk)
        elif desk.ticket is not None and not desk.has_started and now_ms - desk.called_at_ms > STEP_MS:
            await self._receive(desk)

    async def _end_visit(self, desk: Desk) -> None:
        if desk.has_started and self._chance.random() < PARK_SHARE:
            await self.press(desk, "park", sees=self.sees(desk))
            desk.ticket = None

    async def _receive(self, desk: Desk) -> None:
        """The citizen stands before the desk, or not: then he is called once more, or missed."""
        luck = self._chance.random()
        if luck < NO_SHOW_SHARE:
            await self.press(desk, "no-show", sees=self.sees(desk))
            desk.ticket, desk.ends_at_ms = None, self._clock.now_ms()
        elif luck < NO_SHOW_SHARE + RECALL_SHARE:
            await self.press(desk, "recall", sees=self.sees(desk))
            await self._called(desk)
        else:
            await self.press(desk, "start", sees=self.sees(desk))
            desk.has_started = True

    async def _called(self, desk: Desk, *, is_told: bool = True) -> None:
        assert desk.ticket is not None, "somebody was called"
        self._calls_count += 1
        desk.called_at_ms = self._clock.now_ms()
        desk.ends_at_ms = desk.called_at_ms + self._visit_ms(desk.ticket["service"])
        if is_told:
            await self._devices.tell(self._calls_count, desk.place.zone)

    def _visit_ms(self, service: str) -> int:
        """Most visits keep well within what the service standard promises."""
        target_ms = next((known.target_ms for known in self._hall.services if known.id == service), None)
        return int((target_ms or VISIT_MS_UNKNOWN) * self._chance.triangular(0.25, 1.1, 0.5))

    async def _asked(self, path: str, token: str, body: object) -> dict[str, Any]:
        answer = await self._api.post(path, json=body, headers={"Authorization": f"Bearer {token}"})
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        told: dict[str, Any] = answer.json()
        return told


async def _told(link: Link[Any], call: int, what: str) -> None:
    outcome = await link.command("report_call", call=call, what=what)
    assert outcome.accepted, f"call {call} was not {what}: {outcome.code} {outcome.detail}"
