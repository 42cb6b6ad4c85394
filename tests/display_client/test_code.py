"""The code of a screen that is new: over the whole screen while it holds, and gone with it."""

import asyncio
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from display_client.browser import ProfileInUse, guarded
from display_client.code import CodeShown
from queue_server.fetching import HubAddress
from tests.display_client.test_browser import FakeBrowser
from tests.pace import PATIENCE_S
from tests.programs.groups import is_gone

HUB = HubAddress.parse("http://hub.example:8000")
CODE = "ACDE-FGHJ"


async def test_a_browser_fills_the_screen_with_the_code_until_the_device_is_in(tmp_path: Path) -> None:
    """With where to type it; neither browser nor page stays behind."""
    fake = FakeBrowser(tmp_path)
    async with CodeShown(HUB, fake.command, tmp_path / "data")(CODE):
        async with asyncio.timeout(PATIENCE_S):
            while not fake.starts():  # noqa: ASYNC110 -- another process writes it
                await asyncio.sleep(0.01)
        process, _, *options = fake.starts()[0]
        page = Path(unquote(urlsplit(options[-1]).path))
        text = page.read_text("utf-8")  # noqa: ASYNC240 -- a test's own small file

    assert "--kiosk" in options
    assert CODE in text
    assert "http://hub.example:8000/devices" in text
    assert not page.exists()  # noqa: ASYNC240 -- as above
    assert await is_gone(int(process), within_s=PATIENCE_S)


async def test_without_a_browser_the_terminal_has_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A loudspeaker's machine has no screen; its log has the code."""
    async with CodeShown(HUB, None, tmp_path)(CODE):
        pass

    assert (
        f"code {CODE}: an administrator types it at http://hub.example:8000/devices"
        in capsys.readouterr().err
    )


async def test_two_agents_of_one_folder_do_not_share_a_screen(tmp_path: Path) -> None:
    """As with the page itself."""
    guard = guarded(tmp_path)
    fake = FakeBrowser(tmp_path)
    with pytest.raises(ProfileInUse):
        async with CodeShown(HUB, fake.command, tmp_path)(CODE):
            pass

    os.close(guard)

    assert [] == fake.starts()
