"""Where the hub listens, and whether what is said there may be read on the way. Proven by `tests/tls/test_address.py`."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import structlog

from queue_server.clock import Clock
from queue_server.config import Config
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.tls.troubles import TlsTrouble

if TYPE_CHECKING:
    from queue_server.tls.serving import HubTls

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

EXPOSED = (
    "Plain http beyond this machine: passwords and tokens can be read on the hall's network. `antrean tls init` makes "
    "a certificate for it."
)
"""For log and board, as long as it is so."""

LOOKED_EVERY_S = 3_600.0
"""How often a certificate's end is looked at: a day more or less does not matter, and a clock that was put right is
noticed within the hour."""

Told = Literal["insecure_lan", "certificate_ending", "configuration_refused"]

log = structlog.get_logger(__name__)


class NotAllowed(Exception):  # noqa: N818 -- it says why, as refusals do
    """The settings ask for what is only safe on this machine itself."""


class Address(NamedTuple):
    """Settled before anything is opened."""

    host: str
    port: int
    """As asked for, 0 for any free one; once the socket is there, its own."""
    tls: "HubTls | None"
    """None: plain http."""

    @property
    def is_exposed(self) -> bool:
        """Plain http beyond this machine, as `insecure_lan` allows it."""
        return self.tls is None and self.host not in LOOPBACK

    @property
    def is_strict(self) -> bool:
        """Whether browsers are told to come by https alone from now on (HSTS, RFC 6797).

        With certificate files of the hall's own: a name that is the hall's and a certificate that somebody keeps
        valid. Not with the local authority: it mostly vouches for addresses, for which browsers must ignore it
        (8.1.1); and where it did hold, a hub that is set up anew without it would be out of reach for a year.
        """
        return self.tls is not None and not self.tls.pair.is_local

    @property
    def url(self) -> str:
        """As it is told."""
        return url_of(self.host, self.port, is_secure=self.tls is not None)


class AddressWatch:
    """What is not well with the way in, told for as long as the hub serves; and a renewed certificate taken up."""

    def __init__(self, address: Address, clock: Clock, tell: Callable[[Told, str | None], None]) -> None:
        """Args: tell: a trouble in plain words, by its code; None: it is over."""
        self._address = address
        self._clock = clock
        self._tell = tell

    async def run(self) -> None:
        """Tells now and every hour, until cancelled."""
        if self._address.is_exposed:
            log.warning("insecure_lan", address=self._address.url, detail=EXPOSED)
            self._tell("insecure_lan", EXPOSED)
        while self._address.tls is not None:
            self._look(self._address.tls)
            await asyncio.sleep(LOOKED_EVERY_S)

    def renew(self) -> Rejected | None:
        """Takes up the certificate that lies there now; one that cannot be served with changes nothing."""
        tls = self._address.tls
        if tls is None:
            return None
        try:
            tls.renew()
        except TlsTrouble as trouble:
            log.warning("certificate_refused", reason=str(trouble))
            self._tell("configuration_refused", str(trouble))
            return Rejected(code=Refusal.INVALID, detail=str(trouble))
        self._look(tls)
        return None

    def _look(self, tls: "HubTls") -> None:
        trouble = tls.trouble(self._clock.now_ms())
        if trouble is not None:
            log.warning("certificate_ending", detail=trouble)
        self._tell("certificate_ending", trouble)


def address_of(config: Config, *, host: str | None, port: int | None, is_demo: bool, data: Path) -> Address:
    """The address that configuration and command line ask for.

    Args:
        host, port: what wins over the configuration; None: nothing does.

    Raises:
        NotAllowed: it is not safe there.
        TlsTrouble: certificate or key cannot be served with.
    """
    asked = config.host if host is None else host
    _refuse_unsafe(asked, config, is_demo=is_demo)
    return Address(asked, config.port if port is None else port, _tls(config, data))


def url_of(host: str, port: int, *, is_secure: bool) -> str:
    """A web address; an IPv6 one gets its brackets."""
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if is_secure else 'http'}://{shown}:{port}"


def _refuse_unsafe(host: str, config: Config, *, is_demo: bool) -> None:
    if host in LOOPBACK:
        return
    if is_demo:
        raise NotAllowed("--demo signs visitors in without a password: it works on a loopback address only.")
    if config.limits.is_off:
        raise NotAllowed(
            "ANTREAN_LIMITS=off lifts what protects the hub: it works on a loopback address only."
        )
    if config.tls is None and not config.is_insecure_lan:
        raise NotAllowed(
            f"Plain http beyond this machine ({host}) shows passwords to the network: run `antrean tls init` and set "
            "local = true under [server.tls] in the configuration (or name certificate and key there), or, in a closed "
            "network, set insecure_lan = true under [server]."
        )


def _tls(config: Config, data: Path) -> "HubTls | None":
    if config.tls is None:
        return None
    # Only here: without TLS neither the package nor the 30 ms of importing it are needed.
    from queue_server.tls.serving import HubTls, pair_of  # noqa: PLC0415

    return HubTls(pair_of(config.tls, data))
