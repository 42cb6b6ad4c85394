"""Accounts: sign-in, passwords, rights, the first set-up. Law: contract, "HTTP"; docstrings of `identity.rules`."""

import asyncio

import pytest

from queue_server.clock import FakeClock
from queue_server.domain.hall import CounterId
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.identity.model import CredentialId, Identity, Role
from queue_server.identity.passwords import HASHES_WAITING_MAX, standard_hasher
from queue_server.identity.rules import PERSON_SESSION_LIVES_MS
from queue_server.identity.store import IdentityStore
from tests.identity.examples import HALL, PASSWORD, CountingHasher, actor, code_of, granted

LOKET_3 = CounterId("loket-3")


async def test_a_person_signs_in_with_name_and_password_and_is_known_by_the_session(
    store: IdentityStore,
) -> None:
    """The session stands for the account's actor, role and counters; the name is compared without capitals."""
    siti = actor(await store.create_account("Siti  Aminah", PASSWORD, Role.OFFICER, (LOKET_3,), HALL))

    session = granted(await store.sign_in(" SITI aminah ", PASSWORD))

    found = store.identify(None, session)
    assert found is not None
    expected = Identity(
        actor=siti,
        role=Role.OFFICER,
        hall=HALL,
        name="Siti Aminah",
        counters=(LOKET_3,),
        credential=found.credential,
    )
    assert expected == found
    assert store.display_name(siti) == "Siti Aminah"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("siti", "not the password"),
        ("nobody here", PASSWORD),
        ("", ""),
        ("\ud800", "\ud800"),
        ("siti", "x" * 60_000),
    ],
)
async def test_a_wrong_password_and_an_unknown_name_get_one_answer_after_one_check_each(
    store: IdentityStore, hasher: CountingHasher, name: str, password: str
) -> None:
    """Neither the words nor the work tell which names exist. Source: OWASP Authentication Cheat Sheet."""
    await store.create_account("Siti", PASSWORD, Role.OFFICER)

    answer = await store.sign_in(name, password)

    expected = Rejected(code=Refusal.UNAUTHENTICATED, detail="No account has this name and password.")
    assert expected == answer
    assert hasher.verified_count == 1


async def test_a_disabled_account_is_shut_out_at_once_and_lets_in_again_when_enabled(
    store: IdentityStore,
) -> None:
    """Its sessions end, its right password gets the answer of a wrong one."""
    siti = actor(await store.create_account("Siti", PASSWORD, Role.OFFICER))
    session = granted(await store.sign_in("Siti", PASSWORD))

    await store.set_disabled(siti, is_disabled=True)

    assert store.identify(None, session) is None
    assert code_of(await store.sign_in("Siti", PASSWORD)) == Refusal.UNAUTHENTICATED
    await store.set_disabled(siti, is_disabled=False)
    assert store.identify(None, session) is None
    assert code_of(await store.sign_in("Siti", PASSWORD)) is None


async def test_a_new_password_ends_what_the_old_one_opened(store: IdentityStore) -> None:
    """Whoever had the old one is out."""
    siti = actor(await store.create_account("Siti", PASSWORD, Role.OFFICER))
    session = granted(await store.sign_in("Siti", PASSWORD))

    assert await store.set_password(siti, "another password") is None

    assert store.identify(None, session) is None
    assert code_of(await store.sign_in("Siti", PASSWORD)) == Refusal.UNAUTHENTICATED
    assert code_of(await store.sign_in("Siti", "another password")) is None


async def test_an_account_changed_while_its_password_is_checked_opens_no_session(
    store: IdentityStore,
) -> None:
    """The check takes a while; what it was checked against must still be true when the session is made."""
    siti = actor(await store.create_account("Siti", PASSWORD, Role.OFFICER))

    signing_in = asyncio.create_task(store.sign_in("Siti", PASSWORD))
    await asyncio.sleep(0)
    await store.set_disabled(siti, is_disabled=True)

    assert code_of(await signing_in) == Refusal.UNAUTHENTICATED


