"""Loaded by schemathesis (`SCHEMATHESIS_HOOKS`): what it cannot know of this hub from a document.

A well-formed idempotency key is never used twice: it likes to send "0" for every one, and the second "0" is another
request under the same key, KEY_REUSED, which is right but would hide what the request itself deserves. Keys of the
wrong form stay as they are.

And a request that fits the document may be INVALID for what only this hall knows: its kiosks, its languages, its
accounts, its devices and the codes that they show. Those are counted here; any other 422 to a fitting request is a mistake of the document or of the hub.
"""

import re
import uuid
from typing import Any

import schemathesis

KEY = "Idempotency-Key"
KNOWN_TO_THE_HALL = {
    *("$.kiosk", "$.language", "account", "name", "password", "counters"),
    *("$.device", "role", "code", "id", "credential"),
}
"""Paths at which a value of the right form may be of nobody, taken, or too easy to guess."""

WELL_FORMED = re.compile("[!-~]{1,64}")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:  # noqa: ARG001 -- schemathesis asks for these names
    """Gives each request a key of its own."""
    key = (case.headers or {}).get(KEY)
    if isinstance(key, str) and WELL_FORMED.fullmatch(key):
        case.headers[KEY] = uuid.uuid4().hex


@schemathesis.check
def invalid_only_for_what_the_hall_knows(ctx: Any, response: Any, case: Any) -> None:  # noqa: ARG001 -- as above
    """Of requests that fit the document."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 422:
        return
    paths = {error["path"] for error in response.json().get("errors") or [{"path": "none"}]}
    if not paths <= KNOWN_TO_THE_HALL:
        raise AssertionError(f"A request that fits the document is INVALID at {sorted(paths)}.")
