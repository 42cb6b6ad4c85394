"""Who asks, at the web's doors: a bearer token, else the session cookie, else anyone. For HTTP and sockets alike.

What was shown on purpose and is wrong (a token) is refused at once. A cookie is sent by the browser on its own, so
one that opens nothing counts as nothing shown: a citizen may still look at his ticket on a machine where an officer's
session ran out, and everything else answers UNAUTHENTICATED by the table of permissions.

The cookie is `SameSite=Strict`. Our pages never need it on the way in from another site: `/t/{id}` asks for no
session; the page behind a one-use link exchanges its code with a request of its own and goes on from there; bookmarks,
autostart and typed addresses count as the same site. Whoever comes to the counter page over a link on a foreign site
sees the sign-in page, whose own request does carry the cookie and sends him on. Lax would save that one step and
would show the cookie to foreign pages' navigations for it.

Strict does not see ports (another program on the hub's machine is the same site), so whatever carries the cookie and
can change something, sockets too, must also name our own origin.
"""

from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response

from queue_server.domain.hall import HallId
from queue_server.domain.refusals import Refusal
from queue_server.errors import PeerError
from queue_server.identity.model import ANYONE, Identity
from queue_server.identity.permissions import refusal_for
from queue_server.identity.rules import session_lives_ms

COOKIE = "antrean_session"
TLS_COOKIE = "__Host-antrean_session"
"""A browser takes this name only over TLS, for the whole site and for no other host (RFC 6265bis, 4.1.3.2)."""

_SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
_DEFAULT_PORTS = {"http": 80, "https": 443}


class AuthRefused(PeerError):  # noqa: N818 -- named after what it says, as the contract's refusals are
    """The door stays shut: `code` is UNAUTHENTICATED or FORBIDDEN."""

    def __init__(self, code: Refusal, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Identifier(Protocol):
    """What the doors need of the `IdentityStore`."""

    def identify(self, token: str | None, cookie: str | None) -> Identity | None: ...


def identify_request(connection: HTTPConnection, store: Identifier) -> Identity:
    """Who sends this HTTP request.

    Raises:
        AuthRefused: the token opens nothing; or a cookie came from a page that is not ours.
    """
    token = bearer_token(connection.headers)
    if token is not None:
        return _identity_by_token(store, token)
    return _identity_by_cookie(
        connection, store, must_be_ours=connection.scope["method"] not in _SAFE_METHODS
    )


def identify_socket(connection: HTTPConnection, token: str | None, store: Identifier) -> Identity:
    """Who said this hello on a live socket: by its token or, without one, by the cookie of the handshake.

    Raises:
        AuthRefused: as for requests. A browser lets any page open a socket to us, cookie and all ("cross-site
            WebSocket hijacking"), so with a cookie the origin is checked although the handshake is a GET.
    """
    if token is not None:
        return _identity_by_token(store, token)
    return _identity_by_cookie(connection, store, must_be_ours=True)


def require(
    identity: Identity, operation: str, hall: HallId | None = None, *, takes_remote_tickets: bool = False
) -> None:
    """Lets pass whoever may do this; `identity.permissions` knows.

    Raises:
        AuthRefused: he may not.
    """
    refusal = refusal_for(identity, operation, hall, takes_remote_tickets=takes_remote_tickets)
    if refusal is Refusal.UNAUTHENTICATED:
        raise AuthRefused(refusal, "Sign in, or show a token.")
    if refusal is not None:
        raise AuthRefused(refusal, "Your role may not do this here.")


def require_own_page(connection: HTTPConnection) -> None:
    """For requests that hand out a cookie (sign-in, link, set-up): a page of another origin may not send them.

    Without it, a foreign page could sign an officer in under a stranger's account ("login CSRF"). A program is no
    page and sends neither header; it passes.

    Raises:
        AuthRefused: a foreign page sent it.
    """
    is_from_page = "origin" in connection.headers or "sec-fetch-site" in connection.headers
    if is_from_page and not same_origin(connection.headers, is_tls=is_tls(connection)):
        raise _foreign_page()


def same_origin(headers: Headers, *, is_tls: bool = False) -> bool:
    """Whether a browser vouches that one of our own pages sent this: `Origin` is the host that was asked for.

    Where there is no `Origin`, `Sec-Fetch-Site: same-origin` does as well; neither of them is a no, since every
    browser that we serve sends `Origin` with an unsafe request and with a handshake. A doubled header is a no.

    Args:
        is_tls: the request came encrypted, so an http page cannot be ours. Without it both schemes pass: the hub
            may stand behind a proxy that ends TLS.

    Source: RFC 6454, 4 and 7; W3C Fetch Metadata, 2.3.
    """
    origins, hosts, sites = (headers.getlist(name) for name in ("origin", "host", "sec-fetch-site"))
    if len(hosts) != 1 or max(len(origins), len(sites)) > 1:
        return False
    if sites and sites[0] != "same-origin":
        return False
    if not origins:
        return bool(sites)
    return _is_origin_of(origins[0], hosts[0], ("https",) if is_tls else ("http", "https"))


def bearer_token(headers: Headers) -> str | None:
    """The token of `Authorization: Bearer`, empty where malformed; None where another scheme or nothing is there.

    Another scheme is not ours to judge: it may belong to a proxy before the hub. Source: RFC 6750, 2.1.
    """
    values = headers.getlist("authorization")
    if not values:
        return None
    scheme, _, token = values[0].partition(" ")
    if scheme.lower() != "bearer":
        return None
    return token.strip() if len(values) == 1 else ""


def session_cookie(connection: HTTPConnection) -> str | None:
    """The session's secret; None: the browser sent none. Over TLS only the name that a plain page cannot set."""
    return connection.cookies.get(TLS_COOKIE if is_tls(connection) else COOKIE)


def set_session_cookie(
    response: Response, connection: HTTPConnection, secret: str, identity: Identity
) -> None:
    """Signs this browser in, for as long as the session of such an identity lives; no script reads the cookie."""
    _put_cookie(response, connection, secret, session_lives_ms(identity.device) // 1_000)


def clear_session_cookie(response: Response, connection: HTTPConnection) -> None:
    """Signs this browser out."""
    _put_cookie(response, connection, "", 0)


def is_tls(connection: HTTPConnection) -> bool:
    """Whether the hub knows that this came encrypted (directly, or over a proxy that uvicorn was told to trust)."""
    return connection.scope["scheme"] in ("https", "wss")


def _identity_by_token(store: Identifier, token: str) -> Identity:
    identity = store.identify(token, None)
    if identity is None:
        raise AuthRefused(Refusal.UNAUTHENTICATED, "This token is wrong or was revoked.")
    return identity


def _identity_by_cookie(connection: HTTPConnection, store: Identifier, *, must_be_ours: bool) -> Identity:
    cookie = session_cookie(connection)
    if cookie is None:
        return ANYONE
    if must_be_ours and not same_origin(connection.headers, is_tls=is_tls(connection)):
        raise _foreign_page()
    return store.identify(None, cookie) or ANYONE


def _foreign_page() -> AuthRefused:
    return AuthRefused(Refusal.FORBIDDEN, "A page of another address may not do this.")


def _put_cookie(response: Response, connection: HTTPConnection, value: str, lives_s: int) -> None:
    encrypted = is_tls(connection)
    response.set_cookie(
        TLS_COOKIE if encrypted else COOKIE,
        value,
        max_age=lives_s,
        path="/",
        secure=encrypted,
        httponly=True,
        samesite="strict",
    )


def _is_origin_of(origin: str, host: str, schemes: Sequence[str]) -> bool:
    """Whether `origin` is exactly scheme, host and port of `host`; a default port may be written or left out."""
    try:
        asked = urlsplit(origin)
        named = urlsplit(f"//{host}")
        asked_port, named_port = asked.port, named.port
    except ValueError:
        return False
    # An origin is scheme://host[:port] and nothing else; whatever is more (a user, a path) is a trick or a mistake.
    if asked.scheme not in schemes or origin.lower() != f"{asked.scheme}://{asked.netloc}".lower():
        return False
    if "@" in origin or "@" in host or named.netloc != host or not asked.hostname:
        return False
    default = _DEFAULT_PORTS[asked.scheme]
    return (asked.hostname, asked_port or default) == (named.hostname, named_port or default)
