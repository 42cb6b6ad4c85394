"""The web's doors: token, cookie, origin. Law: the docstring of `web.auth`; contract, "HTTP" and "Live socket"."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response

from queue_server.domain.hall import HallId
from queue_server.domain.model import ActorId
from queue_server.domain.refusals import Refusal
from queue_server.identity.model import ANYONE, Identity, Role
from queue_server.web.auth import (
    AuthRefused,
    bearer_token,
    clear_session_cookie,
    identify_request,
    identify_socket,
    require,
    require_own_page,
    same_origin,
    set_session_cookie,
)

KIOSK = Identity(actor=ActorId("kiosk:kiosk-1"), role=Role.KIOSK, hall=HallId("lamongan"), device="kiosk-1")
OFFICER = Identity(actor=ActorId("officer:1"), role=Role.OFFICER)


class SmallStore:
    """Knows one token and one session."""

    def identify(self, token: str | None, cookie: str | None) -> Identity | None:
        if token is not None:
            return KIOSK if token == "token-of-kiosk" else None
        if cookie is not None:
            return OFFICER if cookie == "session-of-officer" else None
        return ANYONE


STORE = SmallStore()
OWN = ("origin", "http://hall.example:8000")
FOREIGN = ("origin", "http://evil.example")
COOKIE = ("cookie", "antrean_session=session-of-officer")
OLD_COOKIE = ("cookie", "antrean_session=of-last-week")
BEARER = ("authorization", "Bearer token-of-kiosk")
WRONG_BEARER = ("authorization", "Bearer wrong")


def connection(*headers: tuple[str, str], method: str = "GET", scheme: str = "http") -> HTTPConnection:
    """What a handler is handed; a socket's scope has no method."""
    own = {"method": method} if scheme.startswith("http") else {}
    kind = "http" if own else "websocket"
    raw = headers_of("hall.example:8000", headers).raw
    return HTTPConnection({"type": kind, "scheme": scheme, "headers": raw, **own})


REQUESTS: dict[str, tuple[str, tuple[tuple[str, str], ...], Identity | Refusal]] = {
    "nothing shown is anyone": ("GET", (), ANYONE),
    "nothing shown is anyone for a change too": ("DELETE", (), ANYONE),
    "and may come from anywhere": ("POST", (FOREIGN,), ANYONE),
    "a token is its device": ("POST", (BEARER,), KIOSK),
    "a token needs no origin, no page sends one by itself": ("POST", (BEARER, FOREIGN), KIOSK),
    "a token goes before a cookie": ("POST", (BEARER, COOKIE), KIOSK),
    "a wrong token is refused": ("GET", (WRONG_BEARER,), Refusal.UNAUTHENTICATED),
    "even with a right cookie": ("GET", (WRONG_BEARER, COOKIE), Refusal.UNAUTHENTICATED),
    "an empty token is a wrong one": ("GET", (("authorization", "Bearer"),), Refusal.UNAUTHENTICATED),
    "two tokens are no token": ("GET", (BEARER, BEARER), Refusal.UNAUTHENTICATED),
    "another scheme is not ours": ("GET", (("authorization", "Basic eDp5"),), ANYONE),
    "a cookie is its person": ("GET", (COOKIE,), OFFICER),
    "reading with a cookie needs no origin": ("HEAD", (COOKIE, FOREIGN), OFFICER),
    "changing with a cookie comes from our own page": ("POST", (COOKIE, OWN), OFFICER),
    "not from another one": ("POST", (COOKIE, FOREIGN), Refusal.FORBIDDEN),
    "nor from nowhere": ("DELETE", (COOKIE,), Refusal.FORBIDDEN),
    "an unknown method is a change": ("BREW", (COOKIE, FOREIGN), Refusal.FORBIDDEN),
    "an old cookie is nothing shown": ("GET", (OLD_COOKIE,), ANYONE),
    "over plain http the name of TLS is nothing": (
        "GET",
        (("cookie", "__Host-antrean_session=session-of-officer"),),
        ANYONE,
    ),
}


