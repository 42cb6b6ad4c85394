"""What is wrong in a configuration: where, what was found, what is allowed, what to do.

Nothing here stops at the first mistake. Readers write into `Notes` and go on with a harmless stand-in, so that an
administrator gets one list and not one mistake per attempt.
"""

from collections.abc import Collection
from difflib import get_close_matches

from msgspec import Struct

from queue_server.errors import PeerError

MISTAKES_MAX = 200
"""As many are listed. A list beyond that is read by nobody; its length is still told."""

SHOWN_CHARS_MAX = 60
"""A found value is shown up to here: enough to recognise it in the file."""

LINE_CHARS_MAX = 500
"""A path or a message ends here: three times the longest that names nothing of the file."""

COMPARED_CHARS_MAX = 64
"""Longer words are not compared with known ones: the comparison is quadratic and ids end at 32."""

ROOT = "file"
"""Path of a mistake that belongs to no key."""


class Mistake(Struct, frozen=True, kw_only=True):
    """One thing to correct."""

    path: str
    """Key path such as `hall[0].counters[3].services[1]`, `line 12, column 5` for a syntax error, or the name of an
    environment variable."""
    message: str
    """One sentence or two for an administrator."""
    inside: str | None = None
    """The id of the list entry it stands in ("loket-4"), easier to find than its place in the list. None: in none."""


class ConfigError(PeerError):
    """The configuration cannot be used, and nothing was changed. Its writer is at fault."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        """Args: mistakes: in the order of the file as far as it goes, at least one."""
        super().__init__("\n".join(f"{mistake.path}: {mistake.message}" for mistake in mistakes))
        self.mistakes = mistakes


class At(Struct, frozen=True):
    """A place in the file."""

    path: str = ""
    inside: str | None = None

    def key(self, name: str) -> "At":
        """The place of a key in this table."""
        # A key that needs quotes in TOML is shown with them, and a hostile one cannot break the report's lines.
        shown_name = name if name.isidentifier() or _is_bare(name) else shown(name)
        return At(f"{self.path}.{shown_name}" if self.path else shown_name, self.inside)

    def item(self, index: int) -> "At":
        """The place of an entry in this list, counted from 0."""
        return At(f"{self.path}[{index}]", self.inside)

    def entry(self, identity: object) -> "At":
        """This place, known by its entry's id from here on; what is no text names nothing."""
        return At(self.path, shown(identity).strip('"')) if isinstance(identity, str) else self


def mistake_at(at: At, message: str) -> Mistake:
    """A mistake whose words fit one line, whatever they repeat of the file."""
    return Mistake(path=_one_line(at.path or ROOT), message=_one_line(message), inside=at.inside)


class Notes:
    """The mistakes found so far."""

    def __init__(self) -> None:
        self._mistakes: list[Mistake] = []
        self._unlisted_count = 0

    @property
    def is_full(self) -> bool:
        """Whether further mistakes are only counted."""
        return len(self._mistakes) >= MISTAKES_MAX

    def add(self, at: At, message: str) -> None:
        """Notes a mistake."""
        if self.is_full:
            self._unlisted_count += 1
        else:
            self._mistakes.append(mistake_at(at, message))

    def raise_any(self) -> None:
        """Raises: ConfigError with all mistakes, if there is one."""
        if not self._mistakes:
            return
        rest: tuple[Mistake, ...] = ()
        if self._unlisted_count:
            rest = (Mistake(path="...", message=f"{self._unlisted_count} more mistakes are not listed."),)
        raise ConfigError((*self._mistakes, *rest))


def report(error: ConfigError) -> str:
    """The lines that `antrean check` prints: how many, then one line per mistake."""
    count = len(error.mistakes)
    lines = [f"{count} mistake{'' if count == 1 else 's'}:"]
    for mistake in error.mistakes:
        inside = f" ({mistake.inside})" if mistake.inside else ""
        lines.append(f"  {mistake.path}{inside}: {mistake.message}")
    return "\n".join(lines)


def shown(found: object) -> str:
    """A value as the file would write it, cut to a length that fits a line, without control characters."""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, int) and found.bit_length() > 64:
        # Python refuses to write out integers of more than 4,300 digits, and TOML's 0x form can hold them.
        return "a number that is far too large"
    if isinstance(found, dict):
        return "a table"
    if isinstance(found, list):
        return "a list"
    if isinstance(found, str):
        return (
            '"' + _printable(found if len(found) <= SHOWN_CHARS_MAX else found[:SHOWN_CHARS_MAX] + "…") + '"'
        )
    return str(found)


def suggestion(found: str, known: Collection[str]) -> str:
    """A sentence that names the nearest known word, or the known ones where they are few, or nothing."""
    near = get_close_matches(found[:COMPARED_CHARS_MAX], known, n=1)
    if near:
        return f' Did you mean "{near[0]}"?'
    if not known:
        return ""
    few = sorted(known)[:8]
    more = ", …" if len(known) > len(few) else ""
    return f" Known: {', '.join(few)}{more}."


def _one_line(text: str) -> str:
    return _printable(text if len(text) <= LINE_CHARS_MAX else text[:LINE_CHARS_MAX] + "…")


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)


def _is_bare(name: str) -> bool:
    return name.isascii() and name.replace("-", "_").isidentifier()
