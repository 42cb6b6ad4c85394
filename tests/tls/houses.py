"""Real hubs that speak https, and clients that check them."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2
from websockets.asyncio.client import connect

from queue_server.tls import folder
from tests.contract.house import config_in
from tests.end_to_end.hubs import API, RunningHub, running_hub
from tests.pace import PATIENCE_S
from tests.tls.papers import LOCAL, client, now_ms

LOCAL_TLS = {"[limits]": "[server.tls]\nlocal = true\n\n[limits]"}
"""A change of the example's lines: the hall's own authority."""


class TlsHub:
    """A running hub, and the root that vouches for it."""

    def __init__(self, hub: RunningHub, root: Path) -> None:
        self.hub = hub
        self.root = root

    @property
    def url(self) -> str:
        return self.hub.url

    def client(self, *, is_trusting: bool = True) -> httpx2.Client:
        """HTTP that checks the certificate. Args: is_trusting: whether it knows the hall's root."""
        trust = client(self.root if is_trusting else None)
        return httpx2.Client(base_url=self.url, verify=trust, timeout=PATIENCE_S, trust_env=False)

    def live(self, trust: ssl.SSLContext, **headers: str) -> connect:
        """A live socket, its hello not yet said."""
        address = f"{self.url.replace('http', 'ws', 1)}{API}/live"
        return connect(address, ssl=trust, additional_headers=headers, proxy=None, compression=None)


@contextmanager
def tls_hub(
    place: Path,
    *options: str,
    changes: Mapping[str, str] | None = None,
    made_at_ms: int | None = None,
) -> Iterator[TlsHub]:
    """The example hall with a certificate of its own authority, until the block ends.

    Args:
        changes: of the example's lines; None: `LOCAL_TLS`.
        made_at_ms: when authority and certificate were made; None: now.
    """
    config = config_in(place, LOCAL_TLS if changes is None else changes)
    data = place / "data"
    made = folder.init(data, "MPP", list(LOCAL), now_ms() if made_at_ms is None else made_at_ms)
    with running_hub(
        data, "--config", str(config), "--always-open", *options, env={"ANTREAN_LIMITS": "off"}
    ) as hub:
        assert hub.url.startswith("https://"), hub.url
        yield TlsHub(hub, made.root_path)
