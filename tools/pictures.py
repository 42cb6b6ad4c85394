"""`make pictures`: photographs every page of a real hub on a busy morning, for the README.

Everything runs on this machine and leaves nothing but the pictures: a hub in a demonstration of its own on a free port
with a data folder that is thrown away, the virtual ticket printer, and the system's Chromium. The citizens' pages are
photographed in Indonesian, the staff's in English, so that both can be seen. A page that reports an error ends it.
"""

import asyncio
import io
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import click
import httpx2
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from queue_server import control
from queue_server.compose import Ready, Settings, run
from queue_server.domain.hall import HallConfig
from queue_server.fetching import HubAddress
from queue_server.logs import configure_logs
from tests.browsers import ARGUMENTS, whole_browser
from tools.busy_morning import MISSING_SCREEN, Devices, Morning, StoryClock

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"

PICTURE_BYTES_MAX = 200_000
"""All of them together load in a second on a slow line."""

PALETTES = (256, 128, 64)
"""Colours tried in turn until a picture is small enough; a page has some dozen and their edges."""

SETTLES_MS = 1_500
"""From the newest view to a still picture, fonts and transitions included."""

READY_WITHIN_S = 60
PAPER_WITHIN_S = 30
SPOKEN_WITHIN_S = 40
STEP_WITHIN_MS = 20_000

KIOSK, COUNTER, SCREEN_ZONE = "kiosk-1", "loket-2", "a"
CALLER = "loket-4"
"""Calls the number that the screen and the phone show."""

ACCOUNTS = (
    ("Kepala MPP", "manager", None),
    ("Petugas Loket 1", "officer", ["loket-1", "loket-2"]),
    ("Petugas Loket 2", "officer", ["loket-1", "loket-2"]),
    ("Petugas Bapenda", "officer", ["loket-12", "loket-13"]),
    ("Petugas Samsat", "officer", ["loket-19", "loket-20"]),
    ("Petugas Penyambut", "officer", None),
)
"""Name, role, counters; None: every counter. Named after their work: nobody is invented."""


class House(NamedTuple):
    """The hub and what stands around it."""

    url: str
    hall: HallConfig
    data: Path
    clock: StoryClock
    api: httpx2.AsyncClient
    papers: Path

    def page(self, path: str) -> str:
        """Address of one of the hall's pages."""
        return f"{self.url}/halls/{self.hall.id}/{path}"

    async def token(self, role: str, device: str | None = None, name: str | None = None) -> str:
        """As `antrean token` makes it, through the hub's local socket."""
        answer = await asyncio.to_thread(
            control.call, self.data, "token", role=role, hall=self.hall.id, id=device, name=name
        )
        assert answer is not None, "the hub runs"
        assert answer.accepted, answer.detail
        return str(answer.value)


class Photographer:
    """One browser; every page gets a context of its own, as on machines of their own."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    async def open(self, address: str, width: int, height: int, *, lang: str, scale: int = 1) -> Page:
        """A page that has come to rest; an error in it ends everything."""
        context = await self._browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=scale, locale=lang
        )
        page = await context.new_page()
        page.set_default_timeout(STEP_WITHIN_MS)
        page.on("pageerror", _give_up)
        answer = await page.goto(f"{address}?lang={lang}")
        if answer is None or not answer.ok:
            raise click.ClickException(f"{address} does not open")
        await page.wait_for_timeout(SETTLES_MS)
        return page

    async def shoot(self, name: str, page: Page, *, is_whole: bool = False) -> None:
        """What the device shows of the page, or all of it."""
        await page.wait_for_timeout(SETTLES_MS)
        keep(name, await page.screenshot(full_page=is_whole))


async def photograph_all() -> None:
    """Hub, morning, pictures; in this order."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="antrean-pictures-") as folder:
        async with _running(Path(folder)) as house, asyncio.TaskGroup() as tasks, _browser() as browser:
            devices = Devices(house.hall, HubAddress.parse(house.url), tasks)
            devices.connect(await _device_tokens(house))
            morning = await _morning(house, devices)
            click.echo("playing the morning …")
            await morning.play()
            async with _printer_agent(house):
                await _shoot_all(house, morning, devices, Photographer(browser))
            await devices.close()


