"""A real hub over https: who gets in, what a whole live session looks like, cookies, origins, renewal, agents."""

import asyncio
import json
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import CliRunner
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from queue_server import control
from queue_server.cli import Exit, main
from queue_server.fetching import Fetcher, FetchTrouble, HubAddress
from queue_server.link import Link
from queue_server.tls import folder
from queue_server.tls.certificates import SERVER_DAYS
from queue_server.wire.messages import Hello
from queue_server.wire.session import Phase
from queue_server.wire.shapes import HallView
from tests.contract.house import config_in
from tests.end_to_end.agents import agent, files_in, until
from tests.end_to_end.hubs import ANTREAN, API, HALL, ROOT
from tests.pace import PATIENCE_S
from tests.tls.houses import LOCAL_TLS, TlsHub, tls_hub
from tests.tls.papers import DAY_MS, client, now_ms, pair_in

WITHIN_S = PATIENCE_S


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsHub]:
    """One for whoever only looks and takes tickets."""
    with tls_hub(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="module")
def old_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsHub]:
    """One whose certificate changes; its authority is old enough for an old certificate."""
    made_at_ms = now_ms() - SERVER_DAYS * DAY_MS
    with tls_hub(tmp_path_factory.mktemp("old"), made_at_ms=made_at_ms) as running:
        _renewed(running)
        yield running


