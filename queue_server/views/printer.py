"""What one printer has to print. The category of a ticket never gets here."""

from queue_server.domain.decision import service_of
from queue_server.domain.hall import PrinterId
from queue_server.domain.model import PrintJob, State, TicketId
from queue_server.views.presence import Presence
from queue_server.views.ticket import agency_name, service_name, waits
from queue_server.wire.shapes import PaperTicket, PrinterState, PrintJobView

JOB_COUNT_MAX = 64
"""The shape's bound: at two seconds a ticket two minutes of paper, when the oldest die anyway."""


def printer_view(state: State, _presence: Presence, printer: PrinterId) -> PrinterState | None:
    """One printer's jobs, oldest first; None: there is no such printer."""
    device = next((known for known in state.hall.printers if known.id == printer), None)
    if device is None:
        return None
    jobs = sorted((job for job in state.jobs.values() if job.printer == printer), key=_age)
    return PrinterState(
        printer=printer,
        paper_width_mm=device.paper_width_mm,
        jobs=[_job_view(state, job) for job in jobs[:JOB_COUNT_MAX]],
    )


def _age(job: PrintJob) -> tuple[int, int, str]:
    """Oldest first; ids of one instant (`j9`, `j10`) by their count."""
    return (job.requested_at_ms, len(job.id), job.id)


def _job_view(state: State, job: PrintJob) -> PrintJobView:
    return PrintJobView(
        job=job.id,
        attempt=job.attempt + 1,
        copy=job.is_copy or job.attempt > 0,
        requested_at_ms=job.requested_at_ms,
        paper=_paper(state, job.ticket),
    )


def _paper(state: State, ticket_id: TicketId) -> PaperTicket:
    ticket = state.tickets[ticket_id]
    service = service_of(state, ticket.service)
    ahead, wait = waits(state, ticket)
    public_url = state.hall.public_url
    return PaperTicket(
        hall_name=state.hall.name,
        agency_name=agency_name(state.hall, service),
        service_name=service_name(state.hall, service, ticket.service),
        number=ticket.number,
        language=ticket.language,
        timezone=state.hall.timezone,
        issued_at_ms=ticket.issued_at_ms,
        ahead=ahead,
        estimate=wait,
        url=None if public_url is None else f"{public_url}/t/{ticket.id}",
        wifi=state.hall.wifi,
    )
