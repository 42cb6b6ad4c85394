"""The two agents against a real hub: what the zone hears, sees and holds.

Source: contract, "Processes" and "Live socket" 5; the fault promise R12.
"""

import contextlib
import os
import shlex
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from queue_server.speech.waves import Samples, dbfs, length_ms, read_wav, samples_in, speech_rms, trimmed
from tests.browsers import ARGUMENTS, whole_browser
from tests.end_to_end.agents import People, agent, display, files_in, network_printer, until
from tests.end_to_end.hubs import HALL, RunningHub, running_hub
from tests.pace import PATIENCE_S

AUDIBLE_DBFS = -30.0
"""Speech is levelled to -16 dBFS; a hall's noise would drown what is so far below it."""

EDGE_MS_MAX = 150
"""Of silence before the first and after the last that is heard."""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """The example hall, open; no demonstration, so that every door wants its key."""
    with running_hub(tmp_path / "hub", "--always-open") as running:
        yield running


@pytest.fixture
def people(hub: RunningHub) -> People:
    """The counter is open."""
    return People(hub)


def test_the_zone_hears_each_call_as_one_announcement(
    hub: RunningHub, people: People, tmp_path: Path
) -> None:
    """One file per call and recall, chime first, 3 to 12 s, not silence; the officer sees that it was spoken."""
    folder = tmp_path / "wav"
    with display(hub, audio=f"wav:{folder}"):
        people.call_next()
        until(lambda: len(files_in(folder)) == 1)
        people.recall()
        until(lambda: len(files_in(folder)) == 2)
        until(lambda: len(people.told_of_voices()) == 4)
        last_call = people.desk()["last_call"]

    chime = _sound(hub, "/audio/chime.wav")
    assert ["000001-A001.wav", "000002-A001.wav"] == [file.name for file in files_in(folder)]
    assert ["CallSpeaking", "CallSpoken"] * 2 == people.told_of_voices()
    assert last_call["spoken_at_ms"] is not None
    for file in files_in(folder):
        sound = read_wav(file)
        level_dbfs, edges_ms = dbfs(speech_rms(sound[len(chime) :])), _edges_ms(sound)
        print(f"{file.name}: {length_ms(sound)} ms, {level_dbfs:.0f} dBFS, silent edges {edges_ms} ms")
        assert chime == sound[: len(chime)]
        assert 3_000 <= length_ms(sound) <= 12_000
        assert level_dbfs > AUDIBLE_DBFS
        assert max(edges_ms) <= EDGE_MS_MAX


def test_what_is_heard_is_what_the_screen_says(hub: RunningHub, people: People, tmp_path: Path) -> None:
    """The sounds of the display view end to end, each language in its own words: nothing left out or made up."""
    folder = tmp_path / "wav"
    with display(hub, audio=f"wav:{folder}"):
        people.call_next()
        [file] = until(lambda: files_in(folder))
        [call] = people.screen()["calls"]

    said = {language: spoken["text"] for language, spoken in call["speech"].items()}
    assert {
        "id": "Nomor antrean, A, nol nol satu. Silakan menuju loket satu.",
        "en": "Ticket, A, zero zero one. Please go to counter one.",
    } == said
    heard = read_wav(file).tobytes()
    end = 0
    for address in ("/audio/chime.wav", *(part for one in call["speech"].values() for part in one["audio"])):
        part = _sound(hub, address).tobytes()
        begin = heard.find(part, end)
        assert 0 <= begin - end <= 2 * samples_in(300)
        end = begin + len(part)
    assert len(heard) == end


def test_one_voice_speaks_in_a_zone_and_the_next_takes_over(
    hub: RunningHub, people: People, tmp_path: Path
) -> None:
    """The second one is silent for as long as the first lives."""
    first, second = tmp_path / "first", tmp_path / "second"
    with display(hub, audio=f"wav:{first}") as speaking:
        speaking.until_said("voice_granted")
        with display(hub, audio=f"wav:{second}", screen="screen-a-2") as silent:
            silent.until_said("voice_is_another")
            people.call_next()
            until(lambda: files_in(first))
            speaking.stop()
            silent.until_said("voice_granted")
            people.recall()
            until(lambda: files_in(second))

    assert ["000001-A001.wav"] == [file.name for file in files_in(first)]
    assert ["000002-A001.wav"] == [file.name for file in files_in(second)]


