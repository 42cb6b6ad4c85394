"""When a credential was last shown: known at once, written down now and then, never back in time."""

from queue_server.clock import FakeClock
from queue_server.identity.model import CredentialId, Role
from queue_server.identity.store import IdentityStore
from tests.identity.examples import HALL, START_MS, Reopen, granted


def seen(store: IdentityStore) -> list[int | None]:
    """Of every token, oldest first."""
    return [head.seen_at_ms for head in store.tokens()]


async def test_a_token_that_is_shown_is_seen_and_one_that_is_not_is_not(
    store: IdentityStore, clock: FakeClock
) -> None:
    """Without a word to the disk."""
    token = granted(await store.make_token(Role.KIOSK, HALL, "kiosk-1"))
    assert [None] == seen(store)
    clock.advance(5_000)
    store.identify(token, None)
    store.identify(f"{token}x", None)

    assert [START_MS + 5_000] == seen(store)


async def test_what_was_written_down_outlives_a_restart_and_the_rest_does_not(
    reopen: Reopen, clock: FakeClock
) -> None:
    """Minutes are lost by a power cut, not weeks."""
    async with reopen() as store:
        token = granted(await store.make_token(Role.KIOSK, HALL, "kiosk-1"))
        store.identify(token, None)
        await store.sightings.write_down(())
        clock.advance(60_000)
        store.identify(token, None)
        assert [START_MS + 60_000] == seen(store)
    async with reopen() as store:
        assert [START_MS] == seen(store)


async def test_whoever_is_connected_is_seen_when_it_is_written_down(
    store: IdentityStore, clock: FakeClock
) -> None:
    """A screen shows its token once and then listens for weeks."""
    await store.make_token(Role.DISPLAY, HALL, "screen-a-1")
    (head,) = store.tokens()
    clock.advance(7_000)
    await store.sightings.write_down([head.id, CredentialId("revoked meanwhile")])

    assert [START_MS + 7_000] == seen(store)


async def test_a_clock_that_falls_back_takes_no_sighting_away(store: IdentityStore, clock: FakeClock) -> None:
    """What was seen was seen."""
    token = granted(await store.make_token(Role.KIOSK, HALL, "kiosk-1"))
    store.identify(token, None)
    await store.sightings.write_down(())
    clock.set(START_MS - 3_600_000)
    store.identify(token, None)
    await store.sightings.write_down(())

    assert [START_MS] == seen(store)
