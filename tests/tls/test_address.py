"""Where the hub may listen: plain http beyond this machine only where somebody says so, and then it is told everywhere."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from websockets.asyncio.client import connect

from queue_server.address import EXPOSED, Address, NotAllowed, address_of
from queue_server.clock import FakeClock
from queue_server.compose import Settings, run
from queue_server.config import Config, TlsSettings, load
from queue_server.tls.serving import HubTls
from tests.contract.house import config_in
from tests.end_to_end.hubs import API, HALL, RunningHub, running_hub
from tests.pace import PATIENCE_S
from tests.tls.papers import pair_in

BEYOND = ("0.0.0.0", "::", "192.168.1.10", "antrean.lan")
NEAR = ("127.0.0.1", "::1", "localhost")


def asked(config: Config, host: str, **more: Any) -> Address:
    """The address for a host."""
    return address_of(config, host=host, **{"port": None, "is_demo": False, "data": Path(), **more})


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """The example's: loopback, no TLS, not insecure."""
    return load(config_in(tmp_path), {})


@pytest.mark.parametrize("host", BEYOND)
def test_plain_http_beyond_this_machine_is_refused_with_both_ways_out(config: Config, host: str) -> None:
    """One sentence: a certificate, or the word that one means it."""
    with pytest.raises(NotAllowed) as refused:
        asked(config, host)

    told = str(refused.value)
    for words in (host, "antrean tls init", "[server.tls]", "insecure_lan = true"):
        assert words in told


@pytest.mark.parametrize("host", BEYOND)
def test_who_means_it_gets_it_and_it_counts_as_exposed(config: Config, host: str) -> None:
    """The flag is the control of the refusal above."""
    meant = asked(msgspec.structs.replace(config, is_insecure_lan=True), host)

    assert (True, f"http://{f'[{host}]' if ':' in host else host}:8000") == (meant.is_exposed, meant.url)


@pytest.mark.parametrize("host", NEAR)
def test_on_this_machine_nothing_is_exposed(config: Config, host: str) -> None:
    """`make run`, tests, and a hub behind a proxy on the same machine."""
    assert not asked(config, host).is_exposed
    assert not asked(msgspec.structs.replace(config, is_insecure_lan=True), host).is_exposed


def test_with_a_certificate_it_may_listen_anywhere(config: Config, tmp_path: Path) -> None:
    """Also where `insecure_lan` was left on: what is encrypted is not exposed."""
    pair, _ = pair_in(tmp_path)
    settings = TlsSettings(certificate=pair.certificate, key=pair.key)
    for is_insecure in (False, True):
        secure = msgspec.structs.replace(config, tls=settings, is_insecure_lan=is_insecure)
        address = asked(secure, "0.0.0.0", port=443)

        assert isinstance(address.tls, HubTls)
        assert (False, True, "https://0.0.0.0:443") == (address.is_exposed, address.is_strict, address.url)


def test_neither_flag_nor_certificate_opens_what_is_for_this_machine_alone(
    config: Config, tmp_path: Path
) -> None:
    """A demonstration signs everybody in; without limits anybody may take all of it."""
    pair, _ = pair_in(tmp_path)
    settings = TlsSettings(certificate=pair.certificate, key=pair.key)
    open_wide = msgspec.structs.replace(config, tls=settings, is_insecure_lan=True)
    without_limits = msgspec.structs.replace(
        open_wide, limits=msgspec.structs.replace(config.limits, is_off=True)
    )

    with pytest.raises(NotAllowed, match="--demo"):
        asked(open_wide, "0.0.0.0", is_demo=True)
    with pytest.raises(NotAllowed, match="ANTREAN_LIMITS"):
        asked(without_limits, "0.0.0.0")


async def test_a_hub_that_may_not_listen_there_opens_nothing(tmp_path: Path) -> None:
    """No socket, no data folder."""
    settings = Settings(config_path=config_in(tmp_path), data=tmp_path / "data", host="0.0.0.0", port=0)

    with pytest.raises(NotAllowed, match="Plain http beyond this machine"):
        await run(settings, lambda ready: pytest.fail(f"it listens at {ready.url}"), FakeClock())

    assert not (tmp_path / "data").exists()


def test_an_exposed_hub_says_so_in_its_log_on_the_board_and_where_people_sign_in(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A banner in each place; the same hub on loopback has none, the flag on or off."""
    insecure = config_in(tmp_path, {"insecure_lan = false": "insecure_lan = true"})
    found: dict[str, tuple[str | None, bool, bool]] = {}
    for host in ("0.0.0.0", "127.0.0.1"):
        with running_hub(tmp_path / host, "--config", str(insecure), "--host", host) as hub:
            warned, is_told = asyncio.run(_warned(hub)), _boot(hub)["page"]["plain"]
        found[host] = (warned, is_told, "insecure_lan" in capfd.readouterr().err)

    assert {"0.0.0.0": (EXPOSED, True, True), "127.0.0.1": (None, False, False)} == found


async def _warned(hub: RunningHub) -> str | None:
    """The board's warning."""
    token = hub.token("manager", name="Kepala")
    async with connect(f"ws://127.0.0.1:{hub.port}{API}/live", proxy=None) as live:
        await live.send(json.dumps({"type": "hello", "protocol": 1, "view": "manager", "token": token}))
        view = json.loads(await live.recv())
    found = {one["code"]: one["detail"] for one in view["state"]["warnings"]}
    return found.get("insecure_lan")


def _boot(hub: RunningHub) -> Any:
    """What the sign-in page is told."""
    page = httpx2.get(f"http://127.0.0.1:{hub.port}/sign-in", timeout=PATIENCE_S, trust_env=False)
    assert 200 == page.status_code
    assert HALL in page.text
    block = page.text.partition('type="application/json"')[2].partition(">")[2].partition("</script>")[0]
    return json.loads(block)
