"""Tokens and one-use links: who they stand for, what ends them. Law: contract, "Processes" (token, link)."""

import asyncio

import pytest

from queue_server.clock import FakeClock
from queue_server.domain.hall import HallId
from queue_server.domain.model import ActorId
from queue_server.domain.refusals import Refusal
from queue_server.identity.model import ANYONE, CredentialId, Identity, Role
from queue_server.identity.rules import (
    DEVICE_SESSION_LIVES_MS,
    LINK_LIVES_MS,
    PERSON_SESSION_LIVES_MS,
)
from queue_server.identity.store import IdentityStore
from tests.identity.examples import HALL, PASSWORD, Reopen, actor, code_of, granted

DEVICES = [(Role.KIOSK, "kiosk-1"), (Role.DISPLAY, "screen-a1"), (Role.PRINTER, "p1")]


@pytest.mark.parametrize(("role", "device"), DEVICES)
async def test_a_device_s_token_and_its_link_stand_for_the_same_actor(
    store: IdentityStore, role: Role, device: str
) -> None:
    """`kiosk:kiosk-1` is one kiosk, whether it shows a header or a cookie."""
    token = granted(await store.make_token(role, HALL, device))
    session = granted(await store.redeem_link(granted(await store.make_link(role, HALL, device))))

    by_token, by_cookie = store.identify(token, None), store.identify(None, session)

    assert by_token is not None
    assert by_cookie is not None
    expected = Identity(
        actor=ActorId(f"{role}:{device}"),
        role=role,
        hall=HALL,
        device=device,
        credential=by_token.credential,
    )
    assert expected == by_token
    assert (expected.actor, role, HALL, device) == (
        by_cookie.actor,
        by_cookie.role,
        by_cookie.hall,
        by_cookie.device,
    )
    assert store.display_name(by_token.actor) is None


async def test_an_officer_s_tokens_under_one_name_are_one_person_and_without_a_name_are_new_ones(
    store: IdentityStore,
) -> None:
    """`antrean token --role officer --name Siti` twice gives two tokens of one Siti, who has no account."""
    tokens = [
        granted(await store.make_token(Role.OFFICER, HALL, name=name))
        for name in ("Siti", "Siti", None, None)
    ]

    found = [store.identify(token, None) for token in tokens]

    siti, siti_again, one, other = (identity.actor for identity in found if identity is not None)
    assert siti == siti_again
    assert len({siti, one, other}) == 3
    assert store.display_name(siti) == "Siti"
    assert store.display_name(one) is None
    assert not store.accounts()


async def test_the_same_name_in_another_role_or_hall_or_with_an_account_is_someone_else(
    store: IdentityStore,
) -> None:
    """A token must never inherit the rights of a namesake."""
    account = actor(await store.create_account("Siti", PASSWORD, Role.OFFICER, hall=HALL))
    tokens = [
        granted(await store.make_token(role, hall, name="Siti"))
        for role, hall in [(Role.OFFICER, HALL), (Role.MANAGER, HALL), (Role.OFFICER, HallId("babat"))]
    ]

    found = [store.identify(token, None) for token in tokens]

    assert len({account, *(identity.actor for identity in found if identity is not None)}) == 4


MISFITS: dict[str, tuple[Role, HallId | None, str | None, str | None]] = {
    "a kiosk without a device": (Role.KIOSK, HALL, None, None),
    "a screen without a hall": (Role.DISPLAY, None, "screen-a1", None),
    "an officer with a device": (Role.OFFICER, HALL, "kiosk-1", "Siti"),
    "a name that hides something": (Role.OFFICER, HALL, None, "Siti\u202e"),
}


@pytest.mark.parametrize(("rule", "wanted"), MISFITS.items())
async def test_what_fits_no_role_gets_no_token(
    store: IdentityStore, rule: str, wanted: tuple[Role, HallId | None, str | None, str | None]
) -> None:
    """Exactly the devices' roles have a device, and a device stands in one hall."""
    assert code_of(await store.make_token(*wanted)) == Refusal.INVALID, rule
    assert code_of(await store.make_link(*wanted)) == Refusal.INVALID, rule
    assert not store.tokens()


