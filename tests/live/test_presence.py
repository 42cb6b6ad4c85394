"""Which devices are there: who speaks, who prints, what was shown, and what the staff is told of it."""

from collections.abc import Mapping
from typing import Any

import pytest

from queue_server.clock import FakeClock
from queue_server.domain.hall import ScreenId
from queue_server.domain.model import ActorId, CallNo
from queue_server.live.presence import SHOWN_COUNT_MAX, PresenceBook, Seat, Sitter
from queue_server.views.presence import Device, Presence
from tests.views.build import T0

VOICE, PRINTER, KIOSK, SCREEN = (
    Seat(kind, name)
    for kind, name in (("voice", "east"), ("printer", "p1"), ("kiosk", "k1"), ("screen", "s1"))
)


class Book:
    """A presence book and all that it tells."""

    def __init__(self) -> None:
        self.clock = FakeClock(T0)
        self.changes: list[Seat] = []
        self.names = {ActorId("officer:1"): "Siti"}
        self.book = PresenceBook(
            journal_id="j", clock=self.clock, name_of=self.names.get, on_change=self.changes.append
        )
        self.told: list[str] = []

    def sitter(self, name: str) -> Sitter:
        return Sitter(
            on_granted=lambda: self.told.append(f"{name} granted"),
            on_displaced=lambda: self.told.append(f"{name} displaced"),
        )

    def join(self, seat: Seat, name: str) -> Sitter:
        sitter = self.sitter(name)
        self.book.join(seat, sitter)
        return sitter

    def device(self, seat: Seat) -> Device:
        """What is told of a screen or kiosk."""
        kinds: dict[str, Mapping[Any, Device]] = {"screen": self.seen.screens, "kiosk": self.seen.kiosks}
        return kinds[seat.kind][seat.id]

    @property
    def seen(self) -> Presence:
        return self.book.snapshot()


@pytest.fixture
def desk() -> Book:
    return Book()


def test_a_device_is_ready_when_it_comes_and_offline_when_it_went(desk: Book) -> None:
    """Since the instant at which it came to be so; nothing is known of one that never came."""
    desk.clock.advance(5)
    sitter = desk.join(KIOSK, "a")
    here = desk.seen.kiosks
    desk.clock.advance(5)
    desk.book.leave(KIOSK, sitter)

    assert {"k1": Device(status="ready", since_ms=T0 + 5)} == here
    assert {"k1": Device(status="offline", since_ms=T0 + 10)} == desk.seen.kiosks
    assert ({}, {}, {}) == (desk.seen.screens, desk.seen.voices, desk.seen.printers)


def test_a_device_that_came_back_is_here(desk: Book) -> None:
    """Its absence is forgotten with its return."""
    desk.book.leave(SCREEN, desk.join(SCREEN, "a"))
    desk.join(SCREEN, "b")

    assert "ready" == desk.seen.screens[ScreenId("s1")].status


def test_each_kind_of_seat_is_told_in_its_place(desk: Book) -> None:
    """Screens, voices by zone, kiosks, printers."""
    for seat in (VOICE, PRINTER, KIOSK, SCREEN):
        desk.join(seat, seat.kind)

    assert [{"s1"}, {"east"}, {"k1"}, {"p1"}] == [
        set(known) for known in (desk.seen.screens, desk.seen.voices, desk.seen.kiosks, desk.seen.printers)
    ]


def test_the_first_voice_is_granted_and_the_next_in_line_follows(desk: Book) -> None:
    """One voice speaks in a zone: in the order in which they came, told exactly once."""
    sitters = [desk.join(VOICE, name) for name in ("a", "b", "c")]
    granted = [[desk.book.is_granted(VOICE, sitter) for sitter in sitters]]
    for leaving in (sitters[1], sitters[0], sitters[2]):
        desk.book.leave(VOICE, leaving)
        granted.append([desk.book.is_granted(VOICE, sitter) for sitter in sitters])

    assert [[True, False, False], [True, False, False], [False, False, True], [False] * 3] == granted
    assert ["c granted"] == desk.told


def test_another_zones_voice_is_another_seat(desk: Book) -> None:
    """Each zone has its own."""
    first, other = desk.join(VOICE, "a"), desk.join(Seat("voice", "west"), "b")

    assert desk.book.is_granted(VOICE, first)
    assert desk.book.is_granted(Seat("voice", "west"), other)
    assert not desk.book.is_granted(Seat("voice", "west"), first)


def test_the_zone_is_told_how_its_granted_voice_is(desk: Book) -> None:
    """A silent one's trouble is nobody's until it speaks."""
    first, second = desk.join(VOICE, "a"), desk.join(VOICE, "b")
    desk.book.tell(VOICE, second, "sound_blocked", "tap")
    before = desk.seen.voices
    desk.book.leave(VOICE, first)

    assert ["ready", "sound_blocked"] == [
        voices[next(iter(voices))].status for voices in (before, desk.seen.voices)
    ]


def test_a_newer_printer_agent_displaces_the_older(desk: Book) -> None:
    """Told once; when the older goes at last, the newer stays."""
    older = desk.join(PRINTER, "older")
    newer = desk.join(PRINTER, "newer")
    desk.book.leave(PRINTER, older)
    after = desk.seen.printers

    assert ["older displaced"] == desk.told
    assert desk.book.is_granted(PRINTER, newer)
    assert ["ready"] == [device.status for device in after.values()]


