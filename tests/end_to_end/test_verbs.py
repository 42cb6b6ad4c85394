"""The command line as an administrator types it: exit codes, what stands on stdout alone, what a refusal says."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.end_to_end.hubs import ANTREAN, HALL, ROOT, RunningHub, running_hub
from tests.pace import PATIENCE_S

REFUSED = 3
DEVICE = ("--role", "kiosk", "--hall", HALL, "--id", "kiosk-1")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """The demonstration, as `make run` starts it."""
    with running_hub(tmp_path_factory.mktemp("hub"), "--demo") as running:
        yield running


def test_check_says_what_is_there() -> None:
    """One line per hall."""
    done = typed("check")

    assert (0, "") == (done.returncode, done.stderr)
    assert [
        "config.toml: MPP Kabupaten Lamongan: 11 agencies, 32 services, 27 counters, 3 zones. No mistakes."
    ] == (done.stdout.splitlines())


def test_check_tells_every_mistake_at_once_with_its_path(tmp_path: Path) -> None:
    """On stderr, with 2."""
    text = (ROOT / "config.toml").read_text()
    broken = text.replace('zone = "a"', 'zone = "nowhere"', 1).replace('prefix = "A"', 'prefix = "O"', 1)
    (tmp_path / "config.toml").write_text(f"{broken}\nunheard_of = 1\n")
    done = typed("check", "--config", str(tmp_path / "config.toml"))

    assert (2, "") == (done.returncode, done.stdout)
    assert [] == [
        words for words in ("nowhere", ".zone", ".prefix", "unheard_of") if words not in done.stderr
    ]


def test_a_token_stands_alone_on_stdout_and_opens_what_it_is_for(hub: RunningHub) -> None:
    """So that `$(antrean token …)` is a token."""
    done = typed("token", *DEVICE, "--data", str(hub.data))
    token = done.stdout.strip()
    taken = hub.call("POST", "/tickets", token, {"service": "ktp-el"})
    called = hub.call("POST", "/counters/loket-1/open", token, {})

    assert (0, "", 1) == (done.returncode, done.stderr, len(done.stdout.split()))
    assert (201, 403) == (taken.status_code, called.status_code)


def test_a_link_signs_a_browser_in_once(hub: RunningHub) -> None:
    """An address of the hub with a code behind the hash, which no server's log sees."""
    done = typed("link", *DEVICE, "--hub", hub.url, "--data", str(hub.data))
    address, _, code = done.stdout.strip().partition("#")
    redeemed = [httpx2.post(f"{hub.url}/api/v1/link", json={"code": code}) for _ in range(2)]

    assert (0, f"{hub.url}/link") == (done.returncode, address)
    assert [200, 401] == [answer.status_code for answer in redeemed]


@pytest.mark.parametrize("verb", ["token", "link"])
def test_a_device_that_is_not_there_gets_nothing(hub: RunningHub, verb: str) -> None:
    """3, and the reason on stderr."""
    done = typed(verb, "--role", "kiosk", "--hall", HALL, "--id", "kiosk-99", "--data", str(hub.data))

    assert (REFUSED, "") == (done.returncode, done.stdout)
    assert "kiosk-99" in done.stderr


def test_a_hub_that_rests_knows_the_token_when_it_starts(tmp_path: Path) -> None:
    """A kiosk is prepared in the evening."""
    with running_hub(tmp_path / "data", "--always-open"):
        pass
    done = typed("token", *DEVICE, "--data", str(tmp_path / "data"))
    with running_hub(tmp_path / "data", "--always-open") as hub:
        taken = hub.call("POST", "/tickets", done.stdout.strip(), {"service": "ktp-el"})

    assert (0, 201) == (done.returncode, taken.status_code)


def test_a_folder_without_a_hub_gets_no_token(tmp_path: Path) -> None:
    """A mistyped folder would get one that no hub ever knows."""
    done = typed("token", *DEVICE, "--data", str(tmp_path / "dat"))

    assert (1, "") == (done.returncode, done.stdout)
    assert "--data" in done.stderr
    assert not (tmp_path / "dat").exists()


def test_every_address_that_it_prints_opens(hub: RunningHub) -> None:
    """What stands below `ready` of a demonstration is what a newcomer opens."""
    assert hub.process.stdout is not None
    lines = [hub.process.stdout.readline().rsplit(maxsplit=1) for _ in range(5)]
    answers = [httpx2.get(address, follow_redirects=True) for _, address in lines]

    assert ["Start page", "Kiosk kiosk-1", "Loket 1", "Screen screen-a-1", "Manager"] == [
        name.strip() for name, _ in lines
    ]
    assert [200] * 5 == [answer.status_code for answer in answers]
    assert all("<title>" in answer.text for answer in answers)


def typed(*words: str) -> "subprocess.CompletedProcess[str]":
    """`antrean …` in the checkout."""
    return subprocess.run(
        [*ANTREAN, *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )
