"""The names and addresses that a server certificate is good for: checked text, and what this machine is called."""

import contextlib
import ipaddress
import re
import socket
import struct

from queue_server.tls.troubles import TlsTrouble

NAMES_MAX = 50
"""A hub has a handful; more makes every handshake larger."""

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
"""One part of a host's name. Source: RFC 1123, section 2.1. Wildcards and underscores are none."""

NAME_CHARS_MAX = 253
"""Source: RFC 1035, section 2.3.4, as text."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""Agents on the hub's own machine."""

_SIOCGIFADDR = 0x8915
"""Asks Linux for an interface's IPv4 address. Source: netdevice(7)."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def address_of(name: str) -> Address | None:
    """The address that a name is; None: it is a host's name."""
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def checked_names(names: list[str]) -> tuple[str, ...]:
    """The same in small letters and as addresses are written, each once, in their order.

    Raises:
        TlsTrouble: one is neither a host's name nor an address, or there are too many.
    """
    found = tuple(dict.fromkeys(_checked(name) for name in names))
    if len(found) > NAMES_MAX:
        raise TlsTrouble(f"{len(found)} names are too many for a certificate; at most {NAMES_MAX} fit.")
    return found


def machine_names() -> list[str]:
    """What this machine can be reached by: loopback, its name, its name in multicast DNS, its addresses.

    IPv6 addresses are left out: those that change with the provider would make the certificate void. Name one where
    it is used.
    """
    host = socket.gethostname().split(".")[0].lower()
    names = [host, f"{host}.local"] if LABEL.fullmatch(host) and host != "localhost" else []
    return [*LOOPBACK, *names, *_interface_addresses()]


def _checked(name: str) -> str:
    address = address_of(name)
    if address is not None:
        return str(address)
    lowered = name.lower().removesuffix(".")
    is_name = len(lowered) <= NAME_CHARS_MAX and all(LABEL.fullmatch(part) for part in lowered.split("."))
    # A last part of digits alone is a mistyped address: browsers read it as one (WHATWG URL, 3.5).
    if not is_name or lowered.rpartition(".")[2].isdigit():
        raise TlsTrouble(
            f"{name!r} is neither a host's name nor an address; it looks like antrean.lan or 192.168.1.10."
        )
    return lowered


def _interface_addresses() -> list[str]:
    """IPv4 addresses of this machine's interfaces, without loopback; none where the system has another way to ask."""
    try:
        import fcntl  # noqa: PLC0415 -- not on every system
    except ImportError:
        return []
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for _index, interface in socket.if_nameindex():
            # An interface without an address answers with an error.
            with contextlib.suppress(OSError):
                request = struct.pack("256s", interface.encode()[:15])
                answer = fcntl.ioctl(any_socket.fileno(), _SIOCGIFADDR, request)
                found.append(socket.inet_ntoa(answer[20:24]))
    return [address for address in found if not ipaddress.ip_address(address).is_loopback]