@pytest.mark.parametrize(("rule", "row"), REQUESTS.items())
def test_a_request_is_who_it_shows_itself_to_be(
    rule: str, row: tuple[str, tuple[tuple[str, str], ...], Identity | Refusal]
) -> None:
    """Each row: method and headers, then who it is or why not."""
    method, headers, expected = row

    assert expected == answer_to(connection(*headers, method=method)), rule


def answer_to(request: HTTPConnection) -> Identity | Refusal:
    try:
        return identify_request(request, STORE)
    except AuthRefused as refused:
        return refused.code


SOCKETS: dict[str, tuple[str | None, tuple[tuple[str, str], ...], Identity | Refusal]] = {
    "no token and no cookie is anyone": (None, (), ANYONE),
    "from anywhere": (None, (FOREIGN,), ANYONE),
    "a token in the hello is its device": ("token-of-kiosk", (FOREIGN,), KIOSK),
    "and goes before a cookie": ("token-of-kiosk", (COOKIE, FOREIGN), KIOSK),
    "a wrong one is refused": ("wrong", (COOKIE, OWN), Refusal.UNAUTHENTICATED),
    "an empty one too": ("", (COOKIE, OWN), Refusal.UNAUTHENTICATED),
    "our own page's cookie is its person": (None, (COOKIE, OWN), OFFICER),
    "a foreign page's is refused": (None, (COOKIE, FOREIGN), Refusal.FORBIDDEN),
    "an old cookie is nothing shown": (None, (OLD_COOKIE, OWN), ANYONE),
}


@pytest.mark.parametrize(("rule", "row"), SOCKETS.items())
def test_a_socket_is_who_its_hello_or_its_cookie_says(
    rule: str, row: tuple[str | None, tuple[tuple[str, str], ...], Identity | Refusal]
) -> None:
    """Each row: the hello's token and the handshake's headers, then who it is or why not."""
    token, headers, expected = row
    try:
        found: Identity | Refusal = identify_socket(connection(*headers, scheme="ws"), token, STORE)
    except AuthRefused as refused:
        found = refused.code

    assert expected == found, rule


