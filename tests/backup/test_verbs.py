"""`antrean backup`, `restore`, `doctor` and `replay` as an administrator types them, beside a real hub and without one."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from queue_server.cli import Exit, main
from queue_server.domain.refusals import Refusal
from tests.end_to_end.hubs import ROOT, RunningHub, running_hub

CONFIG = str(ROOT / "config.toml")
SERVICE = "ktp-el"


def antrean(*words: object, env: dict[str, str] | None = None) -> Result:
    """One command line."""
    return CliRunner().invoke(main, [*map(str, words), "--config", CONFIG], env=env)


def test_a_hall_is_backed_up_while_it_works_lost_and_put_back(tmp_path: Path) -> None:
    """The whole way: backup under load, restore into an empty folder, and a hub on it that waits for a manager."""
    with running_hub(tmp_path / "data", "--always-open") as hub, _kiosks(hub):
        made = antrean("backup", tmp_path / "b.zip", "--data", hub.data)
        under_hub = antrean("restore", tmp_path / "b.zip", "--replace", "--data", hub.data)
        compared = antrean("replay", "--data", hub.data)
        looked = antrean("doctor", "--data", hub.data)
    with running_hub(tmp_path / "data", "--always-open") as hub:
        old_id = _journal_id(hub)
        last = _take(hub, hub.token("kiosk", "kiosk-1"))
    put_back = antrean("restore", tmp_path / "b.zip", "--data", tmp_path / "new")
    with running_hub(tmp_path / "new", "--always-open") as hub:
        officer, manager = hub.token("officer", name="Siti"), hub.token("manager", name="Kepala")
        number = _take(hub, hub.token("kiosk", "kiosk-1"))
        hub.call("POST", "/counters/loket-1/open", officer, {})
        waits = hub.call("POST", "/counters/loket-1/next", officer, {"sees": None})
        by_officer = hub.call("POST", "/restore/confirm", officer, {})
        by_manager = hub.call("POST", "/restore/confirm", manager, {})
        called = hub.call("POST", "/counters/loket-1/next", officer, {"sees": None})
        new_id = _journal_id(hub)
        again = antrean("replay", "--data", hub.data)

    assert [0, Exit.TROUBLE, 0, 0] == [r.exit_code for r in (made, under_hub, compared, looked)], (
        looked.output
    )
    assert "checked" in made.output
    assert "equal: the running hub at entry" in compared.output
    assert "bad" not in looked.output
    assert 0 == put_back.exit_code, put_back.output
    assert "Calls wait until a manager" in put_back.output
    assert old_id != new_id
    assert int(number[1:]) > int(last[1:])
    assert (409, Refusal.WRONG_STATE) == (waits.status_code, waits.json()["code"])
    assert "restored from a copy" in waits.json()["detail"]
    assert [403, 200, 200] == [r.status_code for r in (by_officer, by_manager, called)]
    assert (0, 2) == (again.exit_code, again.output.count("equal"))


def test_without_a_hub_the_folder_itself_is_asked(tmp_path: Path) -> None:
    """Backup, replay and doctor; and a restore over it only when told so."""
    with running_hub(tmp_path / "data", "--always-open") as hub:
        _take(hub, hub.token("kiosk", "kiosk-1"))
        hub.kill()
    data = ("--data", tmp_path / "data")

    assert 0 == antrean("backup", tmp_path / "b.zip", *data).exit_code
    assert "equal: from the last closed day" in antrean("replay", *data).output
    assert "none runs" in antrean("doctor", *data).output
    refused = antrean("restore", tmp_path / "b.zip", *data)
    assert (Exit.REFUSED, True) == (refused.exit_code, "--replace" in refused.output)
    replaced = antrean("restore", tmp_path / "b.zip", "--replace", "--gap", 7, *data)
    assert 0 == replaced.exit_code, replaced.output
    assert "7 numbers of each prefix were passed over" in replaced.output
    assert "before-restore-" in replaced.output


def test_a_damaged_journal_is_bad_for_the_doctor_and_no_backup(tmp_path: Path) -> None:
    """Exit code 1, the entry's number, and what to do."""
    with running_hub(tmp_path / "data", "--always-open") as hub:
        _take(hub, hub.token("kiosk", "kiosk-1"))
    with closing(sqlite3.connect(tmp_path / "data" / "antrean.db")) as db:
        db.execute("DROP TRIGGER events_stay_as_written")
        db.execute("UPDATE events SET at_ms = at_ms + 1 WHERE seq = 2")
        db.commit()
    data = ("--data", tmp_path / "data")
    looked = antrean("doctor", *data)
    made = antrean("backup", tmp_path / "b.zip", *data)

    assert Exit.TROUBLE == looked.exit_code
    assert "entry 2 is not what was written" in looked.output
    assert (Exit.TROUBLE, False) == (made.exit_code, (tmp_path / "b.zip").exists())
    assert Exit.TROUBLE == antrean("replay", *data).exit_code


@pytest.mark.parametrize("words", [("backup", "b.zip"), ("restore", CONFIG), ("replay",)])
def test_a_shared_store_is_left_to_postgresqls_own_tools(tmp_path: Path, words: tuple[str, ...]) -> None:
    """In one line; nothing is connected to."""
    told = antrean(
        *words, "--data", tmp_path, env={"ANTREAN_STORE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    )

    assert Exit.REFUSED == told.exit_code
    assert ["antrean: A shared store is backed up with PostgreSQL's own tools"] == [
        line.partition(" (")[0] for line in told.output.splitlines()
    ]


def test_where_there_is_nothing_it_says_so(tmp_path: Path) -> None:
    """An empty folder, a folder that is not there, a file that is no backup."""
    empty = antrean("backup", tmp_path / "b.zip", "--data", tmp_path)
    nowhere = antrean("doctor", "--data", tmp_path / "nowhere")
    rubbish = antrean("restore", CONFIG, "--data", tmp_path / "new")

    assert (Exit.REFUSED, True) == (empty.exit_code, "no journal" in empty.output)
    assert (0, True) == (nowhere.exit_code, "not there yet" in nowhere.output)
    assert (Exit.REFUSED, True) == (rubbish.exit_code, "no backup" in rubbish.output)


def test_a_broken_configuration_is_bad_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    """The doctor goes on; the others need to know where the store is."""
    (tmp_path / "config.toml").write_text("hall = 7\n")
    words = ["--config", str(tmp_path / "config.toml"), "--data", str(tmp_path)]
    looked = CliRunner().invoke(main, ["doctor", *words])

    assert Exit.TROUBLE == looked.exit_code
    assert "bad   configuration" in looked.output
    assert "clock" in looked.output
    assert Exit.CONFIGURATION == CliRunner().invoke(main, ["replay", *words]).exit_code


class _kiosks:  # noqa: N801 -- used as a block
    """Three kiosks that take tickets without a pause while the block lasts."""

    def __init__(self, hub: RunningHub) -> None:
        self._hub = hub
        self._is_over = threading.Event()
        token = hub.token("kiosk", "kiosk-1")
        self._threads = [threading.Thread(target=self._take_on, args=(token,)) for _ in range(3)]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _take_on(self, token: str) -> None:
        while not self._is_over.is_set():
            self._hub.call("POST", "/tickets", token, {"service": SERVICE})


def _take(hub: RunningHub, token: str) -> str:
    answer = hub.call("POST", "/tickets", token, {"service": SERVICE})
    assert 201 == answer.status_code, answer.text
    return str(answer.json()["number"])


def _journal_id(hub: RunningHub) -> str:
    return str(hub.call("GET", "").json()["journal_id"])
