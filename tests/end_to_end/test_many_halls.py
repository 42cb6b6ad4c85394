"""Many halls in one system, as an administrator has them: added while it runs, opened when asked for, closed when left.

The second hall is the small one of the configuration's tests, in another time zone and with rules of its own.
"""

import asyncio
import re
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from queue_server import control
from queue_server.config import hall_from
from queue_server.domain.events import Entry, HallConfigured
from queue_server.domain.hall import HallId
from queue_server.domain.model import ActorId
from queue_server.journal import codec
from queue_server.journal.base import AddedHall, HallList
from queue_server.journal.chain import GENESIS, row_hash
from queue_server.journal.store import open_store
from tests.end_to_end.hubs import ANTREAN, HALL, ROOT, RunningHub, json_of, running_hub
from tests.pace import PATIENCE_S

SMALL = (ROOT / "tests" / "config" / "small.toml").read_text(encoding="utf-8")
SMALL_TEXT = SMALL[SMALL.index("[[hall]]") :]
OTHER = "small"
OTHER_API = f"/api/v1/halls/{OTHER}"

DEADLINE_S = PATIENCE_S
"""For what the hub does on its own; it looks once a second."""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return _config_in(tmp_path)


@pytest.fixture
def hall_file(tmp_path: Path) -> Path:
    """The other hall's file."""
    file = tmp_path / "small-hall.toml"
    file.write_text(SMALL_TEXT, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def one_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A hub that several tests may use, each after the other."""
    folder = tmp_path_factory.mktemp("many-halls")
    options = ("--always-open", "--config", str(_config_in(folder)))
    with running_hub(folder / "data", *options) as running:
        yield running


@pytest.fixture
def hub(one_hub: RunningHub) -> Iterator[RunningHub]:
    """With the first hall alone, before and after."""
    yield one_hub
    if OTHER in [hall["id"] for hall in json_of(_get(one_hub, "/api/v1/halls"))]:
        assert control.call(one_hub.data, "hall_remove", hall=OTHER, force=True) is not None


def test_a_hall_is_added_while_the_hub_runs_and_serves_at_once(
    hub: RunningHub, config: Path, hall_file: Path
) -> None:
    """Its own time zone, its own numbers, its own page for a citizen; and the first hall notices nothing."""
    before = _get(hub, OTHER_API)
    added = _antrean(hub, config, "add", str(hall_file))
    names = [hall["id"] for hall in json_of(_get(hub, "/api/v1/halls"))]
    view = json_of(_get(hub, OTHER_API))
    ticket = _ticket(hub)
    page = _get(hub, f"/t/{ticket['id']}")
    starts = [_get(hub, path).text for path in ("/", f"/?hall={OTHER}")]

    assert [[OTHER], [HALL]] == [[one["id"] for one in _boot(text)["page"]["halls"]] for text in starts]
    assert [HALL, OTHER] == [_boot(text)["hall"]["id"] for text in starts]
    assert (404, 0) == (before.status_code, added.returncode), added.stderr
    assert [HALL, OTHER] == names
    assert ("Asia/Makassar", "MPP Kecil") == (view["hall"]["timezone"], view["hall"]["name"])
    assert ticket["id"].endswith(f".{OTHER}")
    assert (200, True) == (page.status_code, ticket["number"] in page.text)
    assert 200 == _get(hub, f"{OTHER_API}/tickets/{ticket['id']}").status_code
    assert 404 == _get(hub, f"/api/v1/halls/{HALL}/tickets/{ticket['id']}").status_code
    _cancel(hub, ticket["id"])


def test_a_hub_that_rests_pairs_for_an_added_hall_too(tmp_path: Path, config: Path, hall_file: Path) -> None:
    """The hall is found, its devices are known, and only the code is not one that anybody shows."""
    data = tmp_path / "data"
    data.mkdir()

    def typed(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [*ANTREAN, *words, "--config", str(config), "--data", str(data)]
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )

    added = typed("hall", "add", str(hall_file))
    told = [
        typed("pair", "ACDE-FGHJ", "--role", "kiosk", "--hall", hall, "--id", "k1")
        for hall in (OTHER, "nowhere")
    ]

    assert 0 == added.returncode, added.stderr
    assert [3, 3] == [one.returncode for one in told]
    assert ["nowhere" in one.stderr for one in told] == [False, True]
    assert "There is no hall" not in told[0].stderr


def test_a_file_with_mistakes_is_told_all_of_them_and_adds_nothing(
    hub: RunningHub, config: Path, hall_file: Path
) -> None:
    """As `antrean check`; an id that is there already, and what is no hall, are told apart."""
    good = hall_file.read_text(encoding="utf-8")
    broken = good.replace("Asia/Makassar", "Asia/Babat").replace('languages = ["id", "en"]', "languages = []")
    hall_file.write_text(broken, encoding="utf-8")
    wrong = _antrean(hub, config, "add", str(hall_file))
    hall_file.write_text(good, encoding="utf-8")
    _added(hub, hall_file)
    second = _antrean(hub, config, "add", str(hall_file))
    text = good.replace(f'id = "{OTHER}"', f'id = "{HALL}"')
    of_file = control.call(hub.data, "hall_add", text=text, replace=False)
    whole = control.call(hub.data, "hall_add", text=config.read_text(encoding="utf-8"), replace=False)

    assert (2, 3) == (wrong.returncode, second.returncode)
    assert "hall[0].timezone" in wrong.stderr
    assert "hall[0].languages" in wrong.stderr
    assert f"There is a hall '{OTHER}' already" in second.stderr
    assert of_file is not None
    assert whole is not None
    assert "is a hall of config.toml" in (of_file.detail or "")
    assert "server: is no key" in (whole.detail or "")


def test_it_closes_when_it_is_left_and_opens_with_all_that_was_in_it(
    hub: RunningHub, config: Path, hall_file: Path
) -> None:
    """The numbers go on where they were; the first hall stays open."""
    _added(hub, hall_file)
    ticket = _ticket(hub)
    opened = _open_count(hub)
    _cancel(hub, ticket["id"])
    _until(lambda: _open_count(hub) == 1)
    closed = _antrean(hub, config, "list")
    again = json_of(_get(hub, f"{OTHER_API}/tickets/{ticket['id']}"))
    later = _ticket(hub)
    _cancel(hub, later["id"])

    assert 2 == opened
    assert re.search(rf"^{OTHER} +added +- ", closed.stdout, re.MULTILINE)
    assert re.search(rf"^{HALL} +file +open ", closed.stdout, re.MULTILINE)
    assert "cancelled" == again["state"]
    assert int(ticket["number"][1:]) + 1 == int(later["number"][1:])


async def test_a_socket_keeps_its_hall_open_and_is_told_when_the_hall_is_removed(
    hub: RunningHub, config: Path, hall_file: Path
) -> None:
    """Quiet as it is. Removing waits for a word while somebody is in line, and then says "do not come back"."""
    _added(hub, hall_file)
    ticket = await asyncio.to_thread(_ticket, hub)
    async with connect(f"{hub.url.replace('http', 'ws')}{OTHER_API}/live") as socket:
        await socket.send('{"type":"hello","protocol":1,"view":"hall","token":null}')
        first = msgspec.json.decode(await socket.recv())
        refused = await asyncio.to_thread(_antrean, hub, config, "remove", OTHER)
        forced = await asyncio.to_thread(_antrean, hub, config, "remove", OTHER, "--force")
        codes = []
        try:
            while True:
                frame = msgspec.json.decode(await asyncio.wait_for(socket.recv(), DEADLINE_S))
                codes += [frame["code"]] if frame["type"] == "bye" else []
        except ConnectionClosed:
            pass
    gone = await asyncio.to_thread(_get, hub, OTHER_API)
    await asyncio.to_thread(_added, hub, hall_file)
    back = await asyncio.to_thread(_get, hub, f"{OTHER_API}/tickets/{ticket['id']}")
    await asyncio.to_thread(_cancel, hub, ticket["id"])

    assert "view" == first["type"]
    assert (3, True) == (refused.returncode, "citizens in line" in refused.stderr)
    assert (0, [4404], 404) == (forced.returncode, codes, gone.status_code), forced.stderr
    assert "waiting" == json_of(back)["state"]


def test_what_was_added_is_there_after_a_restart_and_may_be_added_without_a_hub(
    config: Path, tmp_path: Path, hall_file: Path
) -> None:
    """In the store, and nowhere else."""
    data = tmp_path / "data"
    options = ("--config", str(config), "--data", str(data))
    added = _typed("hall", "add", str(hall_file), *options)
    listed = _typed("hall", "list", *options)
    token = _typed("token", "--role", "kiosk", "--hall", OTHER, "--id", "kiosk-1", *options)
    with running_hub(data, "--always-open", "--config", str(config)) as hub:
        served = json_of(_get(hub, OTHER_API))
        changed = hall_file.read_text(encoding="utf-8").replace("MPP Kecil", "MPP Besar")
        replaced = control.call(data, "hall_add", text=changed, replace=True)
        renamed = json_of(_get(hub, OTHER_API))
    removed = _typed("hall", "remove", OTHER, *options)
    again = _typed("hall", "remove", OTHER, *options)

    assert 0 == added.returncode, added.stderr
    assert OTHER in listed.stdout
    assert (0, True) == (token.returncode, len(token.stdout) > 20), token.stderr
    assert ("MPP Kecil", "MPP Besar") == (served["hall"]["name"], renamed["hall"]["name"]), replaced
    assert (0, 3) == (removed.returncode, again.returncode), removed.stderr


def test_a_hall_that_a_newer_program_wrote_is_refused_and_told_and_the_others_go_on(
    config: Path, tmp_path: Path
) -> None:
    """Nothing is guessed: BUSY there, and `/readyz` sends everybody to a newer node. The control is a hall beside it, whose
    entry differs in its version alone."""
    data = tmp_path / "data"
    asyncio.run(_list_halls(data, OTHER, "control"))
    _write_entry(data / "antrean.db", OTHER, version=2)
    _write_entry(data / "antrean.db", "control", version=1)
    with running_hub(data, "--always-open", "--config", str(config)) as hub:
        control_hall = _get(hub, "/api/v1/halls/control").status_code
        before = _get(hub, "/readyz").status_code
        newer = _get(hub, OTHER_API)
        after = _get(hub, "/readyz").status_code
        here = _get(hub, f"/api/v1/halls/{HALL}").status_code

    assert (200, 200, 200) == (control_hall, before, here)
    assert (503, "BUSY", 503) == (newer.status_code, newer.json()["code"], after)


def test_every_node_of_a_shared_store_finds_it(
    postgres_url: str, config: Path, tmp_path: Path, hall_file: Path
) -> None:
    """Added through one, asked of the other; removed on one, gone from the other a few seconds later."""
    env = {"ANTREAN_STORE_URL": postgres_url}
    options = ("--always-open", "--config", str(config))
    with (
        running_hub(tmp_path / "one", *options, env=env) as one,
        running_hub(tmp_path / "two", *options, env=env) as two,
    ):
        _added(one, hall_file)
        ticket = _ticket(one)
        _until(lambda: _get(two, OTHER_API).status_code == 200)
        found = json_of(_get(two, f"{OTHER_API}/tickets/{ticket['id']}"))
        page = _get(two, f"/t/{ticket['id']}")
        assert control.call(one.data, "hall_remove", hall=OTHER, force=True) is not None
        _until(lambda: _get(two, OTHER_API).status_code == 404)

    assert ticket["number"] == found["number"]
    assert ticket["number"] in page.text


def _antrean(hub: RunningHub, config: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return _typed("hall", *words, "--config", str(config), "--data", str(hub.data))


def _added(hub: RunningHub, hall_file: Path) -> None:
    """As the command does, without its start."""
    answer = control.call(hub.data, "hall_add", text=hall_file.read_text(encoding="utf-8"), replace=False)
    assert answer is not None
    assert answer.accepted, answer.detail


def _typed(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*ANTREAN, *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def _config_in(folder: Path) -> Path:
    """The example hall's file, in which halls that nobody uses close after a second."""
    copy = folder / "config.toml"
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    text = text.replace('sounds = "sounds"', f'sounds = "{ROOT / "sounds"}"')
    copy.write_text(text.replace("# close_halls_after_s = 900", "close_halls_after_s = 1"), encoding="utf-8")
    return copy


def _cancel(hub: RunningHub, ticket: str) -> None:
    json_of(httpx2.delete(f"{hub.url}{OTHER_API}/tickets/{ticket}", timeout=PATIENCE_S))


async def _list_halls(data: Path, *halls: str) -> None:
    """Halls on the store's list, as `antrean hall add` puts them there."""
    store = await open_store("sqlite:antrean.db", data)
    assert isinstance(store, HallList)
    for hall in halls:
        text = SMALL_TEXT.replace(f'id = "{OTHER}"', f'id = "{hall}"')
        await store.list_hall(AddedHall(hall=HallId(hall), name=hall, text=text, at_ms=1), is_replacing=False)
    await store.close()


def _write_entry(path: Path, hall: str, version: int) -> None:
    """A hall's first entry, as a program wrote it that calls its version so; its hash is right."""
    event = HallConfigured(hall=msgspec.structs.replace(hall_from(SMALL_TEXT), id=HallId(hall)))
    [row] = codec.rows(0, [Entry(seq=1, at_ms=1, actor=ActorId("hub"), event=event)])
    row = msgspec.structs.replace(row, version=version)
    row = msgspec.structs.replace(row, hash=row_hash(GENESIS, HallId(hall), row))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO halls VALUES (?, ?)", (hall, "0" * 32))
        db.execute(
            "INSERT INTO events (hall, seq, at_ms, type, version, data, actor, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (hall, row.seq, row.at_ms, row.type, row.version, row.data, row.actor, row.hash),
        )


def _boot(page: str) -> Any:
    """What a page's first paint was made from."""
    found = re.search(r"<script[^>]*application/json[^>]*>(.*?)</script>", page, re.DOTALL)
    assert found is not None
    return msgspec.json.decode(found[1])


def _get(hub: RunningHub, path: str) -> httpx2.Response:
    return httpx2.get(f"{hub.url}{path}", timeout=PATIENCE_S)


def _ticket(hub: RunningHub) -> Any:
    answer = control.call(hub.data, "token", role="kiosk", hall=OTHER, id="kiosk-1", name=None)
    assert answer is not None
    assert answer.accepted, answer.detail
    headers = {"Authorization": f"Bearer {answer.value}"}
    return json_of(
        httpx2.post(
            f"{hub.url}{OTHER_API}/tickets", json={"service": "ktp"}, headers=headers, timeout=PATIENCE_S
        )
    )


def _open_count(hub: RunningHub) -> int:
    found = re.search(r"^antrean_halls_open (\S+)$", _get(hub, "/metrics").text, re.MULTILINE)
    assert found is not None
    return int(float(found[1]))


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < end, "the hub did not do it in time"
        time.sleep(0.1)
