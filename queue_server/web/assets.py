"""The files that pages are made of, read once at start and served from memory.

Their addresses carry one sum over all of them, as a folder: `/static/3f9c2a71b0/js/lib/live.js`. A module's relative
imports keep that folder, so every file may be cached for a year and none is ever mixed with another version's (a
`?v=` on each address was refused: relative imports drop it, and modules would have to be asked about one by one). A
page of an older version still gets today's files, but may not keep them.

Served without Starlette's StaticFiles: a look-up in a table cannot leave the folder, and what compresses is
compressed once.
"""

import gzip
import hashlib
import mimetypes
import re
from pathlib import Path, PurePosixPath

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

STATIC_FOLDER = Path(__file__).parent / "static"

VERSION_DIGITS = 10
"""40 bits of SHA-256: enough to tell one release's files from another's."""

FOR_A_YEAR = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"

TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".toml": "text/plain; charset=utf-8",
}
"""Named here, because what the machine's own table says of .js differs from one to the next."""

COMPRESSED_ALREADY = frozenset({".woff2", ".png"})

_IMPORT = re.compile(
    r"""(?:^|[;\s}])(?:import|export)\b[^;'"]*?from\s*["'](\.[^"']+)["']|(?:^|[;\s])import\s*["'](\.[^"']+)["']"""
)


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """One file, ready to be sent."""

    body: bytes
    zipped: bytes | None
    """None where it does not compress."""
    type: str
    etag: str


class Assets:
    """All files of one release under one version."""

    version: str

    def __init__(self, files: dict[str, bytes]) -> None:
        """`files` maps a path below /static ("js/lib/live.js") to its content."""
        self._assets = {path: _asset(path, body) for path, body in files.items()}
        self.version = _version(files)

    @classmethod
    def read(cls, folder: Path = STATIC_FOLDER) -> "Assets":
        """Reads every file below the folder."""
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        return cls({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})

    def __contains__(self, path: str) -> bool:
        return path in self._assets

    def address(self, path: str = "") -> str:
        """Where a page finds this file; without a path, the folder."""
        return f"/static/{self.version}/{path}"

    def modules(self, entry: str) -> list[str]:
        """The module and all that it imports, each once, entry first, so that a page can ask for all at once."""
        found = [entry]
        for path in found:  # grows while it is walked; each path enters once
            for target in _imports(path, self._assets[path].body.decode()):
                if target in self._assets and target not in found:
                    found.append(target)
        return found

    def sizes(self, path: str) -> tuple[int, int]:
        """Bytes as they stand and as they travel."""
        asset = self._assets[path]
        return len(asset.body), len(asset.zipped or asset.body)

    def route(self) -> Route:
        """Serves them all."""
        return Route("/static/{version}/{path:path}", self.answer, methods=["GET"])

    async def answer(self, request: Request) -> Response:
        """One file; 404 for what is not there, 304 for what the browser has."""
        asset = self._assets.get(request.path_params["path"])
        if asset is None:
            return Response("No such file.", status_code=404, media_type="text/plain")
        is_current = request.path_params["version"] == self.version
        headers = {
            "cache-control": FOR_A_YEAR if is_current else ASK_EACH_TIME,
            "etag": asset.etag,
            "vary": "accept-encoding",
            "x-content-type-options": "nosniff",
            "content-type": asset.type,
        }
        if request.headers.get("if-none-match") == asset.etag:
            return Response(status_code=304, headers=headers)
        if asset.zipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.zipped, headers={**headers, "content-encoding": "gzip"})
        return Response(asset.body, headers=headers)


def _asset(path: str, body: bytes) -> Asset:
    suffix = PurePosixPath(path).suffix
    zipped = None if suffix in COMPRESSED_ALREADY else gzip.compress(body, 9, mtime=0)
    return Asset(
        body=body,
        zipped=zipped if zipped is not None and len(zipped) < len(body) else None,
        type=TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream",
        etag=f'W/"{hashlib.sha256(body).hexdigest()[:32]}"',
    )


def _version(files: dict[str, bytes]) -> str:
    total = hashlib.sha256()
    for path, body in sorted(files.items()):
        total.update(path.encode() + b"\0" + hashlib.sha256(body).digest())
    return total.hexdigest()[:VERSION_DIGITS]


def _imports(path: str, source: str) -> list[str]:
    """Paths of the modules that this one names by relative address."""
    folder = PurePosixPath(path).parent
    return [_joined(folder, from_it or bare) for from_it, bare in _IMPORT.findall(source)]


def _joined(folder: PurePosixPath, relative: str) -> str:
    parts = list(folder.parts)
    for part in PurePosixPath(relative).parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
