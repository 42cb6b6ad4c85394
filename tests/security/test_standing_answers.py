"""What every answer carries, whoever asks for whatever: kinds that say what they are, and nothing for foreign pages."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from queue_server.web.shell import CONTENT_SECURITY_POLICY
from tests.contract.house import HALL, House, running_house
from tests.security.matrix import ADDRESSES, PATH, QUERY

FOREIGN = {b"Origin": b"http://evil.example"}

TEXTS = ("text/", "+xml", "/xml")
"""Kinds whose letters mean nothing without a charset. Source: ASVS 5.0, 4.1.1."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with running_house(tmp_path) as running:
        yield running


def readable() -> list[str]:
    """The path of every GET, its places filled in."""
    lines = [line.strip() for lines in ADDRESSES.values() for line in lines.strip().splitlines()]
    return [
        f"{path.format(**PATH)}{QUERY.get(line, '')}"
        for line in lines
        for method, _, path in [line.partition(" ")]
        if method == "GET"
    ]


async def answers(house: House) -> dict[str, httpx2.Response]:
    """Every GET, by an administrator and by nobody, from a foreign page; files of each kind; refusals."""
    found = {}
    for by in ("admin", None):
        for path in readable():
            found[f"{by} {path}"] = await house.call("GET", f"/{path}", by=by, headers=FOREIGN)
    page = found["None /sign-in"].text
    for file in sorted({word for word in page.split('"') if word.startswith("/static/")}):
        found[file] = await house.call("GET", f"/{file}", headers=FOREIGN)
    found["nowhere"] = await house.call("GET", "//nowhere", headers=FOREIGN)
    found["wrong method"] = await house.call("PUT", "//healthz", headers=FOREIGN)
    found["refused"] = await house.call("POST", "//api/v1/session", body={}, headers=FOREIGN)
    return found


async def test_every_answer_says_what_it_is_and_forbids_to_guess(house: House) -> None:
    """A kind with a charset where letters need one, `nosniff` everywhere."""
    found = await answers(house)
    kinds = {name: answer.headers.get("content-type", "") for name, answer in found.items() if answer.content}

    assert len(found) >= 60
    assert {"nosniff"} == {answer.headers.get("x-content-type-options") for answer in found.values()}
    assert {"no-referrer"} == {answer.headers.get("referrer-policy") for answer in found.values()}
    assert [] == [name for name, kind in kinds.items() if not kind]
    needing = {name: kind for name, kind in kinds.items() if any(text in kind for text in TEXTS)}
    assert {"text/html", "text/css", "text/javascript", "image/svg+xml"} <= {
        kind.partition(";")[0] for kind in needing.values()
    }
    assert {} == {name: kind for name, kind in needing.items() if not kind.endswith("; charset=utf-8")}


async def test_what_a_browser_renders_as_a_page_is_a_page_of_ours_under_its_policy(house: House) -> None:
    """An answer of the interface asked for in the address bar is no document: nothing in it can become one."""
    found = await answers(house)
    pages = [answer for answer in found.values() if "html" in answer.headers.get("content-type", "")]

    assert len(pages) >= 10
    assert {CONTENT_SECURITY_POLICY} == {page.headers.get("content-security-policy") for page in pages}
    assert [] == [name for name in found if "/api/" in name and found[name] in pages]


async def test_no_foreign_page_may_read_an_answer(house: House) -> None:
    """No header of CORS, whoever asks, and none for a preflight: a browser then keeps every answer from other origins."""
    found = await answers(house)
    asking = {**FOREIGN, b"Access-Control-Request-Method": b"POST"}
    for path in ("//api/v1/session", "//api/v1/halls", "//"):
        found[f"preflight {path}"] = await house.call("OPTIONS", path, headers=asking)

    shared = [
        name for name, answer in found.items() if any("access-control" in header for header in answer.headers)
    ]
    assert [] == shared


async def test_no_reading_changes_anything(house: House) -> None:
    """Every GET by one who may do everything, twice: not one entry in the journal, and the accounts as before."""
    before = await house.journal(), (await house.call("GET", "//api/v1/accounts", by="admin")).text
    for _ in range(2):
        for path in readable():
            await house.call("GET", f"/{path}", by="admin")

    assert before == (await house.journal(), (await house.call("GET", "//api/v1/accounts", by="admin")).text)


async def test_no_folder_of_version_control_and_no_source_is_served(house: House) -> None:
    """Nor anything that lies beside the pages' files. Source: ASVS 5.0, 13.4.1."""
    tried = (
        "//.git/config", "//.git/HEAD", "//static/x/../.git/HEAD", "//config.toml", "//data/identity.db",
        "//static/x/%2e%2e/app.py", "//static/x/..%2fapp.py", "//static/", "//static/x/", "//tls/authority.pem",
    )  # fmt: skip

    assert dict.fromkeys(tried, 404) == {path: (await house.call("GET", path)).status_code for path in tried}


ELSEWHERE = (
    "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example",
    "https://evil.example", "javascript:alert(1)", "data:text/html,x", "evil.example", " //evil.example", "/x\\..\\\\evil",
)  # fmt: skip
"""What a browser would leave us for: it reads a backslash as a slash and no tab or line break at all."""


@pytest.mark.parametrize("page", ["sign-in", "link", "setup"])
async def test_after_signing_in_nobody_is_sent_elsewhere(house: House, page: str) -> None:
    """What follows comes from an address that anybody may have sent; a path of ours is the control."""
    found = {
        text: _following((await house.call("GET", f"//{page}?next={quote(text)}")).text) for text in ELSEWHERE
    }
    own = f"/halls/{HALL}/screen/screen-a-1?muted=1"

    assert dict.fromkeys(ELSEWHERE, "") == found
    assert own == _following((await house.call("GET", f"//{page}?next={quote(own)}")).text)


async def test_guessing_a_password_is_slowed_and_locks_nobody_out(tmp_path: Path) -> None:
    """Ten attempts on one account from one address, then one at a time; another account is not touched by it."""
    async with running_house(tmp_path, env={}) as house:
        guesses = [await _guess(house, "siti") for _ in range(11)]
        other = await _guess(house, "budi")
        wait_s = int(guesses[-1].headers["retry-after"])
        house.clock.advance(wait_s * 1_000)
        later = await _guess(house, "siti")

    assert [401] * 10 + [429] == [one.status_code for one in guesses]
    assert (401, 401) == (other.status_code, later.status_code)
    assert 0 < wait_s <= 30


async def _guess(house: House, name: str) -> httpx2.Response:
    return await house.call("POST", "//api/v1/session", body={"name": name, "password": "tebakan-saja"})


def _following(page: str) -> object:
    """Where the page goes on to, from its boot block."""
    block = page.partition('type="application/json"')[2].partition(">")[2].partition("</script>")[0]
    return json.loads(block)["page"]["next"]
