"""The one door to who may ask: looks up in memory, changes through the keeper's one task.

Looking up (`identify`, `current`, `display_name`) costs microseconds and never waits; a change is durable when its
answer comes, and every change may raise `IdentityTrouble` where the disk fails. Kept in `identity.db`, apart from
the journal, for reasons that `file` gives. It must never keep or log a secret in clear: what it hands out is kept as
a fingerprint only (`tests/identity/test_secrecy.py`).
"""

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import argon2
import msgspec

from queue_server.clock import Clock
from queue_server.domain.hall import CounterId, HallId
from queue_server.domain.model import ActorId
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.identity import credentials, rules
from queue_server.identity.file import IdentityFile
from queue_server.identity.heads import AccountHead, CredentialHead, account_head, heads_of
from queue_server.identity.keeper import Keeper, OnRevoked
from queue_server.identity.model import ANYONE, CredentialId, Identity, Role
from queue_server.identity.pairing import PairingDesk
from queue_server.identity.passwords import Passwords, password_fault, standard_hasher
from queue_server.identity.register import (
    CredentialKind,
    Holder,
    HolderId,
    has_admin_account,
    identity_of,
    sign_in_name_of,
    valid_credential,
)
from queue_server.identity.shelf import SharedShelf, Shelf
from queue_server.identity.sightings import Sightings


@asynccontextmanager
async def open_identity(
    folder: Path,
    *,
    clock: Clock,
    store_url: str = "",
    is_demo: bool = False,
    hasher: argon2.PasswordHasher | None = None,
) -> AsyncIterator["IdentityStore"]:
    """The store of this data folder, for as long as the block lasts.

    Args:
        clock: its wall clock says when links and sessions end.
        store_url: where several nodes share a PostgreSQL, its address; then identities are kept there too.
        is_demo: whether `demo_session` works.
        hasher: None for the parameters that halls use.

    Raises:
        IdentityTrouble: the file cannot be used, or another process uses it.
    """
    shelf = await _opened_shelf(folder, store_url)
    try:
        keeper = Keeper(shelf, await shelf.load(), clock)
        passwords = await asyncio.to_thread(Passwords, hasher or standard_hasher())
        running = asyncio.create_task(keeper.run(), name="identity keeper")
        watching = _watching(shelf, keeper)
        try:
            yield IdentityStore(keeper, passwords, clock, is_demo=is_demo)
        finally:
            await _ended(watching)
            keeper.stop()
            await running
            passwords.close()
    finally:
        await shelf.close()


async def _opened_shelf(folder: Path, store_url: str) -> Shelf:
    if not store_url.startswith(("postgresql://", "postgres://")):
        return await IdentityFile.open(folder)
    # Only here: a hall on one machine need not install the driver.
    from queue_server.identity.postgres import PostgresShelf  # noqa: PLC0415

    return await PostgresShelf.open(store_url)


def _watching(shelf: Shelf, keeper: Keeper) -> asyncio.Task[None] | None:
    if not isinstance(shelf, SharedShelf):
        return None
    return asyncio.create_task(shelf.watch(keeper.moved), name="watch over identities")


async def _ended(watching: asyncio.Task[None] | None) -> None:
    if watching is not None:
        watching.cancel()
        await asyncio.wait({watching})


