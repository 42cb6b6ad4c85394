"""The code that a new device shows and an administrator types: eight symbols that nobody misreads.

The alphabet has 27 symbols, digits and capitals without those that look like another (0 and O, 1 and I and L, 2 and
Z, 5 and S, 8 and B, U and V): of each pair one is left, or none. Eight of them are 38.04 bits, log2(27 ** 8). A code
opens nothing by itself: only a signed-in administrator may try one, and the device's own secret is another
(`pairing`).
"""

import secrets

ALPHABET = "23456789ACDEFGHJKMNPQRTVWXY"

CODE_CHARS = 8

GROUP_CHARS = 4
"""People read four symbols at a glance."""

_MISREAD = str.maketrans({"B": "8", "S": "5", "Z": "2", "U": "V"})
"""What a hasty eye types for a symbol that is there."""

_BETWEEN = frozenset(" -_.\u2013\u00a0")


def new_code() -> str:
    """Eight symbols, without the space that is shown between them."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARS))


def shown(code: str) -> str:
    """As a display shows it: `ACDE-FGHJ`."""
    return f"{code[:GROUP_CHARS]}-{code[GROUP_CHARS:]}"


def read(typed: str) -> str | None:
    """The code that somebody typed, in small letters or groups or with a symbol misread; None: it cannot be one."""
    code = "".join(symbol for symbol in typed[:64].upper() if symbol not in _BETWEEN).translate(_MISREAD)
    return code if len(code) == CODE_CHARS and set(code) <= set(ALPHABET) else None