async def test_a_revoked_token_opens_nothing_at_once_and_listeners_hear_of_it(store: IdentityStore) -> None:
    """Live sockets close by it; the other token of the same kiosk stays."""
    heard: list[frozenset[CredentialId]] = []
    store.on_revoked(heard.append)
    lost, kept = [granted(await store.make_token(Role.KIOSK, HALL, "kiosk-1")) for _ in range(2)]
    identity = store.identify(lost, None)
    assert identity is not None
    assert identity.credential is not None

    assert await store.revoke(identity.credential) is None

    assert store.identify(lost, None) is None
    assert store.current(identity) is None
    assert store.identify(kept, None) is not None
    assert heard == [frozenset((identity.credential,))]
    assert [row.id for row in store.tokens()] == [
        kept_identity.credential for kept_identity in [store.identify(kept, None)] if kept_identity
    ]


async def test_listeners_hear_of_every_session_that_ends_with_other_rights(store: IdentityStore) -> None:
    """Two sockets of one officer, both must come back with what he may do now."""
    heard: list[frozenset[CredentialId]] = []
    store.on_revoked(heard.append)
    siti = actor(await store.create_account("Siti", PASSWORD, Role.OFFICER))
    sessions = [granted(await store.sign_in("Siti", PASSWORD)) for _ in range(2)]
    ids = frozenset(
        found.credential for s in sessions if (found := store.identify(None, s)) and found.credential
    )

    await store.set_rights(siti, Role.MANAGER, None)

    assert heard == [ids]
    assert len(ids) == 2


async def test_a_listener_that_asks_back_gets_the_new_answer(store: IdentityStore) -> None:
    """Memory follows before anyone hears, so nobody acts on the old rights."""
    answers: list[Identity | None] = []
    token = granted(await store.make_token(Role.KIOSK, HALL, "kiosk-1"))
    identity = store.identify(token, None)
    assert identity is not None
    assert identity.credential is not None
    store.on_revoked(lambda _: answers.append(store.identify(token, None)))

    await store.revoke(identity.credential)

    assert answers == [None]


async def test_a_link_opens_once_even_for_two_at_the_same_moment(store: IdentityStore) -> None:
    """Whoever comes second learns that it was used, and the installer knows that something is wrong."""
    code = granted(await store.make_link(Role.KIOSK, HALL, "kiosk-1"))

    answers = await asyncio.gather(store.redeem_link(code), store.redeem_link(code))

    assert {None, Refusal.UNAUTHENTICATED} == set(map(code_of, answers))
    assert code_of(await store.redeem_link(code)) == Refusal.UNAUTHENTICATED
    assert len(store.sessions()) == 1


async def test_a_link_opens_until_ten_minutes_are_over(store: IdentityStore, clock: FakeClock) -> None:
    """To the millisecond (contract, "Processes": 10 min)."""
    early, late = [granted(await store.make_link(Role.KIOSK, HALL, "kiosk-1")) for _ in range(2)]

    clock.advance(LINK_LIVES_MS - 1)
    assert code_of(await store.redeem_link(early)) is None
    clock.advance(1)
    assert code_of(await store.redeem_link(late)) == Refusal.UNAUTHENTICATED


async def test_a_link_gives_a_device_a_year_and_a_person_twelve_hours(
    store: IdentityStore, clock: FakeClock
) -> None:
    """A screen on a wall has nobody to sign it in again; a person does it daily."""
    device = granted(await store.redeem_link(granted(await store.make_link(Role.KIOSK, HALL, "kiosk-1"))))
    person = granted(await store.redeem_link(granted(await store.make_link(Role.ADMIN, None, name="Budi"))))

    ends = {row.role: row.expires_at_ms for row in store.sessions()}

    assert ends == {
        Role.KIOSK: clock.now_ms() + DEVICE_SESSION_LIVES_MS,
        Role.ADMIN: clock.now_ms() + PERSON_SESSION_LIVES_MS,
    }
    assert store.identify(None, device) is not None
    assert store.identify(None, person) is not None


async def test_one_kind_of_secret_is_no_other_kind(store: IdentityStore) -> None:
    """A cookie is no bearer token, a link is neither: each door takes its own key."""
    token = granted(await store.make_token(Role.KIOSK, HALL, "kiosk-1"))
    code = granted(await store.make_link(Role.KIOSK, HALL, "kiosk-1"))
    session = granted(await store.redeem_link(granted(await store.make_link(Role.KIOSK, HALL, "kiosk-1"))))

    assert [None] * 4 == [
        store.identify(None, token),
        store.identify(session, None),
        store.identify(code, None),
        store.identify(None, code),
    ]
    assert code_of(await store.redeem_link(token)) == Refusal.UNAUTHENTICATED


