"""Pages travel compressed where the browser takes it, and say the same where it does not."""

import gzip
from pathlib import Path

import httpx2

from tests.end_to_end.hubs import HALL, running_hub
from tests.pace import PATIENCE_S


def test_a_page_is_the_same_compressed_and_plain_and_much_smaller(tmp_path: Path) -> None:
    """A cheap phone on a shared network (performance, P12)."""
    with running_hub(tmp_path, "--demo") as hub:
        address = f"{hub.url}/halls/{HALL}/kiosk/kiosk-1"
        plain = httpx2.get(address, headers={"Accept-Encoding": "identity"}, timeout=PATIENCE_S)
        with httpx2.stream("GET", address, headers={"Accept-Encoding": "gzip"}, timeout=PATIENCE_S) as answer:
            packed = b"".join(answer.iter_raw())
            headers = answer.headers

    assert (None, "gzip") == (plain.headers.get("content-encoding"), headers["content-encoding"])
    assert "accept-encoding" == plain.headers["vary"] == headers["vary"]
    assert "no-store" == headers["cache-control"]
    assert plain.text.split("now_ms")[0] == gzip.decompress(packed).decode().split("now_ms")[0]
    assert len(packed) * 3 < len(plain.content)
