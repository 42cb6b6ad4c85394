"""What a browser fetches for a page, with nothing kept from before: the document and all that it names, as sent.

For machines without a browser, so it fetches fonts too that the page may not use. Follows addresses in HTML, `url()` in style sheets and imports in modules. Headers count, since they travel too;
pictures and sounds are counted apart.
"""

import gzip
import http.client
import re
from collections import deque
from collections.abc import Iterator
from posixpath import dirname, normpath
from typing import NamedTuple

from benchmarks.figure import Unmeasurable

FILES_MAX = 200
WITHIN_S = 30.0

PICTURES = ("image/", "audio/")
"""Pictures and sounds, by how their types begin."""

_NAMED = {
    "text/html": re.compile(r"""(?:src|href)=["'](/static/[^"'#]+)["']"""),
    "text/css": re.compile(r"""url\(["']?([^"')]+)["']?\)"""),
    "text/javascript": re.compile(r"""(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"']+)["']"""),
}
"""Where a file of this type names others."""


class PageBytes(NamedTuple):
    """Of one page and all that it names."""

    total: int
    pictures: int
    """Pictures and sounds, not in the total."""
    files: int


def page_bytes(port: int, path: str) -> PageBytes:
    """Fetches it all on one connection. Raises Unmeasurable where something is missing."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WITHIN_S)
    total = pictures = 0
    known = [path]
    due = deque(known)
    while due:
        address = due.popleft()
        kind, length, text = _fetched(connection, address)
        if kind.startswith(PICTURES):
            pictures += length
        else:
            total += length
        for named in _named_in(kind, text, address):
            if named not in known:
                known.append(named)
                due.append(named)
        if len(known) > FILES_MAX:
            raise Unmeasurable(f"{path} names more than {FILES_MAX} files")
    connection.close()
    return PageBytes(total, pictures, len(known))


def _fetched(connection: http.client.HTTPConnection, address: str) -> tuple[str, int, str]:
    """Type, bytes as they travelled, and the text."""
    connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise Unmeasurable(f"{address}: {response.status}")
    status_bytes = len(f"HTTP/1.1 200 {response.reason}\r\n\r\n")
    header_bytes = sum(len(name) + len(value) + len(": \r\n") for name, value in response.getheaders())
    kind = (response.getheader("content-type") or "").partition(";")[0]
    return kind, status_bytes + header_bytes + len(body), _text(body, response.getheader("content-encoding"))


def _text(body: bytes, encoding: str | None) -> str:
    return (gzip.decompress(body) if encoding == "gzip" else body).decode(errors="replace")


def _named_in(kind: str, text: str, address: str) -> Iterator[str]:
    pattern = _NAMED.get(kind)
    if pattern is None:
        return
    for named in pattern.findall(text):
        if named.startswith("/"):
            yield named
        elif not named.startswith("data:"):
            yield normpath(f"{dirname(address)}/{named}")
