"""The states that travel in whole views, as types: one list feeds HTTP, the socket and both descriptions.

A key ending in `_at_ms` is an instant (ms since 1970 UTC), one ending in `_ms` a length of time. Every list has a
bound. Names by language map a language code ("id", "en") to text. Clients ignore keys they do not know.
"""

from typing import Literal

import msgspec

TicketStateName = Literal[
    "waiting", "called", "serving", "parked", "no_show", "done", "cancelled", "unserved"
]
CategoryName = Literal[
    "regular", "disabled", "elderly", "pregnant", "child", "natural_disaster", "social_disaster"
]
CounterStateName = Literal["closed", "open", "paused"]
VoiceStateName = Literal["pending", "speaking", "spoken", "dropped", "withdrawn"]
PrintStateName = Literal["printing", "printed", "on_screen", "abandoned"]
DeviceStatusName = Literal["ready", "paper_low", "paper_out", "failed", "offline", "sound_blocked", "muted"]
"""What a device says of itself; `offline` is also what the hub says of one that is not connected."""

WarningCode = Literal[
    "voice_missing", "voice_blocked", "speech_down", "screen_missing", "printer_paper_low", "printer_paper_out",
    "printer_failed", "printer_offline", "call_dropped", "call_unconfirmed", "print_abandoned", "clock_in_doubt",
    "store_trouble", "configuration_refused", "restore_unconfirmed", "insecure_lan", "certificate_ending",
]  # fmt: skip
"""What staff may need to know; pages have words for each."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything that travels down."""


class Estimate(Shape, frozen=True, kw_only=True):
    """A waiting time as a range."""

    low_ms: int
    high_ms: int


class TicketView(Shape, frozen=True, kw_only=True):
    """One ticket, as its holder and the staff see it."""

    id: str
    number: str
    service: str
    category: CategoryName
    state: TicketStateName
    ahead: int | None
    """Of those waiting now, how many would be called before this one; null unless waiting."""
    estimate: Estimate | None
    counter: str | None
    """Null unless called or serving."""
    issued_at_ms: int
    called_at_ms: int | None
    calls: int
    seq: int
    # Beyond the contract's list:
    hall: str
    language: str
    service_name: dict[str, str]
    agency_name: dict[str, str]
    counter_name: str | None
    zone: str | None
    zone_name: dict[str, str] | None
    started_at_ms: int | None
    print: PrintStateName | None
    """What became of its paper; null: none was asked for."""


class HallHead(Shape, frozen=True, kw_only=True):
    id: str
    name: str
    timezone: str
    languages: list[str]


class AgencyHead(Shape, frozen=True, kw_only=True):
    id: str
    name: dict[str, str]


class ServiceSummary(Shape, frozen=True, kw_only=True):
    id: str
    agency: str
    prefix: str
    name: dict[str, str]
    open: bool
    waiting: int
    estimate: Estimate | None
    """For one who would take a ticket now."""
    opens_at_ms: int | None
    """When it opens next; null while open or where no opening is known."""
    closes_at_ms: int | None
    """When it closes; null while closed."""


class CounterSummary(Shape, frozen=True, kw_only=True):
    id: str
    name: str
    zone: str
    state: CounterStateName
    number: str | None
    """The ticket in hand."""
    services: list[str]


class ZoneHead(Shape, frozen=True, kw_only=True):
    id: str
    name: dict[str, str]


class HallView(Shape, frozen=True, kw_only=True):
    """What anyone may know of the hall."""

    seq: int
    journal_id: str
    hall: HallHead
    agencies: list[AgencyHead]
    zones: list[ZoneHead]
    services: list[ServiceSummary]
    counters: list[CounterSummary]


class SpeechText(Shape, frozen=True, kw_only=True):
    text: str
    audio: list[str]
    """Addresses of sound files, to be played one after the other."""


