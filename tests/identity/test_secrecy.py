"""No secret is kept in clear, none is guessed, and rubbish is only ever wrong."""

import random
from base64 import urlsafe_b64encode
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queue_server.domain.refusals import Refusal
from queue_server.identity.credentials import TOKEN_PREFIX, fingerprint, new_session_secret, new_token
from queue_server.identity.model import ANYONE, Role
from queue_server.identity.store import IdentityStore
from tests.identity.examples import HALL, PASSWORD, Reopen, code_of, granted


async def test_no_secret_stands_in_the_file_in_clear(reopen: Reopen, tmp_path: Path) -> None:
    """A stolen backup opens nothing: the raw bytes hold neither password, token, session, link nor set-up code."""
    async with reopen() as store:
        setup = store.setup_code()
        assert setup is not None
        secrets = [
            PASSWORD,
            setup,
            granted(await store.complete_setup(setup, "Admin", PASSWORD)),
            granted(await store.sign_in("Admin", PASSWORD)),
            granted(await store.make_token(Role.KIOSK, HALL, "kiosk-1")),
            granted(await store.make_link(Role.KIOSK, HALL, "kiosk-1")),
        ]
        used = granted(await store.make_link(Role.DISPLAY, HALL, "screen-a1"))
        secrets += [used, granted(await store.redeem_link(used))]

    raw = bytes_in(tmp_path)

    assert b"kiosk-1" in raw
    assert [secret for secret in secrets if secret.encode() in raw] == []
    assert [secret for secret in secrets if secret.removeprefix(TOKEN_PREFIX).encode() in raw] == []


def test_a_token_says_what_it_is_and_has_256_bits_of_chance() -> None:
    """The prefix is for secret scanners; 32 bytes are 43 letters of base64 (RFC 4648, 5)."""
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert {token.removeprefix(TOKEN_PREFIX) != token for token in tokens} == {True}
    assert {len(token) for token in tokens} == {len(TOKEN_PREFIX) + 43}
    assert {len(new_session_secret()) for _ in range(100)} == {43}


async def test_a_hundred_thousand_guesses_find_no_token(store: IdentityStore) -> None:
    """Of the right shape, from one seed; nor does anything that is nearly the right one."""
    right = granted(await store.make_token(Role.KIOSK, HALL, "kiosk-1"))
    chance = random.Random(20_261_124)  # noqa: S311 -- an attacker's guesses, the same on every run
    guesses = [urlsafe_b64encode(chance.randbytes(32)).decode().rstrip("=") for _ in range(100_000)]

    found = [guess for guess in guesses if store.identify(TOKEN_PREFIX + guess, None) is not None]

    assert found == []
    assert store.identify(right, None) is not None
    assert store.identify(right[:-1], None) is None
    assert store.identify(right + "A", None) is None
    assert store.identify(right.swapcase(), None) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(token=st.none() | st.text(max_size=300), cookie=st.none() | st.text(max_size=300))
async def test_rubbish_in_is_never_more_than_wrong(
    store: IdentityStore, token: str | None, cookie: str | None
) -> None:
    """Any text at all, lone surrogates too, is anyone or a no; nothing is raised."""
    found = store.identify(token, cookie)

    assert found is (ANYONE if token is None and cookie is None else None)


@given(st.text())
def test_a_fingerprint_is_32_bytes_or_none(secret: str) -> None:
    """None for what cannot be ours: empty, long, or outside ASCII."""
    found = fingerprint(secret)

    assert (found is None) == (not 1 <= len(secret) <= 128 or not secret.isascii())
    assert found is None or len(found) == 32


async def test_rubbish_as_a_code_or_a_name_is_refused(store: IdentityStore) -> None:
    """The doors that anyone may knock at."""
    for rubbish in ("", "\ud800", "x" * 10_000, "'; DROP TABLE holders; --", "\x00"):
        assert code_of(await store.redeem_link(rubbish)) == Refusal.UNAUTHENTICATED
        assert code_of(await store.complete_setup(rubbish, "Admin", PASSWORD)) == Refusal.UNAUTHENTICATED
        assert code_of(await store.sign_in(rubbish, PASSWORD)) == Refusal.UNAUTHENTICATED


def bytes_in(folder: Path) -> bytes:
    """Of every file in the folder, one after the other."""
    return b"".join(path.read_bytes() for path in folder.iterdir())