async def test_other_rights_end_the_sessions_and_the_next_one_has_them(store: IdentityStore) -> None:
    """The same actor comes back as what he now is."""
    siti = actor(await store.create_account("Siti", PASSWORD, Role.OFFICER))
    before = granted(await store.sign_in("Siti", PASSWORD))

    assert await store.set_rights(siti, Role.MANAGER, (LOKET_3,)) is None

    assert store.identify(None, before) is None
    now = store.identify(None, granted(await store.sign_in("Siti", PASSWORD)))
    assert now is not None
    assert (siti, Role.MANAGER, (LOKET_3,)) == (now.actor, now.role, now.counters)


PASSWORDS = [
    ("ten characters are enough", "0123456789", None),
    ("128 are still taken", "x" * 128, None),
    ("spaces and any script are welcome", "  kata sandi ꦲ  ", None),
    ("nine are too few", "012345678", Refusal.INVALID),
    ("129 are too many", "x" * 129, Refusal.INVALID),
    ("the name itself is not taken", "Siti Aminah", Refusal.INVALID),
    ("nor in other capitals", "SITI aminah", Refusal.INVALID),
]


@pytest.mark.parametrize(("rule", "password", "expected"), PASSWORDS, ids=[row[0] for row in PASSWORDS])
async def test_passwords_have_ten_to_128_characters_and_are_not_the_name(
    store: IdentityStore, rule: str, password: str, expected: Refusal | None
) -> None:
    """No other rule. Source: NIST SP 800-63B, 3.1.1.2."""
    made = await store.create_account("Siti Aminah", password, Role.OFFICER)

    assert expected == code_of(made), rule
    assert (expected is None) == bool(store.accounts())


async def test_one_password_typed_on_two_keyboards_is_one_password(store: IdentityStore) -> None:
    """An accent composed or not is the same character (Unicode NFC)."""
    await store.create_account("Siti", "caf\u00e9 di pasar", Role.OFFICER)

    assert code_of(await store.sign_in("Siti", "cafe\u0301 di pasar")) is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "Siti\x00", "Siti\nAminah", "Siti\u202e"])
async def test_a_name_has_1_to_80_visible_characters(store: IdentityStore, name: str) -> None:
    """It stands on other people's screens: nothing that hides or turns text round."""
    assert code_of(await store.create_account(name, PASSWORD, Role.OFFICER)) == Refusal.INVALID


async def test_a_name_is_given_once_whatever_its_capitals_even_at_the_same_moment(
    store: IdentityStore,
) -> None:
    """One task decides, so that of two at once one is refused."""
    answers = await asyncio.gather(
        store.create_account("Siti", PASSWORD, Role.OFFICER),
        store.create_account("SITI", PASSWORD, Role.OFFICER),
    )

    assert {None, Refusal.INVALID} == set(map(code_of, answers))
    assert len(store.accounts()) == 1


async def test_a_device_gets_no_account(store: IdentityStore) -> None:
    """Devices have tokens and links; an account cannot become one either."""
    siti = actor(await store.create_account("Siti", PASSWORD, Role.OFFICER))

    assert code_of(await store.create_account("Kiosk", PASSWORD, Role.KIOSK)) == Refusal.INVALID
    assert code_of(await store.set_rights(siti, Role.DISPLAY, None)) == Refusal.INVALID


async def test_the_last_admin_account_can_neither_be_demoted_nor_disabled(store: IdentityStore) -> None:
    """Otherwise nobody could make another; with a second one it may."""
    first = actor(await store.create_account("First", PASSWORD, Role.ADMIN))

    assert code_of(await store.set_disabled(first, is_disabled=True)) == Refusal.INVALID
    assert code_of(await store.set_rights(first, Role.OFFICER, None)) == Refusal.INVALID
    await store.create_account("Second", PASSWORD, Role.ADMIN)
    assert await store.set_disabled(first, is_disabled=True) is None


async def test_what_does_not_exist_is_refused_and_changes_nothing(store: IdentityStore) -> None:
    """Ids come from pages and may be old."""
    nobody = actor("officer:0000000000000000")

    answers = [
        await store.set_password(nobody, PASSWORD),
        await store.set_rights(nobody, Role.ADMIN, None),
        await store.set_disabled(nobody, is_disabled=True),
        await store.revoke(CredentialId("0000000000000000")),
    ]

    assert list(map(code_of, answers)) == [Refusal.INVALID] * 4


