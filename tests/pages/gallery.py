"""Every page in every situation, without a hub: to look at, to photograph, to test.

    .venv/bin/python tests/pages/gallery.py --port 8100
    .venv/bin/python tests/pages/gallery.py --shoot ticket --to /tmp/pictures

Situations are the FIXTURES of tests/pages/fixtures/*.py. Files are read anew for each page, so a change is seen at
the next reload.
"""

import asyncio
import importlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from queue_server.server import listening_socket
from queue_server.web.assets import Assets
from queue_server.web.shell import PAGE_HEADERS, Shell
from tests.browsers import ARGUMENTS, light_browser
from tests.pace import PATIENCE_S
from tests.pages.stage import Fixture, Stage

FIXTURES_FOLDER = Path(__file__).parent / "fixtures"
CHIME = Path(__file__).parents[2] / "sounds" / "chime.wav"
LANGUAGES = ("id", "en")
SETTLES_MS = 400
"""From the first view to a still picture: two calm transitions."""

Reply = tuple[int, dict[str, Any]]


class Gallery:
    """The application and its stages."""

    def __init__(self, origin: str = "") -> None:
        self.origin = origin
        self.replies: dict[str, Reply | Callable[[dict[str, Any]], Reply]] = {}
        """Answers to HTTP calls by path, for the pages that sign in or look something up."""
        self.posts: list[tuple[str, dict[str, Any]]] = []
        self._stages: dict[str, Stage] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._shell = Shell(assets=Assets.read(), is_strict=True)

    def stage(self, page: str, fixture: str) -> Stage:
        """A stage set up anew, at whose address the page is found from now on."""
        return self._set_up(page, fixture, fixtures_of(page)[fixture])

    def stage_for(self, fixture: Fixture, name: str = "own") -> Stage:
        """The same for a situation that only one test needs."""
        return self._set_up(fixture.page, name, fixture)

    def app(self) -> Starlette:
        """What uvicorn serves."""
        return Starlette(
            routes=[
                Route("/", self._index),
                Route("/static/{version}/{path:path}", self._static),
                Route("/audio/chime.wav", self._chime),
                Route("/api/v1/{path:path}", self._post, methods=["GET", "POST", "PATCH", "DELETE"]),
                Route("/{page}/{fixture}", self._page),
                WebSocketRoute("/api/v1/halls/{hall}/live", self._live),
            ]
        )

    def _set_up(self, page: str, name: str, fixture: Fixture) -> Stage:
        assert self._loop is not None, "the gallery is not served yet"
        stage = Stage(key=f"{page}--{name}", fixture=fixture, origin=self.origin, loop=self._loop)
        self._stages[stage.key] = stage
        return stage

    def serve_in(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    async def _page(self, request: Request) -> Response:
        page, name = request.path_params["page"], request.path_params["fixture"]
        stage = self._stages.get(f"{page}--{name}") or self.stage(page, name)
        lang = request.query_params.get("lang", LANGUAGES[0])
        text = self._shell_of_now().render(
            stage.fixture.page, lang=lang, languages=LANGUAGES, boot=stage.boot(), title=stage.fixture.title
        )
        return HTMLResponse(text, headers=PAGE_HEADERS)

    def _shell_of_now(self) -> Shell:
        self._shell = Shell(assets=Assets.read(), is_strict=True)
        return self._shell

    async def _static(self, request: Request) -> Response:
        return await self._shell.assets.answer(request)

    async def _chime(self, _: Request) -> Response:
        return FileResponse(CHIME)

    async def _post(self, request: Request) -> Response:
        body = await request.body()
        self.posts.append((request.url.path, await request.json() if body else {}))
        reply = self.replies.get(
            request.url.path, (404, {"code": "UNKNOWN_HALL", "detail": "No such thing."})
        )
        status, answer = reply if isinstance(reply, tuple) else reply(self.posts[-1][1])
        return JSONResponse(answer, status_code=status)

    async def _live(self, websocket: WebSocket) -> None:
        stage = self._stages.get(websocket.path_params["hall"])
        if stage is None:
            await websocket.close()
        else:
            await stage.serve(websocket)

    async def _index(self, _: Request) -> Response:
        rows = [
            f'<li>{page}/{name}: <a href="/{page}/{name}?lang=id">id</a> <a href="/{page}/{name}?lang=en">en</a></li>'
            for page in pages()
            for name in fixtures_of(page)
        ]
        return HTMLResponse(
            f"<!doctype html><link rel=icon href=data:,><title>Gallery</title><ul>{''.join(rows)}</ul>"
        )


def pages() -> list[str]:
    """Those that have fixtures."""
    return sorted(path.stem for path in FIXTURES_FOLDER.glob("*.py") if path.stem != "hall")


def fixtures_of(page: str) -> dict[str, Fixture]:
    """By name."""
    fixtures: dict[str, Fixture] = importlib.import_module(f"tests.pages.fixtures.{page}").FIXTURES
    return fixtures


@contextmanager
def served(port: int = 0) -> Iterator[Gallery]:
    """A gallery served from a thread of its own until the block ends."""
    listener = listening_socket("127.0.0.1", port)  # a plain one would delay each file by 40 ms
    gallery = Gallery(f"http://127.0.0.1:{listener.getsockname()[1]}")
    config = uvicorn.Config(gallery.app(), log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    started = threading.Event()

    async def main() -> None:
        gallery.serve_in(asyncio.get_running_loop())
        started.set()
        await server.serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(main()), name="gallery")
    thread.start()
    assert started.wait(PATIENCE_S)
    try:
        yield gallery
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        listener.close()


@contextmanager
def chromium(*more_args: str) -> Iterator[Browser]:
    """The system's browser, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=light_browser(), args=[*ARGUMENTS, *more_args])
        try:
            yield browser
        finally:
            browser.close()


def shoot(page_name: str, folder: Path) -> list[Path]:
    """A picture of each fixture in each size and language."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures: list[Path] = []
    with served() as gallery, chromium() as browser:
        for name, fixture in fixtures_of(page_name).items():
            for width, height in fixture.sizes:
                for lang in LANGUAGES:
                    page = browser.new_page(viewport={"width": width, "height": height})
                    pictures.append(folder / f"{page_name}-{name}-{width}x{height}-{lang}.png")
                    _photograph(page, gallery.stage(page_name, name).address(lang), pictures[-1])
                    page.close()
    return pictures


def _photograph(page: Page, address: str, picture: Path) -> None:
    page.on("console", lambda message: click.echo(f"{picture.name}: {message.type}: {message.text}"))
    page.on("pageerror", lambda error: click.echo(f"{picture.name}: {error}"))
    page.goto(address)
    page.wait_for_timeout(SETTLES_MS)
    page.screenshot(path=picture)


@click.command()
@click.option("--port", type=int, default=0, help="Where to serve it; 0: any free port.")
@click.option("--shoot", "page", help="Take pictures of this page instead.")
@click.option("--to", "folder", type=click.Path(path_type=Path), default=Path("pictures"))
def main(port: int, page: str | None, folder: Path) -> None:
    """Serves the gallery until interrupted, or takes pictures."""
    if page is not None:
        for picture in shoot(page, folder):
            click.echo(picture)
        return
    with served(port) as gallery:
        click.echo(gallery.origin)
        threading.Event().wait()


if __name__ == "__main__":
    main()
