"""The hub under test: the real `antrean serve` with the example hall, on a free port, with its own data folder.

Limits are off and nothing is rate-limited; the voice renders only where a figure asks for it, since on a small machine
its engine would take its processor time from the load generator.
"""

import http.client
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from benchmarks.children import ROOT, START_WITHIN_S, Child
from benchmarks.figure import Unmeasurable
from queue_server import control

HALL = "lamongan"
API = f"/api/v1/halls/{HALL}"
LIVE = f"{API}/live"
ANSWER_WITHIN_S = 60.0

SERVICE, COUNTER, ZONE = "nib", "loket-8", "b"
"""What the measured calls are for, where they are made and seen: one service, one of its counters, its zone."""

FOREIGN_SCREEN = "screen-a-1"
"""A screen of another zone: its token opens any zone's view without taking a configured screen's seat there."""

PLAIN_KIOSK = "kiosk-3"
"""Has no printer, so that no paper is waited for that nobody prints."""


class Timed(NamedTuple):
    """One answer and its instants, monotonic ns."""

    body: Any
    sent_ns: int
    answered_ns: int

    @property
    def took_ms(self) -> float:
        return (self.answered_ns - self.sent_ns) / 1e6


class Hub(Child):
    """The process and what its users need."""

    def __init__(self, data: Path, config: Path, options: tuple[str, ...], env: Mapping[str, str]) -> None:
        self._http: http.client.HTTPConnection | None = None
        self.started_ns = time.monotonic_ns()
        super().__init__(
            [
                "-m",
                "queue_server",
                "serve",
                "--data",
                str(data),
                "--config",
                str(config),
                "--port",
                "0",
                *options,
            ],
            env={"ANTREAN_LIMITS": "off", **env},
        )
        self._data = data
        ready = self.await_ready(START_WITHIN_S)
        self.start_ms = (time.monotonic_ns() - self.started_ns) / 1e6
        """From exec to `ready`."""
        self.port = int(ready.split()[1].rpartition(b":")[2])

    def token(self, role: str, device: str | None = None, name: str | None = None) -> str:
        """A credential, through the hub's local socket."""
        answer = control.call(self._data, "token", role=role, hall=HALL, id=device, name=name)
        if answer is None or not answer.accepted:
            raise Unmeasurable(f"no token for {role}: {answer}")
        return str(answer.value)

    def call(self, method: str, path: str, token: str | None = None, body: object = None) -> Timed:
        """One HTTP call on a kept connection; the path follows the hall's. Anything but a 2xx is the end."""
        if self._http is None:
            self._http = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_WITHIN_S)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        content = None if body is None else msgspec.json.encode(body)
        sent_ns = time.monotonic_ns()
        self._http.request(method, f"{API}{path}", content, headers)
        response = self._http.getresponse()
        answered = response.read()
        answered_ns = time.monotonic_ns()
        if response.status >= 300:
            raise Unmeasurable(f"{method} {path}: {response.status} {answered[:200]!r}")
        return Timed(msgspec.json.decode(answered), sent_ns, answered_ns)

    def end(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None
        super().end()


class Desk:
    """A counter at work: tickets are there, and each press calls the next one."""

    def __init__(self, hub: Hub, *, counter: str = COUNTER, service: str = SERVICE) -> None:
        self._hub = hub
        self._counter = counter
        self._service = service
        self._officer = hub.token("officer", name="Petugas")
        self._kiosk = hub.token("kiosk", PLAIN_KIOSK)
        self._sees: str | None = None
        hub.call("POST", f"/counters/{counter}/open", self._officer, {"take": True})

    def take(self, count: int) -> list[Any]:
        """So many tickets for this desk, as they were answered."""
        asked = {"service": self._service}
        return [self._hub.call("POST", "/tickets", self._kiosk, asked).body for _ in range(count)]

    def call_next(self) -> Timed:
        """Presses the key; the answer's `ticket` is the one called."""
        answer = self._hub.call(
            "POST", f"/counters/{self._counter}/next", self._officer, {"sees": self._sees}
        )
        if answer.body["ticket"] is None:
            raise Unmeasurable("nobody waits any more")
        self._sees = answer.body["ticket"]["id"]
        return answer


@contextmanager
def running_hub(folder: Path, *options: str, has_voice: bool = False) -> Iterator[Hub]:
    """A hub until the block ends, on a data folder of its own below this one (kept where it is there already)."""
    data = folder / "data"
    config = written_config(folder, has_voice=has_voice)
    with Hub(data, config, options or ("--always-open",), {}) as hub:
        yield hub


def display_hellos(hub: Hub, count: int, zones: tuple[str, ...] = (ZONE,)) -> list[str]:
    """Hellos of so many screens that look at these zones in turn."""
    token = hub.token("display", FOREIGN_SCREEN)
    return [hello(view="display", zone=zones[n % len(zones)], token=token) for n in range(count)]


def hello(**keys: str) -> str:
    """A client's first frame."""
    return msgspec.json.encode({"type": "hello", "protocol": 1, **keys}).decode()


def request_text(method: str, path: str, token: str | None = None, body: object = None) -> str:
    """A whole HTTP request as our own clients send it, `{key}` where the idempotency key goes."""
    content = "" if body is None else msgspec.json.encode(body).decode()
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    return (
        f"{method} {API}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{bearer}Content-Type: application/json\r\n"
        f"Idempotency-Key: {{key}}\r\nContent-Length: {len(content)}\r\n\r\n{content}"
    )


def services(hub: Hub) -> list[str]:
    """The ids of all services that some counter serves."""
    return [service["id"] for service in hub.call("GET", "").body["services"]]


def written_config(folder: Path, *, has_voice: bool = False) -> Path:
    """The example hall, with the folder of sounds where it is, and without an engine unless one is wanted."""
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    text = text.replace('sounds = "sounds"', f'sounds = "{ROOT / "sounds"}"')
    if not has_voice:
        text = text.replace('engine = "auto"', 'engine = "none"')
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "config.toml"
    config.write_text(text, encoding="utf-8")
    return config