class CallView(Shape, frozen=True, kw_only=True):
    """One call as screens show it and voices say it."""

    call: int
    """Never used twice in a hall."""
    number: str
    service: str
    counter: str
    counter_name: str
    times: int
    """1: first call; 2 and more: recalls."""
    called_at_ms: int
    speech: dict[str, SpeechText]
    """By language, in the hall's order."""
    voice: VoiceStateName


class DisplayState(Shape, frozen=True, kw_only=True):
    """One zone's screens."""

    hall: HallHead
    zone: str
    zone_name: dict[str, str]
    calls: list[CallView]
    """Newest first: the last ten and whatever is not yet spoken, at most 64."""
    serving: dict[str, str | None]
    """Counter to the number in hand; every counter of the zone."""
    waiting: dict[str, int]
    """Service to how many wait; every service served in the zone."""
    counters: list[CounterSummary]
    """Of this zone, in the order of the configuration."""
    services: list[ServiceSummary]
    """Of this zone."""
    agencies: list[AgencyHead]
    notice: dict[str, str]
    """The running text."""
    announce_within_ms: int
    chime: str
    """Address of the sound that comes before a call."""


class AnnouncerState(Shape, frozen=True, kw_only=True):
    """What the voice of one zone has to say."""

    zone: str
    granted: bool
    """Whether this connection is the zone's voice; the others stay silent."""
    languages: list[str]
    chime: str
    calls: list[CallView]
    """Oldest first: not yet spoken, at most 64."""
    announce_within_ms: int


class KioskService(Shape, frozen=True, kw_only=True):
    id: str
    agency: str
    prefix: str
    name: dict[str, str]
    requirements: dict[str, list[str]]
    """What to bring, by language."""
    target_ms: int | None
    open: bool
    waiting: int
    is_full: bool
    estimate: Estimate | None
    opens_at_ms: int | None
    closes_at_ms: int | None


class KioskTicket(Shape, frozen=True, kw_only=True):
    """What became of the paper of a ticket taken here lately."""

    id: str
    number: str
    print: PrintStateName | None


class DeviceHead(Shape, frozen=True, kw_only=True):
    """A device and how it is."""

    id: str
    status: DeviceStatusName
    detail: str
    """Plain words for the staff; empty when ready."""
    since_at_ms: int
    """When it came to this status; 0: it was never seen."""


class KioskState(Shape, frozen=True, kw_only=True):
    """One kiosk."""

    hall: HallHead
    kiosk: str
    kiosk_name: dict[str, str]
    agencies: list[AgencyHead]
    services: list[KioskService]
    printer: DeviceHead | None
    """Null: this kiosk shows numbers only."""
    tickets: list[KioskTicket]
    """Newest first, at most 8."""
    public_url: str | None
    """What the QR code's address begins with; null: there is no QR code."""
    wifi: str | None
    clock_in_doubt: bool


class WaitingTicket(Shape, frozen=True, kw_only=True):
    """One of those next in line, without identity: no number, no category."""

    id: str
    service: str
    arrived_at_ms: int


class HeldTicket(Shape, frozen=True, kw_only=True):
    """A parked or missed ticket; it was called before, so its number is known."""

    id: str
    number: str
    service: str
    since_at_ms: int


class LastCall(Shape, frozen=True, kw_only=True):
    """What became of the counter's last call."""

    call: int
    number: str
    times: int
    called_at_ms: int
    shown: int
    """On how many screens."""
    screens: int
    """Of how many configured in the zone."""
    voice: VoiceStateName
    speaking_at_ms: int | None
    spoken_at_ms: int | None


class OfficerHead(Shape, frozen=True, kw_only=True):
    id: str
    name: str


class AgencyService(Shape, frozen=True, kw_only=True):
    id: str
    agency: str
    name: dict[str, str]
    open: bool


class Warning(Shape, frozen=True, kw_only=True):  # noqa: A001 -- the field's plain word; the builtin is not used here
    """Something staff should know; `code` is translated by the page, `subject` names what it is about."""

    code: WarningCode
    subject: str
    since_at_ms: int
    detail: str


