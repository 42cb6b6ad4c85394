"""Deciding what citizens and the greeter wish of tickets: take, cancel, return, reprint."""

from typing import assert_never

from queue_server.domain import lines, numbering, restoring
from queue_server.domain.commands import CancelTicket, ReprintTicket, ReturnTicket, TakeTicket, TransferPlace
from queue_server.domain.decision import Accepted, Decision, rejected, service_of
from queue_server.domain.events import AnyEvent, PrintRequested, TicketCancelled, TicketIssued, TicketReturned
from queue_server.domain.hall import PrinterId
from queue_server.domain.line import Place
from queue_server.domain.model import ActorId, JobId, State, Ticket, TicketId, TicketState
from queue_server.domain.refusals import Refusal

RETURNING = frozenset({TicketState.PARKED, TicketState.NO_SHOW})
"""States from which a ticket may wait again."""


def take_ticket(state: State, command: TakeTicket, _by: ActorId, _now_ms: int) -> Decision:
    """The next number of the service's prefix, and its paper where there is a printer."""
    service = service_of(state, command.service)
    if service is None:
        return rejected(Refusal.UNKNOWN_SERVICE, f"There is no service '{command.service}'.")
    if state.day is None or service.is_retired or service.id not in state.day.open_services:
        return rejected(Refusal.SERVICE_CLOSED, "This service is closed now.")
    if lines.waiting_count(state, service.id) >= state.hall.rules.line_max:
        return rejected(Refusal.LINE_FULL, "This service's line is full for now.")
    following = numbering.next_ordinal(state.sequences, state.day.plan.date, service.prefix)
    ordinal = max(following, restoring.skipped(state) + 1)
    issued = TicketIssued(
        ticket=command.ticket,
        number=numbering.number_text(service.prefix, ordinal),
        prefix=service.prefix,
        ordinal=ordinal,
        service=service.id,
        category=command.category,
        language=command.language,
        kiosk=command.kiosk,
    )
    paper: tuple[AnyEvent, ...] = ()
    if command.printer is not None:
        paper = (_print_requested(state, command.ticket, command.printer, is_copy=False),)
    return Accepted((issued, *paper))


def cancel_ticket(state: State, command: CancelTicket, _by: ActorId, _now_ms: int) -> Decision:
    """The citizen leaves; only before anybody serves him."""
    ticket = state.tickets.get(command.ticket)
    if ticket is None:
        return _unknown(command.ticket)
    if ticket.state not in {TicketState.WAITING, TicketState.PARKED, TicketState.NO_SHOW}:
        return rejected(Refusal.WRONG_STATE, f"This ticket is {ticket.state} and cannot be cancelled.")
    return Accepted((TicketCancelled(ticket=ticket.id),))


def return_ticket(state: State, command: ReturnTicket, _by: ActorId, now_ms: int) -> Decision:
    """A parked or missed ticket waits again, by default where its arrival puts it."""
    ticket = state.tickets.get(command.ticket)
    if ticket is None:
        return _unknown(command.ticket)
    if ticket.state not in RETURNING:
        return rejected(
            Refusal.WRONG_STATE, f"This ticket is {ticket.state}: only a parked or missed one returns."
        )
    return Accepted(
        (TicketReturned(ticket=ticket.id, place=new_place(state, ticket, command.place, now_ms)),)
    )


def reprint_ticket(state: State, command: ReprintTicket, _by: ActorId, _now_ms: int) -> Decision:
    """The paper again, marked as a copy, where it was printed first or at a given printer."""
    ticket = state.tickets.get(command.ticket)
    if ticket is None:
        return _unknown(command.ticket)
    printer = command.printer or _printer_of(state, ticket)
    if printer is None or all(known.id != printer for known in state.hall.printers):
        return rejected(Refusal.WRONG_STATE, "No printer is known for this ticket: name one.")
    return Accepted((_print_requested(state, ticket.id, printer, is_copy=True),))


def new_place(state: State, ticket: Ticket, wanted: TransferPlace, now_ms: int) -> Place:
    """A place in line that nobody holds: the next entry's seq makes it unique."""
    match wanted:
        case TransferPlace.FRONT:
            return (0, state.seq + 1)
        case TransferPlace.BACK:
            return (max(state.order_ms, now_ms), state.seq + 1)
        case TransferPlace.ORIGINAL:
            return ticket.arrived
        case _:
            assert_never(wanted)


def _printer_of(state: State, ticket: Ticket) -> PrinterId | None:
    return next((kiosk.printer for kiosk in state.hall.kiosks if kiosk.id == ticket.kiosk), None)


def _print_requested(state: State, ticket: TicketId, printer: PrinterId, *, is_copy: bool) -> PrintRequested:
    job = JobId(f"j{state.job_count + 1}")
    return PrintRequested(job=job, ticket=ticket, printer=printer, is_copy=is_copy)


def _unknown(ticket: TicketId) -> Decision:
    return rejected(Refusal.UNKNOWN_TICKET, f"There is no ticket '{ticket}' today.")
