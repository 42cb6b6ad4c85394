"""The contract's views as tables, written out by hand: key to what may stand there. More keys are no breach."""

from collections.abc import Mapping
from typing import Any

TICKET_STATES = {"waiting", "called", "serving", "parked", "no_show", "done", "cancelled", "unserved"}
CATEGORIES = {"regular", "disabled", "elderly", "pregnant", "child", "natural_disaster", "social_disaster"}

TICKET_VIEW: Mapping[str, tuple[type, ...]] = {
    "id": (str,),
    "number": (str,),
    "service": (str,),
    "category": (str,),
    "state": (str,),
    "ahead": (int, type(None)),
    "estimate": (dict, type(None)),
    "counter": (str, type(None)),
    "issued_at_ms": (int,),
    "called_at_ms": (int, type(None)),
    "calls": (int,),
    "seq": (int,),
}
HALL_VIEW: Mapping[str, tuple[type, ...]] = {
    "seq": (int,),
    "journal_id": (str,),
    "hall": (dict,),
    "services": (list,),
    "counters": (list,),
}
HALL_HEAD: Mapping[str, tuple[type, ...]] = {
    "id": (str,),
    "name": (str,),
    "timezone": (str,),
    "languages": (list,),
}
SERVICE: Mapping[str, tuple[type, ...]] = {
    "id": (str,),
    "agency": (str,),
    "prefix": (str,),
    "name": (dict,),
    "open": (bool,),
    "waiting": (int,),
    "estimate": (dict, type(None)),
}
COUNTER: Mapping[str, tuple[type, ...]] = {
    "id": (str,),
    "name": (str,),
    "zone": (str,),
    "state": (str,),
    "number": (str, type(None)),
}
COUNTER_STATE: Mapping[str, tuple[type, ...]] = {
    "counter": (str,),
    "ticket": (dict, type(None)),
    "waiting": (list,),
    "parked": (list,),
    "missed": (list,),
    "last_call": (dict, type(None)),
    "undo_until_at_ms": (int, type(None)),
}
EVENT: Mapping[str, tuple[type, ...]] = {
    "seq": (int,),
    "at_ms": (int,),
    "type": (str,),
    "actor": (str,),
    "data": (dict,),
}


def mistakes(shape: Mapping[str, tuple[type, ...]], found: Mapping[str, Any]) -> dict[str, str]:
    """Keys that are missing or hold something else; empty where the shape is kept."""
    missing = {key: "missing" for key in shape if key not in found}
    wrong = {
        key: f"holds {type(found[key]).__name__}"
        for key, kinds in shape.items()
        if key in found and type(found[key]) not in kinds
    }
    return missing | wrong