async def _shoot_all(house: House, morning: Morning, devices: Devices, photographer: Photographer) -> None:
    await _shoot_kiosk(house, photographer)
    await _shoot_call(house, morning, devices, photographer)
    await _shoot_counter(house, morning, photographer)
    await _shoot_office(house, photographer)


async def _shoot_kiosk(house: House, photographer: Photographer) -> None:
    """The first step, then the number that a citizen got, then his paper."""
    page = await photographer.open(house.page(f"kiosk/{KIOSK}"), 1080, 1920, lang="id")
    await photographer.shoot("kiosk", page)
    await page.get_by_role("button", name="Dukcapil Kependudukan").click()
    await page.get_by_role("button", name="KTP-el").first.click()
    await page.get_by_role("button", name="Ambil nomor").click()
    await page.locator(".big").wait_for()
    async with asyncio.timeout(PAPER_WITHIN_S):
        while not (papers := list(house.papers.glob("*.png"))):  # noqa: ASYNC110 -- another process makes it
            await asyncio.sleep(0.1)
    await photographer.shoot("kiosk-number", page)
    keep("ticket", papers[0].read_bytes())
    await page.context.close()


async def _shoot_call(house: House, morning: Morning, devices: Devices, photographer: Photographer) -> None:
    """A call, at the moment in which the screen's own voice speaks it: both screens, and the phone of the one called."""
    await devices.fall_silent(SCREEN_ZONE)
    lying = await photographer.open(house.page(f"screen/screen-{SCREEN_ZONE}-1"), 1920, 1080, lang="id")
    standing = await photographer.open(house.page(f"screen/screen-{SCREEN_ZONE}-2"), 1080, 1920, lang="id")
    called = await morning.call_next(morning.desks[CALLER], is_told=False)
    assert called is not None, "somebody waits for this desk on a busy morning"
    phone = await photographer.open(f"{house.url}/t/{called['id']}", 360, 740, lang="id", scale=2)
    await photographer.shoot("screen", lying)
    await photographer.shoot("screen-portrait", standing)
    await photographer.shoot("phone", phone)
    await _until_spoken(house, called["seq"])
    for page in (lying, standing, phone):
        await page.context.close()
    devices.speak(SCREEN_ZONE, await house.token("display", f"screen-{SCREEN_ZONE}-1"))


async def _until_spoken(house: House, seq: int) -> None:
    """Until the journal tells, behind an entry, that a voice came to its end."""
    manager = {"Authorization": f"Bearer {await house.token('manager', name='Kepala MPP')}"}
    async with asyncio.timeout(SPOKEN_WITHIN_S):
        while True:
            page = await house.api.get("/events", params={"after": seq}, headers=manager)
            if any(event["type"] == "CallSpoken" for event in page.json()["events"]):
                return
            await asyncio.sleep(0.2)


async def _shoot_counter(house: House, morning: Morning, photographer: Photographer) -> None:
    """An officer with somebody before him, one who fetches a document, and one who did not come."""
    desk = morning.desks[COUNTER]
    for act in ("park", "no-show"):
        await morning.call_next(desk)
        await morning.press(desk, act, sees=morning.sees(desk))
        desk.ticket = None
    await morning.call_next(desk)
    house.clock.leap_to(house.clock.now_ms() + 40_000)
    await morning.press(desk, "start", sees=morning.sees(desk))
    house.clock.leap_to(house.clock.now_ms() + 130_000)
    page = await photographer.open(house.page(f"counter/{COUNTER}"), 1366, 768, lang="en")
    await photographer.shoot("counter", page)
    await page.context.close()


async def _shoot_office(house: House, photographer: Photographer) -> None:
    """What the manager, the administrator and whoever sets the devices up see."""
    admin = await house.token("admin", name="Administrator")
    for name, role, counters in ACCOUNTS:
        body = {"name": name, "role": role, "counters": counters, "password": os.urandom(16).hex()}
        answer = await house.api.post(
            f"{house.url}/api/v1/accounts", json=body, headers={"Authorization": f"Bearer {admin}"}
        )
        answer.raise_for_status()
    for picture, address in (
        ("manager", house.page("manager")),
        ("accounts", f"{house.url}/accounts"),
        ("devices", f"{house.url}/devices"),
        ("start", f"{house.url}/"),
    ):
        page = await photographer.open(address, 1366, 768, lang="en")
        await photographer.shoot(picture, page, is_whole=picture == "start")
        await page.context.close()


