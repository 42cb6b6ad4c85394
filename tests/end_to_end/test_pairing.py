"""A new device from its code to its work, with real processes: a kiosk's browser, a printer's agent, two nodes.

Source: docs/running.md, "A new device without a command line"; docs/security.md, "Pairing".
"""

import json
import os
import re
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import expect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from queue_server import control
from queue_server.wire.close_codes import CloseCode
from tests.end_to_end.agents import files_in, until
from tests.end_to_end.hubs import ANTREAN, HALL, ROOT, RunningHub, json_of, running_hub
from tests.end_to_end.test_accounts_walk import person, set_up
from tests.pace import PATIENCE_S, allowed
from tests.pages.gallery import chromium

CODE = re.compile(r"code ([2-9A-Y]{4}-[2-9A-Y]{4}):")

CLOSED_WITHIN_S = 2.0
"""Source: promise S4, on whichever node the socket is."""


def test_a_kiosk_comes_into_the_hall_without_a_command_line(tmp_path: Path) -> None:
    """It shows a code, an administrator types it on his own machine and says where it stands; revoked, it is out."""
    with (
        running_hub(tmp_path / "hub", "--always-open") as hub,
        chromium() as browser,
        person(browser) as administrator,
        person(browser) as kiosk,
    ):
        set_up(administrator, hub)
        kiosk.goto(f"{hub.url}/pair")
        code = kiosk.locator(".pair-symbols").inner_text()

        administrator.goto(f"{hub.url}/devices")
        administrator.get_by_label("Kode di perangkat").fill(code.replace("-", " ").lower())
        administrator.get_by_role("button", name="Lanjut").click()
        expect(administrator.locator("form .note")).to_contain_text("Peramban di 127.0.0.1")
        administrator.get_by_label("Tempat").select_option(label=_kiosk_option(administrator))
        administrator.get_by_role("button", name="Izinkan masuk").click()
        expect(administrator.get_by_role("status")).to_contain_text("diizinkan masuk")

        kiosk.wait_for_url(f"{hub.url}/halls/{HALL}/kiosk/kiosk-1")
        expect(kiosk.locator("h1").first).to_be_visible()
        row = administrator.get_by_role("list", name="Di gedung ini").get_by_role("listitem")
        expect(row).to_contain_text("kiosk-1")

        administrator.get_by_role("button", name="Cabut").click()
        administrator.get_by_role("dialog").get_by_role("button", name="Cabut", exact=True).click()
        expect(administrator.get_by_role("status")).to_contain_text("diputus")
        expect(kiosk.get_by_role("alert")).to_contain_text("4401")


def test_a_printer_pairs_prints_is_revoked_and_shows_a_code_again(tmp_path: Path) -> None:
    """Its code comes out of it; its token is its user's alone and outlives a restart, and a revocation ends it.

    An agent that was given its token cannot ask for another: it says why and ends with 1.
    """
    paper, data = tmp_path / "paper", tmp_path / "agent"
    options = ("--pair", "--device", f"virtual:{paper}", "--data", str(data))
    with running_hub(tmp_path / "hub", "--always-open") as hub:
        with _agent(hub, "printer", *options) as said:
            code = _code_in(said, 1)
            assert 1 == len(until(lambda: files_in(paper)))
            _antrean(hub, "pair", code, "--role", "printer", "--hall", HALL, "--id", "printer-1")
            kept = until(lambda: _kept(data))
        assert 0o600 == stat.S_IMODE((data / "token.json").stat().st_mode)
        assert (hub.url, HALL) == (kept["hub"], kept["hall"])

        with _agent(hub, "printer", *options) as said:
            json_of(hub.call("POST", "/tickets", hub.token("kiosk", "kiosk-1"), {"service": "ktp-el"}))
            until(lambda: len(files_in(paper)) == 2)
            assert not CODE.search(said.read_text())
            _antrean(hub, "revoke", _id_of(hub, "printer"))
            assert code != _code_in(said, 1)
            assert "event=token_not_taken" in said.read_text()
            assert not (data / "token.json").exists()

        given = ("--token", hub.token("printer", "printer-2"), *options[1:])
        (second,) = [one for one in _listed(hub) if one["device"] == "printer-2"]
        with _agent(hub, "printer", *given, ends_with=1) as said:
            until(lambda: "event=hub_here" in said.read_text())
            control.call(hub.data, "revoke", id=second["id"])
            until(lambda: "it was revoked" in said.read_text())


