"""Rules of the register that a whole store would take too long to reach. Pure."""

from immutables import Map

from queue_server.domain.model import ActorId
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.identity.model import CredentialId, Role
from queue_server.identity.register import Holder, HolderId, Register, Rows
from queue_server.identity.rules import (
    CREDENTIALS_PER_HOLDER_MAX,
    HOLDERS_COUNT_MAX,
    Secret,
    Wanted,
    add_account,
    add_link,
    add_token,
    open_session,
)
from tests.identity.examples import HALL, START_MS, code_of

SECRET = Secret(hash=bytes(32), id=CredentialId("0"))
KIOSK = Wanted(role=Role.KIOSK, hall=HALL, device="kiosk-1", fresh_actor=ActorId("officer:0"))


def holder(number: int) -> Holder:
    actor = ActorId(f"officer:{number}")
    return Holder(id=HolderId(actor), actor=actor, role=Role.OFFICER, created_at_ms=START_MS)


def test_the_register_ends_somewhere_and_those_who_are_in_it_go_on() -> None:
    """The bound refuses newcomers of every kind; a known kiosk gets its next token all the same."""
    rows = add_token(Register(), KIOSK, SECRET, START_MS)
    assert isinstance(rows, tuple)
    full = Register().after((*rows, *map(holder, range(HOLDERS_COUNT_MAX - 1))))
    stranger = Wanted(role=Role.OFFICER, name="Siti", fresh_actor=ActorId("officer:siti"))

    assert code_of(add_token(full, stranger, SECRET, START_MS)) == Refusal.TOO_MANY
    assert code_of(add_link(full, stranger, SECRET, START_MS)) == Refusal.TOO_MANY
    assert code_of(add_account(full, account("Siti"))) == Refusal.TOO_MANY
    assert code_of(add_link(full, KIOSK, SECRET, START_MS)) is None


def test_a_rule_leaves_the_register_that_it_read_as_it_was() -> None:
    """Rules give rows; only the keeper makes a new register of them."""
    register = Register()

    add_token(register, KIOSK, SECRET, START_MS)

    assert register == Register(
        holders=Map(), sign_in_names=Map(), people=Map(), credentials=Map(), by_id=Map()
    )


def secret(number: int) -> Secret:
    return Secret(hash=number.to_bytes(32), id=CredentialId(str(number)))


def grown(register: Register, rows: Rows | Rejected) -> Register:
    """The register with rows that a rule gave, where a refusal would be the test's own mistake."""
    assert isinstance(rows, tuple), rows
    return register.after(rows)


def test_one_person_has_so_many_sessions_and_the_oldest_makes_room() -> None:
    """A bound that nobody meets, and that locks nobody out."""
    siti = holder(1)
    register = Register().after((siti,))
    for number in range(CREDENTIALS_PER_HOLDER_MAX + 2):
        register = grown(register, open_session(register, siti.id, secret(number), START_MS + number))

    assert {secret(number).id for number in range(2, CREDENTIALS_PER_HOLDER_MAX + 2)} == set(register.by_id)


def test_too_many_tokens_for_one_device_are_refused_and_none_is_taken_away() -> None:
    """A script gone wrong is told to stop; another kind and another device have room."""
    register = Register()
    for number in range(CREDENTIALS_PER_HOLDER_MAX):
        register = grown(register, add_token(register, KIOSK, secret(number), START_MS))
    other = Wanted(role=Role.KIOSK, hall=HALL, device="kiosk-2", fresh_actor=ActorId("officer:0"))
    last = secret(CREDENTIALS_PER_HOLDER_MAX)

    assert code_of(add_token(register, KIOSK, last, START_MS)) == Refusal.TOO_MANY
    assert code_of(add_link(register, KIOSK, last, START_MS)) is None
    assert code_of(add_token(register, other, last, START_MS)) is None


def account(name: str) -> Holder:
    actor = ActorId(f"officer:{name}")
    return Holder(
        id=HolderId(actor),
        actor=actor,
        role=Role.OFFICER,
        name=name,
        sign_in_name=name.lower(),
        password="$argon2id$",
        created_at_ms=START_MS,
    )