def keep(name: str, picture: bytes) -> None:
    """Writes a picture with as few colours as its size asks for."""
    with Image.open(io.BytesIO(picture)) as image:
        plain = image.convert("RGB")
    small = next((found for found in map(_crushed(plain), PALETTES) if len(found) <= PICTURE_BYTES_MAX), None)
    if small is None:
        raise click.ClickException(f"{name}.png stays above {PICTURE_BYTES_MAX} bytes")
    (FOLDER / f"{name}.png").write_bytes(small)
    click.echo(f"{name}.png: {plain.width} x {plain.height}, {len(small) // 1000} kB")


def _crushed(plain: Image.Image) -> Callable[[int], bytes]:
    """By number of colours, the picture as a PNG with a palette."""

    def crushed(colours: int) -> bytes:
        made = io.BytesIO()
        plain.quantize(colours, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
        return made.getvalue()

    return crushed


async def _device_tokens(house: House) -> dict[str, str]:
    """For every device but the kiosk and the printer that are really here, and the screen that never came on."""
    screens = [(screen.id, "display") for screen in house.hall.screens if screen.id != MISSING_SCREEN]
    kiosks = [(kiosk.id, "kiosk") for kiosk in house.hall.kiosks]
    printers = [(printer.id, "printer") for printer in house.hall.printers[1:]]
    return {device: await house.token(role, device) for device, role in (*screens, *kiosks, *printers)}


async def _morning(house: House, devices: Devices) -> Morning:
    """The officers are those whom the demonstration's own counter pages know."""
    officers: dict[str, str] = {
        place.id: await house.token("officer", name=f"Petugas {place.name}") for place in house.hall.counters
    }
    return Morning(
        hall=house.hall,
        api=house.api,
        clock=house.clock,
        devices=devices,
        officers=officers,
        greeter=await house.token("officer", name="Petugas penyambut"),
    )


@asynccontextmanager
async def _running(folder: Path) -> AsyncIterator[House]:
    """The real hub, in this process for the sake of its clock; it stops as it always does, by SIGTERM."""
    told: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
    clock = StoryClock()
    data = folder / "data"
    settings = Settings(config_path=ROOT / "config.toml", data=data, port=0, is_demo=True, env={})
    hub = asyncio.create_task(run(settings, told.set_result, clock), name="hub")
    hub.add_done_callback(lambda _ended: told.done() or told.cancel())
    async with asyncio.timeout(READY_WITHIN_S):
        await asyncio.wait({told})
    if hub.done():
        await hub
    ready = await told
    async with httpx2.AsyncClient(base_url=f"{ready.url}/api/v1/halls/{ready.hall.id}", timeout=30) as api:
        try:
            yield House(ready.url, ready.hall, data, clock, api, folder / "papers")
        finally:
            signal.raise_signal(signal.SIGTERM)
            await hub


@asynccontextmanager
async def _browser() -> AsyncIterator[Browser]:
    """The system's, allowed to make sound: the screen is its zone's voice."""
    arguments = [*ARGUMENTS, "--autoplay-policy=no-user-gesture-required"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=whole_browser(playwright), args=arguments)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def _printer_agent(house: House) -> AsyncIterator[None]:
    """`antrean printer` on the first printer, which is a folder."""
    command = [sys.executable, "-m", "queue_server", "printer", "--hub", house.url]
    options = ["--device", f"virtual:{house.papers}", "--data", str(house.papers.parent / "spool")]
    token = await house.token("printer", house.hall.printers[0].id)
    process = await asyncio.create_subprocess_exec(
        *command, *options, cwd=ROOT, env={**os.environ, "ANTREAN_TOKEN": token}
    )
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _give_up(error: object) -> None:
    raise click.ClickException(f"a page reports: {error}")


@click.command()
def main() -> None:
    """Photographs every page of a real hub for the README."""
    configure_logs()
    asyncio.run(photograph_all())


if __name__ == "__main__":
    main()
