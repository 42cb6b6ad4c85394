"""What a printer's status bytes mean. Pure. Source: Epson ESC/POS command reference, DLE EOT."""

from ticket_printer.devices.base import READY, Health

ASK_PRINTER = b"\x10\x04\x01"
ASK_PAPER = b"\x10\x04\x04"

OFFLINE_BIT = 0x08
"""In the answer to ASK_PRINTER."""
PAPER_LOW_BITS = 0x0C
PAPER_OUT_BITS = 0x60
"""In the answer to ASK_PAPER."""

OFFLINE = Health(status="offline", detail="The printer is offline: cover open, or an error lamp is lit.")
PAPER_LOW = Health(status="paper_low", detail="The roll is nearly used up.")
PAPER_OUT = Health(status="paper_out", detail="The printer has no paper.")


def is_status(byte: int) -> bool:
    """Whether a byte can be an answer: bits 1 and 4 are always set, bits 0 and 7 never."""
    return byte & 0x93 == 0x12


def health_of(printer: int | None, paper: int | None) -> Health:
    """From both answers; None: it did not answer. The missing paper is named before what it causes."""
    if paper is not None and paper & PAPER_OUT_BITS:
        return PAPER_OUT
    if printer is not None and printer & OFFLINE_BIT:
        return OFFLINE
    if paper is not None and paper & PAPER_LOW_BITS:
        return PAPER_LOW
    return READY
