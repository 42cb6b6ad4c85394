"""The HTTP operations by which devices come in and go: the rows of `operations` that concern them."""

from queue_server.domain.refusals import Refusal
from queue_server.web.devices import DeviceList
from queue_server.web.operation import GUARDED, Operation
from queue_server.web.pairings import FoundDevice
from queue_server.wire import pairings as wire

R = Refusal

_STORE = (R.BUSY, R.OUTCOME_UNKNOWN)
_BODY = (R.TOO_LARGE, R.INVALID, R.TOO_MANY)

DEVICE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "post",
        "/api/v1/pairings",
        "start_pairing",
        "A new device asks for a code to show and a secret to ask with.",
        {201: wire.PairingStarted},
        body=wire.StartPairingRequest,
        refusals=(R.FORBIDDEN, *_BODY, *_STORE),
        needs_token=False,
    ),
    Operation(
        "post",
        "/api/v1/pairings/ask",
        "ask_pairing",
        "The device asks whether it was approved; an approved page gets its session cookie, an agent its token.",
        {200: wire.PairingStatus},
        body=wire.AskPairingRequest,
        refusals=(*GUARDED, *_BODY, *_STORE),
        needs_token=False,
    ),
    Operation(
        "post",
        "/api/v1/pairings/find",
        "find_pairing",
        "Which waiting device shows this code.",
        {200: FoundDevice},
        body=wire.FindPairingRequest,
        refusals=(*GUARDED, *_BODY, *_STORE),
    ),
    Operation(
        "post",
        "/api/v1/pairings/{pairing}/approve",
        "approve_pairing",
        "Let the device in, with a role and a place of the configuration.",
        {204: None},
        body=wire.ApprovePairingRequest,
        refusals=(*GUARDED, R.UNKNOWN_HALL, *_BODY, *_STORE),
    ),
    Operation(
        "post",
        "/api/v1/pairings/{pairing}/withdraw",
        "withdraw_pairing",
        "Turn a waiting device away.",
        {204: None},
        refusals=(*GUARDED, R.INVALID, *_STORE),
    ),
    Operation(
        "get",
        "/api/v1/devices",
        "list_devices",
        "Every token, unopened link and device's browser, and the devices that wait.",
        {200: DeviceList},
        refusals=GUARDED,
    ),
    Operation(
        "delete",
        "/api/v1/devices/{credential}",
        "revoke_device",
        "Take a token, link or session back; its sockets close. Answers with the list.",
        {200: DeviceList},
        refusals=(*GUARDED, R.INVALID, *_STORE),
    ),
)