ORIGINS: dict[str, tuple[str, tuple[tuple[str, str], ...], bool]] = {
    "our own": ("hall.example:8000", (("origin", "http://hall.example:8000"),), True),
    "our own, in capitals": ("hall.example:8000", (("origin", "http://HALL.example:8000"),), True),
    "behind a proxy that ends TLS": ("hall.example", (("origin", "https://hall.example"),), True),
    "a default port left out": ("hall.example:80", (("origin", "http://hall.example"),), True),
    "a default port written": ("hall.example", (("origin", "https://hall.example:443"),), True),
    "IPv4": ("192.168.1.2:8000", (("origin", "http://192.168.1.2:8000"),), True),
    "IPv6": ("[::1]:8000", (("origin", "http://[::1]:8000"),), True),
    "the browser vouches": ("hall.example", (("sec-fetch-site", "same-origin"),), True),
    "both agree": (
        "hall.example",
        (("origin", "http://hall.example"), ("sec-fetch-site", "same-origin")),
        True,
    ),
    "missing": ("hall.example", (), False),
    "empty": ("hall.example", (("origin", ""),), False),
    "null (a sandboxed frame, a file)": ("hall.example", (("origin", "null"),), False),
    "another port": ("hall.example:8000", (("origin", "http://hall.example:9000"),), False),
    "the default port": ("hall.example:8000", (("origin", "http://hall.example"),), False),
    "the other scheme's default port": ("hall.example:443", (("origin", "http://hall.example"),), False),
    "a sub-domain": ("hall.example", (("origin", "http://evil.hall.example"),), False),
    "the parent": ("www.hall.example", (("origin", "http://hall.example"),), False),
    "our name as a prefix": ("hall.example", (("origin", "http://hall.example.evil.example"),), False),
    "our name as a suffix": ("hall.example", (("origin", "http://evilhall.example"),), False),
    "our name as a user": ("hall.example", (("origin", "http://hall.example@evil.example"),), False),
    "a user before our name": ("hall.example", (("origin", "http://evil.example@hall.example"),), False),
    "our name and a password": ("hall.example", (("origin", "http://hall.example:80@evil.example"),), False),
    "a path": ("hall.example", (("origin", "http://hall.example/x"),), False),
    "a slash": ("hall.example", (("origin", "http://hall.example/"),), False),
    "our name as a fragment": ("hall.example", (("origin", "http://evil.example#hall.example"),), False),
    "a backslash": ("hall.example", (("origin", "http://evil.example\\hall.example"),), False),
    "a space before": ("hall.example", (("origin", " http://hall.example"),), False),
    "a tab within": ("hall.example", (("origin", "http://hall\t.example"),), False),
    "a dot behind": ("hall.example", (("origin", "http://hall.example."),), False),
    "another scheme": ("hall.example", (("origin", "ftp://hall.example"),), False),
    "an extension": ("hall.example", (("origin", "chrome-extension://hall.example"),), False),
    "no scheme": ("hall.example", (("origin", "//hall.example"),), False),
    "a port that is none": ("hall.example", (("origin", "http://hall.example:80x"),), False),
    "a port too large": ("hall.example", (("origin", "http://hall.example:99999"),), False),
    "a broken IPv6": ("[::1]", (("origin", "http://[::1"),), False),
    "a letter that looks like ours": ("hall.example", (("origin", "http://h\xe0ll.example"),), False),
    "two in one": ("hall.example", (("origin", "http://hall.example http://evil.example"),), False),
    "two headers": (
        "hall.example",
        (("origin", "http://hall.example"), ("origin", "http://evil.example")),
        False,
    ),
    "the browser says same-site": ("hall.example", (("sec-fetch-site", "same-site"),), False),
    "the browser says cross-site": ("hall.example", (("sec-fetch-site", "cross-site"),), False),
    "the browser says none (typed)": ("hall.example", (("sec-fetch-site", "none"),), False),
    "the two disagree": (
        "hall.example",
        (("origin", "http://hall.example"), ("sec-fetch-site", "cross-site")),
        False,
    ),
    "a host with a user": ("evil@hall.example", (("origin", "http://hall.example"),), False),
    "a host with a path": ("hall.example/x", (("origin", "http://hall.example"),), False),
    "an empty host": ("", (("origin", "http://"),), False),
    "two hosts": ("hall.example", (("host", "evil.example"), ("origin", "http://hall.example")), False),
}


def headers_of(host: str, more: tuple[tuple[str, str], ...]) -> Headers:
    return Headers(raw=[(name.encode(), value.encode("latin-1")) for name, value in (("host", host), *more)])


@pytest.mark.parametrize(("rule", "row"), ORIGINS.items())
def test_an_origin_is_ours_or_hostile(rule: str, row: tuple[str, tuple[tuple[str, str], ...], bool]) -> None:
    """Exactly scheme, host and port of the `Host` that was asked for. Source: RFC 6454, 4 and 7."""
    host, more, expected = row

    assert expected == same_origin(headers_of(host, more)), rule


def test_over_tls_a_plain_page_is_not_ours() -> None:
    """Whoever sits on the wire can make a plain page of our name, but no encrypted one."""
    plain, encrypted = (
        headers_of("hall.example", (("origin", f"{s}://hall.example"),)) for s in ("http", "https")
    )

    assert [False, True] == [same_origin(headers, is_tls=True) for headers in (plain, encrypted)]


@given(origin=st.text(st.characters(max_codepoint=255)), host=st.text(st.characters(max_codepoint=255)))
def test_no_text_in_origin_or_host_raises(origin: str, host: str) -> None:
    """Whatever bytes a header may hold, the answer is yes or no; and no to an origin that is not a scheme's."""
    answer = same_origin(headers_of(host, (("origin", origin),)))

    assert answer in (True, False)
    assert not answer or origin.lower().startswith(("http://", "https://"))