async def test_nothing_shown_is_anyone_and_a_token_goes_before_a_cookie(store: IdentityStore) -> None:
    """A program that shows a wrong token is told so, even where a cookie would have done."""
    session = granted(await store.redeem_link(granted(await store.make_link(Role.KIOSK, HALL, "kiosk-1"))))

    assert store.identify(None, None) is ANYONE
    assert store.current(ANYONE) is ANYONE
    assert store.identify("antrean_wrong", session) is None
    assert store.identify("", None) is None
    assert store.identify(None, "") is None


async def test_a_clock_that_leaps_years_ahead_and_back_costs_no_device_its_session(
    store: IdentityStore, clock: FakeClock
) -> None:
    """While it is ahead the session opens nothing; tidying up leaves it, so that nobody tours the hall for it."""
    session = granted(
        await store.redeem_link(granted(await store.make_link(Role.DISPLAY, HALL, "screen-a1")))
    )
    right_ms = clock.now_ms()

    clock.set(right_ms + 10 * DEVICE_SESSION_LIVES_MS)
    await store.make_token(Role.KIOSK, HALL, "kiosk-1")
    assert store.identify(None, session) is None
    clock.set(right_ms)

    assert store.identify(None, session) is not None


async def test_the_demonstration_s_one_click_works_in_a_demonstration_only(store: IdentityStore) -> None:
    """A hub in a real hall has no such door at all."""
    assert code_of(await store.demo_session(Role.ADMIN, HALL)) == Refusal.FORBIDDEN
    assert not store.sessions()


async def test_in_a_demonstration_a_click_makes_a_session_for_a_device_or_a_person(reopen: Reopen) -> None:
    """Each click on the same device is the same device."""
    async with reopen(is_demo=True) as store:
        kiosk = granted(await store.demo_session(Role.KIOSK, HALL, "kiosk-1"))
        officer = granted(await store.demo_session(Role.OFFICER, HALL, name="Petugas"))

        found = [store.identify(None, kiosk), store.identify(None, officer)]

    assert [(identity.role, identity.device, identity.name) for identity in found if identity] == [
        (Role.KIOSK, "kiosk-1", None),
        (Role.OFFICER, None, "Petugas"),
    ]


async def test_a_token_takes_the_browser_of_its_agent_with_it(store: IdentityStore) -> None:
    """The link that an agent made for its own browser, and the session that came of it; another's stays."""
    token = granted(await store.make_token(Role.DISPLAY, HALL, "screen-a1"))
    identity = store.identify(token, None)
    assert identity is not None
    assert identity.credential is not None
    make = (Role.DISPLAY, HALL, "screen-a1")
    session = granted(
        await store.redeem_link(granted(await store.make_link(*make, parent=identity.credential)))
    )
    unopened = granted(await store.make_link(*make, parent=identity.credential))
    alone = granted(await store.redeem_link(granted(await store.make_link(*make))))
    heard: list[int] = []
    store.on_revoked(lambda gone: heard.append(len(gone)))

    await store.revoke(identity.credential)

    assert [3] == heard
    assert store.identify(None, session) is None
    assert Refusal.UNAUTHENTICATED == code_of(await store.redeem_link(unopened))
    assert store.identify(None, alone) is not None
    assert Refusal.UNAUTHENTICATED == code_of(await store.make_link(*make, parent=identity.credential))


async def test_a_link_is_listed_until_it_is_opened_and_can_be_withdrawn(
    store: IdentityStore, clock: FakeClock
) -> None:
    """Without its code; once withdrawn it opens nothing."""
    opened, withdrawn, old = [granted(await store.make_link(Role.KIOSK, HALL, "kiosk-1")) for _ in range(3)]
    assert 3 == len(store.links())
    granted(await store.redeem_link(opened))
    left = store.links()
    assert not any(code in repr(left) for code in (withdrawn, old))
    for head in left:
        await store.revoke(head.id)

    assert () == store.links()
    assert [Refusal.UNAUTHENTICATED] * 2 == [
        code_of(await store.redeem_link(code)) for code in (withdrawn, old)
    ]
    await store.make_link(Role.KIOSK, HALL, "kiosk-1")
    clock.advance(LINK_LIVES_MS)
    assert () == store.links()
