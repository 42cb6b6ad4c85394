"""Which devices a hall's configuration has room for, by role. Pure."""

from queue_server.domain.hall import HallConfig
from queue_server.identity.model import Role


def devices_of(hall: HallConfig) -> dict[Role, tuple[str, ...]]:
    """The ids of the configuration under the role of the device that stands there."""
    return {
        Role.KIOSK: tuple(kiosk.id for kiosk in hall.kiosks),
        Role.DISPLAY: tuple(screen.id for screen in hall.screens),
        Role.PRINTER: tuple(printer.id for printer in hall.printers),
    }
