"""New devices come in by a code. Law: docs/security.md, "Pairing".

The clock is an argument everywhere, so a code's ten minutes pass at once.
"""

import itertools
import math
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.clock import FakeClock
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.identity import codes
from queue_server.identity.credentials import TOKEN_PREFIX
from queue_server.identity.heads import WaitingHead
from queue_server.identity.model import (
    PAIRING_LIVES_MS,
    PairedDevice,
    PairingId,
    Role,
    StartedPairing,
    Wants,
)
from queue_server.identity.pairing_rules import WAITING_COUNT_MAX, WAITING_PER_ADDRESS_MAX
from queue_server.identity.store import IdentityStore
from tests.identity.examples import HALL, Reopen, code_of
from tests.identity.test_secrecy import bytes_in

ADDRESS = "192.168.1.44"
LOOK_ALIKES = ("0O", "1IL", "2Z", "5S", "8B", "UV")


async def shown(store: IdentityStore, wants: Wants = Wants.PAGE, address: str = ADDRESS) -> StartedPairing:
    """A device that waits from now on."""
    started = await store.pairings.start(wants, address)
    assert isinstance(started, StartedPairing), started
    return started


async def approved(
    store: IdentityStore, code: str, role: Role = Role.KIOSK, device: str = "kiosk-1"
) -> Rejected | None:
    """What an administrator does: looks the code up, then says what the device is."""
    found = await store.pairings.find(code)
    if isinstance(found, Rejected):
        return found
    return await store.pairings.approve(found.id, code, role=role, hall=HALL, device=device)


async def became(store: IdentityStore, started: StartedPairing) -> PairedDevice:
    """What the device hears once it was approved."""
    device = await store.pairings.ask(started.secret)
    assert isinstance(device, PairedDevice), device
    return device


def test_a_code_has_38_bits_and_no_look_alikes() -> None:
    """Eight of 27 symbols; of each pair that is misread at most one is there."""
    assert 38 <= codes.CODE_CHARS * math.log2(len(set(codes.ALPHABET)))
    assert all(sum(symbol in codes.ALPHABET for symbol in pair) <= 1 for pair in LOOK_ALIKES)
    drawn = {codes.new_code() for _ in range(200)}
    assert 200 == len(drawn)
    assert {codes.CODE_CHARS} == {len(code) for code in drawn}


def test_what_a_person_types_is_read_kindly() -> None:
    """Small letters, any grouping, and the symbol that the eye took it for."""
    assert "85VACDEF" == codes.read(" bsuA-cdef ")
    assert "ACDEFGHJ" == codes.read(codes.shown("ACDEFGHJ"))
    assert [None] * 4 == [codes.read(text) for text in ("", "ACDE", "ACDE-FGH0", "ACDE-FGHJ-K")]


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_code_or_none(text: str) -> None:
    """Any text at all, lone surrogates too."""
    found = codes.read(text)

    assert found is None or (codes.CODE_CHARS == len(found) and set(found) <= set(codes.ALPHABET))


async def test_a_kiosk_s_browser_comes_in_as_by_a_link(store: IdentityStore) -> None:
    """It waits until it is approved; then it has a session of that kiosk, as long as any device's."""
    started = await shown(store)
    before = await store.pairings.ask(started.secret)

    assert await approved(store, started.code) is None

    device = await became(store, started)
    identity = store.identify(None, device.secret)
    assert isinstance(before, WaitingHead)
    assert identity is not None
    assert (Role.KIOSK, HALL, "kiosk-1") == (identity.role, identity.hall, identity.device)
    assert store.identify(device.secret, None) is None, "a session is no token"
    assert [identity.credential] == [head.id for head in store.sessions()]


@pytest.mark.parametrize(("wants", "role"), [(Wants.DISPLAY, Role.DISPLAY), (Wants.PRINTER, Role.PRINTER)])
async def test_an_agent_comes_in_with_a_token(store: IdentityStore, wants: Wants, role: Role) -> None:
    """One like any other: with the prefix that scanners know, listed, without an end."""
    started = await shown(store, wants)

    assert await approved(store, started.code, role, "somewhere") is None

    device = await became(store, started)
    (head,) = store.tokens()
    assert device.secret.startswith(TOKEN_PREFIX)
    assert device.identity == store.identify(device.secret, None)
    assert (head.id, None) == (device.identity.credential, head.expires_at_ms)


async def test_an_answer_that_was_lost_is_given_again(store: IdentityStore) -> None:
    """The same credential, and no second one."""
    started = await shown(store)
    await approved(store, started.code)

    first, second = [(await became(store, started)).secret for _ in range(2)]

    assert first == second
    assert 1 == len(store.sessions())


