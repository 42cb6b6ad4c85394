"""Text stays text (promise S5): what people and machines may write, at every place that shows, prints, speaks or logs.

First the sinks, each given what nothing before it has cleaned; then the real doors, where the same texts come in. Random
text is tried beside each part (`ticket_printer/test_paper.py`, `speech/test_phrases.py`); this is what a person tries.
"""

import json
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from queue_server.config import load
from queue_server.config.kinds import BIDI_CONTROLS, REFUSED_CATEGORIES
from queue_server.domain.hall import HallConfig
from queue_server.errors import AntreanError
from queue_server.speech.phrases import TEXT_CHARS_MAX, announcement
from queue_server.web.assets import Assets
from queue_server.web.shell import Shell
from queue_server.wire.close_codes import CloseCode
from tests.contract.house import ROOT, House, config_in, running_house
from tests.pages.fixtures import hall
from tests.security.hostile import HOSTILE, LONE_SURROGATES, MARKUP, WRITABLE
from tests.ticket_printer.papers import paper
from ticket_printer.paper import ticket_bytes
from ticket_printer.raster import printed_page

LANGUAGES = ("id", "en")

VIEWS: dict[str, Any] = {
    "ticket": hall.called_ticket,
    "screen": hall.display_state,
    "kiosk": hall.kiosk_state,
    "counter": hall.counter_view,
    "manager": hall.manager_state,
    "start": lambda: None,
    "sign_in": lambda: None,
}

TEXTS = frozenset({"name", "detail", "service_name", "agency_name", "counter_name", "zone_name", "notice"})
"""Keys of a view under which somebody's words stand, as they are or by language."""

IN_A_CONFIGURATION = {
    "the hall's name": 'name = "MPP Kabupaten Lamongan"',
    "the first language's name of a service": 'id = "Kartu Identitas Anak (KIA)"',
}

LOGGING = """
import json, sys
import structlog
from queue_server.logs import configure_logs
configure_logs()
for text in json.load(sys.stdin):
    structlog.get_logger().warning("tried", detail=text, error=ValueError(text))
"""


class Skeleton(HTMLParser):
    """What a browser would make elements of: every tag with its attributes' names, and the boot block."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.boot = ""
        self.comment_count = 0
        self._is_in_boot = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self._is_in_boot = tag == "script" and ("id", "boot") in attrs

    def handle_endtag(self, tag: str) -> None:
        self.elements.append((f"/{tag}", ()))
        self._is_in_boot = False

    def handle_data(self, data: str) -> None:
        if self._is_in_boot:
            self.boot += data

    def handle_comment(self, _data: str) -> None:
        self.comment_count += 1


@pytest.fixture(scope="module")
def shell() -> Shell:
    """Over the real templates and words."""
    return Shell(assets=Assets.read())


def written_over(value: Any, text: str, *, is_text: bool = False) -> Any:
    """A view in which every word that somebody wrote is `text`."""
    if isinstance(value, dict):
        return {
            key: written_over(one, text, is_text=key in TEXTS or (is_text and key in LANGUAGES))
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [written_over(one, text, is_text=is_text) for one in value]
    return text if is_text and isinstance(value, str) else value


def page_of(shell: Shell, page: str, text: str) -> str:
    """A page that shows `text` wherever it shows words of others."""
    view = written_over(msgspec.to_builtins(VIEWS[page]()), text)
    boot = {
        "hall": written_over(msgspec.to_builtins(hall.head()), text),
        "hello": {"view": page},
        "view": view,
        "page": {"name": text, "next": text},
        "now_ms": hall.NOW_MS,
    }
    return shell.render(page, lang="id", languages=LANGUAGES, boot=boot, title=text)


@pytest.mark.promise("S5")
@pytest.mark.parametrize("page", VIEWS)
def test_no_text_becomes_an_element_of_a_page(shell: Shell, page: str) -> None:
    """The same elements and attributes as with a plain name, no comment, and the page's module reads the text back."""
    plain = Skeleton(page_of(shell, page, "Nama"))
    wrong: list[str] = []
    for text in WRITABLE:
        found = Skeleton(page_of(shell, page, text))
        is_read_back = text == json.loads(found.boot)["page"]["name"]
        if found.elements != plain.elements or found.comment_count or not is_read_back:
            wrong.append(text)

    assert [] == wrong


@pytest.mark.promise("S5", control=True)
def test_without_escaping_these_texts_would_become_elements() -> None:
    """The control: the parser that found nothing does find them."""
    found = [text for text in MARKUP if Skeleton(f"<p title='{text}'>{text}</p>").elements[1:-1]]

    assert len(found) >= len(MARKUP) // 2


@pytest.mark.promise("S5")
def test_no_text_gives_the_printer_an_order() -> None:
    """Every byte is one of our own commands or printable: the page refuses to be made of anything else."""
    wrong: list[str] = []
    for text in HOSTILE:
        words = {"id": text, "en": text}
        ticket = paper(hall_name=text, agency_name=words, service_name=words, number=text[:16], wifi=text)
        page = printed_page(ticket_bytes(ticket, is_copy=True, width_dots=384), 384)
        if not all(character == "\n" or " " <= character <= "~" for character in page.text):
            wrong.append(text)

    assert [] == wrong


@pytest.mark.promise("S5")
def test_no_text_gives_the_voice_an_order() -> None:
    """No tag, no phonemes, no control character, no option of a command line, and an end."""
    wrong = [
        text
        for text in HOSTILE
        for said in announcement(LANGUAGES, text, text)
        if not said.text
        or len(said.text) > TEXT_CHARS_MAX
        or any(sign in said.text for sign in "<>[]{}|\\`")
        or any(unicodedata.category(sign).startswith("C") for sign in said.text)
        or said.text.startswith("-")
    ]

    assert [] == wrong


