"""Who gets in where, written out by hand, and what is sent to ask for it. `test_matrix.py` asks.

A letter stands for a role: a = anyone, K = kiosk, D = display, P = printer, O = officer, M = manager, A = admin.
"""

from collections.abc import Mapping
from typing import Any

from tests.contract.house import HALL

WHO: Mapping[str, str | None] = {
    "a": None,
    "K": "kiosk",
    "D": "screen",
    "P": "printer",
    "O": "siti",
    "M": "manager",
    "A": "admin",
}
"""Letter to one of the house's own; None shows nothing."""

ADDRESSES = {
    "aKDPOMA": """
        GET /healthz
        GET /readyz
        GET /metrics
        GET /api/v1/openapi.json
        GET /api/v1/asyncapi.json
        GET /api/v1/halls
        GET /api/v1/halls/{hall}
        GET /api/v1/halls/{hall}/tickets/{ticket}
        DELETE /api/v1/halls/{hall}/tickets/{ticket}
        DELETE /api/v1/session
        GET /audio/{name}
        GET /
        GET /sign-in
        GET /link
        GET /setup
        GET /pair
        POST /api/v1/pairings
        GET /t/{ticket}""",
    "K.OMA": """
        POST /api/v1/halls/{hall}/tickets
        GET /halls/{hall}/kiosk/{kiosk}""",
    "D.OMA": """
        GET /halls/{hall}/screen/{screen}""",
    "OMA": """
        GET /api/v1/halls/{hall}/tickets
        POST /api/v1/halls/{hall}/tickets/{ticket}/return
        POST /api/v1/halls/{hall}/tickets/{ticket}/reprint
        POST /api/v1/halls/{hall}/counters/{counter}/open
        POST /api/v1/halls/{hall}/counters/{counter}/pause
        POST /api/v1/halls/{hall}/counters/{counter}/resume
        POST /api/v1/halls/{hall}/counters/{counter}/close
        POST /api/v1/halls/{hall}/counters/{counter}/next
        POST /api/v1/halls/{hall}/counters/{counter}/call
        POST /api/v1/halls/{hall}/counters/{counter}/recall
        POST /api/v1/halls/{hall}/counters/{counter}/start
        POST /api/v1/halls/{hall}/counters/{counter}/finish
        POST /api/v1/halls/{hall}/counters/{counter}/no-show
        POST /api/v1/halls/{hall}/counters/{counter}/park
        POST /api/v1/halls/{hall}/counters/{counter}/transfer
        POST /api/v1/halls/{hall}/counters/{counter}/undo
        GET /halls/{hall}/counter
        GET /halls/{hall}/counter/{counter}""",
    "MA": """
        POST /api/v1/halls/{hall}/clock/settle
        POST /api/v1/halls/{hall}/restore/confirm
        GET /api/v1/halls/{hall}/events
        GET /halls/{hall}/manager""",
    "A": """
        GET /api/v1/accounts
        POST /api/v1/accounts
        PATCH /api/v1/accounts/{account}
        GET /accounts
        POST /api/v1/pairings/find
        POST /api/v1/pairings/{pairing}/approve
        POST /api/v1/pairings/{pairing}/withdraw
        GET /api/v1/devices
        DELETE /api/v1/devices/{credential}
        GET /devices""",
    "KD": """
        POST /api/v1/device-link""",
    "": """
        POST /api/v1/session
        POST /api/v1/link
        POST /api/v1/setup
        POST /api/v1/pairings/ask""",
}
"""Who gets past the door; a dot is for the eye. The last four open to the secret in the body, a wrong one here, and to
no role."""

COMMANDS = {
    "take_ticket": "KOMA",
    "cancel_ticket": "aKDPOMA",
    "report_call": "D",
    "report_print": "P",
    "settle_clock": "MA",
    "confirm_restore": "MA",
    **dict.fromkeys(("return_ticket", "reprint_ticket", "open_counter", "pause_counter"), "OMA"),
    **dict.fromkeys(("resume_counter", "close_counter", "call_next", "call_ticket", "recall"), "OMA"),
    **dict.fromkeys(("start", "finish", "no_show", "park", "transfer", "undo"), "OMA"),
}

VIEWS = {
    "hall": "aKDPOMA",
    "ticket": "aKDPOMA",
    "display": "DOMA",
    "announcer": "DOMA",
    "kiosk": "KOMA",
    "printer": "P",
    "counter": "OMA",
    "manager": "MA",
}

PATH = {
    "hall": HALL,
    "ticket": "nobodys",
    "counter": "loket-1",
    "account": "nobody",
    "pairing": "nobodys",
    "credential": "nobodys",
    "name": "none.wav",
    "kiosk": "kiosk-1",
    "screen": "screen-a-1",
}
"""Nothing here stands in the way of who is asked for: who comes before what is unknown."""

QUERY = {"GET /api/v1/halls/{hall}/tickets": "?number=A001"}
"""Shape comes before who here too."""

BODY: dict[str, Any] = {
    "service": "ktp-el",
    "sees": None,
    "ticket": "nobodys",
    "reason": "other",
    "place": "front",
    "name": "Nobody",
    "password": "never-the-right-one",
    "role": "officer",
    "code": "never-the-right-one",
    "secret": "never-the-right-one",
    "wants": "page",
    "hall": HALL,
    "device": "kiosk-1",
}
"""Right in shape for every address, since shape comes before who; what an address does not know it ignores."""

STRANGER = {"name": "Nobody else"}
"""For the doors that a secret opens: no account of this name is made on the way."""

FRAME: Mapping[str, Any] = {
    **BODY,
    "counter": "loket-1",
    "call": 1,
    "what": "spoken",
    "job": "none",
    "attempt": 1,
    "status": "printed",
}

HELLO = {"zone": "a", "counter": "loket-1", "kiosk": "kiosk-1", "ticket": "nobodys"}