@pytest.mark.promise("S4")
def test_two_nodes_are_one_hub_for_devices(postgres_url: str, tmp_path: Path) -> None:
    """A device begins at one, is approved at the other, and fetches the same from both; what one revokes loses its
    socket at the other within two seconds. A device that was not revoked stays, which is the control.
    """
    env = {"ANTREAN_STORE_URL": postgres_url}
    with (
        running_hub(tmp_path / "one", "--always-open", env=env) as one,
        running_hub(tmp_path / "two", "--always-open", env=env) as two,
    ):
        started = json_of(_post(one, "", {"wants": "display"}))
        asked = json_of(_post(two, "/ask", {"secret": started["secret"]}))
        _antrean(two, "pair", started["code"], "--role", "display", "--hall", HALL, "--id", "screen-a-1")
        until(lambda: _post(one, "/ask", {"secret": started["secret"]}).json()["state"] == "approved")
        answers = [json_of(_post(node, "/ask", {"secret": started["secret"]})) for node in (one, two)]
        kept = one.token("kiosk", "kiosk-1")
        revoked = _id_of(one, "display")
        with (
            _live(two, "display", answers[0]["token"], zone="a") as socket,
            _live(two, "kiosk", kept, kiosk="kiosk-1") as other,
        ):
            began_s = time.monotonic()
            answer = control.call(one.data, "revoke", id=revoked)
            code = _closing_code(socket)
            took_s = time.monotonic() - began_s
            assert other.ping().wait(PATIENCE_S), "the other device is still there"

    print(f"closed on the other node after {took_s * 1_000:.0f} ms")
    assert "waiting" == asked["state"]
    assert answers[0] == answers[1]
    assert answer is not None
    assert answer.accepted
    assert CloseCode.UNAUTHENTICATED == code
    assert took_s <= allowed(CLOSED_WITHIN_S)


def _kiosk_option(page: Any) -> str:
    """The choice that names the hall's first kiosk."""
    names = page.locator("option").all_inner_texts()
    return next(str(name) for name in names if "kiosk-1" in name)


@contextmanager
def _agent(hub: RunningHub, verb: str, *options: str, ends_with: int = 0) -> Iterator[Path]:
    """The agent until the block ends; what it says on stderr."""
    said = hub.data / f"{verb}-{time.monotonic_ns()}.log"
    with said.open("wb") as log:
        process = subprocess.Popen(
            [*ANTREAN, verb, "--hub", hub.url, *options], cwd=ROOT, stderr=log, env=_without_token()
        )
    try:
        yield said
        if ends_with == 0:
            process.terminate()
        assert ends_with == process.wait(PATIENCE_S), said.read_text()
    finally:
        process.kill()
        process.wait()


def _without_token() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "ANTREAN_TOKEN"}


def _code_in(said: Path, times: int) -> str:
    """The code that the agent told, once it has told so many."""
    found: list[str] = until(lambda: CODE.findall(said.read_text())[times - 1 : times])
    return found[0]


def _kept(data: Path) -> Any:
    file = data / "token.json"
    return json.loads(file.read_text()) if file.exists() else None


def _antrean(hub: RunningHub, verb: str, *words: str) -> str:
    """What a verb prints, asked of the running hub."""
    done = subprocess.run(
        [*ANTREAN, verb, *words, "--data", str(hub.data)],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


def _listed(hub: RunningHub) -> Any:
    answer = control.call(hub.data, "devices")
    assert answer is not None
    return answer.value


def _id_of(hub: RunningHub, role: str) -> str:
    """The credential of the one device with this role, as `antrean devices` lists it."""
    rows = [line.split() for line in _antrean(hub, "devices").splitlines()]
    (found,) = [row[0] for row in rows if row[2] == role]
    return str(found)


@contextmanager
def _live(hub: RunningHub, view: str, token: str, **more: str) -> Iterator[ClientConnection]:
    """A live socket that has its first view; asked for again while the node has not heard of the token."""
    ends_s = time.monotonic() + PATIENCE_S
    while True:
        with connect(
            f"{hub.url.replace('http', 'ws')}/api/v1/halls/{HALL}/live", compression=None, proxy=None
        ) as socket:
            hello = {"type": "hello", "protocol": 1, "view": view, "token": token, **more}
            socket.send(json.dumps(hello))
            if json.loads(socket.recv(PATIENCE_S))["type"] == "view":
                yield socket
                return
        assert time.monotonic() < ends_s, "the node never heard of the token"
        time.sleep(0.1)


def _closing_code(socket: ClientConnection) -> int | None:
    """The code with which the hub closes."""
    try:
        while True:
            socket.recv(PATIENCE_S)
    except ConnectionClosed:
        return socket.close_code


def _post(hub: RunningHub, path: str, body: dict[str, str]) -> httpx2.Response:
    return httpx2.post(f"{hub.url}/api/v1/pairings{path}", json=body, timeout=PATIENCE_S, trust_env=False)
