"""The HTML around the pages, the files behind it and the words in it."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from queue_server.web.assets import STATIC_FOLDER, Assets
from queue_server.web.shell import CONTENT_SECURITY_POLICY, HERE, Shell
from tests.pages.fixtures import hall

LANGUAGES = ("id", "en")
PARAMETER = re.compile(r"\{(\w+)\}")
SAID = re.compile(r"""\bt\(\s*["']([\w.]+)["']""")
NASTY = "</script><script>alert(1)</script><!-- \u2028 & <b>"


class Elements(HTMLParser):
    """Every element, and the text of the boot block."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.boot = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attrs = self.found[-1] if self.found else ("", {})
        if tag == "script" and attrs.get("id") == "boot" and self.boot == "":
            self.boot = data


@pytest.fixture(scope="module")
def assets() -> Assets:
    """The real files."""
    return Assets.read()


@pytest.fixture(scope="module")
def shell(assets: Assets) -> Shell:
    """Over the real templates and words."""
    return Shell(assets=assets)


def test_text_in_the_boot_block_stays_text(shell: Shell) -> None:
    """Neither `</script>` nor `<!--` nor U+2028 can end or trap the block, and the page reads what was sent."""
    html = shell.render(
        "sign_in",
        lang="id",
        languages=LANGUAGES,
        boot={"hall": hall.head(), "page": {"next": NASTY}},
        title=NASTY,
    )
    page = Elements(html)

    assert [attrs.get("type") for tag, attrs in page.found if tag == "script"] == [
        "module",
        "application/json",
    ]
    assert json.loads(page.boot)["page"] == {"next": NASTY}
    assert "<!--" not in html
    assert "\u2028" not in page.boot


def test_the_ticket_page_shows_a_name_from_the_configuration_as_text(shell: Shell) -> None:
    """The server's own first paint escapes too."""
    state = hall.ticket_view(service_name={"id": NASTY, "en": NASTY})
    html = shell.render(
        "ticket", lang="id", languages=LANGUAGES, boot={"hall": hall.head(), "view": state}, title="x"
    )

    assert "<b>" not in html
    assert "&lt;b&gt;" in html


def test_without_scripts_the_ticket_page_renews_itself(shell: Shell) -> None:
    """And says so; with scripts neither is there."""
    html = shell.render(
        "ticket",
        lang="en",
        languages=LANGUAGES,
        boot={"hall": hall.head(), "view": hall.ticket_view()},
        title="x",
    )

    assert '<noscript><meta http-equiv="refresh" content="20"></noscript>' in html
    assert '<noscript><p class="ticket-no-script">This page renews itself every 20 seconds.' in html


def test_no_page_carries_inline_code_or_style(shell: Shell) -> None:
    """The content security policy would refuse it: everything comes from files of our own."""
    for page in ("ticket", "sign_in", "link", "setup", "missing", "start"):
        html = shell.render(
            page,
            lang="en",
            languages=LANGUAGES,
            boot={"hall": hall.head(), "view": hall.called_ticket(), "page": {"path": "/t/x"}},
            title="x",
        )
        for tag, attrs in Elements(html).found:
            assert tag != "style"
            assert "style" not in attrs
            assert not any(name.startswith("on") for name in attrs)
            assert tag != "script" or "src" in attrs or attrs["type"] == "application/json"
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_the_page_speaks_the_language_that_was_asked_for(shell: Shell) -> None:
    """`lang` of the document chooses the voice of a screen reader; all words of all languages come along."""
    html = shell.render("link", lang="en", languages=LANGUAGES, boot={"hall": hall.head()}, title="x")
    page = Elements(html)
    boot = json.loads(page.boot)

    assert page.found[0] == ("html", {"lang": "en", "data-distance": "desk", "translate": "no"})
    assert (boot["lang"], boot["languages"], sorted(boot["words"])) == ("en", ["id", "en"], ["en", "id"])
    assert boot["view"] is None


def test_an_unknown_language_falls_back_to_the_halls_first(shell: Shell) -> None:
    """Neither an unknown wish nor a hall language without a catalogue breaks a page."""
    html = shell.render("link", lang="xx", languages=("jv", "id"), boot={"hall": None}, title="x")

    assert json.loads(Elements(html).boot)["languages"] == ["id"]


def test_every_import_leads_to_a_file() -> None:
    """A wrong address in a module would be found by a citizen otherwise."""
    for path in STATIC_FOLDER.rglob("*.js"):
        for target in re.findall(
            r"""from\s*["'](\.[^"']+)["']|import\s*["'](\.[^"']+)["']""", path.read_text("utf-8")
        ):
            named = path.parent / (target[0] or target[1])
            assert named.resolve().is_file(), f"{path.name} imports {named}"


def test_modules_are_named_once_entry_first(assets: Assets) -> None:
    """The page asks for all of them at once instead of one after the other."""
    modules = assets.modules("js/pages/ticket/page.js")

    assert modules[0] == "js/pages/ticket/page.js"
    assert len(modules) == len(set(modules))
    assert {"vendor/preact.js", "js/lib/session.js", "js/pages/ticket/ring.js"} <= set(modules)


def test_files_are_kept_for_a_year_under_their_version_and_asked_for_under_another(assets: Assets) -> None:
    """Addresses change with the content; an old page is served, but keeps nothing of it."""
    client = TestClient(Starlette(routes=[assets.route()]))

    current = client.get(assets.address("css/base.css"))
    older = client.get("/static/0000000000/css/base.css")
    again = client.get(assets.address("css/base.css"), headers={"if-none-match": current.headers["etag"]})

    assert current.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert older.headers["cache-control"] == "no-cache"
    assert (older.status_code, older.content) == (200, current.content)
    assert (again.status_code, again.content) == (304, b"")


def test_a_module_is_served_as_javascript_and_compressed_only_when_asked(assets: Assets) -> None:
    """Browsers refuse a module of another type; not every client unpacks."""
    client = TestClient(Starlette(routes=[assets.route()]))
    address = assets.address("js/lib/live.js")

    packed = client.get(address, headers={"accept-encoding": "gzip"})
    plain = client.get(address, headers={"accept-encoding": "identity"})

    assert packed.headers["content-type"] == "text/javascript; charset=utf-8"
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content


@pytest.mark.parametrize("path", ["../shell.py", "%2e%2e/shell.py", "js/lib", "", "js/lib/none.js"])
def test_nothing_but_the_files_is_served(assets: Assets, path: str) -> None:
    """A look-up in a table cannot leave the folder."""
    client = TestClient(Starlette(routes=[assets.route()]))

    assert client.get(f"/static/{assets.version}/{path}").status_code == 404


def test_the_version_follows_the_content() -> None:
    """One changed byte anywhere, or a file moved, is another version."""
    versions = {
        Assets(files).version
        for files in ({"a.js": b"1"}, {"a.js": b"2"}, {"b.js": b"1"}, {"a.js": b"1", "b.js": b""})
    }

    assert len(versions) == 4


def test_both_languages_say_the_same_things() -> None:
    """Same keys, same parameters, nothing empty."""
    for path in sorted((HERE / "locale").glob("*.id.json")):
        indonesian, english = (
            _sentences(path.with_name(path.name.replace(".id.", f".{lang}."))) for lang in LANGUAGES
        )
        assert indonesian.keys() == english.keys(), path.name
        for key, sentence in indonesian.items():
            assert set(PARAMETER.findall(sentence)) == set(PARAMETER.findall(english[key])), key
            assert sentence.strip(), key
            assert english[key].strip(), key


def test_every_word_that_a_page_asks_for_by_name_is_in_its_catalogue(shell: Shell) -> None:
    """Keys written out in a page's modules, its own and the shared ones it imports."""
    for folder in sorted((STATIC_FOLDER / "js" / "pages").iterdir()):
        if not (folder / "page.js").is_file():
            continue
        words = shell.words(folder.name, "id")
        for path in shell.assets.modules(f"js/pages/{folder.name}/page.js"):
            for key in SAID.findall((STATIC_FOLDER / path).read_text(encoding="utf-8")):
                assert key in words, f"{path} says {key}"


def _sentences(path: Path) -> dict[str, str]:
    sentences: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return sentences
