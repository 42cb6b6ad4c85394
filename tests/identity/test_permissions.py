"""The whole matrix of who may do what, written out by hand. Source: the contract's tables of calls and views.

One letter a role: a = anyone (nothing shown), K = kiosk, D = display, P = printer, O = officer, M = manager,
A = admin. A dot is a refusal.
"""

import pytest

from queue_server.domain.hall import CounterId, HallId
from queue_server.domain.model import ActorId
from queue_server.domain.refusals import Refusal
from queue_server.identity.model import ANYONE, Identity, Role, belongs_to, may, may_sit_at, roles_from
from queue_server.identity.permissions import PERMISSIONS, refusal_for

LAMONGAN, BABAT = HallId("lamongan"), HallId("babat")

MATRIX = """
take_ticket     . K . . O M A
cancel_ticket   a K D P O M A
open_counter    . . . . O M A
pause_counter   . . . . O M A
resume_counter  . . . . O M A
close_counter   . . . . O M A
call_next       . . . . O M A
call_ticket     . . . . O M A
recall          . . . . O M A
start           . . . . O M A
finish          . . . . O M A
no_show         . . . . O M A
park            . . . . O M A
transfer        . . . . O M A
undo            . . . . O M A
return_ticket   . . . . O M A
reprint_ticket  . . . . O M A
report_call     . . D . . . .
report_print    . . . P . . .
settle_clock    . . . . . M A
confirm_restore . . . . . M A
read_halls      a K D P O M A
read_hall       a K D P O M A
read_ticket     a K D P O M A
find_ticket     . . . . O M A
read_events     . . . . . M A
sign_in         a K D P O M A
sign_out        a K D P O M A
manage_accounts . . . . . . A
manage_tokens   . . . . . . A
manage_links    . . . . . . A
start_pairing   a K D P O M A
manage_pairings . . . . . . A
link_own_device . K D . . . .
view_hall       a K D P O M A
view_ticket     a K D P O M A
view_display    . . D . O M A
view_announcer  . . D . O M A
view_kiosk      . K . . O M A
view_printer    . . . P . . .
view_counter    . . . . O M A
view_manager    . . . . . M A
"""

COLUMNS: tuple[Role | None, ...] = (
    None,
    Role.KIOSK,
    Role.DISPLAY,
    Role.PRINTER,
    Role.OFFICER,
    Role.MANAGER,
    Role.ADMIN,
)

CELLS = [
    (operation, role, sign != ".")
    for operation, *signs in (line.split() for line in MATRIX.strip().splitlines())
    for role, sign in zip(COLUMNS, signs, strict=True)
]


def someone(role: Role | None, hall: HallId | None = LAMONGAN) -> Identity:
    return ANYONE if role is None else Identity(actor=ActorId(f"{role}:1"), role=role, hall=hall)


@pytest.mark.parametrize(("operation", "role", "expected"), CELLS)
def test_each_cell_of_the_matrix_is_as_written(operation: str, role: Role | None, expected: bool) -> None:
    """Who showed nothing is asked to show something; who showed something is told no."""
    no = Refusal.UNAUTHENTICATED if role is None else Refusal.FORBIDDEN

    assert (None if expected else no) == refusal_for(someone(role), operation, LAMONGAN)


def test_the_matrix_knows_every_operation() -> None:
    """A new operation without a row here fails."""
    assert set(PERMISSIONS) == {operation for operation, _, _ in CELLS}


def test_a_hall_may_let_everyone_take_a_ticket_and_nothing_else() -> None:
    """`takes_remote_tickets` opens this one door; a screen's token takes one like anyone else."""
    opened = {
        operation
        for operation in PERMISSIONS
        if refusal_for(ANYONE, operation, LAMONGAN)
        != refusal_for(ANYONE, operation, LAMONGAN, takes_remote_tickets=True)
    }

    assert opened == {"take_ticket"}


HALLS = [
    ("an officer of this hall", someone(Role.OFFICER), LAMONGAN, None),
    ("an officer of another hall", someone(Role.OFFICER), BABAT, Refusal.FORBIDDEN),
    ("an officer of every hall", someone(Role.OFFICER, hall=None), BABAT, None),
    ("no single hall is meant", someone(Role.OFFICER), None, None),
    ("anyone, anywhere", ANYONE, BABAT, Refusal.UNAUTHENTICATED),
]


@pytest.mark.parametrize(("rule", "identity", "hall", "expected"), HALLS, ids=[row[0] for row in HALLS])
def test_rights_end_at_the_hall_s_door(
    rule: str, identity: Identity, hall: HallId | None, expected: Refusal | None
) -> None:
    """A token of one hall is nobody's in the next; what is open to anyone stays open to him there."""
    assert expected == refusal_for(identity, "call_next", hall), rule
    assert refusal_for(identity, "read_hall", hall) is None


def test_each_person_may_what_the_one_before_may_and_devices_stand_alone() -> None:
    """Source: contract, "HTTP": "officer, manager, admin, each of which may do what the one before it may"."""
    able = {role: {other for other in Role if may(someone(other), role)} for role in Role}

    expected = {
        Role.KIOSK: {Role.KIOSK},
        Role.DISPLAY: {Role.DISPLAY},
        Role.PRINTER: {Role.PRINTER},
        Role.OFFICER: {Role.OFFICER, Role.MANAGER, Role.ADMIN},
        Role.MANAGER: {Role.MANAGER, Role.ADMIN},
        Role.ADMIN: {Role.ADMIN},
    }
    assert expected == able == {role: set(roles_from(role)) for role in Role}
    assert not any(may(ANYONE, role) for role in Role)


def test_an_officer_sits_at_the_counters_he_was_given_or_at_every_one() -> None:
    """None is every counter, an empty list is none."""
    counters: list[tuple[CounterId, ...] | None] = [None, (), (CounterId("loket-3"),)]
    officers = [Identity(actor=ActorId("officer:1"), role=Role.OFFICER, counters=given) for given in counters]

    assert [may_sit_at(officer, CounterId("loket-3")) for officer in officers] == [True, False, True]
    assert [may_sit_at(officer, CounterId("loket-4")) for officer in officers] == [True, False, False]


def test_anyone_s_few_rights_reach_every_hall() -> None:
    """A phone in any hall may look at its ticket."""
    assert belongs_to(ANYONE, BABAT)