class IdentityStore:
    """Accounts, tokens, links, sessions. Made by `open_identity`."""

    def __init__(self, keeper: Keeper, passwords: Passwords, clock: Clock, *, is_demo: bool) -> None:
        self._keeper = keeper
        self._passwords = passwords
        self._clock = clock
        self.pairings = PairingDesk(keeper, clock)
        self.sightings = Sightings(keeper, clock)
        self.copy = keeper.copy
        """See `Keeper.copy`."""
        self._is_demo = is_demo
        self._setup_code = credentials.new_code()

    # Who is it? Answered from memory.

    def identify(self, token: str | None, cookie: str | None) -> Identity | None:
        """Who shows this token or, where there is none, this cookie.

        Returns:
            ANYONE where neither was shown; None where something was shown that opens nothing (any more).
        """
        if token is not None:
            return self._holder_of(CredentialKind.TOKEN, token)
        if cookie is not None:
            return self._holder_of(CredentialKind.SESSION, cookie)
        return ANYONE

    def current(self, identity: Identity) -> Identity | None:
        """Whom the same credential stands for now; None: it was revoked or has expired. For long-lived sockets."""
        if identity.credential is None:
            return identity
        register = self._keeper.register
        shown = register.by_id.get(identity.credential)
        kind = None if shown is None else register.credentials[shown].kind
        found = None if kind is None else valid_credential(register, kind, shown, self._clock.now_ms())
        return None if found is None else identity_of(register.holders[found.holder], found.id)

    def display_name(self, actor: ActorId) -> str | None:
        """The person's name, for views of the staff; None: a device, unknown, or without a name."""
        register = self._keeper.register
        holder = register.people.get(actor)
        return None if holder is None else register.holders[holder].name

    def on_revoked(self, callback: OnRevoked) -> None:
        """Calls back, before anyone else can ask, with the credentials that open nothing any more.

        Those whose holder's rights changed are among them: he comes back with the new ones. A session that merely
        expires is told when it is next tidied away; `current` knows at once. The callback must neither raise nor
        take long.
        """
        self._keeper.on_revoked(callback)

    # People's accounts and their sessions.

    def accounts(self) -> tuple[AccountHead, ...]:
        """All accounts, by name."""
        register = self._keeper.register
        named = sorted(register.sign_in_names.items())
        return tuple(account_head(register.holders[holder]) for _, holder in named)

    async def create_account(
        self,
        name: str,
        password: str,
        role: Role,
        counters: tuple[CounterId, ...] | None = None,
        hall: HallId | None = None,
    ) -> ActorId | Rejected:
        """A new account for a person. INVALID (with `path`) says what of it is not right."""
        account = await self._new_account(name, password, role, counters, hall)
        if isinstance(account, Rejected):
            return account
        return (
            await self._keeper.change(lambda register: rules.add_account(register, account)) or account.actor
        )

    async def set_password(self, account: ActorId, password: str) -> Rejected | None:
        """Another password; what was signed in with the old one ends."""
        before = rules.find_account(self._keeper.register, account)
        if isinstance(before, Rejected):
            return before
        kept = password_fault(before.name or "", password) or await self._passwords.hash(password)
        if isinstance(kept, Rejected):
            return kept
        return await self._keeper.change(
            lambda register: rules.change_account(register, account, password=kept)
        )

    async def set_rights(
        self, account: ActorId, role: Role, counters: tuple[CounterId, ...] | None
    ) -> Rejected | None:
        """Another role, other counters (None: every one); sessions of the account end."""
        return await self._keeper.change(
            lambda register: rules.change_account(register, account, role=role, counters=counters)
        )

    async def set_disabled(self, account: ActorId, *, is_disabled: bool) -> Rejected | None:
        """Shuts an account out at once, or lets it sign in again."""
        return await self._keeper.change(
            lambda register: rules.change_account(register, account, is_disabled=is_disabled)
        )

    async def sign_in(self, name: str, password: str) -> str | Rejected:
        """The secret of a new session, for a cookie of 12 h. An unknown name costs as much as a wrong password."""
        register = self._keeper.register
        holder_id = register.sign_in_names.get(sign_in_name_of(name))
        holder = None if holder_id is None else register.holders[holder_id]
        fits = await self._passwords.fits(None if holder is None else holder.password, password)
        if isinstance(fits, Rejected):
            return fits
        if holder is None or holder.is_disabled or not fits:
            return Rejected(code=Refusal.UNAUTHENTICATED, detail="No account has this name and password.")
        return await self._open_session(holder)

    async def sign_out(self, cookie: str) -> None:
        """Ends the session, where there is one."""
        identity = self._holder_of(CredentialKind.SESSION, cookie)
        if identity is not None and identity.credential is not None:
            await self.revoke(identity.credential)

    # Tokens, links, and what they open.

    async def make_token(
        self, role: Role, hall: HallId | None, device: str | None = None, name: str | None = None
    ) -> str | Rejected:
        """A token without an end, for a device of the configuration or for a person without an account.

        The same device, and the same name of a person, is the same actor each time; a person without a name is
        someone new. Whether the device exists is for the caller to know.
        """
        secret = credentials.new_token()
        wanted = _wanted(role, hall, device, name)
        kept = _kept(secret)
        now_ms = self._clock.now_ms()
        return (
            await self._keeper.change(lambda register: rules.add_token(register, wanted, kept, now_ms))
            or secret
        )

    async def make_link(
        self,
        role: Role,
        hall: HallId | None,
        device: str | None = None,
        name: str | None = None,
        *,
        parent: CredentialId | None = None,
    ) -> str | Rejected:
        """A code that becomes a session once, within ten minutes; for whom, as in `make_token`.

        Args: parent: the token that asks for its own browser; what comes of the link goes where the token goes.
        """
        code = credentials.new_code()
        wanted = _wanted(role, hall, device, name)
        kept = _kept(code)
        now_ms = self._clock.now_ms()
        return (
            await self._keeper.change(
                lambda register: rules.add_link(register, wanted, kept, now_ms, parent=parent)
            )
            or code
        )

    async def redeem_link(self, code: str) -> str | Rejected:
        """The secret of a session in exchange for the code: a year for a device, 12 h for a person."""
        secret = credentials.new_session_secret()
        link = credentials.fingerprint(code)
        kept = _kept(secret)
        now_ms = self._clock.now_ms()
        return (
            await self._keeper.change(lambda register: rules.redeem(register, link, kept, now_ms)) or secret
        )

    async def revoke(self, credential: CredentialId) -> Rejected | None:
        """Takes back a token, an unused link or a session, at once."""
        return await self._keeper.change(lambda register: rules.remove(register, credential))

    def tokens(self) -> tuple[CredentialHead, ...]:
        """All tokens, oldest first."""
        return self._heads(CredentialKind.TOKEN)

    def sessions(self) -> tuple[CredentialHead, ...]:
        """All sessions of people and of browser devices, oldest first."""
        return self._heads(CredentialKind.SESSION)

    def links(self) -> tuple[CredentialHead, ...]:
        """All links that may still be opened, oldest first."""
        now_ms = self._clock.now_ms()
        return tuple(head for head in self._heads(CredentialKind.LINK) if now_ms < (head.expires_at_ms or 0))

    # The first set-up, and the demonstration.

    def setup_code(self) -> str | None:
        """The code of the one-time set-up; None as soon as an account may administer the hub.

        It lives in memory only: each start without such an account prints a new one, and the last is void.
        """
        return None if has_admin_account(self._keeper.register) else self._setup_code

    async def complete_setup(self, code: str, name: str, password: str) -> str | Rejected:
        """Makes the first admin account and signs it in: the secret of its session."""
        right = self.setup_code()
        if right is None or not hmac.compare_digest(code.encode("utf-8", "replace"), right.encode("utf-8")):
            return Rejected(code=Refusal.UNAUTHENTICATED, detail="This set-up link was used or is wrong.")
        account = await self._new_account(name, password, Role.ADMIN, None, None)
        if isinstance(account, Rejected):
            return account
        refused = await self._keeper.change(lambda register: rules.add_first_admin(register, account))
        return refused or await self._open_session(account)

    async def demo_session(
        self, role: Role, hall: HallId, device: str | None = None, name: str | None = None
    ) -> str | Rejected:
        """One click instead of a password or a link: a session's secret. FORBIDDEN unless the hub is a demo."""
        if not self._is_demo:
            return Rejected(code=Refusal.FORBIDDEN, detail="This hub is not a demonstration.")
        code = await self.make_link(role, hall, device, name)
        return code if isinstance(code, Rejected) else await self.redeem_link(code)

    async def _open_session(self, holder: Holder) -> str | Rejected:
        secret = credentials.new_session_secret()
        kept = _kept(secret)
        now_ms = self._clock.now_ms()
        refused = await self._keeper.change(
            lambda register: rules.open_session(register, holder.id, kept, now_ms, password=holder.password)
        )
        return refused or secret

    async def _new_account(
        self,
        name: str,
        password: str,
        role: Role,
        counters: tuple[CounterId, ...] | None,
        hall: HallId | None,
    ) -> Holder | Rejected:
        fault = rules.name_fault(name) or password_fault(name, password)
        kept = fault or await self._passwords.hash(password)
        if isinstance(kept, Rejected):
            return kept
        actor = credentials.new_person_actor()
        return Holder(
            id=HolderId(actor),
            actor=actor,
            role=role,
            hall=hall,
            name=" ".join(name.split()),
            sign_in_name=sign_in_name_of(name),
            password=kept,
            counters=counters,
            created_at_ms=self._clock.now_ms(),
        )

    def _holder_of(self, kind: CredentialKind, secret: str) -> Identity | None:
        register = self._keeper.register
        found = valid_credential(register, kind, credentials.fingerprint(secret), self._clock.now_ms())
        if found is None:
            return None
        self.sightings.saw(found.id)
        return identity_of(register.holders[found.holder], found.id)

    def _heads(self, kind: CredentialKind) -> tuple[CredentialHead, ...]:
        """With what was seen since it was last written down."""
        heads = heads_of(self._keeper.register, kind)
        seen = self.sightings.at_ms
        return tuple(
            msgspec.structs.replace(head, seen_at_ms=seen(head.id, head.seen_at_ms)) for head in heads
        )


def _wanted(role: Role, hall: HallId | None, device: str | None, name: str | None) -> rules.Wanted:
    return rules.Wanted(
        role=role, hall=hall, device=device, name=name, fresh_actor=credentials.new_person_actor()
    )


def _kept(secret: str) -> rules.Secret:
    return rules.Secret(hash=credentials.hash_of(secret), id=credentials.new_credential_id())