def test_a_voice_killed_in_mid_sentence_costs_that_call_and_no_other_says_it(
    hub: RunningHub, people: People, tmp_path: Path
) -> None:
    """R12 on the real hub: the call stays begun and not confirmed, its successor says the next one."""
    folder, programs = tmp_path / "wav", tmp_path / "bin"
    programs.mkdir()
    (programs / "aplay").write_text(f"#!/bin/sh\ntouch {tmp_path}/sounding\nexec sleep 60\n")
    (programs / "aplay").chmod(0o755)
    path = {"PATH": f"{programs}:{os.environ['PATH']}"}
    with display(hub, audio="device", env=path) as speaking:
        people.call_next()
        until((tmp_path / "sounding").exists)
        speaking.kill()
    with display(hub, audio=f"wav:{folder}"):
        people.recall()
        until(lambda: people.told_of_voices()[2:])

    assert ["000002-A001.wav"] == [file.name for file in files_in(folder)]
    assert ["CallSpeaking", "CallSpeaking", "CallSpoken"] == people.told_of_voices()
    assert {1: "speaking", 2: "spoken"} == {call["call"]: call["voice"] for call in people.screen()["calls"]}


def test_a_hung_or_dead_synthesiser_holds_no_call_up_and_is_told(
    hub: RunningHub, people: People, tmp_path: Path
) -> None:
    """Stopped first, and its successors killed: the call stands at once; board and log say what is wrong."""
    os.kill(until(lambda: _voice_of(hub)), signal.SIGSTOP)
    with display(hub, audio=f"wav:{tmp_path / 'wav'}"):
        number = people.call_next()["number"]
        shown = [call["number"] for call in people.screen()["calls"]]
        sounds = files_in(tmp_path / "wav")
        until(lambda: "hung" in hub.said())
        warning = until(lambda: _warning_while_it_dies(hub, people))

    assert ([number], []) == (shown, sounds)
    assert "speech" in warning["detail"]
    assert "level='warning' event='voice'" in hub.said()


def test_paper_that_runs_out_is_told_at_the_kiosk_and_on_the_board(
    hub: RunningHub, people: People, tmp_path: Path
) -> None:
    """Asked of the printer itself; and a new roll is noticed by itself."""
    seen = []
    with network_printer() as printer:
        options = ("--device", printer.address, "--data", str(tmp_path / "spool"))
        with agent(hub, "printer", hub.token("printer", "printer-1"), *options):
            for roll in ("ready", "paper_low", "paper_out", "ready"):
                printer.load(is_low=roll != "ready", is_out=roll == "paper_out")
                until(lambda: people.kiosk()["printer"]["status"] == roll)  # noqa: B023 -- called in this turn
                warnings = [
                    one["code"] for one in people.board()["warnings"] if "printer-1" == one["subject"]
                ]
                seen.append((roll, _status(people, "printers", "printer-1"), warnings))

    assert [
        ("ready", "ready", []),
        ("paper_low", "paper_low", ["printer_paper_low"]),
        ("paper_out", "paper_out", ["printer_paper_out"]),
        ("ready", "ready", []),
    ] == seen


def test_a_device_gets_a_link_for_itself_and_nobody_else_gets_one(hub: RunningHub) -> None:
    """The agent hands its browser a code that holds once; a lasting token need never stand in an address."""
    answers = {
        "nobody": _asks_for_link(hub, None),
        "wrong": _asks_for_link(hub, "rubbish"),
        "printer": _asks_for_link(hub, hub.token("printer", "printer-1")),
        "officer": _asks_for_link(hub, hub.token("officer", name="Siti")),
        "kiosk": _asks_for_link(hub, hub.token("kiosk", "kiosk-1")),
        "display": _asks_for_link(hub, hub.token("display", "screen-b-1")),
    }
    links = {name: answers[name].json() for name in ("kiosk", "display")}
    redeemed = [
        httpx2.post(f"{hub.url}/api/v1/link", json={"code": links["display"]["code"]}) for _ in range(2)
    ]

    assert {"nobody": 401, "wrong": 401, "printer": 403, "officer": 403, "kiosk": 201, "display": 201} == {
        name: answer.status_code for name, answer in answers.items()
    }
    assert f"/halls/{HALL}/kiosk/kiosk-1" == links["kiosk"]["go"]
    assert f"/halls/{HALL}/screen/screen-b-1" == links["display"]["go"]
    assert [200, 401] == [answer.status_code for answer in redeemed]
    assert ("display", links["display"]["go"]) == (redeemed[0].json()["role"], redeemed[0].json()["go"])


