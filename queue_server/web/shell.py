"""The HTML around every page: language, styles, one module, the boot block, and what is drawn before any script.

It must not know what a page shows: the one who asks hands over the state (`boot`), the page's template may draw it,
and the page's module takes it from there. Text reaches HTML through Jinja2's escaping only; the boot block is data,
never code, and cannot end its element. `tests/pages/test_shell.py` shows both.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from queue_server.web.assets import Assets

HERE = Path(__file__).parent

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
"""No inline code or style anywhere: text that slipped through escaping could still run nothing."""

PAGE_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""Of every page. A page holds the state of its moment, and its address may be a ticket's: neither is kept or told on."""

DISTANCES = {"ticket": "hand", "kiosk": "arm", "screen": "hall"}
"""From the eye to the page; every other page stands on a desk. The sums are in css/tokens.css."""

STYLES = ("tokens", "base", "layout", "components")

COMMON_WORDS = "common"

_TOO_SHARP = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""In JSON these stand only inside strings, where an escape means the same. `</script>` and `<!--` would end or
trap the element; U+2028 and U+2029 are line ends to some readers of scripts (WHATWG HTML, 4.12.1.3)."""


class Shell:
    """Makes pages. One per process; everything is read when it is made."""

    def __init__(self, *, assets: Assets, is_strict: bool = False) -> None:
        """With `is_strict` a page fails on a missing word: for tests."""
        self.assets = assets
        self._is_strict = is_strict
        self._words = _read_words(HERE / "locale")
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(
        self, page: str, *, lang: str, languages: Sequence[str], boot: Mapping[str, Any], title: str
    ) -> str:
        """The whole document.

        `boot` is {hall, hello, view, seq, journal_id, page} (absent keys are null), `now_ms` where the page shows a
        clock; values may be the wire's structs. `lang` is one of `languages`, and those without a catalogue are left out.
        """
        spoken = [one for one in languages if one in self._words] or sorted(self._words)
        shown = lang if lang in spoken else spoken[0]
        block = {
            **dict.fromkeys(("hall", "hello", "view", "seq", "journal_id", "now_ms", "page")),
            **msgspec.to_builtins(dict(boot)),
            "lang": shown,
            "languages": spoken,
            "words": {one: self.words(page, one) for one in spoken},
            "strict": self._is_strict,
        }
        template = self._templates.select_template([f"{page}.html", "page.html"])
        return template.render(
            page=page,
            title=title,
            lang=shown,
            boot=block,
            boot_json=Markup(_harmless_json(block)),  # noqa: S704 -- escaped by _harmless_json
            words=block["words"][shown],
            t=_translator(block["words"][shown]),
            distance=DISTANCES.get(page, "desk"),
            root=self.assets.address(),
            styles=self._styles(page),
            modules=self.assets.modules(f"js/pages/{page}/page.js"),
        )

    def words(self, page: str, lang: str) -> dict[str, str]:
        """What a page can say in one language: the common words and its own."""
        return {**self._words[lang].get(COMMON_WORDS, {}), **self._words[lang].get(page, {})}

    def _styles(self, page: str) -> list[str]:
        own = f"css/pages/{page}.css"
        shared = [f"css/{name}.css" for name in STYLES]
        return [*shared, own] if own in self.assets else shared


def _read_words(folder: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Language to page to key to sentence, from {page}.{language}.json."""
    words: dict[str, dict[str, dict[str, str]]] = {}
    for path in sorted(folder.glob("*.json")):
        page, lang = path.stem.split(".")
        words.setdefault(lang, {})[page] = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    return words


def _harmless_json(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    for sharp, escaped in _TOO_SHARP.items():
        text = text.replace(sharp, escaped)
    return text


def _translator(words: Mapping[str, str]) -> Any:
    """For templates: t("key", n=3), the same sentences as t("key", {n: 3}) in a page's module."""

    def t(key: str, **params: object) -> str:
        return words[key].format_map(params) if params else words[key]

    return t
