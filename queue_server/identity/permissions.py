"""Who may do what, as one table. Pure. HTTP operations, commands and views stand in it under one name each.

Intake and the web's doors both read it and nothing else decides about roles. `tests/identity/test_permissions.py`
holds the whole matrix written out by hand. Source: the contract's tables of calls and of views.
"""

from typing import Final, Literal

from queue_server.domain.hall import HallId
from queue_server.domain.refusals import Refusal
from queue_server.identity.model import Identity, Role, belongs_to, roles_from

ANYONE: Final = "anyone"
"""No credential is needed; whoever knows the address (or the ticket's unguessable id) may."""

Allowed = frozenset[Role] | Literal["anyone"]

_KIOSK = frozenset((Role.KIOSK,))
_DISPLAY = frozenset((Role.DISPLAY,))
_PRINTER = frozenset((Role.PRINTER,))
_OFFICER = roles_from(Role.OFFICER)
_MANAGER = roles_from(Role.MANAGER)
_ADMIN = roles_from(Role.ADMIN)

PERMISSIONS: dict[str, Allowed] = {
    # Commands, by their name on the wire; HTTP calls that make a command use the same name.
    "take_ticket": _KIOSK | _OFFICER,
    "cancel_ticket": ANYONE,
    "open_counter": _OFFICER,
    "pause_counter": _OFFICER,
    "resume_counter": _OFFICER,
    "close_counter": _OFFICER,
    "call_next": _OFFICER,
    "call_ticket": _OFFICER,
    "recall": _OFFICER,
    "start": _OFFICER,
    "finish": _OFFICER,
    "no_show": _OFFICER,
    "park": _OFFICER,
    "transfer": _OFFICER,
    "undo": _OFFICER,
    "return_ticket": _OFFICER,
    "reprint_ticket": _OFFICER,
    "report_call": _DISPLAY,
    "report_print": _PRINTER,
    "settle_clock": _MANAGER,
    "confirm_restore": _MANAGER,
    # Calls that only read, or that concern identity.
    "read_halls": ANYONE,
    "read_hall": ANYONE,
    "read_ticket": ANYONE,
    "find_ticket": _OFFICER,
    "read_events": _MANAGER,
    "sign_in": ANYONE,
    "sign_out": ANYONE,
    "manage_accounts": _ADMIN,
    "manage_tokens": _ADMIN,
    "manage_links": _ADMIN,
    "start_pairing": ANYONE,
    "manage_pairings": _ADMIN,
    "link_own_device": _KIOSK | _DISPLAY,
    # Views of the live socket.
    "view_hall": ANYONE,
    "view_ticket": ANYONE,
    "view_display": _DISPLAY | _OFFICER,
    "view_announcer": _DISPLAY | _OFFICER,
    "view_kiosk": _KIOSK | _OFFICER,
    "view_printer": _PRINTER,
    "view_counter": _OFFICER,
    "view_manager": _MANAGER,
}

REMOTE_TICKET_OPERATION = "take_ticket"
"""The one operation that a hall may open to everyone (`Rules.takes_remote_tickets`)."""


def refusal_for(
    identity: Identity, operation: str, hall: HallId | None = None, *, takes_remote_tickets: bool = False
) -> Refusal | None:
    """Why the identity may not do this; None: it may.

    Args:
        operation: a key of `PERMISSIONS`; any other is our own mistake and raises KeyError.
        hall: where it would be done; None for what concerns no single hall.
        takes_remote_tickets: whether that hall lets everyone take a ticket.

    Returns:
        UNAUTHENTICATED where showing a credential could help, FORBIDDEN where it did not.
    """
    allowed = PERMISSIONS[operation]
    if allowed == ANYONE or (operation == REMOTE_TICKET_OPERATION and takes_remote_tickets):
        return None
    if identity.role is None:
        return Refusal.UNAUTHENTICATED
    if identity.role not in allowed or (hall is not None and not belongs_to(identity, hall)):
        return Refusal.FORBIDDEN
    return None
