"""Tickets for the tests of the printer agent."""

from typing import Any

from queue_server.wire.shapes import Estimate, PaperTicket, PrintJobView

URL = "http://192.168.10.2:8000/t/0f8cY2bVQm6Zk3xR1sT9uw"

ISSUED_AT_MS = 1_795_489_471_000
"""24 November 2026, 03:04:31 UTC: 10:04 in Lamongan."""


def paper(**changes: Any) -> PaperTicket:
    """An ordinary ticket, with changes."""
    values: dict[str, Any] = {
        "hall_name": "MPP Kabupaten Lamongan",
        "agency_name": {"id": "Dinas Kependudukan dan Pencatatan Sipil", "en": "Civil Registry Office"},
        "service_name": {
            "id": "KTP-el: perekaman dan pencetakan",
            "en": "Identity card: enrolment and printing",
        },
        "number": "A007",
        "language": "id",
        "timezone": "Asia/Jakarta",
        "issued_at_ms": ISSUED_AT_MS,
        "ahead": 3,
        "estimate": Estimate(low_ms=545_000, high_ms=960_000),
        "url": URL,
        "wifi": "MPP-Lamongan",
    }
    return PaperTicket(**{**values, **changes})


def job(
    name: str = "J1",
    *,
    attempt: int = 1,
    copy: bool | None = None,
    requested_at_ms: int = 1_000,
    number: str = "A007",
) -> PrintJobView:
    """A job as the hub asks for it; a copy from the second attempt on."""
    is_copy = attempt > 1 if copy is None else copy
    return PrintJobView(
        job=name, attempt=attempt, copy=is_copy, requested_at_ms=requested_at_ms, paper=paper(number=number)
    )