def test_everyone_else_sits_together(desk: Book) -> None:
    """Two pages of one screen or kiosk: the seat is empty when both are gone."""
    for seat in (SCREEN, KIOSK):
        first, second = desk.join(seat, "a"), desk.join(seat, "b")
        desk.book.leave(seat, first)
        here = desk.device(seat)
        desk.book.leave(seat, second)
        gone = desk.device(seat)

        assert ("ready", "offline") == (here.status, gone.status)
    assert [] == desk.told


def test_whoever_never_sat_leaves_nothing(desk: Book) -> None:
    """A second goodbye, or one of a displaced agent, changes nothing and tells nobody."""
    desk.join(VOICE, "a")
    changes = len(desk.changes)
    desk.book.leave(VOICE, desk.sitter("stranger"))
    desk.book.leave(Seat("voice", "nowhere"), desk.sitter("stranger"))

    assert changes == len(desk.changes)
    assert {"east"} == set(desk.seen.voices)


def test_what_a_device_says_is_kept_since_it_began_to_say_so(desk: Book) -> None:
    """The same word again is no news: neither the instant nor anybody's view moves."""
    sitter = desk.join(PRINTER, "a")
    desk.clock.advance(10)
    desk.book.tell(PRINTER, sitter, "paper_low", "ten left")
    changes = len(desk.changes)
    desk.clock.advance(10)
    desk.book.tell(PRINTER, sitter, "paper_low", "ten left")
    same = (len(desk.changes), *desk.seen.printers.values())
    desk.book.tell(PRINTER, sitter, "paper_low", "nine left")

    assert (changes, Device(status="paper_low", detail="ten left", since_ms=T0 + 10)) == same
    assert [Device(status="paper_low", detail="nine left", since_ms=T0 + 20)] == list(
        desk.seen.printers.values()
    )


def test_shown_counts_screens_and_not_reports(desk: Book) -> None:
    """Each once, however often it says so. Source: contract, "on 3 of 4 screens"."""
    counts = [desk.book.shown(CallNo(1), ScreenId(name)) for name in ("s1", "s1", "s2", "s1")]
    counts.append(desk.book.shown(CallNo(2), ScreenId("s1")))

    assert [1, 1, 2, 2, 1] == counts
    assert {1: {"s1", "s2"}, 2: {"s1"}} == desk.seen.shown
    assert Seat("shown", "1") == desk.changes[0]


def test_only_so_many_calls_are_remembered(desk: Book) -> None:
    """A storm's worth; the oldest are forgotten first."""
    for number in range(1, SHOWN_COUNT_MAX + 11):
        desk.book.shown(CallNo(number), ScreenId("s1"))

    assert set(range(11, SHOWN_COUNT_MAX + 11)) == set(desk.seen.shown)


def test_a_trouble_lasts_since_it_began_and_ends_in_a_word(desk: Book) -> None:
    """Told in new words it is still the same trouble."""
    desk.book.trouble("store_trouble", "", "no space")
    desk.clock.advance(60)
    desk.book.trouble("store_trouble", "", "still no space")
    desk.book.trouble("speech_down", "", "gone")
    lasting = [(one.code, one.detail, one.since_ms) for one in desk.seen.troubles]
    desk.book.trouble("store_trouble", "", None)

    assert [("store_trouble", "still no space", T0), ("speech_down", "gone", T0 + 60)] == lasting
    assert ["speech_down"] == [one.code for one in desk.seen.troubles]


@pytest.mark.parametrize(
    ("before", "now", "is_told"), [(False, True, True), (False, False, False), (True, True, False)]
)
def test_a_clock_in_doubt_is_told_when_it_changes(desk: Book, before: bool, now: bool, is_told: bool) -> None:
    """Asked every second, told when there is something to tell."""
    desk.book.clock_in_doubt(is_in_doubt=before)
    count = len(desk.changes)
    desk.book.clock_in_doubt(is_in_doubt=now)

    assert (is_told, now) == (len(desk.changes) > count, desk.seen.is_clock_in_doubt)


def test_names_are_the_accounts_own_at_the_moment_of_the_look(desk: Book) -> None:
    """Looked up one by one; nobody can list them through here."""
    names = desk.seen.names
    desk.names[ActorId("officer:1")] = "Siti Aminah"

    assert "Siti Aminah" == names[ActorId("officer:1")]
    assert "" == names.get(ActorId("officer:2"), "")
    assert ([], 0) == (list(names), len(names))


def test_a_rename_is_told_to_those_who_show_names(desk: Book) -> None:
    """The snapshot is made anew, so that no view is taken for unchanged."""
    before = desk.seen
    desk.book.names_changed()

    assert before is not desk.seen
    assert [Seat("trouble", "names")] == desk.changes


def test_a_snapshot_is_one_value_until_something_changes(desk: Book) -> None:
    """Views of one moment are built from one object, and it never changes under them."""
    desk.join(SCREEN, "a")
    first = desk.seen
    again = desk.seen
    desk.book.shown(CallNo(1), ScreenId("s1"))

    assert first is again
    assert [0, 1] == [len(snapshot.shown) for snapshot in (first, desk.seen)]
    assert "j" == first.journal_id
