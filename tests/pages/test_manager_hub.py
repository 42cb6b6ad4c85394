"""The hall manager's board of a real hub: what was taken and called stands on it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.end_to_end.hubs import HALL, json_of, running_hub
from tests.pages.conftest import PageAt
from tests.pages.fixtures.manager import SIZES

pytestmark = pytest.mark.browser


@pytest.mark.slow
def test_the_board_of_a_real_hub_follows_a_ticket(page_at: PageAt, tmp_path: Path) -> None:
    """Taken, called, served: over HTTP and the hub's own socket, in a demonstration."""
    with running_hub(tmp_path / "hub", "--demo") as hub:
        page = page_at(*SIZES[0])
        page.goto(f"{hub.url}/halls/{HALL}/manager")
        expect(page.locator(".calm-sentence")).to_have_text("Tidak ada yang menunggu.")
        officer = hub.token("officer", name="Siti Rahmawati")
        kiosk = hub.token("kiosk", "kiosk-1")

        ticket = json_of(hub.call("POST", "/tickets", kiosk, {"service": "ktp-el"}))
        line = page.locator(".line", has_text="KTP-el")
        expect(line.locator(".line-count").first).to_have_text("1")
        json_of(hub.call("POST", "/counters/loket-1/open", officer, {}))
        json_of(hub.call("POST", "/counters/loket-1/next", officer, {"sees": None}))
        tile = page.locator(".tile-busy")
        expect(tile).to_contain_text(ticket["number"])
        expect(tile).to_contain_text("Siti Rahmawati")
        json_of(hub.call("POST", "/counters/loket-1/finish", officer, {"sees": ticket["id"]}))

        expect(page.locator(".tile-busy")).to_have_count(0)
        expect(page.locator(".totals")).to_contain_text("1selesai")