async def test_whoever_has_only_the_code_gets_nothing(store: IdentityStore) -> None:
    """The code is read from across the room; asked with, it is as wrong as anything else, before and after.

    The control is the device's own question, which is answered both times.
    """
    started = await shown(store)
    plain = started.code.replace("-", "")
    thefts = [await store.pairings.ask(text) for text in (started.code, plain)]
    own = await store.pairings.ask(started.secret)
    await approved(store, started.code)
    thefts += [await store.pairings.ask(text) for text in (started.code, plain)]

    assert [Refusal.UNAUTHENTICATED] * 4 == [code_of(theft) for theft in thefts]
    assert [None, None] == [store.identify(text, None) for text in (started.code, plain)]
    assert isinstance(own, WaitingHead)
    assert (await became(store, started)).identity.device == "kiosk-1"


async def test_the_device_s_secret_opens_nothing_by_itself(store: IdentityStore) -> None:
    """Neither as a token nor as a cookie nor as a code, before and after: what it becomes is another secret."""
    started = await shown(store, Wants.PRINTER)
    await approved(store, started.code, Role.PRINTER, "printer-1")

    assert store.identify(started.secret, None) is None
    assert store.identify(None, started.secret) is None
    assert Refusal.INVALID == code_of(await store.pairings.find(started.secret))
    assert started.secret not in (await became(store, started)).secret


async def test_a_code_is_used_once(store: IdentityStore) -> None:
    """Whoever types it again approves nothing, at another place neither."""
    started = await shown(store)
    assert await approved(store, started.code) is None

    again = await approved(store, started.code, Role.DISPLAY, "screen-a-1")

    assert Refusal.INVALID == code_of(again)
    assert ["kiosk-1"] == [head.device for head in store.sessions()]


async def test_a_code_ends_after_ten_minutes(store: IdentityStore, clock: FakeClock) -> None:
    """At the last millisecond it may be approved, at the next neither found nor asked for."""
    last, late = await shown(store), await shown(store)
    clock.advance(PAIRING_LIVES_MS - 1)
    assert await approved(store, last.code) is None
    clock.advance(1)

    assert Refusal.INVALID == code_of(await approved(store, late.code))
    assert Refusal.UNAUTHENTICATED == code_of(await store.pairings.ask(late.secret))
    assert () == store.pairings.waiting()


async def test_an_approved_device_has_ten_minutes_to_fetch_what_it_has_become(
    store: IdentityStore, clock: FakeClock
) -> None:
    """After that its secret is worth nothing; what it fetched stays."""
    started = await shown(store)
    await approved(store, started.code)
    device = await became(store, started)
    clock.advance(PAIRING_LIVES_MS)

    assert Refusal.UNAUTHENTICATED == code_of(await store.pairings.ask(started.secret))
    assert store.identify(None, device.secret) is not None


async def test_a_device_that_is_turned_away_hears_it_and_its_code_is_worth_nothing(
    store: IdentityStore,
) -> None:
    """A stranger's tablet in the list costs one click."""
    started = await shown(store)
    (waiting,) = store.pairings.waiting()

    assert await store.pairings.withdraw(waiting.id) is None

    assert Refusal.UNAUTHENTICATED == code_of(await store.pairings.ask(started.secret))
    assert Refusal.INVALID == code_of(await approved(store, started.code))
    assert Refusal.INVALID == code_of(await store.pairings.withdraw(waiting.id))


async def test_who_approves_sees_what_he_approves(store: IdentityStore) -> None:
    """The code names one device, with its kind and address; the list of those who wait has no code at all."""
    kiosk, printer = await shown(store), await shown(store, Wants.PRINTER, "192.168.1.45")

    found = await store.pairings.find(printer.code.lower())

    assert isinstance(found, WaitingHead)
    assert (Wants.PRINTER, "192.168.1.45") == (found.wants, found.address)
    assert 2 == len(store.pairings.waiting())
    told = repr(store.pairings.waiting())
    assert not any(text in told for one in (kiosk, printer) for text in (one.code[:4], one.secret))


async def test_another_device_s_code_approves_nothing(store: IdentityStore) -> None:
    """He looked at one device and typed the code of another: a mistake, or somebody's trick."""
    one, other = await shown(store), await shown(store)
    found = await store.pairings.find(one.code)
    assert isinstance(found, WaitingHead)

    refused = await store.pairings.approve(found.id, other.code, role=Role.KIOSK, hall=HALL, device="kiosk-1")

    assert Refusal.INVALID == code_of(refused)
    assert 2 == len(store.pairings.waiting())


