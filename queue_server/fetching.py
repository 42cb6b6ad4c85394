"""Plain HTTP to the hub for agents: its halls, its sound files and a link, bounded in size and time.

The standard library's client blocks, so it lives in one thread that one `Fetcher` owns.
"""

import asyncio
import http.client
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec

FETCH_WITHIN_S = 10.0
"""One file, from the first byte sent to the last received; a spoken call is some 200 KB on the hall's network."""

STEP_WITHIN_S = 5.0
"""Connecting, or waiting for the next bytes: a sentence that is still being rendered is sent within four."""

FILE_BYTES_MAX = 8 * 1024 * 1024
"""Three minutes of uncompressed 22 kHz speech; a call lasts seconds."""

CHUNK_BYTES = 64 * 1024

CLOCK_CODES = (9, 10)
"""OpenSSL: the certificate is not valid yet, or not any more. Time, or whoever sets the clock, may heal it. Every other
refusal stays one until somebody brings another root or makes another certificate. Source: openssl-verify(1)."""

NOT_ALLOWED = (401, 403)
"""The same token will not open it later either."""


class FetchTrouble(Exception):  # noqa: N818 -- trouble is the project's word
    """The hub did not give the file. Blame: the world or the peer.

    `is_final`: trying again will not help, somebody has to change something first. `status`: of the hub's answer;
    None: there was none.
    """

    def __init__(self, text: str, *, is_final: bool = False, status: int | None = None) -> None:
        super().__init__(text)
        self.is_final = is_final
        self.status = status


class HubAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where the hub is. `host` and `port` of its HTTP door."""

    is_secure: bool
    host: str
    port: int
    ca_file: str | None = None
    """Root certificates, PEM: they alone are believed. None: those of this machine."""

    @classmethod
    def parse(cls, text: str) -> "HubAddress":
        """`http://HOST[:PORT]` or `https://…`.

        Raises: ValueError with words for whoever typed it.
        """
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{text!r} is no hub address; it looks like http://HOST:PORT or https://HOST")
        if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
            raise ValueError(f"{text!r} is too long for a hub address; leave out everything after HOST:PORT")
        is_secure = parts.scheme == "https"
        return cls(is_secure=is_secure, host=parts.hostname, port=parts.port or (443 if is_secure else 80))

    def trusting(self, ca_file: Path) -> "HubAddress":
        """The same hub, believed only with a certificate that a root in this file vouches for.

        Raises: ValueError with words for whoever named it.
        """
        if not self.is_secure:
            raise ValueError(f"{self.url} is plain http: a root certificate is for an https:// address")
        trusting = msgspec.structs.replace(self, ca_file=str(ca_file))
        try:
            trusting.tls()
        except ssl.SSLError as error:
            reason = error.reason or str(error)
            raise ValueError(f"{ca_file} holds no root certificate in PEM form ({reason})") from error
        except OSError as error:
            raise ValueError(f"{ca_file} cannot be read: {error.strerror}") from error
        return trusting

    def tls(self) -> ssl.SSLContext | None:
        """Checks the hub's certificate and name, TLS 1.2 at least; None: plain http."""
        if not self.is_secure:
            return None
        context = ssl.create_default_context(cafile=self.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def distrust(self, error: ssl.SSLCertVerificationError) -> str:
        """Why the hub is not spoken to, in words for whoever looks after the machine."""
        reason = error.verify_message.removesuffix(".")
        if error.verify_code in CLOCK_CODES:
            cure = "renew it (`antrean tls renew`), or set this machine's clock right"
        else:
            cure = "name the root that vouches for it with --ca (`antrean tls init` says where it lies)"
        return f"{self.url} is not to be trusted, its certificate does not hold ({reason}): {cure}"

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        return f"{'https' if self.is_secure else 'http'}://{self._authority}"

    def live_url(self, hall: str) -> str:
        """Address of the hall's live socket."""
        scheme = "wss" if self.is_secure else "ws"
        return f"{scheme}://{self._authority}/api/v1/halls/{quote(hall, safe='')}/live"

    @property
    def _authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class _HallName(msgspec.Struct, frozen=True):
    id: str


class Fetcher:
    """Requests, one at a time."""

    def __init__(self, hub: HubAddress) -> None:
        self._hub = hub
        self._tls = hub.tls()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fetch")

    async def fetch(self, path: str) -> bytes:
        """The body of `GET path`.

        Args: path: begins with one slash; a view gave it.
        Raises: FetchTrouble when the answer is not 200, too large, too slow, or does not come.
        """
        if not path.startswith("/") or path.startswith("//"):
            # A view that names another host must not send the agent (and what it may reach) there.
            raise FetchTrouble(f"{path!r} is not a path of the hub", is_final=True)
        return await self._ask("GET", path, {})

    async def post(self, path: str, *, token: str) -> bytes:
        """The body of the answer to an empty `POST path`.

        Raises: FetchTrouble as for `fetch`; final where the token does not open this.
        """
        return await self._ask("POST", path, {"Authorization": f"Bearer {token}"})

    async def send(self, path: str, body: dict[str, str]) -> bytes:
        """The body of the answer to a `POST path` of JSON, by somebody without a token.

        Raises: FetchTrouble as for `fetch`.
        """
        return await self._ask("POST", path, {"Content-Type": "application/json"}, msgspec.json.encode(body))

    def close(self) -> None:
        """Lets the thread end by its own deadlines; nobody waits for it."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> bytes:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, _answer, self._hub, self._tls, method, path, headers, body
        )


async def only_hall(hub: HubAddress) -> str:
    """The id of the hub's hall where it has exactly one.

    Raises: FetchTrouble where the hub does not answer, or has none or several.
    """
    fetcher = Fetcher(hub)
    try:
        halls = msgspec.json.decode(await fetcher.fetch("/api/v1/halls"), type=list[_HallName])
    except msgspec.DecodeError as error:
        raise FetchTrouble(f"{hub.url} does not answer as a hub does: {error}") from error
    finally:
        fetcher.close()
    if len(halls) != 1:
        names = ", ".join(hall.id for hall in halls) or "none"
        raise FetchTrouble(
            f"{hub.url} does not have exactly one hall (it has: {names}); name one with --hall", is_final=True
        )
    return halls[0].id


def _answer(
    hub: HubAddress,
    tls: ssl.SSLContext | None,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes | None = None,
) -> bytes:
    until_s = time.monotonic() + FETCH_WITHIN_S
    line = (
        http.client.HTTPConnection(hub.host, hub.port, timeout=STEP_WITHIN_S)
        if tls is None
        else http.client.HTTPSConnection(hub.host, hub.port, timeout=STEP_WITHIN_S, context=tls)
    )
    try:
        line.request(method, path, body=body, headers={"Accept-Encoding": "identity", **headers})
        with line.getresponse() as answer:  # it keeps the socket where the hub closes after each answer
            if answer.status not in (200, 201):
                is_final = answer.status in NOT_ALLOWED
                text = f"{hub.url}{path} answers {answer.status}"
                raise FetchTrouble(text, is_final=is_final, status=answer.status)
            return _body(answer, until_s)
    except ssl.SSLCertVerificationError as error:
        # Raised in the handshake: nothing was sent, the token least of all.
        is_final = error.verify_code not in CLOCK_CODES
        raise FetchTrouble(hub.distrust(error), is_final=is_final) from error
    except (OSError, http.client.HTTPException) as error:
        raise FetchTrouble(f"{hub.url}{path} cannot be fetched: {error!r}") from error
    finally:
        line.close()


def _body(answer: http.client.HTTPResponse, until_s: float) -> bytes:
    """All of it, or FetchTrouble. A body shorter than announced raises IncompleteRead, an HTTPException."""
    body = bytearray()
    while chunk := answer.read1(CHUNK_BYTES):
        body += chunk
        if len(body) > FILE_BYTES_MAX:
            raise FetchTrouble(f"the answer is larger than {FILE_BYTES_MAX} bytes")
        if time.monotonic() > until_s:
            raise FetchTrouble(f"the answer took longer than {FETCH_WITHIN_S:.0f} s")
    if answer.length:
        raise FetchTrouble(f"the answer ended {answer.length} bytes too early")
    return bytes(body)