@pytest.mark.browser
def test_the_page_that_it_opens_is_signed_in_and_muted_and_comes_back(
    hub: RunningHub, people: People, tmp_path: Path
) -> None:
    """The token alone opens it; the zone's voice stays the agent's; a browser that ends is there again."""
    profile = hub.data / "screen-a-1" / "browser"
    voice = f"wav:{tmp_path / 'wav'}"
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        words = [whole_browser(playwright), *ARGUMENTS, "--headless=new", "--remote-debugging-port=0"]
        running = stack.enter_context(display(hub, audio=voice, browser=shlex.join(words)))
        for times in (1, 2):
            running.until_said("browser_started", times)
            until(lambda: _status(people, "screens", "screen-a-1") == "ready")
            port = until((profile / "DevToolsActivePort").exists) and _first_line(profile)
            browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
            [page] = [page for page in browser.contexts[0].pages if page.url.startswith("http")]
            number = people.call_next()["number"]
            expect(page.locator(".main-call-number").first).to_have_text(number)
            expect(page.locator(".screen-muted")).to_have_count(1)
            assert f"{hub.url}/halls/{HALL}/screen/screen-a-1?muted=1" == page.url
            browser.new_browser_cdp_session().send("Browser.close")
            until(lambda: _status(people, "screens", "screen-a-1") == "offline")
        until(lambda: len(people.told_of_voices()) == 4)

    assert ["CallSpeaking", "CallSpoken"] * 2 == people.told_of_voices()
    assert ["000001-A001.wav", "000002-A002.wav"] == [file.name for file in files_in(tmp_path / "wav")]


def test_a_ticket_becomes_a_picture(tmp_path: Path) -> None:
    """`--device virtual:DIR`: what would be printed, with a code that leads to the citizen's page."""
    folder = tmp_path / "paper"
    options = ("--device", f"virtual:{folder}", "--data", str(tmp_path / "spool"))
    with (
        running_hub(tmp_path / "hub", "--demo") as hub,
        agent(hub, "printer", hub.token("printer", "printer-1"), *options),
    ):
        people = People(hub)
        ticket = people.take()
        [picture] = until(lambda: files_in(folder))
        until(lambda: _status(people, "printers", "printer-1") == "ready")

    with Image.open(picture) as paper:
        paper.load()
        codes = [code.text for code in zxingcpp.read_barcodes(paper)]
    assert picture.name.endswith(f"-{ticket['number']}.png")
    assert [f"{hub.url}/t/{ticket['id']}"] == codes


def _voice_of(hub: RunningHub) -> int:
    """The process in which the hub's synthesiser runs; 0 where there is none."""
    children = Path(f"/proc/{hub.process.pid}/task/{hub.process.pid}/children").read_text().split()
    for one in children:
        with contextlib.suppress(FileNotFoundError):
            if b"queue_server.speech.worker" in Path(f"/proc/{one}/cmdline").read_bytes():
                return int(one)
    return 0


def _warning_while_it_dies(hub: RunningHub, people: People) -> Any:
    """What the board says of the voice, each of whose processes is killed."""
    if voice := _voice_of(hub):
        with contextlib.suppress(ProcessLookupError):
            os.kill(voice, signal.SIGKILL)
    return next((one for one in people.board()["warnings"] if one["code"] == "speech_down"), None)


def _asks_for_link(hub: RunningHub, token: str | None) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx2.post(f"{hub.url}/api/v1/device-link", headers=headers)


def _status(people: People, kind: str, name: str) -> Any:
    """What the manager's board says of a device."""
    return next(device["status"] for device in people.board()[kind] if device["id"] == name)


def _sound(hub: RunningHub, address: str) -> Samples:
    """A sound file of the hub."""
    answer = httpx2.get(f"{hub.url}{address}", timeout=PATIENCE_S)
    assert 200 == answer.status_code
    file = hub.data / "heard.wav"
    file.write_bytes(answer.content)
    return read_wav(file)


def _edges_ms(sound: Samples) -> tuple[int, int]:
    """Silence before the first and after the last that is heard."""
    heard = trimmed(sound)
    begin = sound.tobytes().find(heard.tobytes()) // 2
    return length_ms(sound[:begin]), length_ms(sound[begin + len(heard) :])


def _first_line(profile: Path) -> str:
    return (profile / "DevToolsActivePort").read_text().splitlines()[0]