async def test_a_session_ends_after_twelve_hours_to_the_millisecond(
    store: IdentityStore, clock: FakeClock
) -> None:
    """One working day (contract, "HTTP"); a long-lived socket sees it by `current`."""
    await store.create_account("Siti", PASSWORD, Role.OFFICER)
    session = granted(await store.sign_in("Siti", PASSWORD))
    siti = store.identify(None, session)
    assert siti is not None

    clock.advance(PERSON_SESSION_LIVES_MS - 1)
    assert siti == store.identify(None, session) == store.current(siti)
    clock.advance(1)
    assert store.identify(None, session) is None
    assert store.current(siti) is None


async def test_signing_out_ends_that_session_alone(store: IdentityStore) -> None:
    """The officer's other browser stays; rubbish as a cookie does no harm."""
    await store.create_account("Siti", PASSWORD, Role.OFFICER)
    here, there = (
        granted(await store.sign_in("Siti", PASSWORD)),
        granted(await store.sign_in("Siti", PASSWORD)),
    )

    await store.sign_out(here)
    await store.sign_out(here)
    await store.sign_out("rubbish")

    assert store.identify(None, here) is None
    assert store.identify(None, there) is not None


async def test_a_storm_of_sign_ins_gets_busy_beyond_a_bound(store: IdentityStore) -> None:
    """Thirty-two wait at most; the rest is told at once and nobody's memory grows."""
    storm = [store.sign_in("nobody", PASSWORD) for _ in range(HASHES_WAITING_MAX + 5)]

    codes = list(map(code_of, await asyncio.gather(*storm)))

    assert codes.count(Refusal.BUSY) == 5
    assert codes.count(Refusal.UNAUTHENTICATED) == HASHES_WAITING_MAX


async def test_the_first_set_up_makes_one_admin_signs_him_in_and_is_void_then(store: IdentityStore) -> None:
    """There is no default password: whoever holds the code of the first start is the admin."""
    code = store.setup_code()
    assert code is not None

    assert code_of(await store.complete_setup("wrong ä", "Admin", PASSWORD)) == Refusal.UNAUTHENTICATED
    assert code_of(await store.complete_setup(code, "Admin", "short")) == Refusal.INVALID
    assert code == store.setup_code()
    session = granted(await store.complete_setup(code, "Admin", PASSWORD))

    admin = store.identify(None, session)
    assert admin is not None
    assert admin.role == Role.ADMIN
    assert store.setup_code() is None
    assert code_of(await store.complete_setup(code, "Second", PASSWORD)) == Refusal.UNAUTHENTICATED


async def test_of_two_set_ups_at_once_one_succeeds(store: IdentityStore) -> None:
    """The second is refused where it is decided, not where it was asked."""
    code = store.setup_code()
    assert code is not None

    answers = await asyncio.gather(
        store.complete_setup(code, "First", PASSWORD), store.complete_setup(code, "Second", PASSWORD)
    )

    assert {None, Refusal.FORBIDDEN} == set(map(code_of, answers))
    assert len(store.accounts()) == 1


async def test_while_sign_ins_storm_no_account_is_made_or_changed_half(store: IdentityStore) -> None:
    """A new password that cannot be hashed now is BUSY, and the old one stays."""
    siti = actor(await store.create_account("Siti", PASSWORD, Role.OFFICER))
    storm = [asyncio.create_task(store.sign_in("nobody", PASSWORD)) for _ in range(HASHES_WAITING_MAX)]
    await asyncio.sleep(0)

    codes = [
        code_of(await store.set_password(siti, "another password")),
        code_of(await store.create_account("Budi", PASSWORD, Role.OFFICER)),
    ]

    await asyncio.gather(*storm)
    assert codes == [Refusal.BUSY, Refusal.BUSY]
    assert code_of(await store.set_password(siti, "short")) == Refusal.INVALID
    assert code_of(await store.sign_in("Siti", PASSWORD)) is None
    assert [head.name for head in store.accounts()] == ["Siti"]


def test_halls_hash_with_the_parameters_that_owasp_names() -> None:
    """argon2id, m = 19 MiB, t = 2, p = 1. Source: OWASP Password Storage Cheat Sheet."""
    assert standard_hasher().hash(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