@pytest.mark.promise("S5")
def test_no_text_becomes_a_line_of_the_log_or_an_order_to_the_terminal() -> None:
    """One call is one line, whatever it tells of, and nothing in it moves a cursor or turns the writing round."""
    ran = subprocess.run(
        (sys.executable, "-c", LOGGING),
        input=json.dumps(HOSTILE),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=True,
    )
    lines = ran.stderr.splitlines()

    assert len(HOSTILE) == len(lines)
    assert all("event='tried'" in line and line.isprintable() for line in lines)


@pytest.mark.promise("S5")
@pytest.mark.parametrize("where", IN_A_CONFIGURATION)
def test_a_configuration_is_refused_in_plain_lines_or_holds_no_control_character(
    tmp_path: Path, where: str
) -> None:
    """What stands in the file goes to paper, screens and voices; the report goes to a terminal."""
    key = IN_A_CONFIGURATION[where].partition(" = ")[0]
    plain_count = 0
    for text in WRITABLE:
        said = _said_of(config_in(tmp_path, {IN_A_CONFIGURATION[where]: f"{key} = {_toml(text)}"}))
        if isinstance(said, str):
            assert all(line.isprintable() for line in said.splitlines()), text
            continue
        plain_count += 1
        told = said.name + "".join(one.name["id"] for one in said.services)
        refused = [s for s in told if s in BIDI_CONTROLS or unicodedata.category(s) in REFUSED_CATEGORIES]
        assert [] == refused, text

    assert 0 < plain_count < len(WRITABLE), "some are only odd names, others are none"


@pytest.mark.promise("S5")
async def test_every_door_takes_the_text_or_refuses_it_and_stays_open(tmp_path: Path) -> None:
    """Never a 500, never an address elsewhere; a page asked for with it is the page asked for without."""
    wrong: list[str] = []
    async with running_house(tmp_path) as house:
        plain = Skeleton((await house.call("GET", "//sign-in?next=/")).text)
        for text in HOSTILE:
            answers = await _asked(house, text)
            wrong += [f"{name}: {status}, {text!r}" for name, status in answers.items() if status >= 500]
            if text not in LONE_SURROGATES:
                page = await house.call("GET", f"//sign-in?next={quote(text)}&lang={quote(text)}")
                going = json.loads(Skeleton(page.text).boot)["page"]["next"]
                if plain.elements != Skeleton(page.text).elements or going.startswith(("//", "/\\")):
                    wrong.append(f"page: {text!r}")
        alive = await house.call("GET", "//healthz")

    assert [] == wrong
    assert alive.is_success


async def test_what_a_device_says_of_itself_reaches_the_manager_as_it_was_said(tmp_path: Path) -> None:
    """200 characters of it, as a value of JSON; a lone surrogate is no text, and the socket is told so."""
    async with (
        running_house(tmp_path) as house,
        house.socket(view="manager", by="manager") as board,
        house.socket(view="printer", by="printer") as device,
    ):
        for text in WRITABLE:
            await device.send(type="status", status="failed", detail=text)
        await device.send(type="status", status="failed", detail="the last")
        seen: set[str] = set()
        while "the last" not in seen:
            view = await board.of_type("view")
            seen |= {one["detail"] for one in view["state"]["printers"]}
        await device.connection.send('{"type":"status","status":"failed","detail":"\\ud800"}')
        bye, _ = await device.ending()

    assert seen <= {"", "the last", *(text[:200] for text in WRITABLE)}
    assert CloseCode.BAD_FRAME == bye["code"]


async def _asked(house: House, text: str) -> dict[str, int]:
    """The status at each door, by its name, with the text in whatever that door reads."""
    value = json.dumps(text).encode()
    raw = text.encode("utf-8", "surrogatepass")
    header = (
        b" ".join(raw.replace(b"\x00", b"").split()) or b"-"
    )  # the rest is no header's, and no client sends it
    path = quote(raw[:200], safe="")
    person = b'{"name":' + value + b',"password":' + value + b',"role":' + value + b',"code":' + value + b"}"
    ticket = b'{"service":' + value + b',"language":' + value + b"}"
    calls: dict[str, tuple[str, str, dict[str, Any]]] = {
        "sign-in": ("POST", "//api/v1/session", {"body": person}),
        "link": ("POST", "//api/v1/link", {"body": person}),
        "account": ("POST", "//api/v1/accounts", {"body": person, "by": "admin"}),
        "ticket": ("POST", "/tickets", {"body": ticket, "by": "kiosk"}),
        "number": ("GET", f"/tickets?number={path}", {"by": "siti"}),
        "path": ("GET", f"/tickets/{path}", {}),
        "sound": ("GET", f"//audio/{path}", {}),
        "headers": (
            "GET",
            "//",
            {"headers": {b"Accept-Language": header, b"Cookie": b"antrean_session=" + header}},
        ),
        "token": ("GET", "/events", {"headers": {b"Authorization": b"Bearer " + header}}),
        "key": ("POST", "/tickets", {"body": b"{}", "by": "kiosk", "headers": {b"Idempotency-Key": header}}),
    }
    return {
        name: (await house.call(method, where, **more)).status_code
        for name, (method, where, more) in calls.items()
    }


def _said_of(config: Path) -> HallConfig | str:
    """The hall of a configuration, or the report of why it is none."""
    try:
        return load(config, {}).halls[0]
    except AntreanError as error:
        return str(error)


def _toml(text: str) -> str:
    """A basic string with everything beyond letters written as an escape. Source: TOML 1.0, "String"."""
    return '"' + "".join(s if s.isascii() and s.isalnum() else f"\\U{ord(s):08X}" for s in text) + '"'