MISFITS = [
    (Wants.PAGE, Role.PRINTER),
    (Wants.PAGE, Role.ADMIN),
    (Wants.PAGE, Role.OFFICER),
    (Wants.DISPLAY, Role.KIOSK),
    (Wants.PRINTER, Role.DISPLAY),
]


@pytest.mark.parametrize(("wants", "role"), MISFITS)
async def test_a_device_becomes_no_more_than_its_kind(store: IdentityStore, wants: Wants, role: Role) -> None:
    """No code makes an officer or an administrator, and no browser a printer."""
    started = await shown(store, wants)

    assert Refusal.INVALID == code_of(await approved(store, started.code, role))
    assert isinstance(await store.pairings.ask(started.secret), WaitingHead)


async def test_too_many_do_not_wait_and_are_told_for_how_long(store: IdentityStore, clock: FakeClock) -> None:
    """Eight of one address, 32 of the hub; ten minutes later there is room again."""
    for _ in range(WAITING_PER_ADDRESS_MAX):
        await shown(store)
    own = await store.pairings.start(Wants.PAGE, ADDRESS)
    for number in range(WAITING_COUNT_MAX - WAITING_PER_ADDRESS_MAX):
        await shown(store, address=f"10.0.0.{number}")
    all_ = await store.pairings.start(Wants.PAGE, "10.0.1.1")

    assert isinstance(own, Rejected)
    assert isinstance(all_, Rejected)
    assert [Refusal.TOO_MANY] * 2 == [own.code, all_.code]
    assert PAIRING_LIVES_MS == own.more["retry_after_ms"]
    clock.advance(PAIRING_LIVES_MS)
    await shown(store)
    assert 1 == len(store.pairings.waiting())


async def test_five_thousand_guessed_codes_find_none_of_32(store: IdentityStore) -> None:
    """From one seed; the right one, tried the same way, is found."""
    waiting = [await shown(store, address=f"10.0.0.{number}") for number in range(WAITING_COUNT_MAX)]
    chance = random.Random(20_261_125)  # noqa: S311 -- an attacker's guesses, the same on every run
    guesses = ("".join(chance.choices(codes.ALPHABET, k=codes.CODE_CHARS)) for _ in itertools.count())

    found = [
        guess for guess in itertools.islice(guesses, 5_000) if not code_of(await store.pairings.find(guess))
    ]

    assert [] == found
    assert [None] * WAITING_COUNT_MAX == [code_of(await store.pairings.find(one.code)) for one in waiting]


async def test_rubbish_is_only_ever_wrong(store: IdentityStore) -> None:
    """The doors that anyone may knock at, and the one for administrators."""
    await shown(store)
    for rubbish in ("", "\ud800", "x" * 10_000, "'; DROP TABLE pairings; --", "\x00"):
        assert Refusal.UNAUTHENTICATED == code_of(await store.pairings.ask(rubbish))
        assert Refusal.INVALID == code_of(await store.pairings.find(rubbish))
        assert Refusal.INVALID == code_of(await store.pairings.withdraw(PairingId(rubbish)))


async def test_a_restart_keeps_who_waits_and_no_secret_is_on_disk(reopen: Reopen, tmp_path: Path) -> None:
    """A hub that is restarted between code and approval costs nobody a walk; a stolen file opens nothing."""
    async with reopen() as store:
        started, agent = await shown(store), await shown(store, Wants.PRINTER)
        await approved(store, agent.code, Role.PRINTER, "printer-1")
        token = (await became(store, agent)).secret
    async with reopen() as store:
        assert isinstance(await store.pairings.ask(started.secret), WaitingHead)
        assert token == (await became(store, agent)).secret
        assert await approved(store, started.code) is None
        session = (await became(store, started)).secret
    raw = bytes_in(tmp_path)

    assert ADDRESS.encode() in raw
    secrets = (started.secret, agent.secret, token, token.removeprefix(TOKEN_PREFIX), session)
    assert [] == [secret for secret in secrets if secret.encode() in raw]


async def test_what_a_pairing_became_can_be_revoked_and_the_secret_does_not_bring_it_back(
    store: IdentityStore,
) -> None:
    """Within the ten minutes too."""
    started = await shown(store, Wants.PRINTER)
    await approved(store, started.code, Role.PRINTER, "printer-1")
    device = await became(store, started)
    assert device.identity.credential is not None

    assert await store.revoke(device.identity.credential) is None

    assert store.identify(device.secret, None) is None
    assert Refusal.UNAUTHENTICATED == code_of(await store.pairings.ask(started.secret))