class CounterView(Shape, frozen=True, kw_only=True):
    """One counter, as its officer sees it. `state` of the live view and answer of open, pause, resume, close."""

    hall: HallHead
    counter: str
    name: str
    zone: str
    state: CounterStateName
    officer: OfficerHead | None
    since_at_ms: int
    pause_reason: str | None
    services: list[ServiceSummary]
    """Those this counter serves."""
    all_services: list[AgencyService]
    """Every service of the hall, for transfers."""
    all_counters: list[CounterSummary]
    """Every counter of the hall, for transfers."""
    agencies: list[AgencyHead]
    ticket: TicketView | None
    waiting: list[WaitingTicket]
    """In the order in which they would be called, at most 50."""
    waiting_count: int
    parked: list[HeldTicket]
    missed: list[HeldTicket]
    last_call: LastCall | None
    undo_until_at_ms: int | None
    seq: int
    warnings: list[Warning]


class PaperTicket(Shape, frozen=True, kw_only=True):
    """What stands on a ticket's paper. The category never does."""

    hall_name: str
    agency_name: dict[str, str]
    service_name: dict[str, str]
    number: str
    language: str
    """The citizen's choice: the language of the paper."""
    timezone: str
    issued_at_ms: int
    ahead: int | None
    estimate: Estimate | None
    url: str | None
    """What the QR code says; null: no QR code."""
    wifi: str | None


class PrintJobView(Shape, frozen=True, kw_only=True):
    job: str
    attempt: int
    """The attempt to make now, from 1."""
    copy: bool
    """Print COPY: a reprint, or an attempt above 1."""
    requested_at_ms: int
    paper: PaperTicket


class PrinterState(Shape, frozen=True, kw_only=True):
    """One printer's work."""

    printer: str
    paper_width_mm: int
    jobs: list[PrintJobView]
    """Oldest first, at most 64."""


class ManagerService(Shape, frozen=True, kw_only=True):
    id: str
    agency: str
    prefix: str
    name: dict[str, str]
    open: bool
    waiting: int
    oldest_arrived_at_ms: int | None
    """Arrival of the one who waits longest; null: nobody waits."""
    counters_open: int
    target_ms: int | None
    served: int
    """Finished today."""


class ManagerCounter(Shape, frozen=True, kw_only=True):
    id: str
    name: str
    zone: str
    state: CounterStateName
    officer: OfficerHead | None
    since_at_ms: int
    pause_reason: str | None
    number: str | None
    in_hand_since_at_ms: int | None
    services: list[str]


class ScreenHead(Shape, frozen=True, kw_only=True):
    id: str
    zone: str
    status: DeviceStatusName
    detail: str
    since_at_ms: int


class VoiceHead(Shape, frozen=True, kw_only=True):
    zone: str
    status: DeviceStatusName
    detail: str
    since_at_ms: int
    pending: int
    """Calls waiting to be spoken."""
    dropped_today: int


class ManagerState(Shape, frozen=True, kw_only=True):
    """The hall manager's board."""

    hall: HallHead
    date: str | None
    agencies: list[AgencyHead]
    zones: list[ZoneHead]
    services: list[ManagerService]
    counters: list[ManagerCounter]
    screens: list[ScreenHead]
    voices: list[VoiceHead]
    kiosks: list[DeviceHead]
    printers: list[DeviceHead]
    warnings: list[Warning]
    """What is not confirmed and what failed, newest first, at most 50."""
    issued_today: int
    waiting_now: int
    clock_in_doubt: bool


class TicketAnswer(Shape, frozen=True, kw_only=True):
    """The answer to what an officer does with a ticket."""

    ticket: TicketView | None
    """In hand now, or the one that just left the counter; null: nobody waits."""


class Empty(Shape, frozen=True, kw_only=True):
    """The answer to a report: that it was accepted is all there is to say."""
