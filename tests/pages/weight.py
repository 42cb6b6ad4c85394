"""What a page costs a phone: every byte that came over the wire, heads and frames of the live line included."""

from typing import Any

from playwright.sync_api import Page


class Weight:
    """Counts from before the page is opened. The cache is empty: each page of these tests has a context of its own."""

    def __init__(self, page: Page) -> None:
        self.files_count = 0
        self.came_bytes = 0
        session = page.context.new_cdp_session(page)
        session.on("Network.loadingFinished", self._count_file)
        session.on("Network.webSocketFrameReceived", self._count_frame)
        session.send("Network.enable")

    def _count_file(self, event: dict[str, Any]) -> None:
        """Head and body as they travelled. Source: Chrome DevTools Protocol, Network.loadingFinished."""
        self.files_count += 1
        self.came_bytes += event["encodedDataLength"]

    def _count_frame(self, event: dict[str, Any]) -> None:
        """Text frames; unpacked, and so a little more than what travelled."""
        self.came_bytes += len(event["response"]["payloadData"].encode())
