"""The desk where new devices come in: a code for the display, a secret for the device, a credential once approved.

What may happen is decided in `pairing_rules`; here time, chance and the keeper come to it. A pairing lives in the
register like everything else, so that any node that shares it may be asked: the device may begin at one, the
administrator sit at another, and the answer be fetched from a third.
"""

from queue_server.clock import Clock
from queue_server.domain.hall import HallId
from queue_server.domain.refusals import Rejected
from queue_server.identity import codes, credentials, pairing_rules, rules
from queue_server.identity.heads import WaitingHead, waiting_head
from queue_server.identity.keeper import Keeper
from queue_server.identity.model import PAIRING_LIVES_MS, PairedDevice, PairingId, Role, StartedPairing, Wants
from queue_server.identity.register import CredentialKind, Pairing, identity_of, valid_credential


class PairingDesk:
    """Pairings of this hub."""

    def __init__(self, keeper: Keeper, clock: Clock) -> None:
        self._keeper = keeper
        self._clock = clock

    async def start(self, wants: Wants, address: str) -> StartedPairing | Rejected:
        """A device wants to come in. TOO_MANY where too many wait.

        Args: address: from where it asks, as the limits count it.
        """
        code, secret = codes.new_code(), credentials.new_pairing_secret()
        granted = (
            credentials.paired_session(secret) if wants is Wants.PAGE else credentials.paired_token(secret)
        )
        now_ms = self._clock.now_ms()
        pairing = Pairing(
            id=PairingId(credentials.new_credential_id()),
            secret_hash=credentials.hash_of(secret),
            code_hash=credentials.hash_of(code),
            credential_hash=credentials.hash_of(granted),
            wants=wants,
            address=address,
            created_at_ms=now_ms,
            expires_at_ms=now_ms + PAIRING_LIVES_MS,
        )
        refused = await self._keeper.change(lambda register: pairing_rules.start(register, pairing, now_ms))
        return refused or StartedPairing(
            code=codes.shown(code), secret=secret, expires_at_ms=pairing.expires_at_ms
        )

    async def ask(self, secret: str) -> PairedDevice | WaitingHead | Rejected:
        """How the pairing of whoever knows this secret stands.

        UNAUTHENTICATED where it is over: used up by time, withdrawn, or what it became was revoked meanwhile.
        """
        pairing = self._known(secret)
        if pairing is None and self._keeper.is_shared:
            # It may have begun on another node a moment ago.
            if refused := await self._keeper.refresh():
                return refused
            pairing = self._known(secret)
        if pairing is None:
            return pairing_rules.ended()
        if pairing.holder is None:
            return waiting_head(pairing)
        is_page = pairing.wants is Wants.PAGE
        kind = CredentialKind.SESSION if is_page else CredentialKind.TOKEN
        register = self._keeper.register
        found = valid_credential(register, kind, pairing.credential_hash, self._clock.now_ms())
        if found is None:
            return pairing_rules.ended()
        return PairedDevice(
            identity=identity_of(register.holders[found.holder], found.id),
            wants=pairing.wants,
            secret=credentials.paired_session(secret) if is_page else credentials.paired_token(secret),
        )

    def waiting(self) -> tuple[WaitingHead, ...]:
        """Devices that show a code now, oldest first."""
        found = pairing_rules.waiting_now(self._keeper.register, self._clock.now_ms())
        return tuple(map(waiting_head, found))

    async def find(self, typed: str) -> WaitingHead | Rejected:
        """The device that shows this code, for whoever is about to approve it. INVALID: none does."""
        if self._keeper.is_shared and (refused := await self._keeper.refresh()):
            return refused
        found = pairing_rules.find(self._keeper.register, _hash_of_code(typed), self._clock.now_ms())
        return found if isinstance(found, Rejected) else waiting_head(found)

    async def approve(
        self, pairing: PairingId, typed: str, *, role: Role, hall: HallId, device: str
    ) -> Rejected | None:
        """Lets the device in, at this place of a hall; whether the place exists is for the caller to know.

        The code is used up by it. INVALID (with `path`) where it is not shown any more, or does not fit the role.
        """
        wanted = rules.Wanted(role=role, hall=hall, device=device, fresh_actor=credentials.new_person_actor())
        approval = pairing_rules.Approval(
            pairing=pairing,
            code_hash=_hash_of_code(typed),
            wanted=wanted,
            credential=credentials.new_credential_id(),
        )
        now_ms = self._clock.now_ms()
        return await self._keeper.change(lambda register: pairing_rules.approve(register, approval, now_ms))

    async def withdraw(self, pairing: PairingId) -> Rejected | None:
        """Turns a waiting device away."""
        now_ms = self._clock.now_ms()
        return await self._keeper.change(lambda register: pairing_rules.withdraw(register, pairing, now_ms))

    def _known(self, secret: str) -> Pairing | None:
        shown = credentials.fingerprint(secret)
        return pairing_rules.pairing_of(self._keeper.register, shown, self._clock.now_ms())


def _hash_of_code(typed: str) -> bytes | None:
    code = codes.read(typed)
    return None if code is None else credentials.hash_of(code)