@given(host=st.from_regex(r"[a-z0-9]{1,10}(\.[a-z0-9]{1,10}){0,2}(:[1-9][0-9]{0,3})?", fullmatch=True))
def test_every_host_is_its_own_origin_and_no_one_else_s(host: str) -> None:
    """And a letter before it makes it another's."""
    assert same_origin(headers_of(host, (("origin", f"http://{host}"),)))
    assert not same_origin(headers_of(host, (("origin", f"http://x{host}"),)))


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [((), True), ((OWN,), True), ((FOREIGN,), False), ((("sec-fetch-site", "cross-site"),), False)],
)
def test_what_hands_out_a_cookie_takes_programs_and_our_own_pages(
    headers: tuple[tuple[str, str], ...],
    is_let_in: bool,
) -> None:
    """A foreign page may not sign this browser in under another's name; a program sends no origin."""
    request = connection(*headers, method="POST")
    expectation = (
        contextlib.nullcontext() if is_let_in else pytest.raises(AuthRefused, match="another address")
    )

    with expectation:
        require_own_page(request)


COOKIES = [
    ("http", OFFICER, "antrean_session=s; HttpOnly; Max-Age=43200; Path=/; SameSite=strict"),
    ("https", OFFICER, "__Host-antrean_session=s; HttpOnly; Max-Age=43200; Path=/; SameSite=strict; Secure"),
    ("http", KIOSK, "antrean_session=s; HttpOnly; Max-Age=31536000; Path=/; SameSite=strict"),
]


@pytest.mark.parametrize(("scheme", "identity", "expected"), COOKIES)
def test_the_cookie_is_for_this_host_alone_and_for_no_script(
    scheme: str, identity: Identity, expected: str
) -> None:
    """12 h for people, a year for devices; over TLS with a prefix that no plain page can set (RFC 6265bis, 4.1.3.2)."""
    response = Response()

    set_session_cookie(response, connection(scheme=scheme), "s", identity)

    assert expected == response.headers["set-cookie"]


def test_signing_out_takes_the_same_cookie_away() -> None:
    """Same name, path and marks, no life: otherwise a browser keeps the old one."""
    response = Response()

    clear_session_cookie(response, connection(scheme="https"))

    expected = '__Host-antrean_session=""; HttpOnly; Max-Age=0; Path=/; SameSite=strict; Secure'
    assert expected == response.headers["set-cookie"]


def test_what_was_set_is_what_is_read_back_over_either_scheme() -> None:
    """The names of writing and of reading agree."""
    for scheme in ("http", "https"):
        response = Response()
        set_session_cookie(response, connection(scheme=scheme), "session-of-officer", OFFICER)
        name_and_value = response.headers["set-cookie"].partition(";")[0]

        assert identify_request(connection(("cookie", name_and_value), scheme=scheme), STORE) is OFFICER


def test_a_door_says_what_is_missing() -> None:
    """401 to whoever showed nothing, 403 to whoever showed the wrong thing, and nothing to the right one."""
    require(OFFICER, "call_next", HallId("lamongan"))
    with pytest.raises(AuthRefused, match="Sign in") as nobody:
        require(ANYONE, "call_next", HallId("lamongan"))
    with pytest.raises(AuthRefused, match="Your role") as device:
        require(KIOSK, "call_next", HallId("lamongan"))

    assert (Refusal.UNAUTHENTICATED, Refusal.FORBIDDEN) == (nobody.value.code, device.value.code)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("Bearer", ""),
        ("Bearer ", ""),
        ("Basic abc", None),
        ("", None),
        ("Bearerabc", None),
    ],
)
def test_a_bearer_token_is_read_as_the_rfc_says(value: str, expected: str | None) -> None:
    """The scheme in any capitals (RFC 9110, 11.1)."""
    assert expected == bearer_token(Headers({"authorization": value}))
