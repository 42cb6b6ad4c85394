"""Which halls there are: those of config.toml, and those that were added while the system ran.

The list of added halls is the store's, so that every node finds it and it outlives a restart; here is what this node last
read of it. A hall of the file goes before an added one of the same id. What is stored was checked before; it is read
again with today's rules, and a text that these no longer take is told when its hall is asked for.
"""

from collections.abc import Iterable, Mapping

import msgspec

from queue_server.clock import Clock
from queue_server.config import ConfigError, hall_from, report
from queue_server.domain.decision import rejected
from queue_server.domain.hall import HallConfig, HallId
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.errors import NotStored, PeerError, StoreStopped
from queue_server.journal.base import AddedHall, HallList

LOOK_EVERY_MS = 1_000
"""Between two looks at the store for a hall that nobody has heard of: guessing addresses must not become its load."""

LIST_EVERY_MS = 5_000
"""Between two looks without anybody asking, on a store that other nodes write too."""

HALLS_MAX = 1_000
"""Added halls; a large country's. Each node holds their names, and nothing more of those that it has not opened."""


class ListedHall(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `antrean hall list`."""

    id: str
    name: str
    origin: str
    """`file` or `added`."""


class HallDirectory:
    """The list as this node knows it."""

    def __init__(
        self,
        halls: Iterable[HallConfig],
        store: HallList,
        clock: Clock,
        *,
        has_limits: bool = True,
        is_shared: bool = False,
    ) -> None:
        """
        Args:
            halls: of config.toml.
            is_shared: whether other nodes change the list too.
        """
        self._file = {hall.id: hall for hall in halls}
        self._store = store
        self._clock = clock
        self._has_limits = has_limits
        self._added: Mapping[HallId, str] = {}
        self._is_shared = is_shared
        self._looked_ms: int | None = None

    def names(self) -> Mapping[HallId, str]:
        return {**{hall: one.name for hall, one in self._file.items()}, **self._only_added()}

    def listed(self) -> list[ListedHall]:
        """Every hall, those of the file first."""
        return [
            *(ListedHall(id=hall, name=one.name, origin="file") for hall, one in self._file.items()),
            *(ListedHall(id=hall, name=name, origin="added") for hall, name in self._only_added().items()),
        ]

    def take_up(self, halls: Iterable[HallConfig]) -> None:
        """The halls of a file that was read anew."""
        self._file = {hall.id: hall for hall in halls}

    def is_of_file(self, hall: HallId) -> bool:
        """Whether the file has it; such a hall is changed and removed there."""
        return hall in self._file

    async def is_known(self, hall: HallId) -> bool:
        if hall not in self._file and hall not in self._added and self._is_due(LOOK_EVERY_MS):
            try:
                await self.look()
            except (NotStored, StoreStopped):
                return False  # The store is away: what it would say is not known, and `/readyz` tells.
        return hall in self._file or hall in self._added

    async def look(self) -> None:
        """Reads the list. Raises: NotStored, StoreStopped."""
        self._looked_ms = self._clock.monotonic_ms()
        self._added = await self._store.hall_names()

    async def look_if_due(self) -> None:
        """The same, once in a while, where another node may have changed it. Raises: as above."""
        if self._is_shared and self._is_due(LIST_EVERY_MS):
            await self.look()

    async def proposal(self, hall: HallId) -> HallConfig:
        """A hall's configuration as it is proposed today.

        Raises:
            ConfigError: today's rules no longer take what was stored.
            NotListed: it was removed a moment ago.
            NotStored, StoreStopped: the store cannot be read.
        """
        of_file = self._file.get(hall)
        if of_file is not None:
            return of_file
        added = await self._store.added_hall(hall)
        if added is None:
            raise NotListed(f"hall {hall!r} is not on the list of halls any more")
        return hall_from(added.text, has_limits=self._has_limits)

    async def add(self, text: str, *, is_replacing: bool) -> HallConfig | Rejected:
        """Puts a hall on the list, or its newer text in the place of the older; the refusal says everything at once.

        Raises: NotStored, OutcomeUnknown, StoreStopped.
        """
        try:
            hall = hall_from(text, has_limits=self._has_limits)
        except ConfigError as error:
            return rejected(Refusal.INVALID, report(error))
        if hall.id in self._file:
            return rejected(
                Refusal.INVALID,
                f"'{hall.id}' is a hall of config.toml: change it there, then `antrean apply`.",
            )
        await self.look()
        if len(self._added) >= HALLS_MAX and not is_replacing:
            return rejected(
                Refusal.INVALID, f"There are {HALLS_MAX} added halls already, and no room for more."
            )
        added = AddedHall(hall=hall.id, name=hall.name, text=text, at_ms=self._clock.now_ms())
        if not await self._store.list_hall(added, is_replacing=is_replacing):
            return rejected(
                Refusal.INVALID,
                f"There is no added hall '{hall.id}' to replace."
                if is_replacing
                else f"There is a hall '{hall.id}' already. `--replace` gives it this configuration.",
            )
        await self.look()
        return hall

    async def remove(self, hall: HallId) -> Rejected | None:
        """Takes a hall off the list. Its journal stays. Raises: as `add`."""
        if hall in self._file:
            return rejected(Refusal.INVALID, f"'{hall}' is a hall of config.toml: take it out there.")
        if not await self._store.unlist_hall(hall):
            return rejected(Refusal.UNKNOWN_HALL, f"There is no hall '{hall}'.")
        await self.look()
        return None

    def _only_added(self) -> Mapping[HallId, str]:
        return {hall: name for hall, name in self._added.items() if hall not in self._file}

    def _is_due(self, every_ms: int) -> bool:
        return self._looked_ms is None or self._clock.monotonic_ms() - self._looked_ms >= every_ms


class NotListed(PeerError):  # noqa: N818 -- it says what happened, as the names in `errors` do
    """Somebody removed a hall while it was being opened."""
