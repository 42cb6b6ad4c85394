"""Adding, listing and removing halls: what `antrean hall …` asks of a running hub, and of the store without one."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from queue_server.control import Verb
from queue_server.directory import HallDirectory
from queue_server.domain.decision import rejected
from queue_server.domain.hall import HallId
from queue_server.domain.model import State
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.halls import Hall, Halls, is_at_work

Configure = Callable[[Hall], Awaitable[None]]
"""Proposes to an open hall what the directory has for it now."""


def hall_verbs(directory: HallDirectory, halls: Halls, configure: Configure) -> Mapping[str, Verb]:
    """The part of the local socket's table that concerns halls as such."""

    async def add(args: Mapping[str, Any]) -> object:
        added = await directory.add(str(args.get("text")), is_replacing=args.get("replace") is True)
        if isinstance(added, Rejected):
            return added
        hall = halls.get(added.id)
        if hall is not None:
            await configure(hall)
        return {"id": added.id, "name": added.name}

    async def listed(_args: Mapping[str, Any]) -> object:
        await directory.look()
        return [
            {"id": one.id, "name": one.name, "origin": one.origin, "is_open": halls.get(one.id) is not None}
            for one in directory.listed()
        ]

    async def remove(args: Mapping[str, Any]) -> object:
        hall_id = HallId(str(args.get("hall")))
        if args.get("force") is not True and not directory.is_of_file(hall_id):
            async with halls.using(hall_id) as hall:
                # One that cannot be opened is not known to be empty: that is for whoever forces it to judge.
                refusal = hall if isinstance(hall, Rejected) else in_use(hall.hub.state)
            if refusal is not None:
                return refusal
        removed = await directory.remove(hall_id)
        if removed is not None:
            return removed
        await halls.turn_out(hall_id)
        return str(hall_id)

    return {"hall_add": add, "hall_list": listed, "hall_remove": remove}


def in_use(state: State) -> Rejected | None:
    """Why a hall in this state is not removed."""
    if not is_at_work(state):
        return None
    return rejected(
        Refusal.WRONG_STATE,
        f"'{state.hall.id}' has citizens in line or counters open. Close its day first, or say --force: they would be "
        "turned away at once.",
    )


def left_out(halls: Halls, directory: HallDirectory, kept: Collection[HallId]) -> Rejected | None:
    """Why a file that has only these halls is not taken up; None: it leaves out none that anybody needs."""
    for hall in halls.all():
        state = hall.hub.state
        if hall is halls.home and hall.hub.hall not in kept:
            return rejected(
                Refusal.INVALID, f"'{state.hall.id}' is this hub's own hall: leaving it out needs a restart."
            )
        if directory.is_of_file(hall.hub.hall) and hall.hub.hall not in kept and is_at_work(state):
            return in_use(state)
    return None
