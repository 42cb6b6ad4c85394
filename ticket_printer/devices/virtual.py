"""A printer that is a folder: each ticket becomes a picture of the paper, for trying without hardware."""

import asyncio
from datetime import datetime
from pathlib import Path

from ticket_printer.devices.base import READY, Attempt, Ending, Health, Paper
from ticket_printer.raster import NotUnderstood, paper_picture, printed_page

NAMES_MAX = 1_000
"""Pictures of one number within one second; nobody prints so many."""


class VirtualPrinter:
    """Writes `DATE-TIME-NUMBER.png` into a folder; the file appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def health(self) -> Health:
        """Well, as long as its folder can be written."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return Health(status="offline", detail=f"The folder cannot be used: {error}")
        return READY

    async def print(self, paper: Paper) -> Attempt:
        """Drawing takes a moment, so it is done beside the loop."""
        try:
            await asyncio.to_thread(self._draw, paper)
        except (OSError, NotUnderstood) as error:
            return Attempt(ending=Ending.FAILED, detail=f"The picture could not be made: {error}")
        return Attempt(ending=Ending.PRINTED)

    def _draw(self, paper: Paper) -> None:
        picture = paper_picture(printed_page(paper.data, paper.width_dots), paper.paper_width_mm)
        self._folder.mkdir(parents=True, exist_ok=True)
        moment = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        number = "".join(character for character in paper.number if character.isalnum())[:16] or "ticket"
        path = self._free_path(f"{moment}-{number}")
        half_done = path.with_suffix(".part")
        picture.save(half_done, format="PNG")
        half_done.replace(path)

    def _free_path(self, stem: str) -> Path:
        for count in range(1, NAMES_MAX):
            path = self._folder / (f"{stem}.png" if count == 1 else f"{stem}-{count}.png")
            if not path.exists():
                return path
        raise OSError(f"the folder already holds {NAMES_MAX} pictures named {stem}")
