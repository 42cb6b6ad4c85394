"""What the doctor makes of a machine: each check at its edges, as well, as something to look at, and as bad."""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from queue_server import doctor
from queue_server.config import Config, load
from queue_server.doctor import Finding, Level
from tests.backup.house import working_hall
from tests.documentation.markdown import ROOT
from tests.hub.houses import take

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/export /srv/hall nfs4 rw 0 0
/dev/sdb1 /srv/hall/local ext4 rw 0 0
//pc/share /mnt/a\\040b cifs rw 0 0
"""

GIGABYTE = 1024**3


@pytest.fixture
def config() -> Config:
    return load(ROOT / "config.toml", {})


@pytest.mark.parametrize(
    ("median_ms", "level"),
    [(0.2, "ok"), (25.0, "ok"), (25.1, "look"), (250.0, "look"), (250.1, "bad")],
)
def test_a_slow_disk_is_told(median_ms: float, level: str) -> None:
    """Each number waits for one flush."""
    found = doctor.judged_latency(median_ms)

    assert level == found.level
    assert ("solid-state" in found.text) is (level != "ok")


def test_the_disk_is_measured_where_the_data_lie(tmp_path: Path) -> None:
    """And nothing is left of the probe; a folder that cannot be written is bad."""
    [found] = doctor.sync_latency(tmp_path)

    assert "median of 20" in found.text
    assert [] == list(tmp_path.iterdir())
    assert [Level.BAD] == [one.level for one in doctor.sync_latency(tmp_path / "nowhere")]


@pytest.mark.parametrize(
    ("version", "level"), [((3, 51, 3), "ok"), ((3, 52, 0), "ok"), ((3, 51, 2), "look"), ((3, 40, 1), "look")]
)
def test_an_old_sqlite_is_told_with_what_to_keep_from_it(version: tuple[int, ...], level: str) -> None:
    """Source: dependencies, "aiosqlite, SQLite"."""
    found = doctor.sqlite_version(version)

    assert level == found.level
    assert ("no other program" in found.text) is (level == "look")


@pytest.mark.parametrize(
    ("free_bytes", "level"),
    [(2 * GIGABYTE, "ok"), (2 * GIGABYTE - 1, "look"), (200 * 1024**2, "look"), (200 * 1024**2 - 1, "bad")],
)
def test_a_full_disk_is_told_before_it_is_full(free_bytes: int, level: str) -> None:
    """On a full disk the hub refuses."""
    assert level == doctor.free_space(free_bytes).level


@pytest.mark.parametrize(
    ("now_s", "level"),
    [(0, "bad"), (946_684_800, "bad"), (1_767_225_599, "bad"), (1_767_225_600, "ok"), (2_430_000_000, "bad")],
)
def test_a_clock_that_forgot_the_year_is_bad(now_s: int, level: str) -> None:
    """1970, 2000, the last second of 2025, the first of 2026, 2047."""
    assert level == doctor.clock(now_s).level


@pytest.mark.parametrize(
    ("folder", "level"),
    [
        ("/var/lib", "ok"),
        ("/srv/hall/data", "bad"),
        ("/srv/hall/local/data", "ok"),
        ("/srv/hallo", "ok"),
        ("/mnt/a b/d", "bad"),
    ],
)
def test_a_network_share_is_no_place_for_a_database(tmp_path: Path, folder: str, level: str) -> None:
    """The nearest mount point above the folder decides, whole parts of a path compared."""
    (tmp_path / "mounts").write_text(MOUNTS)

    assert level == doctor.file_system(Path(folder), tmp_path / "mounts").level


def test_where_mounts_cannot_be_read_it_says_so(tmp_path: Path) -> None:
    """Not every system has the file."""
    assert Level.LOOK == doctor.file_system(tmp_path, tmp_path / "nothing").level


def test_the_configuration_is_looked_at_for_this_machine(config: Config) -> None:
    """A zone without data would give wrong days; plain http beyond this machine is told."""
    hall = msgspec.structs.replace(config.halls[0], timezone="Asia/Atlantis")
    strange = msgspec.structs.replace(config, halls=(hall,), is_insecure_lan=True)

    assert [Level.OK, Level.OK] == [one.level for one in doctor.configuration(config)]
    assert [("configuration", Level.OK), ("time zone", Level.BAD), ("network", Level.LOOK)] == [
        (one.subject, one.level) for one in doctor.configuration(strange)
    ]


async def test_a_voice_that_is_missing_is_something_to_look_at(config: Config) -> None:
    """The hall works without it; an engine that is there is named."""
    off = msgspec.structs.replace(config, speech=msgspec.structs.replace(config.speech, engine="none"))
    other = msgspec.structs.replace(
        config, speech=msgspec.structs.replace(config.speech, command="piper --out {out}")
    )

    assert "espeak-ng" in (await doctor.speech(config)).text
    assert "switched off" in (await doctor.speech(off)).text
    assert "piper" in (await doctor.speech(other)).text


def test_what_the_hub_complains_of_is_repeated() -> None:
    """The configuration names no addresses of printers: the hub knows whether their agents reach them."""
    assert Level.OK == doctor.devices([]).level
    assert "printer_offline p1" in doctor.devices(["printer_offline p1"]).text


async def test_a_whole_store_is_well_and_a_damaged_one_names_its_entry(tmp_path: Path) -> None:
    """Every row of every hall, and what to do."""
    async with working_hall(tmp_path / "data") as house:
        await house.bench.wish(take("one"))
        folder = await house.copier.copy()
    rows: list[int] = []
    well = list(doctor.store(folder, rows.append))
    with closing(sqlite3.connect(folder / "journal.db")) as db:
        db.execute("DROP TRIGGER events_stay_as_written")
        db.execute("UPDATE events SET actor = 'mallory' WHERE seq = 2")
        db.commit()
    (folder / "identity.db").write_bytes(b"no database" * 1_000)
    broken = list(doctor.store(folder, rows.append))

    assert [("journal", Level.OK), ("identities", Level.OK)] == [(one.subject, one.level) for one in well]
    assert sum(rows[:1]) >= 3
    assert [("journal", Level.BAD), ("identities", Level.BAD)] == [(one.subject, one.level) for one in broken]
    assert "entry 2 " in broken[0].text
    assert "antrean restore" in broken[0].text


async def test_a_hall_without_identities_is_not_blamed_for_them(tmp_path: Path) -> None:
    """An old copy may hold the journal alone."""
    async with working_hall(tmp_path / "data") as house:
        folder = await house.copier.copy()
    (folder / "identity.db").unlink()

    assert ["journal"] == [one.subject for one in doctor.store(folder, lambda _count: None)]


def test_this_machine_is_looked_at_as_a_whole(tmp_path: Path) -> None:
    """Every check of it, in this order."""
    found: list[Finding] = list(doctor.machine(tmp_path))

    assert ["disk", "SQLite", "space", "clock", "file system"] == [one.subject for one in found]