async def hear(live: ClientConnection, kind: str) -> dict[str, Any]:
    """The next frame of a type."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            frame: dict[str, Any] = json.loads(await live.recv())
            if frame["type"] == kind:
                return frame


async def test_a_whole_live_session_goes_over_wss(house: TlsHub) -> None:
    """Hello, view, command, outcome, and the view that follows from it at another socket."""
    token = house.hub.token("kiosk", "kiosk-1")
    trust = client(house.root)
    async with house.live(trust) as kiosk, house.live(trust) as looker:
        await looker.send(json.dumps({"type": "hello", "protocol": 1, "view": "hall", "token": None}))
        before = await hear(looker, "view")
        hello = {"type": "hello", "protocol": 1, "view": "kiosk", "kiosk": "kiosk-1", "token": token}
        await kiosk.send(json.dumps(hello))
        await hear(kiosk, "view")
        command = {"type": "command", "id": "c1", "command": "take_ticket", "service": "ktp-el"}
        await kiosk.send(json.dumps(command))
        outcome = await hear(kiosk, "outcome")
        after = await hear(looker, "view")

    assert outcome["accepted"], outcome
    assert before["seq"] < outcome["seq"] <= after["seq"]


async def test_without_the_root_nobody_speaks_to_it(house: TlsHub) -> None:
    """Neither a socket nor a call; the control is the session above."""
    with pytest.raises(ssl.SSLCertVerificationError):
        async with house.live(client(None)):
            pass
    with house.client(is_trusting=False) as stranger, pytest.raises(httpx2.ConnectError, match="CERTIFICATE"):
        stranger.get("/healthz")


def test_plain_http_at_the_same_port_gets_no_answer(house: TlsHub) -> None:
    """Nothing falls back: the bytes are no handshake, and the line is cut."""
    with socket.create_connection(("127.0.0.1", house.hub.port), timeout=WITHIN_S) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try:
            answer = line.recv(4_096)
        except ConnectionResetError:
            answer = b""

    assert b"HTTP" not in answer


def test_the_session_cookie_is_bound_to_host_and_tls(house: TlsHub) -> None:
    """`__Host-`, Secure, HttpOnly, SameSite=Strict; and the hub believes no other name. Source: RFC 6265bis, 4.1.3.2."""
    code = _link(house)
    with house.client() as browser:
        answer = browser.post("/api/v1/link", json={"code": code}, headers={"Origin": house.url})
        cookie = answer.headers["set-cookie"]
        name, _, value = cookie.partition(";")[0].partition("=")

        assert 200 == answer.status_code, answer.text
        assert "__Host-antrean_session" == name
        for word in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"):
            assert word in cookie
        assert "Domain" not in cookie
        browser.cookies.clear()
        kiosk = f"/halls/{HALL}/kiosk/kiosk-1"
        assert 200 == browser.get(kiosk, headers={"Cookie": f"{name}={value}"}).status_code
        assert 303 == browser.get(kiosk, headers={"Cookie": f"antrean_session={value}"}).status_code


async def test_a_page_of_plain_http_is_a_foreign_page(house: TlsHub) -> None:
    """The same host without TLS could be anybody on the network; our own https origin is the control."""
    own, foreign = house.url, house.url.replace("https", "http", 1)
    answers = []
    for origin in (foreign, own):
        code = _link(house)
        with house.client() as browser:
            answers.append(browser.post("/api/v1/link", json={"code": code}, headers={"Origin": origin}))
    cookie = answers[1].headers["set-cookie"].partition(";")[0]
    codes = [await _live_code(house, cookie, origin) for origin in (foreign, own)]

    assert [403, 200] == [one.status_code for one in answers]
    assert ["refused", "view"] == codes


def test_an_authority_of_our_own_asks_no_browser_to_come_by_tls_alone(house: TlsHub) -> None:
    """For an address a browser must ignore it, and a hub set up anew without TLS would be out of reach for a year."""
    with house.client() as browser:
        assert "strict-transport-security" not in browser.get("/healthz").headers


def test_a_certificate_of_the_halls_own_asks_browsers_to_come_by_tls_alone(tmp_path: Path) -> None:
    """On every answer, pages, files and refusals; for a year. Source: RFC 6797; ASVS 3.4.1."""
    pair, root = pair_in(tmp_path)
    own = f'[server.tls]\ncertificate = "{pair.certificate.name}"\nkey = "{pair.key.name}"\n\n[limits]'
    with tls_hub(tmp_path, changes={"[limits]": own}) as running:
        browser = httpx2.Client(
            base_url=running.url, verify=client(root), timeout=PATIENCE_S, trust_env=False
        )
        with browser:
            found = {
                path: browser.get(path).headers.get("strict-transport-security")
                for path in ("/", "/healthz", "/nowhere", f"{API}/events")
            }

    assert {"max-age=31536000"} == set(found.values()), found


async def test_a_renewal_reaches_new_connections_and_keeps_the_open_ones(old_house: TlsHub) -> None:
    """By the verb, at the running hub: no restart, no line cut, and the same root."""
    trust = client(old_house.root)
    before = _served(old_house, trust)
    async with old_house.live(trust) as live:
        await live.send(json.dumps({"type": "hello", "protocol": 1, "view": "hall", "token": None}))
        await hear(live, "view")
        told = await asyncio.to_thread(_renewed, old_house)
        after = _served(old_house, trust)
        beat = await hear(live, "beat")

    assert "The running hub greets new connections with it" in told
    assert before != after
    assert "beat" == beat["type"]


def test_a_broken_renewal_leaves_the_hub_with_what_it_has(old_house: TlsHub) -> None:
    """`antrean apply` after somebody has spoilt the file: refused in a sentence, told on the board, served as before."""
    trust = client(old_house.root)
    before = _served(old_house, trust)
    server = old_house.hub.data / "tls/server.pem"
    whole = server.read_bytes()
    server.write_text("rubbish")
    told = CliRunner().invoke(main, ["apply", "--data", str(old_house.hub.data)])
    warned = _warnings(old_house)
    server.write_bytes(whole)
    again = CliRunner().invoke(main, ["apply", "--data", str(old_house.hub.data)])

    assert (Exit.CONFIGURATION, before) == (told.exit_code, _served(old_house, trust))
    assert "server.pem cannot be used" in told.output
    assert "server.pem cannot be used" in warned["configuration_refused"]
    assert Exit.OK == again.exit_code
    assert "configuration_refused" not in _warnings(old_house)


def test_the_board_tells_of_the_end_thirty_days_ahead(old_house: TlsHub) -> None:
    """With what to do; a renewal ends the warning, which is the control."""
    folder.renew(old_house.hub.data, [], now_ms() - (SERVER_DAYS - 21) * DAY_MS)
    CliRunner().invoke(main, ["apply", "--data", str(old_house.hub.data)])
    warned = _warnings(old_house)
    _renewed(old_house)

    assert "run `antrean tls renew`" in warned["certificate_ending"]
    assert {"certificate_ending", "insecure_lan"} & set(_warnings(old_house)) == set()


def test_a_hub_starts_with_an_ended_certificate_and_says_so(tmp_path: Path) -> None:
    """A wrong clock must not close a hall; clients refuse it, `tls renew` heals it while it runs."""
    with tls_hub(tmp_path, made_at_ms=now_ms() - (SERVER_DAYS + 1) * DAY_MS) as running:
        with running.client() as browser, pytest.raises(httpx2.ConnectError, match="expired"):
            browser.get("/healthz")
        _renewed(running)
        with running.client() as browser:
            assert 200 == browser.get("/healthz").status_code


def test_a_hub_without_its_certificate_does_not_start_and_says_why(tmp_path: Path) -> None:
    """One sentence and exit code 2: the service manager does not try again for ever."""
    config = config_in(tmp_path, LOCAL_TLS)
    told = subprocess.run(
        [*ANTREAN, "serve", "--config", str(config), "--data", str(tmp_path / "data")],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (Exit.CONFIGURATION, 1) == (told.returncode, len(told.stderr.splitlines())), told.stderr
    assert "server.pem is not there: run `antrean tls init`" in told.stderr


async def test_an_agent_with_the_root_holds_its_line_and_one_without_says_nothing(house: TlsHub) -> None:
    """The line over wss, a download over https; without the root not even the hello leaves the agent."""
    stranger = HubAddress.parse(house.url)
    friend = stranger.trusting(house.root)
    hello = Hello(protocol=1, view="hall")
    phases: list[Phase] = []
    link = Link(hub=friend, hall=HALL, hello=hello, state_type=HallView, on_phase=phases.append)
    other = Link(hub=stranger, hall=HALL, hello=hello, state_type=HallView)
    running = [asyncio.create_task(one.run()) for one in (link, other)]
    try:
        async with asyncio.timeout(WITHIN_S):
            async for _ in link.views():
                break
            while not other.trouble:  # noqa: ASYNC110 -- there is nothing to wait on
                await asyncio.sleep(0.01)
        assert b"lamongan" in await link.download("/api/v1/halls")
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    assert Phase.LIVE in phases
    assert other.phase is not Phase.LIVE
    assert f"{house.url} is not to be trusted" in other.trouble
    assert "--ca" in other.trouble


async def test_a_token_is_not_shown_to_a_hub_that_nobody_vouches_for(tmp_path: Path) -> None:
    """A false hub on the hall's network, with a certificate of its own making, hears nothing after the handshake."""
    pair, root = pair_in(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0, ssl=context)
    async with server:
        stranger = HubAddress.parse(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        with pytest.raises(FetchTrouble, match="is not to be trusted") as trouble:
            await _posted(stranger)
        assert [] == heard
        await _posted(stranger.trusting(root))  # the control: whoever is vouched for gets the token
        assert b"Bearer T" in heard[0]

    assert trouble.value.is_final


def test_an_agents_command_line_refuses_an_unknown_hub_in_a_sentence(house: TlsHub, tmp_path: Path) -> None:
    """It ends with 1: somebody has to name the root."""
    told = subprocess.run(
        [*ANTREAN, *_printer(tmp_path), "--hub", house.url],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert 1 == told.returncode
    assert f"Error: {house.url} is not to be trusted, its certificate does not hold" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_printers_agent_prints_over_tls(house: TlsHub, tmp_path: Path) -> None:
    """The real command with the root from its environment: a ticket becomes a paper."""
    papers = tmp_path / "papers"
    options = ("--device", f"virtual:{papers}", "--data", str(tmp_path / "spool"))
    token = house.hub.token("printer", "printer-1")
    with agent(house.hub, "printer", token, *options, env={"ANTREAN_CA": str(house.root)}):
        with house.client() as kiosk:
            taken = kiosk.post(
                f"{API}/tickets",
                json={"service": "ktp-el"},
                headers={"Authorization": f"Bearer {house.hub.token('kiosk', 'kiosk-1')}"},
            )
        assert 201 == taken.status_code, taken.text
        assert until(lambda: files_in(papers))


def test_a_root_that_cannot_be_used_is_told_at_the_start(tmp_path: Path) -> None:
    """What is no root, what is not there, and one for a hub of plain http."""
    rubbish = tmp_path / "rubbish.crt"
    rubbish.write_text("rubbish")
    for words, hub, root in (
        ("holds no root certificate in PEM form", "https://127.0.0.1:1", rubbish),
        ("cannot be read: No such file", "https://127.0.0.1:1", tmp_path / "none.crt"),
        ("is plain http", "http://127.0.0.1:1", rubbish),
    ):
        for verb in (_printer(tmp_path), ["display", "--token", "T"]):
            told = CliRunner().invoke(main, [*verb, "--hub", hub, "--ca", str(root)])

            assert Exit.CONFIGURATION == told.exit_code, told.output
            assert words in " ".join(told.output.split())


def _printer(place: Path) -> list[str]:
    return ["printer", "--token", "T", "--device", f"virtual:{place}", "--data", str(place / "spool")]


async def _posted(hub: HubAddress) -> None:
    fetcher = Fetcher(hub)
    try:
        await fetcher.post("/api/v1/device-link", token="T")
    finally:
        fetcher.close()


async def _live_code(house: TlsHub, cookie: str, origin: str) -> str:
    """What a socket with a cookie from a page of this origin gets."""
    try:
        async with house.live(client(house.root), Cookie=cookie, Origin=origin) as live:
            hello = {"type": "hello", "protocol": 1, "view": "kiosk", "kiosk": "kiosk-1", "token": None}
            await live.send(json.dumps(hello))
            async with asyncio.timeout(WITHIN_S):
                kind = json.loads(await live.recv())["type"]
                return "view" if kind == "view" else "refused"
    except InvalidStatus:
        return "refused"


def _link(house: TlsHub) -> str:
    """A one-use code for the kiosk's browser."""
    answer = control.call(house.hub.data, "link", role="kiosk", hall=HALL, id="kiosk-1", name=None)
    assert answer is not None
    assert answer.accepted, answer.detail
    return str(answer.value)


def _served(running: TlsHub, trust: ssl.SSLContext) -> bytes | None:
    """The certificate that a new connection is greeted with."""
    with (
        socket.create_connection(("127.0.0.1", running.hub.port), timeout=WITHIN_S) as line,
        trust.wrap_socket(line, server_hostname="127.0.0.1") as end,
    ):
        return end.getpeercert(binary_form=True)


def _renewed(running: TlsHub) -> str:
    """What `antrean tls renew` says."""
    told = CliRunner().invoke(main, ["tls", "renew", "--data", str(running.hub.data)])
    assert Exit.OK == told.exit_code, told.output
    return told.output


def _warnings(running: TlsHub) -> dict[str, str]:
    """What the manager's board warns of: code and detail."""
    return asyncio.run(_board(running, running.hub.token("manager", name="Kepala")))


async def _board(running: TlsHub, token: str) -> dict[str, str]:
    async with running.live(client(running.root)) as live:
        await live.send(json.dumps({"type": "hello", "protocol": 1, "view": "manager", "token": token}))
        view = await hear(live, "view")
    return {one["code"]: one["detail"] for one in view["state"]["warnings"]}
